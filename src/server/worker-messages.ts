import type { Env } from "../core/context.ts";
import type { CooldownEvent, SharedCooldown } from "../gateway/cooldown-book.ts";
import type { Language } from "../text/language.ts";
import type { DashboardQuestion } from "./dashboard-source.ts";
import type { OwnState } from "./dashboard-state.ts";
import type { PackedFacts } from "./gateway-facts.ts";
import type { ProcessReport } from "./gateway-metrics.ts";
import type { Counts } from "./metrics-counts.ts";
import type { MetricsFormat } from "./metrics-text.ts";

/** A configuration as all workers have it; each reload has the next number. */
export interface Edition {
  readonly number: number;
  readonly facts: PackedFacts;
}

/** What stays as it is while the gateway runs, and the first configuration. */
export interface WorkerStart {
  readonly edition: Edition;
  /** What the other workers know by then. */
  readonly cooldowns: readonly SharedCooldown[];
  readonly proxyVariables: Env;
  readonly upstreamTimeoutMs: number;
  /** Of the whole, for those who ask which gateway answers. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly workers: number;
  readonly forPerson: boolean;
  /** The log is for a terminal with colours. */
  readonly isColoured: boolean;
  /** Where the metrics are shown without a token. */
  readonly metricsPort: number | undefined;
}

/** What holders of the token are told of the workers. */
export interface WorkersState {
  /** How many there are to be; one that is being replaced, or hangs, is not among those that serve. */
  readonly wanted: number;
  readonly serving: readonly { readonly pid: number; readonly startedAt: string; readonly openRequests: number }[];
}

export type ToWorker =
  | ({ readonly kind: "start" } & WorkerStart)
  /** With the connection itself. */
  | { readonly kind: "connection" }
  /** Is answered with `prepared`. Nothing changes yet. */
  | { readonly kind: "prepare"; readonly edition: Edition }
  /** Is answered with `uses`. */
  | { readonly kind: "use"; readonly number: number }
  | { readonly kind: "stop"; readonly graceMs: number }
  /** Learned by another one. */
  | { readonly kind: "cooldown"; readonly event: CooldownEvent }
  /** Is answered with `report`. */
  | { readonly kind: "measure" }
  /** Asks for the number of open requests. */
  | { readonly kind: "count"; readonly id: number }
  /** Asks what it knows of itself, in a language. */
  | { readonly kind: "look"; readonly language: Language }
  /** Server-sent events for a page that watches; none if there will be no more. */
  | { readonly kind: "events"; readonly watch: number; readonly events: string | undefined }
  /** The answer to something that was asked. */
  | { readonly kind: "answer"; readonly id: number; readonly answer?: unknown };

export type FromWorker =
  /** It runs, and waits for `start`. */
  | { readonly kind: "up"; readonly version: string }
  | { readonly kind: "taken" }
  /** Connections that have closed. */
  | { readonly kind: "closed"; readonly count: number }
  | { readonly kind: "prepared"; readonly number: number; readonly isFaulty: boolean }
  | { readonly kind: "uses"; readonly number: number }
  /** All requests have ended, or were cut off. */
  | { readonly kind: "stopped"; readonly cutCount: number }
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "cooldown"; readonly event: CooldownEvent }
  | { readonly kind: "counted"; readonly id: number; readonly openRequests: number }
  /** What was counted since the last time. */
  | { readonly kind: "counts"; readonly counts: Counts }
  | { readonly kind: "report"; readonly counts: Counts; readonly report: ProcessReport }
  | { readonly kind: "looked"; readonly own: OwnState }
  /** The page of that number does not watch any more. */
  | { readonly kind: "unwatch"; readonly watch: number }
  | { readonly kind: "ask"; readonly id: number; readonly what: Asked };

/**
 * The providers' models to be looked up anew, the state of all workers, the metrics of all as text, or what a page wants to
 * know.
 */
export type Asked = "models" | "workers" | MetricsFormat | DashboardQuestion;
