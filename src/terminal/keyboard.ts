import { PassThrough } from "node:stream";
import { setImmediate as setImmediatePromise } from "node:timers/promises";
import type { Waited } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { looksLikeCredential } from "../core/redact.ts";
import { decodeKeys, type KeyEvent, keyEvent, PASTE_START } from "./decode-keys.ts";

/**
 * The time to wait for the rest of a sequence before taking a lone Escape for the key.
 * @why shorter than anyone notices.
 */
const ESCAPE_TIMEOUT_MS = 50;

/**
 * The time to wait for the signal that follows a closed window. If Node exits by itself after its terminal is gone, it
 * aborts and leaves a core file.
 * @why the signal is sent before the input ends.
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
  readonly onInterrupt: () => void;
  /**
   * Returns true if it handled the paste; otherwise the text is typed in. `marked` is false for text that only looks
   * like a paste, on a terminal that does not mark pastes.
   */
  readonly onPaste: (text: string, marked: boolean) => boolean;
  /** Takes every other key, instead of whoever reads this stream. */
  readonly onKeys?: (text: string) => void;
}

/**
 * Standard input for questions: keys pass through, and everything else goes to the current listener. Input typed ahead
 * is queued: after Enter, the rest waits for the next question.
 */
export class Keyboard extends PassThrough {
  readonly #terminal: Terminal;
  readonly #onSession: (open: boolean) => void;
  #listener: KeyboardListener | undefined;
  #undecoded = "";
  #escapeTimer: NodeJS.Timeout | undefined;
  #closing: NodeJS.Immediate | undefined;
  #isSessionOpen = false;
  #queue: KeyEvent[] = [];
  #isBlocked = false;
  readonly #onData = (chunk: Buffer | string) => this.#decode(String(chunk), false);
  readonly #onGone = () => {
    setTimeout(() => this.#receive([{ kind: "interrupt" }]), this.#terminal.isTTY ? HANGUP_MS : 0);
  };

  /** Calls `onSession` when the first question takes the terminal, and when it is released after the last. */
  constructor(terminal: Terminal, onSession: (open: boolean) => void = () => {}) {
    super();
    this.#terminal = terminal;
    this.#onSession = onSession;
    terminal.setEncoding("utf8");
    // A terminal that goes away may also report an error, which adds nothing.
    for (const event of ["end", "close", "error"]) terminal.on(event, this.#onGone);
  }

  /** Listens until the returned function is called. */
  listen(listener: KeyboardListener): () => void {
    this.#listener = listener;
    this.#terminal.on("data", this.#onData);
    this.#terminal.resume();
    setImmediate(() => (this.#terminal.readableEnded ? this.#onGone() : this.#flush()));
    return () => {
      this.#listener = undefined;
      clearTimeout(this.#escapeTimer);
      this.#terminal.off("data", this.#onData);
      this.#terminal.pause();
    };
  }

  /** Discards anything typed ahead, read or not: nobody agrees to what they have not seen. */
  async discardTypeahead(): Promise<void> {
    this.setRawMode(true);
    this.#terminal.on("data", this.#onData);
    this.#terminal.resume();
    // The first turn of the event loop starts reading; the second ends after pending input was read.
    await setImmediatePromise();
    await setImmediatePromise();
    this.#terminal.off("data", this.#onData);
    this.#terminal.pause();
    clearTimeout(this.#escapeTimer);
    // The rest of an unfinished paste is still to come, and must be discarded with it.
    if (!this.#undecoded.startsWith(PASTE_START)) this.#undecoded = "";
    this.#queue = this.#queue.filter(({ kind }) => kind === "interrupt");
  }

  /**
   * Called by readline as if this were the terminal. Between two questions the terminal stays in raw mode: input that
   * arrives then, possibly the second half of a paste, must not be echoed.
   */
  setRawMode(on: boolean): this {
    clearImmediate(this.#closing);
    if (on) this.#setSession(true);
    else this.#closing = setImmediate(() => this.#setSession(false));
    return this;
  }

  #setSession(open: boolean): void {
    if (open === this.#isSessionOpen) return;
    this.#isSessionOpen = open;
    this.#terminal.setRawMode?.(open);
    this.#onSession(open);
  }

  #decode(chunk: string, final: boolean): void {
    clearTimeout(this.#escapeTimer);
    const { events, rest } = decodeKeys(this.#undecoded + chunk, final);
    const inPaste = rest.startsWith(PASTE_START);
    // Ctrl-C must work even in a paste whose end never comes.
    const isInterrupted = inPaste && keyEvent(rest.slice(-1)).kind === "interrupt";
    this.#undecoded = isInterrupted ? "" : rest;
    this.#receive(isInterrupted ? [...events, { kind: "interrupt" }] : events);
    if (rest !== "" && !inPaste) {
      this.#escapeTimer = setTimeout(() => this.#decode("", true), ESCAPE_TIMEOUT_MS);
    }
  }

  #receive(events: readonly KeyEvent[]): void {
    this.#queue.push(...events);
    this.#flush();
  }

  /** Dispatches events up to one that may end the question; the rest waits until that is known. */
  #flush(): void {
    while (this.#listener !== undefined && !this.#isBlocked) {
      const event = this.#queue.shift();
      if (event === undefined) return;
      this.#isBlocked = this.#dispatch(event, this.#listener);
    }
  }

  /** Returns true if the event may have ended the question. */
  #dispatch(event: KeyEvent, listener: KeyboardListener): boolean {
    if (event.kind === "escape") listener.onEscape();
    else if (event.kind === "interrupt") listener.onInterrupt();
    else if (event.kind === "paste") {
      // The line end of a copied line must not act as Enter.
      if (!listener.onPaste(event.text, true)) this.write(event.text.replace(/[\r\n]+$/, ""));
    } else if (listener.onKeys !== undefined) listener.onKeys(event.text);
    else if (!isBurst(event.text) || !listener.onPaste(event.text, false)) {
      const [line = "", ...rest] = event.text.split(/(?<=\r(?!\n)|\n)/);
      this.#queue.unshift(...rest.map((text): KeyEvent => ({ kind: "keys", text })));
      // Ctrl-Z would suspend the program, and readline would never resume the question.
      this.write(line.replaceAll("\u001a", ""));
      if (!/[\r\n]$/.test(line)) return false;
    }
    setImmediate(() => {
      this.#isBlocked = false;
      this.#flush();
    });
    return true;
  }
}

/** @why nobody types so many characters at once. */
const BURST_LENGTH = 8;

/**
 * True for input that arrives faster than anyone types: text after a line end, many characters, or a whole credential.
 * Editing keys never count as a paste, nor does what an Enter ends.
 */
function isBurst(text: string): boolean {
  if (/[^\P{Cc}\r\n\t]/u.test(text)) return false;
  const isLong = text.length >= BURST_LENGTH && !/[\r\n]/.test(text);
  return isLong || /[\r\n][\s\S]*[^\r\n]/.test(text) || looksLikeCredential(text);
}

export const cancelled = () => new OpenclawError((t) => t.terminal.cancelled, { code: "prompt.cancelled" });

const TAB = "\t";

/** Calls back with the seconds since the call, until the returned function is called. */
export function everySecond(callback: (seconds: number) => void): () => void {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += 1;
    callback(seconds);
  }, 1000);
  return () => clearInterval(timer);
}

export interface WaitDisplay {
  /** Ends the display. Called before anything else is written. */
  readonly finish: () => void;
  /** Called at the end if something was typed that is no key of this display. */
  readonly onIgnored: () => void;
}

/**
 * Runs `work` while no question is open. Escape goes back and Tab skips, unless the work `mustEnd`; both abort it.
 * Ctrl-C and a closed terminal abort it and throw `prompt.cancelled`. Other input is discarded: nobody answers a
 * question that they have not seen.
 */
export async function runInterruptibly<T>(
  keyboard: Keyboard,
  work: (signal: AbortSignal) => Promise<T>,
  mustEnd: boolean,
  { finish, onIgnored }: WaitDisplay,
): Promise<Waited<T>> {
  const controller = new AbortController();
  keyboard.setRawMode(true);
  let stop = () => {};
  let isIgnored = false;
  const interrupted = new Promise<Waited<T>>((resolve, reject) => {
    const leave = (kind: "back" | "skipped") => {
      if (mustEnd) return;
      controller.abort();
      resolve({ kind });
    };
    stop = keyboard.listen({
      onEscape: () => leave("back"),
      onInterrupt: () => {
        controller.abort();
        reject(cancelled());
      },
      onPaste: () => {
        isIgnored = true;
        return true;
      },
      onKeys: (text) => {
        if (text === TAB) leave("skipped");
        else isIgnored ||= !CONTROL.test(text);
      },
    });
  });
  try {
    const done = work(controller.signal).then((value): Waited<T> => ({ kind: "answer", value }));
    return await Promise.race([done, interrupted]);
  } finally {
    stop();
    await keyboard.discardTypeahead();
    keyboard.setRawMode(false);
    finish();
    if (isIgnored) onIgnored();
  }
}

/** A control character, or a special key such as an arrow. */
const CONTROL = /^\p{Cc}/u;
