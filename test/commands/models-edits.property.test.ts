import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson5 } from "../../src/config/json5-parse.ts";
import type { Loose } from "../support/doctor.ts";
import { configText } from "../support/home-files.ts";
import { homeOf, models } from "../support/models.ts";
import { name, ref, written } from "../support/models-arbitrary.ts";

/** Set `JSON5_RUNS` to search longer; each run is several command lines. */
const runs = { numRuns: Math.ceil(Number(process.env.JSON5_RUNS ?? 400) / 16) };

const valueIn = (text: string): Loose => {
  const parsed = parseJson5(text);
  return parsed.ok ? parsed.value : undefined;
};
const json = async (home: string, args: readonly string[]): Promise<Loose> =>
  JSON.parse((await models(home, [...args, "--json"])).stdout);

describe("for every configuration", () => {
  test("a fallback that is added and removed leaves the text as it was, byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(written, ref, async (text, wanted) => {
        const home = homeOf(text);
        const before = (await json(home, ["fallbacks", "list"])).fallbacks as readonly string[];
        const added = await models(home, ["fallbacks", "add", wanted]);
        if (added.status !== 0 || before.includes(wanted)) return;
        expect((await models(home, ["fallbacks", "remove", wanted])).status).toBe(0);
        expect(configText(home)).toBe(text);
      }),
      runs,
    );
  });

  test("an alias that is added and removed leaves the text as it was, byte for byte", async () => {
    await fc.assert(
      fc.asyncProperty(written, name, ref, async (text, alias, wanted) => {
        const home = homeOf(text);
        const before = (await json(home, ["aliases", "list"])).aliases;
        if (alias in before) return;
        expect((await models(home, ["aliases", "add", alias, wanted])).status).toBe(0);
        expect((await models(home, ["aliases", "remove", alias])).status).toBe(0);
        expect(configText(home)).toBe(text);
      }),
      runs,
    );
  });

  test("a command that fails changes nothing, and says so in one document", async () => {
    const failing = fc.constantFrom<readonly string[]>(
      ["set", "nosuch"],
      ["set", "nosuch/x"],
      ["fallbacks", "add", "nosuch/x"],
      ["fallbacks", "remove", "nosuch"],
      ["fallbacks", "move", "nosuch", "1"],
      ["aliases", "add", "new alias", "p/a"],
      ["aliases", "add", "new", "nosuch"],
      ["aliases", "remove", "nosuch"],
    );
    await fc.assert(
      fc.asyncProperty(written, failing, async (text, args) => {
        const home = homeOf(text);
        const { status, stdout } = await models(home, [...args, "--json"]);
        expect(status).not.toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: expect.any(String) } });
        expect(configText(home)).toBe(text);
      }),
      runs,
    );
  });

  test("a default that is set is told as the default by every command", async () => {
    await fc.assert(
      fc.asyncProperty(written, ref, async (text, wanted) => {
        const home = homeOf(text);
        expect(await json(home, ["set", wanted])).toMatchObject({ ok: true, defaultModel: wanted });
        expect(await json(home, ["status"])).toMatchObject({ resolvedDefault: wanted });
        expect((await models(home, ["status", "--plain"])).stdout).toBe(`${wanted}\n`);
        expect(valueIn(configText(home)).models).toEqual(valueIn(text).models);
      }),
      runs,
    );
  });
});
