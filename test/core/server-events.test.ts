import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventReader, eventText } from "../../src/core/server-events.ts";

describe("a reader of server-sent events", () => {
  it("events, wherever their bytes are torn apart", () => {
    const texts = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n]/g, " "));
    const events = fc.array(fc.record({ name: fc.constantFrom("request", "off", "lost"), data: texts }));
    const ends = fc.constantFrom("\n", "\r\n");
    fc.assert(
      fc.property(events, ends, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (sent, end, sizes) => {
        const text = sent
          .map(({ name, data }) => [`: keep-alive`, `event: ${name}`, `data: ${data}`, "", ""].join(end))
          .join("");
        const reader = new EventReader();
        const found = [];
        for (let at = 0; at < text.length; ) {
          const size = sizes.next().value ?? 1;
          found.push(...reader.read(text.slice(at, at + size)));
          at += size;
        }
        expect(found).toEqual(sent);
      }),
    );
  });

  it("several lines of data as one, and no event without data", () => {
    const reader = new EventReader();
    expect(reader.read("data: a\ndata:b\n\n: only a comment\n\nevent: x\n\ndata\n\n")).toEqual([
      { name: "message", data: "a\nb" },
      { name: "message", data: "" },
    ]);
  });

  it("no event that never ends", () => {
    const reader = new EventReader();
    expect(() => {
      for (let piece = 0; piece < 20; piece += 1) reader.read("x".repeat(100_000));
    }).toThrow(RangeError);
  });

  it("reads what is written here", () => {
    const data = { path: "/v1/messages", tried: ["a\nb", "event: lost"] };
    expect(new EventReader().read(eventText("request", data))).toEqual([
      { name: "request", data: JSON.stringify(data) },
    ]);
  });
});
