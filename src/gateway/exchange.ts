import type { IncomingMessage, ServerResponse } from "node:http";
import type { NetworkFault } from "../core/http.ts";
import { scrub } from "../core/redact.ts";
import { Attempt, type Failure, type Receiver, type Sender } from "./attempt.ts";
import { originHeaders } from "./cors.ts";
import { errorBody, errorEvent } from "./error-response.ts";
import { readResponseHead, requestHeaders, withoutBodyHeaders } from "./headers.ts";
import type { Flow, UpstreamRequest } from "./host.ts";
import type { GatewayMeans } from "./means.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { RequestHead } from "./request-head.ts";
import { AnswerTrace } from "./request-trace.ts";
import { pathAt, type Target } from "./targets.ts";
import { explain, explanationOf } from "./upstream-failure.ts";

/** One request of a client, from its head to the last byte of its answer, and what is logged of it. */
export class Exchange implements Receiver {
  readonly id: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly #means: GatewayMeans;
  readonly #startMs: number;
  readonly #trace = new AnswerTrace();
  #flow: Flow | undefined;
  #target: Target | undefined;
  #isOver = false;
  #firstByteMs: number | undefined;
  #requestId: string | undefined;
  #logId: string | undefined;
  #isEventStream = false;
  /** An event of our own can follow what was passed on. */
  #takesEvents = false;
  /** Bytes of the body that are held in memory until the end. */
  heldBytes = 0;
  prefillRemoved = 0;
  /** Models that were passed over or left, and why. */
  left: readonly string[] = [];
  /** The allowed web page that the answer is for. */
  page: string | undefined;
  /** How it ended, where it did not end well: a code. */
  ended: string | undefined;

  constructor(id: number, request: IncomingMessage, response: ServerResponse, head: RequestHead, means: GatewayMeans) {
    this.id = id;
    this.request = request;
    this.response = response;
    this.head = head;
    this.#means = means;
    this.#startMs = means.clockMs();
  }

  /** The client has its answer, or has left. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Called once, when the connection is done with this exchange: in good order or not. */
  close(): void {
    this.#isOver = true;
    if (!this.response.writableFinished) {
      this.ended ??= "client-gone";
      this.#flow?.abort();
    }
    this.#log();
  }

  /** Answers by itself; nothing if an answer has begun. `passed` are headers of the upstream's, names and values in turn. */
  refuse(refused: Refusal, passed: readonly string[] = []): void {
    this.ended ??= refused.type;
    const retry = refused.isWorthRetrying === undefined ? [] : ["x-should-retry", String(refused.isWorthRetrying)];
    this.answer(refused.status, errorBody(refused), [...passed, ...retry]);
  }

  answer(status: number, body: string, headers: readonly string[] = []): void {
    const { response, request } = this;
    if (response.headersSent || this.#isOver) return;
    const bytes = Buffer.from(body);
    const about = bytes.length === 0 ? [] : ["content-type", "application/json"];
    response.writeHead(status, [...this.#ownHeaders(), ...headers, ...about, "content-length", String(bytes.length)]);
    if (bytes.length > 0) this.#trace.see(bytes);
    this.#finish(bytes);
    // What is still to come of the request is read, so that its client comes to see the answer, but not for ever.
    if (!request.complete) {
      const timer = setTimeout(() => request.complete || request.destroy(), this.#means.limits.lingerMs);
      request.once("close", () => clearTimeout(timer));
      request.resume();
    }
  }

  /** Sends the request to a target. A good answer is passed on as it comes; a failure is handed to the sender. */
  send(target: Target, path: string, body: UpstreamRequest["body"], sender: Sender): void {
    const { upstream } = target;
    const { head } = this;
    const headers = requestHeaders(head.forwarded, upstream);
    // Of a body that is passed through only the client knows the length.
    if (body === this.request && head.announcedBytes !== undefined)
      headers.push("content-length", String(head.announcedBytes));
    this.#target = target;
    this.#flow = this.#means.transport.send(
      {
        origin: upstream.origin,
        path: pathAt(upstream, path),
        method: this.request.method ?? "GET",
        headers,
        body,
      },
      new Attempt(this, sender),
    );
  }

  begin(status: number, rawHeaders: readonly Buffer[]): void {
    const { response } = this;
    if (response.headersSent || this.#isOver) return;
    const headers = this.#readHead(rawHeaders);
    headers.push(...this.#ownHeaders());
    response.writeHead(status, headers);
    // The first bytes go out with the head if they have come with it; else the head does not wait for them.
    queueMicrotask(() => {
      if (this.#trace.sizeBytes === 0 && !response.writableEnded) response.flushHeaders();
    });
  }

  pass(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#firstByteMs ??= this.#elapsedMs();
    this.#trace.see(chunk);
    if (!this.response.write(chunk)) this.#wait();
  }

  end(): void {
    if (this.#isEventStream && this.#trace.endsInError) this.ended ??= "error-event";
    this.#finish();
  }

  /** Passes a failure on as it came. */
  passOn({ status, rawHeaders, body }: Failure & { readonly kind: "answer" }): void {
    this.begin(status, rawHeaders);
    if (body.length > 0) this.pass(body);
    this.end();
  }

  /** Tells the client what went wrong on the way, with what the upstream's headers say. */
  fail(refused: Refusal, rawHeaders: readonly Buffer[]): void {
    this.refuse(refused, withoutBodyHeaders(this.#readHead(rawHeaders)));
  }

  /**
   * The client must not take what it has for the whole. A stream of events that stands between two of them ends with
   * one that says so; any other connection is cut.
   */
  breakOff(fault: NetworkFault): void {
    const target = this.#target;
    this.ended ??= `upstream-${fault.kind}`;
    const cut = () => void this.response.destroy();
    if (target === undefined || !this.#takesEvents || !this.#trace.isBetweenEvents) return void cut();
    const failure = { kind: "fault", fault, isStale: false } as const;
    explain(failure, target).then((finding) => {
      this.#finish(errorEvent(explanationOf(failure, finding)));
    }, cut);
  }

  bug(error: Error): void {
    this.ended = "bug";
    this.#means.log.bug(error);
    this.#flow?.abort();
    if (this.response.headersSent) this.response.destroy();
    else this.refuse(OWN_FAULT);
  }

  /** Holds the upstream back until the client has taken what there is; one that takes nothing for long is cut off. */
  #wait(): void {
    const { response } = this;
    this.#flow?.pause();
    response.socket?.setTimeout(this.#means.limits.stalledMs);
    response.once("drain", () => {
      response.socket?.setTimeout(0);
      this.#flow?.resume();
    });
  }

  /** Ends the answer; a client that does not take the rest of it has no longer for that than for what came before. */
  #finish(last?: Buffer | string): void {
    const { response } = this;
    const limit = () => {
      if (response.socket?.writableLength) response.socket.setTimeout(this.#means.limits.stalledMs);
    };
    // One that waits for the answer before it on its connection is only handed over when that is through.
    if (response.socket === null) response.once("prefinish", limit);
    response.end(last);
    limit();
  }

  /** Reads what is to be known of an answer, and gives the headers to pass on. */
  #readHead(rawHeaders: readonly Buffer[]): string[] {
    const { passed, requestId, logId, contentType } = readResponseHead(rawHeaders);
    this.#requestId = requestId;
    this.#logId = logId;
    this.#isEventStream = contentType.startsWith("text/event-stream");
    this.#takesEvents = this.#isEventStream && !passed.some((text, index) => index % 2 === 0 && CLOSED_BODY.test(text));
    return passed;
  }

  #ownHeaders(): readonly string[] {
    const served = this.#target?.model ? ["x-openclaw-model", this.#target.shown] : [];
    return this.page === undefined ? served : [...served, ...originHeaders(this.page)];
  }

  #elapsedMs(): number {
    return Math.round((this.#means.clockMs() - this.#startMs) * 10) / 10;
  }

  #log(): void {
    const { request, response } = this;
    const url = request.url ?? "";
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    const usage = this.#target?.model ? this.#trace.usage(this.#target.upstream.api) : undefined;
    this.#means.log.request({
      id: this.id,
      method: request.method ?? "",
      // A key where the id of something belongs makes it long.
      path: path.length > LONGEST_KNOWN_PATH ? scrub(path) : path,
      model: this.#target?.shown,
      status: response.headersSent ? response.statusCode : 499,
      firstByteMs: this.#firstByteMs,
      durationMs: this.#elapsedMs(),
      requestBytes: this.heldBytes,
      responseBytes: this.#trace.sizeBytes,
      inputTokens: usage?.inputTokens,
      outputTokens: usage?.outputTokens,
      prefillRemoved: this.prefillRemoved > 0 ? this.prefillRemoved : undefined,
      tried: this.left.length > 0 ? this.left : undefined,
      ended: this.ended,
      requestId: this.#requestId,
      logId: this.#logId,
    });
  }
}

const LONGEST_KNOWN_PATH = "/v1/messages/count_tokens".length;

/** Headers of a body that nothing can be added to: the client would wait for the rest of it, or could not read the addition. */
const CLOSED_BODY = /^content-(?:length|encoding)$/i;

const OWN_FAULT: Refusal = {
  ...refusal("api_error", "The local gateway itself is at fault. Its log says what to report."),
  status: 500,
};
