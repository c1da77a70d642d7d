import type { Env } from "../core/context.ts";
import type { NetworkFault } from "../core/http.ts";
import type { Flow, Transport, UpstreamHandler, UpstreamRequest } from "../gateway/host.ts";
import { type Carried, isBehindProxy, type Line, type Lines, type LineTimeouts, openLines } from "./connection-pool.ts";
import { networkFault, timeoutFault } from "./fault.ts";

/** @why the longest that Anthropic's own clients wait for an answer; a stream sends a ping long before. */
export const TIMEOUTS: LineTimeouts = { connectMs: 10_000, firstByteMs: 610_000, idleMs: 300_000 };

/** Connections to the upstreams, kept open between requests, through the proxy that `env` names if any. */
export function createTransport(timeouts: LineTimeouts, env: Env): Transport {
  const lines = openLines(timeouts, env);
  return {
    send: (request, handler) => new Sending(request, handler, lines.to(request.origin)),
    close: lines.close,
  };
}

/**
 * One request on its way. It takes undici's calls in their older form, in which the headers of an answer come as they
 * are: the newer one makes an object of them that nobody here has a use for.
 */
class Sending implements Flow, Carried {
  readonly #handler: UpstreamHandler;
  readonly #proxy: string | undefined;
  #abort: (() => void) | undefined;
  #resume: (() => void) | undefined;
  #isPaused = false;
  #isReused = false;
  #hasHead = false;
  /** undici has nothing more to say. */
  #isOver = false;
  /** The handler does not want to hear more. */
  #isAborted = false;
  /** The connection that carries it, set by itself. */
  line: Line | undefined;

  constructor(request: UpstreamRequest, handler: UpstreamHandler, way: ReturnType<Lines["to"]>) {
    this.#handler = handler;
    this.#proxy = way.ok ? way.value.proxy : way.error.proxy;
    if (way.ok) way.value.send(request, this);
    else this.#tell(way.error, false);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#resume?.();
  }

  abort(): void {
    this.#isAborted = true;
    this.#abort?.();
  }

  onConnect(abort: () => void): void {
    this.#abort = abort;
    this.#isReused = this.line?.isReused ?? false;
    if (this.#isAborted) abort();
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    // What comes before the answer itself, such as 103, is between this connection's two ends.
    if (this.#isOver || this.#isAborted || status < 200) return true;
    this.#resume = resume;
    this.#hasHead = true;
    this.#handler.onHead(status, rawHeaders);
    return !this.#isPaused;
  }

  onData(chunk: Buffer): boolean {
    if (!this.#isOver && !this.#isAborted) this.#handler.onData(chunk);
    return !this.#isPaused;
  }

  onComplete(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.line?.rest();
    if (!this.#isAborted) this.#handler.onEnd();
  }

  onError(error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.line?.leave();
    const fault = this.#faultOf(error);
    const isStale = this.#isReused && !this.#hasHead && STALE.has(codeOf(error));
    this.#tell(fault ?? error, isStale);
  }

  /** A moment later: undici may call while the request is only being handed to it. */
  #tell(what: NetworkFault | Error, isStale: boolean): void {
    queueMicrotask(() => {
      if (this.#isAborted) return;
      if (what instanceof Error) this.#handler.onBug(what);
      else this.#handler.onFault(what, isStale);
    });
  }

  #faultOf(error: Error): NetworkFault | undefined {
    const { line } = this;
    const connected = this.#abort !== undefined;
    const progress = {
      connected,
      proxyReached: connected || (line !== undefined && isBehindProxy(error, line)),
      ...(this.#proxy !== undefined && line?.kind !== "direct" && { proxy: this.#proxy }),
    };
    return TIME_LIMITS.has(codeOf(error)) ? timeoutFault(progress) : networkFault(error, progress);
  }
}

const codeOf = (error: Error) => (error as NodeJS.ErrnoException).code ?? "";

/** undici's own. */
const TIME_LIMITS: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** A connection that was kept open is closed by the other side in the very moment that it is used. */
const STALE: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);
