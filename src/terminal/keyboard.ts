import { PassThrough } from "node:stream";
import { setImmediate as setImmediatePromise } from "node:timers/promises";
import { scrub } from "../core/redact.ts";
import { decodeKeys, type KeyEvent, keyEvent, PASTE_START } from "./decode-keys.ts";

/** After this long a lone Escape is the key itself, not the start of a sequence. @why less than a person notices. */
const ESCAPE_TIMEOUT_MS = 50;

/**
 * A window that is closed ends its programs by a signal. It is waited for: Node aborts, and leaves a core file, when
 * it has to end by itself and its terminal is gone. @why the signal was sent before the input ended.
 */
const HANGUP_MS = 200;

export interface Terminal extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  readonly readableEnded?: boolean;
  setRawMode?: (on: boolean) => unknown;
}

export interface KeyboardListener {
  readonly onEscape: () => void;
  /** Ctrl-C, Ctrl-D, or the terminal is gone. */
  readonly onLeave: () => void;
  /**
   * Returns true when it dealt with the paste. Otherwise the text is typed in; `marked` is false for text that came
   * like a paste from a terminal that does not say so.
   */
  readonly onPaste: (text: string, marked: boolean) => boolean;
}

/**
 * Standard input as the questions see it: keys pass through, the rest goes to the listener of the moment.
 * What is typed ahead waits for the question it is meant for, which a question that ends with Enter gives way to.
 */
export class Keyboard extends PassThrough {
  readonly #terminal: Terminal;
  readonly #onSession: (open: boolean) => void;
  #listener: KeyboardListener | undefined;
  #undecoded = "";
  #timer: NodeJS.Timeout | undefined;
  #closing: NodeJS.Immediate | undefined;
  #inSession = false;
  #waiting: KeyEvent[] = [];
  #holding = false;
  readonly #onData = (chunk: Buffer | string) => this.#decode(String(chunk), false);
  readonly #onGone = () => {
    setTimeout(() => this.#receive([{ kind: "leave" }]), this.#terminal.isTTY ? HANGUP_MS : 0);
  };

  /** `onSession` hears when the first question takes the terminal, and when after the last one it is given back. */
  constructor(terminal: Terminal, onSession: (open: boolean) => void = () => {}) {
    super();
    this.#terminal = terminal;
    this.#onSession = onSession;
    terminal.setEncoding("utf8");
    // A terminal that goes away may do so with an error, which is no news beyond that.
    for (const event of ["end", "close", "error"]) terminal.on(event, this.#onGone);
  }

  /** Listens until the function it returns is called. */
  listen(listener: KeyboardListener): () => void {
    this.#listener = listener;
    this.#terminal.on("data", this.#onData);
    this.#terminal.resume();
    setImmediate(() => (this.#terminal.readableEnded ? this.#onGone() : this.#pass()));
    return () => {
      this.#listener = undefined;
      clearTimeout(this.#timer);
      this.#terminal.off("data", this.#onData);
      this.#terminal.pause();
    };
  }

  /** Forgets what was typed ahead, whether it was read already or not: nobody agrees to what they have not seen. */
  async forget(): Promise<void> {
    this.setRawMode(true);
    this.#terminal.on("data", this.#onData);
    this.#terminal.resume();
    // The first turn of the event loop starts reading, the second ends after what there is was read.
    await setImmediatePromise();
    await setImmediatePromise();
    this.#terminal.off("data", this.#onData);
    this.#terminal.pause();
    clearTimeout(this.#timer);
    // The rest of a paste that has begun is still to come, and goes with it.
    if (!this.#undecoded.startsWith(PASTE_START)) this.#undecoded = "";
    this.#waiting = this.#waiting.filter(({ kind }) => kind === "leave");
  }

  /**
   * Readline switches the terminal through this, as if it were one itself. Between two questions the terminal stays
   * as it is: what arrives in that moment, perhaps the second half of a paste, must not be echoed.
   */
  setRawMode(on: boolean): this {
    clearImmediate(this.#closing);
    if (on) this.#session(true);
    else this.#closing = setImmediate(() => this.#session(false));
    return this;
  }

  #session(open: boolean): void {
    if (open === this.#inSession) return;
    this.#inSession = open;
    this.#terminal.setRawMode?.(open);
    this.#onSession(open);
  }

  #decode(chunk: string, final: boolean): void {
    clearTimeout(this.#timer);
    const { events, rest } = decodeKeys(this.#undecoded + chunk, final);
    const inPaste = rest.startsWith(PASTE_START);
    // A paste whose end never comes must not take the way out with it.
    const stuck = inPaste && keyEvent(rest.slice(-1)).kind === "leave";
    this.#undecoded = stuck ? "" : rest;
    this.#receive(stuck ? [...events, { kind: "leave" }] : events);
    if (rest !== "" && !inPaste) {
      this.#timer = setTimeout(() => this.#decode("", true), ESCAPE_TIMEOUT_MS);
    }
  }

  #receive(events: readonly KeyEvent[]): void {
    this.#waiting.push(...events);
    this.#pass();
  }

  /** Hands events on up to one that may end the question; the rest follows once that is known. */
  #pass(): void {
    while (this.#listener !== undefined && !this.#holding) {
      const event = this.#waiting.shift();
      if (event === undefined) return;
      this.#holding = this.#handOn(event, this.#listener);
    }
  }

  /** Returns whether the event may have ended the question. */
  #handOn(event: KeyEvent, listener: KeyboardListener): boolean {
    if (event.kind === "escape") listener.onEscape();
    else if (event.kind === "leave") listener.onLeave();
    else if (event.kind === "paste") {
      // The line end that a copied line brings along must not press Enter for the person.
      if (!listener.onPaste(event.text, true)) this.write(event.text.replace(/[\r\n]+$/, ""));
    } else if (!isBurst(event.text) || !listener.onPaste(event.text, false)) {
      const [line = "", ...rest] = event.text.split(/(?<=\r(?!\n)|\n)/);
      this.#waiting.unshift(...rest.map((text): KeyEvent => ({ kind: "keys", text })));
      // Suspending would leave a question behind that readline never wakes up again.
      this.write(line.replaceAll("\u001a", ""));
      if (!/[\r\n]$/.test(line)) return false;
    }
    setImmediate(() => {
      this.#holding = false;
      this.#pass();
    });
    return true;
  }
}

/**
 * Whether keys came together as no fingers type them: a line end with text after it, or a whole credential. Keys that
 * edit are no paste, however fast they come.
 */
function isBurst(text: string): boolean {
  if (/[^\P{Cc}\r\n\t]/u.test(text)) return false;
  return /[\r\n][\s\S]*[^\r\n]/.test(text) || scrub(text) !== text;
}
