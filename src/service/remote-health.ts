import { isThisMachine } from "../config/listen-address.ts";
import { challenge } from "../config/token-proof.ts";
import type { Context } from "../core/context.ts";
import type { NetworkFaultKind } from "../core/http.ts";
import { parseJsonObject } from "../core/json.ts";
import type { Secret } from "../core/secret.ts";
import { whoAnswers } from "./health.ts";

/** The program that answers at the address of a remote gateway. */
export type RemoteHealth =
  | {
      readonly answers: "gateway";
      readonly version: string;
      /** `known`: it proves that it knows ours. `unneeded`: it wants none. */
      readonly token: "known" | "unknown" | "needed" | "unneeded";
      /** True if it can serve all requests. */
      readonly isReady: boolean;
      /** Its own reasons, in English; it gives them only to holders of its token. */
      readonly problems: readonly string[];
    }
  | { readonly answers: "published" }
  | { readonly answers: "other" }
  | { readonly answers: "nobody"; readonly fault: NetworkFaultKind };

/** @why a gateway far away, through a proxy, takes longer than one on this machine. */
const LIMITS = {
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 15_000,
  totalTimeoutMs: 30_000,
  maxBodyBytes: 64 * 1024,
};

/** Asks who is there. The token is never sent: our gateway proves that it knows it, and the published one is not asked. */
export async function remoteHealth(
  { url, token }: { readonly url: string; readonly token: Secret | undefined },
  { http, randomBytes }: Pick<Context, "http" | "randomBytes">,
  signal?: AbortSignal,
): Promise<RemoteHealth> {
  // The end of a tunnel is on this machine, where no proxy reaches it.
  const direct = isThisMachine(new URL(url).hostname);
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    http({ method: "GET", url: `${url}${path}`, headers, direct, ...LIMITS, ...(signal && { signal }) });
  const alive = await get("/healthz");
  if (!alive.ok) return { answers: "nobody", fault: alive.error.kind };
  const found = whoAnswers(alive.value.body);
  if (found === undefined) return { answers: "other" };
  if (found.program === "published") return { answers: "published" };
  const asked = token && challenge(token, randomBytes);
  const ready = await get("/readyz", asked?.headers);
  const { problems, proof } = parseJsonObject(ready.ok ? ready.value.body : "") ?? {};
  // It gives its reasons only to holders of a token, and to everybody where it wants none.
  const isOpen = Array.isArray(problems);
  const known = asked === undefined ? (isOpen ? "unneeded" : "needed") : asked.isProvedBy(proof) ? "known" : "unknown";
  const trusts = known === "known" || isOpen;
  return {
    answers: "gateway",
    version: found.version,
    token: known === "unknown" && isOpen ? "unneeded" : known,
    isReady: ready.ok && ready.value.status === 200,
    problems: trusts && Array.isArray(problems) ? problems.filter((one) => typeof one === "string") : [],
  };
}
