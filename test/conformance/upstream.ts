import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { HttpReader, type HttpText } from "./http-text.ts";

/** A connection of the gateway to the upstream. */
export interface UpstreamConnection {
  readonly socket: Socket;
  readonly reader: HttpReader;
  isClosed: boolean;
}

/** An upstream below HTTP. It keeps what it gets, and says what it is told to. */
export interface RawUpstream {
  readonly port: number;
  /** A request that is there as a whole and has not been taken, or one of which so many bytes of the body are there. */
  readonly take: (begunBytes?: number) => { readonly request: HttpText; readonly from: UpstreamConnection } | undefined;
  /** Closes all connections, and resolves when the gateway has closed them too. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `changed` is called whenever something has come or closed. */
export async function startRawUpstream(changed: () => void): Promise<RawUpstream> {
  const connections = new Set<UpstreamConnection>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const connection: UpstreamConnection = { socket, reader: new HttpReader("requests"), isClosed: false };
    connections.add(connection);
    socket.on("data", (bytes: Buffer) => {
      connection.reader.add(bytes);
      changed();
    });
    const closed = () => {
      connection.isClosed = true;
      connection.reader.close();
      changed();
    };
    socket.on("error", () => {});
    socket.on("end", () => {
      closed();
      socket.end();
    });
    socket.on("close", () => {
      closed();
      connections.delete(connection);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const found = (isTaken: (request: HttpText) => boolean) => {
    for (const from of connections) {
      const request = from.reader.peek();
      if (request === undefined || !isTaken(request)) continue;
      from.reader.take();
      return { request, from };
    }
    return undefined;
  };
  return {
    port: (server.address() as AddressInfo).port,
    take: (begunBytes) =>
      found(({ state, body }) => (begunBytes === undefined ? state === "whole" : body.length >= begunBytes)),
    clear: async () => {
      await Promise.all(
        [...connections].map(async ({ socket }) => {
          const closed = socket.destroyed ? undefined : once(socket, "close");
          socket.end();
          await closed;
        }),
      );
    },
    close: async () => {
      for (const { socket } of connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
