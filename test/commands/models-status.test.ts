import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";
import type { Loose } from "../support/doctor.ts";
import { secretsPath } from "../support/home-files.ts";
import { CLAUDE, COMMENTED, GPT, homeOf, models, QUIET_DAY } from "../support/models.ts";
import { CANARY_KEY, openclaw, temporaryHome } from "../support/program.ts";

const config = (change: (config: Loose) => void = () => {}): Loose => {
  const parsed = JSON5.parse(COMMENTED);
  change(parsed);
  return parsed;
};

async function statusOf(home: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const finished = await openclaw(["models", "status", "--json", ...args], {
    home,
    env,
    context: { now: () => QUIET_DAY },
  });
  return { ...finished, document: JSON.parse(finished.stdout) as Loose };
}

const providerIn = (document: Loose, id = CLAUDE): Loose =>
  document.auth.providers.find(({ provider }: Loose) => provider === id);

describe("models status", () => {
  it("tells models, aliases, and how each provider is asked, with masked credentials", async () => {
    const { status, stdout, stderr } = await models(homeOf(), ["status"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      [
        `Default model  ${CLAUDE}/claude-sonnet-4-6`,
        `Fallbacks      1. ${CLAUDE}/claude-opus-5`,
        `Aliases        main -> ${CLAUDE}/claude-sonnet-4-6`,
        `Models         ${CLAUDE}/claude-sonnet-4-6`,
        `               ${CLAUDE}/claude-opus-5`,
        "               mine/local",
        "",
        `Cloudflare AI Gateway (${CLAUDE})`,
        "  Base URL  https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw/anthropic",
        "  Endpoint  anthropic, anthropic-messages",
        "  Payment   your own API key",
        "  API key   ********wXyZ from CLOUDFLARE_AI_GATEWAY_API_KEY in ~/.openclaw/.env",
        "  Usable    yes",
        "",
        `Cloudflare AI Gateway (OpenAI) (${GPT})`,
        "  Base URL  https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw/openai",
        "  Endpoint  openai, openai-responses",
        "  Payment   your own API key",
        "  API key   ********1111 from OPENAI_API_KEY in ~/.openclaw/.env",
        "  Usable    yes",
        "",
        "mine",
        "  Base URL  http://127.0.0.1:11434/v1",
        "  Endpoint  openai-completions",
        "  Usable    yes",
        "",
      ].join("\n"),
    );
  });

  it("prints the default model alone with --plain, and nothing where there is none", async () => {
    expect((await models(homeOf(), ["status", "--plain"])).stdout).toBe(`${CLAUDE}/claude-sonnet-4-6\n`);
    const none = homeOf(config((one) => delete one.agents));
    expect((await models(none, ["status", "--plain"])).stdout).toBe("");
  });

  it("has the published keys with --json, and ours beside them", async () => {
    const home = homeOf();
    const { document, stderr } = await statusOf(home);
    expect(stderr).toBe("");
    const agentDir = join(home, ".openclaw", "agents", "main", "agent");
    expect(document).toMatchObject({
      configPath: join(home, ".openclaw", "openclaw.json"),
      agentDir,
      defaultModel: `${CLAUDE}/claude-sonnet-4-6`,
      resolvedDefault: `${CLAUDE}/claude-sonnet-4-6`,
      fallbacks: [`${CLAUDE}/claude-opus-5`],
      imageModel: null,
      imageFallbacks: [],
      aliases: { main: `${CLAUDE}/claude-sonnet-4-6` },
      allowed: [`${CLAUDE}/claude-sonnet-4-6`, `${CLAUDE}/claude-opus-5`, "mine/local"],
      configured: [`${CLAUDE}/claude-sonnet-4-6`, `${CLAUDE}/claude-opus-5`, "mine/local"],
      retiring: [],
      check: 0,
      problems: [],
      auth: {
        storePath: join(agentDir, "auth-profiles.json"),
        shellEnvFallback: { enabled: false, appliedKeys: [] },
        missingProvidersInUse: [],
      },
    });
    expect(providerIn(document)).toEqual({
      provider: CLAUDE,
      effective: { kind: "env", detail: "********wXyZ" },
      env: { value: "********wXyZ", source: "env: CLOUDFLARE_AI_GATEWAY_API_KEY" },
      baseUrl: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw/anthropic",
      endpoint: "anthropic",
      api: "anthropic-messages",
      payment: "key",
      paidFallback: false,
      usable: true,
      credentials: [
        {
          name: "apiKey",
          value: "********wXyZ",
          sources: [{ source: ".env", variable: "CLOUDFLARE_AI_GATEWAY_API_KEY", file: secretsPath(home) }],
          hides: [],
        },
      ],
      furtherKeys: 0,
      problems: [],
      stores: [],
    });
  });

  it("resolves a default that is an alias, and says which", async () => {
    const home = homeOf(config((one) => Object.assign(one.agents.defaults.model, { primary: "main" })));
    expect((await models(home, ["status"])).stdout).toContain(
      `Default model  ${CLAUDE}/claude-sonnet-4-6 (alias main)\n`,
    );
    expect((await statusOf(home)).document).toMatchObject({
      defaultModel: "main",
      resolvedDefault: `${CLAUDE}/claude-sonnet-4-6`,
    });
  });

  it("says what a credential hides: the file's value behind the environment's, and a key in the configuration", async () => {
    const home = homeOf(
      config((one) => Object.assign(one.models.providers[CLAUDE], { apiKey: "sk-ant-api03-CANARYwritten-0000" })),
    );
    const key = "sk-ant-api03-CANARYenvironment-9999";
    const { document, stdout } = await statusOf(home, [], { CLOUDFLARE_AI_GATEWAY_API_KEY: key });
    expect(stdout).not.toContain("CANARY");
    expect(providerIn(document).credentials).toEqual([
      {
        name: "apiKey",
        value: "********9999",
        sources: [{ source: "process environment", variable: "CLOUDFLARE_AI_GATEWAY_API_KEY", file: null }],
        hides: [
          { source: ".env", variable: "CLOUDFLARE_AI_GATEWAY_API_KEY", file: secretsPath(home), same: false },
          {
            source: "configuration",
            path: `models.providers["${CLAUDE}"].apiKey`,
            same: false,
          },
        ],
      },
    ]);
    const text = await openclaw(["models"], { home, env: { CLOUDFLARE_AI_GATEWAY_API_KEY: key } });
    expect(text.stdout).toContain("********9999 from CLOUDFLARE_AI_GATEWAY_API_KEY in the environment\n");
    expect(text.stdout).toContain("hides another value: CLOUDFLARE_AI_GATEWAY_API_KEY in ~/.openclaw/.env\n");
    const same = await openclaw(["models"], { home: homeOf(), env: { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY } });
    expect(same.stdout).toContain("hides the same value: CLOUDFLARE_AI_GATEWAY_API_KEY in ~/.openclaw/.env\n");
  });

  it.each([
    ["a key stored at the gateway", "stored", { "cf-aig-no-wholesale": "true" }, "a key stored at the gateway"],
    ["Unified Billing", "billing", {}, "Unified Billing"],
    [
      "a stored key, and Unified Billing where it fails",
      "stored",
      { "cf-aig-no-wholesale": "false" },
      "a key stored at the gateway; Unified Billing where that fails",
    ],
  ])("names the way of paying: %s", async (_, payment, headers, said) => {
    const entry = {
      auth: "token",
      apiKey: undefined,
      headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}", ...headers },
    };
    const home = homeOf(config((one) => Object.assign(one.models.providers[CLAUDE], entry)));
    const { document } = await statusOf(home);
    expect(providerIn(document)).toMatchObject({
      payment,
      usable: true,
      credentials: [{ name: "cf-aig-authorization", value: "********5678" }],
    });
    const { stdout } = await models(home, ["status"]);
    expect(stdout).toMatch(new RegExp(`  Payment +${said}\n`));
    expect(stdout).toMatch(/ {2}cf-aig-authorization {2}\*{8}5678 from CF_AIG_TOKEN in ~\/\.openclaw\/\.env\n/);
    expect(stdout.split("\n\n")[1]).not.toContain("API key");
  });

  it("shows a literal key, a reference to a secret provider, and further keys by their place", async () => {
    const file = join(temporaryHome(), "key");
    writeFileSync(file, "sk-ant-api03-CANARYfile-7777\n", { mode: 0o600 });
    const home = homeOf(
      config((one) => {
        one.models.providers[GPT].apiKey = "sk-CANARYliteral-CANARY-8888";
        one.models.providers[CLAUDE].apiKey = { source: "file", provider: "mykeys", id: "value" };
        one.secrets = { providers: { mykeys: { source: "file", path: file, mode: "singleValue" } } };
      }),
      "OPENAI_API_KEYS=sk-CANARYsecond-CANARY-1212\n",
    );
    const { document, stdout } = await statusOf(home);
    expect(stdout).not.toContain("CANARY");
    expect(providerIn(document)).toMatchObject({
      effective: { kind: "models.json", detail: "********7777" },
      credentials: [{ value: "********7777", sources: [{ source: "secret provider", path: "mykeys" }] }],
    });
    expect(providerIn(document, GPT).credentials[0]).toMatchObject({
      value: "********8888",
      sources: [{ source: "configuration" }],
    });
    expect((await models(home, ["status"])).stdout).toContain("7777 from secrets.providers.mykeys\n");
  });

  it("names files in which the published OpenClaw has a key of its own", async () => {
    const home = homeOf();
    const folder = join(home, ".openclaw", "agents", "main", "agent");
    mkdirSync(folder, { recursive: true });
    const store = join(folder, "auth-profiles.json");
    writeFileSync(
      store,
      JSON.stringify({ version: 1, profiles: { x: { type: "api_key", provider: CLAUDE, key: "CANARY" } } }),
    );
    const { document, stdout } = await statusOf(home);
    expect(providerIn(document).stores).toEqual([store]);
    expect(stdout).not.toContain("CANARY");
    expect((await models(home, ["status"])).stdout).toContain(
      "The published OpenClaw uses a key of its own: ~/.openclaw/agents/main/agent/auth-profiles.json\n",
    );
  });

  it("shows the image models where there are some, and how many more models there are", async () => {
    const home = homeOf(
      config((one) => {
        one.agents.defaults.imageModel = { primary: "mine/local", fallbacks: ["main"] };
        for (let index = 0; index < 9; index += 1) one.agents.defaults.models[`mine/m${index}`] = {};
      }),
    );
    const { stdout } = await models(home, ["status"]);
    expect(stdout).toContain("Image model      mine/local\n");
    expect(stdout).toContain(`Image fallbacks  1. ${CLAUDE}/claude-sonnet-4-6 (alias main)\n`);
    expect(stdout).toContain("6 more: `openclaw models list`\n");
  });

  it.each(
    [["status"], ["status", "--json"], ["fallbacks"], ["fallbacks", "clear"], ["fallbacks", "clear", "--json"]].map(
      (args) => [args],
    ),
  )("prints no credential that got into a model's name: %j", async (args) => {
    const home = homeOf(
      config((one) => {
        one.agents.defaults.model.fallbacks = [CANARY_KEY, `mine/${CANARY_KEY}`];
        one.agents.defaults.models[`mine/${CANARY_KEY}`] = { alias: "\u001b[31mred" };
      }),
    );
    const { stdout, stderr } = await models(home, args);
    expect(stdout + stderr).not.toContain("CANARY");
    expect(stdout + stderr).not.toContain("\u001b");
  });

  it("says what to do where nothing is set up", async () => {
    expect(await models(temporaryHome(), ["status"])).toEqual({
      status: 0,
      stdout: "No provider is set up yet. Run `openclaw onboard`.\n",
      stderr: "",
    });
    expect((await models(temporaryHome(), ["status", "--check"])).status).toBe(1);
  });

  it("says what keeps a provider from being used", async () => {
    const { stdout } = await models(homeOf(COMMENTED, ""), ["status"]);
    expect(stdout).toMatch(
      / {2}API key {3}no value\n {2}Usable {4}no\n {12}CLOUDFLARE_AI_GATEWAY_API_KEY has no value\. Add it to ~\/\.openclaw\/\.env/,
    );
  });

  it("speaks Traditional Chinese, in columns that count wide characters twice", async () => {
    const { stdout } = await openclaw(["models", "--lang", "zh-TW"], { home: homeOf() });
    expect(stdout).toContain(`預設模型  ${CLAUDE}/claude-sonnet-4-6\n備援模型  1. ${CLAUDE}/claude-opus-5\n`);
    expect(stdout).toContain("\n  API 金鑰  ********wXyZ，來自 ~/.openclaw/.env 中的 CLOUDFLARE_AI_GATEWAY_API_KEY\n");
  });

  it("stays within a narrow window", async () => {
    for (const columns of [80, 60, 40]) {
      const { stdout } = await openclaw(["models"], { home: homeOf(), context: { columns: () => columns } });
      for (const line of stdout.split("\n").filter((one) => one.length > columns))
        expect(line.trim()).toMatch(/^(?:[A-Z][\w ]+ {2})?(?:\d\. )?\S+$/);
    }
  });

  it("ends like any command with a configuration that cannot be read", async () => {
    const damaged = homeOf("{ models: ");
    expect(await models(damaged, ["status"])).toMatchObject({ status: 1, stdout: "" });
    const { stdout } = await models(damaged, ["status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "config.syntax" } });
  });
});

describe("models status --check", () => {
  const check = async (home: string, now?: Date) => (await models(home, ["status", "--check"], now)).status;

  it("is 0 where everything in use is usable", async () => {
    expect(await check(homeOf())).toBe(0);
  });

  it.each([
    ["no default model", (one: Loose) => delete one.agents.defaults.model, undefined],
    ["no key for the default model", () => {}, "OPENAI_API_KEY=x\n"],
    [
      "no key for a fallback",
      (one: Loose) => one.agents.defaults.model.fallbacks.push(`${GPT}/gpt-5.5`),
      `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`,
    ],
    ["a provider that is not set up", (one: Loose) => (one.agents.defaults.model.primary = "nosuch/x"), undefined],
    [
      "a default without a provider",
      (one: Loose) => (one.agents.defaults.model.primary = "claude-sonnet-4-6"),
      undefined,
    ],
    ["the base URL of another endpoint", (one: Loose) => (one.models.providers[CLAUDE].baseUrl += "x"), undefined],
  ])("is 1 with %s", async (_, change, secrets) => {
    const home = homeOf(config(change), secrets);
    expect(await check(home)).toBe(1);
    expect((await statusOf(home)).document.check).toBe(1);
  });

  it("does not mind what nothing uses", async () => {
    expect(await check(homeOf(config(), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`))).toBe(0);
  });

  it.each([
    ["30 days before", "2026-10-31T00:00:00Z", 2],
    ["31 days before", "2026-10-29T00:00:00Z", 0],
    ["on the day", "2026-11-30T00:00:00Z", 1],
  ])("counts the days until a model in use retires: %s", async (_, day, status) => {
    const home = homeOf(config((one) => (one.agents.defaults.model.fallbacks = [`${CLAUDE}/claude-sonnet-4-5`])));
    expect(await check(home, new Date(day))).toBe(status);
  });

  it("is 2 where a list has a model that retires or is retired, and names the successor", async () => {
    const home = homeOf(config((one) => (one.agents.defaults.models[`${CLAUDE}/claude-opus-4-1`] = {})));
    const { status, stdout } = await models(home, ["status", "--check"]);
    expect(status).toBe(2);
    expect(stdout).toContain(
      `${CLAUDE}/claude-opus-4-1 was retired on 2026-08-05; requests for it fail. Its successor: ${CLAUDE}/claude-opus-4-8.\n`,
    );
    expect((await statusOf(home)).document).toMatchObject({
      check: 2,
      retiring: [
        {
          model: `${CLAUDE}/claude-opus-4-1`,
          date: "2026-08-05",
          retired: true,
          inUse: false,
          successor: `${CLAUDE}/claude-opus-4-8`,
        },
      ],
    });
  });
});
