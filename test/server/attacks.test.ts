import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer, rawAnswer } from "../support/sockets.ts";

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

it.each(NAMES)("an upstream's header named %s is like any other", async (name) => {
  const { port } = await rawAnswer(`HTTP/1.1 429 Busy\r\n${name}: one\r\n${name}: two\r\ncontent-length: 2\r\n\r\n{}`, {
    close: true,
  });
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: `${OURS}/${MODEL}`,
  });
  const wire = wireTo(gateway.port);
  wire.socket.write(
    `GET /v1/models HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${CLIENT_TOKEN}\r\nconnection: close\r\n\r\n`,
  );
  expect(await wire.closed).toMatch(new RegExp(`^HTTP/1.1 429 [^]*${name}: one\r\n${name}: two`, "i"));
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
