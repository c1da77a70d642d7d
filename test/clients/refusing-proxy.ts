import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface RefusingProxy {
  readonly url: string;
  /** Hosts that somebody wanted to reach through it. */
  readonly tried: readonly string[];
  close(): Promise<void>;
}

/** A proxy that reaches nobody, and remembers who was wanted. */
export async function startRefusingProxy(): Promise<RefusingProxy> {
  const tried: string[] = [];
  const server = createServer((request, response) => {
    tried.push(URL.canParse(request.url ?? "") ? new URL(request.url ?? "").hostname : String(request.url));
    response.writeHead(403).end();
  });
  server.on("connect", (request, socket) => {
    socket.on("error", () => {});
    tried.push(String(request.url).replace(/:\d+$/, ""));
    socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tried,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
