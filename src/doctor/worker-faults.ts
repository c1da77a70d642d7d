import type { NetworkFault } from "../core/http.ts";
import { parseJsonObject } from "../core/json.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { readSignals } from "../providers/cloudflare-ai-gateway/response-signals.ts";
import type { HttpResult } from "../providers/provider.ts";
import { sanitize } from "../providers/sanitize.ts";
import type { Texts } from "../text/message.ts";

/** Part of the public interface: a code never changes its meaning. */
export type WorkerFaultCode = keyof Texts["workerCheck"]["faults"];

/** Why a deployed Worker is not reached. All of it is safe to show. */
export interface WorkerFault {
  readonly code: WorkerFaultCode;
  readonly values: WorkerFaultValues;
  /** The beginning of an answer that nobody knows. */
  readonly excerpt?: string;
}

interface WorkerFaultValues {
  readonly url: string;
  readonly host: string;
  /** Cloudflare's error code, else the status. */
  readonly number: number;
  readonly fault: NetworkFault["kind"];
  /** The address of a redirect, without its query. */
  readonly target: string;
}

type WorkerLayer = "network" | "proxy" | "tls" | "cloudflare-edge" | "worker";

/** Who answered, or did not. */
export const WORKER_LAYERS: Readonly<Record<WorkerFaultCode, WorkerLayer>> = {
  "worker.name-unknown": "network",
  "worker.unreachable": "network",
  "worker.certificate": "tls",
  "worker.tls": "tls",
  "worker.proxy": "proxy",
  "worker.missing": "cloudflare-edge",
  "worker.not-routed": "cloudflare-edge",
  "worker.exception": "cloudflare-edge",
  "worker.exceeded": "cloudflare-edge",
  "worker.quota": "cloudflare-edge",
  "worker.rate-limited": "cloudflare-edge",
  "worker.own-zone": "cloudflare-edge",
  "worker.blocked": "cloudflare-edge",
  "worker.challenge": "cloudflare-edge",
  "worker.access": "cloudflare-edge",
  "worker.edge": "cloudflare-edge",
  "worker.redirect": "worker",
  "worker.on-machine": "worker",
  "worker.published": "worker",
  "worker.other": "worker",
};

/**
 * By the number on a page of Cloudflare's.
 * @source developers.cloudflare.com, "Workers errors and exceptions" (1101 to 1042), "Cloudflare 1xxx errors" and "5xx
 * errors"; workers-sdk#11215 (1042, 522); public reports of 522 and 1016 where a name has a record but no Worker.
 */
export const BY_NUMBER: readonly (readonly [WorkerFaultCode, readonly number[]])[] = [
  ["worker.exception", [1101]],
  ["worker.exceeded", [1102]],
  ["worker.quota", [1027]],
  ["worker.rate-limited", [1015, 429]],
  ["worker.own-zone", [1019, 1042]],
  ["worker.blocked", [1005, 1006, 1007, 1008, 1009, 1010, 1012, 1020, 1106, 403]],
  ["worker.not-routed", [520, 521, 522, 523, 525, 526, 530, 1000, 1001, 1002, 1014, 1016, 1018, 1023, 1033]],
];

const NETWORK: Partial<Record<NetworkFault["kind"], WorkerFaultCode>> = {
  "name-not-found": "worker.name-unknown",
  certificate: "worker.certificate",
  tls: "worker.tls",
  proxy: "worker.proxy",
};

/** @source seen at workers.dev: the page of a name without a Worker. */
const NOTHING_HERE = /There is nothing here yet/i;

/** The version of the Worker that gave this response to `/healthz`, or what is in the way. */
export function workerIn(response: HttpResult, url: string): Result<string, WorkerFault> {
  const host = new URL(url).hostname;
  const values = { url, host, number: 0, fault: "not-http", target: "" } as const;
  if (!response.ok) {
    const { kind } = response.error;
    return fail({ code: NETWORK[kind] ?? "worker.unreachable", values: { ...values, fault: kind } });
  }
  const { status, headers, body } = response.value;
  const { ok: isFine, version, host: runtime, status: state } = parseJsonObject(body) ?? {};
  const isVersion = typeof version === "string" && /^[\w.+-]{1,40}$/.test(version);
  if (isFine === true && isVersion && runtime === "workers") return ok(version);
  const at = (
    code: WorkerFaultCode,
    { excerpt = "", ...more }: Partial<WorkerFaultValues> & { readonly excerpt?: string } = {},
  ) => fail({ code, values: { ...values, number: status, ...more }, ...(excerpt !== "" && { excerpt }) });
  if (isFine === true && isVersion) return at("worker.on-machine");
  if (isFine === true && state === "live") return at("worker.published");
  const sent = { endpoint: "anthropic", host, credentials: "key", hasGatewayToken: false } as const;
  const { author, codes } = readSignals(response, sent);
  const number = Number(codes[0] ?? status);
  if (author === "access") return at("worker.access");
  if (author === "challenge") return at("worker.challenge");
  if (NOTHING_HERE.test(body) || (status === 404 && number === 1042)) return at("worker.missing");
  if (author === "redirect") return at("worker.redirect", { target: withoutQuery(headers.location, url) });
  if (author === "edge") {
    const [code] = BY_NUMBER.find(([, numbers]) => numbers.includes(number)) ?? ["worker.edge"];
    return at(code, { number });
  }
  return at("worker.other", { excerpt: sanitize(body, EXCERPT_LENGTH, []) });
}

const EXCERPT_LENGTH = 200;

function withoutQuery(location: string | undefined, url: string): string {
  if (location === undefined || !URL.canParse(location, url)) return "";
  const { origin, pathname } = new URL(location, url);
  return origin + pathname;
}
