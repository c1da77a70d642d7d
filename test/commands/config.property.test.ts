import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { formatPath, isObject, type JsonPath, type JsonValue } from "../../src/config/json5-value.ts";
import { configFaults } from "../../src/settings/judge.ts";
import { configHome } from "../support/config-home.ts";
import { at, isContainer, json5Text, jsonValue, judge, newKey, pathsIn } from "../support/json5-arbitrary.ts";
import { filesBelow } from "../support/program.ts";

/** Set `JSON5_RUNS` to search longer. */
const runs = { numRuns: Number(process.env.JSON5_RUNS ?? 60) };

/** A configuration: an object that nothing is wrong with. */
const isConfiguration = (value: JsonValue): boolean =>
  isObject(value) && configFaults(value).length === 0 && !JSON.stringify(value).includes("$include");

const configuration = json5Text.filter((text) => isConfiguration(judge(text)));

/** Values that a command line can hold; 0 and -0 are one number there. */
const givenValue = jsonValue.filter((value) => !JSON.stringify(value).includes("$include"));
const written = (value: JsonValue) => JSON.stringify(value);
const read = (text: string): JsonValue => JSON.parse(text);

/** A path that a document has not, some of its parents perhaps included. */
function newPath(text: string, pick: number, keys: readonly string[]): JsonPath {
  const root = judge(text);
  const parents = pathsIn(root).filter((path) => isContainer(at(root, path)));
  const parent = parents[pick % parents.length] ?? [];
  const container = at(root, parent);
  const [first = "new", ...rest] = keys;
  if (Array.isArray(container)) return [...parent, container.length, ...rest];
  const name = Object.hasOwn(container as object, first) ? `${first}-new` : first;
  return [...parent, name, ...rest];
}

const isSettable = (text: string, path: JsonPath, value: JsonValue): boolean => {
  const root = structuredClone(judge(text));
  let node = root as Record<string | number, unknown>;
  for (const [index, step] of path.entries()) {
    const next = index === path.length - 1 ? value : (at(node, [step]) ?? {});
    Object.defineProperty(node, step, { value: next, writable: true, enumerable: true, configurable: true });
    node = next as Record<string | number, unknown>;
  }
  return isConfiguration(root);
};

const keys = fc.array(newKey, { minLength: 1, maxLength: 3 });

/** Everything in the folder but empty traces of the lock. */
const everything = (home: string) => Object.fromEntries(filesBelow(home));

beforeEach(() => {
  // json5 as a judge may warn.
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

describe("for every configuration, path and value", () => {
  it("what is set is what get prints, and nothing else changes", async () => {
    await fc.assert(
      fc.asyncProperty(configuration, fc.nat(1000), keys, givenValue, async (text, pick, names, value) => {
        const path = newPath(text, pick, names);
        fc.pre(isSettable(text, path, value));
        const { config, atTerminal, text: today } = configHome(text);
        const set = await config("set", "--strict-json", "--", formatPath(path), written(value));
        expect(set).toMatchObject({ status: 0, stderr: "" });
        const got = await atTerminal("get", "--json", "--reveal", "--", formatPath(path));
        expect(got.status).toBe(0);
        expect(read(got.stdout)).toEqual(read(written(value)));
        const all = pathsIn(judge(text)).filter((one) => !isContainer(at(judge(text), one)));
        for (const one of all) expect(at(judge(today()), one)).toEqual(at(judge(text), one));
      }),
      runs,
    );
  });

  it("unsetting what was set gives the text back, byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(configuration, fc.nat(1000), keys, givenValue, async (text, pick, names, value) => {
        const path = newPath(text, pick, names);
        fc.pre(isSettable(text, path, value));
        const { config, text: today } = configHome(text);
        expect(await config("set", "--strict-json", "--", formatPath(path), written(value))).toMatchObject({
          status: 0,
        });
        expect(today()).not.toBe(text);
        expect(await config("unset", "--", formatPath(path))).toMatchObject({ status: 0, stderr: "" });
        expect(today()).toBe(text);
      }),
      runs,
    );
  });

  it("a batch of which one change fails changes nothing", async () => {
    const bad = fc.constantFrom<readonly string[]>(
      ["set", "gateway.port", "none"],
      ["set", "gateway.prot", "1"],
      ["set", "models.providers.x.baseUrl", "7"],
      ["set", "a[", "1"],
      ["set", "zz.list", '{ "open": ', "b", "1"],
      ["set", "odd"],
      ["batch", "zz-not-there"],
    );
    await fc.assert(
      fc.asyncProperty(configuration, fc.nat(1000), keys, givenValue, bad, async (text, pick, names, value, wrong) => {
        const path = newPath(text, pick, names);
        fc.pre(isSettable(text, path, value));
        const { config, home } = configHome(text);
        const before = everything(home);
        const [kind, ...rest] = wrong;
        const { status } =
          kind === "batch"
            ? await config(
                "set",
                "--batch-json",
                JSON.stringify([
                  { path: formatPath(path), value },
                  { path: rest[0], unset: true },
                ]),
              )
            : await config("set", "--", formatPath(path), written(value), ...rest);
        expect(status).not.toBe(0);
        expect(everything(home)).toEqual(before);
      }),
      runs,
    );
  });
});

describe("for every configuration as programs write it", () => {
  const entries = fc.uniqueArray(fc.tuple(fc.array(newKey, { minLength: 1, maxLength: 3 }), givenValue), {
    minLength: 1,
    maxLength: 2,
    selector: ([[first = ""]]) => first,
  });

  it("values that are set one after the other and unset in any order leave the text as it was", async () => {
    await fc.assert(
      fc.asyncProperty(jsonValue.filter(isConfiguration), entries, fc.nat(), async (value, given, turn) => {
        const text = `${JSON.stringify(value, null, 2)}\n`;
        // Each below a key of its own, so that none is in another.
        const changes = given.map(([[, ...more], one], index) => [[`zz${index}`, ...more], one] as const);
        fc.pre(changes.every(([path, one]) => isSettable(text, path, one)));
        const { config, text: today } = configHome(text);
        for (const [path, one] of changes)
          expect((await config("set", "--strict-json", "--", formatPath(path), written(one))).status).toBe(0);
        const order = changes.map((change, index) => [(index * 7 + turn) % 5, change] as const);
        for (const [, [path]] of order.sort(([a], [b]) => a - b))
          expect((await config("unset", "--", formatPath(path))).status).toBe(0);
        expect(judge(today())).toEqual(judge(text));
        expect(today()).toBe(text);
      }),
      { numRuns: Math.ceil(runs.numRuns / 2) },
    );
  });
});
