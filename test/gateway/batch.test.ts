import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atOnce } from "../../src/core/sliced.ts";
import { prepareBatch } from "../../src/gateway/batch.ts";
import { createRouter } from "../../src/gateway/targets.ts";
import { ask } from "../support/client.ts";
import { HELLO, MODEL, OURS, startBoth, testSettings } from "../support/local-gateway.ts";

const PREFILLED = { ...HELLO, messages: [...HELLO.messages, { role: "assistant", content: "So" }] };
const THINKING = { thinking: { type: "adaptive" } };

const batchOf = (...params: readonly object[]) => ({
  requests: params.map((one, index) => ({ custom_id: `r${index}`, params: one })),
});

const elsewhere = (base: string) => ({
  [OURS]: { baseUrl: `${base}/anthropic`, api: "anthropic-messages" },
  elsewhere: { baseUrl: `${base}/anthropic`, api: "anthropic-messages" },
});

describe("a batch", () => {
  it("has the names of models and the prefill rule applied to each of its requests", async () => {
    const { standIn, gateway } = await startBoth({ aliases: { quick: `${OURS}/claude-haiku-4-5` } });
    const { model: _, ...unnamed } = HELLO;
    const body = batchOf(
      { ...HELLO, model: "quick" },
      unnamed,
      { ...PREFILLED, ...THINKING, model: `anthropic/${MODEL}[1m]` },
      PREFILLED,
    );
    await ask(`${gateway.url}/v1/messages/batches?beta=true`, { body });
    expect(standIn.requests.map(({ path }) => path)).toEqual([
      expect.stringMatching(/\/v1\/messages\/batches\?beta=true$/),
    ]);
    expect(JSON.parse(standIn.requests[0]?.body ?? "")).toEqual(
      batchOf({ ...HELLO, model: "claude-haiku-4-5" }, HELLO, { ...HELLO, ...THINKING }, PREFILLED),
    );
    expect((await gateway.logged(1))[0]).toMatchObject({ prefillRemoved: 1, model: OURS });
  });

  it.each([
    JSON.stringify(batchOf(HELLO, { ...HELLO, model: "claude-opus-5" })),
    ` { "requests" : [ {"params":${JSON.stringify(HELLO)} , "custom_id":"\\u00e9"} ] , "x": 1.0e1 } `,
    '{"requests":[]}',
    '{"requests":5}',
    '{"requests":[5,null,[],{"params":7}]}',
    "not JSON",
    '{"requests":[',
  ])("passes byte for byte if nothing in it has to change: %s", async (body) => {
    const { standIn, gateway } = await startBoth();
    await ask(`${gateway.url}/v1/messages/batches`, { body });
    expect(standIn.requests.map((received) => received.body)).toEqual([body]);
  });

  it.each([
    ["of two providers", [HELLO, { ...HELLO, model: "elsewhere/x" }], 400, "requests.1: its model is one of provider"],
    [
      "with another's model",
      [HELLO, HELLO, { ...HELLO, model: `${OURS}-openai/gpt-5.5` }],
      404,
      "requests.2: The local gateway cannot",
    ],
    ["with no turn left", [{ ...HELLO, ...THINKING, messages: [PREFILLED.messages[1]] }], 400, "requests.0: messages:"],
  ])("is refused as a whole %s", async (_, params, status, words) => {
    const { standIn, gateway } = await startBoth();
    gateway.use(gateway.settings({ providers: elsewhere(standIn.gatewayBase()) }));
    const answer = await ask(`${gateway.url}/v1/messages/batches`, { body: batchOf(...(params as object[])) });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).error.message).toContain(words);
    expect(standIn.requests).toHaveLength(0);
  });

  it("goes where its models are", async () => {
    const { standIn, gateway } = await startBoth();
    gateway.use(gateway.settings({ providers: elsewhere(standIn.gatewayBase()) }));
    const body = batchOf({ ...HELLO, model: "elsewhere/x" }, { ...HELLO, model: "elsewhere/y" });
    await ask(`${gateway.url}/v1/messages/batches`, { body });
    expect((await gateway.logged(1))[0]).toMatchObject({ model: "elsewhere" });
    expect(JSON.parse(standIn.requests[0]?.body ?? "")).toEqual(
      batchOf({ ...HELLO, model: "x" }, { ...HELLO, model: "y" }),
    );
  });

  it("of more than is held streams through unread", async () => {
    const { standIn, gateway } = await startBoth();
    const body = JSON.stringify({
      ...batchOf({ ...HELLO, model: `anthropic/${MODEL}` }),
      pad: "x".repeat(33 * 1024 * 1024),
    });
    await ask(`${gateway.url}/v1/messages/batches`, { body });
    expect(standIn.requests.map((received) => received.body === body)).toEqual([true]);
  });

  it("is changed as each of its requests would be alone", async () => {
    const entry = { baseUrl: "https://api.example/anthropic", api: "anthropic-messages" };
    const settings = testSettings({ providers: { mine: entry }, primary: `mine/${MODEL}` });
    const turn = fc.record({ role: fc.constantFrom("user", "assistant"), content: fc.string() });
    const params = fc.record(
      {
        model: fc.constantFrom("a", "mine/b", `mine/${MODEL}[1m]`, "c[1m]"),
        thinking: fc.constantFrom({ type: "adaptive" }, { type: "disabled" }),
        messages: fc.array(turn, { maxLength: 4 }).map((turns) => [{ role: "user", content: "Hi" }, ...turns]),
        system: fc.string(),
      },
      { requiredKeys: ["messages"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(params, { maxLength: 5 }), fc.constantFrom(undefined, 1, "\t"), async (all, space) => {
        const router = createRouter(settings);
        const bytes = Buffer.from(JSON.stringify(batchOf(...all), null, space));
        const whole = atOnce(prepareBatch(bytes, router, "thinking"));
        const expected = all.map(({ model, messages, ...rest }) => {
          const isThinking = rest.thinking?.type === "adaptive";
          const last = messages.findLastIndex(({ role }) => role === "user");
          const named = (model ?? MODEL).replace(/^mine\//, "").replace("[1m]", "");
          return { ...rest, model: named, messages: isThinking ? messages.slice(0, last + 1) : messages };
        });
        expect(whole.ok && JSON.parse(whole.value.bytes.toString())).toEqual(batchOf(...expected));
      }),
      { numRuns: 300 },
    );
  });
});
