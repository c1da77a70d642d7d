import { readFileSync, writeFileSync } from "node:fs";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";
import type { Loose } from "../support/doctor.ts";
import { configPath, configText } from "../support/home-files.ts";
import { CLAUDE, COMMENTED, GPT, homeOf, models } from "../support/models.ts";
import { CANARY_KEY, openclaw, temporaryHome } from "../support/program.ts";

const configOf = (home: string): Loose => JSON5.parse(configText(home));
const defaultsOf = (home: string): Loose => configOf(home).agents.defaults;
/** The lines that a text lost, in whatever order. */
const lost = (before: string, after: string) => before.split("\n").filter((line) => !after.split("\n").includes(line));

describe("models set", () => {
  it.each([
    ["a reference", `${CLAUDE}/claude-opus-5`, `${CLAUDE}/claude-opus-5`],
    ["an id that one configured model has", "claude-opus-5", `${CLAUDE}/claude-opus-5`],
    ["an id that one provider offers", "claude-haiku-5-5", `${CLAUDE}/claude-haiku-5-5`],
    ["an id with slashes of the user's own provider", "mine/local", "mine/local"],
    ["an id alone of the user's own provider", "local", "mine/local"],
    ["a reference with blanks around it", `  ${GPT}/gpt-5.5 `, `${GPT}/gpt-5.5`],
  ])("takes %s", async (_, name, ref) => {
    const home = homeOf();
    const { status, stdout, stderr } = await models(home, ["set", name]);
    expect({ status, notes: stderr.replace(/^Note: .* is also a fallback.*\n/, "") }).toEqual({ status: 0, notes: "" });
    expect(stdout).toContain(`Default model: ${ref}\n`);
    expect(stdout).toContain("To check it, run `openclaw models status --probe`.\n");
    expect(defaultsOf(home).model).toEqual({ primary: ref, fallbacks: [`${CLAUDE}/claude-opus-5`] });
  });

  it("takes an alias, and stores what it stands for", async () => {
    const home = homeOf();
    await models(home, ["set", "local"]);
    expect((await models(home, ["set", "main"])).status).toBe(0);
    expect(defaultsOf(home).model.primary).toBe(`${CLAUDE}/claude-sonnet-4-6`);
  });

  it("keeps every comment and every other byte", async () => {
    const home = homeOf();
    await models(home, ["set", "claude-opus-5"]);
    const after = configText(home);
    expect(lost(COMMENTED, after)).toEqual([`        primary: "${CLAUDE}/claude-sonnet-4-6", // the cheap one`]);
    expect(after).toContain(`        primary: "${CLAUDE}/claude-opus-5", // the cheap one\n`);
  });

  it("is idempotent, also where the default is written as an alias", async () => {
    for (const primary of [`${CLAUDE}/claude-sonnet-4-6`, "main"]) {
      const text = COMMENTED.replace(`primary: "${CLAUDE}/claude-sonnet-4-6"`, `primary: "${primary}"`);
      const home = homeOf(text);
      const { status, stdout } = await models(home, ["set", "main"]);
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: `Default model: ${CLAUDE}/claude-sonnet-4-6\nAlready up to date. No files were changed.\n`,
      });
      expect(configText(home)).toBe(text);
    }
  });

  it("is undone by undo, byte for byte", async () => {
    const home = homeOf();
    await models(home, ["set", "claude-haiku-5-5"]);
    expect(configText(home)).not.toBe(COMMENTED);
    expect((await openclaw(["undo", "--yes"], { home })).status).toBe(0);
    expect(configText(home)).toBe(COMMENTED);
  });

  it("keeps a choice that is spelled as a text a text, and makes the first one", async () => {
    const home = homeOf({ models: configOf(homeOf()).models, agents: { defaults: { model: "mine/local" } } });
    await models(home, ["set", "claude-opus-5"]);
    expect(configOf(home).agents).toEqual({ defaults: { model: `${CLAUDE}/claude-opus-5` } });
    const empty = homeOf({ models: configOf(homeOf()).models });
    await models(empty, ["set", "claude-opus-5"]);
    expect(configOf(empty).agents).toEqual({ defaults: { model: { primary: `${CLAUDE}/claude-opus-5` } } });
  });

  it("describes the model in its provider's entry, and extends the lists of what may be used, where there are any", async () => {
    const config = configOf(homeOf());
    config.agents.defaults.modelPolicy = { allow: ["main", "mine/*"] };
    const home = homeOf(config);
    await models(home, ["set", "claude-haiku-5-5"]);
    const after = configOf(home);
    expect(after.models.providers[CLAUDE].models.at(-1)).toMatchObject({
      id: "claude-haiku-5-5",
      contextWindow: 1_000_000,
      cost: { input: 0.1 },
    });
    expect(after.agents.defaults.models[`${CLAUDE}/claude-haiku-5-5`]).toEqual({});
    expect(after.agents.defaults.modelPolicy.allow).toEqual(["main", "mine/*", `${CLAUDE}/claude-haiku-5-5`]);
    await models(home, ["set", "mine/local"]);
    expect(defaultsOf(home).modelPolicy.allow).toHaveLength(3);
  });

  it.each([
    ["an unknown alias", "mian", 'openclaw: "mian" is no alias and no model', "Did you mean `main`?"],
    ["a part of one name", "opus-4-8", '"opus-4-8" is no alias', `Did you mean \`${CLAUDE}/claude-opus-4-8\`?`],
    ["an id without its date", "claude-haiku-4-5", "no alias", `Did you mean \`${CLAUDE}/claude-haiku-4-5-20251001\`?`],
    ["a misspelt id", "claude-opis-5", '"claude-opis-5" is no alias', `Did you mean \`${CLAUDE}/claude-opus-5\`?`],
    [
      "a misspelt provider",
      "cloudflare-ai-gatway/claude-opus-5",
      'Unknown provider "cloudflare-ai-gatway".',
      `\`${CLAUDE}/claude-opus-5\``,
    ],
    ["a maker's name", "anthropic/claude-opus-5", 'Unknown provider "anthropic".', `\`${CLAUDE}/claude-opus-5\``],
    ["a provider that is like no other", "zzz/x", 'Unknown provider "zzz".', "Known providers: "],
    [
      "an endpoint that is not set up",
      "cloudflare-ai-gateway-workers-ai/@cf/x",
      "is not set up.",
      "Run `openclaw onboard`.",
    ],
    [
      "an id that several have",
      "gpt-5.5",
      "Several providers have",
      `Name one of them: ${GPT}/gpt-5.5 or mine/gpt-5.5.`,
    ],
    ["nothing", " ", '"" is no alias', "Write it as provider/model."],
  ])("refuses %s with status 1, and changes nothing", async (_, name, says, hint) => {
    const home = homeOf();
    const { status, stdout, stderr } = await models(home, ["set", name]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).toContain(hint);
    expect(configText(home)).toBe(COMMENTED);
    const json = await models(home, ["set", name, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/^(?:model|provider)\.unknown$/) },
    });
  });

  it("refuses a credential without repeating it", async () => {
    const home = homeOf();
    const { status, stderr } = await models(home, ["set", CANARY_KEY]);
    expect(status).toBe(2);
    expect(stderr).not.toContain("CANARY");
  });

  it("warns of a model that no list has, and writes it", async () => {
    const home = homeOf();
    const { status, stderr } = await models(home, ["set", `${CLAUDE}/claude-opus-55`]);
    expect(status).toBe(0);
    expect(stderr).toBe(
      `Note: "claude-opus-55" is in no known list of ${CLAUDE}'s models. Requests fail if it does not exist. Did you mean ${CLAUDE}/claude-opus-5?\n`,
    );
    expect(defaultsOf(home).model.primary).toBe(`${CLAUDE}/claude-opus-55`);
    // Its own words are no word of any list.
    expect((await models(home, ["set", `${CLAUDE}/claude-opus-55`])).stderr).toContain("in no known list");
  });

  it("warns of a retired model, and of one that is about to retire, and names the successor", async () => {
    const home = homeOf();
    const soon = await models(home, ["set", "claude-sonnet-4-5"], new Date("2026-11-20T00:00:00Z"));
    expect(soon.stderr).toContain(
      `Requests for claude-sonnet-4-5 fail from 2026-11-30 on. Its successor: \`openclaw models set ${CLAUDE}/claude-sonnet-4-6\`.`,
    );
    const over = await models(home, ["set", "claude-opus-4-1"], new Date("2026-11-20T00:00:00Z"));
    expect(over.stderr).toContain("claude-opus-4-1 was retired on 2026-08-05; requests for it fail.");
    expect(over.stderr).toContain(`\`openclaw models set ${CLAUDE}/claude-opus-4-8\``);
  });

  it("says when the new default is a fallback as well", async () => {
    const home = homeOf();
    expect((await models(home, ["set", "claude-opus-5"])).stderr).toContain(
      `openclaw models fallbacks remove ${CLAUDE}/claude-opus-5`,
    );
  });

  it("shows with --dry-run what it would change, and changes nothing", async () => {
    const home = homeOf();
    const { status, stdout } = await models(home, ["set", "claude-haiku-5-5", "--dry-run"]);
    expect(status).toBe(0);
    expect(stdout).toBe(
      [
        "~/.openclaw/openclaw.json",
        `  + models.providers.${CLAUDE}.models[2]  "claude-haiku-5-5"`
          .replace(CLAUDE, `["${CLAUDE}"]`)
          .replace("providers.[", "providers["),
        `  ~ agents.defaults.model.primary  "${CLAUDE}/claude-sonnet-4-6" -> "${CLAUDE}/claude-haiku-5-5"`,
        `  + agents.defaults.models["${CLAUDE}/claude-haiku-5-5"]  {}`,
        "Dry run: no files were changed.",
        "",
      ].join("\n"),
    );
    expect(configText(home)).toBe(COMMENTED);
  });

  it("prints one document with --json, in English", async () => {
    const home = homeOf();
    const { stdout, stderr } = await openclaw(["models", "set", "claude-opus-5", "--json", "--lang", "zh-TW"], {
      home,
    });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      changed: true,
      dryRun: false,
      warnings: [expect.stringMatching(/is also a fallback/)],
      defaultModel: `${CLAUDE}/claude-opus-5`,
      files: [
        {
          path: configPath(home),
          changes: [
            {
              kind: "change",
              name: "agents.defaults.model.primary",
              before: `"${CLAUDE}/claude-sonnet-4-6"`,
              after: `"${CLAUDE}/claude-opus-5"`,
            },
          ],
          backup: `${configPath(home)}.bak`,
        },
      ],
    });
    expect(stderr).not.toBe("");
  });

  it("asks nobody without a terminal", async () => {
    const home = homeOf();
    const { status, stdout, stderr } = await models(home, ["set"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("Pass the model, such as `openclaw models set provider/model`.");
  });

  it("refuses a configuration that is missing, damaged or read-only, as onboard does", async () => {
    const nothing = temporaryHome();
    expect(await models(nothing, ["set", "p/x"])).toMatchObject({
      status: 1,
      stderr: "openclaw: No provider is set up yet.\nRun `openclaw onboard`.\n",
    });
    const damaged = homeOf("{ models: ");
    expect((await models(damaged, ["set", "p/x"])).stderr).toContain("openclaw.json:1:");
    const home = homeOf();
    const closed = await openclaw(["models", "set", "main"], { home, env: { OPENCLAW_CONFIG_READONLY: "1" } });
    expect(closed).toMatchObject({ status: 1, stderr: expect.stringContaining("OPENCLAW_CONFIG_READONLY") });
  });

  it("edits the file that has the value, and refuses one that several files make", async () => {
    const home = homeOf(COMMENTED.replace(/model: \{[^}]*\},/, 'model: { "$include": "./model.json5" },'));
    const included = configPath(home).replace("openclaw.json", "model.json5");
    writeFileSync(included, `{ primary: "mine/local" /* mine */ }\n`);
    expect((await models(home, ["set", "claude-opus-5"])).status).toBe(0);
    expect(readFileSync(included, "utf8")).toBe(`{ primary: "${CLAUDE}/claude-opus-5" /* mine */ }\n`);
  });
});

describe("models fallbacks", () => {
  const fallbacks = async (home: string) => JSON.parse((await models(home, ["fallbacks", "list", "--json"])).stdout);

  it("lists them as text, as lines and as a document", async () => {
    const home = homeOf();
    expect((await models(home, ["fallbacks"])).stdout).toBe(`Fallbacks (1):\n- ${CLAUDE}/claude-opus-5\n`);
    expect((await models(home, ["fallbacks", "list", "--plain"])).stdout).toBe(`${CLAUDE}/claude-opus-5\n`);
    expect(await fallbacks(home)).toEqual({ fallbacks: [`${CLAUDE}/claude-opus-5`] });
    await models(home, ["fallbacks", "clear"]);
    expect((await models(home, ["fallbacks", "list"])).stdout).toBe("Fallbacks (0):\n- none\n");
    expect((await models(home, ["fallbacks", "list", "--plain"])).stdout).toBe("");
  });

  it("adds behind the others, once", async () => {
    const home = homeOf();
    expect((await models(home, ["fallbacks", "add", "claude-haiku-5-5"])).stdout).toContain(
      `Fallback 2: ${CLAUDE}/claude-haiku-5-5\n`,
    );
    const text = configText(home);
    const again = await models(home, ["fallbacks", "add", "claude-haiku-5-5"]);
    expect(again.stdout).toContain(`Fallback 2 is ${CLAUDE}/claude-haiku-5-5 already.\n`);
    expect(configText(home)).toBe(text);
    expect(text).toContain("// when it has to be good");
  });

  it("makes a place for the first one, whatever the choice looks like", async () => {
    for (const [model, after] of [
      [undefined, { fallbacks: ["mine/local"] }],
      [`${CLAUDE}/claude-opus-5`, { primary: `${CLAUDE}/claude-opus-5`, fallbacks: ["mine/local"] }],
      [{ primary: `${CLAUDE}/claude-opus-5` }, { primary: `${CLAUDE}/claude-opus-5`, fallbacks: ["mine/local"] }],
    ] as const) {
      const { models: own } = configOf(homeOf());
      const home = homeOf({ models: own, agents: { defaults: model === undefined ? {} : { model } } });
      const { status, stderr } = await models(home, ["fallbacks", "add", "mine/local"]);
      expect({ status, none: stderr.includes("There is no default model yet.") }).toEqual({
        status: 0,
        none: model === undefined,
      });
      expect(defaultsOf(home)).toEqual({ model: after });
    }
  });

  it("warns of a fallback that speaks another protocol", async () => {
    expect((await models(homeOf(), ["fallbacks", "add", `${GPT}/gpt-5.5`])).stderr).toContain(
      `Note: ${GPT}/gpt-5.5 uses openai-responses, and the default model anthropic-messages.`,
    );
  });

  it.each([
    [["add", "main"], 2, "is the default model. A fallback must be another one."],
    [["add", "nosuch/x"], 1, 'Unknown provider "nosuch".'],
    [["remove", "claude-opis-5"], 1, `Did you mean \`${CLAUDE}/claude-opus-5\`?`],
    [["remove", "main"], 1, '"main" is not a fallback.'],
    [["move", "claude-opus-5", "2"], 2, "The place must be a number from 1 to 1."],
    [["move", "claude-opus-5", "first"], 2, "The place must be a number from 1 to 1."],
    [["add"], 2, "The argument <model> is missing."],
  ])("refuses %j with status %i, and changes nothing", async (args, status, says) => {
    const home = homeOf();
    const finished = await models(home, ["fallbacks", ...args]);
    expect({ status: finished.status, stdout: finished.stdout }).toEqual({ status, stdout: "" });
    expect(finished.stderr).toContain(says);
    expect(configText(home)).toBe(COMMENTED);
  });

  it("removes one by its reference, its alias or its id, and the list with the last", async () => {
    for (const name of [`${CLAUDE}/claude-opus-5`, "claude-opus-5", "best"]) {
      const home = homeOf(
        COMMENTED.replace(`"${CLAUDE}/claude-opus-5": {}`, `"${CLAUDE}/claude-opus-5": { alias: "best" }`),
      );
      expect((await models(home, ["fallbacks", "remove", name])).stdout).toContain(
        `Removed the fallback ${CLAUDE}/claude-opus-5.`,
      );
      expect(defaultsOf(home).model).toEqual({ primary: `${CLAUDE}/claude-sonnet-4-6` });
    }
  });

  it("takes no comment of another fallback along", async () => {
    const home = homeOf();
    await models(home, ["fallbacks", "add", "claude-haiku-5-5"]);
    await models(home, ["fallbacks", "remove", "claude-haiku-5-5"]);
    expect(configText(home)).toContain(`"${CLAUDE}/claude-opus-5", // when it has to be good`);
  });

  it("moves one to another place, its comments with it", async () => {
    const home = homeOf();
    await models(home, ["fallbacks", "add", "claude-haiku-5-5"]);
    await models(home, ["fallbacks", "add", "mine/local"]);
    const { stdout } = await models(home, ["fallbacks", "move", "mine/local", "1"]);
    expect(stdout).toContain("Fallback 1: mine/local\n");
    const order = ["mine/local", `${CLAUDE}/claude-opus-5`, `${CLAUDE}/claude-haiku-5-5`];
    expect(await fallbacks(home)).toEqual({ fallbacks: order });
    expect(configText(home)).toContain(`"${CLAUDE}/claude-opus-5", // when it has to be good\n`);
    await models(home, ["fallbacks", "move", "claude-opus-5", "3"]);
    expect(await fallbacks(home)).toEqual({ fallbacks: [order[0], order[2], order[1]] });
    expect(configText(home)).toContain(`"${CLAUDE}/claude-opus-5", // when it has to be good\n`);
    const text = configText(home);
    expect((await models(home, ["fallbacks", "move", "claude-opus-5", "3"])).stdout).toContain("Already up to date.");
    expect(configText(home)).toBe(text);
  });

  it("clears them all, and says when there are none", async () => {
    const home = homeOf();
    expect((await models(home, ["fallbacks", "clear"])).stdout).toContain("Removed 1 fallback.\n");
    expect((await models(home, ["fallbacks", "clear"])).stdout).toBe(
      "There are no fallbacks.\nAlready up to date. No files were changed.\n",
    );
  });
});

describe("models aliases", () => {
  it("lists them as text, as lines and as a document", async () => {
    const home = homeOf();
    expect((await models(home, ["aliases"])).stdout).toBe(`Aliases (1):\n- main -> ${CLAUDE}/claude-sonnet-4-6\n`);
    expect((await models(home, ["aliases", "list", "--plain"])).stdout).toBe(`main ${CLAUDE}/claude-sonnet-4-6\n`);
    expect(JSON.parse((await models(home, ["aliases", "list", "--json"])).stdout)).toEqual({
      aliases: { main: `${CLAUDE}/claude-sonnet-4-6` },
    });
  });

  it("adds one in place of the one that the model has, and says so", async () => {
    const home = homeOf();
    expect((await models(home, ["aliases", "add", "best", "claude-opus-5"])).stdout).toContain(
      `Alias best: ${CLAUDE}/claude-opus-5\n`,
    );
    const other = await models(home, ["aliases", "add", "good", "best"]);
    expect(other.stderr).toBe("Note: good replaces the alias best.\n");
    expect(defaultsOf(home).models[`${CLAUDE}/claude-opus-5`]).toEqual({ alias: "good" });
    expect((await models(home, ["aliases", "add", "good", "claude-opus-5"])).stdout).toContain("Already up to date.");
  });

  it("makes an entry for a model that has none, and none that locks the models in use out", async () => {
    const home = homeOf();
    await models(home, ["aliases", "add", "gpt", `${GPT}/gpt-5.5`]);
    expect(defaultsOf(home).models[`${GPT}/gpt-5.5`]).toEqual({ alias: "gpt" });
    const config = configOf(homeOf());
    delete config.agents.defaults.models;
    const open = homeOf(config);
    await models(open, ["aliases", "add", "gpt", `${GPT}/gpt-5.5`]);
    expect(defaultsOf(open).models).toEqual({
      [`${CLAUDE}/claude-sonnet-4-6`]: {},
      [`${CLAUDE}/claude-opus-5`]: {},
      [`${GPT}/gpt-5.5`]: { alias: "gpt" },
    });
  });

  it.each([
    [["add", "main", "claude-opus-5"], 2, `The alias main belongs to ${CLAUDE}/claude-sonnet-4-6.`],
    [["add", "two words", "claude-opus-5"], 2, "The alias may have letters"],
    [["add", "a/b", "claude-opus-5"], 2, "The alias may have letters"],
    [["add", "best", "nosuch"], 1, '"nosuch" is no alias'],
    [["remove", "mian"], 1, "Did you mean `main`?"],
    [["remove", "zzzzzzz"], 1, "The aliases are: main."],
  ])("refuses %j with status %i, and changes nothing", async (args, status, says) => {
    const home = homeOf();
    const finished = await models(home, ["aliases", ...args]);
    expect({ status: finished.status, stdout: finished.stdout }).toEqual({ status, stdout: "" });
    expect(finished.stderr).toContain(says);
    expect(configText(home)).toBe(COMMENTED);
  });

  it("removes one, and keeps its model", async () => {
    const home = homeOf();
    expect((await models(home, ["aliases", "remove", "main"])).stdout).toContain(
      `Removed the alias main of ${CLAUDE}/claude-sonnet-4-6.`,
    );
    expect(defaultsOf(home).models[`${CLAUDE}/claude-sonnet-4-6`]).toEqual({});
  });
});
