import type { NetworkFault } from "../core/http.ts";
import { fail, ok } from "../core/result.ts";
import type { Piece, UpstreamCall, UpstreamFault, UpstreamRequest, UpstreamResponse } from "../gateway/host.ts";
import { faultOf } from "./fetch-fault.ts";
import { headersFrom } from "./raw-headers.ts";
import { bodyToSend } from "./request-body.ts";
import type { WorkerRequestInit } from "./runtime.ts";

const ABORTED: NetworkFault = { kind: "aborted" };

/** One request to an upstream by the Worker's `fetch`. */
export class FetchCall implements UpstreamCall {
  readonly #request: UpstreamRequest;
  readonly #silenceMs: number;
  readonly #controller = new AbortController();
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAborted = false;
  #isTooLate = false;

  /** `silenceMs`: the longest time until the response begins, and between two pieces of it. */
  constructor(request: UpstreamRequest, silenceMs: number) {
    this.#request = request;
    this.#silenceMs = silenceMs;
  }

  async head(): Promise<UpstreamResponse | UpstreamFault> {
    const { origin, path, method, headers, body } = this.#request;
    const init: WorkerRequestInit = {
      method,
      headers: headersFrom(headers),
      body: bodyToSend(body),
      redirect: "manual",
      signal: this.#controller.signal,
      encodeResponseBody: "manual",
    };
    this.#watch();
    try {
      const response = await fetch(origin + path, init);
      this.#reader = response.body?.getReader();
      return { kind: "response", status: response.status, headers: rawResponseHeaders(response), body: this };
    } catch (error) {
      return { kind: "fault", fault: this.#faultOf(error), isStale: false };
    } finally {
      this.#unwatch();
    }
  }

  async read(): Promise<Piece> {
    if (this.#reader === undefined) return ok(undefined);
    this.#watch();
    try {
      const { done, value } = await this.#reader.read();
      return ok(done ? undefined : Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    } catch (error) {
      return fail(this.#faultOf(error));
    } finally {
      this.#unwatch();
    }
  }

  abort(): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#unwatch();
    this.#controller.abort();
    this.#reader?.cancel().catch(() => {});
  }

  #watch(): void {
    this.#timer = setTimeout(() => {
      this.#isTooLate = true;
      this.#controller.abort();
    }, this.#silenceMs);
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
  }

  #faultOf(error: unknown): NetworkFault {
    if (this.#isAborted) return ABORTED;
    return this.#isTooLate ? { kind: "answer-timeout" } : faultOf(error);
  }
}

function rawResponseHeaders({ headers }: Pick<Response, "headers">): readonly string[] {
  const raw: string[] = [];
  for (const [name, value] of headers) raw.push(name, value);
  return raw;
}
