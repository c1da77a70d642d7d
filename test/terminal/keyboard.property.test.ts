import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeKeys, type KeyEvent } from "../../src/terminal/decode-keys.ts";

const ESC = "\u001b";
const START = `${ESC}[200~`;
const END = `${ESC}[201~`;

/** Pieces that terminals send, and pieces of such pieces. */
const piece = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(ESC, "\r", "\n", "\u0003", "\u0004", "\u007f", START, END, "[", "O", "[A", "~", "200", "é", "😀"),
  fc.constantFrom(`${ESC}[A`, `${ESC}[1;5C`, `${ESC}[3~`, `${ESC}OP`, `${ESC}[[A`, `${ESC}b`, `${START}a\rb${END}`),
);
const input = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

/** The input cut at the given places, each a share of its length. */
function cut(text: string, shares: readonly number[]): readonly string[] {
  const places = [0, ...shares.map((share) => Math.floor(share * text.length)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}

function decodeChunks(chunks: readonly string[]): readonly KeyEvent[] {
  const events: KeyEvent[] = [];
  let undecoded = "";
  for (const chunk of chunks) {
    const decoded = decodeKeys(undecoded + chunk, false);
    events.push(...decoded.events);
    undecoded = decoded.rest;
  }
  return merged([...events, ...decodeKeys(undecoded, true).events]);
}

/** Keys that follow each other are one event: where they were cut says nothing. */
function merged(events: readonly KeyEvent[]): readonly KeyEvent[] {
  const result: KeyEvent[] = [];
  for (const event of events) {
    const last = result.at(-1);
    if (event.kind === "keys" && last?.kind === "keys")
      result[result.length - 1] = { kind: "keys", text: last.text + event.text };
    else result.push(event);
  }
  return result;
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

it("understands the same however the input is cut", () => {
  fc.assert(
    fc.property(input, cuts, (text, shares) => {
      expect(decodeChunks(cut(text, shares))).toEqual(decodeChunks([text]));
    }),
  );
});

it("understands the same character by character", () => {
  fc.assert(
    fc.property(input, (text) => {
      expect(decodeChunks(text.split(""))).toEqual(decodeChunks([text]));
    }),
  );
});

it("loses nothing and invents nothing", () => {
  fc.assert(
    fc.property(input, cuts, (text, shares) => {
      const sent = decodeChunks(cut(text, shares)).map((event) => {
        if (event.kind === "paste") return `${START}${event.text}${END}`;
        return event.kind === "keys" ? event.text : "";
      });
      // A paste that was never ended gets its end, and which of the two keys to leave it was is not told.
      const plain = (whole: string) => whole.replaceAll(END, "").replaceAll(START, "");
      const without = (whole: string) =>
        plain(whole).replaceAll(ESC, "").replaceAll("\u0003", "").replaceAll("\u0004", "");
      expect(without(sent.join(""))).toBe(without(text));
    }),
  );
});

it("keeps a paste whole, whatever is in it", () => {
  const content = fc
    .array(piece, { maxLength: 6 })
    .map((pieces) => pieces.join(""))
    .filter((text) => !`${text}${END}`.slice(0, -1).includes(END));
  fc.assert(
    fc.property(content, cuts, (text, shares) => {
      expect(decodeChunks(cut(`a${START}${text}${END}b`, shares))).toEqual([
        { kind: "keys", text: "a" },
        { kind: "paste", text },
        { kind: "keys", text: "b" },
      ]);
    }),
  );
});
