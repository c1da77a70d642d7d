import type { Context } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Problem } from "../core/result.ts";
import type { Endpoint, Finding, ListOptions, ProbeKind, Setup } from "./provider.ts";

export interface TryOptions extends ListOptions {
  readonly kind: ProbeKind;
}

/** @why the gateway has been seen to answer 2009 under load; a moment later it knew the token again. */
const PAUSE_MS = 2_000;

/**
 * Sends what a real request would carry and says what is wrong, or undefined when all is well. What may pass by itself
 * is tried once more after a pause before anything is blamed.
 */
export async function tryOut(
  endpoint: Pick<Endpoint, "checks">,
  setup: Setup,
  { kind, userAgent, signal }: TryOptions,
  context: Pick<Context, "http" | "delay" | "env">,
): Promise<Finding | undefined> {
  const { probes, diagnose, also } = await endpoint.checks();
  const send = async (request: HttpRequest) =>
    diagnose(await context.http({ ...request, ...(signal && { signal }) }), setup, kind);
  for (const request of probes(setup, kind, userAgent)) {
    let finding = await send(request);
    if (finding?.transient && !signal?.aborted) {
      await context.delay(PAUSE_MS, signal);
      finding = await send(request);
    }
    if (finding !== undefined) return finding;
  }
  return kind === "models" ? also?.(setup, { userAgent, ...(signal && { signal }) }, context) : undefined;
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
