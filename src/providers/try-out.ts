import type { Context } from "../core/context.ts";
import type { Problem } from "../core/result.ts";
import type { Finding, ProbeKind, Provider, Setup } from "./provider.ts";

export interface TryOptions {
  readonly kind: ProbeKind;
  readonly userAgent: string;
  readonly signal?: AbortSignal;
}

/** @why the gateway has been seen to answer 2009 under load; a moment later it knew the token again. */
const PAUSE_MS = 2_000;

/**
 * Sends what a real request would carry and says what is wrong, or undefined when all is well. What may pass by itself
 * is tried once more after a pause before anything is blamed.
 */
export async function tryOut(
  provider: Provider,
  setup: Setup,
  { kind, userAgent, signal }: TryOptions,
  context: Pick<Context, "http" | "delay">,
): Promise<Finding | undefined> {
  const { probe, diagnose } = await provider.checks();
  const send = async () => {
    const request = probe(setup, kind, userAgent);
    return diagnose(await context.http({ ...request, ...(signal && { signal }) }), setup, kind);
  };
  const first = await send();
  if (!first?.transient || signal?.aborted) return first;
  await context.delay(PAUSE_MS);
  return send();
}

/** The finding about credentials of which the first that cannot be had is named. */
export function unresolved([problem]: readonly Problem[]): Finding {
  return {
    code: "credentials.unresolved",
    layer: "this machine",
    message: problem?.message ?? "",
    fix: problem?.hint ?? "",
    transient: false,
    ids: {},
  };
}
