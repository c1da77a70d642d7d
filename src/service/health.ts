import type { Context } from "../core/context.ts";
import type { HttpResponse, NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";

export interface Health {
  readonly url: string;
  /** `other` is another program, or a gateway that does not respond in time. */
  readonly answers: "gateway" | "other" | "nobody";
  readonly version?: string;
  readonly pid?: number;
  readonly startedAt?: Date;
  /** True if it can serve all requests. */
  readonly isReady: boolean;
  /** The gateway's own reasons, in English. It gives them only to holders of its token. */
  readonly problems: readonly string[];
}

/** @why a local program responds at once unless something is wrong. */
const TIMEOUTS = { connectTimeoutMs: 2_000, idleTimeoutMs: 5_000 };
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Asks `/healthz` and `/readyz`, bypassing any proxy. The token is sent only to a program that has identified itself as
 * a gateway.
 */
export async function checkHealth(
  { url, token }: { readonly url: string; readonly token: Secret | undefined },
  { http }: Pick<Context, "http">,
): Promise<Health> {
  const get = (path: string, headers: Readonly<Record<string, string>>) =>
    http({ method: "GET", url: `${url}${path}`, headers, direct: true, maxBodyBytes: MAX_BODY_BYTES, ...TIMEOUTS });
  const alive = await get("/healthz", {});
  const unknown = { url, isReady: false, problems: [] };
  if (!alive.ok) return { ...unknown, answers: alive.error.kind === "refused" ? "nobody" : "other" };
  const { ok, version, pid, startedAt } = jsonMembers(alive);
  const started = new Date(String(startedAt));
  if (ok !== true || typeof version !== "string") return { ...unknown, answers: "other" };
  const ready = await get("/readyz", token === undefined ? {} : { "x-api-key": token.reveal() });
  const { problems } = jsonMembers(ready);
  return {
    url,
    answers: "gateway",
    version,
    ...(typeof pid === "number" && { pid }),
    ...(!Number.isNaN(started.getTime()) && { startedAt: started }),
    isReady: ready.ok && ready.value.status === 200,
    problems: Array.isArray(problems) ? problems.map(String) : [],
  };
}

/** @why a start that also runs the login shell may take 30 s. */
const MAX_PAUSES = 60;
const PAUSE_MS = 500;

/** Waits until the gateway responds, `isStarting` returns false, or 30 s have passed. */
export async function waitForHealth(
  address: { readonly url: string; readonly token: Secret | undefined },
  isStarting: () => Promise<boolean>,
  context: Pick<Context, "http" | "delay">,
): Promise<Health> {
  for (let pauses = 0; ; pauses += 1) {
    const health = await checkHealth(address, context);
    if (health.answers !== "nobody" || pauses === MAX_PAUSES || !(await isStarting())) return health;
    await context.delay(PAUSE_MS);
  }
}

function jsonMembers(response: Result<HttpResponse, NetworkFault>): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = response.ok ? JSON.parse(response.value.body) : undefined;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
