import type { Env } from "../core/context.ts";
import { GatheredBytes } from "../core/gathered-bytes.ts";
import type { NetworkFault } from "../core/http.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type {
  Piece,
  Transport,
  UpstreamCall,
  UpstreamFault,
  UpstreamRequest,
  UpstreamResponse,
} from "../gateway/host.ts";
import type { Carrier, UpstreamTimeouts } from "./carrier.ts";
import { isBehindProxy, type OriginRoute, openConnectionPool, type PooledHandler } from "./connection-pool.ts";
import { networkFault, timeoutFault } from "./fault.ts";

/** The last two unless `--upstream-timeout` says otherwise. @why Anthropic's own clients wait as long for a response. */
export const TIMEOUTS: UpstreamTimeouts = { connectMs: 10_000, firstByteMs: 600_000, idleMs: 600_000 };

/** Kept-alive connections to upstreams, through the proxy set in `env` if any. */
export function createTransport(timeouts: UpstreamTimeouts, env: Env): Transport {
  const pool = openConnectionPool(timeouts, env);
  return {
    send: (request) => new UndiciCall(request, pool.routeTo(request.origin)),
    close: pool.close,
  };
}

/**
 * Bytes of a response that are buffered for a slow reader.
 * @why one read of the socket yields no more, and the parser need not stop between its parts.
 */
const HELD_BYTES = 64 * 1024;

type Resolve<T> = (value: T | Promise<never>) => void;

/**
 * One request in progress. Uses undici's older handler interface, which passes raw headers: the newer one builds an
 * object of them that nothing here uses.
 */
class UndiciCall implements UpstreamCall, PooledHandler {
  readonly #proxy: string | undefined;
  readonly #held = new GatheredBytes();
  #head: UpstreamResponse | undefined;
  /** The end of the body, why it has none, or a bug. */
  #end: Result<undefined, NetworkFault> | Error | undefined;
  #isStale = false;
  #resolveHead: Resolve<UpstreamResponse | UpstreamFault> | undefined;
  #resolvePiece: Resolve<Piece> | undefined;
  #abort: (() => void) | undefined;
  #resume: (() => void) | undefined;
  #isDelayed = false;
  #isReused = false;
  #hasHead = false;
  #isDone = false;
  /** The connection that carries the request, which sets this itself. */
  connection: Carrier | undefined;

  constructor(request: UpstreamRequest, route: Result<OriginRoute, NetworkFault>) {
    this.#proxy = route.ok ? route.value.proxy : route.error.proxy;
    if (!route.ok) {
      this.#finish(route);
      return;
    }
    try {
      route.value.send(request, this);
    } catch (error) {
      this.onError(error as Error);
    }
  }

  head(): Promise<UpstreamResponse | UpstreamFault> {
    return new Promise((resolve) => {
      this.#resolveHead = resolve;
      this.#tellHead();
    });
  }

  read(): Piece | Promise<Piece> {
    return (
      this.#nextPiece() ??
      new Promise((resolve) => {
        this.#resolvePiece = resolve;
      })
    );
  }

  abort(): void {
    if (this.#isDone) return;
    this.#finish(ABORTED);
    this.#abort?.();
  }

  onConnect(abort: () => void): void {
    this.#abort = abort;
    this.#isReused = this.connection?.isReused ?? false;
    if (this.#end !== undefined) abort();
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    this.onHead(status, asText(rawHeaders), resume);
    return true;
  }

  onHead(status: number, headers: readonly string[], resume: () => void): void {
    // Interim responses, such as 103, concern this connection only.
    if (this.#end !== undefined || status < 200) return;
    this.#resume = resume;
    this.#hasHead = true;
    this.#head = { kind: "response", status, headers, body: this };
    this.#tellHead();
  }

  onData(chunk: Buffer): boolean {
    if (this.#end !== undefined) return true;
    this.#held.add(chunk);
    this.#tellPiece();
    this.#isDelayed = this.#held.length > HELD_BYTES;
    return !this.#isDelayed;
  }

  onComplete(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    // The connection may carry another request before all of this response is read.
    this.#resume = undefined;
    this.connection?.release();
    this.#finish(END);
  }

  onError(error: Error): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.connection?.discard();
    const isHeard = this.#hasHead || this.connection?.isHeard === true;
    this.#isStale = this.#isReused && !isHeard && STALE.has(codeOf(error));
    if (this.#isStale) this.connection?.discardIdle();
    const fault = this.#faultOf(error);
    this.#finish(fault === undefined ? error : fail(fault));
  }

  #finish(end: Result<undefined, NetworkFault> | Error): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#tellHead();
    this.#tellPiece();
  }

  #tellHead(): void {
    const resolve = this.#resolveHead;
    const head = this.#head;
    const end = this.#end;
    if (resolve === undefined || (head === undefined && end === undefined)) return;
    this.#resolveHead = undefined;
    // Released for garbage collection while the body streams.
    this.#head = undefined;
    if (head !== undefined) resolve(head);
    else if (end instanceof Error) resolve(Promise.reject(end));
    else if (end?.ok === false) resolve({ kind: "fault", fault: end.error, isStale: this.#isStale });
  }

  #tellPiece(): void {
    const resolve = this.#resolvePiece;
    if (resolve === undefined) return;
    this.#resolvePiece = undefined;
    const piece = this.#nextPiece();
    if (piece === undefined) this.#resolvePiece = resolve;
    else resolve(piece);
  }

  /** Parts that arrived together make one piece. */
  #nextPiece(): Piece | Promise<never> | undefined {
    if (this.#held.length === 0) return this.#end instanceof Error ? Promise.reject(this.#end) : this.#end;
    const bytes = this.#held.take();
    if (this.#isDelayed) {
      this.#isDelayed = false;
      this.#resume?.();
    }
    return ok(bytes);
  }

  #faultOf(error: Error): NetworkFault | undefined {
    const { connection } = this;
    const connected = this.#abort !== undefined;
    const progress = {
      connected,
      proxyReached: connected || (connection !== undefined && isBehindProxy(error, connection)),
      ...(this.#proxy !== undefined && connection?.kind !== "direct" && { proxy: this.#proxy }),
    };
    return TIME_LIMITS.has(codeOf(error)) ? timeoutFault(progress) : networkFault(error, progress);
  }
}

const END = ok(undefined);
const ABORTED = fail<NetworkFault>({ kind: "aborted" });

/**
 * Decodes names and values.
 * @measured decoding twenty headers in one go and slicing takes a third of the time of decoding each.
 */
function asText(rawHeaders: readonly Buffer[]): readonly string[] {
  const text = Buffer.concat(rawHeaders).toString("latin1");
  let end = 0;
  return rawHeaders.map(({ length }) => {
    const start = end;
    end += length;
    return text.slice(start, end);
  });
}

const codeOf = (error: Error) => (error as NodeJS.ErrnoException).code ?? "";

const TIME_LIMITS: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** The other side closes a kept-alive connection at the very moment it is used. */
const STALE: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);
