import type { Context } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Problem } from "../core/result.ts";
import type { Finding } from "./finding.ts";
import type { Endpoint, ListOptions, ProbeKind, Setup } from "./provider.ts";
import { withSecondTry } from "./retry.ts";

export interface TryOptions extends ListOptions {
  readonly kind: ProbeKind;
}

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
    const mayPass = (found: Finding | undefined) => found?.transient === true;
    const finding = await withSecondTry(() => send(request), mayPass, signal, context);
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
