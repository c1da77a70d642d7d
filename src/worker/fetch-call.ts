import type { NetworkFault } from "../core/http.ts";
import { fail, ok } from "../core/result.ts";
import type { Piece, UpstreamCall, UpstreamFault, UpstreamRequest, UpstreamResponse } from "../gateway/host.ts";
import { asBuffer, type SentBody, type UnreadBody } from "./client-body.ts";
import { faultOf, isFinalStatus, NOT_HTTP } from "./fetch-fault.ts";
import { announcedLength, type HeldHead, type RepeatedHeaders, rawHeaders } from "./raw-headers.ts";
import type { WorkerRequestInit } from "./runtime.ts";
import { Silence } from "./silence.ts";

const END = ok(undefined);
/** @measured a document that is there at once takes no stream to relay, which is a third of what its request costs. */
const SHORT_BYTES = 64 * 1024;
const ABORTED: NetworkFault = { kind: "aborted" };
const SILENT: NetworkFault = { kind: "answer-timeout" };

export interface FetchDeps {
  /** Longest time until a response begins, and between two pieces of it. */
  readonly silenceMs: number;
  readonly clockMs: () => number;
  /** Headers that were sent before. */
  readonly sentHeaders: RepeatedHeaders;
}

/**
 * The runtime's `fetch` throws if one of these has a body, which means nothing anyway.
 * @source fetch.spec.whatwg.org, "Request constructor"; RFC 9110, 9.3.1.
 */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** One request to an upstream by the Worker's `fetch`. */
export class FetchCall implements UpstreamCall {
  /** Until it is sent. @why a stream may last long, and so would the body that it answers. */
  #request: UpstreamRequest | undefined;
  readonly #controller = new AbortController();
  readonly #silence: Silence;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** Why it was ended from here. */
  #ended: NetworkFault | undefined;
  /** The first piece of a short body, which is there together with the head. */
  #first: Piece | undefined;
  /** So many bytes are still to come, if their number is known. */
  #leftBytes: number | undefined;
  #isOver = false;
  #head: HeldHead | undefined;

  readonly #sentHeaders: RepeatedHeaders;

  constructor(request: UpstreamRequest, { silenceMs, clockMs, sentHeaders }: FetchDeps) {
    this.#request = request;
    this.#sentHeaders = sentHeaders;
    this.#silence = new Silence(silenceMs, clockMs, () => this.#end(SILENT));
  }

  async head(): Promise<UpstreamResponse | UpstreamFault> {
    const request = this.#request as UpstreamRequest;
    this.#request = undefined;
    const { origin, path, method, headers, body } = request;
    try {
      const init: WorkerRequestInit = {
        method,
        headers: this.#sentHeaders.of(headers),
        body: BODILESS.has(method) ? null : await toSend(body),
        redirect: "manual",
        signal: this.#controller.signal,
        encodeResponseBody: "manual",
      };
      this.#silence.begin();
      const response = await fetch(origin + path, init);
      this.#silence.end();
      if (!isFinalStatus(response.status)) return this.#refused(response);
      this.#reader = response.body?.getReader();
      const answered = rawHeaders(response.headers);
      this.#head = { response, raw: answered };
      this.#leftBytes = announcedLength(answered);
      if (this.#leftBytes !== undefined && this.#leftBytes <= SHORT_BYTES) this.#first = await this.#next();
      return { kind: "response", status: response.status, headers: answered, body: this };
    } catch (error) {
      return { kind: "fault", fault: this.#faultOf(error), isStale: false };
    }
  }

  read(): Piece | Promise<Piece> {
    if (this.#ended !== undefined) return fail(this.#ended);
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first;
    if (this.#reader === undefined || this.#leftBytes === 0) return this.#over();
    return this.#next();
  }

  async #next(): Promise<Piece> {
    if (this.#reader === undefined) return this.#over();
    this.#silence.begin();
    try {
      const { done, value } = await this.#reader.read();
      this.#silence.end();
      if (done) return this.#over();
      if (this.#leftBytes !== undefined) this.#leftBytes -= value.byteLength;
      return ok(asBuffer(value));
    } catch (error) {
      return fail(this.#faultOf(error));
    }
  }

  /** What the runtime holds of the response's head, once. @why a stream may last long, and so would its head. */
  takeHead(): HeldHead | undefined {
    const head = this.#head;
    this.#head = undefined;
    return head;
  }

  abort(): void {
    this.#end(ABORTED);
  }

  #refused({ body }: Response): UpstreamFault {
    this.#end(NOT_HTTP);
    body?.cancel().catch(() => {});
    return { kind: "fault", fault: NOT_HTTP, isStale: false };
  }

  #over(): Piece {
    this.#silence.stop();
    this.#isOver = true;
    return END;
  }

  #end(fault: NetworkFault): void {
    this.#silence.stop();
    this.#ended ??= fault;
    if (!this.#isOver) this.#controller.abort();
  }

  #faultOf(error: unknown): NetworkFault {
    this.#silence.stop();
    return this.#ended ?? faultOf(error);
  }
}

const toSend = (body: UpstreamRequest["body"]): SentBody | Promise<SentBody> =>
  body === null || Buffer.isBuffer(body) ? body : (body as UnreadBody).toSend();
