import type { NetworkFault } from "../core/http.ts";

/**
 * Why a Worker's `fetch` fails. Its errors have no codes: it says that a connection was lost, also one that was refused,
 * and calls everything else an internal error, such as an unknown name or a certificate.
 * @source seen in workerd 1.20260426.1. On Cloudflare's own machines most of these are responses of status 520 to 530.
 */
export function faultOf(error: unknown): NetworkFault {
  const isLost = error instanceof Error && /connection lost|disconnected|premature/i.test(error.message);
  return { kind: isLost ? "cut-off" : "unreachable" };
}

/** What a response that is none would say: the runtime passes on an interim status, and numbers beyond all statuses. */
export const isFinalStatus = (status: number): boolean => status >= 200 && status <= 599;

export const NOT_HTTP: NetworkFault = { kind: "not-http" };
