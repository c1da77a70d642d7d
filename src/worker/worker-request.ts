import type { ErrorResponse } from "../gateway/error-response.ts";
import type { ByteStream, ProxiedRequest, UpstreamCall, UpstreamRequest } from "../gateway/host.ts";
import type { Log } from "../gateway/log.ts";
import type { RequestHead } from "../gateway/request-head.ts";
import { RequestTrace } from "../gateway/request-trace.ts";
import { ClientBody } from "./client-body.ts";
import { Departure } from "./departure.ts";
import { FetchCall, type FetchDeps } from "./fetch-call.ts";
import type { WorkerLimits } from "./limits.ts";
import { announcedLength, headersFrom, requestHeaders, responseLike } from "./raw-headers.ts";
import { byteTransform, type ResponseBody, type WorkerResponseInit } from "./runtime.ts";
import { Silence } from "./silence.ts";
import type { RecordUsage } from "./usage-points.ts";

export interface RequestDeps extends FetchDeps {
  readonly log: Log;
  readonly usage: RecordUsage | undefined;
  readonly id: number;
  readonly limits: WorkerLimits;
  /** Bytes currently held, of all bodies. */
  readonly held: { total: number };
}

const NOTHING = Buffer.alloc(0);

/** Responses with these have no body. @source fetch.spec.whatwg.org: "null body status". */
const BODILESS: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** A client's request, and the response that the runtime is waiting for. */
export class WorkerRequest implements ProxiedRequest {
  readonly trace: RequestTrace;
  /** The runtime decides how many requests an isolate serves. */
  readonly admission = "open";
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  /** What the runtime is to send; there is one unless the client has gone. */
  readonly response: Promise<Response>;
  /** Settles when the client has all of it, or has gone. */
  readonly done: Promise<void>;
  isGone = false;
  readonly #deps: RequestDeps;
  readonly #body: ClientBody;
  readonly #stalled: Silence;
  readonly #departure: Departure;
  #resolve: (response: Response) => void = () => {};
  #finish: () => void = () => {};
  #call: FetchCall | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #status: number | undefined;
  #isClosed = false;
  /** Begun, and held back while all of it may be there at once. */
  #unsent: { readonly headers: readonly string[]; readonly first: Buffer | undefined } | undefined;

  constructor(request: Request, deps: RequestDeps) {
    this.trace = new RequestTrace(deps.clockMs);
    this.#deps = deps;
    this.#body = new ClientBody(request, deps.limits, deps.held);
    this.#stalled = new Silence(deps.limits.stalledMs, deps.clockMs, () => this.cut());
    this.method = request.method;
    this.url = targetIn(request.url);
    this.headers = requestHeaders(request);
    this.response = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#departure = new Departure(request.signal, () => this.#close("gone"));
  }

  /** Once, when the client has everything or gets no more. */
  #close(end: "whole" | "gone"): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.isGone = true;
    if (end === "gone") this.trace.ended ??= "client-gone";
    this.#call?.abort();
    this.#stalled.stop();
    this.#departure.forget();
    this.#body.release();
    const { method, url, trace } = this;
    const { log, usage, id } = this.#deps;
    const record = trace.record({ id, method, url, status: this.#status ?? 499, requestBytes: this.#body.bytes });
    const logged = log.request(record);
    if (usage !== undefined && trace.isForwarded) usage(trace.served(logged));
    this.#finish();
  }

  readBody(head: RequestHead): Promise<Buffer | ErrorResponse> {
    return this.#body.read(head);
  }

  openBody(head: RequestHead): ByteStream {
    return this.#body.open(head);
  }

  send(request: UpstreamRequest): ReturnType<UpstreamCall["head"]> {
    this.#call?.abort();
    this.#call = new FetchCall(request, this.#deps);
    const head = this.#call.head();
    return request.body === null || Buffer.isBuffer(request.body) ? head : unlessLeft(head);
  }

  respond(status: number, headers: readonly string[], body: Buffer): void {
    if (this.#status !== undefined || this.isGone) return;
    const isBodiless = this.#isBodiless(status);
    if (this.#body.isLeft && !isBodiless) this.#respondEarly(status, headers, body);
    else this.#answer(status, headers, isBodiless ? null : body);
    this.#close("whole");
  }

  /** The response is there at once, and ends when the client has sent the rest of its request. */
  #respondEarly(status: number, headers: readonly string[], body: Buffer): void {
    const { readable, writable } = byteTransform(body.length);
    const writer = writable.getWriter();
    writer.closed.catch(() => {});
    this.#answer(status, headers, readable);
    const rest = Promise.all([writer.write(body), this.#body.discard()]);
    rest.then(() => writer.close()).catch(() => {});
  }

  begin(status: number, headers: readonly string[], isFollowed: boolean): void {
    this.#status = status;
    this.#unsent = { headers, first: undefined };
    // What is there already is written in this turn.
    if (isFollowed) void Promise.resolve().then(() => this.#flush());
    else this.#flush();
  }

  /** Sends what is held back, and begins a stream, as the rest is not there yet. */
  #flush(): void {
    const unsent = this.#unsent;
    if (unsent === undefined) return;
    this.#unsent = undefined;
    const { headers, first } = unsent;
    const status = this.#status ?? 0;
    const transform = this.#isBodiless(status) ? undefined : byteTransform(announcedLength(headers));
    this.#writer = transform?.writable.getWriter();
    // Whoever waits for it learns the same.
    this.#writer?.closed.catch(() => {});
    this.#answer(status, headers, transform?.readable ?? null);
    if (first !== undefined) void this.#write(first);
  }

  #isBodiless(status: number): boolean {
    return this.method === "HEAD" || BODILESS.has(status);
  }

  #answer(status: number, headers: readonly string[], body: ResponseBody): void {
    const head = this.#call?.takeHead();
    this.#resolve((head && responseLike(head, status, headers, body)) ?? newResponse(status, headers, body));
    this.#status = status;
    // Nothing can be sent again from here on, so nobody keeps the body.
    this.#body.release();
  }

  write(bytes: Buffer): Promise<void> | undefined {
    if (this.#unsent !== undefined && this.#unsent.first === undefined) {
      this.#unsent = { ...this.#unsent, first: bytes };
      return undefined;
    }
    this.#flush();
    return this.#write(bytes);
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#stalled.begin();
    try {
      await this.#writer?.write(bytes);
      this.#stalled.end();
    } catch {
      this.#close("gone");
    }
  }

  end(last?: string): void {
    const { headers, first = NOTHING } = this.#unsent ?? {};
    const isWhole = headers !== undefined && last === undefined && announcedLength(headers) === first.length;
    if (!isWhole) return void this.#end(last);
    this.#unsent = undefined;
    this.#answer(this.#status ?? 0, headers, this.#isBodiless(this.#status ?? 0) ? null : first);
    this.#close("whole");
  }

  async #end(last: string | undefined): Promise<void> {
    this.#flush();
    try {
      if (last !== undefined) await this.#write(Buffer.from(last));
      this.#stalled.begin();
      await this.#writer?.close();
      this.#close("whole");
    } catch {
      this.#close("gone");
    }
  }

  cut(): void {
    this.#flush();
    this.#writer?.abort(new Error("The response broke off.")).catch(() => {});
    this.#close("gone");
  }

  /** The gateway has failed. */
  fail(): void {
    this.#call?.abort();
    if (this.#status !== undefined) this.cut();
  }
}

function newResponse(status: number, headers: readonly string[], body: ResponseBody): Response {
  const init: WorkerResponseInit = { status, headers: headersFrom(headers), encodeBody: "manual" };
  return new Response(body, init);
}

/**
 * A client that goes while its body is passed on breaks the request to the upstream off, and only then the runtime says
 * that it has gone.
 */
async function unlessLeft(head: ReturnType<UpstreamCall["head"]>): ReturnType<UpstreamCall["head"]> {
  const received = await head;
  if (received.kind === "fault") await new Promise((resolve) => void setTimeout(resolve, 0));
  return received;
}

/** Path and query as they came. */
function targetIn(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + "://".length);
  return start < 0 ? "/" : url.slice(start);
}
