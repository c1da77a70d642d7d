import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ResponseStart } from "../../src/gateway/response-start.ts";
import { BEGINNINGS, type Beginning, EVENTS } from "../support/beginnings.ts";

/** What a beginning shows that comes in these pieces, and how much of it was read for that. */
function judged(type: string, pieces: readonly Buffer[]) {
  const start = new ResponseStart(type);
  let [read, verdict] = [0, "undecided" as ReturnType<ResponseStart["see"]>];
  for (const piece of pieces) {
    if (verdict !== "undecided") break;
    verdict = start.see(piece);
    read += piece.length;
  }
  if (verdict === "undecided") verdict = start.end();
  return { verdict, read, held: start.take() };
}

const meaning = ({ verdict }: ReturnType<typeof judged>) => (typeof verdict === "string" ? verdict : verdict.status);

const cutAt = (bytes: Buffer, places: readonly number[]) => {
  const all = [0, ...[...new Set(places)].sort((a, b) => a - b), bytes.length];
  return all.slice(1).map((end, index) => bytes.subarray(all[index], end));
};

describe("the beginning of an answer with status 200", () => {
  it.each(BEGINNINGS.map((one) => [one.name, one] as const))("%s", (_, { type, bytes, means }: Beginning) => {
    const all = Buffer.from(bytes);
    const whole = judged(type, [all]);
    expect(meaning(whole)).toBe(means);
    expect(whole.held).toEqual(all);
    // Cut at each of its bytes, and into single bytes.
    for (let place = 0; place <= all.length; place += 1) {
      const halves = judged(type, cutAt(all, [place]));
      expect([place, halves.verdict]).toEqual([place, whole.verdict]);
    }
    const single = judged(
      type,
      [...all].map((byte) => Buffer.from([byte])),
    );
    expect(single.verdict).toEqual(whole.verdict);
    expect(single.held).toEqual(all.subarray(0, single.read));
  });

  it("means the same, however it is cut", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BEGINNINGS),
        fc.array(fc.nat(4_000), { maxLength: 40 }),
        ({ type, bytes, means }, places) => {
          const all = Buffer.from(bytes);
          const cut = judged(
            type,
            cutAt(
              all,
              places.filter((place) => place <= all.length),
            ),
          );
          expect(meaning(cut)).toBe(means);
          expect(cut.held).toEqual(all.subarray(0, cut.read));
        },
      ),
    );
  });

  it("is read no further than needed", () => {
    const stream = "event: message_start\ndata: {}\n\nevent: content_block_start\n";
    expect(
      judged(
        EVENTS,
        [...stream, "data", ": {}"].map((text) => Buffer.from(text)),
      ).read,
    ).toBe(stream.length);
    const document = `{"id":"msg_1","type":"message","content":[{"type":"text","text":"${"x".repeat(100)}`;
    expect(
      judged(
        "application/json",
        [...document].map((text) => Buffer.from(text)),
      ).read,
    ).toBe(64);
    expect(judged("audio/mpeg", [Buffer.from("I"), Buffer.from("D3")]).read).toBe(1);
  });

  it("says what the upstream said, in a form that clients read", () => {
    const error = { code: "rate_limit_exceeded", message: "Slow dówn." };
    const { verdict } = judged(EVENTS, [
      Buffer.from(
        `event: response.failed\ndata: ${JSON.stringify({ type: "response.failed", response: { error } })}\n\n`,
      ),
    ]);
    const { body = "" } = typeof verdict === "string" ? {} : verdict;
    expect(JSON.parse(body)).toEqual({
      error: { message: "Slow dówn.", type: "rate_limit_exceeded", param: null, code: "rate_limit_exceeded" },
    });
  });

  it("is passed on where it is long, whatever may follow", () => {
    const pings = Buffer.from('event: ping\ndata: {"type":"ping"}\n\n'.repeat(10_000));
    expect(judged(EVENTS, [pings]).verdict).toBe("good");
    const endless = Array.from({ length: 300 }, () => Buffer.alloc(1024, "x"));
    expect(judged(EVENTS, [Buffer.from("event: error\ndata: "), ...endless])).toMatchObject({ verdict: "good" });
    const long = `{"error":{"message":"${"x".repeat(70_000)}`;
    expect(judged("application/json", [Buffer.from(long)]).verdict).toBe("good");
    expect(judged("text/html", [Buffer.from(`<html>${"x".repeat(70_000)}`)]).verdict).toBe("page");
  });

  it("costs in proportion to its length, however small its pieces are", () => {
    const spaces = Array.from({ length: 200_000 }, () => Buffer.from(" "));
    expect(judged("application/json", spaces).verdict).toBe("nothing");
    const comment = [Buffer.from(":"), ...Array.from({ length: 200_000 }, () => Buffer.from("x"))];
    expect(judged(EVENTS, comment).verdict).toBe("nothing");
  });
});
