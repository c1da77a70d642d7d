import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { onTestFinished } from "vitest";
import { installIn } from "../clients/install.ts";
import type { World } from "../clients/world.ts";

/** The newest that runs on Node 20. */
const VERSION = "4.86.0";

/** Kept for the next run. */
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "openclaw-test-worker");

export interface Wrangler {
  /** Runs it in a folder until it ends; both streams. */
  readonly run: (
    args: readonly string[],
    cwd: string,
    env?: Variables,
    /** The other end of a pipe, which is its standard input. */
    stdin?: Readable,
  ) => Promise<{ status: number | null; printed: string }>;
  /** Starts `wrangler dev`, and resolves to its address when it is ready. It is stopped with the test. */
  readonly dev: (cwd: string, env: Variables) => Promise<{ url: string; printed: () => string }>;
}

type Variables = Readonly<Record<string, string>>;

/** Nothing is reported, asked or looked for elsewhere. */
const QUIET = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CI: "1", NO_COLOR: "1" };

/** The real `wrangler` on a client's machine. */
export async function wranglerFor({ env: base }: World): Promise<Wrangler> {
  const folder = await installIn(join(CACHE, `wrangler-${VERSION}`), "wrangler", { wrangler: VERSION });
  const { bin } = JSON.parse(readFileSync(join(folder, "node_modules", "wrangler", "package.json"), "utf8"));
  const program = join(folder, "node_modules", "wrangler", bin.wrangler);
  const start = (args: readonly string[], cwd: string, env: Variables = {}, stdin: Readable | "ignore" = "ignore") => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      env: { ...base, ...QUIET, ...env },
      stdio: [stdin, "pipe", "pipe"],
      detached: true,
    });
    let printed = "";
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error("wrangler has no standard streams");
    for (const stream of [stdout, stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
    onTestFinished(async () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended, with all that it started.
      }
      await ended;
    });
    return { ended, printed: () => printed, onPrinted: (look: () => void) => void stdout.on("data", look) };
  };
  return {
    run: async (args, cwd, env, stdin) => {
      const running = start(args, cwd, env, stdin);
      return { status: await running.ended, printed: running.printed() };
    },
    dev: async (cwd, env) => {
      const args = [
        "dev",
        "--ip",
        "127.0.0.1",
        "--port",
        "0",
        "--inspector-port",
        "0",
        "--show-interactive-dev-session=false",
      ];
      const running = start(args, cwd, env);
      const url = await new Promise<string>((resolve, reject) => {
        running.onPrinted(() => {
          const [, found] = /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(running.printed()) ?? [];
          if (found !== undefined) resolve(found);
        });
        void running.ended.then(() => reject(new Error(`wrangler dev has ended.\n${running.printed()}`)));
      });
      return { url, printed: running.printed };
    },
  };
}
