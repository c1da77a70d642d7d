import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

/** The core that a process is pinned to, so that contenders do not share theirs with clients and upstream. */
export type Core = "contender" | "load" | "any";

const CORES: Readonly<Record<Exclude<Core, "any">, string>> = { load: "0", contender: "1" };

/** Processes can be pinned to a core here. */
export const isPinned = cpus().length > 1 && spawnSync("taskset", ["--version"]).status === 0;

interface StartOptions {
  readonly core: Core;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdio?: StdioOptions;
}

const running = new Set<ChildProcess>();

/** Starts a program that ends with this process at the latest. */
export function start(command: string, args: readonly string[], { core, ...options }: StartOptions): ChildProcess {
  const pinned = isPinned && core !== "any" ? ["taskset", "-c", CORES[core]] : [];
  const [program = "", ...words] = [...pinned, command, ...args];
  const child = spawn(program, words, {
    stdio: ["ignore", "ignore", "inherit"],
    serialization: "advanced",
    ...options,
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Stops a program, and kills it after a second. @why workerd waits for connections that are kept alive. */
export async function stop(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 1_000);
  await exited;
  clearTimeout(timer);
}

/** Stops every program that is still running. */
export const stopAll = async (): Promise<void> => void (await Promise.all([...running].map(stop)));

/** Starts one of the benchmark's own programs, which sends a message when it is ready. */
export async function startOwn(name: string, core: Core): Promise<{ child: ChildProcess; said: unknown }> {
  const file = fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
  const stdio: StdioOptions = ["ignore", "inherit", "inherit", "ipc"];
  const child = start(process.execPath, [file], { core, stdio });
  return { child, said: await heard(child) };
}

/** The answer of one of them to a message; it answers one after the other. */
export async function ask<Word extends object | string, Said>(child: ChildProcess, word: Word): Promise<Said> {
  child.send(word);
  return (await heard(child)) as Said;
}

async function heard(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${child.spawnargs.join(" ")} ended.`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}

/** A free port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

const PATIENCE_MS = 20_000;

/** Resolves when a program accepts connections. */
export async function untilListening(child: ChildProcess, port: number): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!(await isListening(port))) {
    if (!running.has(child)) throw new Error(`${child.spawnargs.join(" ")} ended with status ${child.exitCode}.`);
    if (Date.now() > endMs) throw new Error(`${child.spawnargs.join(" ")} accepts no connections.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
