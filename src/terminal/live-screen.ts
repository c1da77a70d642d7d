import type { LiveScreen, LiveScreenEvents } from "../core/context.ts";
import { decodeKeys } from "./decode-keys.ts";
import type { Terminal } from "./keyboard.ts";

export interface LiveScreenStreams {
  readonly input: Terminal;
  readonly output: NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };
  /** Calls back before a signal ends the process; returns a function that unsubscribes. */
  readonly onEnd: (callback: () => void) => () => void;
  /** Calls back in place of stopping when a signal asks for that; returns a function that unsubscribes. */
  readonly onStop: (callback: () => void) => () => void;
  /** Stops this process, or `all` of its job; calls back when it goes on. */
  readonly stop: (all: boolean, onContinue: () => void) => void;
}

/** @source xterm control sequences: the other screen, which leaves what was there before; the cursor; wrapping. */
const OPEN = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const CLOSE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
const HOME = "\u001b[H";
const CLEAR_LINE = "\u001b[2K";
const CLEAR_BELOW = "\u001b[J";

/** Ctrl-Z, which is a key like others where a terminal is read key by key. */
const STOP = "\u001a";

/** The size of a terminal that tells none. */
const USUAL = { columns: 80, rows: 24 };

/** Takes the terminal at once. Whatever ends the process, it is given back. */
export function createLiveScreen(
  { onKeys, onInterrupt, onResize }: LiveScreenEvents,
  { input, output, onEnd, onStop, stop }: LiveScreenStreams,
): LiveScreen {
  let isOpen = true;
  let isStopped = false;
  let undecoded = "";
  // A terminal that goes away may report an error, which adds nothing.
  output.on("error", () => {});
  const onData = (chunk: Buffer | string) => {
    const { events, rest } = decodeKeys(undecoded + String(chunk), true);
    undecoded = rest;
    for (const event of events) {
      if (event.kind === "interrupt") onInterrupt();
      else if (event.kind === "keys") {
        if (event.text.includes(STOP)) suspend(true);
        else onKeys(event.text);
      }
    }
  };
  const take = () => {
    input.setRawMode?.(true);
    input.resume();
    output.write(OPEN);
  };
  const giveBack = () => {
    input.pause();
    output.write(CLOSE);
    input.setRawMode?.(false);
  };
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    stopWatching();
    stopHearing();
    for (const event of GONE) input.off(event, onInterrupt);
    input.off("data", onData);
    output.off("resize", onResize);
    if (!isStopped) giveBack();
  };
  const suspend = (all: boolean) => {
    if (!isOpen || isStopped) return;
    isStopped = true;
    giveBack();
    stopHearing();
    stop(all, () => {
      isStopped = false;
      if (!isOpen) return;
      stopHearing = hearStop();
      take();
      onResize();
    });
  };
  const hearStop = () => onStop(() => suspend(false));
  let stopHearing = hearStop();
  const stopWatching = onEnd(close);
  for (const event of GONE) input.on(event, onInterrupt);
  input.setEncoding("utf8");
  input.on("data", onData);
  output.on("resize", onResize);
  take();
  return {
    size: () => ({ columns: output.columns || USUAL.columns, rows: output.rows || USUAL.rows }),
    draw: (lines) => {
      // Cleared before it is written: behind a line as wide as the window, that would take its last character.
      const drawn = lines.map((line) => `${CLEAR_LINE}${line}`).join("\r\n");
      const isFull = lines.length >= (output.rows || USUAL.rows);
      if (isOpen && !isStopped) output.write(`${HOME}${drawn}${isFull ? "" : `\r\n${CLEAR_BELOW}`}`);
    },
    close,
  };
}

const GONE = ["end", "close", "error"];
