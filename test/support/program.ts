import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const PROGRAM = join(import.meta.dirname, "..", "..", "bin", "openclaw.cjs");

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

/** Runs the built program as a user does and waits for its end. */
export function openclaw(args: readonly string[], { home, env, cwd, input }: RunOptions): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: cwd ?? home,
      env: cleanEnv(home, env),
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...output }));
    child.stdin?.end(input);
  });
}

/** Every file below a folder, by path, as text. */
export function filesBelow(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return new Map(entries.filter((path) => statSync(path).isFile()).map((path) => [path, readFileSync(path, "utf8")]));
}
