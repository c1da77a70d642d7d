import { GatheredBytes } from "../core/gathered-bytes.ts";
import type { ErrorResponse } from "../gateway/error-response.ts";
import type { ByteStream, ProxiedRequest, UpstreamCall, UpstreamRequest } from "../gateway/host.ts";
import type { Log } from "../gateway/log.ts";
import type { RequestHead } from "../gateway/request-head.ts";
import { RequestTrace } from "../gateway/request-trace.ts";
import { FetchCall } from "./fetch-call.ts";
import { headersFrom, rawHeaders } from "./raw-headers.ts";
import { UnreadBody } from "./request-body.ts";
import type { WorkerResponseInit } from "./runtime.ts";

export interface RequestDeps {
  readonly log: Log;
  readonly id: number;
  /** Longest silence of an upstream. */
  readonly silenceMs: number;
  readonly clockMs: () => number;
}

/** Bodies of responses with these are not there. @source fetch.spec.whatwg.org: "null body status". */
const BODILESS: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** A client's request, and the response that the runtime is waiting for. */
export class WorkerRequest implements ProxiedRequest {
  readonly trace: RequestTrace;
  readonly admission = "open";
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  /** What the runtime is to send; there is always one unless the client has gone. */
  readonly response: Promise<Response>;
  /** Settles when the client has all of it, or has gone. */
  readonly done: Promise<void>;
  isGone = false;
  readonly #request: Request;
  readonly #deps: RequestDeps;
  #resolve: (response: Response) => void = () => {};
  #finish: () => void = () => {};
  #call: UpstreamCall | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #status: number | undefined;
  #bodyBytes = 0;
  #isClosed = false;

  constructor(request: Request, deps: RequestDeps) {
    this.trace = new RequestTrace(deps.clockMs);
    this.#request = request;
    this.#deps = deps;
    this.method = request.method;
    this.url = targetIn(request.url);
    this.headers = rawHeaders(request);
    this.response = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    request.signal.addEventListener("abort", () => this.close());
  }

  /** The client has gone, or has everything. Logs the request, once. */
  close(isWhole = false): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.isGone = true;
    if (!isWhole) this.trace.ended ??= "client-gone";
    this.#call?.abort();
    const { method, url, trace } = this;
    const { log, id } = this.#deps;
    log.request(trace.record({ id, method, url, status: this.#status ?? 499, requestBytes: this.#bodyBytes }));
    this.#finish();
  }

  async readBody(_head: RequestHead): Promise<Buffer | ErrorResponse> {
    const gathered = new GatheredBytes();
    for await (const piece of this.#request.body ?? []) gathered.add(Buffer.from(piece));
    this.#bodyBytes = gathered.length;
    return gathered.take();
  }

  openBody(): ByteStream {
    return new UnreadBody(this.#request.body ?? new Blob([]).stream());
  }

  send(request: UpstreamRequest): ReturnType<UpstreamCall["head"]> {
    this.#call?.abort();
    this.#call = new FetchCall(request, this.#deps.silenceMs);
    return this.#call.head();
  }

  respond(status: number, headers: readonly string[], body: Buffer): void {
    if (this.#status !== undefined || this.isGone) return;
    this.#answer(status, headers, body);
    this.close(true);
  }

  begin(status: number, headers: readonly string[]): void {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.#writer = writable.getWriter();
    // The client has gone; `request.signal` tells.
    this.#writer.closed.catch(() => {});
    this.#answer(status, headers, readable);
  }

  #answer(status: number, headers: readonly string[], body: Buffer | ReadableStream<Uint8Array>): void {
    this.#status = status;
    const init: WorkerResponseInit = { status, headers: headersFrom(headers), encodeBody: "manual" };
    this.#resolve(new Response(BODILESS.has(status) || this.method === "HEAD" ? null : body, init));
  }

  write(bytes: Buffer): Promise<void> | undefined {
    return this.#writer?.write(bytes).catch(() => {});
  }

  end(last?: string): void {
    if (last !== undefined) void this.write(Buffer.from(last));
    this.#writer?.close().then(
      () => this.close(true),
      () => this.close(),
    );
  }

  cut(): void {
    this.#writer?.abort(new Error("The response broke off."));
    this.close();
  }

  /** The gateway has failed. */
  fail(): void {
    this.#call?.abort();
    if (this.#status !== undefined) this.cut();
  }
}

/** Path and query as they came. */
function targetIn(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + "://".length);
  return start < 0 ? "/" : url.slice(start);
}
