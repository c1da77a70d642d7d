/**
 * The smallest gateway of Node's server and undici: it reads a body, forwards it and passes the answer back, without any
 * rule. The cost beyond it is that of our own code.
 */
import { createServer } from "node:http";
import { type Dispatcher, Pool } from "undici";

const upstream = new Pool(process.argv[2] ?? "", { connections: null });
const NOT_SENT = new Set(["host", "connection", "content-length", "accept-encoding"]);
const NOT_PASSED = new Set(["connection", "transfer-encoding"]);

const server = createServer((request, response) => {
  const body: Buffer[] = [];
  request.on("data", (bytes: Buffer) => body.push(bytes));
  request.on("end", () => {
    const headers = pairs(request.rawHeaders, NOT_SENT);
    const path = request.url ?? "";
    let abort = () => {};
    response.once("close", () => response.writableFinished || abort());
    const handler: Dispatcher.DispatchHandler = {
      onConnect: (given) => {
        abort = given;
      },
      onHeaders: (status, rawHeaders) => {
        response.writeHead(status, pairs(rawHeaders.map(String), NOT_PASSED));
        return true;
      },
      onData: (bytes) => {
        response.write(bytes);
        return true;
      },
      onComplete: () => void response.end(),
      onError: () => void response.destroy(),
    };
    upstream.dispatch({ path, method: "POST", headers, body: Buffer.concat(body) }, handler);
  });
});

function pairs(raw: readonly string[], left: ReadonlySet<string>): string[] {
  return raw.filter((_, index) => !left.has(raw[index - (index % 2)]?.toLowerCase() ?? ""));
}

server.listen(Number(process.argv[3]), "127.0.0.1");
