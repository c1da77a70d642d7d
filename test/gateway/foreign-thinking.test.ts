import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atOnce } from "../../src/core/sliced.ts";
import { withoutThinking } from "../../src/gateway/foreign-thinking.ts";
import { readRequestBody } from "../support/bodies.ts";
import { ask } from "../support/client.ts";
import { HELLO, MODEL, OURS, startLocalGateway } from "../support/local-gateway.ts";
import { httpServer } from "../support/sockets.ts";

const FALLBACK = "claude-haiku-4-5";
const [FIRST, SECOND] = [`${OURS}/${MODEL}`, `${OURS}/${FALLBACK}`];

type Block = Record<string, unknown> & { type: string };
interface Turn {
  role: string;
  content: string | Block[];
}
interface Asked {
  model: string;
  thinking?: { type: string };
  messages: Turn[];
  stream?: boolean;
}

const SIGNED: ReadonlySet<string> = new Set(["thinking", "redacted_thinking"]);

const signature = ({ signature, data }: Block) => String(signature ?? data);

/** What Anthropic says of a conversation, for a model that reads no thinking but its own; `undefined` if nothing. */
function complaint({ model, thinking, messages }: Asked): string | undefined {
  const isOn = thinking !== undefined && thinking.type !== "disabled";
  for (const [turn, { content }] of messages.entries())
    for (const [index, block] of (typeof content === "string" ? [] : content).entries())
      if (SIGNED.has(block.type) && isOn && !signature(block).startsWith(model))
        return block.type === "thinking"
          ? `messages.${turn}.content.${index}: Invalid \`signature\` in \`thinking\` block`
          : `messages.${turn}.content.${index}: Invalid \`data\` in \`redacted_thinking\` block`;
  if (messages.some(({ content }) => content.length === 0)) return "messages: all messages must have non-empty content";
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const [first] = messages[last]?.content ?? [];
  const isLoop = JSON.stringify(messages.at(-1)?.content).includes('"tool_result"');
  if (thinking?.type === "enabled" && isLoop && typeof first === "object" && !SIGNED.has(first.type))
    return `messages.${last}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.type}\`.`;
  return undefined;
}

/** An upstream that checks signatures as Anthropic does, and is overloaded where it is told to be. */
async function startSigning(said: (text: string) => string = (text) => text) {
  const asked: Asked[] = [];
  const down = new Set<string>();
  const { port } = await httpServer((request, response) => {
    let text = "";
    request.on("data", (piece) => {
      text += piece;
    });
    request.on("end", () => {
      const body: Asked = JSON.parse(text);
      asked.push(body);
      const refuse = (status: number, type: string, message: string) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify({ type: "error", error: { type, message } }));
      };
      if (down.has(body.model)) return refuse(529, "overloaded_error", "Overloaded");
      const wrong = complaint(body);
      if (wrong !== undefined) return refuse(400, "invalid_request_error", said(wrong));
      response.writeHead(200, { "content-type": body.stream ? "text/event-stream" : "application/json" });
      response.end(body.stream ? 'event: message_stop\ndata: {"type":"message_stop"}\n\n' : '{"type":"message"}');
    });
  });
  const gateway = await startLocalGateway({
    providers: { [OURS]: { baseUrl: `http://127.0.0.1:${port}`, api: "anthropic-messages" } },
    primary: FIRST,
    fallbacks: [SECOND],
  });
  const send = (body: object, path = "/v1/messages") => ask(`${gateway.url}${path}`, { body });
  return { asked, down, gateway, send };
}

const thought = (model: string): Block => ({ type: "thinking", thinking: "Hm.", signature: `${model}-signed` });
const redacted = (model: string): Block => ({ type: "redacted_thinking", data: `${model}-sealed` });
const TEXT: Block = { type: "text", text: "Yes." };
const CALL: Block = { type: "tool_use", id: "toolu_1", name: "ls", input: { signature: "mine", type: "thinking" } };
const RESULT = { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "a.ts" }] };

const ASKED = { role: "user", content: "Hello" };
const turn = (...content: Block[]) => ({ role: "assistant", content });
const conversation = (...turns: object[]) => ({
  ...HELLO,
  thinking: { type: "adaptive" },
  messages: [ASKED, ...turns],
});

const types = (body: Asked | undefined) =>
  body?.messages.map(({ content }) => (typeof content === "string" ? "text" : content.map(({ type }) => type).join()));

describe("thinking that another model signed is left out once the model has refused it", () => {
  it.each([
    ["one turn", conversation(turn(thought(FALLBACK), TEXT), ASKED), ["text", "text", "text"]],
    ["a call of a tool", conversation(turn(thought(FALLBACK), CALL), RESULT), ["text", "tool_use", "tool_result"]],
    ["redacted", conversation(turn(redacted(FALLBACK), TEXT), ASKED), ["text", "text", "text"]],
    [
      "between texts",
      conversation(turn(TEXT, thought(FALLBACK), CALL), RESULT),
      ["text", "text,tool_use", "tool_result"],
    ],
    ["nothing else in the turn", conversation(turn(thought(FALLBACK)), ASKED), ["text", "text"]],
    [
      "turns of both models",
      conversation(turn(thought(MODEL), TEXT), ASKED, turn(thought(FALLBACK), redacted(FALLBACK), CALL), RESULT),
      ["text", "text", "text", "tool_use", "tool_result"],
    ],
    ["a stream", { ...conversation(turn(thought(FALLBACK), TEXT), ASKED), stream: true }, ["text", "text", "text"]],
  ])("%s", async (_, body, expected) => {
    const { asked, gateway, send } = await startSigning();
    expect((await send(body)).status).toBe(200);
    expect(asked).toHaveLength(2);
    expect(types(asked[1])).toEqual(expected);
    expect(asked[1]?.thinking).toEqual({ type: "adaptive" });
    const [record] = await gateway.logged(1);
    expect(record).toMatchObject({
      status: 200,
      model: FIRST,
      tried: [`${FIRST}: foreign-thinking`],
      withoutThinking: true,
    });
  });

  it.each([
    "messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation.",
    "messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.",
    "messages.1.content.0.thinking.signature: Field required",
    "The model returned the following errors: messages.1.content.0: Invalid signature in thinking block",
    "***.***.messages.1.content.0: Invalid `signature` in `thinking` block",
  ])("however it is said: %s", async (words) => {
    const { asked, send } = await startSigning(() => words);
    expect((await send(conversation(turn(thought(FALLBACK), TEXT), ASKED))).status).toBe(200);
    expect(asked).toHaveLength(2);
  });

  it("and with a fixed budget, thinking is off while a tool's results are waited for", async () => {
    const { asked, send } = await startSigning();
    const budget = { thinking: { type: "enabled", budget_tokens: 1024 } };
    expect((await send({ ...conversation(turn(thought(FALLBACK), CALL), RESULT), ...budget })).status).toBe(200);
    expect(asked[1]?.thinking).toEqual({ type: "disabled" });
    expect((await send({ ...conversation(turn(thought(FALLBACK), TEXT), ASKED), ...budget })).status).toBe(200);
    expect(asked.at(-1)?.thinking).toEqual(budget.thinking);
  });

  it("and the next requests of the conversation are sent without it at once", async () => {
    const { asked, gateway, send } = await startSigning();
    const begun = [turn(thought(FALLBACK), CALL), RESULT];
    await send(conversation(...begun));
    const later = conversation(...begun, turn(thought(MODEL), TEXT), ASKED);
    expect([(await send(later)).status, asked.length]).toEqual([200, 3]);
    expect(types(asked[2])).toEqual(["text", "tool_use", "tool_result", "text", "text"]);
    // Another conversation, and another model, are as they were.
    await send(conversation(turn(thought(MODEL), TEXT), ASKED));
    expect(types(asked[3])).toEqual(["text", "thinking,text", "text"]);
    await send({ ...conversation(...begun), model: SECOND });
    expect(types(asked[4])).toEqual(["text", "thinking,tool_use", "tool_result"]);
    expect(asked).toHaveLength(5);
    const records = await gateway.logged(4);
    expect(records.map(({ withoutThinking }) => withoutThinking)).toEqual([true, true, undefined, undefined]);
  });
});

it("a failover in the middle of a conversation, and back", async () => {
  const { asked, down, gateway, send } = await startSigning();
  const turns: object[] = [turn(thought(MODEL), CALL), RESULT];
  down.add(MODEL);
  const first = await send(conversation(...turns));
  expect([first.status, first.headers["x-openclaw-model"]]).toEqual([200, SECOND]);
  expect(asked.map(({ model }) => model)).toEqual([MODEL, FALLBACK, FALLBACK]);
  expect(types(asked[1])).toEqual(["text", "thinking,tool_use", "tool_result"]);
  expect(types(asked[2])).toEqual(["text", "tool_use", "tool_result"]);
  down.clear();
  gateway.use(gateway.settings({}));
  asked.length = 0;
  turns.push(turn(thought(FALLBACK), TEXT), ASKED);
  const back = await send(conversation(...turns));
  expect([back.status, back.headers["x-openclaw-model"]]).toEqual([200, FIRST]);
  expect(asked.map(({ model }) => model)).toEqual([MODEL, MODEL]);
  const [record] = await gateway.logged(2);
  expect(record?.tried).toEqual([`${FIRST}: anthropic.overloaded`, `${SECOND}: foreign-thinking`]);
});

it("counting tokens of such a conversation", async () => {
  const { asked, send } = await startSigning();
  expect((await send(conversation(turn(thought(FALLBACK), TEXT), ASKED), "/v1/messages/count_tokens")).status).toBe(
    200,
  );
  expect(asked).toHaveLength(2);
});

describe("nothing is left out", () => {
  it.each([
    ["of a conversation that the model reads", conversation(turn(thought(MODEL), TEXT), ASKED), 200],
    ["after another fault", { ...conversation(turn(), ASKED) }, 400],
    [
      "where the refused request redeems a credit",
      { ...conversation(turn(thought(FALLBACK), TEXT), ASKED), fallback_credit_token: "t" },
      400,
    ],
  ])("%s", async (_, body, status) => {
    const { asked, send } = await startSigning();
    expect([(await send(body)).status, asked.length]).toEqual([status, 1]);
  });

  it("a second time: what is refused without thinking as well is passed on", async () => {
    const words = "messages.1.content.0: Invalid `signature` in `thinking` block";
    const { asked, send } = await startSigning(() => words);
    const body = { ...conversation(turn(thought(FALLBACK), TEXT), { role: "user", content: [] }) };
    const answer = await send(body);
    expect([answer.status, JSON.parse(answer.body).error.message, asked.length]).toEqual([400, words, 2]);
    expect([(await send(body)).status, asked.length]).toEqual([400, 3]);
  });
});

it("no other value of the body changes", () => {
  const block = fc.oneof(
    fc.constantFrom(thought("a"), redacted("b"), TEXT, CALL),
    fc.record({ type: fc.constant("text"), text: fc.string({ unit: "binary" }) }),
  );
  const turns = fc.array(
    fc.record({ role: fc.constantFrom("user", "assistant"), content: fc.oneof(fc.string(), fc.array(block)) }),
  );
  const spaces = fc.constantFrom(undefined, 1, "\t");
  fc.assert(
    fc.property(turns, fc.string(), fc.boolean(), spaces, (messages, system, isFirst, space) => {
      const value = isFirst ? { messages, system, model: "m" } : { model: "m", system, messages };
      const body = readRequestBody(Buffer.from(JSON.stringify(value, null, space)));
      if (body === undefined) throw new Error("refused");
      const left = messages
        .map(({ content, ...rest }) => {
          const kept = Array.isArray(content) ? content.filter(({ type }) => !SIGNED.has(type)) : content;
          return { ...rest, content: kept, isGone: content.length > 0 && kept.length === 0 };
        })
        .filter(({ isGone }) => !isGone)
        .map(({ isGone: _, ...rest }) => rest);
      expect(JSON.parse(atOnce(withoutThinking(body)).bytes.toString())).toEqual({ ...value, messages: left });
    }),
    { numRuns: 500 },
  );
});
