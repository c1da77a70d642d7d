import type {
  buildConnector as BuildConnector,
  Client as ClientClass,
  Dispatcher,
  EnvHttpProxyAgent as EnvHttpProxyAgentClass,
  Pool as PoolClass,
} from "undici";
// @ts-expect-error Only undici's index has types; it is twice the size and takes thirty milliseconds more to load.
import untypedConnect from "undici/lib/api/api-connect.js";
// @ts-expect-error As above.
import untypedConnector from "undici/lib/core/connect.js";
// @ts-expect-error As above.
import untypedClient from "undici/lib/dispatcher/client.js";
// @ts-expect-error As above.
import untypedAgent from "undici/lib/dispatcher/env-http-proxy-agent.js";
// @ts-expect-error As above.
import untypedPool from "undici/lib/dispatcher/pool.js";

export const connect: Dispatcher["connect"] = untypedConnect;
export const buildConnector: typeof BuildConnector = untypedConnector;
export const Client: typeof ClientClass = untypedClient;
export const EnvHttpProxyAgent: typeof EnvHttpProxyAgentClass = untypedAgent;
export const Pool: typeof PoolClass = untypedPool;
