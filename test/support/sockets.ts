import { once } from "node:events";
import { readFileSync } from "node:fs";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const TLS_FOLDER = join(import.meta.dirname, "..", "fixtures", "tls");

/** A certificate for `localhost` that nobody trusts unless told to; how it was made is told in the file. */
export const LOCALHOST_CERTIFICATE = join(TLS_FOLDER, "localhost.cert.pem");

/** What a TLS server needs to show that certificate. */
const localhostTls = () => ({
  cert: readFileSync(LOCALHOST_CERTIFICATE),
  key: readFileSync(join(TLS_FOLDER, "localhost.key.pem")),
});

export interface Listening {
  readonly port: number;
  /** Stops listening, for the test that wants nobody there. */
  stop(): Promise<void>;
  /** Resolves when no connection is left. */
  idle(): Promise<void>;
}

/** Has the server listen on this machine until the test is over. */
async function listening(server: Server): Promise<Listening> {
  const open = new Set<Socket>();
  const waiting = new Set<() => void>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => {
      open.delete(socket);
      if (open.size === 0) for (const resolve of waiting) resolve();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    for (const socket of open) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(stop);
  return {
    port: (server.address() as AddressInfo).port,
    stop,
    idle: () => (open.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve))),
  };
}

/** A server below HTTP, which may say anything; what it does not read is thrown away. */
export const rawServer = (onSocket: (socket: Socket) => void) =>
  listening(
    createServer((socket) => {
      onSocket(socket);
      socket.resume();
    }),
  );

/** A server that waits for the request's head and then sends exactly these bytes, and closes if told to. */
export const rawAnswer = (bytes: string | Buffer, { close }: { close: boolean }) =>
  rawServer((socket) => {
    socket.once("data", () => (close ? socket.end(bytes) : socket.write(bytes)));
  });

export const httpServer = (listener: RequestListener) => listening(createHttpServer(listener));

export const httpsServer = (listener: RequestListener) => listening(createHttpsServer(localhostTls(), listener));

export interface Proxy extends Listening {
  /** Each request as it came, first line first, then the headers that concern proxies. */
  readonly seen: readonly string[];
}

/** A proxy that passes on whatever it is asked to, by tunnel or not, or refuses everything with a status. */
export async function proxyServer(refusal?: number): Promise<Proxy> {
  const seen: string[] = [];
  const note = ({ method, url, headers }: IncomingMessage) => {
    seen.push([`${method} ${url}`, ...[headers["proxy-authorization"] ?? []].flat()].join(" | "));
  };
  const server = createHttpServer((incoming, response) => {
    note(incoming);
    if (refusal === undefined) passOn(incoming, response);
    else response.writeHead(refusal).end("refused by the proxy");
  });
  server.on("connect", (incoming: IncomingMessage, client: Socket) => {
    note(incoming);
    if (refusal === undefined) tunnel(incoming, client);
    else client.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 0\r\n\r\n`);
  });
  return { ...(await listening(server)), seen };
}

function passOn(incoming: IncomingMessage, response: ServerResponse): void {
  const { method = "GET", headers, url = "" } = incoming;
  const upstream = request(url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.pipe(response);
  });
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  incoming.pipe(upstream);
}

/** Whatever the name, the tests' servers are on this machine. */
function tunnel({ url = "" }: IncomingMessage, client: Socket): void {
  const upstream = connect(Number(url.split(":")[1]), "127.0.0.1", () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  client.on("close", () => upstream.destroy());
}
