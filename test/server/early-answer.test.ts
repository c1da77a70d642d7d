import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { CANARY_CLIENT_TOKEN, startGatewayProcess, writeHome } from "../support/gateway-process.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { temporaryHome } from "../support/program.ts";
import { httpServer, httpsServer, LOCALHOST_CERTIFICATE, rawServer } from "../support/sockets.ts";

const JSON_ERROR = JSON.stringify({ type: "error", error: { type: "some_error", message: "said by the upstream" } });

/** Answers as soon as it has the first bytes; then resets the connection, closes it in order, or reads on. */
async function hasty(status: number, then: "resets" | "closes" | "reads"): Promise<number> {
  if (then === "reads") {
    const { port } = await httpServer((_, response) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON_ERROR),
    );
    return port;
  }
  const head = `HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\nconnection: close\r\n`;
  const { port } = await rawServer((socket) => {
    socket.once("data", () => {
      const said = `${head}content-length: ${JSON_ERROR.length}\r\n\r\n${JSON_ERROR}`;
      if (then === "closes") return void socket.end(said);
      // What is not read by then is answered with a reset.
      socket.pause().write(said, () => socket.destroy());
    });
  });
  return port;
}

interface Early {
  readonly status: number;
  readonly token?: string;
  readonly path?: string;
  readonly upstream?: "resets" | "closes" | "reads";
  readonly limits?: object;
}

const EARLY: readonly (readonly [string, Early])[] = [
  ["no token, from us", { status: 401, token: "none" }],
  ["no such path, from us", { status: 404, path: "/v1/nowhere" }],
  ["too large, from us", { status: 413, limits: { bodyBytes: 50_000 } }],
  ["busy, from us", { status: 529, limits: { concurrentRequests: 0 } }],
  ["no room, from us", { status: 529, limits: { heldBytes: 50_000 } }],
  ...[401, 413, 429].flatMap((status) =>
    (["resets", "closes", "reads"] as const).flatMap((upstream) =>
      ["/v1/messages", "/v1/files"].map((path): readonly [string, Early] => [
        `${status} at ${path} from an upstream that ${upstream}`,
        { status, upstream, path },
      ]),
    ),
  ),
];

/** JSON of that length. */
const bodyOf = (length: number) => {
  const [start, end] = JSON.stringify({ ...HELLO, filler: "?" }).split("?");
  return Buffer.from(`${start}${"x".repeat(length - `${start}${end}`.length)}${end}`);
};

async function gatewayFor({ status, upstream = "reads", limits = {} }: Early) {
  const port = await hasty(status, upstream);
  return startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
    limits: { bodyBytes: 100_000_000, ...limits },
  });
}

/** Like urllib and many another client: writes all of it, and reads only then. Resolves with all that is heard. */
async function writesFirst(port: number, head: string, body: Buffer): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  socket.pause();
  socket.write(head);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.write(body, () => resolve());
  });
  let heard = "";
  socket.setEncoding("latin1").on("data", (text: string) => {
    heard += text;
  });
  socket.resume();
  await once(socket, "end");
  socket.end();
  return heard;
}

type Client = (url: string, path: string, token: string, body: Buffer) => Promise<number>;

const raw =
  (version: string, headers: string): Client =>
  async (url, path, token, body) => {
    const head = `POST ${path} HTTP/${version}\r\nhost: localhost\r\nx-api-key: ${token}\r\n${headers}`;
    const heard = await writesFirst(Number(new URL(url).port), `${head}content-length: ${body.length}\r\n\r\n`, body);
    return Number(heard.slice(9, 12));
  };

const CLIENTS: readonly (readonly [string, Client])[] = [
  ["one that writes all first, with Connection: close", raw("1.1", "connection: close\r\n")],
  ["one of HTTP/1.0", raw("1.0", "")],
  [
    "one that keeps its connection, and asks again there",
    async (url, path, token, body) => {
      const wire = wireTo(Number(new URL(url).port));
      const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${token}\r\n`;
      wire.socket.write(`${head}content-length: ${body.length}\r\n\r\n`);
      await new Promise<void>((resolve, reject) => {
        wire.socket.once("error", reject);
        wire.socket.write(body, () => resolve());
      });
      wire.socket.write("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
      const heard = await wire.closed;
      const [first, second] = [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
      expect(second).toBe(200);
      return first ?? 0;
    },
  ],
  [
    "fetch",
    async (url, path, token, body) => {
      const response = await fetch(url + path, { method: "POST", headers: { "x-api-key": token }, body });
      await response.text();
      return response.status;
    },
  ],
  [
    "node:http",
    async (url, path, token, body) => {
      const { status } = await ask(url + path, { headers: { "x-api-key": token }, body });
      return status;
    },
  ],
  [
    "node:http in pieces",
    async (url, path, token, body) => {
      const headers = { "x-api-key": token, "transfer-encoding": "chunked" };
      return (await ask(url + path, { headers, body })).status;
    },
  ],
];

describe.each(EARLY)("an answer before the request has ended: %s", (_, early) => {
  it.each(CLIENTS)("reaches %s", async (_name, client) => {
    const gateway = await gatewayFor(early);
    const { status, token = CLIENT_TOKEN, path = "/v1/messages" } = early;
    for (const length of [100_000, 3_000_000]) {
      expect(await client(gateway.url, path, token, bodyOf(length))).toBe(status);
    }
    expect(gateway.bugs).toEqual([]);
  });
});

it.each(CLIENTS)("40 MB are read to their end, for %s", async (_, client) => {
  const body = bodyOf(40_000_000);
  for (const early of [
    { status: 401, token: "none" },
    { status: 413, limits: { bodyBytes: 32_000_000 } },
  ] as Early[]) {
    const gateway = await gatewayFor(early);
    expect(await client(gateway.url, "/v1/messages", early.token ?? CLIENT_TOKEN, body)).toBe(early.status);
  }
  const streamed: Early = { status: 429, upstream: "resets" };
  const gateway = await gatewayFor(streamed);
  expect(await client(gateway.url, "/v1/files", CLIENT_TOKEN, body)).toBe(429);
});

it.each([
  ["headers that are too long", `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${"x".repeat(5_000_000)}\r\n\r\n`, 431],
  ["something that is no HTTP", "nonsense ".repeat(500_000), 400],
  [
    "a coding that is a long list",
    `POST /v1/files HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: ${"chunked, ".repeat(500_000)}`,
    400,
  ],
])("an answer to %s reaches who writes first", async (_, said, status) => {
  const gateway = await gatewayFor({ status: 401 });
  const heard = await writesFirst(gateway.port, said, Buffer.alloc(0));
  expect(Number(heard.slice(9, 12))).toBe(status);
  expect(heard.split("HTTP/1.1 ")).toHaveLength(2);
});

describe("a client that waits for 100 Continue", () => {
  const head = (path: string, token: string) =>
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${token}\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n`;

  it.each([
    ["no token", "/v1/messages", "none", {}, 401],
    ["no such path", "/v1/nowhere", CLIENT_TOKEN, {}, 404],
    ["too large", "/v1/messages", CLIENT_TOKEN, { bodyBytes: 50 }, 413],
    ["busy", "/v1/files", CLIENT_TOKEN, { concurrentRequests: 0 }, 529],
  ])("is refused without, and told that the connection ends: %s", async (_, path, token, limits, status) => {
    const gateway = await gatewayFor({ status: 401, limits });
    const { socket, closed } = wireTo(gateway.port);
    socket.write(head(path, token));
    const heard = await closed;
    expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*\r\nconnection: close\r\n`, "i"));
    expect(heard).not.toMatch(/100 Continue/);
  });

  it("gets the upstream's answer, and may ask again", async () => {
    const gateway = await gatewayFor({ status: 429, upstream: "closes" });
    const wire = wireTo(gateway.port);
    wire.socket.write(head("/v1/files", CLIENT_TOKEN));
    await wire.hears(/100 Continue/);
    wire.socket.write("x".repeat(100));
    await wire.hears(/ 429 [\s\S]*said by the upstream/);
    wire.socket.write("GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    expect(await wire.closed).toMatch(/ 429 [\s\S]* 200 OK/);
  });
});

describe("what is read after an answer is limited", () => {
  /** Goes on writing for as long as it can, also to a client's side that was closed. Returns how much that was. */
  async function writesOn(port: number, connection: string, piece: Buffer, delayMs?: number): Promise<number> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {});
    let heard = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      heard += text;
    });
    const lines = [
      "POST /v1/messages HTTP/1.1",
      "host: localhost",
      `connection: ${connection}`,
      "content-length: 1000000000",
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    let written = 0;
    const more = () => {
      if (!socket.writable) return;
      written += piece.length;
      socket.write(piece, () => (delayMs === undefined ? more() : setTimeout(more, delayMs)));
    };
    more();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(heard).toMatch(/^HTTP\/1\.1 401 /);
    return written;
  }

  it.each(["close", "keep-alive"])("in bytes, with Connection: %s", async (connection) => {
    const gateway = await gatewayFor({ status: 401, limits: { lingerBytes: 1_000_000 } });
    // What the system holds of it comes on top.
    expect(await writesOn(gateway.port, connection, Buffer.alloc(100_000))).toBeLessThan(50_000_000);
  });

  it.each(["close", "keep-alive"])("in time, however steadily it comes, with Connection: %s", async (connection) => {
    const gateway = await gatewayFor({ status: 401, limits: { lingerTotalMs: 100, lingerMs: 600_000 } });
    expect(await writesOn(gateway.port, connection, Buffer.from("x"), 5)).toBeGreaterThan(0);
  });
});

it.each(["/v1/messages", "/v1/files"])("an upstream that speaks TLS is heard out as well, at %s", async (path) => {
  const { port } = await httpsServer((incoming, response) => {
    incoming.pause();
    response.writeHead(429, { connection: "close" }).end(JSON_ERROR, () => incoming.socket.destroy());
  });
  const home = temporaryHome();
  const entry = { baseUrl: `https://localhost:${port}`, api: "anthropic-messages", apiKey: "a-key-of-the-tests" };
  const config = {
    models: { providers: { other: entry } },
    agents: { defaults: { model: { primary: `other/${MODEL}` } } },
    gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
  };
  writeHome(home, config, { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
  const gateway = await startGatewayProcess({ home, env: { NODE_EXTRA_CA_CERTS: LOCALHOST_CERTIFICATE } });
  for (let count = 0; count < 5; count += 1) {
    const headers = { "x-api-key": CANARY_CLIENT_TOKEN };
    expect((await ask(`${gateway.url}${path}`, { headers, body: bodyOf(5_000_000) })).status).toBe(429);
  }
});
