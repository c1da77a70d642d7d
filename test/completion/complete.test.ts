import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandsBelow, wholeProgram } from "../../scripts/docs/whole-program.ts";
import { readConfig } from "../support/doctor.ts";
import { configPath } from "../support/home-files.ts";
import { CANARY_KEY, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

const ALIAS = "Cloudflare AI Gateway";
const MODEL = "cloudflare-ai-gateway/claude-sonnet-4-6";

/** A home with a set-up, two profiles and two named tokens. */
async function home(): Promise<string> {
  const folder = temporaryHome();
  await openclaw(DOCUMENTED, { home: folder });
  await openclaw(["gateway", "token", "add", "anna"], { home: folder });
  for (const profile of ["work", "dev"]) mkdirSync(join(folder, `.openclaw-${profile}`));
  return folder;
}

/** Offers for a line whose last word, after the last space, is at the cursor. */
async function offered(line: string, options: { home: string; env?: Record<string, string> }) {
  const words = line.split(" ");
  const current = words.pop() ?? "";
  const finished = await openclaw(["__complete", "zsh", `+${current}`, ...words.filter(Boolean)], options);
  expect([finished.status, finished.stderr]).toEqual([0, ""]);
  const [mode, ...lines] = finished.stdout.trimEnd().split("\n");
  return { mode, texts: lines.map((one) => one.slice(1).split("\t")[0] ?? ""), lines };
}

describe("completion offers", () => {
  it("every command, and below each the commands of it", async () => {
    const options = { home: temporaryHome() };
    const program = await wholeProgram();
    const groups = [program, ...commandsBelow(program)].filter(({ commands }) => commands.length > 0);
    for (const group of groups) {
      const path = group === program ? [] : pathOf(group);
      const { texts } = await offered([...path, ""].join(" "), options);
      expect(texts, path.join(" ")).toEqual(expect.arrayContaining(group.commands.map((command) => command.name())));
    }
  });

  it("every visible flag of every command", async () => {
    const options = { home: temporaryHome() };
    const program = await wholeProgram();
    for (const command of commandsBelow(program)) {
      const { texts } = await offered([...pathOf(command), "--"].join(" "), options);
      const flags = command.createHelp().visibleOptions(command);
      expect(texts, pathOf(command).join(" ")).toEqual(expect.arrayContaining(flags.map(({ long }) => long)));
      expect(new Set(texts).size).toBe(texts.length);
    }
  });

  it.each([
    ["models set ", expect.arrayContaining([ALIAS, MODEL])],
    ["onboard --model ", expect.arrayContaining([ALIAS, MODEL])],
    ["onboard --model=", expect.arrayContaining([`--model=${ALIAS}`, `--model=${MODEL}`])],
    ["models aliases remove ", [ALIAS]],
    ["models aliases add ", []],
    ["models list --provider ", expect.arrayContaining(["cloudflare-ai-gateway", "cloudflare-ai-gateway-openai"])],
    ["logout --provider ", expect.arrayContaining(["cloudflare-ai-gateway"])],
    ["--profile ", ["dev", "work"]],
    ["gateway token show ", ["anna"]],
    ["gateway token remove ", ["anna"]],
    ["gateway token add ", []],
    ["gateway env --as ", ["anna"]],
    ["gateway env --client ", expect.arrayContaining(["claude-code", "codex", "opencode"])],
    ["daemon env --client ", expect.arrayContaining(["claude-code"])],
    ["gateway env --shell ", expect.arrayContaining(["bash", "zsh", "fish", "powershell"])],
    ["onboard --client ", ["claude-code", "codex", "opencode"]],
    ["onboard --gateway-bind ", ["loopback", "lan", "tailnet", "auto", "custom"]],
    ["onboard --cloudflare-ai-gateway-endpoint ", ["anthropic", "workers-ai", "openai"]],
    ["onboard --cloudflare-ai-gateway-api-key-env ", expect.arrayContaining(["CLOUDFLARE_AI_GATEWAY_API_KEY"])],
    ["onboard --verify ", ["message"]],
    ["gateway run --client-metadata ", ["on", "off"]],
    ["gateway run --workers ", ["auto"]],
    ["doctor --severity-min ", ["info", "warning", "error"]],
    ["--lang ", ["en", "zh-TW"]],
    ["completion ", ["bash", "zsh", "fish", "powershell"]],
    ["help models ", expect.arrayContaining(["list", "set", "status"])],
    ["config get models", ["models.mode", "models.providers"]],
    ["config get models.providers", ['models.providers["cloudflare-ai-gateway"]']],
    ["config get models.providers.cl", ["models.providers.cloudflare-ai-gateway"]],
    ["config unset agents.defaults.", ["agents.defaults.model", "agents.defaults.models"]],
    ["config set gateway.auth.", expect.arrayContaining(["gateway.auth.mode", "gateway.auth.password"])],
    ["config set agents.defaults.model.primary ", expect.arrayContaining([MODEL])],
    ["config set gateway.port 1 gateway.auth.", expect.arrayContaining(["gateway.auth.mode"])],
  ])("%s", async (line, expected) => {
    expect((await offered(line, { home: await home() })).texts).toEqual(expected);
  });

  it("files and folders by the shell itself", async () => {
    const options = { home: temporaryHome() };
    for (const line of [
      "onboard --answers ",
      "onboard --cloudflare-ai-gateway-api-key-file ",
      "config set --batch-file ",
    ])
      expect(await offered(line, options), line).toMatchObject({ mode: "files", texts: [] });
  });

  it("what goes on without a space, and what does not", async () => {
    const { lines } = await offered("config get models", { home: await home() });
    expect(lines).toEqual([" models.mode", "+models.providers"]);
  });

  it("no flag twice, and none that a given one excludes", async () => {
    const options = { home: temporaryHome() };
    expect((await offered("models list --json --", options)).texts).not.toContain("--json");
    expect((await offered("gateway env --undo --", options)).texts).not.toContain("--write");
    expect((await offered("onboard --no-verify --", options)).texts).not.toContain("--verify");
    expect((await offered("gateway run --allow-host a --", options)).texts).toContain("--allow-host");
  });

  it("nothing after a value that only the user knows", async () => {
    const options = { home: await home() };
    for (const line of ["onboard --gateway-port ", "onboard --cloudflare-ai-gateway-api-key "])
      expect((await offered(line, options)).texts, line).toEqual([]);
  });

  it("the values of the profile in the line", async () => {
    const options = { home: await home() };
    expect((await offered("--profile work gateway token show ", options)).texts).toEqual([]);
    expect((await offered("--dev models aliases remove ", options)).texts).toEqual([]);
  });

  it("in the user's language", async () => {
    const { lines } = await offered("und", { home: temporaryHome(), env: { OPENCLAW_LANG: "zh-TW" } });
    const english = await offered("und", { home: temporaryHome() });
    const undo = (all: readonly string[]) => all.find((line) => line.startsWith(" undo"));
    expect(undo(lines)).toMatch(/\p{Script=Han}/u);
    expect(undo(english.lines)).toBe(" undo\tundo the last change to the configuration");
  });
});

describe("completion", () => {
  it.each([
    ["a configuration that does not parse", "{ models: "],
    ["one that is no object", "[]"],
    ["none", undefined],
  ])("says nothing of %s", async (_, text) => {
    const folder = await home();
    if (text !== undefined) writeFileSync(configPath(folder), text);
    const { texts } = await offered("models list --provider ", { home: folder });
    expect(texts).toContain("cloudflare-ai-gateway");
  });

  it("fails silently and with 0, whatever it is asked", async () => {
    for (const args of [[], ["bash"], ["zsh"], ["zsh", "no-plus"], ["zsh", "+", "--json", "nosuch"], ["nosuch", "+"]]) {
      const { status, stderr } = await openclaw(["__complete", ...args], { home: temporaryHome(), env: { HOME: "x" } });
      expect([args, status, stderr]).toEqual([args, 0, ""]);
    }
  });

  it("shows no credential that stands in the place of a name", async () => {
    const folder = await home();
    const config = readConfig(folder);
    writeFileSync(
      configPath(folder),
      JSON.stringify({ ...config, agents: { defaults: { models: { [MODEL]: { alias: CANARY_KEY } } } } }),
    );
    for (const line of ["models set ", "models aliases remove ", "config get agents.defaults.models"]) {
      const { texts } = await offered(line, { home: folder });
      expect(texts.join("\n"), line).not.toContain("CANARY");
    }
  });

  it("does not write", async () => {
    const folder = temporaryHome();
    await offered("models set ", { home: folder });
    await offered("config set ", { home: folder });
    expect(await import("node:fs").then(({ readdirSync }) => readdirSync(folder))).toEqual([]);
  });
});

interface Named {
  readonly parent: Named | null;
  name(): string;
}

const pathOf = (command: Named): readonly string[] =>
  command.parent === null ? [] : [...pathOf(command.parent), command.name()];
