import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConfigEdit } from "../../src/config/config-edit.ts";
import { editText } from "../../src/config/json5-document.ts";
import { parseJson5 } from "../../src/config/json5-parse.ts";
import type { JsonValue } from "../../src/config/json5-value.ts";
import {
  addFallback,
  aliasEdits,
  allowEdits,
  clearFallbacks,
  defaultEdits,
  fallbacksIn,
  moveFallback,
  removeAlias,
  removeFallback,
} from "../../src/config/model-edits.ts";
import { modelChoice, resolveAlias } from "../../src/config/model-selection.ts";
import type { Config } from "../../src/config/schema.ts";
import { name, ref, written } from "../support/models-arbitrary.ts";

/** Set `JSON5_RUNS` to search longer. */
const runs = { numRuns: Number(process.env.JSON5_RUNS ?? 300) };

function read(text: string): Config {
  const parsed = parseJson5(text);
  if (!parsed.ok) throw new Error(`no JSON5: ${text}`);
  return parsed.value as Config;
}

const edited = (text: string, edits: readonly ConfigEdit[]): string =>
  editText({ text, value: read(text) as unknown as JsonValue }, edits).text;
const apply = (text: string, decide: (config: Config) => readonly ConfigEdit[]) => edited(text, decide(read(text)));
const refsOf = (text: string) => fallbacksIn(read(text)).map((one) => one.ref);
const primaryOf = (text: string) => {
  const { primary } = modelChoice(read(text).agents?.defaults?.model);
  return primary === undefined ? undefined : resolveAlias(primary, read(text));
};
/** A choice that is an object, whose fallbacks are a list that is not empty or none at all: what these edits leave behind. */
const isSettled = (text: string) => {
  const choice = read(text).agents?.defaults?.model;
  return typeof choice === "object" && choice.fallbacks?.length !== 0;
};
const commentsIn = (text: string) => text.match(/\/\*.*?\*\/|\/\/.*/g) ?? [];
const hasAlias = (text: string, alias: string) =>
  Object.values(read(text).agents?.defaults?.models ?? {}).some((entry) => entry.alias === alias);

describe("for every configuration", () => {
  test("a default that is set is the default, setting it again changes nothing, and setting the old one restores the text", () => {
    fc.assert(
      fc.property(written, ref, (text, wanted) => {
        const before = primaryOf(text);
        const after = apply(text, (config) => defaultEdits(wanted, config));
        expect(primaryOf(after)).toBe(wanted);
        expect(apply(after, (config) => defaultEdits(wanted, config))).toBe(after);
        if (before !== undefined) expect(apply(after, (config) => defaultEdits(before, config))).toBe(text);
      }),
      runs,
    );
  });

  test("a fallback that is added stands last, once, and removing it leaves what was there", () => {
    fc.assert(
      fc.property(written, ref, (text, wanted) => {
        const before = refsOf(text);
        const after = apply(text, (config) => addFallback(wanted, config));
        expect(refsOf(after)).toEqual(before.includes(wanted) ? before : [...before, wanted]);
        expect(primaryOf(after)).toBe(primaryOf(text));
        expect(apply(after, (config) => addFallback(wanted, config))).toBe(after);
        if (before.includes(wanted) || !isSettled(text)) return;
        const removed = apply(after, (config) => removeFallback(before.length, config));
        expect(read(removed)).toEqual(read(text));
        expect(commentsIn(removed)).toEqual(commentsIn(text));
      }),
      runs,
    );
  });

  test("a fallback that is moved is at its place, the others keep their order, and moving it back restores them", () => {
    fc.assert(
      fc.property(written, fc.nat(3), fc.nat(3), (text, from, to) => {
        const before = refsOf(text);
        if (from >= before.length || to >= before.length) return;
        const after = apply(text, (config) => moveFallback(from, to, config));
        expect(refsOf(after)).toEqual(before.toSpliced(from, 1).toSpliced(to, 0, before[from] ?? ""));
        expect(apply(after, (config) => moveFallback(to, from, config))).toBe(text);
      }),
      runs,
    );
  });

  test("clearing leaves no fallback and the default as it was", () => {
    fc.assert(
      fc.property(written, (text) => {
        const after = apply(text, clearFallbacks);
        expect(refsOf(after)).toEqual([]);
        expect(primaryOf(after)).toBe(primaryOf(text));
        expect(apply(after, clearFallbacks)).toBe(after);
      }),
      runs,
    );
  });

  test("an alias that is added is found, and removing it leaves a model that had none as it was", () => {
    fc.assert(
      fc.property(written, name, ref, (text, alias, wanted) => {
        if (hasAlias(text, alias)) return;
        const entry = read(text).agents?.defaults?.models?.[wanted];
        const after = apply(text, (config) => aliasEdits(alias, wanted, config));
        expect(resolveAlias(alias, read(after))).toBe(wanted);
        expect(apply(after, (config) => aliasEdits(alias, wanted, config))).toBe(after);
        const removed = apply(after, (config) => removeAlias(alias, config));
        expect(hasAlias(removed, alias)).toBe(false);
        if (entry === undefined || entry.alias !== undefined) return;
        expect(commentsIn(removed)).toEqual(commentsIn(text));
        expect(read(removed)).toEqual(read(text));
      }),
      runs,
    );
  });

  test("the first entry of the list of what may be used locks no model in use out", () => {
    fc.assert(
      fc.property(written, name, ref, (text, alias, wanted) => {
        const used = [primaryOf(text), ...refsOf(text)].filter((one) => one !== undefined);
        const hadList = Object.keys(read(text).agents?.defaults?.models ?? {}).length > 0;
        if (hadList || hasAlias(text, alias)) return;
        const after = read(apply(text, (config) => aliasEdits(alias, wanted, config))).agents?.defaults?.models ?? {};
        expect(Object.keys(after)).toEqual(expect.arrayContaining([...used, wanted]));
      }),
      runs,
    );
  });

  test("a model that is allowed stays out of lists that there are not, and is in those that there are", () => {
    fc.assert(
      fc.property(written, ref, (text, wanted) => {
        const before = read(text).agents?.defaults as Readonly<Record<string, unknown>> | undefined;
        const after = read(apply(text, (config) => allowEdits([wanted], config))).agents?.defaults as typeof before;
        const listed = Object.keys((before?.models as object | undefined) ?? {}).length > 0;
        expect(Object.hasOwn((after?.models as object | undefined) ?? {}, wanted)).toBe(listed);
        const allow = (after?.modelPolicy as { allow?: readonly string[] } | undefined)?.allow;
        const covers = (one: string) => one === wanted || (one.endsWith("/*") && wanted.startsWith(one.slice(0, -1)));
        expect(allow?.some(covers) ?? true).toBe(true);
      }),
      runs,
    );
  });
});
