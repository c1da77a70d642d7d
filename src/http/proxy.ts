import { isIP } from "node:net";
import type { buildConnector, Client as ClientClass, Dispatcher, EnvHttpProxyAgent as ProxyAgentClass } from "undici";
import type { Env } from "../core/context.ts";
import type { NetworkFault } from "../core/http.ts";
import { proxyAddress } from "../core/proxy-address.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { connect, EnvHttpProxyAgent } from "./undici.ts";

/** The proxy for a request, and the hosts that bypass it. */
export interface ProxySetting {
  /** Without credentials; empty if no proxy is set. */
  readonly uri: string;
  /** The value of `proxy-authorization`, if the variable contains credentials. */
  readonly token?: string;
  /** The value of `NO_PROXY`, which undici evaluates. */
  readonly noProxy: string;
}

/** As in curl and undici, lower case takes precedence, and `https:` falls back to the proxy for `http:`. */
export function proxySetting(protocol: string, env: Env): Result<ProxySetting, NetworkFault> {
  const http = env.http_proxy ?? env.HTTP_PROXY ?? "";
  const raw = protocol === "https:" ? (env.https_proxy ?? env.HTTPS_PROXY) || http : http;
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? "";
  if (raw.trim() === "") return ok({ uri: "", noProxy });
  const address = proxyAddress(raw);
  if (!address.ok) {
    const { code, ...rest } = address.error;
    return fail({ kind: "proxy", systemCode: code, ...("uri" in rest && { proxy: rest.uri }) });
  }
  const { uri, username, password } = address.value;
  if (username === "" && password === "") return ok({ uri, noProxy });
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return ok({ uri, noProxy, token: `Basic ${Buffer.from(credentials).toString("base64")}` });
}

/** Percent-decodes; a password with a stray `%` is taken literally. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Time that Node waits for one address of a host before trying the next in parallel.
 * @why its default of 250 ms is too short for a slow line, where every attempt but the last would be abandoned.
 */
export const ATTEMPT_TIMEOUT_MS = 1_000;

export type Connector = buildConnector.connector;

interface AgentParts {
  /** For every socket, including the one to the proxy. */
  readonly socketOptions: object;
  /** Creates the client that asks the proxy for a tunnel. */
  readonly clientToProxy: (origin: string | URL, options: object, connector: Connector) => ClientClass;
  /** Creates the dispatcher for an origin. `connector` is set if requests go through the proxy. */
  readonly dispatcherTo: (origin: string | URL, options: object, connector: Connector | undefined) => Dispatcher;
}

/** undici's proxy agent. This is the one place that knows what its options do. */
export function createProxyAgent(
  { uri, noProxy, token }: ProxySetting,
  { socketOptions, clientToProxy, dispatcherTo }: AgentParts,
): ProxyAgentClass {
  return new EnvHttpProxyAgent({
    connect: socketOptions,
    proxyTls: socketOptions,
    requestTls: socketOptions,
    httpProxy: uri,
    httpsProxy: uri,
    noProxy,
    // Requests to `http:` are not tunnelled: many proxies tunnel only `https:`.
    proxyTunnel: false,
    ...(token === undefined ? {} : { token }),
    // `connect` is a method that undici's index adds to clients, and the agent calls it.
    clientFactory: (origin, options) =>
      Object.assign(clientToProxy(origin, options, connectorIn(options)), { connect }),
    factory: (origin, options) => {
      const connector = connectorIn(options);
      return dispatcherTo(origin, options, typeof connector === "function" ? connector : undefined);
    },
  });
}

/** A function if the agent goes through the proxy, otherwise the socket options. */
const connectorIn = (options: object) => (options as { readonly connect: Connector }).connect;

/** undici sets the server name even for an IP address, which makes Node print a warning. */
export function withoutAddressAsName(target: buildConnector.Options): buildConnector.Options {
  const { servername = "", ...rest } = target;
  return isIP(servername) === 0 ? target : rest;
}
