import type { LiveScreen, LiveScreenEvents } from "../core/context.ts";
import { decodeKeys } from "./decode-keys.ts";
import type { Terminal } from "./keyboard.ts";

export interface LiveScreenStreams {
  readonly input: Terminal;
  readonly output: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };
  /** Calls back before a signal ends the process; returns a function that unsubscribes. */
  readonly onEnd: (callback: () => void) => () => void;
}

/** @source xterm control sequences: the other screen, which leaves what was there before; the cursor; wrapping. */
const OPEN = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const CLOSE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[2K";
const CLEAR_BELOW = "\u001b[J";

/** The size of a terminal that tells none. */
const USUAL = { columns: 80, rows: 24 };

/** Takes the terminal at once. Whatever ends the process, it is given back. */
export function createLiveScreen(
  { onKeys, onInterrupt, onResize }: LiveScreenEvents,
  { input, output, onEnd }: LiveScreenStreams,
): LiveScreen {
  let isOpen = true;
  let undecoded = "";
  // A terminal that goes away may report an error, which adds nothing.
  output.on("error", () => {});
  const onData = (chunk: Buffer | string) => {
    const { events, rest } = decodeKeys(undecoded + String(chunk), true);
    undecoded = rest;
    for (const event of events) {
      if (event.kind === "interrupt") onInterrupt();
      else if (event.kind === "keys") onKeys(event.text);
    }
  };
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    stopWatching();
    for (const event of GONE) input.off(event, onInterrupt);
    input.off("data", onData);
    input.pause();
    output.off("resize", onResize);
    output.write(CLOSE);
    input.setRawMode?.(false);
  };
  const stopWatching = onEnd(close);
  for (const event of GONE) input.on(event, onInterrupt);
  input.setEncoding("utf8");
  input.setRawMode?.(true);
  input.on("data", onData);
  input.resume();
  output.on("resize", onResize);
  output.write(OPEN);
  return {
    size: () => ({ columns: output.columns || USUAL.columns, rows: output.rows || USUAL.rows }),
    draw: (lines) => {
      // Cleared before it is written: behind a line as wide as the window, that would take its last character.
      const drawn = lines.map((line) => `${CLEAR_LINE}${line}`).join("\r\n");
      const isFull = lines.length >= (output.rows || USUAL.rows);
      if (isOpen) output.write(`${HOME}${drawn}${isFull ? "" : `\r\n${CLEAR_BELOW}`}`);
    },
    close,
  };
}

const GONE = ["end", "close", "error"];
