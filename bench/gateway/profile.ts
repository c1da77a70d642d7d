import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { markdownTable } from "../figures.ts";
import { ask, stop } from "./children.ts";
import { openclaw } from "./contenders/openclaw.ts";
import type { Job, Order, Outcome } from "./load.ts";
import { cpuMs } from "./machine.ts";
import type { Bench } from "./rounds.ts";
import type { Answer } from "./traffic.ts";

/** A profile as V8 writes it. @source the `Profile` of the DevTools protocol */
interface Profile {
  readonly nodes: readonly Node[];
  /** Ids of nodes, and microseconds since the sample before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

const SAMPLE_US = 200;
const WARM_UP_MS = 5_000;
const MEASURED_MS = 10_000;
const FUNCTIONS_SHOWN = 25;

/** Shows where the processor time of small requests by sixteen clients goes; `answer` is `json`, `plain` or `burst`. */
export async function profile({ work, upstreamPort, load }: Bench, answer: Answer = "json"): Promise<void> {
  const folder = join(work, "profile");
  mkdirSync(folder);
  const nodeOptions = ["--cpu-prof", "--cpu-prof-dir", folder, "--cpu-prof-interval", String(SAMPLE_US)];
  const { port, headers, child } = await openclaw(
    { folder, upstreamPort, core: "contender", workers: 1 },
    { nodeOptions },
  );
  if (child?.pid === undefined) return;
  const job: Job = {
    ...{ port, headers, answer, bodyBytes: 1024, clients: 16, durationMs: WARM_UP_MS },
    expectedBytes: undefined,
  };
  await ask<Order, Outcome>(load, { run: job });
  const beforeMs = cpuMs(child.pid);
  const { requests } = await ask<Order, Outcome>(load, { run: { ...job, durationMs: MEASURED_MS } });
  const cpuUs = ((cpuMs(child.pid) - beforeMs) * 1000) / requests;
  await stop(child);
  const file = readdirSync(folder).find((name) => name.endsWith(".cpuprofile")) ?? "";
  const { byOwner, byFunction } = shares(JSON.parse(readFileSync(join(folder, file), "utf8")));
  console.log(
    `${cpuUs.toFixed(0)} microseconds of processor time per request, while it was watched, on Node ${process.version}\n`,
  );
  console.log(markdownTable([["whose", "%"], ...largest(byOwner)]));
  console.log(`\n${markdownTable([["function", "%"], ...largest(byFunction).slice(0, FUNCTIONS_SHOWN)])}`);
}

const largest = (shares: ReadonlyMap<string, number>) =>
  [...shares].sort(([, one], [, other]) => other - one).map(([name, share]) => [name, (share * 100).toFixed(1)]);

/** The owner of a file's code. Native code counts for its caller. */
const OWNERS: readonly (readonly [file: RegExp, owner: string])[] = [
  [/^wasm:|undici|http-proxy/, "undici"],
  [/^node:_http_/, "node:http"],
  [/^node:(?:net|_?stream|internal\/(?:streams|stream_base|js_stream|net))/, "node:net and streams"],
  [/^node:/, "other parts of Node"],
  [/./, "openclaw"],
];

const APART: ReadonlyMap<string, string> = new Map([
  ["(garbage collector)", "garbage collection"],
  ["(program)", "outside JavaScript: libuv, HTTP parser, system calls"],
]);

/** Shares of the time that was not idle after the warm-up, by owner and by function. */
function shares({ nodes, samples, timeDeltas }: Profile) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const ownerOf = (id: number | undefined): string => {
    if (id === undefined) return "nobody";
    const { functionName = "", url = "" } = byId.get(id)?.callFrame ?? {};
    return APART.get(functionName) ?? OWNERS.find(([file]) => file.test(url))?.[1] ?? ownerOf(parents.get(id));
  };
  const byOwner = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let total = 0;
  let atUs = 0;
  samples.forEach((id, index) => {
    const us = timeDeltas[index] ?? 0;
    const { functionName = "" } = byId.get(id)?.callFrame ?? {};
    atUs += us;
    if (atUs < WARM_UP_MS * 1000 || functionName === "(idle)") return;
    total += us;
    const owner = ownerOf(id);
    byOwner.set(owner, (byOwner.get(owner) ?? 0) + us);
    const named = `${owner}: ${functionName || "a nameless one"}`;
    byFunction.set(named, (byFunction.get(named) ?? 0) + us);
  });
  const share = (counts: ReadonlyMap<string, number>) => new Map([...counts].map(([name, us]) => [name, us / total]));
  return { byOwner: share(byOwner), byFunction: share(byFunction) };
}
