import type * as fs from "node:fs";
import type { Socket } from "node:net";
import type { Texts } from "../text/message.ts";
import type { HttpRequest, HttpResponse, NetworkFault } from "./http.ts";
import type { Result } from "./result.ts";

/** The file operations we use. Synchronous, because a command line would have to wait for them anyway. */
export type Files = Pick<
  typeof fs,
  | "accessSync"
  | "chmodSync"
  | "chownSync"
  | "closeSync"
  | "fchmodSync"
  | "fchownSync"
  | "fstatSync"
  | "fsyncSync"
  | "ftruncateSync"
  | "linkSync"
  | "lstatSync"
  | "mkdirSync"
  | "openSync"
  | "readFileSync"
  | "readSync"
  | "readdirSync"
  | "readlinkSync"
  | "realpathSync"
  | "renameSync"
  | "rmdirSync"
  | "statSync"
  | "statfsSync"
  | "unlinkSync"
  | "utimesSync"
  | "writeSync"
>;

/** Each has a row in `Texts.variables`, from which `docs/environment.md` is generated. */
export type VariableName = keyof Texts["variables"];

type LowerCaseName = Lowercase<"HTTPS_PROXY" | "HTTP_PROXY" | "NO_PROXY">;

/**
 * Only variables with a row in the texts can be read by name. For names that come from a configuration, use `lookUp`.
 */
export type Env = Readonly<Partial<Record<VariableName | LowerCaseName, string | undefined>>>;

export type ChildEnv = Readonly<Record<string, string | undefined>>;

/** Reads a variable whose name comes from a configuration or a provider's fields. */
export const lookUp = (name: string, env: Env): string | undefined => (env as ChildEnv)[name];

export interface RunResult {
  /** Null if it did not exit by itself; `failure` then says why. */
  readonly status: number | null;
  readonly stdout: string;
  readonly failure?: RunFailure;
}

/** Why a program did not exit by itself. Each has a sentence in `Texts.system.runFailure`. */
export type RunFailure = "not-found" | "not-permitted" | "not-started" | "timed-out" | "too-much-output" | "killed";

export interface RunOptions {
  readonly env: ChildEnv;
  /** Written to the child's standard input, which is otherwise empty. */
  readonly input?: string;
  /** `Infinity` for a program that runs until `signal`. */
  readonly timeoutMs: number;
  /** The longest time without output, if that is limited as well. */
  readonly silenceMs?: number;
  readonly maxOutputBytes: number;
  /** Does not wait for what the child leaves in the background, which may keep the output open. */
  readonly leavesChildren?: boolean;
  /** Merges the child's standard error into the output. */
  readonly withErrors?: boolean;
  /** Gets the output as it comes, none of which is collected then; returns false when it wants no more. */
  readonly onOutput?: (chunk: Buffer) => boolean;
  /** Ends it, as a failure `killed`. */
  readonly signal?: AbortSignal;
}

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  /** Shown beside the label, column by column, as far as there is room. */
  readonly facts?: readonly string[];
  /** The same and more, in words. */
  readonly description?: string;
}

/** `back` is a request to return to the previous question. */
export type Reply<T> = { readonly kind: "answer"; readonly value: T } | { readonly kind: "back" };

/** The outcome of work that a person waited for; `skipped` if they did not want to wait for its end. */
export type Waited<T> = Reply<T> | { readonly kind: "skipped" };

export interface PrompterOptions {
  readonly accessible: boolean;
  readonly colour: boolean;
  /** Makes addresses links. */
  readonly links?: boolean;
}

export interface TextQuestion {
  readonly message: string;
  readonly help?: string;
  /** The page on which the answer is found. */
  readonly page?: string;
  /** The default as displayed; secrets are masked. */
  readonly shownDefault?: string;
  readonly secret: boolean;
  /** Validates the raw answer; returns what is wrong with it, if anything. */
  readonly problem: (raw: string) => string | undefined;
}

/** Asks a person at a terminal. Every method throws `prompt.cancelled` on Ctrl-C or a closed terminal. */
export interface Prompter {
  /** The raw answer, with pasted line ends as `\n`; empty for Enter alone. */
  text(question: TextQuestion): Promise<Reply<string>>;
  choose<T>(question: { message: string; choices: readonly Choice<T>[]; initial?: T }): Promise<Reply<T>>;
  /** At least one of the choices, in their original order. */
  chooseSeveral<T>(question: {
    message: string;
    choices: readonly Choice<T>[];
    initial: readonly T[];
  }): Promise<Reply<readonly T[]>>;
  /** Picks one of many by typing part of its label; other text may be accepted as typed. */
  search(question: { message: string; choices: readonly Choice<string>[]; initial?: string }): Promise<Reply<string>>;
  /** Shows `details`, if there are any, to whoever asks for them, and asks again. */
  confirm(question: { message: string; initial: boolean; details?: string }): Promise<Reply<boolean>>;
  /**
   * Shows progress during `work`. Going back and skipping abort the signal, unless the work `mustEnd`. Ctrl-C aborts it
   * and throws `prompt.cancelled`.
   */
  busy<T>(
    message: string,
    work: (signal: AbortSignal) => Promise<T>,
    how?: { readonly mustEnd: boolean },
  ): Promise<Waited<T>>;
  note(text: string): void;
}

/** A terminal that shows one picture, which is drawn again and again, until it is closed. */
export interface LiveScreen {
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Replaces what it shows; lines are no wider than it. */
  readonly draw: (lines: readonly string[]) => void;
  /** Gives the terminal back as it was. */
  readonly close: () => void;
}

export interface LiveScreenEvents {
  /** A key, or several that came together. */
  readonly onKeys: (text: string) => void;
  /** Ctrl-C, Ctrl-D, or the terminal is gone. */
  readonly onInterrupt: () => void;
  readonly onResize: () => void;
}

export interface LogOutput {
  /** Never waits for the reader. Returns false if the reader is too far behind, or the disk is full. */
  readonly write: (text: string) => boolean;
  /** Resolves when everything is written, or after `waitMs`. */
  readonly end: (waitMs: number) => Promise<void>;
}

/** Another process of this program. What is sent arrives in order, and is data that `structuredClone` can copy. */
export interface PeerProcess {
  /** False if it cannot reach the other one any more. */
  readonly send: (message: object) => boolean;
  /** Hands a connection on. The other process has one of its own then: this one is to be destroyed once it says so. */
  readonly hand: (message: object, connection: Socket) => boolean;
}

/** How a process ended: one of them is not null. */
export interface ProcessEnd {
  readonly status: number | null;
  readonly signal: string | null;
}

interface PeerEvents {
  readonly onMessage: (message: unknown, connection: Socket | undefined) => void;
}

/** A process that this one has started to share its work. It ends when this one does, however that ends. */
export interface WorkerProcess extends PeerProcess {
  readonly pid: number;
  readonly kill: () => void;
  /** Has it end by itself. */
  readonly release: () => void;
}

/** The process that has started this one to share its work. */
export interface PrimaryProcess extends PeerProcess {
  /** From now on messages are heard, and what is thrown and never caught ends this process after `onFault`. */
  readonly listen: (events: PeerEvents & { readonly onFault: (error: Error) => void }) => void;
}

/** What a process takes of its machine. Times in seconds, sizes in bytes. */
export interface ProcessFigures {
  readonly cpuUserSeconds: number;
  readonly cpuSystemSeconds: number;
  readonly startedSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  /** By which timers were late since the last look; `undefined` if nothing was due. */
  readonly lateness:
    | { readonly meanSeconds: number; readonly p99Seconds: number; readonly maxSeconds: number }
    | undefined;
  /** Only where the system tells. */
  readonly openFiles: number | undefined;
  readonly mostFiles: number | undefined;
}

/** Work beside this thread. What is sent is data that `structuredClone` can copy. */
export interface HelperThread {
  readonly send: (message: object) => void;
  readonly end: () => void;
}

export type Signal = "SIGHUP" | "SIGINT" | "SIGTERM";

/**
 * All I/O, injected. It is always the last parameter and never stored in a module. A function takes only the part it
 * uses, so its signature says what it can do.
 */
export interface Context {
  readonly env: Env;
  readonly text: Texts;
  readonly files: Files;
  readonly platform: NodeJS.Platform;
  /** Throws `usage.invalid` or `file.access` if there is no usable home folder. */
  readonly homedir: () => string;
  /** Throws `file.access` if the working directory was removed. */
  readonly cwd: () => string;
  readonly pid: number;
  /** `undefined` on Windows. */
  readonly uid: number | undefined;
  /** Absolute paths of Node and the script, without following links. */
  readonly started: { readonly node: string; readonly script: string };
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** The width of the terminal on standard output, or on the other stream; `undefined` without one. */
  readonly columns: (stream?: "stdout" | "stderr") => number | undefined;
  readonly now: () => Date;
  readonly randomBytes: (sizeBytes: number) => Buffer;
  readonly out: (text: string) => void;
  /** True once something was written that nothing reads, since whatever standard output is piped into has ended. */
  readonly isReaderGone: () => boolean;
  readonly err: (text: string) => void;
  /** Opens standard output as the log of a long-running program. */
  readonly openLog: () => Promise<LogOutput>;
  /**
   * Adds whole lines at the end of a file that other processes may add to as well, made for its owner only. Nothing else
   * waits for the disk. Rejects with the system's error, which has `writtenBytes` if a part of them was written.
   */
  readonly append: (path: string, lines: Uint8Array) => Promise<void>;
  readonly readStdin: () => Promise<string>;
  readonly prompter: (options: PrompterOptions) => Promise<Prompter>;
  /** Takes the terminal on standard input and output. */
  readonly liveScreen: (events: LiveScreenEvents) => Promise<LiveScreen>;
  readonly run: (command: string, args: readonly string[], options: RunOptions) => Promise<RunResult>;
  /** Runs a program that has the terminal to itself until it ends, such as an editor. */
  readonly runInTerminal: (command: string, args: readonly string[]) => Promise<RunResult>;
  /** Sends one request, through the proxy set in the environment. Never retries or follows redirects. */
  readonly http: (request: HttpRequest) => Promise<Result<HttpResponse, NetworkFault>>;
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Opens pages and files in the user's browser; `undefined` where nobody would see it. */
  readonly pageOpener: () => Promise<((target: string) => void) | undefined>;
  /** Replaces the signal's default effect; returns a function that unsubscribes. */
  readonly onSignal: (signal: Signal, callback: () => void) => () => void;
  /**
   * Calls back when something in the folder may have changed; returns a function that stops watching. Throws the
   * system's error if the folder cannot be watched.
   */
  readonly watchFolder: (path: string, callback: () => void) => () => void;
  readonly isAlive: (pid: number) => boolean;
  /** A function that says what this process takes, by how much timers are late since it was last asked. */
  readonly watchProcess: () => Promise<() => ProcessFigures>;
  /** Runs a script beside this thread, which gets `data`; it ends with this process, and keeps it from nothing. */
  readonly startThread: (
    script: string,
    data: object,
    events: { readonly onMessage: (message: unknown) => void; readonly onEnd: () => void },
  ) => Promise<HelperThread>;
  /** Starts one more process of this program, with the same arguments. */
  readonly startWorkerProcess: (
    events: PeerEvents & { readonly onEnd: (end: ProcessEnd) => void },
  ) => Promise<WorkerProcess>;
  /**
   * Loads the modules that the rest of this loads on first use.
   * @why after days, their files may be those of another version.
   */
  readonly loadRest: () => Promise<void>;
  /** `undefined` unless `startWorkerProcess` has started this process. */
  readonly primary: () => Promise<PrimaryProcess | undefined>;
}

/** The same context with another environment, such as a service's. */
export const withEnv = <C extends Pick<Context, "env">>(context: C, env: Env): C => ({ ...context, env });

export interface About {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}
