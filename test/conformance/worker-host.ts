import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Miniflare } from "miniflare";
import { inject } from "vitest";
import type { Host, Setup } from "./host.ts";

const WORKER = join(inject("built"), "dist", "worker.mjs");

/** Every isolate of a Worker has the same name: it is made of the configuration. */
const hopOf = (config: string) =>
  `openclaw-${createHash("sha256")
    .update(`via ${JSON.stringify(JSON.parse(config))}`)
    .digest("hex")
    .slice(0, 16)}`;

/** One module of the Worker for each set-up, so that each has its own state. */
interface Copy {
  readonly name: string;
  readonly setup: Setup;
}

/**
 * The built Worker in workerd, several times in one isolate. Requests reach it as they are sent, without the Worker that
 * miniflare puts before others.
 */
export async function startWorkerHost(
  setups: readonly Setup[],
): Promise<Host & { readonly close: () => Promise<void> }> {
  const worker = readFileSync(WORKER, "utf8");
  const copies = setups.map((setup, index): Copy => ({ name: `copy-${index}`, setup }));
  const module = (path: string, contents: string) => ({ type: "ESModule" as const, path, contents });
  const miniflare = new Miniflare({
    // What it says of requests that it refuses itself.
    handleRuntimeStdio: (out: Readable, err: Readable) => {
      out.resume();
      err.resume();
    },
    workers: [
      {
        name: "openclaw",
        compatibilityDate: "2026-04-20",
        compatibilityFlags: ["nodejs_compat", "enable_request_signal"],
        modules: [
          module("index.mjs", readFileSync(join(import.meta.dirname, "in-workerd.mjs"), "utf8")),
          ...copies.flatMap(({ name, setup }) => [
            module(`${name}/worker.mjs`, worker),
            { type: "Text" as const, path: `${name}/openclaw.json`, contents: setup.config },
          ]),
        ],
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      },
    ],
  });
  await miniflare.ready;
  const url = await miniflare.unsafeGetDirectURL("openclaw");
  const order = async (name: string, value: object) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "x-conformance": name },
      body: JSON.stringify(value),
    });
    if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
    return response.json();
  };
  let hop = "";
  return {
    name: "worker",
    get hop() {
      return hop;
    },
    port: Number(url.port),
    use: async (setup) => {
      const copy = copies.find((one) => one.setup === setup);
      hop = hopOf(setup.config);
      // So that each request has a line.
      const variables = { OPENCLAW_LOG_LEVEL: "debug", ...setup.variables };
      await order("use", { name: copy?.name, variables });
    },
    pass: async (ms, timerMs) => void (await order("pass", { ms, timerMs: timerMs ?? null })),
    logged: async (count) => order("logged", { count }) as ReturnType<Host["logged"]>,
    close: () => miniflare.dispose(),
  };
}
