import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

/** Which of two cores a process is kept on, so that the contenders do not share theirs with what feeds them. */
export type Core = "contender" | "load";

const CORES: Readonly<Record<Core, string>> = { load: "0", contender: "1" };

/** Whether processes can be kept on a core. */
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
  const [program = "", ...words] = isPinned ? ["taskset", "-c", CORES[core], command, ...args] : [command, ...args];
  const child = spawn(program, words, {
    stdio: ["ignore", "ignore", "inherit"],
    serialization: "advanced",
    ...options,
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Ends a program in good order, or after five seconds in none. */
export async function stop(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await exited;
  clearTimeout(timer);
}

/** Ends every program that is still there. */
export const stopAll = async (): Promise<void> => void (await Promise.all([...running].map(stop)));

/** Starts one of the bench's own programs, which says something when it is ready. */
export async function startOwn(name: string, core: Core): Promise<{ child: ChildProcess; said: unknown }> {
  const file = fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
  const stdio: StdioOptions = ["ignore", "inherit", "inherit", "ipc"];
  const child = start(process.execPath, [file], { core, stdio });
  return { child, said: await heard(child) };
}

/** What one of them says to a word; it answers one after the other. */
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

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

const PATIENCE_MS = 20_000;

/** Resolves when a program takes connections. */
export async function untilListening(child: ChildProcess, port: number): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!(await isListening(port))) {
    if (!running.has(child)) throw new Error(`${child.spawnargs.join(" ")} ended with status ${child.exitCode}.`);
    if (Date.now() > endMs) throw new Error(`${child.spawnargs.join(" ")} takes no connections.`);
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
