import type { Dispatcher, EnvHttpProxyAgent as EnvHttpProxyAgentClass, Pool as PoolClass } from "undici";
// @ts-expect-error Only undici's index has types: it is twice the size, and takes thirty milliseconds more to load.
import untypedAgent from "undici/lib/dispatcher/env-http-proxy-agent.js";
// @ts-expect-error As above.
import untypedPool from "undici/lib/dispatcher/pool.js";
import type { Env } from "../core/context.ts";
import type { NetworkFault } from "../core/http.ts";
import type { Flow, Transport, UpstreamHandler, UpstreamRequest } from "../gateway/transport.ts";
import { networkFault } from "./http-fault.ts";
import { type ProxySetting, proxySetting } from "./http-proxy.ts";

const Pool: typeof PoolClass = untypedPool;
const EnvHttpProxyAgent: typeof EnvHttpProxyAgentClass = untypedAgent;

export interface TransportTimeouts {
  readonly connectMs: number;
  /** Until the first byte of the answer. */
  readonly firstByteMs: number;
  /** Between any two bytes of it. */
  readonly idleMs: number;
}

/** @why the longest that Anthropic's own clients wait for an answer; a stream sends a ping long before. */
export const TIMEOUTS: TransportTimeouts = { connectMs: 10_000, firstByteMs: 610_000, idleMs: 300_000 };

/**
 * Connections to the upstreams, kept open between requests, through the proxy that `env` names if any. Their number has
 * no limit: with one, long streams would keep every further request waiting.
 */
export function createTransport(timeouts: TransportTimeouts, env: Env): Transport {
  const dispatchers = new Map<string, Way>();
  const wayTo = (origin: string) => {
    const known = dispatchers.get(origin);
    if (known !== undefined) return known;
    const way = openWay(origin, timeouts, env);
    dispatchers.set(origin, way);
    return way;
  };
  return {
    send: (request, handler) => new Sending(request, handler, wayTo(request.origin)),
    close: async () => {
      await Promise.all([...dispatchers.values()].map(({ dispatcher }) => dispatcher?.destroy()));
    },
  };
}

/** How an origin is reached; without a dispatcher, why it cannot be. */
interface Way {
  readonly dispatcher?: Dispatcher;
  readonly fault?: NetworkFault;
  readonly proxy?: string;
}

function openWay(origin: string, { connectMs, firstByteMs, idleMs }: TransportTimeouts, env: Env): Way {
  const setting = proxySetting(new URL(origin).protocol, env);
  if (!setting.ok) return { fault: setting.error };
  const options = {
    connections: null,
    keepAliveTimeout: 55_000,
    keepAliveMaxTimeout: 600_000,
    headersTimeout: firstByteMs,
    bodyTimeout: idleMs,
  };
  const connect = { timeout: connectMs, autoSelectFamilyAttemptTimeout: 1_000 } as const;
  const { uri } = setting.value;
  if (uri === "") return { dispatcher: new Pool(origin, { ...options, connect }) };
  return { dispatcher: proxied(setting.value, connect, options), proxy: uri };
}

function proxied(
  { uri, noProxy, token }: ProxySetting,
  connect: { readonly timeout: number; readonly autoSelectFamilyAttemptTimeout: number },
  options: object,
): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    connect,
    proxyTls: connect,
    requestTls: connect,
    httpProxy: uri,
    httpsProxy: uri,
    noProxy,
    proxyTunnel: false,
    ...(token === undefined ? {} : { token }),
  });
}

/** One request on its way. */
class Sending implements Flow, Dispatcher.DispatchHandler {
  readonly #handler: UpstreamHandler;
  readonly #proxy: string | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #isAborted = false;
  #isOver = false;
  #hasHead = false;

  constructor({ origin, path, method, headers, body }: UpstreamRequest, handler: UpstreamHandler, way: Way) {
    this.#handler = handler;
    this.#proxy = way.proxy;
    const { dispatcher } = way;
    if (dispatcher === undefined) {
      const fault = way.fault ?? { kind: "unreachable" };
      queueMicrotask(() => this.#end(fault, false));
      return;
    }
    dispatcher.dispatch(
      { origin, path, method: method as Dispatcher.HttpMethod, headers: headers as string[], body: body as Buffer | null },
      this,
    );
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    this.#isAborted = true;
    this.#controller?.abort(new Error("aborted"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isAborted) controller.abort(new Error("aborted"));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // What comes before the answer itself, such as 100 and 103, is between this connection's two ends.
    if (status < 200) return;
    this.#hasHead = true;
    this.#handler.onHead(status, (controller.rawHeaders as Buffer[] | null) ?? []);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isAborted) this.#handler.onData(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onEnd();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#end(this.#isAborted ? { kind: "aborted" } : this.#faultOf(error), !this.#hasHead && isStale(error));
  }

  #end(fault: NetworkFault, stale: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handler.onFault(fault, stale);
  }

  #faultOf(error: Error): NetworkFault {
    const connected = this.#controller !== undefined;
    const proxy = this.#proxy === undefined ? {} : { proxy: this.#proxy };
    const timeout = TIMEOUT_KINDS[(error as NodeJS.ErrnoException).code ?? ""];
    if (timeout !== undefined) return { kind: timeout, ...proxy };
    return networkFault(error, { connected, proxyReached: connected, ...proxy }) ?? { kind: "cut-off", ...proxy };
  }
}

/** undici's own time limits. */
const TIMEOUT_KINDS: Readonly<Record<string, NetworkFault["kind"]>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect-timeout",
  UND_ERR_HEADERS_TIMEOUT: "answer-timeout",
  UND_ERR_BODY_TIMEOUT: "answer-timeout",
};

/** A connection that had carried an answer before was closed by the other side in the very moment that it was used. */
function isStale(error: Error): boolean {
  const { code, socket } = error as { code?: string; socket?: { bytesRead?: number } };
  return (code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE") && (socket?.bytesRead ?? 0) > 0;
}
