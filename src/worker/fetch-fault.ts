import type { NetworkFault } from "../core/http.ts";

/** Why workerd's `fetch` fails, by its message, since it has no codes. @source seen in workerd 1.20260426.1. */
const KINDS: readonly (readonly [RegExp, NetworkFault["kind"]])[] = [
  [/refused/i, "refused"],
  [/DNS|resolve|getaddrinfo|host not found/i, "name-not-found"],
  [/timed? ?out/i, "connect-timeout"],
  [/certificate/i, "certificate"],
  [/TLS|SSL/, "tls"],
  [/unreachable|no route/i, "unreachable"],
  [/protocol error|parse|bad (?:response|status)|invalid HTTP/i, "not-http"],
];

/** A `fetch` of a Worker that failed. What is not known broke off. */
export function faultOf(error: unknown): NetworkFault {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? "cut-off" };
}
