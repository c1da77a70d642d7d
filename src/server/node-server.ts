import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { refuseSender, refuseStranger } from "../gateway/access.ts";
import { Cooldowns } from "../gateway/cooldowns.ts";
import { preflightHeaders } from "../gateway/cors.ts";
import { errorBody } from "../gateway/error-response.ts";
import { Exchange } from "../gateway/exchange.ts";
import { type ForwardMeans, forward, type Serving } from "../gateway/forward.ts";
import type { GatewayMeans } from "../gateway/means.ts";
import type { HeldBytes } from "../gateway/receive-body.ts";
import { refusal } from "../gateway/refusal.ts";
import { readHead } from "../gateway/request-head.ts";
import { routeOf } from "../gateway/routes.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { createRouter } from "../gateway/targets.ts";
import { LeanRequest } from "./lean-request.ts";

export interface Gateway {
  /** Resolves once connections are taken; rejects with the system's error. A port of 0 is any free one. */
  readonly listen: (port: number, host: string) => Promise<number>;
  /** From now on, for every request that comes. */
  readonly use: (settings: GatewaySettings) => void;
  /**
   * Takes no more requests and resolves when the running ones are done, or their time is up; says how many were cut off.
   * May be called again with less time.
   */
  readonly stop: (graceMs: number) => Promise<number>;
}

/** The server itself: takes requests, refuses what must not pass, and forwards the rest by the settings of the moment. */
export function createGateway(first: GatewaySettings, means: GatewayMeans): Gateway {
  const { limits } = means;
  const held: HeldBytes = { total: 0 };
  const forwardMeans: ForwardMeans = { ...means, held };
  let serving = servingBy(first);
  let runningCount = 0;
  let servedCount = 0;
  let isStopping = false;
  /** Called when no request runs any more. */
  const idle = new Set<() => void>();

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const isWaiting = response.socket === null;
    const exchange = new Exchange(++servedCount, request, response, readHead(request.rawHeaders), means);
    runningCount += 1;
    response.on("error", means.log.bug);
    const close = () => {
      if (exchange.isOver) return;
      if (isWaiting) socket.off("close", close);
      exchange.close();
      runningCount -= 1;
      held.total -= exchange.heldBytes;
      if (isStopping) server.closeIdleConnections();
      if (runningCount === 0) for (const tell of idle) tell();
    };
    response.on("close", close);
    // An answer that waits for the one before it has no connection yet, and Node does not tell it when that is lost.
    if (isWaiting) socket.setMaxListeners(0).on("close", close);
    try {
      handle(exchange);
    } catch (error) {
      exchange.bug(error as Error);
    }
  }

  function handle(exchange: Exchange): void {
    const { head, request, response } = exchange;
    if (isStopping) response.setHeader("connection", "close");
    const { settings } = serving;
    const route = routeOf(request.method ?? "", request.url ?? "");
    const unheard = refuseSender(head, settings);
    if (unheard !== undefined) return void exchange.refuse(unheard);
    exchange.page = head.origin;
    if (route.kind === "alive") return void exchange.answer(200, JSON.stringify({ ok: true, ...means.about }));
    if (route.kind === "root") return void exchange.answer(200, "");
    if (route.kind === "preflight") return void answerPreflight(exchange);
    const stranger = refuseStranger(head, settings);
    if (route.kind === "ready") return void tellReady(exchange, stranger === undefined);
    if (stranger !== undefined) return void exchange.refuse(stranger);
    if (head.isCoded) return void exchange.refuse(CODED);
    if (route.kind === "refused") return void exchange.refuse(route.refusal);
    if (isStopping) return void exchange.refuse(STOPPING);
    if (runningCount > limits.concurrentRequests) return void exchange.refuse(TOO_MANY);
    forward(exchange, route, serving, forwardMeans);
  }

  /** What is wrong is told to those who may know; that something is wrong, to everybody. */
  function tellReady(exchange: Exchange, mayKnow: boolean): void {
    const { isReady, problems } = serving.settings;
    const ok = isReady && !isStopping;
    exchange.answer(ok ? 200 : 503, JSON.stringify({ ok, ...(mayKnow && { problems }) }));
  }

  const server = createServer(
    {
      IncomingMessage: LeanRequest,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      noDelay: true,
      keepAlive: true,
      insecureHTTPParser: false,
      // One without is refused like one with a wrong one.
      requireHostHeader: false,
    },
    serve,
  );
  // Their size has a limit; Node would leave further ones out without a word.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  server.on("checkContinue", serve);
  // Another expectation than that is none that an upstream would have to meet.
  server.on("checkExpectation", serve);
  server.on("clientError", refuseConnection);

  return {
    listen: async (port, host) => {
      const found = await listen(server, port, host);
      server.on("error", means.log.bug);
      return found;
    },
    use: (settings) => {
      serving = servingBy(settings);
    },
    stop: async (graceMs) => {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      let cut = 0;
      const timer = setTimeout(() => {
        cut = runningCount;
        server.closeAllConnections();
      }, graceMs);
      await closed;
      clearTimeout(timer);
      // Node tells of the last connection first, and of the requests that were cut off with it a moment later.
      if (runningCount > 0) await new Promise<void>((resolve) => idle.add(resolve));
      return cut;
    },
  };
}

const servingBy = (settings: GatewaySettings): Serving => ({
  settings,
  router: createRouter(settings),
  cooldowns: new Cooldowns(),
});

function answerPreflight(exchange: Exchange): void {
  const { headers } = exchange.request;
  exchange.answer(200, "", preflightHeaders(headers["access-control-request-headers"] ?? ""));
}

const STOPPING = refusal("overloaded_error", "The local gateway is about to stop. Try again in a moment.");
const CODED = refusal(
  "invalid_request_error",
  "The local gateway takes no Transfer-Encoding but chunked. Send the body as it is.",
);
const TOO_MANY = refusal(
  "overloaded_error",
  "The local gateway serves as many requests as it may. Try again in a moment.",
);

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** What Node could not read as a request, by its code. */
const BAD_REQUESTS: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers of the request are too long."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request did not arrive in time."],
};

/**
 * Answers what is no request, in the shape that clients of Anthropic understand, and ends the connection. One on which
 * something was said before is cut: the words could land in the middle of another answer.
 */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || socket.bytesWritten > 0 || error.code === "ECONNRESET") return void socket.destroy();
  const [status, message] = BAD_REQUESTS[error.code ?? ""] ?? ["400 Bad Request", "This is no HTTP request."];
  const body = errorBody(refusal("invalid_request_error", `The local gateway refuses the connection. ${message}`));
  const head = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`);
}
