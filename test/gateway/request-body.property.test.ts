import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withModel } from "../../src/gateway/request-body.ts";
import { readRequestBody } from "../support/bodies.ts";
import { bodyText, brokenText, valueText } from "../support/body-arbitrary.ts";
import { commonEnd, commonStart, parsed } from "../support/bytes.ts";

/** Set `BODY_RUNS` to search longer. */
const runs = { numRuns: Number(process.env.BODY_RUNS ?? 400) };

const newModel = fc.oneof(fc.constantFrom("claude-opus-5-5", 'a"b\\', "\u2028"), fc.string({ unit: "binary" }));

describe("in every body", () => {
  it("the gateway reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(bodyText, (text) => {
        const { model, thinking, messages, ...rest } = JSON.parse(text);
        const body = readRequestBody(Buffer.from(text));
        expect(body?.model).toBe(typeof model === "string" ? model : undefined);
        expect(body?.thinking).toBe(typeof thinking === "object" && thinking !== null && thinking.type !== "disabled");
        expect(body?.hasFallbackCredit).toBe(Boolean(rest.fallback_credit_token));
        const { start, end } = body?.messagesAt ?? { start: 0, end: 0 };
        expect(parsed(Buffer.from(text).subarray(start, end))).toEqual(messages);
      }),
      runs,
    );
  });

  it("another model changes the bytes of its name only", () => {
    fc.assert(
      fc.property(bodyText, newModel, (text, model) => {
        const bytes = Buffer.from(text);
        const body = readRequestBody(bytes);
        const renamed = body && withModel(body, model);
        expect(parsed(renamed?.bytes ?? bytes)).toStrictEqual({ ...JSON.parse(text), model });
        const kept = commonStart(bytes, renamed?.bytes ?? bytes) + commonEnd(bytes, renamed?.bytes ?? bytes);
        const written = JSON.stringify(model);
        const added = "model" in JSON.parse(text) ? written : `"model":${written},`;
        expect(kept + Buffer.byteLength(added)).toBeGreaterThanOrEqual(renamed?.bytes.length ?? Infinity);
        expect(renamed?.messagesAt).toEqual(readRequestBody(renamed?.bytes ?? bytes)?.messagesAt);
      }),
      runs,
    );
  });

  it("what JSON.parse refuses is refused, or stays broken under another model", () => {
    fc.assert(
      fc.property(brokenText, newModel, (text, model) => {
        const bytes = Buffer.from(text);
        const whole = parsed(bytes);
        const body = readRequestBody(bytes);
        if (whole !== undefined) expect(body !== undefined).toBe(typeof whole === "object" && !Array.isArray(whole));
        if (whole !== undefined || body === undefined) return;
        expect(parsed(withModel(body, model).bytes)).toBeUndefined();
      }),
      runs,
    );
  });
});

it("a JSON value that is not an object is refused", () => {
  fc.assert(
    fc.property(
      valueText.filter((text) => !text.startsWith("{")),
      (text) => {
        expect(readRequestBody(Buffer.from(text))).toBeUndefined();
      },
    ),
    runs,
  );
});
