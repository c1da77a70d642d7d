import type { Client as ClientClass, Dispatcher } from "undici";
import type { Env } from "../core/context.ts";
import type { NetworkFault } from "../core/http.ts";
import { ok, type Result } from "../core/result.ts";
import { WriteBatch } from "../core/write-batch.ts";
import type { UpstreamRequest } from "../gateway/host.ts";
import {
  type Carried,
  type Carrier,
  type ConnectionKind,
  type IdlePool,
  LONGEST_HEAD_BYTES,
  type UpstreamTimeouts,
} from "./carrier.ts";
import { hearingOut } from "./early-answer.ts";
import { isWhole, LeanConnection, type LeanPool, Rounds } from "./lean-connection.ts";
import {
  ATTEMPT_TIMEOUT_MS,
  type Connector,
  createProxyAgent,
  type ProxySetting,
  proxySetting,
  withoutAddressAsName,
} from "./proxy.ts";
import { letGo } from "./sent-once.ts";
import { buildConnector, Client, Pool } from "./undici.ts";

/** An undici handler that is told which connection carries it. */
export type PooledHandler = Dispatcher.DispatchHandler & Carried;

interface UndiciPool extends IdlePool<PooledConnection> {
  readonly all: Set<PooledConnection>;
}

/** Reopened if needed after it was closed. */
class PooledConnection extends Client implements Carrier {
  readonly kind: ConnectionKind;
  readonly #pool: UndiciPool | undefined;
  isReused = false;

  constructor(origin: string | URL, options: object, kind: ConnectionKind, pool?: UndiciPool) {
    super(origin, options);
    this.kind = kind;
    this.#pool = pool;
    pool?.all.add(this);
    this.on("disconnect", () => {
      this.isReused = false;
      if (this.#pool?.idle.includes(this)) this.discard();
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    (handler as PooledHandler).connection = this;
    return super.dispatch(options, handler);
  }

  release(): void {
    this.isReused = true;
    this.#pool?.idle.push(this);
  }

  discardIdle(): void {
    this.#pool?.discardIdle();
  }

  discard(): void {
    if (this.#pool === undefined) return;
    const { idle, all } = this.#pool;
    const at = idle.indexOf(this);
    if (at >= 0) idle.splice(at, 1);
    all.delete(this);
    // undici may still be reporting why.
    queueMicrotask(() => void this.destroy().catch(() => {}));
  }
}

export interface OriginRoute {
  /** The proxy's address without credentials, if one is set; hosts in `NO_PROXY` still bypass it. */
  readonly proxy?: string;
  readonly send: (request: UpstreamRequest, handler: PooledHandler) => void;
}

export interface ConnectionPool {
  readonly routeTo: (origin: string) => Result<OriginRoute, NetworkFault>;
  readonly close: () => Promise<void>;
}

/** @why Cloudflare keeps an idle connection open for longer, and a shorter time would cost handshakes. */
const KEPT_MS = 55_000;
/** The upper bound if the other side names a time. */
const LONGEST_KEPT_MS = 600_000;

/** The number of kept-alive connections is not limited, or long streams would block other requests. */
export function openConnectionPool(timeouts: UpstreamTimeouts, env: Env): ConnectionPool {
  const routes = new Map<string, Result<OriginRoute, NetworkFault>>();
  const dispatchers: Dispatcher[] = [];
  const all = new Set<PooledConnection>();
  const rounds = new Rounds(timeouts);
  const open = (origin: string): Result<OriginRoute, NetworkFault> => {
    const setting = proxySetting(new URL(origin).protocol, env);
    if (!setting.ok) return setting;
    const { uri } = setting.value;
    if (uri === "") return ok(directRoute(origin, timeouts, all, rounds));
    const dispatcher = agent(setting.value, timeouts);
    dispatchers.push(dispatcher);
    return ok(proxyRoute(dispatcher, uri));
  };
  return {
    routeTo: (origin) => {
      const known = routes.get(origin) ?? open(origin);
      routes.set(origin, known);
      return known;
    },
    close: async () => {
      rounds.close();
      await Promise.all([...dispatchers, ...all].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/**
 * The most recently released connection is used first, so that few are kept warm. undici's own pool opens a new one
 * even if one is about to be free, and a handshake costs more than that wait. A request whose body is here, which nearly all
 * are, goes over a connection of our own; undici's know how to send a body that is still to come.
 */
function directRoute(
  origin: string,
  timeouts: UpstreamTimeouts,
  all: Set<PooledConnection>,
  rounds: Rounds,
): OriginRoute {
  const options = { ...clientOptions(timeouts), connect: connectorOf(direct(timeouts)) };
  const discardIdle = () => {
    for (const connection of [...whole.idle, ...streamed.idle]) connection.discard();
  };
  const streamed: UndiciPool = { idle: [], all, discardIdle };
  const whole: LeanPool = {
    idle: [],
    discardIdle,
    origin: new URL(origin),
    connector: hearingOut(buildConnector(direct(timeouts))),
    timeouts,
    keptMs: KEPT_MS,
    longestKeptMs: LONGEST_KEPT_MS,
    rounds,
  };
  return {
    send: (request, handler) => {
      if (isWhole(request)) return (whole.idle.pop() ?? new LeanConnection(whole)).send(request, handler);
      const { path, method, headers, body } = request;
      const connection = streamed.idle.pop() ?? new PooledConnection(origin, options, "direct", streamed);
      connection.dispatch({ path, method, headers: headers as string[], body: body as unknown as null }, handler);
    },
  };
}

/** undici's proxy agent takes headers only as an object; given an array, it would lose repeated ones. */
const proxyRoute = (dispatcher: Dispatcher, proxy: string): OriginRoute => ({
  proxy,
  send: (request, handler) => {
    const { origin, path, method, headers, body } = letGo(request);
    dispatcher.dispatch({ origin, path, method, headers: namedHeaders(headers), body: body as Buffer | null }, handler);
  },
});

/** A single value stays a text: undici takes no list for some names, such as `content-length`. */
function namedHeaders(headers: readonly string[]): Readonly<Record<string, string | string[]>> {
  const named = new Map<string, string | string[]>();
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? "";
    const value = headers[index + 1] ?? "";
    const known = named.get(name);
    named.set(name, known === undefined ? value : [...[known].flat(), value]);
  }
  return Object.fromEntries(named);
}

const direct = ({ connectMs }: UpstreamTimeouts) => ({
  timeout: connectMs,
  autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
});

const clientOptions = ({ firstByteMs, idleMs }: UpstreamTimeouts) => ({
  maxHeaderSize: LONGEST_HEAD_BYTES,
  keepAliveTimeout: KEPT_MS,
  keepAliveMaxTimeout: LONGEST_KEPT_MS,
  headersTimeout: firstByteMs,
  bodyTimeout: idleMs,
});

const connectorOf = (connect: Connector | object): Connector =>
  hearingOut(writingTogether(typeof connect === "function" ? (connect as Connector) : buildConnector(connect)));

/** Connects as `connector` does, and has all its sockets write together. */
function writingTogether(connector: Connector): Connector {
  const writes = new WriteBatch();
  return (options, callback) =>
    connector(options, (...result) => {
      // An error comes without a second argument.
      if (result[1]) writes.add(result[1]);
      callback(...result);
    });
}

function pool(origin: string | URL, timeouts: UpstreamTimeouts, kind: ConnectionKind, connect: object): Dispatcher {
  return new Pool(origin, {
    ...clientOptions(timeouts),
    connections: null,
    connect: connectorOf(connect),
    factory: (target, options) => new PooledConnection(target, options, kind),
  });
}

/** Failures to connect to the proxy itself. */
const atProxy = new WeakSet<Error>();

/** True for a failure beyond the proxy, which is then not to blame. */
export const isBehindProxy = (error: Error, { kind }: Pick<Carrier, "kind">): boolean =>
  kind === "tunnel" && !atProxy.has(error) && !(error.cause instanceof Error && atProxy.has(error.cause));

function agent(setting: ProxySetting, timeouts: UpstreamTimeouts): Dispatcher {
  const socketOptions = direct(timeouts);
  return createProxyAgent(setting, {
    socketOptions,
    clientToProxy: (origin, options, connector) => proxyClient(origin, options, connector, timeouts),
    dispatcherTo: (origin, _options, connector) => {
      if (connector === undefined) return pool(origin, timeouts, "direct", socketOptions);
      return pool(origin, timeouts, new URL(origin).protocol === "https:" ? "tunnel" : "through-proxy", connector);
    },
  });
}

function proxyClient(
  origin: string | URL,
  options: object,
  connector: Connector,
  { connectMs }: UpstreamTimeouts,
): ClientClass {
  return new Client(origin, {
    ...options,
    headersTimeout: connectMs,
    connect: (target, callback) =>
      connector(withoutAddressAsName(target), (...result) => {
        if (result[0] !== null) atProxy.add(result[0]);
        callback(...result);
      }),
  });
}
