import { answers, asks, BY, gets, HELLO, logs, MESSAGE, post, refuses, row, says } from "../said.ts";
import { PLAIN, setup } from "../setups.ts";

const user = { role: "user", content: "Hi" };
const turn = { role: "assistant", content: "Once" };
const THINKING = { thinking: { type: "enabled", budget_tokens: 1024 } };
const UNSUPPORTED = setup({ variables: { OPENCLAW_GATEWAY_STRIP_PREFILL: "unsupported" } });

const asked = (more: object, messages: readonly object[]) => ({ ...HELLO, ...more, messages });

/** A conversation, and what is left of it. */
const stripped = (name: string, more: object, messages: readonly object[], left: readonly object[], how = PLAIN) =>
  row(
    name,
    how,
    asks(post("/v1/messages", asked(more, messages))),
    gets("/v1/messages", asked(more, left)),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
    ...(messages.length > left.length ? [logs({ prefillRemoved: messages.length - left.length })] : []),
  );
const kept = (name: string, more: object, messages: readonly object[], how = PLAIN) =>
  stripped(name, more, messages, messages, how);

const NOTHING_LEFT = refuses(
  400,
  "invalid_request_error",
  "messages: the local gateway removes trailing assistant turns that the model refuses, and no turn would be left. End the conversation with a user turn.",
  BY,
);

const REFUSED = {
  type: "error",
  error: { type: "invalid_request_error", message: "messages.1.content.0: Invalid `signature` in `thinking` block" },
};
const thought = { type: "thinking", thinking: "Hm", signature: "c2ln" };
const said = { type: "text", text: "Hello" };
const conversation = (content: readonly object[]) =>
  asked(THINKING, [user, { role: "assistant", content }, { role: "user", content: "And?" }]);

export const THINKING_ROWS = [
  kept("a prefill without thinking", {}, [user, turn]),
  stripped("a prefill with thinking", THINKING, [user, turn], [user]),
  stripped("several", THINKING, [user, turn, turn, turn], [user]),
  stripped("one of blocks", THINKING, [user, { role: "assistant", content: [said] }], [user]),
  kept("thinking that is off", { thinking: { type: "disabled" } }, [user, turn]),
  stripped("thinking of a kind that nobody knows", { thinking: { type: "adaptive" } }, [user, turn], [user]),
  kept("thinking that is null", { thinking: null }, [user, turn]),
  kept("a call of a tool that is to be answered", THINKING, [
    user,
    { role: "assistant", content: [{ type: "tool_use", id: "t", name: "n", input: {} }] },
  ]),
  kept("a turn that a server's tool has paused", THINKING, [
    user,
    { role: "assistant", content: [{ type: "server_tool_use", id: "t", name: "n", input: {} }] },
  ]),
  kept("one that redeems a credit", { ...THINKING, fallback_credit_token: "tok" }, [user, turn]),
  kept("a turn in the middle", THINKING, [user, turn, user]),
  stripped("a prefill that the model refuses, where that is asked for", {}, [user, turn], [user], UNSUPPORTED),
  row(
    "a prefill that an older model takes",
    UNSUPPORTED,
    asks(post("/v1/messages", { ...asked({}, [user, turn]), model: "claude-sonnet-4-5" })),
    gets("/v1/messages", { ...asked({}, [user, turn]), model: "claude-sonnet-4-5" }),
    says(200, MESSAGE),
    answers(200, MESSAGE, { "x-openclaw-model": "cloudflare-ai-gateway/claude-sonnet-4-5" }),
  ),
  row(
    "nothing but a prefill",
    PLAIN,
    asks(post("/v1/messages", asked(THINKING, [turn]))),
    NOTHING_LEFT,
    logs({ status: 400 }),
  ),
  row(
    "every other byte stays",
    PLAIN,
    asks(
      post(
        "/v1/messages",
        `\r\n{ "thinking" : {"type":"enabled"},"model":"claude-sonnet-4-6",\t"n":1.0e1,"n":9007199254740993,"messages":[ {"role":"user","content":"\\u00e9 é"} , {"role":"assistant","content":""} ] }\n`,
      ),
    ),
    gets(
      "/v1/messages",
      `\r\n{ "thinking" : {"type":"enabled"},"model":"claude-sonnet-4-6",\t"n":1.0e1,"n":9007199254740993,"messages":[ {"role":"user","content":"\\u00e9 é"}  ] }\n`,
    ),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
  row(
    "thinking of another model is left out, and known to be refused from then on",
    setup(),
    asks(post("/v1/messages", conversation([thought, said]))),
    gets("/v1/messages", conversation([thought, said])),
    says(400, REFUSED),
    gets("/v1/messages", conversation([said])),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
    logs({ status: 200, withoutThinking: true, tried: ["cloudflare-ai-gateway/claude-sonnet-4-6: foreign-thinking"] }),
    asks(post("/v1/messages", conversation([thought, said]))),
    gets("/v1/messages", conversation([said])),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
    logs({ withoutThinking: true }, 2),
  ),
  row(
    "a turn of nothing but thinking goes as a whole",
    setup(),
    asks(post("/v1/messages", conversation([thought]))),
    gets("/v1/messages", conversation([thought])),
    says(400, REFUSED),
    gets("/v1/messages", asked(THINKING, [user, { role: "user", content: "And?" }])),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
];
