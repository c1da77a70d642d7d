import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { cleanEnv, type Finished, PROGRAM } from "./program.ts";

/** What the local gateway's clients present in these tests. */
export const CANARY_CLIENT_TOKEN = "CANARY-client-token-of-the-gateway";

export interface GatewayProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Resolves with the first line of the log that fits, of those that have not been waited for. */
  readonly says: (pattern: RegExp) => Promise<string>;
  /** All that it printed so far. */
  readonly printed: () => string;
  /** Resolves when it has ended. */
  readonly ended: Promise<Finished>;
}

export interface GatewayOptions {
  readonly home: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built program's gateway on any free port and waits until it takes connections. */
export async function startGatewayProcess({ home, args = [], env = {} }: GatewayOptions): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [PROGRAM, "gateway", "run", "--port", "0", ...args], {
    cwd: home,
    env: cleanEnv(home, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const waiting = new Set<() => void>();
  let [stdout, stderr, heard] = ["", "", 0];
  const look = () => {
    for (const callback of waiting) callback();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Finished>((resolve) => {
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const callback = () => {
        const rest = stdout.slice(heard);
        const end = [...rest.matchAll(/.*\n/g)].find(([line]) => pattern.test(line));
        if (end === undefined) return;
        heard += end.index + end[0].length;
        waiting.delete(callback);
        resolve(end[0].trim());
      };
      waiting.add(callback);
      callback();
      void ended.then(() => reject(new Error(`It ended: ${stdout}${stderr}`)));
    });
  const [, url = ""] = /(http:\/\/\S+?)["\s]/.exec(await says(/is listening at/)) ?? [];
  return { url: url.replace("0.0.0.0", "127.0.0.1"), child, says, printed: () => stdout + stderr, ended };
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
