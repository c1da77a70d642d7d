import { expect, it } from "vitest";
import { readShellLine } from "../../src/completion/shell-line.ts";

/** Those of bash. */
const BREAKS = " \t\n\"'><=;|&(:";

it.each([
  ["openclaw models", ["openclaw"], "models"],
  ["openclaw models ", ["openclaw", "models"], ""],
  ["openclaw 'a b' \"c d\" e\\ f g", ["openclaw", "a b", "c d", "e f"], "g"],
  ["openclaw 'models.providers[\"cl", ["openclaw"], 'models.providers["cl'],
  ["openclaw \"it's", ["openclaw"], "it's"],
  ["openclaw ''", ["openclaw"], ""],
  ["", [], ""],
])("reads %s", (line, words, current) => {
  expect(readShellLine(line, BREAKS)).toMatchObject({ words, current });
});

it.each([
  // The line, the completed word, and what stands for the part that readline replaces.
  ["openclaw mod", "models", "models"],
  ["openclaw --profile=wo", "--profile=work", "work"],
  ["openclaw Cloud", "Cloudflare AI Gateway", "Cloudflare\\ AI\\ Gateway"],
  ["openclaw 'Cloud", "Cloudflare AI Gateway", "Cloudflare AI Gateway"],
  ['openclaw "Cloud', "Cloudflare $AI", "Cloudflare \\$AI"],
  ["openclaw a:b", "a:bc", "bc"],
  ['openclaw models.providers\\["x', 'models.providers["xy"]', '\\"xy\\"]'],
  ["openclaw models.pro", 'models.providers["a"]', 'models.providers\\[\\"a\\"\\]'],
  ["openclaw 'it", "it's", "it'\\''s"],
])("gives bash what stands for its part of %s", (line, completed, inserted) => {
  expect(readShellLine(line, BREAKS).inserted(completed)).toBe(inserted);
});
