import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import JSON5 from "json5";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { duplicateKeys, editText, locate, type ValueEdit } from "../../src/config/json5-document.ts";
import { parseJson5 } from "../../src/config/json5-parse.ts";
import type { JsonPath, JsonValue } from "../../src/config/json5-value.ts";
import {
  assign,
  at,
  commentMarks,
  isContainer,
  json5Scalar,
  json5Text,
  json5TextWithTightMembers,
  json5Value,
  jsonValue,
  judge,
  newKey,
  pathsIn,
  remove,
} from "../support/json5-arbitrary.ts";
import { removeValue, setValue } from "../support/json5-edit.ts";

/** Set `JSON5_RUNS` to search longer. */
const runs = { numRuns: Number(process.env.JSON5_RUNS ?? 400) };

const expectSame = (actual: JsonValue, expected: JsonValue) => {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
};

const pathOf = (text: string, pick: number, wanted: (value: unknown) => boolean = () => true): JsonPath | undefined => {
  const root = judge(text);
  const paths = pathsIn(root).filter((path) => wanted(at(root, path)));
  return paths[pick % paths.length];
};

const pick = fc.nat(1000);

/** A path that a document has not, though it has the parent: a new key, or the end of a list. */
function newPathIn(text: string, choice: number, key: string): JsonPath | undefined {
  const parent = pathOf(text, choice, isContainer);
  if (parent === undefined) return undefined;
  const container = at(judge(text), parent);
  if (Array.isArray(container)) return [...parent, container.length];
  return isContainer(container) && !Object.hasOwn(container, key) ? [...parent, key] : undefined;
}

function isSubsequence(part: string, whole: string): boolean {
  let found = 0;
  for (const character of whole) if (part.startsWith(character, found)) found += character.length;
  return found === part.length;
}

beforeEach(() => {
  // json5 as a judge may warn; what is under test may not, which json5-document.test.ts sees to.
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

describe("for every JSON5 document", () => {
  test("parseJson5 reads what json5 reads", () => {
    fc.assert(
      fc.property(json5Text, (text) => {
        const parsed = parseJson5(text);
        expect(parsed.ok).toBe(true);
        if (parsed.ok) expectSame(parsed.value, judge(text));
      }),
      runs,
    );
  });

  test("parseJson5 refuses what json5 refuses, at a position inside the text", () => {
    fc.assert(
      fc.property(json5Text, pick, fc.constantFrom("", "x", "\\", '"', "}", "/*", "\n"), (text, cut, added) => {
        const broken = text.slice(0, cut % (text.length + 1)) + added;
        const parsed = parseJson5(broken);
        let accepted = true;
        try {
          JSON5.parse(broken);
        } catch {
          accepted = false;
        }
        expect(parsed.ok).toBe(accepted);
        if (parsed.ok) return;
        const { line = 0, column = 0 } = parsed.error.position ?? {};
        const lines = broken.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? -1) + 1);
      }),
      runs,
    );
  });

  test("setting any value anywhere makes the text say exactly that, and setting it again changes nothing", () => {
    fc.assert(
      fc.property(json5Text, pick, json5Value, (text, choice, value) => {
        const path = pathOf(text, choice) ?? [];
        const edited = setValue(text, path, value);
        expectSame(judge(edited), assign(judge(text), path, value));
        expect(setValue(edited, path, value)).toBe(edited);
      }),
      runs,
    );
  });

  test("setting what is there already returns the same text", () => {
    fc.assert(
      fc.property(json5Text, pick, (text, choice) => {
        const path = pathOf(text, choice) ?? [];
        expect(setValue(text, path, at(judge(text), path) as JsonValue)).toBe(text);
      }),
      runs,
    );
  });

  test("setting a scalar over a scalar changes no character outside it", () => {
    fc.assert(
      fc.property(json5Text, pick, fc.constantFrom("new", 4711, true), (text, choice, value) => {
        const path = pathOf(text, choice, (old) => !isContainer(old) && old !== value);
        if (path === undefined) return;
        const edited = setValue(text, path, value);
        const pieces = [...edited.matchAll(/(["']?)(?:new|4711|true)\1/g)].map(({ index, 0: written }) => {
          const [head, tail] = [edited.slice(0, index), edited.slice(index + written.length)];
          return text.startsWith(head) && text.endsWith(tail) ? text.slice(head.length, text.length - tail.length) : "";
        });
        const old = at(judge(text), path) as JsonValue;
        expect(pieces.some((piece) => piece !== "" && isDeepStrictEqual(judge(piece), old))).toBe(true);
      }),
      runs,
    );
  });

  test("adding something says exactly that, keeps every comment and only adds to the text", () => {
    fc.assert(
      fc.property(json5Text, pick, newKey, json5Value, (text, choice, key, value) => {
        const path = newPathIn(text, choice, key);
        if (path === undefined) return;
        const edited = setValue(text, path, value);
        expectSame(judge(edited), assign(judge(text), path, value));
        for (const mark of commentMarks(text)) expect(edited).toContain(mark);
        expect(isSubsequence(text.replace(/\s/g, ""), edited)).toBe(true);
        expect(setValue(edited, path, value)).toBe(edited);
      }),
      runs,
    );
  });

  test("setting a scalar keeps every comment when no container goes", () => {
    fc.assert(
      fc.property(json5Text, pick, json5Scalar, (text, choice, value) => {
        const path = pathOf(text, choice, (old) => !isContainer(old));
        if (path === undefined) return;
        const edited = setValue(text, path, value);
        expectSame(judge(edited), assign(judge(text), path, value));
        expect(commentMarks(edited)).toEqual(commentMarks(text));
      }),
      runs,
    );
  });

  test("removing anything makes the text say exactly that, and removing it again changes nothing in an object", () => {
    fc.assert(
      fc.property(json5Text, pick, (text, choice) => {
        const path = pathOf(text, choice) ?? [];
        if (path.length === 0) return;
        const edited = removeValue(text, path);
        expectSame(judge(edited), remove(judge(text), path));
        if (typeof path.at(-1) === "string") expect(removeValue(edited, path)).toBe(edited);
      }),
      runs,
    );
  });

  test("removing a scalar keeps every comment around it", () => {
    fc.assert(
      fc.property(json5TextWithTightMembers, pick, (text, choice) => {
        const path = pathOf(text, choice, (old) => !isContainer(old)) ?? [];
        const repeated = duplicateKeys(text).some((duplicate) => isDeepStrictEqual(duplicate.path, path));
        if (path.length === 0 || repeated) return;
        expect(commentMarks(removeValue(text, path))).toEqual(commentMarks(text));
      }),
      runs,
    );
  });

  test("what is added and removed again leaves the value as it was, and every comment", () => {
    fc.assert(
      fc.property(json5Text, pick, newKey, json5Value, (text, choice, key, value) => {
        const path = newPathIn(text, choice, key);
        if (path === undefined) return;
        const restored = removeValue(setValue(text, path, value), path);
        expectSame(judge(restored), judge(text));
        expect(commentMarks(restored)).toEqual(commentMarks(text));
      }),
      runs,
    );
  });

  test("edits made together say what they say one after the other, and keep every comment where nothing goes", () => {
    const choices = fc.array(fc.tuple(pick, newKey, json5Value, fc.constantFrom("set", "add", "remove")), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(json5Text, choices, (text, chosen) => {
        let value = judge(text);
        const edits: ValueEdit[] = [];
        for (const [choice, key, wanted, kind] of chosen) {
          const now = JSON.stringify(value);
          const path = (kind === "add" ? newPathIn(now, choice, key) : pathOf(now, choice)) ?? [];
          if (path.length === 0) continue;
          edits.push({ path, value: kind === "remove" ? undefined : structuredClone(wanted) });
          value = kind === "remove" ? remove(value, path) : assign(value, path, structuredClone(wanted));
        }
        const edited = editText({ text, value: judge(text) }, edits);
        expectSame(judge(edited.text), value);
        expectSame(edited.value, value);
        if (!chosen.some(([, , , kind]) => kind !== "add"))
          expect(commentMarks(edited.text)).toEqual(commentMarks(text));
      }),
      runs,
    );
  });

  test("locate points at the key of a member and at the value of an item", () => {
    fc.assert(
      fc.property(json5Text, pick, (text, choice) => {
        const path = pathOf(text, choice) ?? [];
        const { line = 0, column = 0 } = locate(text, path) ?? {};
        const lineStart = text
          .split(/(?<=\r\n|\n|\r(?!\n))/)
          .slice(0, line - 1)
          .join("").length;
        const offset = lineStart + column - 1 + (line === 1 && text.startsWith("\uFEFF") ? 1 : 0);
        const [written = ""] =
          /^(?:"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[^\s:,"'/}\]]+)/.exec(text.slice(offset)) ?? [];
        const step = path.at(-1);
        const value = at(judge(text), path);
        if (typeof step === "string") expect(Object.keys(judge(`{${written}:0}`) as object)).toEqual([step]);
        else if (isContainer(value)) expect(text[offset]).toBe(Array.isArray(value) ? "[" : "{");
        else expectSame(judge(written), value as JsonValue);
      }),
      runs,
    );
  });
});

test("a plain JSON file stays plain JSON whatever is set in it", () => {
  fc.assert(
    fc.property(
      jsonValue,
      jsonValue,
      pick,
      newKey,
      fc.constantFrom(0, 2, 4, "\t"),
      (root, value, choice, key, indent) => {
        const text = JSON.stringify(root, null, indent);
        const path = newPathIn(text, choice, key) ?? pathOf(text, choice) ?? [];
        const edited = setValue(text, path, value);
        expectSame(JSON.parse(edited), assign(JSON.parse(text), path, value));
      },
    ),
    runs,
  );
});
