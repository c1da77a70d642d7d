import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLine, isHalf, parseLine, type UsageLine } from "../../src/usage/line.ts";
import { usageLine } from "../support/usage-arbitrary.ts";

const LINE: UsageLine = {
  time: "2026-11-28T10:00:00.000Z",
  method: "POST",
  path: "/v1/messages",
  status: 200,
  durationMs: 12.5,
  requestBytes: 10,
  responseBytes: 20,
};

const roundTrip = (line: UsageLine) => JSON.parse(JSON.stringify(line)) as UsageLine;

describe("a line of the record", () => {
  it("is one line of JSON that reads as it was, whatever is in it", () => {
    fc.assert(
      fc.property(usageLine, fc.string({ unit: "binary" }), (line, session) => {
        const text = formatLine({ ...line, session });
        expect(text.indexOf("\n")).toBe(text.length - 1);
        expect(JSON.parse(text)).toEqual(roundTrip({ ...line, session }));
        expect(parseLine(text.trimEnd())).toEqual(roundTrip({ ...line, session }));
        expect(isHalf(text.trimEnd())).toBe(false);
      }),
    );
  });

  it("is found behind half of another, wherever that was cut", () => {
    const [killed, next] = [formatLine({ ...LINE, session: '{"time":"' }).trimEnd(), formatLine(LINE).trimEnd()];
    for (let end = 1; end < killed.length; end += 1) {
      expect([end, parseLine(killed.slice(0, end) + next)]).toEqual([end, LINE]);
      expect([end, isHalf(killed.slice(0, end) + next)]).toEqual([end, true]);
      expect([end, parseLine(killed.slice(0, end))]).toEqual([end, undefined]);
    }
  });

  it("is none where anything that is summed is no number", () => {
    for (const wrong of [
      { status: "200" },
      { durationMs: -1 },
      { inputTokens: "8" },
      { outputTokens: null },
      { time: "yesterday" },
      { tried: "a" },
      { client: 7 },
    ])
      expect([wrong, parseLine(JSON.stringify({ ...LINE, ...wrong }))]).toEqual([wrong, undefined]);
    expect(parseLine(JSON.stringify({ ...LINE, ofALaterVersion: {} }))).toBeDefined();
    expect(["", "null", "[]", "x"].map(parseLine)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
