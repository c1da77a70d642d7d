import type { NetworkFault } from "../core/http.ts";
import type { Texts } from "../text/message.ts";
import { type ErrorResponse, errorBody, errorEvent, errorResponse } from "./error-response.ts";
import type { Piece, ProxiedRequest, UpstreamBody } from "./host.ts";
import type { KeepAlive, Waiting } from "./keep-alive.ts";
import { isClosedBody, type ResponseHead, type ResponseRules, withoutBodyHeaders } from "./response-head.ts";
import { isEventStream } from "./response-start.ts";
import type { StreamEnd } from "./stream-events.ts";
import type { Target } from "./targets.ts";
import { errorFor, explain } from "./upstream-failure.ts";

export interface RelayOptions {
  readonly target: Target;
  readonly ownHeaders: readonly string[];
  readonly rules: ResponseRules;
  readonly english: Texts;
  readonly keepAlive: KeepAlive;
}

/** A body of which the first piece has been asked for. */
export interface RelayedBody {
  readonly first: Piece | Promise<Piece>;
  readonly body: UpstreamBody;
}

/** Streams a response to the client. The only place where an upstream's bytes reach a client. */
export function relay(
  request: ProxiedRequest,
  status: number,
  head: ResponseHead,
  { body, first }: RelayedBody,
  { target, ownHeaders, english, keepAlive }: RelayOptions,
): Promise<void> {
  if (head.hasUnsupportedCoding) return refuseCoded(request, ownHeaders);
  const isStream = isEventStream(head.contentType);
  const stream = isStream ? new RelayedStream(request, target, !isClosedBody(head.passed), english) : undefined;
  request.trace.seeHead(head);
  head.passed.push(...ownHeaders);
  if (status === 204 || status === 304) return relayHead(request, status, head.passed);
  request.begin(status, head.passed, !(first instanceof Promise));
  // Separate functions, so that the head can be garbage-collected while the body streams.
  return stream === undefined
    ? relayDocument(request, body, first)
    : relayStream(request, stream, body, first, keepAlive);
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

/** If it breaks off, the connection does, so that the client does not take it for complete. */
async function relayDocument(
  request: ProxiedRequest,
  body: UpstreamBody,
  first: Piece | Promise<Piece>,
): Promise<void> {
  const { trace } = request;
  for (let next = first; ; next = body.read()) {
    const piece = next instanceof Promise ? await next : next;
    if (request.isGone) return;
    if (!piece.ok) {
      trace.ended ??= `upstream-${piece.error.kind}`;
      return request.cut();
    }
    if (piece.value === undefined) return request.end();
    trace.seePassed(piece.value);
    const caughtUp = request.write(piece.value);
    if (caughtUp !== undefined) await caughtUp;
  }
}

async function relayStream(
  request: ProxiedRequest,
  stream: RelayedStream,
  body: UpstreamBody,
  first: Piece | Promise<Piece>,
  keepAlive: KeepAlive,
): Promise<void> {
  const { trace } = request;
  let isWaiting = false;
  try {
    for (let next = first; ; next = body.read()) {
      // Whole streams may be there at once, which need nobody to keep them alive.
      if (next instanceof Promise && !isWaiting) keepAlive.add(stream);
      isWaiting ||= next instanceof Promise;
      const piece = next instanceof Promise ? await next : next;
      if (request.isGone) return;
      if (!piece.ok) return stream.breakOff(piece.error);
      if (piece.value === undefined) return stream.end();
      trace.seeEvents(piece.value);
      stream.silentTicks = 0;
      const caughtUp = request.write(piece.value);
      if (caughtUp === undefined) continue;
      stream.isBehind = true;
      await caughtUp;
      stream.isBehind = false;
    }
  } finally {
    if (isWaiting) keepAlive.delete(stream);
  }
}

/** @source docs.claude.com, "Streaming messages"; html.spec.whatwg.org on comments, which every reader skips. */
const PING = 'event: ping\ndata: {"type":"ping"}\n\n';
const COMMENT = ": keep-alive\n\n";

const CUT_OFF: NetworkFault = { kind: "cut-off" };

/** A stream of events on its way to a client. Where it can take events, the gateway adds its own between others. */
class RelayedStream implements Waiting {
  silentTicks = 0;
  /** The client has not taken all that was sent. */
  isBehind = false;
  readonly #request: ProxiedRequest;
  readonly #target: Target;
  readonly #takesEvents: boolean;
  readonly #english: Texts;

  constructor(request: ProxiedRequest, target: Target, takesEvents: boolean, english: Texts) {
    this.#request = request;
    this.#target = target;
    this.#takesEvents = takesEvents;
    this.#english = english;
  }

  onSilence(): void {
    const { trace, isGone } = this.#request;
    if (isGone || this.isBehind || !this.#takesEvents || !trace.isBetweenEvents || isOver(trace.streamEnd)) return;
    const text = this.#target.protocol === "anthropic-messages" ? PING : COMMENT;
    trace.seeOwn(text);
    void this.#request.write(Buffer.from(text));
  }

  /** A stream that ends before its last event is as good as cut off. */
  end(): Promise<void> | undefined {
    const { trace } = this.#request;
    const { streamEnd } = trace;
    if (streamEnd === "incomplete") {
      trace.ended ??= "upstream-incomplete";
      if (this.#takesEvents) return this.breakOff(CUT_OFF);
    }
    if (streamEnd === "error") trace.ended ??= "error-event";
    this.#request.end();
    return undefined;
  }

  /**
   * Ends an incomplete stream so that the client does not take it for complete: between two events with an error event,
   * else by cutting the connection. After its last event nothing is missing.
   */
  async breakOff(fault: NetworkFault): Promise<void> {
    const request = this.#request;
    const { trace } = request;
    const canEnd = this.#takesEvents && trace.isBetweenEvents;
    const { streamEnd } = trace;
    if (canEnd && isOver(streamEnd)) {
      if (streamEnd === "error") trace.ended ??= "error-event";
      return request.end();
    }
    trace.ended ??= `upstream-${fault.kind}`;
    if (!canEnd) return request.cut();
    const failure = { kind: "fault", fault, isStale: false } as const;
    const finding = await explain(failure, this.#target);
    if (request.isGone) return;
    request.end(errorEvent(errorFor(failure, finding, this.#english)));
  }
}

const isOver = (end: StreamEnd) => end === "complete" || end === "error";

export function respondWithError(request: ProxiedRequest, error: ErrorResponse, headers: readonly string[] = []): void {
  request.trace.ended ??= error.code ?? error.type;
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
