import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { inject, onTestFinished } from "vitest";
import { main } from "../../src/commands/main.ts";
import type { About, Context, Files } from "../../src/core/context.ts";
import { send } from "../../src/http/client.ts";
import type { Provider } from "../../src/providers/provider.ts";
import { homeFolder, systemContext } from "../../src/system/system-context.ts";
import { languageOf, loadTexts } from "../../src/text/language.ts";
import { unsyncedFiles } from "./faulty-files.ts";

/** The program as it was built for these tests. */
export const PROGRAM = join(inject("built"), "bin", "openclaw.cjs");

/** Has `openclaw` start that program, so that it names itself like this. */
export const PATH_TO_PROGRAM = join(inject("built"), "on-path");
const CLIENT_PROGRAMS = ["claude", "codex", "opencode"];

/** A folder of the path, or one like it without the clients that `onboard` would ask about. */
function withoutClients(folder: string): string {
  if (!CLIENT_PROGRAMS.some((name) => existsSync(join(folder, name)))) return folder;
  const others = mkdtempSync(join(tmpdir(), "openclaw-path-"));
  process.once("exit", () => rmSync(others, { recursive: true, force: true }));
  for (const name of readdirSync(folder))
    if (!CLIENT_PROGRAMS.includes(name)) symlinkSync(join(folder, name), join(others, name));
  return others;
}

/** The developer's own, without clients. */
export const PATH_WITHOUT_PROGRAM = (process.env.PATH ?? "")
  .replace(`${PATH_TO_PROGRAM}:`, "")
  .split(delimiter)
  .map(withoutClients)
  .join(delimiter);
process.env.PATH = `${PATH_TO_PROGRAM}:${PATH_WITHOUT_PROGRAM}`;

export const ACCOUNT = "0123456789abcdef0123456789abcdef";
/** Values that must not turn up anywhere but in `.env`; each is shaped like the real thing. */
export const CANARY_KEY = "sk-ant-api03-CANARYkeyCANARYkeyCANARYkey-abcdwXyZ";
export const CANARY_TOKEN = "cfut_CANARYtokenCANARYtokenCANARYtoken12345678";

/** The flags of the documented command, with the canary as key. */
export const DOCUMENTED = [
  "onboard",
  "--non-interactive",
  "--mode",
  "local",
  "--auth-choice",
  "cloudflare-ai-gateway-api-key",
  "--cloudflare-ai-gateway-account-id",
  ACCOUNT,
  "--cloudflare-ai-gateway-gateway-id",
  "my-gw",
  "--cloudflare-ai-gateway-api-key",
  CANARY_KEY,
];

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What the program reads; without it standard input is closed, as in CI. */
  readonly input?: string;
}

export interface InProcessOptions extends RunOptions {
  /** Parts of the real context that a test replaces: the clock, the prompter, the signals. */
  readonly context?: Partial<Context>;
  readonly about?: Partial<About>;
  /** The providers that the program knows; its own unless given. */
  readonly providers?: readonly Provider[];
}

/** A home folder of the test's own, removed afterwards. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), "openclaw-home-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** The environment of a run: nothing of the developer's own but the way to Node, and no way to their systemd. */
export function cleanEnv(home: string, env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { HOME: home, PATH: process.env.PATH ?? "", XDG_RUNTIME_DIR: join(home, "no-session"), ...env };
}

const { version } = JSON.parse(readFileSync(join(PROGRAM, "..", "..", "package.json"), "utf8")) as { version: string };

/** The file operations of tests, with relative paths below a folder, as the system has it with the working directory. */
function filesFrom(folder: string): Files {
  const placed = (value: unknown) => (typeof value === "string" ? resolve(folder, value) : value);
  return new Proxy(unsyncedFiles, {
    get: (real, name: keyof Files) => {
      const act = real[name] as (...args: unknown[]) => unknown;
      const hasTwoPaths = name === "linkSync" || name === "renameSync";
      return (first: unknown, second: unknown, ...rest: unknown[]) =>
        act(placed(first), hasTwoPaths ? placed(second) : second, ...rest);
    },
  }) as unknown as Files;
}

/**
 * The real context of a run in this process, with nothing of this process in it: environment, working folder and standard
 * streams are values. Files, children, requests, clock and waiting are the real ones. `NODE_EXTRA_CA_CERTS`, which Node
 * reads when it starts, is the one of vitest.config.ts.
 */
async function contextOf(
  args: readonly string[],
  { home, env = {}, cwd = home, input = "" }: RunOptions,
  write: Pick<Context, "out" | "err">,
) {
  const variables = cleanEnv(home, env);
  const real = systemContext(await loadTexts(languageOf(variables, args)), {
    createPrompter: () => Promise.reject(new Error("a question without a terminal")),
    createLiveScreen: () => Promise.reject(new Error("a live screen without a terminal")),
    send: async () => send,
  });
  return {
    ...real,
    ...write,
    env: variables,
    homedir: () => homeFolder(variables.HOME, () => userInfo().homedir),
    cwd: () => cwd,
    files: filesFrom(cwd),
    started: { node: process.execPath, script: PROGRAM },
    terminal: { stdin: false, stdout: false, stderr: false },
    columns: () => undefined,
    openLog: async () => ({
      write: (text) => {
        write.out(text);
        return true;
      },
      end: async () => {},
    }),
    readStdin: async () => input,
    http: (request) => send(request, request.proxyVariables ?? variables),
    // A signal would reach the test runner.
    onSignal: () => () => {},
  } satisfies Context;
}

/** Waiting that takes no time, for tests of what is done after a pause. */
export const WITHOUT_PAUSES: Pick<Context, "delay"> = { delay: () => new Promise((resolve) => setImmediate(resolve)) };

/** Runs a command line as the program does, in this process and with standard streams that are no terminal. */
export async function openclaw(
  args: readonly string[],
  { context = {}, about = {}, providers, ...options }: InProcessOptions,
): Promise<Finished> {
  const output = { stdout: "", stderr: "" };
  const real = await contextOf(args, options, {
    out: (text) => {
      output.stdout += text;
    },
    err: (text) => {
      output.stderr += text;
    },
  });
  const here = { version, node: process.version, platform: process.platform };
  const known = providers && (async () => providers);
  const status = await main(args, { ...here, ...about }, { ...real, ...context }, known);
  return { status, ...output };
}

/** Runs the built program as a user does and waits for its end: for tests of what only a process has. */
export function openclawProcess(args: readonly string[], { home, env, cwd, input }: RunOptions): Promise<Finished> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: cwd ?? home,
    env: cleanEnv(home, env),
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  child.stdin?.end(input);
  return finished(child);
}

/** Waits for the end of a process, with what it prints. Rejects if it cannot be started. */
export function finished(child: ChildProcess): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const output = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...output }));
  });
}

/** A path as a person reads it. */
export const shownPath = (path: string, home: string): string => path.replace(home, "~");

/** Every file below a folder, by path, as text. */
export function filesBelow(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return new Map(entries.filter((path) => statSync(path).isFile()).map((path) => [path, readFileSync(path, "utf8")]));
}
