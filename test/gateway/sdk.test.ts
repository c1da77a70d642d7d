import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { CLIENT_TOKEN, HELLO, MODEL, OURS, startBoth } from "../support/local-gateway.ts";
import { KNOWN } from "../support/stand-in/world.ts";

async function start() {
  const { standIn, gateway } = await startBoth();
  const client = new Anthropic({ baseURL: gateway.url, apiKey: CLIENT_TOKEN, authToken: null, maxRetries: 0 });
  return { standIn, gateway, client };
}

const TOOLS: Anthropic.Tool[] = [
  {
    name: "weather",
    description: "The weather",
    input_schema: { type: "object", properties: { city: { type: "string" } } },
  },
];

describe("Anthropic's own client gets through the gateway", () => {
  it("an answer in one piece", async () => {
    const { client, standIn, gateway } = await start();
    const { data, response } = await client.messages.create(HELLO).withResponse();
    expect(data.content).toEqual([{ type: "text", text: "Hello there!" }]);
    expect(response.headers.get("x-openclaw-model")).toBe(`${OURS}/${MODEL}`);
    expect(response.headers.get("request-id")).toMatch(/^req_/);
    expect(response.headers.get("cf-aig-log-id")).toMatch(/^01STANDIN/);
    const [received] = standIn.requests;
    expect(received?.headers["x-api-key"]).toBe(KNOWN.anthropicKey);
    expect(JSON.stringify(received)).not.toContain(CLIENT_TOKEN);
    const [record] = await gateway.logged(1);
    expect(record).toMatchObject({ status: 200, model: `${OURS}/${MODEL}`, inputTokens: 8, outputTokens: 2 });
  });

  it("a stream", async () => {
    const { client, gateway } = await start();
    const stream = client.messages.stream(HELLO);
    const pieces: string[] = [];
    stream.on("text", (piece) => pieces.push(piece));
    expect((await stream.finalMessage()).usage.output_tokens).toBe(2);
    expect(pieces).toEqual(["Hello", " there!"]);
    const [record] = await gateway.logged(1);
    expect(record).toMatchObject({ status: 200, inputTokens: 8, outputTokens: 2, ended: undefined });
  });

  it.each(["in one piece", "streamed"])("a tool's call and the answer to its result, %s", async (how) => {
    const { client } = await start();
    const ask = (messages: Anthropic.MessageParam[]) => {
      const question = { ...HELLO, messages, tools: TOOLS };
      return how === "streamed" ? client.messages.stream(question).finalMessage() : client.messages.create(question);
    };
    const call = await ask([{ role: "user", content: "How is the weather in Paris?" }]);
    const [block] = call.content;
    expect(call.stop_reason).toBe("tool_use");
    expect(block).toMatchObject({ type: "tool_use", name: "weather", input: { city: "Paris" } });
    const id = block?.type === "tool_use" ? block.id : "";
    const answer = await ask([
      { role: "user", content: "How is the weather in Paris?" },
      { role: "assistant", content: call.content },
      { role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "sunny" }] },
    ]);
    expect(answer.content).toMatchObject([{ type: "text", text: "Hello there!" }]);
  });

  it("a count of tokens", async () => {
    const { client } = await start();
    const { model, messages } = HELLO;
    expect(await client.messages.countTokens({ model, messages })).toEqual({ input_tokens: 8 });
  });

  it("the list of models, all pages of it, and one model", async () => {
    const { client } = await start();
    const ids: string[] = [];
    for await (const { id } of client.models.list({ limit: 4 })) ids.push(id);
    expect(ids).toHaveLength(15);
    expect((await client.models.retrieve("claude-opus-4-5")).id).toBe("claude-opus-4-5-20251101");
  });

  it("the end of an answer that it aborts", async () => {
    const { client, standIn, gateway } = await start();
    standIn.dial("stall", { after: 700 });
    const stream = await client.messages.create({ ...HELLO, stream: true });
    for await (const event of stream) {
      if (event.type === "content_block_start") stream.controller.abort();
    }
    await standIn.abandoned(1);
    expect((await gateway.logged(1))[0]).toMatchObject({ status: 200, ended: "client-gone" });
  });

  it("an error after which it retries by itself", async () => {
    const { standIn, gateway } = await start();
    standIn.dial("anthropic-overloaded_error", { times: 2 });
    const client = new Anthropic({ baseURL: gateway.url, authToken: CLIENT_TOKEN, apiKey: null, maxRetries: 2 });
    expect((await client.messages.create(HELLO)).stop_reason).toBe("end_turn");
    expect((await gateway.logged(3)).map(({ status }) => status)).toEqual([529, 529, 200]);
  });

  it("an error of the gateway's own, as an error class that it knows", async () => {
    const { gateway } = await start();
    const client = new Anthropic({ baseURL: gateway.url, apiKey: KNOWN.anthropicKey, authToken: null, maxRetries: 0 });
    const error = await client.messages.create(HELLO).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Anthropic.AuthenticationError);
    expect(error.error).toMatchObject({ type: "error", error: { type: "authentication_error" } });
    expect(error.message).toContain("The local gateway needs its own token");
  });
});
