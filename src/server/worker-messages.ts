import type { Env } from "../core/context.ts";
import type { PackedFacts } from "./gateway-facts.ts";

/** A configuration as all workers have it; each reload has the next number. */
export interface Edition {
  readonly number: number;
  readonly facts: PackedFacts;
}

/** What stays as it is while the gateway runs, and the first configuration. */
export interface WorkerStart {
  readonly edition: Edition;
  readonly proxyVariables: Env;
  readonly upstreamTimeoutMs: number;
  /** Of the whole, for those who ask which gateway answers. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly workers: number;
  readonly forPerson: boolean;
}

/** What a holder of the token is told of each worker. */
export interface WorkerState {
  readonly pid: number;
  readonly startedAt: string;
  readonly openRequests: number;
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
  /** Asks for the open requests. */
  | { readonly kind: "count"; readonly id: number }
  /** The answer to something that was asked. */
  | { readonly kind: "answer"; readonly id: number; readonly answer?: unknown };

export type FromWorker =
  /** It runs, and waits for `start`. */
  | { readonly kind: "up"; readonly version: string }
  | { readonly kind: "taken" }
  /** Connections that have closed. */
  | { readonly kind: "closed"; readonly count: number }
  | { readonly kind: "prepared"; readonly number: number; readonly fault?: string }
  | { readonly kind: "uses"; readonly number: number }
  /** All requests have ended, or were cut off. */
  | { readonly kind: "stopped"; readonly cutCount: number }
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "counted"; readonly id: number; readonly openRequests: number }
  /** Asks for the providers' models to be looked up anew, or for the state of all workers. */
  | { readonly kind: "ask"; readonly id: number; readonly what: "models" | "workers" };
