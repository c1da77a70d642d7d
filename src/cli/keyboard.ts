import { PassThrough } from "node:stream";

/** What a person did at the keyboard. */
export type KeyEvent =
  | { readonly kind: "keys"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "escape" };

const ESCAPE = "\u001b";
/** A terminal in bracketed-paste mode puts these around what is pasted. @source xterm control sequences, mode 2004. */
const PASTE_START = `${ESCAPE}[200~`;
const PASTE_END = `${ESCAPE}[201~`;

export const PASTE_MODE_ON = `${ESCAPE}[?2004h`;
export const PASTE_MODE_OFF = `${ESCAPE}[?2004l`;

export interface Decoded {
  readonly events: readonly KeyEvent[];
  /** What may be the beginning of a longer sequence; it is put before the next chunk. */
  readonly rest: string;
}

/**
 * Takes apart what a terminal sends. Chunks may be cut anywhere, so an unfinished sequence is handed back as `rest`;
 * with `final` nothing more is expected of it, and a lone Escape is one. A chunk with a line end inside, from a
 * terminal without bracketed paste, is a paste as well: nobody types that fast.
 */
export function decodeKeys(input: string, final: boolean): Decoded {
  const events: KeyEvent[] = [];
  let rest = input;
  while (rest !== "") {
    const start = rest.indexOf(PASTE_START);
    if (start === 0) {
      const end = rest.indexOf(PASTE_END);
      if (end === -1 && !final) return { events, rest };
      events.push({ kind: "paste", text: rest.slice(PASTE_START.length, end === -1 ? undefined : end) });
      rest = end === -1 ? "" : rest.slice(end + PASTE_END.length);
      continue;
    }
    const plain = start === -1 ? rest : rest.slice(0, start);
    const kept = start === -1 && !final ? unfinishedLength(plain) : 0;
    const keys = plain.slice(0, plain.length - kept);
    if (keys !== "") events.push(keyEvent(keys));
    if (kept > 0) return { events, rest: plain.slice(-kept) };
    rest = rest.slice(plain.length);
  }
  return { events, rest: "" };
}

function keyEvent(text: string): KeyEvent {
  if (text === ESCAPE) return { kind: "escape" };
  return /[\r\n][\s\S]*[^\r\n]/.test(text) && !text.includes(ESCAPE) ? { kind: "paste", text } : { kind: "keys", text };
}

/** How many characters at the end could be the start of a paste; a lone Escape is the shortest of them. */
function unfinishedLength(text: string): number {
  for (let length = Math.min(PASTE_START.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(PASTE_START.slice(0, length))) return length;
  }
  return 0;
}

/** After this long a lone Escape is the key itself, not the start of a sequence. @why less than a person notices. */
const ESCAPE_TIMEOUT_MS = 50;

export interface Terminal extends NodeJS.ReadableStream {
  setRawMode?: (on: boolean) => unknown;
}

export interface KeyboardListener {
  readonly onEscape: () => void;
  /** Returns true when it took the paste; otherwise the text is typed in. */
  readonly onPaste: (text: string) => boolean;
}

/**
 * Standard input as the questions see it: keys pass through, Escape and pastes go to the listener of the moment.
 * What is typed ahead waits for the question it is meant for, which a question that ends with Enter gives way to.
 */
export class Keyboard extends PassThrough {
  readonly #terminal: Terminal;
  #listener: KeyboardListener | undefined;
  #undecoded = "";
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: KeyEvent[] = [];
  readonly #onData = (chunk: Buffer | string) => this.#decode(String(chunk), false);
  readonly #onEnd = () => this.end();

  constructor(terminal: Terminal) {
    super();
    this.#terminal = terminal;
    terminal.setEncoding("utf8");
  }

  /** Listens until the function it returns is called. */
  listen(listener: KeyboardListener): () => void {
    this.#listener = listener;
    this.#terminal.on("data", this.#onData);
    this.#terminal.on("end", this.#onEnd);
    this.#terminal.resume();
    setImmediate(() => this.#pass());
    return () => {
      this.#listener = undefined;
      clearTimeout(this.#timer);
      this.#terminal.off("data", this.#onData);
      this.#terminal.off("end", this.#onEnd);
      this.#terminal.pause();
    };
  }

  /** Forgets what was typed ahead: nobody agrees to what they have not seen. */
  forget(): void {
    this.#waiting.length = 0;
  }

  /** Readline switches the terminal through this, as if it were one itself. */
  setRawMode(on: boolean): this {
    this.#terminal.setRawMode?.(on);
    return this;
  }

  #decode(chunk: string, final: boolean): void {
    clearTimeout(this.#timer);
    const { events, rest } = decodeKeys(this.#undecoded + chunk, final);
    this.#undecoded = rest;
    this.#waiting.push(...events.flatMap(splitAtEnter));
    this.#pass();
    if (rest !== "" && !rest.startsWith(PASTE_START)) {
      this.#timer = setTimeout(() => this.#decode("", true), ESCAPE_TIMEOUT_MS);
    }
  }

  /** Hands events on up to one that may end the question; the rest follows once that is known. */
  #pass(): void {
    while (this.#listener !== undefined) {
      const event = this.#waiting.shift();
      if (event === undefined) return;
      if (event.kind === "keys") this.write(event.text);
      else if (event.kind === "escape") this.#listener.onEscape();
      // The line end that a copied line brings along must not press Enter for the person.
      else if (!this.#listener.onPaste(event.text)) this.write(event.text.replace(/[\r\n]+$/, ""));
      if (event.kind !== "keys" || /[\r\n]$/.test(event.text)) return void setImmediate(() => this.#pass());
    }
  }
}

function splitAtEnter(event: KeyEvent): readonly KeyEvent[] {
  if (event.kind !== "keys") return [event];
  return event.text.split(/(?<=[\r\n])/).map((text) => ({ kind: "keys", text }));
}
