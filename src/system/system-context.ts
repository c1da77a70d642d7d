import { homedir, userInfo } from "node:os";
import { setTimeout } from "node:timers/promises";
import { withFileErrors } from "../core/atomic-file.ts";
import type { Context, Env, LogOutput, Prompter, Signal } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Texts } from "../text/message.ts";
import { homeFolder, workingFolder } from "./folders.ts";
import { runChild } from "./run-child.ts";

// An import of the whole module would be bundled as a copy of it, name by name, at every start.
const fs = process.getBuiltinModule("node:fs") as typeof import("node:fs");

const STREAM_NAMES = { 1: "standard output", 2: "standard error" } as const;

/**
 * Writes everything, whatever the stream is: a file, a terminal, a pipe that is full or whose reader has left.
 * What it gives throws `file.access`, as on a full disk.
 */
function writer(fd: 1 | 2): (text: string) => void {
  let readerLeft = false;
  let waiting: NodeJS.WriteStream | undefined;
  return (text) => {
    if (waiting !== undefined) return void waiting.write(text);
    let rest = Buffer.from(text);
    while (rest.length > 0 && !readerLeft) {
      try {
        rest = rest.subarray(fs.writeSync(fd, rest));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") {
          // A non-blocking pipe that is full: only Node's own stream can wait for it, and keep the order from here on.
          waiting = fd === 1 ? process.stdout : process.stderr;
          waiting.on("error", throwUnlessReaderLeft);
          return void waiting.write(rest);
        }
        withFileErrors("write to", STREAM_NAMES[fd], () => throwUnlessReaderLeft(error as NodeJS.ErrnoException));
        readerLeft = true;
      }
    }
  };
}

function throwUnlessReaderLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Asking the file system first keeps Node's terminal and network code unloaded where output is piped. */
function isTerminal(fd: 0 | 1 | 2): boolean {
  try {
    if (!fs.fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return (process.getBuiltinModule("node:tty") as typeof import("node:tty")).isatty(fd);
}

/** @why a pipe's reader may stop, and a gateway that waits for it serves nobody. Files and terminals take what they are given. */
async function openLog(out: (text: string) => void): Promise<LogOutput> {
  const kind = fs.fstatSync(1);
  if (kind.isFIFO() || kind.isSocket()) return (await import("./log-output.ts")).pipeOutput(1);
  return {
    write: (text) => {
      try {
        out(text);
        return true;
      } catch {
        return false;
      }
    },
    end: async () => {},
  };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Random bytes for secrets, from the system's own generator. Read from its file where there is one: loading `node:crypto`
 * for it would take 2.4 ms and 3 MiB of every run that writes.
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

/** The negative id is the process group: a profile's own children must not outlive it. */
const endGroup = (pid: number) => void process.kill(-pid, "SIGKILL");

function onSignal(signal: Signal, callback: () => void): () => void {
  process.on(signal, callback);
  return () => void process.off(signal, callback);
}

/** A watcher that breaks off says so like any other change: who hears it looks, and sees that the folder is gone. */
function watchFolder(path: string, callback: () => void): () => void {
  const watcher = fs.watch(path, { persistent: false }, callback);
  watcher.on("error", callback);
  return () => watcher.close();
}

/** What is loaded when it is first needed: the questions at a terminal, and requests to the outside. */
export interface Loaders {
  readonly createPrompter: () => Promise<
    (
      options: { readonly accessible: boolean; readonly colour: boolean },
      streams: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream },
    ) => Promise<Prompter>
  >;
  readonly send: () => Promise<(request: HttpRequest, env: Env) => ReturnType<Context["http"]>>;
}

/** The real world. No other file of the program touches `process`. */
export function systemContext(text: Texts, { createPrompter, send }: Loaders): Context {
  const out = writer(1);
  return {
    env: process.env,
    text,
    files: fs,
    platform: process.platform,
    homedir: () => (process.platform === "win32" ? homedir() : homeFolder(process.env.HOME, () => userInfo().homedir)),
    cwd: () => workingFolder(() => process.cwd()),
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
    columns: () => (isTerminal(1) ? process.stdout.columns : undefined),
    now: () => new Date(),
    randomBytes,
    out,
    err: writer(2),
    openLog: () => openLog(out),
    readStdin,
    prompter: async (options) => (await createPrompter())(options, { input: process.stdin, output: process.stderr }),
    run: (command, args, options) => runChild(command, args, options, endGroup),
    http: async (request) => (await send())(request, request.proxyVariables ?? process.env),
    delay: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => {}),
    onSignal,
    watchFolder,
    isAlive,
  };
}

/** Runs `main` and hands its status to the system; nothing is cut off, since Node ends by itself. */
export function setExitStatus(status: number): void {
  process.exitCode = status;
}

export const runtime = () => ({
  argv: process.argv.slice(2),
  env: process.env,
  node: process.version,
  platform: process.platform,
});
