import type { NetworkFault } from "../core/http.ts";
import type { Texts } from "../text/message.ts";
import { type ErrorResponse, errorBody, errorEvent, errorResponse } from "./error-response.ts";
import { isClosedBody, type ResponseRules, readResponseHead, withoutBodyHeaders } from "./headers.ts";
import type { Piece, ProxiedRequest, UpstreamBody, UpstreamResponse } from "./host.ts";
import type { Target } from "./targets.ts";
import { errorFor, explain } from "./upstream-failure.ts";

export interface RelayOptions {
  readonly target: Target;
  readonly ownHeaders: readonly string[];
  readonly rules: ResponseRules;
  readonly english: Texts;
}

/** Streams a response to the client. The only place where an upstream's bytes reach a client. */
export function relay(
  request: ProxiedRequest,
  { status, headers, body }: UpstreamResponse,
  { target, ownHeaders, rules, english }: RelayOptions,
): Promise<void> {
  const head = readResponseHead(headers, rules);
  if (head.hasUnsupportedCoding) return refuseCoded(request, ownHeaders);
  const isEventStream = head.contentType.startsWith("text/event-stream");
  const takesEvents = isEventStream && !isClosedBody(head.passed);
  request.trace.seeHead(head);
  head.passed.push(...ownHeaders);
  if (status === 204 || status === 304) return relayHead(request, status, head.passed);
  const first = body.read();
  request.begin(status, head.passed, !(first instanceof Promise));
  // A separate function, so that the head can be garbage-collected while the body streams.
  return relayBody(request, body, first, isEventStream, takesEvents ? target : undefined, english);
}

const CODED = errorResponse(
  "api_error",
  "The upstream answered with a Transfer-Encoding other than chunked, which the local gateway does not decode.",
);

async function refuseCoded(request: ProxiedRequest, ownHeaders: readonly string[]): Promise<void> {
  respondWithError(request, CODED, ownHeaders);
}

/** Without a body, whatever length is announced: a client could wait for it, or take the next response for it. */
async function relayHead(request: ProxiedRequest, status: number, passed: readonly string[]): Promise<void> {
  request.begin(status, status === 204 ? withoutBodyHeaders(passed) : passed, true);
  request.end();
}

/** `target` is set if the gateway can append an event of its own. */
async function relayBody(
  request: ProxiedRequest,
  body: UpstreamBody,
  first: Piece | Promise<Piece>,
  isEventStream: boolean,
  target: Target | undefined,
  english: Texts,
): Promise<void> {
  const { trace } = request;
  for (let next = first; ; next = body.read()) {
    const piece = next instanceof Promise ? await next : next;
    if (request.isGone) return;
    if (!piece.ok) return breakOff(request, piece.error, target, english);
    if (piece.value === undefined) break;
    trace.seePassed(piece.value);
    const caughtUp = request.write(piece.value);
    if (caughtUp !== undefined) await caughtUp;
  }
  if (isEventStream && trace.endsInError) trace.ended ??= "error-event";
  request.end();
}

/**
 * Ends an incomplete response so that the client does not take it for complete. A stream that is between two events
 * gets a final error event; any other connection is cut.
 */
async function breakOff(
  request: ProxiedRequest,
  fault: NetworkFault,
  target: Target | undefined,
  english: Texts,
): Promise<void> {
  const { trace } = request;
  trace.ended ??= `upstream-${fault.kind}`;
  if (target === undefined || !trace.isBetweenEvents) return request.cut();
  const failure = { kind: "fault", fault, isStale: false } as const;
  const finding = await explain(failure, target);
  if (request.isGone) return;
  request.end(errorEvent(errorFor(failure, finding, english)));
}

export function respondWithError(request: ProxiedRequest, error: ErrorResponse, headers: readonly string[] = []): void {
  request.trace.ended ??= error.type;
  const { isWorthRetrying, headers: own = [] } = error;
  const retry = isWorthRetrying === undefined ? [] : ["x-should-retry", String(isWorthRetrying)];
  respondWithJson(request, error.status, errorBody(error), [...headers, ...own, ...retry]);
}

/** Responds with a document of the gateway's own; an empty one has no content type. */
export function respondWithJson(
  request: ProxiedRequest,
  status: number,
  json: string,
  headers: readonly string[],
): void {
  const body = Buffer.from(json);
  if (body.length > 0) request.trace.see(body);
  const type = body.length === 0 ? [] : ["content-type", "application/json"];
  request.respond(status, [...headers, ...type, "content-length", String(body.length)], body);
}
