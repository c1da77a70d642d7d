import { describe, expect, it } from "vitest";
import { Secret } from "../../src/core/secret.ts";
import { accessByTokens } from "../../src/gateway/access.ts";
import { type Asking, ask } from "../support/client.ts";
import { CLIENT_TOKEN, type GatewayOptions, HELLO, OURS, startBoth } from "../support/local-gateway.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const SESSION = "9f1c2f0e-6f9e-4d2c-8a51-0d6b7c7f3f10";
const ANNA = "CANARY-token-of-anna-CANARY-token-of-anna";

const access = accessByTokens([
  { name: undefined, token: new Secret(CLIENT_TOKEN) },
  { name: "anna", token: new Secret(ANNA) },
]);

const anna = { "x-api-key": ANNA };
const session = { "x-claude-code-session-id": SESSION };

/** A gateway whose entry has these headers. */
const gatewayWith = (headers: Readonly<Record<string, string>>, rules: GatewayOptions["rules"] = {}) =>
  startBoth({
    rules: { access, ...rules },
    credentials: {
      [OURS]: {
        apiKey: new Secret(KNOWN.anthropicKey),
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, new Secret(value)])),
      },
    },
  });

interface Case {
  readonly configured?: string;
  readonly sent?: NonNullable<Asking["headers"]>;
  /** The header that arrives, or its content. */
  readonly arrives: string | object | undefined;
}

const CASES: Readonly<Record<string, Case>> = {
  "nothing is known": { arrives: undefined },
  "a name": { sent: anna, arrives: '{"client":"anna"}' },
  "a session": { sent: session, arrives: `{"session":"${SESSION}"}` },
  "a name and a session": { sent: { ...anna, ...session }, arrives: `{"client":"anna","session":"${SESSION}"}` },
  "the configuration alone": { configured: '{"team": "x"}', arrives: '{"team": "x"}' },
  "the configuration, a name and a session": {
    configured: '{"team":"x","test":true,"n":1.5}',
    sent: { ...anna, ...session },
    arrives: { team: "x", test: true, n: 1.5, client: "anna", session: SESSION },
  },
  "a configuration with room for one": {
    configured: '{"a":1,"b":2,"c":3,"d":4}',
    sent: { ...anna, ...session },
    arrives: { a: 1, b: 2, c: 3, d: 4, client: "anna" },
  },
  "a full configuration": {
    configured: '{"a":1,"b":2,"c":3,"d":4,"e":5}',
    sent: { ...anna, ...session },
    arrives: { a: 1, b: 2, c: 3, d: 4, e: 5 },
  },
  "a configuration that names the client itself": {
    configured: '{"client":"fixed"}',
    sent: anna,
    arrives: { client: "fixed" },
  },
  "a configuration that Cloudflare loses": { configured: '{"a":{}}', sent: anna, arrives: '{"a":{}}' },
  "a configuration that is no JSON": { configured: "team", sent: anna, arrives: "team" },
  "what the client says, alone": { sent: { "cf-aig-metadata": ' {"a":{ }}' }, arrives: '{"a":{ }}' },
  "what the client says, and its name": {
    sent: { ...anna, ...session, "cf-aig-metadata": '{"task":7}' },
    arrives: { client: "anna", task: 7, session: SESSION },
  },
  "what the client says beside the configuration": {
    configured: '{"team":"x"}',
    sent: { "cf-aig-metadata": '{"team":"y","task":7}' },
    arrives: { team: "x", task: 7 },
  },
  "a client that says to be another, and fills the room": {
    sent: { ...anna, "cf-aig-metadata": '{"a":1,"b":2,"c":3,"client":"boss","d":4,"e":5}' },
    arrives: { client: "anna", a: 1, b: 2, c: 3, d: 4 },
  },
  "a client whose entries would lose all": {
    sent: { ...anna, "cf-aig-metadata": '{"a":null,"b":{},"cf.x":"y","c":"d","__proto__":"p"}' },
    arrives: '{"client":"anna","c":"d","__proto__":"p"}',
  },
  "a client that sends no JSON": { sent: { ...anna, "cf-aig-metadata": "task" }, arrives: { client: "anna" } },
  "a client that sends UTF-8": {
    sent: { ...anna, "cf-aig-metadata": Buffer.from('{"t":"研"}').toString("latin1") },
    arrives: '{"client":"anna","t":"\\u7814"}',
  },
  "a session with odd signs": {
    sent: { "x-claude-code-session-id": 'a"},\\{é b\t-c' },
    arrives: { session: "ab-c" },
  },
  "a session with a key where it is cut": {
    sent: { "x-claude-code-session-id": `${"x".repeat(50)}.sk-ant-${"a1B2".repeat(10)}` },
    arrives: { session: `${"x".repeat(50)}.********` },
  },
  "a session that is too long": {
    sent: { "x-claude-code-session-id": "x".repeat(5_000) },
    arrives: { session: "x".repeat(64) },
  },
  "a session of nothing but odd signs": {
    sent: { ...anna, "x-claude-code-session-id": "é" },
    arrives: { client: "anna" },
  },
};

describe("cf-aig-metadata", () => {
  it.each(Object.entries(CASES))("has, of %s, five entries at most", async (_, { configured, sent = {}, arrives }) => {
    const { standIn, gateway } = await gatewayWith(configured === undefined ? {} : { "cf-aig-metadata": configured });
    // Twice, since the second may use what the first one made.
    // In bytes, since Node would write the headers in the encoding of a text.
    const body = Buffer.from(JSON.stringify(HELLO));
    for (const _again of [1, 2]) await ask(`${gateway.url}/v1/messages`, { body, headers: sent });
    expect(standIn.requests).toHaveLength(2);
    for (const { headers } of standIn.requests) {
      const text = headers["cf-aig-metadata"];
      if (typeof arrives === "object") {
        expect(JSON.parse(String(text))).toEqual(arrives);
        expect(String(text)).toMatch(/^[ -~]*$/);
      } else expect(text).toBe(arrives);
      expect(JSON.stringify(headers)).not.toContain("CANARY");
    }
    expect(gateway.bugs).toEqual([]);
  });

  it("follows the sessions of several clients", async () => {
    const { standIn, gateway } = await gatewayWith({});
    for (const [key, id] of [
      [ANNA, "a"],
      [CLIENT_TOKEN, "b"],
      [ANNA, "c"],
      [ANNA, "a"],
      [CLIENT_TOKEN, "b"],
    ] as const)
      await ask(`${gateway.url}/v1/messages`, {
        body: HELLO,
        headers: { "x-api-key": key, "x-claude-code-session-id": id },
      });
    expect(standIn.requests.map(({ headers }) => headers["cf-aig-metadata"])).toEqual([
      '{"client":"anna","session":"a"}',
      '{"session":"b"}',
      '{"client":"anna","session":"c"}',
      '{"client":"anna","session":"a"}',
      '{"session":"b"}',
    ]);
  });

  it("is sent with a count, a batch and a body that is streamed through", async () => {
    const { standIn, gateway } = await gatewayWith({});
    for (const path of ["/v1/messages/count_tokens", "/v1/messages/batches", "/v1/skills"])
      await ask(`${gateway.url}${path}`, { body: path.endsWith("batches") ? { requests: [] } : HELLO, headers: anna });
    expect(standIn.requests.length).toBeGreaterThan(1);
    for (const { headers } of standIn.requests) expect(headers["cf-aig-metadata"]).toBe('{"client":"anna"}');
  });

  it("is left alone if it is switched off", async () => {
    const { standIn, gateway } = await gatewayWith({}, { namesClients: false });
    const own = { "cf-aig-metadata": '{"task":7}' };
    for (const headers of [
      { ...anna, ...session },
      { ...anna, ...own },
    ])
      await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers });
    expect(standIn.requests.map(({ headers }) => headers["cf-aig-metadata"])).toEqual([undefined, '{"task":7}']);
    expect(standIn.requests[0]?.headers["x-claude-code-session-id"]).toBe(SESSION);
  });

  it("goes to Cloudflare alone", async () => {
    const { standIn, gateway } = await gatewayWith({});
    const providers = { own: { baseUrl: `${standIn.gatewayBase()}/anthropic`, api: "anthropic-messages" } };
    gateway.use(gateway.settings({ providers, primary: "own/m" }));
    await ask(`${gateway.url}/v1/messages`, {
      body: { ...HELLO, model: "own/m" },
      headers: { ...anna, ...session, traceparent: TRACEPARENT },
    });
    expect(standIn.requests).toHaveLength(1);
    expect(Object.keys(standIn.requests[0]?.headers ?? {}).filter((name) => /metadata|otel/.test(name))).toEqual([]);
  });
});

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;

describe("a W3C trace context", () => {
  it.each<[string, NonNullable<Asking["headers"]>, string | undefined, string | undefined]>([
    ["is passed on", { traceparent: TRACEPARENT }, TRACE, SPAN],
    ["of a later version, too", { traceparent: `cc-${TRACE}-${SPAN}-01-more` }, TRACE, SPAN],
    ["not with more than this version has", { traceparent: `${TRACEPARENT}-more` }, undefined, undefined],
    ["not of the version that is none", { traceparent: `ff-${TRACE}-${SPAN}-01` }, undefined, undefined],
    ["not in upper case", { traceparent: TRACEPARENT.toUpperCase() }, undefined, undefined],
    ["not with a trace of zeros", { traceparent: `00-${"0".repeat(32)}-${SPAN}-01` }, undefined, undefined],
    ["not with a span of zeros", { traceparent: `00-${TRACE}-${"0".repeat(16)}-01` }, undefined, undefined],
    ["not if it is too short", { traceparent: `00-${TRACE.slice(1)}-${SPAN}-01` }, undefined, undefined],
    ["not twice", { traceparent: [TRACEPARENT, TRACEPARENT] }, undefined, undefined],
    [
      "not if the client names the trace itself",
      { traceparent: TRACEPARENT, "cf-aig-otel-trace-id": "own" },
      "own",
      undefined,
    ],
    ["nor if it names the span", { traceparent: TRACEPARENT, "cf-aig-otel-parent-span-id": "own" }, undefined, "own"],
  ])("%s", async (_, headers, trace, span) => {
    const { standIn, gateway } = await gatewayWith({});
    await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers });
    const sent = standIn.requests[0]?.headers ?? {};
    expect([sent["cf-aig-otel-trace-id"], sent["cf-aig-otel-parent-span-id"]]).toEqual([trace, span]);
    expect(sent.traceparent).toBe([headers.traceparent].flat().join(", "));
  });

  it("leaves those of the configuration", async () => {
    const { standIn, gateway } = await gatewayWith({ "cf-aig-otel-trace-id": "fixed" });
    await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers: { traceparent: TRACEPARENT } });
    expect(standIn.requests[0]?.headers["cf-aig-otel-trace-id"]).toBe("fixed");
    expect(standIn.requests[0]?.headers).not.toHaveProperty("cf-aig-otel-parent-span-id");
  });
});
