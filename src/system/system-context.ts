import { homedir, userInfo } from "node:os";
import { isAbsolute } from "node:path";
import { setTimeout } from "node:timers/promises";
import type {
  Context,
  Env,
  LiveScreen,
  LiveScreenEvents,
  Prompter,
  PrompterOptions,
  Signal,
  VariableName,
} from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { HttpRequest } from "../core/http.ts";
import { isUtf8Variable } from "../core/path-variable.ts";
import type { Message, Texts } from "../text/message.ts";
import type { JobControl } from "./job-control.ts";
import { runChild } from "./run-child.ts";
import { isTerminal, openLog, readStdin, streamWriter } from "./streams.ts";

// `import * as fs` would make the bundler copy every export of the module at each start.
const fs = process.getBuiltinModule("node:fs") as typeof import("node:fs");

/** Loaded on first use. */
export interface Loaders {
  readonly createPrompter: () => Promise<
    (
      options: PrompterOptions,
      streams: {
        readonly input: NodeJS.ReadStream;
        readonly output: NodeJS.WriteStream;
        readonly onEnd: (callback: () => void) => () => void;
        readonly openPage: ((url: string) => void) | undefined;
      },
      text: Texts,
    ) => Promise<Prompter>
  >;
  readonly createLiveScreen: () => Promise<
    (
      events: LiveScreenEvents,
      streams: {
        readonly input: NodeJS.ReadStream;
        readonly output: NodeJS.WriteStream;
        readonly onEnd: (callback: () => void) => () => void;
      } & JobControl,
    ) => LiveScreen
  >;
  readonly send: () => Promise<(request: HttpRequest, env: Env) => ReturnType<Context["http"]>>;
}

/** The real world. Only this file and `streams.ts` touch `process`. */
export function systemContext(text: Texts, { createPrompter, createLiveScreen, send }: Loaders): Context {
  let isReaderGone = false;
  const out = streamWriter(1, () => {
    isReaderGone = true;
  });
  return {
    env: process.env,
    text,
    files: fs,
    platform: process.platform,
    homedir: () => (process.platform === "win32" ? homedir() : homeFolder(process.env.HOME, () => userInfo().homedir)),
    cwd: workingFolder,
    pid: process.pid,
    uid: process.getuid?.(),
    started: { node: process.execPath, script: process.argv[1] ?? "" },
    terminal: {
      get stdin() {
        return isTerminal(0);
      },
      get stdout() {
        return isTerminal(1);
      },
      get stderr() {
        return isTerminal(2);
      },
    },
    // A pseudo-terminal whose size nobody set says 0.
    columns: (stream = "stdout") =>
      isTerminal(stream === "stdout" ? 1 : 2) ? process[stream].columns || undefined : undefined,
    now: () => new Date(),
    randomBytes,
    out,
    isReaderGone: () => isReaderGone,
    err: streamWriter(2),
    openLog: async () => openLog(out),
    append: async (path, lines) => (await import("./append-file.ts")).appendLines(path, lines),
    readStdin,
    pageOpener,
    prompter: async (options) => {
      const openPage = await pageOpener();
      const streams = { input: process.stdin, output: process.stderr, onEnd, openPage };
      return (await createPrompter())(options, streams, text);
    },
    liveScreen: async (events) => {
      const job = (await import("./job-control.ts")).jobControl(process);
      return (await createLiveScreen())(events, { input: process.stdin, output: process.stdout, onEnd, ...job });
    },
    run: (command, args, options) => runChild(command, args, options, killGroup),
    runInTerminal: async (command, args) => {
      const how = { env: process.env, isPiped: !isTerminal(1), isWindows: process.platform === "win32" };
      return (await import("./run-in-terminal.ts")).runInTerminal(command, args, how);
    },
    http: async (request) => (await send())(request, request.proxyVariables ?? process.env),
    delay: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
    onSignal,
    watchFolder,
    isAlive,
    watchProcess: async () => (await import("./process-figures.ts")).watchProcess(process),
    startThread: async (script, data, events) =>
      (await import("./helper-thread.ts")).startThread(script, data, events, process),
    startWorkerProcess: async (events) => (await import("./peer-processes.ts")).startWorkerProcess(events),
    loadRest: async () => {
      await Promise.all([
        send(),
        import("./append-file.ts"),
        import("./helper-thread.ts"),
        import("./peer-processes.ts"),
        import("./process-figures.ts"),
      ]);
    },
    primary: async () =>
      process.env[WORKER_VARIABLE] !== undefined && process.send !== undefined
        ? (await import("./peer-processes.ts")).primaryProcess(process)
        : undefined,
  };
}

async function pageOpener(): Promise<((target: string) => void) | undefined> {
  return (await import("./open-page.ts")).pageOpener({ env: process.env, platform: process.platform });
}

/** Set in a process that another one has started to share its work. */
const WORKER_VARIABLE: VariableName = "OPENCLAW_GATEWAY_WORKER";

/**
 * Never a relative path, which would put secrets into the working directory. An empty `home` counts as unset, and
 * `fromSystem` may throw. Throws `usage.invalid`, `file.access`.
 */
export function homeFolder(home: string | undefined, fromSystem: () => string): string {
  if (home && !isAbsolute(home)) {
    throw new OpenclawError((t) => t.system.homeRelative, { code: "usage.invalid", hint: (t) => t.system.fixHome });
  }
  if (home && !isUtf8Variable(home)) {
    throw new OpenclawError((t) => t.system.homeNotUtf8, { code: "usage.invalid", hint: (t) => t.system.fixHome });
  }
  const setHome: Message = (t) => t.system.setHome;
  const found = home || orThrow(fromSystem, (t) => t.system.noHome, setHome);
  if (!isUtf8Variable(found)) {
    throw new OpenclawError((t) => t.system.systemHomeNotUtf8, { code: "file.access", hint: setHome });
  }
  if (isAbsolute(found)) return found;
  throw new OpenclawError((t) => t.system.systemHomeRelative, { code: "file.access", hint: setHome });
}

const workingFolder = (): string =>
  orThrow(
    () => process.cwd(),
    (t) => t.system.noWorkingFolder,
    (t) => t.system.changeFolder,
  );

function orThrow(ask: () => string, message: Message, hint: Message): string {
  try {
    return ask();
  } catch (cause) {
    throw new OpenclawError(message, { code: "file.access", hint, cause });
  }
}

/**
 * Cryptographically secure. Reads the system's random device if there is one: loading `node:crypto` would cost every
 * run that writes 2.4 ms and 3 MiB.
 */
function randomBytes(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  try {
    const descriptor = fs.openSync("/dev/urandom", "r");
    try {
      if (fs.fstatSync(descriptor).isCharacterDevice() && fs.readSync(descriptor, bytes) === sizeBytes) return bytes;
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    // Windows, or a sandbox without devices.
  }
  return (process.getBuiltinModule("node:crypto") as typeof import("node:crypto")).randomBytes(sizeBytes);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A negative id means the process group: a login shell's own children must not outlive it. */
const killGroup = (pid: number) => void process.kill(-pid, "SIGKILL");

function onSignal(signal: Signal, callback: () => void): () => void {
  process.on(signal, callback);
  return () => void process.off(signal, callback);
}

/** Calls back before a signal ends the process, which ends by it all the same. */
function onEnd(callback: () => void): () => void {
  const end = (signal: NodeJS.Signals) => {
    stop();
    callback();
    process.kill(process.pid, signal);
  };
  const signals: readonly Signal[] = ["SIGHUP", "SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, end);
  const stop = () => {
    for (const signal of signals) process.off(signal, end);
  };
  return stop;
}

const ENDING = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Lets signals end process 1 as they end any other. What listens for a signal itself decides by itself.
 * @why in a container, Linux drops signals that process 1 has no handler for: `docker stop` during a slow start, or Ctrl-C, would do
 * nothing until the engine kills it. @source pid_namespaces(7).
 */
export function endBySignals(): void {
  if (process.pid !== 1) return;
  for (const [signal, number] of Object.entries(ENDING) as [Signal, number][]) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(128 + number);
    });
  }
}

/** An error of the watcher is reported like a change: the caller looks, and finds the folder gone. */
function watchFolder(path: string, callback: () => void): () => void {
  const watcher = fs.watch(path, { persistent: false }, callback);
  watcher.on("error", callback);
  return () => watcher.close();
}

/** Sets the exit status without exiting, so that no output is lost. */
export function setExitStatus(status: number): void {
  process.exitCode = status;
}

export const runtime = () => ({
  argv: process.argv.slice(2),
  env: process.env,
  node: process.version,
  platform: process.platform,
});
