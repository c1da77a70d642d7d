import fc from "fast-check";

/*
 * Request bodies as texts, written in every way that JSON allows. Values would not do: they have no white space, no
 * duplicate keys, no escapes and no numbers that JSON.stringify writes in another way.
 */

const blank = fc.constantFrom("", "", "", " ", "\n", "\r\n  ", "\t");

const piece = fc.constantFrom(
  ..."ab {}[],:".split(""),
  ...["é", "日", "😀", "\u2028"],
  ...['\\"', "\\\\", "\\n", "\\/", "\\u0041", "\\ud83d", '\\"model\\":\\"x\\"', '\\"role\\":', '\\\\\\"'],
);

const text = fc.array(piece, { maxLength: 8 }).map((pieces) => `"${pieces.join("")}"`);

const scalar = fc.oneof(
  fc.constantFrom("null", "true", "false", "0", "-0", "1.0", "1e3", "-2.5E-7", "9007199254740993", "0.10"),
  text,
);

const asEscape = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A name in quotes, now and then with some of its letters as escapes. */
const key = (...names: string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...names), fc.infiniteStream(fc.nat(9)), fc.nat(3)).map(([name, dice, escapes]) => {
    const spell = (letter: string) => (escapes === 0 && Number(dice.next().value) < 3 ? asEscape(letter) : letter);
    return `"${[...name].map(spell).join("")}"`;
  });

const member = (name: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(name, blank, blank, value).map(([written, before, after, what]) => `${written}${before}:${after}${what}`);

const inBrackets = (
  [open, close]: [string, string],
  parts: fc.Arbitrary<string>[],
  others = parts,
): fc.Arbitrary<string> =>
  fc
    .tuple(fc.tuple(...parts), fc.array(fc.oneof(...others), { maxLength: 4 }), fc.infiniteStream(blank))
    .map(([first, more, blanks]) => {
      const around = (part: string) => `${blanks.next().value}${part}${blanks.next().value}`;
      return `${open}${around([...first, ...more].map(around).join(","))}${close}`;
    });

const listOf = (...elements: fc.Arbitrary<string>[]) => inBrackets(["[", "]"], [], elements);
const objectOf = (...members: fc.Arbitrary<string>[]) => inBrackets(["{", "}"], [], members);

const anyKey = key("a", "model", "messages", "thinking", "type", "role", "__proto__", "toString", "");

const { value: anyValue } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    listOf(tie("value")),
    objectOf(member(anyKey, tie("value"))),
  ),
}));

const blockType = fc.constantFrom(
  ...['"text"', '"text"', '"thinking"', '"image"', '"fallback"', '"tool_result"', "null", '{"toString":1}'],
  ...[
    '"tool_use"',
    '"t\\u006fol_use"',
    '"server_tool_use"',
    '"mcp_tool_use"',
    '"web_search_tool_result"',
    '"toolCall"',
  ],
);

const block = fc.oneof(inBrackets(["{", "}"], [member(key("type"), blockType)], [member(anyKey, anyValue)]), anyValue);

const assistant = fc.constantFrom('"assistant"', '"assistant"', '"assist\\u0061nt"');

const role = fc.oneof({ weight: 3, arbitrary: assistant }, fc.constantFrom('"user"', '"Assistant"', "null"));

const turn = inBrackets(
  ["{", "}"],
  [member(key("role"), role), member(key("content"), fc.oneof(text, text, listOf(block)))],
  [
    member(anyKey, anyValue),
    member(key("tool_calls"), fc.constantFrom("null", "[]", "[{}]", "{}")),
    member(key("fallback_credit_token", "fallback_has_prefill_claim"), fc.constantFrom("null", "false", "true", '"t"')),
  ],
);

const messages = fc.oneof({ weight: 5, arbitrary: listOf(turn, turn, turn, turn, anyValue) }, anyValue);

const thinking = fc.oneof(
  objectOf(member(key("type"), fc.constantFrom('"adaptive"', '"disabled"', '"dis\\u0061bled"', "null"))),
  fc.constantFrom("null", "true", "[]", '"enabled"', '{"type":"enabled","budget_tokens":1024}'),
);

const model = fc.oneof(fc.constantFrom('"claude-sonnet-4-6"', '"p\\u002fm"', "null", "5"), text, anyValue);

const body = objectOf(
  member(key("messages"), messages),
  member(key("messages"), messages),
  member(key("model"), model),
  member(key("thinking"), thinking),
  member(key("fallback_credit_token"), fc.constantFrom("null", "null", '"token"', '{"token":"t"}')),
  member(anyKey, anyValue),
);

/** Bodies that are JSON objects, their members in any order and some of them twice. */
export const bodyText = fc.tuple(blank, body, blank).map((parts) => parts.join(""));

const edit = fc.record({
  where: fc.nat(),
  without: fc.nat(2),
  put: fc.constantFrom("", "", '"', "\\", "]", "}", "{", "[", ",", ":", "x", "\uFEFF"),
});

/** The same after some careless edits, which leave few of them JSON. */
export const brokenText = fc.tuple(bodyText, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([whole, edits]) =>
  edits.reduce((broken, { where, without, put }) => {
    const at = where % (broken.length + 1);
    return broken.slice(0, at) + put + broken.slice(at + without);
  }, whole),
);

/** Any JSON value. */
export const valueText = anyValue;
