import type { IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { decoderFor } from "../core/content-coding.ts";
import { GatheredBytes } from "../core/gathered-bytes.ts";
import type { WriteBatch } from "../core/write-batch.ts";
import { TOO_MUCH_AT_ONCE, tooLarge, undecodable, unknownCoding } from "../gateway/body-refusals.ts";
import type { ErrorResponse } from "../gateway/error-response.ts";
import type { ByteStream, ProxiedRequest, Transport, UpstreamCall, UpstreamRequest } from "../gateway/host.ts";
import type { Log } from "../gateway/log.ts";
import type { RequestHead } from "../gateway/request-head.ts";
import { RequestTrace } from "../gateway/request-trace.ts";
import type { ServedRequest } from "../gateway/served-request.ts";
import type { LeanResponse } from "./lean-messages.ts";
import type { Limits } from "./limits.ts";
import { readRest } from "./linger.ts";
import { StreamedBody } from "./streamed-body.ts";

export interface HostDeps {
  readonly transport: Transport;
  readonly log: Log;
  /** Takes a request that was to be forwarded, when it is over. */
  readonly onServed?: (served: ServedRequest) => void;
  /** Takes the status of any other that was answered with an error. */
  readonly onRefused?: (status: number) => void;
  readonly limits: Limits;
  /** Bytes currently held, of all bodies. */
  readonly held: { total: number };
  /** Responses that have begun and are not over. */
  readonly streams: { open: number };
  readonly writes: WriteBatch;
  /** Milliseconds of a monotonic clock. */
  readonly clockMs: () => number;
}

export class HostedRequest implements ProxiedRequest {
  readonly trace: RequestTrace;
  readonly admission: ProxiedRequest["admission"];
  isGone = false;
  /** The client waits for `100 Continue`, and may leave its body out if it gets a response instead. */
  isAwaitingContinue = false;
  readonly #id: number;
  readonly #request: IncomingMessage;
  readonly #response: LeanResponse;
  readonly #deps: HostDeps;
  #call: UpstreamCall | undefined;
  #streamed: StreamedBody | undefined;
  /** Of the body, decoded. */
  #bodyBytes = 0;
  /** Of those, what counts as held. */
  #heldBytes = 0;
  /** Its response is sent piece by piece. */
  #isStream = false;

  constructor(
    id: number,
    request: IncomingMessage,
    response: LeanResponse,
    admission: ProxiedRequest["admission"],
    deps: HostDeps,
  ) {
    this.trace = new RequestTrace(deps.clockMs);
    this.admission = admission;
    this.#id = id;
    this.#request = request;
    this.#response = response;
    this.#deps = deps;
  }

  get method(): string {
    return this.#request.method ?? "";
  }

  get url(): string {
    return this.#request.url ?? "";
  }

  get headers(): readonly string[] {
    return this.#request.rawHeaders;
  }

  /** To be called once, when the connection is done with this request, in good order or not. */
  close(): void {
    const { trace } = this;
    const { log, onServed, onRefused, streams } = this.#deps;
    this.isGone = true;
    if (!this.#response.writableFinished) trace.ended ??= "client-gone";
    this.#call?.abort();
    this.#release(this.#heldBytes);
    const status = this.#response.headersSent ? this.#response.statusCode : 499;
    const { method, url } = this;
    const logged = log.request(trace.record({ id: this.#id, method, url, status, requestBytes: this.#bodyBytes }));
    if (this.#isStream) streams.open -= 1;
    if (trace.isForwarded) onServed?.(trace.served(logged));
    else if (status >= 400) onRefused?.(status);
  }

  /** Enforces the limits. The rest of a refused body is discarded. */
  readBody({ contentLength, contentEncoding }: RequestHead): Promise<Buffer | ErrorResponse> {
    const { limits } = this.#deps;
    if (contentLength !== undefined && contentLength > limits.bodyBytes)
      return Promise.resolve(tooLarge(limits.bodyBytes));
    const decoder = contentEncoding === "" ? undefined : decoderFor(contentEncoding);
    if (contentEncoding !== "" && decoder === undefined) return Promise.resolve(unknownCoding(contentEncoding));
    return new Promise((resolve) => {
      const gathered = new GatheredBytes();
      let isRefused = false;
      let settle: typeof resolve | undefined = resolve;
      const done = (body: Buffer | ErrorResponse) => {
        settle?.(body);
        // Else the listeners would keep the promise, and with it the body, for as long as there is a request.
        settle = undefined;
      };
      const refuse = (why: ErrorResponse) => {
        isRefused = true;
        gathered.clear();
        decoder?.destroy();
        done(why);
      };
      const take = (chunk: Buffer, kept: (chunk: Buffer) => void) => {
        if (isRefused || this.isGone) return;
        const refusal = this.#hold(chunk.length);
        if (refusal === undefined) kept(chunk);
        else refuse(refusal);
      };
      const gather = (chunk: Buffer) => gathered.add(chunk);
      if (decoder === undefined) {
        this.#request.on("data", (chunk: Buffer) => take(chunk, gather));
        this.#request.on("end", () => done(gathered.take()));
      } else {
        this.#decode(decoder, { take, gather, refuse, done: () => done(gathered.take()) }, contentEncoding);
      }
      this.#continue();
    });
  }

  /** Holds encoded bytes until they are decoded; what comes out of them counts against the same limits. */
  #decode(decoder: Transform, { take, gather, refuse, done }: DecodeSteps, coding: string): void {
    const request = this.#request;
    let encodedBytes = 0;
    request.on("data", (chunk: Buffer) => {
      encodedBytes += chunk.length;
      take(chunk, (taken) => void decoder.write(taken));
    });
    request.on("end", () => decoder.end());
    request.once("close", () => request.complete || decoder.destroy());
    decoder.on("data", (chunk: Buffer) => take(chunk, gather));
    decoder.on("error", () => refuse(undecodable(coding)));
    decoder.on("end", () => {
      this.#bodyBytes -= encodedBytes;
      this.#release(encodedBytes);
      done();
    });
  }

  /** Counts bytes as held, or tells why there is no room for them. */
  #hold(bytes: number): ErrorResponse | undefined {
    const { limits, held } = this.#deps;
    this.#bodyBytes += bytes;
    this.#heldBytes += bytes;
    held.total += bytes;
    if (this.#bodyBytes > limits.bodyBytes) return tooLarge(limits.bodyBytes);
    return held.total > limits.heldBytes ? TOO_MUCH_AT_ONCE : undefined;
  }

  #release(bytes: number): void {
    const released = Math.min(bytes, this.#heldBytes);
    this.#heldBytes -= released;
    this.#deps.held.total -= released;
  }

  openBody(): ByteStream {
    this.#streamed = new StreamedBody(this.#request);
    this.#continue();
    return this.#streamed;
  }

  #continue(): void {
    if (this.isAwaitingContinue) this.#response.writeContinue();
    this.isAwaitingContinue = false;
  }

  send(request: UpstreamRequest): ReturnType<UpstreamCall["head"]> {
    this.#call?.abort();
    this.#call = this.#deps.transport.send(request);
    return this.#call.head();
  }

  respond(status: number, headers: readonly string[], body: Buffer): void {
    if (this.#response.headersSent || this.isGone) return;
    this.#begin(status, headers);
    this.#finish(body);
  }

  begin(status: number, headers: readonly string[], isFollowed: boolean): void {
    this.#begin(status, headers);
    this.#deps.streams.open += this.isGone || this.#isStream ? 0 : 1;
    this.#isStream ||= !this.isGone;
    if (!isFollowed) this.#response.flushHeaders();
  }

  #begin(status: number, headers: readonly string[]): void {
    const response = this.#response;
    // Whatever followed could be the body or the next request. @source RFC 9110, 10.1.1.
    if (this.isAwaitingContinue) response.setHeader("connection", "close");
    response.writeRawHead(status, headers);
    // Nothing can be sent again from here on, so nobody keeps the body.
    this.#release(this.#heldBytes);
  }

  write(bytes: Buffer): Promise<void> | undefined {
    return this.#response.write(bytes) ? undefined : this.#drained();
  }

  end(last?: string): void {
    this.#finish(last);
  }

  cut(): void {
    const { socket } = this.#response;
    // Node holds back until the next tick what is written in chunks, and the log says that it was sent.
    while (socket?.writableCorked) socket.uncork();
    this.#response.destroy();
  }

  fail(): void {
    this.#call?.abort();
    if (this.#response.headersSent) this.cut();
  }

  /** Resolves when the client has caught up. A client that stalls is cut off. */
  #drained(): Promise<void> {
    const response = this.#response;
    response.socket?.setTimeout(this.#deps.limits.stalledMs);
    return new Promise((resolve) => {
      response.once("drain", () => {
        response.socket?.setTimeout(0);
        resolve();
      });
    });
  }

  /** Ends the response, and cuts off a client that stalls on the last bytes or does not end its request. */
  #finish(last?: Buffer | string): void {
    const response = this.#response;
    if (!this.#request.complete) {
      this.#streamed?.discard();
      readRest(this.#request, this.#deps.limits);
    }
    const { stalledMs } = this.#deps.limits;
    const limit = () => {
      if (response.socket?.writableLength) response.socket.setTimeout(stalledMs);
    };
    // A pipelined response gets its socket only after the one before it has been sent.
    if (response.socket === null) response.once("prefinish", limit);
    response.end(last);
    this.#deps.writes.afterwards(limit);
  }
}

interface DecodeSteps {
  readonly take: (chunk: Buffer, kept: (chunk: Buffer) => void) => void;
  readonly gather: (chunk: Buffer) => void;
  readonly refuse: (why: ErrorResponse) => void;
  readonly done: () => void;
}
