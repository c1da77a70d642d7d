import { readSync } from "node:fs";
import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import { setTimeout as guard } from "node:timers";
import headless from "@xterm/headless";
import fastStringWidth from "fast-string-width";
import { describe, onTestFinished } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { createLiveScreen } from "../../src/terminal/live-screen.ts";
import { createPrompter } from "../../src/terminal/prompter.ts";
import { languageOf, loadTexts } from "../../src/text/language.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, cleanEnv, filesBelow, openclaw, PROGRAM } from "./program.ts";
import { KNOWN } from "./stand-in/world.ts";

/** Undefined where there is no prebuilt pseudo-terminal, as on musl. */
const pty = await import("@lydell/node-pty").catch((error: Error) => {
  console.warn(`SKIPPED: every test in a terminal, for node-pty cannot be loaded. ${error.message.split("\n")[0]}`);
  return undefined;
});

/** `describe` for tests that use `openTerminalProcess`; skips them, loudly, where there can be none. */
export const describeInTerminal = pty === undefined ? describe.skip : describe;

const KEYS = {
  enter: "\r",
  escape: "\u001b",
  backspace: "\u007f",
  tab: "\t",
  up: "\u001b[A",
  down: "\u001b[B",
  left: "\u001b[D",
  right: "\u001b[C",
  home: "\u001b[H",
  end: "\u001b[F",
  "ctrl-a": "\u0001",
  "ctrl-c": "\u0003",
  "ctrl-d": "\u0004",
  "ctrl-t": "\u0014",
  "ctrl-u": "\u0015",
  "ctrl-w": "\u0017",
  "ctrl-z": "\u001a",
} as const;

export type Key = keyof typeof KEYS;

/** @why a program that shows nothing new for so long hangs, on the busiest machine too; it is ended to show its screen. */
const SILENCE_MS = 30_000;

export interface TerminalOptions {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** The value of TERM. */
  readonly term?: string;
}

/** How the program ended: a status, or the number of the signal that ended it. */
interface Exit {
  readonly status: number;
  readonly signal: number | undefined;
}

export interface TestTerminal {
  type(text: string): void;
  press(key: Key, times?: number): void;
  /** Pastes as a terminal does: in brackets if the program asked for them, line ends as Enter sends them. */
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** Closes the window. */
  close(): void;
  /** Sends a signal to the process, where there is one. */
  signal(name: "SIGHUP" | "SIGINT" | "SIGTERM"): void;
  /** Waits until the screen shows it; rejects, with the screen, when the program ends without having shown it. */
  waitFor(wanted: string | RegExp | ((screen: string) => boolean)): Promise<void>;
  /** Waits until the program has written more than so many characters; rejects when it ends without. */
  waitForMore(length: number): Promise<void>;
  /** What can be read, lines that scrolled away included. */
  screen(): string;
  /** The column and row of the cursor, from 0. */
  cursor(): { readonly column: number; readonly row: number };
  /** The character on which the cursor stands; empty behind a text. */
  underCursor(): string;
  /** Everything the program ever wrote. */
  readonly bytes: string;
  readonly exit: Promise<Exit>;
}

/** Where a program writes, and says how it ended. */
interface Window {
  readonly columns: () => number;
  readonly rows: () => number;
  readonly show: (data: string) => void;
  readonly ended: (exit: Exit) => void;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The other end of a window: the program in it. */
interface Attached {
  readonly write: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly close: () => void;
  readonly signal?: (name: string) => void;
  /** Ends a program that still runs. */
  readonly kill: () => void;
}

export interface InProcessTerminalOptions extends Omit<TerminalOptions, "term"> {
  /** Parts of the real context that a test replaces. */
  readonly context?: Partial<Context>;
}

/**
 * Runs a command line in this process, with the real questions in a terminal that has no process and no line discipline:
 * keys come as in raw mode, and no signals. One that still runs when the test is over has its input ended.
 */
export function openTerminal(args: readonly string[], options: InProcessTerminalOptions): TestTerminal {
  const { home, env = {}, context = {} } = options;
  const variables = { TERM: "xterm-256color", ...env };
  return open({ ...options, convertEol: true }, ({ columns, rows, show, ended }) => {
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
    // Like standard error, it outlives what is piped into it.
    const output = Object.defineProperties(new PassThrough(), { columns: { get: columns }, rows: { get: rows } });
    Object.assign(output, { _isStdio: true });
    output.setEncoding("utf8").on("data", show);
    const run = async () => {
      const texts = context.text ?? (await loadTexts(languageOf(cleanEnv(home, variables), args)));
      const { status } = await openclaw(args, {
        home,
        env: variables,
        context: {
          terminal: { stdin: true, stdout: true, stderr: true },
          columns,
          out: show,
          err: show,
          prompter: (how) =>
            createPrompter(how, { input, output: output as typeof output & { columns: number } }, texts),
          liveScreen: async (events) =>
            createLiveScreen(events, {
              input,
              output: output as typeof output & Size,
              onEnd: () => () => {},
              onStop: () => () => {},
              stop: () => {},
            }),
          ...context,
        },
      });
      // A process ends when nothing is left to do: the terminal is given back in the next turn of the event loop.
      for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return status ?? 0;
    };
    run().then(
      (status) => ended({ status, signal: undefined }),
      (error: Error) => {
        show(`${error.stack}`);
        ended({ status: -1, signal: undefined });
      },
    );
    const end = () => void input.end();
    return { write: (keys) => void input.write(keys), resize: () => output.emit("resize"), close: end, kill: end };
  });
}

/** Starts the built program in a real terminal: for tests of what only that has, as its keys, signals and size. */
export const openTerminalProcess = (args: readonly string[], options: TerminalOptions): TestTerminal =>
  openProgram(process.execPath, [PROGRAM, ...args], options);

/** Starts any program in a real terminal, such as a shell. */
export function openProgram(file: string, args: readonly string[], options: TerminalOptions): TestTerminal {
  const { home, env = {}, columns, rows, term } = { ...WINDOW, ...options };
  return open({ ...options, convertEol: false }, ({ show, ended }) => {
    if (pty === undefined) throw new Error("there is no pseudo-terminal here");
    const program = pty.spawn(file, [...args], {
      name: term,
      cols: columns,
      rows,
      cwd: home,
      env: cleanEnv(home, { TERM: term, ...env }),
    });
    program.onData(show);
    const { _socket: socket, fd } = program as unknown as { readonly _socket: Socket; readonly fd: number };
    const destroy = socket.destroy.bind(socket);
    // 200 ms after the program's end, node-pty gives up reading: on a busy machine, its last words would be lost.
    socket.destroy = (error) => {
      if (error === undefined && !isClosing) show(unread(fd));
      return destroy(error);
    };
    let isClosing = false;
    program.onExit(({ exitCode, signal }) => ended({ status: exitCode, signal: signal || undefined }));
    return {
      write: (keys) => program.write(keys),
      resize: (width, height) => program.resize(width, height),
      close: () => {
        isClosing = true;
        (program as unknown as { destroy: () => void }).destroy();
      },
      signal: (name) => program.kill(name),
      kill: () => program.kill("SIGKILL"),
    };
  });
}

interface EmulatorOptions extends TerminalOptions {
  /** Whether a line feed begins a line, which the line discipline of a real terminal sees to. */
  readonly convertEol: boolean;
}

/** What a program that has ended left in its terminal. */
function unread(fd: number): string {
  const piece = Buffer.alloc(2 ** 16);
  const pieces: Buffer[] = [];
  try {
    for (let size = readSync(fd, piece); size > 0; size = readSync(fd, piece)) {
      pieces.push(Buffer.from(piece.subarray(0, size)));
    }
  } catch {
    // EIO is the end of a terminal that nobody has open.
  }
  return Buffer.concat(pieces).toString("utf8");
}

const WINDOW = { columns: 80, rows: 40, term: "xterm-256color" } as const;

/**
 * Widths as today's terminals have them: by itself, the emulator gives an emoji one column.
 * @source xterm.js, UnicodeService: the bits of a property are the width above whether it joins what precedes it.
 */
const WITH_EMOJI = {
  version: "emoji",
  wcwidth: (point: number) =>
    point < 32 ? 0 : (Math.min(2, fastStringWidth(String.fromCodePoint(point))) as 0 | 1 | 2),
  charProperties: (point: number, preceding: number) => {
    const width = WITH_EMOJI.wcwidth(point);
    const before = (preceding >> 1) & 3;
    return width === 0 && before > 0 ? (before << 1) | 1 : width << 1;
  },
};

function open({ convertEol, ...options }: EmulatorOptions, attach: (window: Window) => Attached): TestTerminal {
  const { columns, rows } = { ...WINDOW, ...options };
  const emulator = new headless.Terminal({ cols: columns, rows, scrollback: 1000, convertEol, allowProposedApi: true });
  emulator.unicode.register(WITH_EMOJI);
  emulator.unicode.activeVersion = WITH_EMOJI.version;
  let bytes = "";
  let ended: Exit | undefined;
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of [...watchers]) watcher();
  };
  let finish: (exit: Exit) => void;
  const exit = new Promise<Exit>((resolve) => {
    finish = (how) => {
      ended = how;
      emulator.write("", () => {
        look();
        resolve(how);
      });
    };
  });
  const program = attach({
    columns: () => emulator.cols,
    rows: () => emulator.rows,
    show: (data) => {
      bytes += data;
      emulator.write(data, look);
    },
    ended: (how) => finish(how),
  });
  // A terminal answers what a program asks it, such as where the cursor is.
  emulator.onData((answer) => program.write(answer));
  onTestFinished(async () => {
    if (ended === undefined) program.kill();
    await exit;
    emulator.dispose();
  });

  const screen = () => {
    const { active } = emulator.buffer;
    let text = "";
    for (let row = 0; row < active.length; row += 1) {
      const line = active.getLine(row);
      // A line that the terminal had to break is one line still.
      text += `${row === 0 || line?.isWrapped ? "" : "\n"}${line?.translateToString(!active.getLine(row + 1)?.isWrapped, 0, emulator.cols) ?? ""}`;
    }
    return text.replace(/[^\S\n]+$/gm, "").trimEnd();
  };

  return {
    type: (text) => program.write(text),
    press: (key, times = 1) => program.write(KEYS[key].repeat(times)),
    paste: (text) => {
      const typed = text.replace(/\r?\n/g, "\r");
      program.write(emulator.modes.bracketedPasteMode ? `\u001b[200~${typed}\u001b[201~` : typed);
    },
    resize: (width, height) => {
      emulator.resize(width, height);
      program.resize(width, height);
    },
    close: program.close,
    signal: program.signal ?? (() => {}),
    waitFor: (wanted) =>
      waitUntil(String(wanted), (text) => {
        if (typeof wanted === "function") return wanted(text);
        if (typeof wanted !== "string") return wanted.test(text);
        return text.includes(wanted) || inOneLine(text).includes(inOneLine(wanted));
      }),
    waitForMore: (length) => waitUntil("anything more", () => bytes.length > length),
    screen,
    cursor: () => ({ column: emulator.buffer.active.cursorX, row: emulator.buffer.active.cursorY }),
    underCursor: () => {
      const { cursorX, cursorY, baseY } = emulator.buffer.active;
      return (
        emulator.buffer.active
          .getLine(baseY + cursorY)
          ?.getCell(cursorX)
          ?.getChars()
          .trim() ?? ""
      );
    },
    get bytes() {
      return bytes;
    },
    exit,
  };

  function waitUntil(wanted: string, isThere: (text: string) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        watchers.delete(watch);
        clearTimeout(timer);
        settle();
      };
      const fail = (why: string) =>
        finish(() => reject(new Error(`${why} before the screen showed ${wanted}. It shows:\n${screen()}`)));
      const timer = guard(() => fail("Nothing new came for a long time"), SILENCE_MS);
      const watch = () => {
        const text = screen();
        timer.refresh();
        if (isThere(text)) finish(resolve);
        else if (ended !== undefined) fail(`The program ended (${JSON.stringify(ended)})`);
      };
      watchers.add(watch);
      watch();
    });
  }
}

/** A text without the breaks between words, and between Chinese characters, that a narrow screen makes. */
const inOneLine = (text: string): string =>
  text.replace(/\s+/g, " ").replace(/(?<=[\u3000-\u9fff\uff00-\uff60]) | (?=[\u3000-\u9fff\uff00-\uff60])/g, "");

/** Every piece of a credential that says something about it: seven characters of its own in a row, the last four apart. */
function telltales(credential: string): readonly string[] {
  const own = credential.replace(/^(?:sk-ant-api03-|sk-proj-|cfut_)/, "").slice(0, -4);
  return Array.from({ length: own.length - 6 }, (_, start) => own.slice(start, start + 7));
}

/** Places where a part of a test's credential is that has no business there: `shown` texts, and every file but `.env`. */
export function leaks(home: string, ...shown: readonly string[]): readonly string[] {
  const places = new Map(shown.map((text, index) => [`text ${index}`, text]));
  for (const [path, text] of filesBelow(home)) if (!path.endsWith("/.env")) places.set(path, text);
  const { anthropicKey, openaiKey, runToken, fullToken } = KNOWN;
  const parts = [CANARY_KEY, CANARY_TOKEN, anthropicKey, openaiKey, runToken, fullToken].flatMap(telltales);
  return [...places].flatMap(([place, text]) => (parts.some((part) => text.includes(part)) ? [place] : []));
}

/** Whether the terminal was given back as it was: cursor visible, pastes unmarked, colours and screen reset. */
export function leftSane(bytes: string): boolean {
  const last = (code: string) => bytes.lastIndexOf(`\u001b[${code}`);
  return last("?25h") >= last("?25l") && last("?2004l") >= last("?2004h") && !bytes.includes("\u001b[?1049h");
}

/** Starts the wizard with the provider named, so that the account is its first question. */
export const ONBOARD = ["onboard", "--no-verify", "--auth-choice", "cloudflare-ai-gateway-api-key"];

/** Waits for a question and answers it: a text is typed, then Enter pressed. */
export async function answer(terminal: TestTerminal, question: string, text = ""): Promise<void> {
  await terminal.waitFor(`? ${question}`);
  terminal.type(text);
  terminal.press("enter");
}

/** Chooses the answer that begins so by moving to it. */
export async function choose(terminal: TestTerminal, question: string, wanted: string): Promise<void> {
  await terminal.waitFor(`? ${question}`);
  await terminal.waitFor("\n❯ ");
  const pointed = (screen: string) => /\n❯ (.*)/.exec(screen)?.[1] ?? "";
  for (let presses = 0; !pointed(terminal.screen()).startsWith(wanted); presses += 1) {
    const before = pointed(terminal.screen());
    if (presses > 8) throw new Error(`${wanted} cannot be chosen:\n${terminal.screen()}`);
    terminal.press("down");
    await terminal.waitFor((screen) => ![before, ""].includes(pointed(screen)));
  }
  terminal.press("enter");
  await terminal.waitFor(`✔ ${question}`);
}

/** Answers everything that is asked up to the permission to write, which is left open. */
export async function answerQuickstart(terminal: TestTerminal, gatewayId = "my-gw", key = CANARY_KEY): Promise<void> {
  await answer(terminal, "Account ID", ACCOUNT);
  await answer(terminal, "Gateway ID", gatewayId);
  await answer(terminal, "API key", key);
  await terminal.waitFor("? Save these changes?");
}
