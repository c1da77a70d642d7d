export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** An event of a stream, of which both readers are ours. */
export const eventText = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** @why a stream that never ends an event must not fill the memory; none of ours is as long. */
const LONGEST_CHARACTERS = 1_000_000;

/**
 * Takes server-sent events out of text that arrives in pieces.
 * @source HTML Standard, 9.2.6, but for `id` and `retry`, which the gateway does not send.
 */
export class EventReader {
  #rest = "";
  #name = "";
  #data: string[] = [];

  /** The events that are complete with this piece. Throws a `RangeError` for one without end. */
  read(piece: string): readonly ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST_CHARACTERS) throw new RangeError("An event of the gateway does not end.");
    for (const line of lines) {
      if (line !== "") this.#field(line);
      else {
        if (this.#data.length > 0) events.push({ name: this.#name || "message", data: this.#data.join("\n") });
        this.#name = "";
        this.#data = [];
      }
    }
    return events;
  }

  #field(line: string): void {
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#name = value;
  }
}
