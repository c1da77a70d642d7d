import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { accessByTokens, clientOf } from "../../src/gateway/access.ts";
import { ask } from "../support/client.ts";
import { CLIENT_TOKEN, HELLO, startBoth } from "../support/local-gateway.ts";

const errorIn = (body: string) => JSON.parse(body).error;

describe("access", () => {
  it.each([
    ["no credential", { "x-api-key": undefined }],
    ["an empty one", { "x-api-key": "" }],
    ["another one", { "x-api-key": "no" }],
    ["a part of the token", { "x-api-key": CLIENT_TOKEN.slice(0, -1) }],
    ["the token and more", { "x-api-key": `${CLIENT_TOKEN}x` }],
    ["the token where none is looked for", { "x-api-key": undefined, "x-token": CLIENT_TOKEN }],
    ["the token as a password", { "x-api-key": undefined, authorization: `Basic ${CLIENT_TOKEN}` }],
  ])("is refused to a client with %s", async (_, headers) => {
    const { standIn, gateway } = await startBoth();
    for (const path of ["/v1/messages", "/v1/models", "/v1/anything"]) {
      const answer = await ask(`${gateway.url}${path}`, { method: "POST", body: HELLO, headers });
      expect([answer.status, errorIn(answer.body).type]).toEqual([401, "authentication_error"]);
      expect(answer.body).not.toContain("CANARY");
    }
    expect(standIn.requests).toHaveLength(0);
  });

  it("needs no token in mode none", async () => {
    const { standIn, gateway } = await startBoth({ rules: { access: { mode: "none" } } });
    for (const headers of [{ "x-api-key": undefined }, { "x-api-key": "custom-local" }]) {
      expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers })).status).toBe(200);
    }
    expect(JSON.stringify(standIn.requests)).not.toContain("custom-local");
  });

  it("compares tokens of any length", () => {
    for (const length of [1, 127, 128, 129, 500]) {
      const token = "x".repeat(length);
      const settings = { access: accessByTokens([{ name: undefined, token: new Secret(token) }]) };
      expect(clientOf({ tokens: ["no", token] }, settings)).toBeDefined();
      for (const other of ["", `${token}x`, token.slice(1), "y".repeat(length)]) {
        expect(clientOf({ tokens: [other] }, settings)).toBeUndefined();
      }
    }
  });
});

describe("many tokens", () => {
  const names = Array.from({ length: 200 }, (_, index) => `client-${index}`);
  const tokenOf = (name: string) => `${name}-${"t".repeat(40)}`;
  const access = accessByTokens(names.map((name) => ({ name, token: new Secret(tokenOf(name)) })));

  it("are told apart, whoever came before", () => {
    for (const name of [...names, ...names.toReversed(), "client-3", "client-3"]) {
      expect(clientOf({ tokens: [tokenOf(name)] }, { access })).toEqual({ name });
      for (const other of ["", tokenOf(name).slice(1), `${tokenOf(name)}t`, tokenOf(name).toUpperCase()])
        expect(clientOf({ tokens: [other] }, { access })).toBeUndefined();
    }
  });

  it("are none at all for whoever presents nothing", () => {
    expect(clientOf({ tokens: ["", "x"] }, { access: accessByTokens([]) })).toBeUndefined();
  });
});

describe("a web page that makes a browser send requests", () => {
  it.each([
    ["a name that points here", { host: "evil.example" }, 403],
    ["a name that points here, with a port", { host: "evil.example:18789" }, 403],
    ["a name like this machine's", { host: "localhost.evil.example" }, 403],
    ["an address in a name", { host: "127.0.0.1.evil.example" }, 403],
    ["this machine, from a page", { host: "127.0.0.1", origin: "https://evil.example" }, 403],
    ["this machine, from a page without a name", { host: "127.0.0.1", origin: "null" }, 403],
    ["this machine, as an image of another page", { host: "127.0.0.1", "sec-fetch-site": "cross-site" }, 403],
    ["this machine, typed by a person", { host: "127.0.0.1", "sec-fetch-site": "none" }, 200],
    ["this machine", { host: "127.0.0.1:18789" }, 200],
    ["this machine by name", { host: "LocalHost:1" }, 200],
    ["this machine in the new style", { host: "[::1]:18789" }, 200],
    ["this machine in the network", { host: "192.168.1.5" }, 200],
    ["a name that is allowed", { host: "Box.local:18789" }, 200],
    ["this machine, from a page that is allowed", { host: "127.0.0.1", origin: "https://app.example" }, 200],
  ])("is refused unless it names this machine and is allowed: %s", async (_, headers, status) => {
    const rules = { allowedHosts: new Set(["box.local"]), allowedOrigins: new Set(["https://app.example"]) };
    const { standIn, gateway } = await startBoth({ rules });
    const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers });
    expect(answer.status).toBe(status);
    expect((await ask(`${gateway.url}/healthz`, { headers })).status).toBe(status);
    if (status === 200) expect(standIn.requests[0]?.headers).not.toHaveProperty("origin");
    else expect(errorIn(answer.body).type).toBe("permission_error");
    expect(standIn.requests).toHaveLength(status === 200 ? 1 : 0);
  });

  it("may read the answer if its origin is allowed", async () => {
    const { standIn, gateway } = await startBoth({ rules: { allowedOrigins: new Set(["https://app.example"]) } });
    const origin = "https://app.example";
    const asked = {
      origin,
      "x-api-key": undefined,
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-api-key,content-type",
    };
    const before = await ask(`${gateway.url}/v1/messages`, { method: "OPTIONS", headers: asked });
    expect(before.status).toBe(200);
    expect(before.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "x-api-key,content-type",
      "access-control-allow-methods": expect.stringContaining("POST"),
    });
    expect(standIn.requests).toHaveLength(0);
    for (const headers of [{ origin }, { origin, "x-api-key": "wrong" }]) {
      const answer = await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers });
      expect(answer.headers).toMatchObject({ "access-control-allow-origin": origin, vary: "origin" });
    }
    const other = await ask(`${gateway.url}/v1/messages`, {
      method: "OPTIONS",
      headers: { ...asked, origin: "https://evil.example" },
    });
    expect([other.status, other.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
  });
});
