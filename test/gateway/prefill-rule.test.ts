import { describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { HELLO, MODEL, startBoth } from "../support/local-gateway.ts";

const BEGUN = { role: "assistant", content: "The answer is" };
const TOOL = { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "x", input: {} }] };
const THINKING = { type: "adaptive" };
const OLD = "claude-haiku-4-5";

const turns = (...more: readonly object[]) => [...HELLO.messages, ...more];

describe("the prefill rule", () => {
  it.each([
    ["with thinking they go, all of them", "thinking", { thinking: THINKING, messages: turns(BEGUN, BEGUN) }, 2],
    [
      "with thinking off they stay",
      "thinking",
      { model: OLD, thinking: { type: "disabled" }, messages: turns(BEGUN) },
      0,
    ],
    ["without thinking they stay", "thinking", { model: OLD, messages: turns(BEGUN) }, 0],
    ["a call of a tool stays", "thinking", { thinking: THINKING, messages: turns(TOOL) }, 0],
    ["they go for a model that refuses them, if told so", "unsupported", { messages: turns(BEGUN) }, 1],
    ["they stay for a model that takes them, if told so", "unsupported", { model: OLD, messages: turns(BEGUN) }, 0],
  ] as const)("%s", async (_, stripPrefill, changed, removed) => {
    const { standIn, gateway } = await startBoth({ rules: { stripPrefill } });
    const body = { ...HELLO, ...changed };
    await ask(`${gateway.url}/v1/messages`, { body });
    const messages = body.messages.slice(0, body.messages.length - removed);
    expect(standIn.requests[0]?.body).toBe(JSON.stringify({ ...body, messages }));
    expect((await gateway.logged(1))[0]?.prefillRemoved).toBe(removed || undefined);
  });

  it("applies to token counting too", async () => {
    const { standIn, gateway } = await startBoth();
    await ask(`${gateway.url}/v1/messages/count_tokens`, {
      body: { ...HELLO, thinking: THINKING, messages: turns(BEGUN) },
    });
    expect(JSON.parse(standIn.requests[0]?.body ?? "").messages).toEqual(HELLO.messages);
  });

  it("refuses a conversation of which nothing would be left", async () => {
    const { standIn, gateway } = await startBoth();
    const answer = await ask(`${gateway.url}/v1/messages`, {
      body: { ...HELLO, thinking: THINKING, messages: [BEGUN] },
    });
    expect([answer.status, JSON.parse(answer.body).error.type]).toEqual([400, "invalid_request_error"]);
    expect(answer.body).toContain("no turn would be left");
    expect(standIn.requests).toHaveLength(0);
  });

  it("goes by the model that is sent to, not by the name that the client gave", async () => {
    const aliases = { new: `cloudflare-ai-gateway/${MODEL}`, old: `cloudflare-ai-gateway/${OLD}` };
    const { standIn, gateway } = await startBoth({ aliases, rules: { stripPrefill: "unsupported" } });
    for (const model of ["new", "old"]) {
      await ask(`${gateway.url}/v1/messages`, { body: { ...HELLO, model, messages: turns(BEGUN) } });
    }
    expect(standIn.requests.map(({ body }) => JSON.parse(body).messages.length)).toEqual([1, 2]);
  });
});
