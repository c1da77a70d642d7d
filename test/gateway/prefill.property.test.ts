import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StrippedBody } from "../../src/gateway/prefill.ts";
import { withModel } from "../../src/gateway/request-body.ts";
import { readRequestBody, stripPrefill } from "../support/bodies.ts";
import { bodyText, brokenText } from "../support/body-arbitrary.ts";
import { commonEnd, commonStart, parsed } from "../support/bytes.ts";

/** Set `BODY_RUNS` to search longer. */
const runs = { numRuns: Number(process.env.BODY_RUNS ?? 1000) };

const KEPT = ["tool_use", "server_tool_use", "mcp_tool_use", "web_search_tool_result", "toolCall"];

/** The rule once more, on a value. */
function isRemovable(turn: unknown): boolean {
  if (typeof turn !== "object" || turn === null || Array.isArray(turn)) return false;
  const { role, content, tool_calls, fallback_credit_token, fallback_has_prefill_claim } = Object(turn);
  if (role !== "assistant" || fallback_credit_token || fallback_has_prefill_claim) return false;
  if (Array.isArray(tool_calls) && tool_calls.length > 0) return false;
  return !Array.isArray(content) || !content.some((block) => KEPT.includes(block?.type));
}

/** What is left of a conversation, and whether the rule speaks of it at all. */
function expected(text: string): unknown[] | undefined {
  const { messages, fallback_credit_token } = JSON.parse(text);
  if (!Array.isArray(messages) || fallback_credit_token) return undefined;
  return messages.slice(0, messages.findLastIndex((turn) => !isRemovable(turn)) + 1);
}

function strip(bytes: Buffer): StrippedBody {
  const body = readRequestBody(bytes);
  if (body === undefined) throw new Error("refused");
  return stripPrefill(body);
}

const check = (property: (text: string, stripped: StrippedBody) => void) =>
  fc.assert(
    fc.property(bodyText, (text) => property(text, strip(Buffer.from(text)))),
    runs,
  );

describe("in every body", () => {
  it("the conversation is what the rule makes of its value, and the rest is the same", () => {
    check((text, { bytes, removed, isEmptied }) => {
      const before = JSON.parse(text);
      const left = expected(text);
      const wouldBeEmpty = left?.length === 0 && before.messages.length > 0;
      expect(isEmptied).toBe(wouldBeEmpty);
      const messages = left === undefined || wouldBeEmpty ? before.messages : left;
      expect(JSON.parse(bytes.toString())).toStrictEqual("messages" in before ? { ...before, messages } : before);
      expect(removed).toBe((before.messages?.length ?? 0) - (messages?.length ?? 0) || 0);
    });
  });

  it("one range of bytes is cut out, and every other byte stays", () => {
    check((text, { bytes, removed }) => {
      const before = Buffer.from(text);
      expect(commonStart(before, bytes) + commonEnd(before, bytes)).toBeGreaterThanOrEqual(bytes.length);
      expect(bytes.equals(before)).toBe(removed === 0);
    });
  });

  it("no removable turn is left at the end, unless nothing else would be left", () => {
    check((_, { bytes, isEmptied }) => {
      const { messages, fallback_credit_token } = JSON.parse(bytes.toString());
      if (Array.isArray(messages) && messages.length > 0 && !fallback_credit_token) {
        expect(isRemovable(messages.at(-1))).toBe(isEmptied);
      }
    });
  });

  it("applying the rule twice is the same as once", () => {
    check((_, { bytes, isEmptied }) => {
      const again = strip(bytes);
      expect(again.bytes).toBe(bytes);
      expect(again).toMatchObject({ removed: 0, isEmptied });
    });
  });
});

it("a body that JSON.parse refuses stays broken", () => {
  fc.assert(
    fc.property(brokenText, fc.boolean(), (text, isRenamed) => {
      const bytes = Buffer.from(text);
      const body = readRequestBody(bytes);
      if (body === undefined || parsed(bytes) !== undefined) return;
      expect(parsed(stripPrefill(isRenamed ? withModel(body, "a") : body).bytes)).toBeUndefined();
    }),
    runs,
  );
});
