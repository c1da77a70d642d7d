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

/** A variable that the program reads. Each has a row in `Texts.variables`, from which `docs/environment.md` is printed. */
export type VariableName = keyof Texts["variables"];

type LowerCaseName = Lowercase<"HTTPS_PROXY" | "HTTP_PROXY" | "NO_PROXY">;

/** The environment. Only variables with a row can be read by name; those that a configuration names need `lookUp`. */
export type Env = Readonly<Partial<Record<VariableName | LowerCaseName, string | undefined>>>;

/** Variables of any name, as handed to a child process. */
export type ChildEnv = Readonly<Record<string, string | undefined>>;

/** The value of a variable whose name comes from a configuration or from a provider's fields. */
export const lookUp = (name: string, env: Env): string | undefined => (env as ChildEnv)[name];

/** What a child process printed and how it ended. */
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
  /** What the child reads from its standard input; nothing unless given. */
  readonly input?: string;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  /** Whether what the child says on its standard error is part of the output. */
  readonly withErrors?: boolean;
}

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  readonly description?: string;
}

/** An answer, or the wish to return to the question before. */
export type Reply<T> = { readonly kind: "answer"; readonly value: T } | { readonly kind: "back" };

export interface TextQuestion {
  readonly message: string;
  /** One line under the question: where the answer is found. */
  readonly help?: string;
  /** What Enter alone means, as it is to be shown; a secret is shown masked. */
  readonly shownDefault?: string;
  /** True when the answer must never be on the screen. */
  readonly secret: boolean;
  /** A sentence saying what is wrong with the raw answer, or undefined when it will do. */
  readonly problem: (raw: string) => string | undefined;
}

/** Asks a person at a terminal. Every method throws `prompt.cancelled` on Ctrl-C or a closed terminal. */
export interface Prompter {
  /** The raw answer, pasted line ends kept as `\n`; empty when the person pressed Enter alone. */
  text(question: TextQuestion): Promise<Reply<string>>;
  choose<T>(question: { message: string; choices: readonly Choice<T>[]; initial?: T }): Promise<Reply<T>>;
  /** Those that were ticked, at least one, in the order of the choices. */
  chooseSeveral<T>(question: {
    message: string;
    choices: readonly Choice<T>[];
    initial: readonly T[];
  }): Promise<Reply<readonly T[]>>;
  /** One of many, found by typing a part of its label; what is typed and is none of them may be taken as it is. */
  search(question: { message: string; choices: readonly Choice<string>[]; initial?: string }): Promise<Reply<string>>;
  confirm(question: { message: string; initial: boolean }): Promise<Reply<boolean>>;
  /** Does work while something shows that it goes on. Ctrl-C aborts the signal and throws `prompt.cancelled`. */
  busy<T>(message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Text between questions. */
  note(text: string): void;
}

/** Where the lines of a log go. */
export interface LogOutput {
  /** Takes a text without waiting for who reads it; false when that is behind by too much, or the disk is full. */
  readonly write: (text: string) => boolean;
  /** Resolves when all of it is written, or the time is up. */
  readonly end: (waitMs: number) => Promise<void>;
}

/** What the system can tell a program that runs for long. */
export type Signal = "SIGHUP" | "SIGINT" | "SIGTERM";

/**
 * Everything the outside world can do to us. It is passed as the last parameter and never kept in a module;
 * a function takes only the part it uses, so that its signature says what can happen.
 */
export interface Context {
  readonly env: Env;
  /** Every sentence of the program in the language of its user. */
  readonly text: Texts;
  readonly files: Files;
  readonly platform: NodeJS.Platform;
  /** The user's home folder; throws `usage.invalid` or `file.access` where there is none that can be used. */
  readonly homedir: () => string;
  /** The working directory; throws `file.access`, as it may have been removed. */
  readonly cwd: () => string;
  readonly pid: number;
  /** The number of the user; undefined on Windows. */
  readonly uid: number | undefined;
  /** How this program was started: absolute paths of Node and of the script, links not followed. */
  readonly started: { readonly node: string; readonly script: string };
  /** Which of the standard streams are terminals. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Columns of the terminal on standard output; undefined when it is none. */
  readonly columns: () => number | undefined;
  readonly now: () => Date;
  readonly randomBytes: (sizeBytes: number) => Buffer;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard output as the log of a program that runs for long. */
  readonly openLog: () => Promise<LogOutput>;
  readonly readStdin: () => Promise<string>;
  readonly prompter: (options: { accessible: boolean; colour: boolean }) => Promise<Prompter>;
  readonly run: (command: string, args: readonly string[], options: RunOptions) => Promise<RunResult>;
  /** One request to the outside, through the proxy of the environment; never retried, never redirected. */
  readonly http: (request: HttpRequest) => Promise<Result<HttpResponse, NetworkFault>>;
  /** Ends early when the signal is aborted. */
  readonly delay: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Calls back on a signal, which then does nothing else; gives what ends that. */
  readonly onSignal: (signal: Signal, callback: () => void) => () => void;
  /**
   * Calls back when something in a folder may have changed; gives what ends that. Throws the system's error where the
   * folder cannot be watched.
   */
  readonly watchFolder: (path: string, callback: () => void) => () => void;
  /** Whether a process of that id is running on this machine. */
  readonly isAlive: (pid: number) => boolean;
}

/** The same context with another environment, such as the one a service is started with. */
export const withEnv = <C extends Pick<Context, "env">>(context: C, env: Env): C => ({ ...context, env });

/** What a bug report has to say. */
export interface About {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
}
