import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editToml, locateToml, renderToml, sourceIn } from "../../src/clients/toml-edit.ts";
import { OpenclawError } from "../../src/core/errors.ts";
import { judge, type Read, scalarSource, tomlText } from "../support/toml-arbitrary.ts";

/** Set `TOML_RUNS` to search longer. */
const runs = { numRuns: Number(process.env.TOML_RUNS ?? 400) };

/** A text of several lines may bring line ends into a file that has others. */
const onOneLine = scalarSource.filter((source) => !source.includes("\n"));

const step = fc.constantFrom("a", "b", "c", "model", "x-y", "1", "x.y", "# c", "[a]", "", "é", "__proto__", "new key");
const path = fc.array(step, { minLength: 1, maxLength: 3 });

const isTable = (value: Read | undefined): value is { readonly [key: string]: Read } =>
  typeof value === "object" && !Array.isArray(value);
const own = (value: Read | undefined, key: string) =>
  isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
const at = (root: Read, path: readonly string[]) => path.reduce<Read | undefined>(own, root);

/** The document with a value at a path, or without it. Tables on the way that hold nothing are left out. */
function put(root: Read | undefined, [step = "", ...rest]: readonly string[], value: Read | undefined): Read {
  const table = isTable(root) ? root : {};
  const inner = rest.length === 0 ? value : put(own(table, step), rest, value);
  const { [step]: _, ...others } = { ...table };
  const isGone = inner === undefined || (rest.length > 0 && isTable(inner) && Object.keys(inner).length === 0);
  return isGone ? others : { ...others, [step]: inner };
}

/** Without tables on the way that hold nothing. */
const pruned = (root: Read, path: readonly string[]): Read => put(root, path, at(root, path));

/** `undefined` if it was refused. */
function unlessRefused(act: () => string): string | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof OpenclawError && error.code === "config.edit") return undefined;
    throw error;
  }
}

const expectSame = (actual: Read, expected: Read) => {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
};

/** What a text has in the one place in which it differs from another. */
function takenFrom(before: string, after: string): string {
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return before.slice(start, before.length - end);
}

/** A text with one occurrence of a part exchanged, for each of its occurrences. */
function exchanged(text: string, part: string, by: string): readonly string[] {
  const texts: string[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1))
    texts.push(text.slice(0, at) + by + text.slice(at + part.length));
  return texts;
}

describe("for every TOML document", () => {
  test("a value is set, and nothing else changes", () => {
    let made = 0;
    fc.assert(
      fc.property(tomlText, path, scalarSource, (text, path, source) => {
        const after = unlessRefused(() => editToml(text, [{ path, source }]));
        if (after === undefined) return;
        made += 1;
        const wanted = own(judge(`value = ${source}`), "value");
        expectSame(judge(after), put(judge(text), path, wanted));
        expect(sourceIn(after, path)).toBe(source);
        const old = sourceIn(text, path);
        // A new value takes nothing away, whatever stands around it.
        if (old === undefined) expect(takenFrom(text, after).replace(/^\{\s*\}$/, "")).toMatch(/^\s*$/);
        else expect(exchanged(text, old, source)).toContain(after);
      }),
      // The new value is the beginning of the old one, and what follows the old one begins as its rest.
      { ...runs, examples: [["c = 1979-05-27 07:32:00 # c\n", ["c"], "1979-05-27"]] },
    );
    expect(made).toBeGreaterThan(runs.numRuns / 2);
  });

  test("removing what was set gives back the same bytes", () => {
    fc.assert(
      fc.property(tomlText, fc.array(fc.tuple(path, onOneLine), { maxLength: 3 }), (text, edits) => {
        const done: { readonly path: readonly string[]; readonly before: string; readonly old: string | undefined }[] =
          [];
        let current = text;
        for (const [path, source] of edits) {
          const after = unlessRefused(() => editToml(current, [{ path, source }]));
          if (after === undefined) continue;
          done.unshift({ path, before: current, old: sourceIn(current, path) });
          current = after;
        }
        for (const { path, before, old } of done) {
          current = editToml(current, [{ path, source: old }]);
          // A header that the edit made.
          const table = path.slice(0, -1);
          if (current !== before && table.length > 0) current = editToml(current, [{ path: table, source: undefined }]);
          expect(current).toBe(before);
        }
      }),
      runs,
    );
  });

  test("a value is removed, and comments and all other values stay", () => {
    fc.assert(
      fc.property(tomlText, path, (text, path) => {
        const before = at(judge(text), path);
        // Of a table of several headers only its own goes.
        if (before === undefined || (sourceIn(text, path) === undefined && !isDeepStrictEqual(before, {}))) return;
        const after = unlessRefused(() => editToml(text, [{ path, source: undefined }]));
        if (after === undefined) return;
        expectSame(pruned(judge(after), path), put(judge(text), path, undefined));
      }),
      runs,
    );
  });

  test("any text is written so that it reads the same", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), fc.string({ unit: "binary-ascii" }), (text, key) => {
        const written = editToml("", [{ path: [key, "x"], source: renderToml([text, key]) }]);
        expect(judge(written)).toEqual({ [key]: { x: [`string ${text}`, `string ${key}`] } });
      }),
      runs,
    );
  });

  test("a place is inside the text", () => {
    fc.assert(
      fc.property(tomlText, path, (text, path) => {
        const { line, column } = locateToml(text, path);
        expect(text.split(/\n/)[line - 1]?.length ?? -1).toBeGreaterThanOrEqual(column - 1);
      }),
      runs,
    );
  });
});
