import { isIP } from "node:net";
import type { buildConnector, EnvHttpProxyAgent as EnvHttpProxyAgentClass } from "undici";
import type { ProxySetting } from "./proxy.ts";
import { Client, connect, EnvHttpProxyAgent } from "./undici.ts";

/**
 * How long Node waits for one address of a host before it tries the next as well. Its own 250 ms are too short for a
 * slow line, where every attempt but the last would be given up.
 */
export const ATTEMPT_TIMEOUT_MS = 1_000;

/** What the agent tells while it connects. */
export interface ConnectionWatcher {
  /** The request goes through the proxy. */
  readonly throughProxy: () => void;
  /** There is a connection to the proxy, though none yet to the other side. */
  readonly proxyReached: () => void;
  /** A connection through a proxy failed: told at once, since undici tries again after some errors. */
  readonly failed: (error: Error) => void;
}

type Connector = buildConnector.connector;

/** undici's agent for one request; `signal` closes its sockets, those that are still connecting as well. */
export function createAgent(
  setting: ProxySetting,
  signal: AbortSignal,
  { throughProxy, proxyReached, failed }: ConnectionWatcher,
): EnvHttpProxyAgentClass {
  // The time limits are the caller's: undici's own count in steps of half a second.
  const tls = { signal, timeout: 0, autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS } as object;
  const clientWith = (connector: Connector, reached: () => void, origin: URL | string, options: object) =>
    new Client(origin, {
      ...options,
      connect: (target, callback) =>
        connector(withoutAddressAsName(target), (...answer) => {
          if (answer[0] === null) reached();
          else failed(answer[0]);
          callback(...answer);
        }),
    });
  return new EnvHttpProxyAgent({
    connect: tls,
    proxyTls: tls,
    requestTls: tls,
    httpProxy: setting.uri,
    httpsProxy: setting.uri,
    noProxy: setting.noProxy,
    // A request to `http:` is handed to the proxy whole: many proxies make tunnels for `https:` only.
    proxyTunnel: false,
    ...(setting.token === undefined ? {} : { token: setting.token }),
    // To the proxy, for a tunnel. It is the index of undici that gives a client this method.
    clientFactory: (origin, options) =>
      Object.assign(clientWith(connectorIn(options), proxyReached, origin, options), { connect }),
    // To the other side, directly or through the proxy: only the latter comes with a connector made already.
    factory: (origin, options) => {
      if (typeof connectorIn(options) !== "function") return new Client(origin, options);
      throughProxy();
      return clientWith(connectorIn(options), () => {}, origin, options);
    },
  });
}

/** undici gives a proxy's address as its name, of which Node warns the user. */
export function withoutAddressAsName(target: buildConnector.Options): buildConnector.Options {
  const { servername = "", ...rest } = target;
  return isIP(servername) === 0 ? target : rest;
}

const connectorIn = (options: object) => (options as { readonly connect: Connector }).connect;
