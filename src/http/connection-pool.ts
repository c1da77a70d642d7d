import type { Client as ClientClass, Dispatcher } from "undici";
import type { Env } from "../core/context.ts";
import type { NetworkFault } from "../core/http.ts";
import { ok, type Result } from "../core/result.ts";
import type { UpstreamRequest } from "../gateway/host.ts";
import {
  ATTEMPT_TIMEOUT_MS,
  type Connector,
  createProxyAgent,
  type ProxySetting,
  proxySetting,
  withoutAddressAsName,
} from "./proxy.ts";
import { Client, Pool } from "./undici.ts";

/** In milliseconds. */
export interface LineTimeouts {
  readonly connectMs: number;
  /** Until the first byte of the answer. */
  readonly firstByteMs: number;
  /** Between any two bytes of it. */
  readonly idleMs: number;
}

/** Where a connection leads: to the upstream, to a proxy that passes requests on, or through a proxy's tunnel. */
type LineKind = "direct" | "through-proxy" | "tunnel";

/** Takes undici's calls, and is told which connection they come from. */
export type Carried = Dispatcher.DispatchHandler & { line: Line | undefined };

/** The connections to one upstream. */
interface Bench {
  /** Those that wait for a request, the one that rested last at the end. */
  readonly resting: Line[];
  readonly all: Set<Line>;
}

/** One connection, which is opened again when it was closed. */
export class Line extends Client {
  readonly kind: LineKind;
  readonly #bench: Bench | undefined;
  /** It has carried an answer since it was opened. */
  isReused = false;

  constructor(origin: string | URL, options: object, kind: LineKind, bench?: Bench) {
    super(origin, options);
    this.kind = kind;
    this.#bench = bench;
    bench?.all.add(this);
    this.on("disconnect", () => {
      this.isReused = false;
      if (this.#bench?.resting.includes(this)) this.leave();
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    (handler as Carried).line = this;
    return super.dispatch(options, handler);
  }

  /** The answer is complete: the next request may come. */
  rest(): void {
    this.isReused = true;
    this.#bench?.resting.push(this);
  }

  /** It is not to be used again: what it carried came to no good end, or it was closed while it rested. */
  leave(): void {
    if (this.#bench === undefined) return;
    const { resting, all } = this.#bench;
    const at = resting.indexOf(this);
    if (at >= 0) resting.splice(at, 1);
    all.delete(this);
    // undici may be in the middle of telling why.
    queueMicrotask(() => void this.destroy().catch(() => {}));
  }
}

/** How an origin is reached. */
interface Way {
  /** The proxy's address without credentials, if there is one; hosts that need none still do without. */
  readonly proxy?: string;
  readonly send: (request: UpstreamRequest, handler: Carried) => void;
}

export interface Lines {
  /** Fails where the environment names a proxy that cannot be used. */
  readonly to: (origin: string) => Result<Way, NetworkFault>;
  readonly close: () => Promise<void>;
}

/** @why Cloudflare keeps an idle connection open for longer, and a shorter time would cost handshakes. */
const KEPT_MS = 55_000;
/** At most, where the other side names a time. */
const LONGEST_KEPT_MS = 600_000;

/** Connections that are kept open. Their number has no limit: with one, long streams would keep others waiting. */
export function openLines(timeouts: LineTimeouts, env: Env): Lines {
  const ways = new Map<string, Result<Way, NetworkFault>>();
  const dispatchers: Dispatcher[] = [];
  const all = new Set<Line>();
  const open = (origin: string): Result<Way, NetworkFault> => {
    const setting = proxySetting(new URL(origin).protocol, env);
    if (!setting.ok) return setting;
    const { uri } = setting.value;
    if (uri === "") return ok(directWay(origin, timeouts, { resting: [], all }));
    const dispatcher = agent(setting.value, timeouts);
    dispatchers.push(dispatcher);
    return ok(proxyWay(dispatcher, uri));
  };
  return {
    to: (origin) => {
      const known = ways.get(origin) ?? open(origin);
      ways.set(origin, known);
      return known;
    },
    close: async () => {
      await Promise.all([...dispatchers, ...all].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/**
 * The connection that rested last is taken first, so that few are kept warm. undici's own pool opens a new one where one
 * is about to be free, for which each handshake costs more than the wait.
 */
function directWay(origin: string, timeouts: LineTimeouts, bench: Bench): Way {
  const options = { ...lineOptions(timeouts), connect: direct(timeouts) };
  return {
    send: ({ path, method, headers, body }, handler) => {
      const line = bench.resting.pop() ?? new Line(origin, options, "direct", bench);
      line.dispatch({ path, method, headers: headers as string[], body: body as Buffer | null }, handler);
    },
  };
}

/** undici's agent for proxies takes headers as an object only, and of an array would lose those that come twice. */
const proxyWay = (dispatcher: Dispatcher, proxy: string): Way => ({
  proxy,
  send: ({ origin, path, method, headers, body }, handler) => {
    const named: Record<string, string[]> = {};
    for (let index = 0; index + 1 < headers.length; index += 2) {
      const name = headers[index] ?? "";
      named[name] = [...(named[name] ?? []), headers[index + 1] ?? ""];
    }
    dispatcher.dispatch({ origin, path, method, headers: named, body: body as Buffer | null }, handler);
  },
});

const direct = ({ connectMs }: LineTimeouts) => ({
  timeout: connectMs,
  autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
});

/** @why undici's own 16 KiB would call an answer with a long policy or many cookies no HTTP. */
const LONGEST_HEAD_BYTES = 64 * 1024;

const lineOptions = ({ firstByteMs, idleMs }: LineTimeouts) => ({
  maxHeaderSize: LONGEST_HEAD_BYTES,
  keepAliveTimeout: KEPT_MS,
  keepAliveMaxTimeout: LONGEST_KEPT_MS,
  headersTimeout: firstByteMs,
  bodyTimeout: idleMs,
});

function pool(origin: string | URL, timeouts: LineTimeouts, kind: LineKind, connect: object): Dispatcher {
  return new Pool(origin, {
    ...lineOptions(timeouts),
    connections: null,
    connect,
    factory: (target, options) => new Line(target, options, kind),
  });
}

/** Failures to connect to the proxy itself. */
const atProxy = new WeakSet<Error>();

/** Whether a failure came after there was a connection to the proxy, which is then not at fault. */
export const isBehindProxy = (error: Error, { kind }: Line): boolean =>
  kind === "tunnel" && !atProxy.has(error) && !(error.cause instanceof Error && atProxy.has(error.cause));

function agent(setting: ProxySetting, timeouts: LineTimeouts): Dispatcher {
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
  { connectMs }: LineTimeouts,
): ClientClass {
  return new Client(origin, {
    ...options,
    headersTimeout: connectMs,
    connect: (target, callback) =>
      connector(withoutAddressAsName(target), (...answer) => {
        if (answer[0] !== null) atProxy.add(answer[0]);
        callback(...answer);
      }),
  });
}
