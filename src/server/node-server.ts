import { createServer, type IncomingMessage } from "node:http";
import type { Server, Socket } from "node:net";
import { decodeStart } from "../core/content-coding.ts";
import { WriteBatch } from "../core/write-batch.ts";
import { errorBody, errorResponse } from "../gateway/error-response.ts";
import { createGateway, type GatewayDeps, handleOrFail } from "../gateway/gateway.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { type HostDeps, HostedRequest } from "./hosted-request.ts";
import { LeanRequest, LeanResponse } from "./lean-messages.ts";
import { Linger, type LingerLimits } from "./linger.ts";

export interface GatewayServer {
  /** Resolves to the port once connections are accepted; rejects with the system's error. Port 0 picks any free one. */
  readonly listen: (port: number, host: string) => Promise<number>;
  /** Serves a connection that another process has taken for this one. */
  readonly accept: (socket: Socket) => void;
  /** Takes effect for every request from now on. */
  readonly use: (settings: GatewaySettings) => void;
  readonly openRequests: () => number;
  /** Of these, those whose response has begun. */
  readonly openStreams: () => number;
  /** Of bodies that wait for their answer. */
  readonly heldBytes: () => number;
  /**
   * Stops accepting requests. Resolves when open ones are done or `graceMs` is over, to the number that were cut off.
   * May be called again with less time.
   */
  readonly stop: (graceMs: number) => Promise<number>;
}

export type ServerDeps = GatewayDeps & Omit<HostDeps, "held" | "streams" | "writes">;

export function createGatewayServer(settings: GatewaySettings, deps: ServerDeps): GatewayServer {
  const { limits, log } = deps;
  const gateway = createGateway(settings, { ...deps, decode: decodeStart });
  const writes = new WriteBatch();
  const held = { total: 0 };
  const streams = { open: 0 };
  const hostDeps: HostDeps = { ...deps, held, streams, writes };
  /** With the number of their open requests. @measured a set of requests would cost 20 microseconds for each. */
  const sockets = new Map<Socket, number>();
  let openCount = 0;
  let servedCount = 0;
  let isStopping = false;
  const idle = new Set<() => void>();
  const gone = new Set<() => void>();
  let isChecking = false;

  /** A socket that has closed is not kept. */
  const countOpen = (socket: Socket, by: number) => {
    const count = sockets.get(socket);
    if (count !== undefined) sockets.set(socket, count + by);
  };

  function serve(request: IncomingMessage, response: LeanResponse, isAwaitingContinue = false): void {
    const { socket } = request;
    const isQueued = response.socket === null;
    openCount += 1;
    countOpen(socket, 1);
    const admission = isStopping ? "stopping" : openCount > limits.concurrentRequests ? "full" : "open";
    const hosted = new HostedRequest(++servedCount, request, response, admission, hostDeps);
    hosted.isAwaitingContinue = isAwaitingContinue;
    response.on("error", log.bug);
    const close = () => {
      if (hosted.isGone) return;
      if (isQueued) socket.off("close", close);
      openCount -= 1;
      countOpen(socket, -1);
      try {
        hosted.close();
      } catch (error) {
        // Thrown in an event's callback, it would end the process.
        log.bug(error as Error);
      }
      if (isStopping) server.closeIdleConnections();
      if (openCount === 0) for (const resolve of idle) resolve();
    };
    response.on("close", close);
    // A queued (pipelined) response has no socket yet, and Node does not notify it when the connection is lost.
    if (isQueued) socket.setMaxListeners(0).on("close", close);
    if (isStopping) response.setHeader("connection", "close");
    handleOrFail(hosted, gateway, log);
  }

  const server = createServer(
    {
      IncomingMessage: LeanRequest,
      ServerResponse: LeanResponse,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      noDelay: true,
      keepAlive: true,
      insecureHTTPParser: false,
      // A missing host is refused by us, like a wrong one.
      requireHostHeader: false,
    },
    (request, response) => serve(request, response),
  );
  // The total size is limited instead; Node would silently drop headers beyond a count.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  server.on("checkContinue", (request, response) => serve(request, response, true));
  // No upstream needs to meet any other expectation.
  server.on("checkExpectation", (request, response) => serve(request, response));
  server.on("clientError", (error, socket) => refuseConnection(error, socket as Socket, limits));
  server.on("connection", (socket: Socket) => {
    sockets.set(socket, 0);
    writes.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const resolve of gone) resolve();
    });
  });
  const destroyUnused = () => {
    for (const [socket, count] of sockets) if (count === 0) socket.destroy();
  };

  return {
    listen: async (port, host) => {
      const found = await listenAt(server, port, host);
      server.on("error", log.bug);
      return found;
    },
    accept: (socket) => {
      if (isStopping || sockets.size >= limits.connections) return void socket.destroy();
      // Begins the checks of slow requests.
      if (!isChecking) server.emit("listening");
      isChecking = true;
      // As Node sets it where it listens itself: a client may have said all before it hears anything.
      socket.allowHalfOpen = true;
      server.emit("connection", socket);
    },
    use: gateway.use,
    openRequests: () => openCount,
    openStreams: () => streams.open,
    heldBytes: () => held.total,
    stop: async (graceMs) => {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      let cutCount = 0;
      const timer = setTimeout(() => {
        cutCount = openCount;
        for (const socket of sockets.keys()) socket.destroy();
      }, graceMs);
      // Whoever has sent no whole request by then sends none, or is not waiting for its answer.
      const lingering = setTimeout(destroyUnused, limits.lingerMs);
      await closed;
      // Node waits for those that it has accepted itself.
      if (sockets.size > 0) await new Promise<void>((resolve) => gone.add(resolve));
      clearTimeout(timer);
      clearTimeout(lingering);
      // Node reports the last connection first, and the requests cut off with it a moment later.
      if (openCount > 0) await new Promise<void>((resolve) => idle.add(resolve));
      return cutCount;
    },
  };
}

/** Resolves to the port; rejects with the system's error. */
export function listenAt(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** By the error code of Node's parser. */
const BAD_REQUESTS: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers of the request are too long."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request did not arrive in time."],
};

/** Connections that were refused, while the rest of what they send is read. */
const refused = new WeakMap<Socket, Linger>();

/**
 * Responds to something that is not HTTP in the format of Anthropic's clients, and closes the connection. If something
 * was already written, the connection is cut instead: the text could end up in the middle of another response.
 */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, limits: LingerLimits): void {
  // Node reports each piece that follows as one more error, and the client's end.
  const known = refused.get(socket);
  if (known !== undefined && !socket.readableEnded) return void known.heard();
  if (!socket.writable || socket.bytesWritten + socket.writableLength > 0 || error.code === "ECONNRESET")
    return void socket.destroy();
  const [status, message] = BAD_REQUESTS[error.code ?? ""] ?? ["400 Bad Request", "This is not an HTTP request."];
  const body = errorBody(
    errorResponse("invalid_request_error", `The local gateway refuses the connection. ${message}`),
  );
  const head = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`);
  const linger = new Linger(socket, limits);
  refused.set(socket, linger);
  socket.once("close", () => linger.over());
}
