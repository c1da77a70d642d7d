import { isObject, parseJson } from "../core/json.ts";
import { type LogLevel, levelOf } from "../gateway/log.ts";
import type { FiguresDocument } from "../server/dashboard-documents.ts";
import { parseLine, type UsageLine } from "../usage/line.ts";
import { type FiguresRow, figures, Sums } from "../usage/sums.ts";

/** A request that is over. */
export interface TopRequest extends UsageLine {
  readonly level: LogLevel;
  /** `undefined` if it is not known. */
  readonly costUsd: number | undefined;
}

interface TopProblem {
  readonly layer: string;
  readonly says: string;
  readonly hint: string | undefined;
}

/** The state of a running gateway. */
export interface TopState {
  readonly ok: boolean;
  readonly version: string;
  readonly startedAt: Date | undefined;
  /** Those that hold now. */
  readonly problems: readonly TopProblem[];
  readonly openRequests: number;
  readonly processes: { readonly wanted: number; readonly serving: number } | undefined;
  readonly cooldowns: readonly { readonly model: string; readonly until: Date | undefined; readonly says: string }[];
  /** 0 if requests are not recorded. */
  readonly usageDays: number;
}

export type TopFigures = Pick<FiguresDocument, "total" | "byModel" | "byClient"> & {
  /** `undefined` where it is not known, or not yet. */
  readonly lastMinute: number | undefined;
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const members = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

function moment(value: unknown): Date | undefined {
  const time = new Date(text(value));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** `undefined` if the answer is none of a gateway that shows its state. A later version may say more. */
export function stateIn(body: string): TopState | undefined {
  const value = parseJson(body);
  if (!isObject(value) || typeof value.ok !== "boolean" || !isObject(value.setup)) return undefined;
  const { ok, version, startedAt, problems, openRequests, processes, cooldowns, setup } = value;
  return {
    ok,
    version: text(version),
    startedAt: moment(startedAt),
    problems: problemsIn(problems),
    openRequests: number(openRequests),
    processes: isObject(processes)
      ? { wanted: number(processes.wanted), serving: list(processes.serving).length }
      : undefined,
    cooldowns: list(cooldowns).map((one) => {
      const { model, until, says } = members(one);
      return { model: text(model), until: moment(until), says: text(says) };
    }),
    usageDays: number(setup.usageDays),
  };
}

/** Each once, since several models may have the same, without what is over. */
function problemsIn(value: unknown): TopState["problems"] {
  const found = new Map<string, TopState["problems"][number]>();
  for (const one of list(value)) {
    const { layer, says, hint, over } = members(one);
    if (over === true) continue;
    const problem = { layer: text(layer), says: text(says), hint: text(hint) || undefined };
    found.set(JSON.stringify(problem), problem);
  }
  return [...found.values()];
}

export function figuresIn(body: string): TopFigures | undefined {
  const value = parseJson(body);
  if (!isObject(value) || !isObject(value.total)) return undefined;
  const { total, byModel, byClient, lastMinute, isRead } = value;
  const perMinute = isRead === true ? known(lastMinute) : null;
  return {
    lastMinute: perMinute ?? undefined,
    total: rowIn(total),
    byModel: list(byModel).map(rowIn),
    byClient: list(byClient).map(rowIn),
  };
}

const NO_FIGURES = figures(new Sums());

/** A gateway of another version may say less: it is 0 then, or not known. */
function rowIn(value: unknown): FiguresRow {
  const { key, costUsd, firstByteMs, ...given } = members(value);
  const { p50, p95 } = members(firstByteMs);
  const counts = Object.keys(NO_FIGURES).map((name) => [name, number(given[name])]);
  return {
    ...(Object.fromEntries(counts) as typeof NO_FIGURES),
    key: typeof key === "string" ? key : null,
    costUsd: known(costUsd),
    firstByteMs: { p50: known(p50), p95: known(p95) },
  };
}

const known = (value: unknown): number | null => (typeof value === "number" ? value : null);

const MINUTE_MS = 60_000;

/** The last requests, and how many there are in a minute. */
export class RecentRequests {
  readonly #kept: number;
  #entries: TopRequest[] = [];
  /** Requests that ended in each second, by its number. */
  readonly #seconds = new Map<number, number>();
  #since: number | undefined;

  constructor(kept: number) {
    this.#kept = kept;
  }

  add(data: string): void {
    const line = parseLine(data);
    if (line === undefined) return;
    const ms = Date.parse(line.time);
    this.#since = Math.min(this.#since ?? ms, ms);
    this.#seconds.set(Math.floor(ms / 1000), (this.#seconds.get(Math.floor(ms / 1000)) ?? 0) + 1);
    this.#entries.push({
      ...line,
      level: levelOf({ prefillRemoved: undefined, tried: undefined, ended: undefined, ...line }),
      costUsd: known(members(parseJson(data)).costUsd) ?? undefined,
    });
    if (this.#entries.length > 2 * this.#kept) this.#entries = this.#entries.slice(-this.#kept);
  }

  /** For a stream that begins anew with requests that are known. */
  clear(): void {
    this.#entries = [];
    this.#seconds.clear();
    this.#since = undefined;
  }

  /** The newest first. */
  get newest(): readonly TopRequest[] {
    return this.#entries.slice(-this.#kept).toReversed();
  }

  /** In the last minute, or at that rate where only a part of it is known. */
  perMinute(now: Date): number {
    const start = now.getTime() - MINUTE_MS;
    let count = 0;
    for (const [second, ended] of this.#seconds) {
      if (second * 1000 >= start) count += ended;
      else this.#seconds.delete(second);
    }
    // Fewer than the stream begins with are all that there were.
    if (this.#entries.length < this.#kept) return count;
    const knownMs = Math.min(Math.max(now.getTime() - (this.#since ?? 0), 1000), MINUTE_MS);
    return Math.round((count * MINUTE_MS) / knownMs);
  }
}
