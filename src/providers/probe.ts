import type { Context } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Finding } from "./finding.ts";
import type { Endpoint, ListOptions, ProbeKind, Setup } from "./provider.ts";

export interface ProbeOptions extends ListOptions {
  readonly kind: ProbeKind;
}

/** Sends an endpoint's probes; returns the first finding, or `undefined` if all is well. */
export async function probe(
  endpoint: Pick<Endpoint, "checks">,
  setup: Setup,
  { kind, userAgent, signal }: ProbeOptions,
  context: Pick<Context, "http" | "delay" | "env">,
): Promise<Finding | undefined> {
  const { probes, diagnose, also } = await endpoint.checks();
  const send = async (request: HttpRequest) =>
    diagnose(await context.http({ ...request, ...(signal && { signal }) }), setup, kind);
  for (const request of probes(setup, kind, userAgent)) {
    const isTransient = (found: Finding | undefined) => found?.transient === true;
    const finding = await withRetry(() => send(request), isTransient, signal, context);
    if (finding !== undefined) return finding;
  }
  return kind === "models" ? also?.(setup, { userAgent, ...(signal && { signal }) }, context) : undefined;
}

/** @why long enough for a slow mobile connection, short enough for someone waiting. */
export const TIMEOUTS = { connectTimeoutMs: 10_000, idleTimeoutMs: 20_000, totalTimeoutMs: 60_000 };

/** @why under load the gateway has been seen to reject, with 2009 as well, what it accepts a moment later. */
const PAUSE_MS = 2_000;

/** Retries a transient failure once, after a pause, unless aborted. */
export async function withRetry<T>(
  ask: () => Promise<T>,
  isTransient: (result: T) => boolean,
  signal: AbortSignal | undefined,
  { delay }: Pick<Context, "delay">,
): Promise<T> {
  const first = await ask();
  if (!isTransient(first) || signal?.aborted) return first;
  await delay(PAUSE_MS, signal);
  return ask();
}
