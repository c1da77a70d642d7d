import { metricsUrl } from "../config/listen-address.ts";
import type { Context } from "../core/context.ts";
import { isObject, parseJsonObject } from "../core/json.ts";
import type { Secret } from "../core/secret.ts";

export interface Health {
  readonly url: string;
  /** `other` is another program, or a gateway that does not respond in time. */
  readonly answers: "gateway" | "other" | "nobody";
  /** True if the other program is the gateway of the published OpenClaw, which has the same default port. */
  readonly isPublished?: boolean;
  /** False if it does not prove that it knows our token: it belongs to another profile or user, or is none of ours. */
  readonly isOwn?: boolean;
  readonly version?: string;
  readonly pid?: number;
  readonly startedAt?: Date;
  /** True if it sends a credential; absent if it does not say, as earlier versions and strangers. */
  readonly sends?: (credential: Secret) => boolean;
  /** Of a gateway of several processes. */
  readonly workers?: WorkersState;
  /** Where it shows metrics without a token. */
  readonly metricsUrl?: string;
  /** True if it can serve all requests. */
  readonly isReady: boolean;
  /** The gateway's own reasons, in English. It gives them only to holders of its token. */
  readonly problems: readonly string[];
}

/** The processes that serve; a gateway tells only holders of its token. */
export interface WorkersState {
  /** How many there are to be. */
  readonly wanted: number;
  readonly serving: readonly { readonly pid: number; readonly startedAt: Date; readonly openRequests: number }[];
}

export type Answering =
  | { readonly program: "gateway"; readonly version: string; readonly pid?: number; readonly startedAt?: Date }
  | { readonly program: "published" };

/**
 * Which gateway gave this response to `/healthz`; `undefined` if neither ours nor the published one.
 * @source `{"ok":true,"status":"live"}` is the response of the published gateway, seen in 2026.5.28 and 2026.9.6.
 */
export function whoAnswers(body: string): Answering | undefined {
  const { ok, version, pid, startedAt, status } = parseJsonObject(body) ?? {};
  if (ok !== true) return undefined;
  if (version === undefined) return status === "live" ? { program: "published" } : undefined;
  if (typeof version !== "string" || !/^[\w.+-]{1,40}$/.test(version)) return undefined;
  const started = timeOf(startedAt);
  return {
    program: "gateway",
    version,
    ...(Number.isInteger(pid) && { pid: Number(pid) }),
    ...(!Number.isNaN(started.getTime()) && { startedAt: started }),
  };
}

/** Any program may have answered anything. */
const timeOf = (told: unknown): Date => new Date(typeof told === "string" ? told : Number.NaN);

/** @why a local program responds at once unless something is wrong. */
const TIMEOUTS = { connectTimeoutMs: 2_000, idleTimeoutMs: 5_000, totalTimeoutMs: 10_000 };
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Asks `/healthz` and `/readyz`, bypassing any proxy. The token is never sent: whatever listens there has to prove that
 * it knows it.
 */
export async function checkHealth(
  { url, token }: { readonly url: string; readonly token: Secret | undefined },
  { http, randomBytes }: Pick<Context, "http" | "randomBytes">,
): Promise<Health> {
  const get = (path: string, headers: Readonly<Record<string, string>>) =>
    http({ method: "GET", url: `${url}${path}`, headers, direct: true, maxBodyBytes: MAX_BODY_BYTES, ...TIMEOUTS });
  const alive = await get("/healthz", {});
  const unknown = { url, isReady: false, problems: [] };
  if (!alive.ok) return { ...unknown, answers: alive.error.kind === "refused" ? "nobody" : "other" };
  const found = whoAnswers(alive.value.body);
  if (found === undefined) return { ...unknown, answers: "other" };
  if (found.program === "published") return { ...unknown, answers: "other", isPublished: true };
  const { program: answers, ...about } = found;
  const asked = token && (await import("../config/token-proof.ts")).challenge(token, randomBytes);
  const ready = await get("/readyz", asked?.headers ?? {});
  const { problems, proof, sends, workers, metricsPort } = parseJsonObject(ready.ok ? ready.value.body : "") ?? {};
  const reasons = Array.isArray(problems) ? problems.filter((one) => typeof one === "string") : undefined;
  const isOwn = asked === undefined ? !ready.ok || reasons !== undefined : asked.isProvedBy(proof);
  const ofIt = isOwn ? workersIn(workers) : undefined;
  return {
    url,
    answers,
    ...about,
    isOwn,
    ...(asked !== undefined && isOwn && Array.isArray(sends) && { sends: (one: Secret) => asked.isMarked(sends, one) }),
    ...(ofIt && { workers: ofIt }),
    ...(isOwn && Number.isInteger(metricsPort) && { metricsUrl: metricsUrl(Number(metricsPort)) }),
    isReady: ready.ok && ready.value.status === 200,
    problems: (isOwn && reasons) || [],
  };
}

/** `undefined` unless it is what a gateway of several processes tells. */
function workersIn(told: unknown): WorkersState | undefined {
  const { wanted, serving } = isObject(told) ? told : {};
  if (!Number.isInteger(wanted) || !Array.isArray(serving)) return undefined;
  const all = serving.flatMap((one: unknown) => {
    const { pid, startedAt, openRequests } = isObject(one) ? one : {};
    const started = timeOf(startedAt);
    const isWhole = Number.isInteger(pid) && Number.isInteger(openRequests) && !Number.isNaN(started.getTime());
    return isWhole ? [{ pid: Number(pid), startedAt: started, openRequests: Number(openRequests) }] : [];
  });
  return { wanted: Number(wanted), serving: all };
}

/** @why a start that also runs the login shell may take 30 s. */
const MAX_PAUSES = 60;
const PAUSE_MS = 500;

/** Waits until the gateway responds, `isStarting` returns false, or 30 s have passed. */
export async function waitForHealth(
  address: { readonly url: string; readonly token: Secret | undefined },
  isStarting: () => Promise<boolean>,
  context: Pick<Context, "http" | "delay" | "randomBytes">,
): Promise<Health> {
  for (let pauses = 0; ; pauses += 1) {
    const health = await checkHealth(address, context);
    if (health.answers !== "nobody" || pauses === MAX_PAUSES || !(await isStarting())) return health;
    await context.delay(PAUSE_MS);
  }
}
