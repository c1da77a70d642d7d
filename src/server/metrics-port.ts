import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { LOOPBACK_HOST } from "../config/listen-address.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { checkSender } from "../gateway/access.ts";
import { readRequestHead } from "../gateway/request-head.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import type { SayMetrics } from "./gateway-metrics.ts";
import { listenFailure } from "./listen-failure.ts";
import { metricsResponse } from "./metrics-page.ts";
import { listenAt } from "./node-server.ts";
import { metricsRefusal } from "./port-holder.ts";

interface MetricsPort {
  readonly port: number;
  readonly close: () => void;
}

interface MetricsPortDeps {
  readonly version: string;
  readonly say: SayMetrics;
  /** As they are by then. */
  readonly settings: () => Pick<GatewaySettings, "requestRules" | "allowedHosts" | "allowedOrigins">;
  readonly onFault: (error: Error) => void;
}

/** @why a scraper or two, and whoever looks; anything else here is a mistake. */
const MOST_IDLE = 64;
/** @why a connection that is closed to make room counts until the event loop has gone round. */
const MOST_CONNECTIONS = 16 * MOST_IDLE;
const TIMEOUT_MS = 10_000;

/**
 * Shows `/metrics` to programs on this machine without a token, and nothing else. Rejects with the system's error.
 * @why a page in a browser can reach it too, so it takes the same names and pages as the gateway itself.
 */
async function listenForScrapes(
  port: number,
  { version, say, settings, onFault }: MetricsPortDeps,
): Promise<MetricsPort> {
  const respond = (response: ServerResponse, status: number, text: string) =>
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    const { method = "", url = "", rawHeaders } = request;
    const now = settings();
    const refusal = checkSender(readRequestHead(rawHeaders, now.requestRules, ""), now);
    if (refusal !== undefined) return void respond(response, refusal.status, `${refusal.message}\n`);
    if (url.replace(/\?.*/, "") !== "/metrics") return void respond(response, 404, metricsRefusal(version));
    if (method !== "GET" && method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return void respond(response, 405, "/metrics accepts GET.\n");
    }
    const { headers, body } = await metricsResponse(request.headers.accept ?? "", say);
    response.writeHead(200, [...headers]).end(body);
  };
  /** Connections without a whole request, those that have waited longest first. */
  const idle = new Set<Socket>();
  const server = createServer(
    {
      headersTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_MS,
      requireHostHeader: false,
    },
    (request, response) => {
      const { socket } = request;
      idle.delete(socket);
      response.once("close", () => void (socket.destroyed || idle.add(socket)));
      void serve(request, response).catch((error) => {
        onFault(error);
        response.destroy();
      });
    },
  );
  server.on("connection", (socket) => {
    idle.add(socket);
    socket.once("close", () => idle.delete(socket));
    const [oldest] = idle;
    if (idle.size <= MOST_IDLE || oldest === undefined) return;
    idle.delete(oldest);
    oldest.destroy();
  });
  server.maxConnections = MOST_CONNECTIONS;
  const found = await listenAt(server, port, LOOPBACK_HOST);
  server.on("error", onFault);
  // Whatever keeps the gateway running, it is not this.
  server.unref();
  return {
    port: found,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The same where the set-up names a port. Throws `gateway.listen`. */
export async function openMetricsPort(
  { metricsPort: port }: { readonly metricsPort: number | undefined },
  { paths, context, ...deps }: MetricsPortDeps & { readonly paths: Paths; readonly context: Context },
): Promise<MetricsPort | undefined> {
  if (port === undefined) return undefined;
  try {
    return await listenForScrapes(port, deps);
  } catch (cause) {
    throw await listenFailure(cause, { host: LOOPBACK_HOST, port }, "--metrics-port", paths, context);
  }
}
