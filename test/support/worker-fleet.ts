import { join } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";
import { inject, onTestFinished } from "vitest";
import { COMPATIBILITY, into, type WorkerdOptions, workerOptions } from "./workerd.ts";

/** What is bound in place of the Worker's own Durable Object. */
type ObjectKind = "own" | "none" | keyof typeof OTHERS;

export interface Fleet {
  /** Of each isolate. */
  readonly urls: readonly string[];
  readonly console: readonly string[];
}

/** What `sync` of an object does that is not as it should be. */
const OTHERS = {
  throws: 'throw new Error("CANARY of the object");',
  hangs: "return new Promise((resolve) => setTimeout(resolve, 3_600_000));",
  neverAnswers: "return new Promise(() => {});",
  slow: "return new Promise((resolve) => setTimeout(() => resolve([]), 2_000));",
  answersText: 'return "CANARY of the object";',
  answersNothing: "return undefined;",
  answersOther: 'return [{ limits: "generation", id: 7, leftMs: "long" }];',
} as const;

const OTHER_OBJECTS = `
import { DurableObject } from "cloudflare:workers";
${Object.entries(OTHERS)
  .map(([name, body]) => `export class ${name} extends DurableObject { sync() { ${body} } }`)
  .join("\n")}
export default { fetch: () => new Response("") };
`;

/** Isolates of one Worker in workerd, each with an address of its own. They are one Worker as far as its objects go. */
export async function startWorkerFleet(
  count: number,
  object: ObjectKind,
  options: Omit<WorkerdOptions, "worker" | "options">,
): Promise<Fleet> {
  const lines: string[] = [];
  const worker = join(inject("built"), "dist", "worker.mjs");
  const names = Array.from({ length: count }, (_, index) => `isolate-${index}`);
  const bound =
    object === "none"
      ? undefined
      : object === "own"
        ? { className: "SharedCooldowns", scriptName: names[0], useSQLite: true }
        : { className: object, scriptName: "others", useSQLite: true };
  const miniflare = new Miniflare({
    workers: [
      ...names.map((name) => ({
        name,
        ...workerOptions({ worker, ...options }),
        ...(bound && { durableObjects: { OPENCLAW_COOLDOWNS: bound } }),
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      })),
      {
        name: "others",
        modules: [{ type: "ESModule", path: "others.mjs", contents: OTHER_OBJECTS }],
        ...COMPATIBILITY,
      },
    ],
    host: "127.0.0.1",
    port: 0,
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio: into(lines),
  } as ConstructorParameters<typeof Miniflare>[0]);
  onTestFinished(() => miniflare.dispose());
  await miniflare.ready;
  const urls = await Promise.all(names.map(async (name) => (await miniflare.unsafeGetDirectURL(name)).origin));
  return { urls, console: lines };
}
