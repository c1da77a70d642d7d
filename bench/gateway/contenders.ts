import type { Core } from "./children.ts";
import type { Contender, ContenderKind } from "./contenders/contender.ts";
import { ownKind, recordingKinds } from "./contenders/openclaw.ts";
import { PORTKEY, ROUTER } from "./contenders/peers.ts";
import { BARE, DIRECT, HAPROXY, NGINX } from "./contenders/proxies.ts";
import { FORWARD, WORKER } from "./contenders/workerd.ts";

/** A contender with its number of workers. */
export interface Entrant extends Pick<ContenderKind, "carriesStreams" | "largestBytes"> {
  /** As it was asked for: `nginx`, `nginx:2`, or the path of a build of ours. */
  readonly name: string;
  readonly start: (where: { readonly folder: string; readonly upstreamPort: number }) => Promise<Contender>;
}

/** Another build of ours, to compare a change with. */
const BEFORE = process.env.OPENCLAW_BENCH_BEFORE;

/** In the order of the tables; ours is the last. */
const KINDS: readonly ContenderKind[] = [
  ...[DIRECT, NGINX, HAPROXY, PORTKEY, ROUTER, BARE, FORWARD, WORKER],
  ...(BEFORE === undefined ? [] : [ownKind("before", BEFORE)]),
  ownKind("openclaw"),
];

/** Only where they are named. */
const NAMED = recordingKinds();

/**
 * Finds contenders by name, all without one. Those that are not installed are left out, and named on the screen. More than
 * one worker has no core of its own.
 * @throws {Error} for a name that none has
 */
export function entrants(names: readonly string[] = [], core: Core = "contender"): readonly Entrant[] {
  const asked = names.length === 0 ? KINDS.map(({ name }) => name) : names;
  const found = asked.map((name) => ({ name, ...kindAndWorkers(name) }));
  const missing = found.filter(({ kind }) => !kind.isInstalled());
  if (missing.length > 0) console.log(`Not installed, and left out: ${missing.map(({ name }) => name).join(", ")}.\n`);
  return found
    .filter((one) => !missing.includes(one))
    .map(({ name, kind, workers }) => ({
      name,
      carriesStreams: kind.carriesStreams,
      ...(kind.largestBytes !== undefined && { largestBytes: kind.largestBytes }),
      start: (where) => kind.start({ ...where, workers, core: workers > 1 ? "any" : core }),
    }));
}

/** Reads `nginx`, `nginx:2` or `/path/to/openclaw.cjs:2`. */
export function kindAndWorkers(name: string): { readonly kind: ContenderKind; readonly workers: number } {
  const [, base = name, count = "1"] = /^(.+):(\d+)$/.exec(name) ?? [];
  const kind = /\.c?js$/.test(base) ? ownKind(base, base) : [...KINDS, ...NAMED].find((one) => one.name === base);
  const workers = Number(count);
  if (kind === undefined)
    throw new Error(`There is no contender ${base}: ${[...KINDS, ...NAMED].map((one) => one.name).join(", ")}.`);
  if (workers < 1 || (workers > 1 && !kind.spreads)) throw new Error(`${base} does not run with ${workers} workers.`);
  return { kind, workers };
}
