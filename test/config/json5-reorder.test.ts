import { describe, expect, it } from "vitest";
import { setValue } from "../support/json5-edit.ts";

describe("a list that gets another order", () => {
  it.each([
    [
      "takes the comments behind its items along",
      '[\n  "a", // first\n  "b", /* second */\n  "c",\n]',
      ["c", "a", "b"],
      '[\n  "c",\n  "a", // first\n  "b", /* second */\n]',
    ],
    [
      "takes the comments above its items along",
      '[\n  // about a\n  // and more\n  "a",\n\n  /* about\n     b */\n  "b"\n]',
      ["b", "a"],
      '[\n\n  /* about\n     b */\n  "b",\n  // about a\n  // and more\n  "a"\n]',
    ],
    [
      "keeps a last item without a comma",
      '[\n  "a", // one\n  "b" // two\n]',
      ["b", "a"],
      '[\n  "b", // two\n  "a" // one\n]',
    ],
    [
      "moves what is in several lines",
      "[\n  { id: 1,\n    x: 2 }, // one\n  { id: 2 },\n]",
      [{ id: 2 }, { id: 1, x: 2 }],
      "[\n  { id: 2 },\n  { id: 1,\n    x: 2 }, // one\n]",
    ],
    [
      "changes values in place where items share a line",
      '[ "a", "b", /* last */ ]',
      ["b", "a"],
      '[ "b", "a", /* last */ ]',
    ],
    [
      "leaves the comment of the bracket",
      '[ // the list\r\n\t"a",\r\n\t"b",\r\n]',
      ["b", "a"],
      '[ // the list\r\n\t"b",\r\n\t"a",\r\n]',
    ],
    [
      "keeps a comment that goes on in the next line",
      '[\n  "a", /* one\n  two */ "b",\n]',
      ["b", "a"],
      '[\n  "b", /* one\n  two */ "a",\n]',
    ],
  ])("%s", (_, text, value, after) => {
    expect(setValue(text, [], value)).toBe(after);
  });
});
