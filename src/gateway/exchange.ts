import type { IncomingMessage, ServerResponse } from "node:http";
import type { NetworkFault } from "../core/http.ts";
import type { GatewayMeans } from "./gateway.ts";
import { readResponseHead, requestHeaders } from "./headers.ts";
import { type Refusal, refusalBody } from "./refusal.ts";
import type { RequestHead } from "./request-head.ts";
import type { Api } from "./settings.ts";
import { pathAt, type Target } from "./targets.ts";
import type { Flow, UpstreamHandler } from "./transport.ts";
import { usageIn } from "./usage.ts";

/** What one attempt at an upstream came to, when nothing of its answer has been passed on. */
export type Outcome =
  | { readonly kind: "answer"; readonly status: number; readonly rawHeaders: readonly Buffer[]; readonly body: Buffer }
  | { readonly kind: "fault"; readonly fault: NetworkFault; readonly isStale: boolean };

/** Decides what becomes of a failed attempt. */
export type OnFailure = (outcome: Outcome) => void;

/** One request of a client, from its head to the last byte of its answer, and what is logged of it. */
export class Exchange {
  readonly id: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly #means: GatewayMeans;
  readonly #startMs: number;
  #flow: Flow | undefined;
  #isOver = false;
  #api: Api | undefined;
  #firstByteMs: number | undefined;
  #responseBytes = 0;
  #firstChunk: Buffer | undefined;
  #lastChunk: Buffer | undefined;
  #model: string | undefined;
  #requestId: string | undefined;
  #logId: string | undefined;
  #isEventStream = false;
  #tried: string[] | undefined;
  /** Bytes of the body that are held in memory until the end. */
  heldBytes = 0;
  prefillRemoved = 0;
  /** How it ended, where it did not end well. */
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

  /** Answers by itself; nothing if an answer has begun. */
  refuse(refused: Refusal): void {
    this.ended ??= refused.type;
    this.answer(refused.status, refusalBody(refused));
  }

  answer(status: number, body: string): void {
    const { response, request } = this;
    if (response.headersSent || this.#isOver) return;
    const bytes = Buffer.from(body);
    this.#responseBytes = bytes.length;
    // A connection on which the rest of a body is still to come is of no more use.
    const last = request.complete ? [] : ["connection", "close"];
    const headers = ["content-type", "application/json", "content-length", String(bytes.length), ...last];
    response.writeHead(status, headers);
    response.end(bytes);
  }

  /** Remembers why a target was left. */
  leave(ref: string, why: string): void {
    (this.#tried ??= []).push(`${ref}: ${why}`);
  }

  /** Sends the request to a target. A good answer is passed on as it comes; a failure is handed to `onFailure`. */
  send(target: Target, path: string, body: Buffer | NodeJS.ReadableStream | null, onFailure: OnFailure): void {
    const { upstream, ref } = target;
    this.#model = ref;
    this.#api = upstream.api;
    this.#flow = this.#means.transport.send(
      {
        origin: upstream.origin,
        path: pathAt(upstream, path),
        method: this.request.method ?? "GET",
        headers: requestHeaders(this.head.forwarded, upstream),
        body,
      },
      new Attempt(this, onFailure),
    );
  }

  /** Begins to pass an answer on. */
  begin(status: number, rawHeaders: readonly Buffer[]): void {
    const { response } = this;
    if (response.headersSent || this.#isOver) return;
    const head = readResponseHead(rawHeaders, this.#model ?? "");
    this.#requestId = head.requestId;
    this.#logId = head.logId;
    this.#isEventStream = head.isEventStream;
    response.writeHead(status, head.passed);
    // The first bytes go out with the head if they have come with it; else the head does not wait for them.
    queueMicrotask(() => {
      if (this.#responseBytes === 0 && !response.writableEnded) response.flushHeaders();
    });
  }

  pass(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#firstByteMs ??= this.#elapsedMs();
    this.#responseBytes += chunk.length;
    this.#firstChunk ??= chunk;
    this.#lastChunk = chunk;
    if (this.response.write(chunk)) return;
    this.#flow?.pause();
    this.response.once("drain", () => this.#flow?.resume());
  }

  end(): void {
    this.response.end();
  }

  /** Passes a whole answer on that was held back. */
  passOn({ status, rawHeaders, body }: Outcome & { readonly kind: "answer" }): void {
    this.begin(status, rawHeaders);
    if (body.length > 0) this.pass(body);
    this.end();
  }

  /**
   * The answer broke off after some of it was passed on, and the client must not take that for the whole. A stream of
   * events that stands between two of them ends with one that says so; any other connection is cut.
   */
  breakOff(why: string, body: string): void {
    this.ended = why;
    const { response } = this;
    const isBetween = this.#lastChunk === undefined || this.#lastChunk.subarray(-2).toString("latin1") === "\n\n";
    if (this.#isEventStream && isBetween) response.end(`event: error\ndata: ${body}\n\n`);
    else response.destroy();
  }

  #elapsedMs(): number {
    return Math.round((this.#means.clockMs() - this.#startMs) * 10) / 10;
  }

  #log(): void {
    const { request, response } = this;
    const target = request.url ?? "";
    const query = target.indexOf("?");
    const usage = this.#usage();
    this.#means.log.request({
      id: this.id,
      method: request.method ?? "",
      path: query < 0 ? target : target.slice(0, query),
      model: this.#model,
      status: response.headersSent ? response.statusCode : 499,
      firstByteMs: this.#firstByteMs,
      durationMs: this.#elapsedMs(),
      requestBytes: this.heldBytes,
      responseBytes: this.#responseBytes,
      inputTokens: usage?.inputTokens,
      outputTokens: usage?.outputTokens,
      prefillRemoved: this.prefillRemoved > 0 ? this.prefillRemoved : undefined,
      tried: this.#tried,
      ended: this.ended,
      requestId: this.#requestId,
      logId: this.#logId,
    });
  }

  #usage() {
    const first = this.#firstChunk;
    const last = this.#lastChunk;
    return first && last && this.#api && usageIn(first, last, this.#api);
  }
}

/** More of a failure than this is not held back to be judged. @why the longest error of any layer is far shorter. */
const JUDGED_BYTES = 64 * 1024;

/** One try at one upstream. */
class Attempt implements UpstreamHandler {
  readonly #exchange: Exchange;
  readonly #onFailure: OnFailure;
  #failure: { readonly status: number; readonly rawHeaders: readonly Buffer[]; body: Buffer } | undefined;
  #isPassing = false;

  constructor(exchange: Exchange, onFailure: OnFailure) {
    this.#exchange = exchange;
    this.#onFailure = onFailure;
  }

  onHead(status: number, rawHeaders: readonly Buffer[]): void {
    if (status < 400) return this.#begin(status, rawHeaders);
    this.#failure = { status, rawHeaders, body: Buffer.alloc(0) };
  }

  onData(chunk: Buffer): void {
    const failure = this.#failure;
    if (failure === undefined) return this.#exchange.pass(chunk);
    failure.body = Buffer.concat([failure.body, chunk]);
    if (failure.body.length <= JUDGED_BYTES) return;
    this.#failure = undefined;
    this.#begin(failure.status, failure.rawHeaders);
    this.#exchange.pass(failure.body);
  }

  onEnd(): void {
    if (this.#failure === undefined) this.#exchange.end();
    else this.#onFailure({ kind: "answer", ...this.#failure });
  }

  onFault(fault: NetworkFault, isStale: boolean): void {
    if (fault.kind === "aborted") return;
    if (this.#isPassing) this.#exchange.breakOff(`upstream-${fault.kind}`, "{}");
    else this.#onFailure({ kind: "fault", fault, isStale });
  }

  #begin(status: number, rawHeaders: readonly Buffer[]): void {
    this.#isPassing = true;
    this.#exchange.begin(status, rawHeaders);
  }
}
