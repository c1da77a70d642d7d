import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createLog } from "../../src/gateway/log.ts";
import { send } from "../../src/http/client.ts";
import { TIMEOUTS } from "../../src/providers/probe.ts";
import { readRequestBody, stripPrefill } from "../support/bodies.ts";
import { ask, wireTo } from "../support/client.ts";
import { foreignConfig } from "../support/gateway-home.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere, startGatewayProcess, writeHome } from "../support/gateway-process.ts";
import { heavyBodies } from "../support/heavy-bodies.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startBoth, startLocalGateway } from "../support/local-gateway.ts";
import { temporaryHome } from "../support/program.ts";
import { httpServer, rawAnswer, rawServer } from "../support/sockets.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const NAMES = ["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty", "then", "__defineGetter__"];

/** Behind a proxy or not, before an upstream that answers with what it got: Node's own objects of headers lose some names. */
async function echoing(isProxied: boolean) {
  const { port } = await httpServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => response.end(JSON.stringify({ url: request.url, raw: request.rawHeaders, body })));
  });
  const origin = `http://127.0.0.1:${port}`;
  return startLocalGateway({
    providers: { [OURS]: { baseUrl: isProxied ? "http://127.0.0.1:1" : origin, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
    env: isProxied ? { HTTP_PROXY: origin } : {},
  });
}

describe.each([true, false])("behind a proxy: %s", (isProxied) => {
  it.each(NAMES)("a header named %s is like any other", async (name) => {
    const gateway = await echoing(isProxied);
    const headers = Object.fromEntries([[name, ["one", "two"]]]);
    for (const path of ["/v1/messages", "/v1/files"]) {
      const { status, body } = await ask(`${gateway.url}${path}`, { headers, body: HELLO });
      const { url, raw } = JSON.parse(body);
      expect([status, url.startsWith("http:")]).toEqual([200, isProxied]);
      expect(
        raw.filter((text: string, index: number) => raw[index - 1]?.toLowerCase() === name.toLowerCase() && text),
      ).toEqual(["one", "two"]);
    }
    expect(gateway.bugs).toEqual([]);
  });

  it("a body whose length is known is streamed with it", async () => {
    const gateway = await echoing(isProxied);
    const { status, body } = await ask(`${gateway.url}/v1/files`, {
      headers: { "content-length": "5" },
      body: "hello",
    });
    expect([status, JSON.parse(body).body]).toEqual([200, "hello"]);
    expect(body).toContain('"content-length","5"');
    expect(gateway.bugs).toEqual([]);
  });
});

/** A gateway before an upstream on this port, and a connection on which its models are asked for. */
async function listedThrough(port: number) {
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
  });
  const wire = wireTo(gateway.port);
  wire.socket.write(
    `GET /v1/models HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${CLIENT_TOKEN}\r\nconnection: close\r\n\r\n`,
  );
  return { gateway, wire };
}

it.each(NAMES)("an upstream's header named %s is like any other", async (name) => {
  const { port } = await rawAnswer(`HTTP/1.1 429 Busy\r\n${name}: one\r\n${name}: two\r\ncontent-length: 2\r\n\r\n{}`, {
    close: true,
  });
  const { gateway, wire } = await listedThrough(port);
  expect((await wire.closed).toLowerCase()).toContain(`\r\n${name}: one\r\n${name}: two\r\n`.toLowerCase());
  expect(gateway.bugs).toEqual([]);
});

it("no plain object is keyed by what a client or an upstream says", () => {
  const rooms = ["gateway", "server", "http"].map((room) => join(import.meta.dirname, "../../src", room));
  for (const room of rooms)
    for (const file of readdirSync(room))
      expect([file, readFileSync(join(room, file), "utf8")]).toEqual([
        file,
        // A map has no names of its own, and `Object.fromEntries` defines what an assignment would look up.
        expect.not.stringMatching(/: Record<string, [^=]*= \{\}/),
      ]);
});

describe("a redirect never reaches the client", () => {
  const ANTHROPIC = JSON.stringify({ type: "error", error: { type: "api_error", message: "over there" } });
  it.each([
    ["an empty body", 307, {}, ""],
    ["a page", 308, { "content-type": "text/html" }, "<html>over there</html>"],
    ["a long body", 307, {}, "x".repeat(300_000)],
    ["a body that does not end", 307, { "content-length": "999999999" }, "x".repeat(900_000)],
    ["an encoding", 302, { "content-encoding": "gzip" }, gzipSync("over there")],
    ["an encoding that is none", 301, { "content-encoding": "x" }, "over there"],
    ["an error as Anthropic writes it", 303, { "content-type": "application/json" }, ANTHROPIC],
    ["a status that nobody knows", 399, {}, "over there"],
    ["no choice", 300, { refresh: "0; url=http://thief.example", link: "<http://thief.example>" }, ANTHROPIC],
  ] as const)("with %s", async (_, status, headers, body) => {
    let left = () => {};
    const upstreamLeft = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { port } = await httpServer((request, response) => {
      request.resume();
      response.on("close", left);
      response.writeHead(status, { location: "http://thief.example/v1/messages", ...headers });
      if ("content-length" in headers) response.write(body);
      else response.end(body);
    });
    const entry = { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" };
    const providers = { [OURS]: entry, foreign: entry };
    const gateway = await startLocalGateway({ providers, primary: `${OURS}/${MODEL}` });
    for (const model of [MODEL, "foreign/some-model"]) {
      const answer = await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, model } });
      expect([model, answer.status]).toEqual([model, 502]);
      expect(JSON.parse(answer.body).error.message).toMatch(/redirect/);
      expect(Object.entries(answer.headers).join()).not.toMatch(/thief/);
      await upstreamLeft;
    }
    expect((await ask(`${gateway.url}/v1/models`)).status).toBe(502);
    expect(gateway.bugs).toEqual([]);
  });
});

describe("a body in pieces of one byte", () => {
  const PIECES = 600_000;

  /** Writes them as chunks, as fast as they are taken, and meanwhile asks whether anybody else is answered. */
  async function dribble(url: string, path: string, bytes: Buffer) {
    const port = Number(new URL(url).port);
    const wire = wireTo(port);
    const head = `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${CANARY_CLIENT_TOKEN}\r\nconnection: close\r\n`;
    wire.socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
    let others = 0;
    for (let start = 0; start < bytes.length; start += 50_000) {
      const part = [...bytes.subarray(start, start + 50_000)].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`);
      await new Promise((resolve) => wire.socket.write(part.join(""), resolve));
      if (start % 300_000 === 0) others += Number((await ask(`${url}/healthz`)).status === 200);
    }
    wire.socket.write("0\r\n\r\n");
    return { answer: await wire.closed, others };
  }

  it("is held in little more memory than it has bytes", async () => {
    const home = temporaryHome();
    const { port } = await httpServer((request, response) => {
      let length = 0;
      request.on("data", (chunk: Buffer) => {
        length += chunk.length;
      });
      request.on("end", () => response.end(`${length} bytes`));
    });
    writeHome(home, foreignConfig(`http://127.0.0.1:${port}`, MODEL), { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
    // A list of as many buffers would not fit.
    const gateway = await startGatewayProcess({ home, nodeOptions: ["--max-old-space-size=64"] });
    const body = Buffer.from(JSON.stringify({ ...HELLO, filler: "" }).replace('""', `"${"x".repeat(PIECES)}"`));
    for (const path of ["/v1/messages", "/v1/files"]) {
      const { answer, others } = await dribble(gateway.url, path, body);
      expect([answer.slice(9, 12), others]).toEqual(["200", 3]);
      expect(answer).toContain(`${body.length} bytes`);
    }
  });
});

it("an error in pieces of one byte is read like any other", async () => {
  const text = JSON.stringify({ type: "error", error: { type: "overloaded_error", message: "x".repeat(200_000) } });
  const pieces = [...text].map((letter) => `1\r\n${letter}\r\n`).join("");
  const { port } = await rawAnswer(
    `HTTP/1.1 529 Busy\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${pieces}0\r\n\r\n`,
    { close: true },
  );
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
  });
  const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
  expect([answer.status, answer.body]).toEqual([529, text]);
});

describe("a connection that its client leaves open is freed", () => {
  const AUTHORISED = `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${CLIENT_TOKEN}\r\n`;
  const SAID = [
    ["nothing", ""],
    ["the beginning of a head", "POST /v1/messages HTTP/1.1\r\nhost:"],
    ["the beginning of a body", `${AUTHORISED}content-length: 100\r\n\r\n{`],
    ["a body that is refused", "POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"],
    ["nonsense", "nonsense\r\n\r\n"],
  ] as const;

  /** Reads nothing and never closes its side. */
  async function openTo(port: number, said: string) {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.pause();
    socket.write(said);
  }

  it.each(SAID)("after %s", async (_, said) => {
    const limits = { connections: 20, headersTimeoutMs: 20, requestTimeoutMs: 20, checkEveryMs: 5, lingerMs: 20 };
    const { gateway } = await startBoth({ limits });
    await Promise.all(Array.from({ length: 20 }, () => openTo(gateway.port, said)));
    // Each of them had a place.
    await expect.poll(() => ask(`${gateway.url}/healthz`).then(({ status }) => status, String)).toBe(200);
    expect(gateway.bugs).toEqual([]);
  });

  it.each(SAID)("when it stops, after %s", async (_, said) => {
    const { gateway } = await startBoth({ limits: { lingerMs: 20 } });
    await openTo(gateway.port, said);
    expect((await ask(`${gateway.url}/healthz`)).status).toBe(200);
    // Only a request that was let in is waited for.
    const stopped = gateway.stop(600_000);
    if (said.includes("x-api-key")) expect(await gateway.stop(0)).toBe(1);
    expect(await stopped).toBe(0);
  });
});

describe("a body of many pieces is never parsed", () => {
  it.each(heavyBodies(2_000_000))("%s", (_, status, body) => {
    const parse = vi.spyOn(JSON, "parse");
    const bytes = Buffer.from(body);
    const read = readRequestBody(bytes);
    if (read !== undefined) stripPrefill(read);
    expect(Math.max(0, ...parse.mock.calls.map(([text]) => text.length))).toBeLessThanOrEqual(16 * 1024);
    parse.mockRestore();
    expect(status === 400).toBe(read === undefined || read.hasInvalidModel || (read.model?.length ?? 0) > 200);
  });

  it("as long as it may be, and the gateway lives on little memory", async () => {
    const { port } = await httpServer((request, response) => request.resume().on("end", () => response.end("{}")));
    const home = temporaryHome();
    writeHome(home, foreignConfig(`http://127.0.0.1:${port}`, MODEL), { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
    const gateway = await startGatewayProcess({ home, nodeOptions: ["--max-old-space-size=512"] });
    for (const [name, status, body] of heavyBodies(29_000_000)) {
      const headers = { "x-api-key": CANARY_CLIENT_TOKEN };
      const [answer, alive] = await Promise.all([
        ask(`${gateway.url}/v1/messages`, { headers, body }),
        ask(`${gateway.url}/healthz`),
      ]);
      expect([name, answer.status, alive.status]).toEqual([name, status, 200]);
    }
  });
});

describe("an answer of an upstream", () => {
  /** What a client hears of it, on a connection of its own. */
  async function heardOf(answer: string) {
    const { port } = await rawServer((socket) => {
      socket.once("data", () => socket.write(answer, "latin1"));
    });
    const { gateway, wire } = await listedThrough(port);
    const heard = await wire.closed;
    const [record] = await gateway.logged(1);
    expect(gateway.bugs).toEqual([]);
    return { heard, record };
  }

  it.each([
    ["a status of 000", "HTTP/1.1 000 Nothing\r\ncontent-length: 2\r\n\r\nhi"],
    ["a status of 099", "HTTP/1.1 099 Less\r\ncontent-length: 2\r\n\r\nhi"],
    ["an upgrade that nobody asked for", "HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhi"],
    ["a coding without a label", "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"],
    [
      "two codings in two headers",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    ],
    ["an error in a coding", "HTTP/1.1 400 Bad\r\ntransfer-encoding: br, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"],
  ])("with %s is a 502", async (_, answer) => {
    const { heard } = await heardOf(answer);
    expect(heard).toMatch(/^HTTP\/1\.1 (?:502|400) [\s\S]*"type":"error"/);
    expect(heard).not.toMatch(/\nhi|This is a bug/);
  });

  it("without a body is passed on without a length, and ends at once", async () => {
    const { heard } = await heardOf("HTTP/1.1 204 None\r\ncontent-length: 5\r\n\r\n");
    expect(heard).toMatch(/^HTTP\/1\.1 204 /);
    expect(heard).not.toMatch(/content-length/i);
    expect((await heardOf("HTTP/1.1 304 Same\r\ncontent-length: 5\r\netag: x\r\n\r\n")).heard).toMatch(
      /^HTTP\/1\.1 304 [\s\S]*etag: x/,
    );
  });

  it.each([KNOWN.anthropicKey, `key ${KNOWN.anthropicKey}`, "sk-ant-api03-anotherKEYanotherKEYanotherKEYanother-0123"])(
    "whose ids are %s leaves no key in the log",
    async (id) => {
      const { record } = await heardOf(
        `HTTP/1.1 200 OK\r\nrequest-id: ${id}\r\ncf-aig-log-id: ${id}\r\ncontent-length: 0\r\n\r\n`,
      );
      expect(JSON.stringify(record)).not.toMatch(/sk-ant|MADEUP/);
      expect([record?.requestId, record?.logId]).toEqual([
        expect.stringContaining("****"),
        expect.stringContaining("****"),
      ]);
    },
  );

  it("keeps an ordinary id", async () => {
    const { record } = await heardOf("HTTP/1.1 200 OK\r\nrequest-id: req_011CS\r\ncontent-length: 0\r\n\r\n");
    expect(record?.requestId).toBe("req_011CS");
  });
});

describe("the log", () => {
  const OBEYED = "a\u009b31m\u202eb\u2066c\u200fd\u061ce\u2028f\u007fg\u001b]52;c;eA==\u0007h";

  it.each([true, false])("for a person: %s, obeys nothing that a client, an upstream or a name says", (forPerson) => {
    let written = "";
    const log = createLog({
      write: (text) => {
        written += text;
        return true;
      },
      now: () => new Date(0),
      forPerson,
      later: (callback) => callback(),
    });
    log.notice("warn", `Provider ${OBEYED} is there.`);
    log.bug(new Error(OBEYED));
    const record = { id: 1, method: OBEYED, path: OBEYED, model: OBEYED, status: 200, durationMs: 1, requestBytes: 0 };
    const none = {
      client: undefined,
      firstByteMs: undefined,
      inputTokens: undefined,
      outputTokens: undefined,
      prefillRemoved: undefined,
    };
    log.request({
      ...record,
      ...none,
      responseBytes: 0,
      tried: [OBEYED],
      ended: OBEYED,
      requestId: OBEYED,
      logId: OBEYED,
    });
    log.notice("info", "the end");
    expect(written).toContain("the end");
    expect(written.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/u);
    if (!forPerson) expect(JSON.parse(written.split("\n")[0] ?? "").message).toContain(OBEYED);
  });
});

it("an answer that never ends is given up, however steadily it arrives", async () => {
  const { port } = await rawServer((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const timer = setInterval(() => socket.write("x"), 5);
    socket.once("close", () => clearInterval(timer));
  });
  const limits = { connectTimeoutMs: 600_000, idleTimeoutMs: 600_000, totalTimeoutMs: 50, maxBodyBytes: 1e9 };
  const request = { method: "GET", url: `http://127.0.0.1:${port}/`, headers: {}, ...limits } as const;
  expect(await send(request, {})).toMatchObject({ ok: false, error: { kind: "answer-timeout" } });
  expect(TIMEOUTS.totalTimeoutMs).toBeGreaterThan(0);
});

it.each([
  ["http://192.168.7.7:8080", 1],
  ["http://gateway.example", 1],
  ["http://127.0.0.1:1", 0],
  ["http://[::1]:1", 0],
  ["http://localhost:1", 0],
  ["https://gateway.example", 0],
])("a provider at %s is warned of: %i", async (baseUrl, count) => {
  const home = temporaryHome();
  writeHome(home, foreignConfig(baseUrl, MODEL), { OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN });
  const gateway = await startGatewayHere({ home });
  await gateway.says(/The default model/);
  expect(gateway.printed().split("without encryption").length - 1).toBe(count);
});
