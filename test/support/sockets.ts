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
import { pipeline } from "node:stream";
import { onTestFinished } from "vitest";

const TLS_FOLDER = join(import.meta.dirname, "..", "fixtures", "tls");

/** A certificate for `localhost` that nobody trusts unless told to; how it was made is told in the file. */
export const LOCALHOST_CERTIFICATE = join(TLS_FOLDER, "localhost.cert.pem");

/** The same for the hosts of Cloudflare that the program speaks to. */
export const CLOUDFLARE_CERTIFICATE = join(TLS_FOLDER, "cloudflare.cert.pem");

/** What a TLS server needs to show a certificate. */
const tls = (certificate: string) => ({
  cert: readFileSync(certificate),
  key: readFileSync(certificate.replace(".cert.", ".key.")),
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

export const httpsServer = (listener: RequestListener, certificate = LOCALHOST_CERTIFICATE) =>
  listening(createHttpsServer(tls(certificate), listener));

export interface Proxy extends Listening {
  /** Each request as it came, first line first, then the headers that concern proxies. */
  readonly seen: readonly string[];
}

/**
 * A proxy that passes on whatever it is asked to, by tunnel or not, or refuses everything with a status. `tunnelPort`
 * is where tunnels lead, when not to the port that is asked for.
 */
export async function proxyServer(refusal?: number, tunnelPort?: number): Promise<Proxy> {
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
    if (refusal === undefined) tunnel(client, tunnelPort ?? Number(incoming.url?.split(":")[1]));
    else client.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 0\r\n\r\n`);
  });
  return { ...(await listening(server)), seen };
}

/** Hands a request on to where its own address says, or to a server. */
export function passOn(incoming: IncomingMessage, response: ServerResponse, server = ""): void {
  const { method = "GET", headers } = incoming;
  const url = server + incoming.url;
  const upstream = request(url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    // An answer that is cut off is cut off for the client, too.
    pipeline(answer, response, () => {});
  });
  upstream.on("error", () => response.destroy());
  response.on("close", () => upstream.destroy());
  incoming.pipe(upstream);
}

/** Whatever the name, the tests' servers are on this machine. */
function tunnel(client: Socket, port: number): void {
  const upstream = connect(port, "127.0.0.1", () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  client.on("close", () => upstream.destroy());
}
