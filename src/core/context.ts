import type * as fs from "node:fs";
import type { Texts } from "../text/message.ts";
import type { HttpRequest, HttpResponse, NetworkFault } from "./http.ts";
import type { Result } from "./result.ts";

/** The file operations the program uses, synchronous because a command line waits for them anyway. */
export type Files = Pick<
  typeof fs,
  | "chmodSync"
  | "closeSync"
  | "fchmodSync"
  | "fchownSync"
  | "fstatSync"
  | "fsyncSync"
  | "linkSync"
  | "lstatSync"
  | "mkdirSync"
  | "openSync"
  | "readFileSync"
  | "readdirSync"
  | "readlinkSync"
  | "realpathSync"
  | "renameSync"
  | "rmdirSync"
  | "statSync"
  | "unlinkSync"
  | "utimesSync"
  | "writeSync"
>;

/**
 * A variable that the program reads. Each has a row in `Texts.variables`, from which `docs/environment.md` is printed.
 */
export type VariableName = keyof Texts["variables"];

type LowerCaseName = Lowercase<"HTTPS_PROXY" | "HTTP_PROXY" | "NO_PROXY">;

/** The environment. Only variables with a row can be read by name; those that a configuration names need `lookUp`. */
export type Env = Readonly<Partial<Record<VariableName | LowerCaseName, string | undefined>>>;

/** Variables of any name, as handed to a child process. */
export type ChildEnv = Readonly<Record<string, string | undefined>>;

/** The value of a variable whose name comes from a configuration or from a provider's fields. */
export const lookUp = (name: string, env: Env): string | undefined => (env as ChildEnv)[name];

/** The output of a child process and how it ended. */
export interface RunResult {
  /** Null when it did not exit by itself; `failure` then says why. */
  readonly status: number | null;
  readonly stdout: string;
  readonly failure?: RunFailure;
}

/** Why a program did not exit by itself. Each has a sentence in `Texts.system.runFailure`. */
export type RunFailure = "not-found" | "not-permitted" | "not-started" | "timed-out" | "too-much-output" | "killed";

export interface RunOptions {
  readonly env: ChildEnv;
  /** Standard input of the child; empty unless given. */
  readonly input?: string;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** Adds the child's standard error to the output. */
  readonly withErrors?: boolean;
}

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  readonly description?: string;
}

/** An answer, or the request to return to the previous question. */
export type Reply<T> = { readonly kind: "answer"; readonly value: T } | { readonly kind: "back" };

export interface TextQuestion {
  readonly message: string;
  /** One line under the question that helps to find the answer. */
  readonly help?: string;
  /** The default as it is shown; a secret is masked. */
  readonly shownDefault?: string;
  /** True when the answer must never appear on the screen. */
  readonly secret: boolean;
  /** A sentence that says what is wrong with the raw answer; undefined for a good one. */
  readonly problem: (raw: string) => string | undefined;
}

/** Asks a person at a terminal. Every method throws `prompt.cancelled` on Ctrl-C or a closed terminal. */
export interface Prompter {
  /** The raw answer, pasted line ends kept as `\n`; empty for Enter alone. */
  text(question: TextQuestion): Promise<Reply<string>>;
  choose<T>(question: { message: string; choices: readonly Choice<T>[]; initial?: T }): Promise<Reply<T>>;
  /** The ticked choices, at least one, in their order. */
  chooseSeveral<T>(question: {
    message: string;
    choices: readonly Choice<T>[];
    initial: readonly T[];
  }): Promise<Reply<readonly T[]>>;
  /** One of many, found by typing part of its label; other text may be taken as typed. */
  search(question: { message: string; choices: readonly Choice<string>[]; initial?: string }): Promise<Reply<string>>;
  confirm(question: { message: string; initial: boolean }): Promise<Reply<boolean>>;
  /** Shows progress during `work`. Ctrl-C aborts the signal and throws `prompt.cancelled`. */
  busy<T>(message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Prints text between questions. */
  note(text: string): void;
}

/** The destination of a log. */
export interface LogOutput {
  /** Takes a text without waiting for the reader; false when the reader is too far behind, or the disk is full. */
  readonly write: (text: string) => boolean;
  /** Resolves when everything is written, or the time is up. */
  readonly end: (waitMs: number) => Promise<void>;
}

/** Signals to a long-running program. */
export type Signal = "SIGHUP" | "SIGINT" | "SIGTERM";

/**
 * All I/O, injected. It is the last parameter of a function and never kept in a module; a function takes only the part
 * that it uses, so that its signature says what it can do.
 */
export interface Context {
  readonly env: Env;
  /** Every sentence of the program, in the user's language. */
  readonly text: Texts;
  readonly files: Files;
  readonly platform: NodeJS.Platform;
  /** The user's home folder; throws `usage.invalid` or `file.access` when there is no usable one. */
  readonly homedir: () => string;
  /** The working directory; throws `file.access` if it was removed. */
  readonly cwd: () => string;
  readonly pid: number;
  /** The user ID; undefined on Windows. */
  readonly uid: number | undefined;
  /** Absolute paths of Node and of the script that was started, links not followed. */
  readonly started: { readonly node: string; readonly script: string };
  /** True for each standard stream that is a terminal. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Columns of the terminal on standard output; undefined without one. */
  readonly columns: () => number | undefined;
  readonly now: () => Date;
  readonly randomBytes: (sizeBytes: number) => Buffer;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard output as the log of a long-running program. */
  readonly openLog: () => Promise<LogOutput>;
  readonly readStdin: () => Promise<string>;
  readonly prompter: (options: { accessible: boolean; colour: boolean }) => Promise<Prompter>;
  readonly run: (command: string, args: readonly string[], options: RunOptions) => Promise<RunResult>;
  /** Sends one request, through the proxy of the environment; never retries, never follows redirects. */
  readonly http: (request: HttpRequest) => Promise<Result<HttpResponse, NetworkFault>>;
  /** Ends early when the signal is aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls back on a signal, in place of its default effect; returns a function that stops that. */
  readonly onSignal: (signal: Signal, callback: () => void) => () => void;
  /**
   * Calls back when something in a folder may have changed; returns a function that stops that. Throws the system's
   * error when the folder cannot be watched.
   */
  readonly watchFolder: (path: string, callback: () => void) => () => void;
  /** True while a process with that id exists on this machine. */
  readonly isAlive: (pid: number) => boolean;
}

/** The same context with another environment, such as the one a service is started with. */
export const withEnv = <C extends Pick<Context, "env">>(context: C, env: Env): C => ({ ...context, env });

/** Facts for a bug report. */
export interface About {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}
