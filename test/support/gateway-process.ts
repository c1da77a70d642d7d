import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Context, Signal } from "../../src/core/context.ts";
import { cleanEnv, type Finished, type InProcessOptions, openclaw, PROGRAM } from "./program.ts";

/** What the local gateway's clients present in these tests. */
export const CANARY_CLIENT_TOKEN = "CANARY-client-token-of-the-gateway";

interface RunningGateway {
  readonly url: string;
  /** Resolves with the first line of the log that fits, of those that have not been waited for. */
  readonly says: (pattern: RegExp) => Promise<string>;
  /** All that it printed so far. */
  readonly printed: () => string;
  readonly kill: (signal: Signal) => void;
  /** Resolves when it has ended. */
  readonly ended: Promise<Finished>;
}

export interface GatewayProcess extends RunningGateway {
  readonly child: ChildProcess;
}

export interface GatewayOptions {
  readonly home: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const RUN = ["gateway", "run", "--port", "0"];

/** Runs a gateway in this process on any free port, and waits until it takes connections; it is stopped with the test. */
export async function startGatewayHere({
  home,
  args = [],
  env = {},
  providers,
  context: given = {},
}: GatewayOptions & Pick<InProcessOptions, "providers" | "context">): Promise<RunningGateway> {
  const signals = new EventEmitter();
  const log = listenedTo();
  const context: Partial<Context> = {
    ...given,
    onSignal: (signal, callback) => {
      signals.on(signal, callback);
      return () => void signals.off(signal, callback);
    },
    openLog: async () => ({
      write: (text) => {
        log.write(text);
        return true;
      },
      end: async () => {},
    }),
  };
  const running = openclaw([...RUN, ...args], { home, env, context, ...(providers && { providers }) });
  const ended = running.then((finished) => ({ ...finished, stdout: log.text() + finished.stdout }));
  const kill = (signal: Signal) => void signals.emit(signal);
  onTestFinished(async () => {
    // The first one waits for open requests, the second does not.
    for (let count = 0; count < 2; count += 1) kill("SIGTERM");
    await ended;
  });
  return { url: await log.url(ended), says: log.says(ended), printed: log.text, kill, ended };
}

/** Starts the built program's gateway in a process of its own: for tests of its signals, streams and end. */
export async function startGatewayProcess({
  home,
  args = [],
  env = {},
  nodeOptions = [],
  program = PROGRAM,
}: GatewayOptions & {
  readonly nodeOptions?: readonly string[];
  readonly program?: string;
}): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [...nodeOptions, program, ...RUN, ...args], {
    cwd: home,
    env: cleanEnv(home, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Its workers write into its home until they know that it is gone.
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const log = listenedTo();
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", log.write);
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Finished>((resolve) => {
    child.on("close", (status) => resolve({ status, stdout: log.text(), stderr }));
  });
  const kill = (signal: Signal) => void child.kill(signal);
  return { url: await log.url(ended), child, says: log.says(ended), printed: () => log.text() + stderr, kill, ended };
}

/** A log that can be waited for. */
export function listenedTo() {
  const waiting = new Set<() => void>();
  let [written, heard] = ["", 0];
  const says = (ended: Promise<Finished>) => (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const rest = written.slice(heard);
        const end = [...rest.matchAll(/.*\n/g)].find(([line]) => pattern.test(line));
        if (end === undefined) return;
        heard += end.index + end[0].length;
        waiting.delete(look);
        resolve(end[0].trim());
      };
      waiting.add(look);
      look();
      void ended.then(({ stdout, stderr }) => reject(new Error(`It ended: ${stdout}${stderr}`)), reject);
    });
  return {
    write: (text: string) => {
      written += text;
      for (const look of waiting) look();
    },
    text: () => written,
    says,
    url: async (ended: Promise<Finished>): Promise<string> => {
      const [, url = ""] = /(http:\/\/\S+?)["\s]/.exec(await says(ended)(/is listening at/)) ?? [];
      return url.replace("0.0.0.0", "127.0.0.1");
    },
  };
}

/** A home with that configuration and those secrets. */
export function writeHome(home: string, config: object | string, secrets: Readonly<Record<string, string>>): void {
  const folder = join(home, ".openclaw");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const text = typeof config === "string" ? config : JSON.stringify(config, null, 2);
  writeFileSync(join(folder, "openclaw.json"), text, { mode: 0o600 });
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(folder, ".env"), lines.join(""), { mode: 0o600 });
}
