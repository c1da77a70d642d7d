import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer } from "../support/sockets.ts";

const OTHER = "claude-haiku-4-5";
const overloaded = (message = "Overloaded") =>
  JSON.stringify({ type: "error", error: { type: "overloaded_error", message } });

interface Said {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Says that for the default model; the fallback, if there is one, serves. */
async function gatewayHearing({ status, headers = {}, body }: Said, hasFallback = true, provider = OURS) {
  const { port } = await httpServer((incoming, response) => {
    let asked = "";
    incoming.on("data", (chunk: Buffer) => {
      asked += chunk.toString();
    });
    incoming.on("end", () => {
      if (asked.includes(OTHER)) return void response.end(JSON.stringify({ type: "message", content: [] }));
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
    });
  });
  return startLocalGateway({
    providers: { [provider]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: `${provider}/${MODEL}`,
    ...(hasFallback && { fallbacks: [`${OURS}/${OTHER}`] }),
  });
}

const spent = JSON.stringify({ success: false, error: [{ code: 2021, message: "Insufficient balance" }] });
const RETIRED = JSON.stringify({
  type: "error",
  error: { type: "invalid_request_error", message: "This model is retired and no longer available." },
});

const CODINGS: readonly (readonly [string, string, (text: string) => Buffer])[] = [
  ["gzip", "gzip", gzipSync],
  ["gzip under its old name", "X-Gzip", gzipSync],
  ["deflate", "deflate", deflateSync],
  ["deflate without a header, as some servers send it", "deflate", deflateRawSync],
  ["br", "br", brotliCompressSync],
];

describe.each(CODINGS)("an error in %s, which nobody asked for", (_, coding, encode) => {
  const said = (status: number, text: string): Said => {
    const body = encode(text);
    return { status, headers: { "content-encoding": coding, "content-length": String(body.length) }, body };
  };

  it("is failed over by what it says, like any other", async () => {
    const gateway = await gatewayHearing(said(400, RETIRED));
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, answer.headers["x-openclaw-model"]]).toEqual([200, `${OURS}/${OTHER}`]);
  });

  it("is diagnosed, and reaches the client decoded", async () => {
    const gateway = await gatewayHearing(said(429, spent), false);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect(answer.headers).not.toHaveProperty("content-encoding");
    expect(JSON.parse(answer.body)).toMatchObject({ type: "error", error: { message: expect.any(String) } });
    expect((await gateway.logged(1))[0]?.ended).toMatch(/^gateway\./);
  });

  it("that a client understands reaches it as it is, decoded", async () => {
    const gateway = await gatewayHearing(said(529, overloaded()), false);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, answer.body]).toEqual([529, overloaded()]);
    expect(answer.headers).not.toHaveProperty("content-encoding");
    expect(answer.headers["content-length"] ?? String(overloaded().length)).toBe(String(overloaded().length));
  });
});

describe("an error that cannot be decoded as a whole", () => {
  const bomb = gzipSync(Buffer.concat([Buffer.from(RETIRED), Buffer.alloc(50_000_000)]));
  it.each<[string, string, Buffer]>([
    ["a bomb", "gzip", bomb],
    ["broken", "gzip", gzipSync(overloaded("x".repeat(1_000))).subarray(0, 40)],
    ["something else than it says", "br", Buffer.from("not brotli at all, by any means")],
    ["an unknown coding", "compress", Buffer.from("what nobody can read")],
    ["two codings", "gzip, br", gzipSync(brotliCompressSync(overloaded()))],
  ])("is passed on as it came: %s", async (_, coding, body) => {
    // A provider whose errors nothing explains.
    const said = { status: 400, headers: { "content-encoding": coding }, body };
    const { url } = await gatewayHearing(said, false, "foreign");
    const asked = request(`${url}/v1/messages`, { method: "POST", headers: { "x-api-key": CLIENT_TOKEN } });
    asked.end(JSON.stringify(HELLO));
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const bytes = Buffer.concat(await response.toArray());
    expect([response.statusCode, response.headers["content-encoding"]]).toEqual([400, coding]);
    expect(bytes.equals(body)).toBe(true);
  });

  it.each<[string, string, Buffer]>([
    ["a bomb", "gzip", bomb],
    ["an unknown coding", "compress", Buffer.from("what nobody can read")],
  ])("is failed over by its status: %s", async (_, coding, body) => {
    const gateway = await gatewayHearing({ status: 529, headers: { "content-encoding": coding }, body });
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
  });
});

describe("an error that is longer than any layer's", () => {
  const long = (text: string, length: number) => text + " ".repeat(length);

  it.each([300_000, 5_000_000])("is failed over by its status: %i bytes", async (length) => {
    const gateway = await gatewayHearing({ status: 529, body: "x".repeat(length) });
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
  });

  it("is failed over by how it begins", async () => {
    const gateway = await gatewayHearing({ status: 400, body: long(RETIRED, 300_000) });
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO })).status).toBe(200);
  });

  it.each([
    ["of the upstream", 529, overloaded("x".repeat(2_000_000))],
    ["of a gateway, which is diagnosed", 429, long(spent, 2_000_000)],
    ["that is a page", 500, `<html>${"x".repeat(2_000_000)}</html>`],
  ])("is passed on whole where nothing else is left: %s", async (_, status, body) => {
    const gateway = await gatewayHearing({ status, body }, false);
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, answer.body === body]).toEqual([status, true]);
  });

  it("is told in short if another model was asked after it", async () => {
    const { port } = await httpServer((incoming, response) => {
      let asked = "";
      incoming.on("data", (chunk: Buffer) => {
        asked += chunk.toString();
      });
      incoming.on("end", () => {
        if (asked.includes(OTHER)) response.writeHead(401, { "content-type": "application/json" }).end("{}");
        else response.writeHead(529).end("x".repeat(3_000_000));
      });
    });
    const gateway = await startLocalGateway({
      providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
      primary: `${OURS}/${MODEL}`,
      fallbacks: [`${OURS}/${OTHER}`],
    });
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO });
    expect([answer.status, JSON.parse(answer.body).type]).toEqual([529, "error"]);
    expect(gateway.bugs).toEqual([]);
  });
});
