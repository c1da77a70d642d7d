import { GatheredBytes } from "../core/gathered-bytes.ts";
import type { NetworkFaultKind } from "../core/http.ts";
import { fail, ok } from "../core/result.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import type { Texts } from "../text/message.ts";
import { type ErrorResponse, errorTypeOf } from "./error-response.ts";
import type { Failure } from "./failover.ts";
import type { Piece, UpstreamBody, UpstreamFault, UpstreamResponse } from "./host.ts";
import { headerRecord } from "./raw-headers.ts";
import { withoutCoding } from "./response-head.ts";
import type { Target } from "./targets.ts";

export interface FailedResponse {
  readonly kind: "response";
  readonly status: number;
  /** The status that it came with, if that says nothing of the failure, such as 200 with a web page. */
  readonly sentStatus?: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** Judged in place of the body, if that is encoded; empty if it cannot be read. */
  readonly judged?: Buffer;
  /** The part of a longer response that follows `body`. It is there until another request is sent. */
  readonly rest?: UpstreamBody;
}

export type UpstreamFailure = FailedResponse | UpstreamFault;

/** Most of a response that it is judged by. @why the longest error of any layer is far shorter. */
const JUDGED_BYTES = 256 * 1024;

/** Decodes a body or its beginning, up to `longest` bytes; `undefined` if the coding is not known. */
export type DecodeStart = (
  coding: string,
  encoded: Buffer,
  longest: number,
) => Promise<{ readonly bytes: Buffer; readonly isWhole: boolean } | undefined>;

/**
 * Leads elsewhere.
 * @why clients follow a redirect of 307 or 308 with body and token, which are meant for this machine only.
 */
export const isRedirect = (status: number): boolean => status >= 300 && status < 400 && status !== 304;

/**
 * Reads an unsuccessful response, as far as it is judged. If it breaks off, that is a fault. One that is encoded against
 * our wishes is decoded, and passed on like that if all of it could be.
 */
export async function readFailure(response: UpstreamResponse, decode?: DecodeStart): Promise<UpstreamFailure> {
  const { status, headers, body } = response;
  const gathered = new GatheredBytes();
  let rest: UpstreamBody | undefined;
  while (rest === undefined) {
    const piece = await body.read();
    if (!piece.ok) return { kind: "fault", fault: piece.error, isStale: false };
    if (piece.value === undefined) break;
    gathered.add(piece.value);
    if (gathered.length > JUDGED_BYTES) rest = body;
  }
  const read = { kind: "response", status, headers, body: gathered.take(), ...(rest && { rest }) } as const;
  const coding = headerRecord(headers)["content-encoding"] ?? "";
  if (/^(?:identity)?$/i.test(coding) || read.body.length === 0) return read;
  const decoded = await decode?.(coding, read.body, JUDGED_BYTES);
  if (decoded === undefined || !decoded.isWhole || rest !== undefined)
    return { ...read, judged: decoded?.bytes ?? Buffer.alloc(0) };
  return { ...read, headers: withoutCoding(headers), body: decoded.bytes };
}

const EMPTY: UpstreamBody = { read: () => ok(undefined) };

export const bodyFrom = (bytes: Buffer, rest = EMPTY): UpstreamBody =>
  bytes.length === 0 ? rest : startingWith(ok(bytes), rest);

/** A piece that was read, or is being waited for, then the rest. */
export function startingWith(piece: Piece | Promise<Piece>, rest: UpstreamBody): UpstreamBody {
  let first: Piece | Promise<Piece> | undefined = piece;
  return {
    read: () => {
      const next = first ?? rest.read();
      first = undefined;
      return next;
    },
  };
}

/** The provider's diagnosis; `undefined` if only the upstream's own words can tell. */
export async function explain(failure: UpstreamFailure, { upstream, model }: Target): Promise<Finding | undefined> {
  if (failure.kind === "fault") return upstream.diagnose(fail(failure.fault), model);
  const { status, sentStatus = status, judged } = failure;
  if (judged?.length === 0) return undefined;
  const headers = headerRecord(failure.headers);
  return upstream.diagnose(ok({ status: sentStatus, headers, body: textOf(failure) }), model);
}

const textOf = ({ body, judged = body }: FailedResponse) => judged.toString("utf8");

export function toFailure(failure: UpstreamFailure, finding: Finding | undefined): Failure {
  if (failure.kind === "fault") {
    const { fault, isStale } = failure;
    return { kind: "fault", code: finding?.code ?? fault.kind, fault: fault.kind, isStale };
  }
  const { status, headers } = failure;
  const { "retry-after": retryAfter, "retry-after-ms": exactly, date } = headerRecord(headers);
  return {
    kind: "response",
    code: finding?.code ?? `http-${status}`,
    status,
    ...(finding?.recovery !== undefined && { recovery: finding.recovery }),
    upstreamMessage: textOf(failure),
    retryAfterMs:
      exactly !== undefined && /^\d+(?:\.\d+)?$/.test(exactly) ? Number(exactly) : retryAfterMs(retryAfter, date),
  };
}

/** @source the SDKs of OpenAI and Anthropic, which take `retry-after-ms` first. */
export const namesRetryTime = (headers: readonly string[]): boolean =>
  headers.some((name, index) => index % 2 === 0 && /^retry-after(?:-ms)?$/i.test(name));

/**
 * Time that `Retry-After` asks to wait; 0 if absent or not understood. It is in seconds, or a date, which is compared
 * with the response's own `Date` so that our clock need not be right.
 * @source RFC 9110, 10.2.3.
 */
export function retryAfterMs(retryAfter: string | undefined, date: string | undefined): number {
  if (retryAfter === undefined) return 0;
  if (/^\d+(?:\.\d+)?$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const waitMs = Date.parse(retryAfter) - Date.parse(date ?? "");
  return Number.isNaN(waitMs) ? 0 : Math.max(waitMs, 0);
}

/** True if clients understand the response as it is: an error in Anthropic's format or, on its own paths, OpenAI's. */
export function isReadable({ status, body }: FailedResponse, { protocol }: Target): boolean {
  if (isRedirect(status)) return false;
  try {
    const { type, error } = JSON.parse(body.toString("utf8"));
    const isOurs = protocol !== "anthropic-messages" || (type === "error" && typeof error.type === "string");
    return isOurs && typeof error.message === "string";
  } catch {
    return false;
  }
}

/** The failure as an error clients understand, with the diagnosis in English. */
export function errorFor(failure: UpstreamFailure, finding: Finding | undefined, english: Texts): ErrorResponse {
  const status = failure.kind === "fault" ? statusOfFault(failure.fault.kind) : statusOfResponse(failure.status);
  return {
    status,
    type: errorTypeOf(status),
    message: finding === undefined ? ownWords(failure, status) : findingLines(finding, english).join(" "),
    ...(finding !== undefined && { code: finding.code }),
    ...(isConclusive(failure, finding) && { isWorthRetrying: finding.transient }),
  };
}

function ownWords(failure: UpstreamFailure, status: number): string {
  if (failure.kind === "response" && isRedirect(failure.status))
    return `The upstream redirects to another address (HTTP ${failure.status}), which the local gateway does not pass on. Correct the provider's base URL.`;
  if (failure.kind === "response" && failure.sentStatus !== undefined) {
    const what = failure.body.length === 0 ? "with an empty body" : "with a web page";
    return `The upstream answered HTTP ${failure.sentStatus} ${what}. Check the provider's base URL.`;
  }
  return `The upstream answered HTTP ${status}.`;
}

/** True if the finding says more about retrying than the status does. A 5xx error page may be anybody's. */
const isConclusive = (failure: UpstreamFailure, finding: Finding | undefined): finding is Finding =>
  finding !== undefined && (finding.transient || failure.kind === "fault" || failure.status < 500);

const statusOfFault = (kind: NetworkFaultKind) => (kind === "connect-timeout" || kind === "answer-timeout" ? 504 : 502);

/**
 * The status for the client. Some would mean nothing to it: a redirect, what a proxy or network demands of this
 * machine, and those between a CDN and its origin.
 * @source developers.cloudflare.com, "Cloudflare 5xx errors": 522 and 524 are time limits.
 */
function statusOfResponse(status: number): number {
  if (status === 522 || status === 524) return 504;
  if (status < 400 || status === 407 || status === 511 || (status >= 520 && status !== 529)) return 502;
  return status;
}
