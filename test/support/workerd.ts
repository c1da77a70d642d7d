import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { Log, LogLevel, Miniflare } from "miniflare";
import { FLAGS, NEWEST_DATE } from "../../src/worker-project/wrangler-file.ts";

export interface WorkerdOptions {
  /** The built Worker. */
  readonly worker: string;
  /** What `openclaw.json` beside it says. */
  readonly config: unknown;
  /** Variables and secrets. */
  readonly bindings?: Readonly<Record<string, string>>;
  /** How many times faster the timers of the Worker run. */
  readonly speed?: number;
  /** Further options of miniflare's, such as rate limits. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Further Workers of miniflare's, which its bindings lead to. */
  readonly others?: readonly Readonly<Record<string, unknown>>[];
}

export interface RunningWorkerd {
  readonly url: string;
  /** Everything that the Worker has written to its console, line by line. */
  readonly console: readonly string[];
  readonly stop: () => Promise<void>;
  readonly miniflare: Miniflare;
}

/** As a written project has them. */
export const COMPATIBILITY = { compatibilityDate: NEWEST_DATE, compatibilityFlags: [...FLAGS] };

/** What miniflare needs to know of one Worker. */
export const workerOptions = ({
  worker,
  config,
  bindings = {},
  speed = 1,
}: Omit<WorkerdOptions, "options" | "others">) => ({
  modules: [
    { type: "ESModule" as const, path: "main.mjs", contents: mainModule(speed) },
    { type: "ESModule" as const, path: "worker.mjs", contents: readFileSync(worker, "utf8") },
    {
      type: "Text" as const,
      path: "openclaw.json",
      contents: typeof config === "string" ? config : JSON.stringify(config),
    },
  ],
  bindings,
  ...COMPATIBILITY,
});

/** Starts the built Worker in workerd, at a free port of this machine. */
export async function startWorkerd({
  worker,
  config,
  bindings = {},
  speed = 1,
  options = {},
  others = [],
}: WorkerdOptions): Promise<RunningWorkerd> {
  const lines: string[] = [];
  const own = { ...workerOptions({ worker, config, bindings, speed }), ...options };
  const miniflare = new Miniflare({
    ...(others.length === 0 ? own : { workers: [{ name: "gateway", ...own }, ...others] }),
    host: "127.0.0.1",
    port: 0,
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio: into(lines),
  } as ConstructorParameters<typeof Miniflare>[0]);
  const url = (await miniflare.ready).origin;
  return { url, console: lines, stop: () => miniflare.dispose(), miniflare };
}

/** Collects what workerd writes. */
export const into =
  (lines: string[]) =>
  (stdout: Readable, stderr: Readable): void => {
    for (const stream of [stdout, stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        const [last = "", ...before] = (rest + text).split("\n").reverse();
        rest = last;
        lines.push(...before.reverse());
      });
    }
  };

/** The Worker, whose waiting takes less time. */
const mainModule = (speed: number): string => `
for (const name of ["setTimeout", "setInterval"]) {
  const real = globalThis[name];
  globalThis[name] = (callback, ms = 0, ...rest) => real(callback, ms / ${speed}, ...rest);
}
const nowMs = performance.now.bind(performance);
performance.now = () => nowMs() * ${speed};
export { default } from "./worker.mjs";
export * from "./worker.mjs";
`;
