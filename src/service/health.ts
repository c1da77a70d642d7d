import type { Context } from "../core/context.ts";
import type { HttpResponse, NetworkFault } from "../core/http.ts";
import type { Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";

/** What answers where the gateway is to be. */
export interface Health {
  /** Where it was asked. */
  readonly url: string;
  /** `other` is a program that is no gateway of ours, or does not answer as one. */
  readonly answers: "gateway" | "other" | "nobody";
  readonly version?: string;
  readonly pid?: number;
  readonly startedAt?: Date;
  /** Whether it can serve requests. */
  readonly isReady: boolean;
  /** Why it cannot, as it says itself: told to those who present its token. */
  readonly problems: readonly string[];
}

/** @why on this machine everything that is well answers at once. */
const TIMEOUTS = { connectTimeoutMs: 2_000, idleTimeoutMs: 5_000 };
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Asks `/healthz` and `/readyz`. The token goes only to what has said that it is a gateway, and to this machine only,
 * whatever proxy is set.
 */
export async function askHealth(
  { url, token }: { readonly url: string; readonly token: Secret | undefined },
  { http }: Pick<Context, "http">,
): Promise<Health> {
  const get = (path: string, headers: Readonly<Record<string, string>>) =>
    http({ method: "GET", url: `${url}${path}`, headers, direct: true, maxBodyBytes: MAX_BODY_BYTES, ...TIMEOUTS });
  const alive = await get("/healthz", {});
  const nothing = { url, isReady: false, problems: [] };
  if (!alive.ok) return { ...nothing, answers: alive.error.kind === "refused" ? "nobody" : "other" };
  const { ok, version, pid, startedAt } = members(alive);
  const started = new Date(String(startedAt));
  if (ok !== true || typeof version !== "string") return { ...nothing, answers: "other" };
  const ready = await get("/readyz", token === undefined ? {} : { "x-api-key": token.reveal() });
  const { problems } = members(ready);
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

/** @why a start that also asks the login shell may take that long, and nothing takes longer. */
const MAX_PAUSES = 60;
const PAUSE_MS = 500;

/** The same of a gateway that is being started; gives up when `isStarting` says that it has ended, or after a while. */
export async function askUntilAnswered(
  where: { readonly url: string; readonly token: Secret | undefined },
  isStarting: () => Promise<boolean>,
  context: Pick<Context, "http" | "delay">,
): Promise<Health> {
  for (let pauses = 0; ; pauses += 1) {
    const health = await askHealth(where, context);
    if (health.answers !== "nobody" || pauses === MAX_PAUSES || !(await isStarting())) return health;
    await context.delay(PAUSE_MS);
  }
}

/** The members of the JSON object that was answered; none where it is something else. */
function members(answer: Result<HttpResponse, NetworkFault>): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = answer.ok ? JSON.parse(answer.value.body) : undefined;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
