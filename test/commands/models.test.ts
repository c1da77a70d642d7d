import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fastStringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import { CANARY_KEY, CANARY_TOKEN, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

const REF = "cloudflare-ai-gateway/claude-sonnet-4-6";

function homeWith(config: unknown, secrets?: string): string {
  const home = temporaryHome();
  mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
  writeFileSync(join(home, ".openclaw", "openclaw.json"), typeof config === "string" ? config : JSON.stringify(config));
  if (secrets !== undefined) writeFileSync(join(home, ".openclaw", ".env"), secrets);
  return home;
}

const provider = (entry: object) => ({
  models: {
    providers: {
      "cloudflare-ai-gateway": {
        baseUrl: "https://x.example/anthropic",
        models: [{ id: "claude-sonnet-4-6", name: "S" }],
        ...entry,
      },
    },
  },
});

const FROM_THE_CATALOGUE = "Built-in list of 2026-10. To ask the gateway, run `openclaw models refresh`.\n";

async function auth(home: string, env = {}): Promise<{ available: boolean; stderr: string }> {
  const { stdout, stderr: said } = await openclaw(["models", "list", "--provider", "cloudflare-ai-gateway", "--json"], {
    home,
    env,
  });
  expect(said).toContain(FROM_THE_CATALOGUE);
  return { available: JSON.parse(stdout).models[0].available, stderr: said.replace(FROM_THE_CATALOGUE, "") };
}

describe("models list", () => {
  it("shows the configured models, whether the key is found, and why each is there", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    expect(await openclaw(["models", "list"], { home })).toEqual({
      status: 0,
      stdout: [
        "Model                                    Input       Ctx  Local  Auth  Tags",
        `${REF}  text+image  1M   no     yes   default,configured,alias:Cloudflare AI Gateway`,
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  it("adds with --provider what the provider is known to offer, the configured ones first", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const { status, stdout } = await openclaw(["models", "list", "--provider", "cloudflare-ai-gateway", "--plain"], {
      home,
    });
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe(REF);
    expect(lines).toHaveLength(14);
    expect(lines).toContain("cloudflare-ai-gateway/claude-opus-5-5");
    expect(new Set(lines).size).toBe(lines.length);
  });

  it("prints the published shape with --json", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const { stdout } = await openclaw(["models", "list", "--json"], { home });
    expect(JSON.parse(stdout)).toEqual({
      count: 1,
      models: [
        {
          key: REF,
          name: "Claude Sonnet 4.6",
          input: "text+image",
          contextWindow: 1_000_000,
          local: false,
          available: true,
          tags: ["default", "configured", "alias:Cloudflare AI Gateway"],
          missing: false,
        },
      ],
    });
  });

  it("orders default, fallbacks, image models, then the allow list, and follows aliases", async () => {
    const home = homeWith({
      models: {
        providers: {
          p: {
            baseUrl: "http://127.0.0.1:1/v1",
            models: [
              { id: "a", name: "A", contextWindow: 200_000, contextTokens: 195_000 },
              { id: "b", name: "B", input: ["text", "image"], contextWindow: 1_048_576 },
              { id: "unlisted", name: "U" },
            ],
          },
        },
      },
      agents: {
        defaults: {
          model: { primary: "quick", fallbacks: ["p/b", "p/gone"] },
          imageModel: "p/b",
          models: { "p/c": {}, "p/*": {}, "p/a": { alias: "quick" } },
        },
      },
    });
    expect((await openclaw(["models", "list"], { home })).stdout).toBe(
      [
        "Model   Input       Ctx        Local  Auth  Tags",
        "p/a     text        195k/200k  yes    no    default,configured,alias:quick",
        "p/b     text+image  1.05M      yes    no    fallback#1,image",
        "p/gone  -           -          yes    no    fallback#2,missing",
        "p/c     -           -          yes    no    configured,missing",
        "",
      ].join("\n"),
    );
  });

  it("lists all models of the configuration where there is no allow list", async () => {
    const home = homeWith({
      models: {
        providers: {
          p: {
            baseUrl: "https://p.example",
            models: [
              { id: "a", name: "A" },
              { id: "b", name: "B" },
            ],
          },
        },
      },
    });
    expect((await openclaw(["models", "list", "--plain"], { home })).stdout).toBe("p/a\np/b\n");
  });

  it("keeps local ones only with --local, and adds every known provider's with --all", async () => {
    const home = homeWith({
      models: { providers: { p: { baseUrl: "http://localhost:1", models: [{ id: "a", name: "A" }] } } },
    });
    expect((await openclaw(["models", "list", "--all", "--local", "--plain"], { home })).stdout).toBe("p/a\n");
    expect((await openclaw(["models", "list", "--all", "--plain"], { home })).stdout).toContain(`${REF}\n`);
  });

  it("shows a default model that names no provider as missing", async () => {
    const home = homeWith({ agents: { defaults: { model: "gpt-5.5" } } });
    const { stdout } = await openclaw(["models", "list"], { home });
    expect(stdout).toMatch(/^gpt-5\.5 +- +- +no +no +default,missing$/m);
  });

  it("says on stderr that nothing is set up", async () => {
    const home = temporaryHome();
    expect(await openclaw(["models", "list"], { home })).toEqual({
      status: 0,
      stdout: "",
      stderr: "No provider is set up yet. Run `openclaw onboard`.\n",
    });
    expect(await openclaw(["models", "list", "--json"], { home })).toEqual({
      status: 0,
      stdout: '{\n  "count": 0,\n  "models": []\n}\n',
      stderr: "",
    });
  });

  it("names the known providers when asked for another, also as JSON", async () => {
    const home = temporaryHome();
    const plain = await openclaw(["models", "list", "--provider", "clodflare"], { home });
    expect(plain).toEqual({
      status: 1,
      stdout: "",
      stderr:
        'openclaw: Unknown provider "clodflare".\nKnown providers: cloudflare-ai-gateway, cloudflare-ai-gateway-workers-ai and cloudflare-ai-gateway-openai.\n',
    });
    const { status, stdout } = await openclaw(["models", "list", "--provider", "clodflare", "--json"], { home });
    expect([status, JSON.parse(stdout).error.code]).toEqual([1, "provider.unknown"]);
  });

  it("keeps terminal codes in names off the screen", async () => {
    const home = homeWith({
      models: {
        providers: {
          p: {
            baseUrl: "https://p.example",
            models: [
              { id: "a\u001b[31m", name: "A" },
              { id: "模型", name: "B" },
            ],
          },
        },
      },
    });
    const { stdout } = await openclaw(["models", "list"], { home });
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("p/模型");
  });
});

describe("models list in a window", () => {
  const LONG = ["cloudflare-ai-gateway/claude-sonnet-4-6", "供應商-很長/很長的模型名稱-很長的模型名稱", "p/b"];
  const config = {
    agents: { defaults: { model: { primary: LONG[0], fallbacks: LONG.slice(1) }, models: { "p/b": { alias: "B" } } } },
  };

  it.each([80, 60, 40])("of %i columns shows every name whole, and no line that does not fit", async (columns) => {
    const { stdout } = await openclaw(["models", "list"], {
      home: homeWith(config),
      context: { columns: () => columns },
    });
    for (const name of LONG) expect(stdout).toContain(name);
    for (const tag of ["default", "fallback#1", "fallback#2", "alias:B"]) expect(stdout).toContain(tag);
    for (const line of stdout.split("\n")) expect(fastStringWidth(line)).toBeLessThanOrEqual(Math.max(columns, 44));
  });

  it("keeps terminal codes of a secret program and of a place off the screen", async () => {
    const NAME = "evil\u001b]52;c;Zm9v\u0007\u009b31m\u202e";
    const entry = { apiKey: { source: "exec", provider: "p", id: "x" }, models: [{ id: NAME, name: NAME }] };
    const secrets = { providers: { p: { source: "exec", command: "/nowhere/\u001b[31mred\r\u202eevil" } } };
    const of = provider(entry);
    const home = homeWith({
      models: { providers: { ...of.models.providers, [NAME]: { ...entry, baseUrl: "http://127.0.0.1:9" } } },
      agents: { defaults: { model: `${NAME}/${NAME}` } },
      secrets,
    });
    const COMMANDS =
      "models list|models list --json|models list --live|models refresh|doctor --offline|doctor --offline --json|gateway env|gateway status|gateway status --json";
    for (const args of [
      ...COMMANDS.split("|").map((line) => line.split(" ")),
      ["models", "list", "--provider", NAME],
    ]) {
      const { stdout, stderr } = await openclaw(args, { home });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
      expect(stdout + stderr, args.join(" ")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });
});

describe("a model that is only named", () => {
  const setUp = async (model: string) => {
    const home = temporaryHome();
    expect(await openclaw([...DOCUMENTED, "--model", model], { home })).toMatchObject({ status: 0 });
    return home;
  };
  const tagsIn = async (home: string) =>
    JSON.parse((await openclaw(["models", "list", "--json"], { home })).stdout).models[0].tags;
  const doctorSays = async (home: string) => (await openclaw(["doctor", "--offline"], { home })).stdout;

  it.each([
    ["cloudflare-ai-gateway/claude-sonet-4-6", "Did you mean `cloudflare-ai-gateway/claude-sonnet-4-6`?"],
    ["cloudflare-ai-gateway/claude-sonnet-4.6", "Did you mean `cloudflare-ai-gateway/claude-sonnet-4-6`?"],
    ["cloudflare-ai-gateway/quite-another", "run `openclaw models refresh --provider cloudflare-ai-gateway`"],
  ])("and in no list is tagged, and a warning of the doctor: %s", async (model, advice) => {
    const home = await setUp(model);
    expect(await tagsIn(home)).toContain("unknown");
    const said = await doctorSays(home);
    expect(said).toContain(`Default model "${model}" is not in the built-in list of`);
    expect(said).toContain(advice);
    expect(said).toContain("0 failed, 1 warning");
  });

  it("is known when the provider listed it, or somebody described it", async () => {
    const home = await setUp("cloudflare-ai-gateway/claude-tomorrow-9");
    const path = join(home, ".openclaw", "openclaw.json");
    const config = JSON.parse(readFileSync(path, "utf8"));
    const { baseUrl, models } = config.models.providers["cloudflare-ai-gateway"];
    const folder = join(home, ".openclaw", "cache");
    mkdirSync(folder, { mode: 0o700 });
    const list = { baseUrl, fetchedAt: new Date().toISOString(), models: [{ id: "claude-tomorrow-9" }] };
    writeFileSync(join(folder, "models-cloudflare-ai-gateway.json"), JSON.stringify(list), { mode: 0o600 });
    expect(await doctorSays(home)).toContain("No problems found");
    writeFileSync(join(folder, "models-cloudflare-ai-gateway.json"), "{", { mode: 0o600 });
    expect(await doctorSays(home)).toContain("1 warning");
    models[0].contextWindow = 1_000_000;
    writeFileSync(path, JSON.stringify(config));
    expect(await doctorSays(home)).toContain("No problems found");
    expect(await tagsIn(home)).not.toContain("unknown");
  });

  it("is no other's business: what the built-in list has, or had", async () => {
    expect(await tagsIn(await setUp("cloudflare-ai-gateway/claude-opus-4-5"))).not.toContain("unknown");
  });
});

describe("Auth", () => {
  const KEYED = provider({ apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}" });

  it.each([
    ["the process environment", KEYED, undefined, { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY }],
    [".env of the state folder", KEYED, `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}`, {}],
    [
      "env.vars of the configuration",
      { ...KEYED, env: { vars: { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY } } },
      undefined,
      {},
    ],
    ["a bare key under env", { ...KEYED, env: { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY } }, undefined, {}],
    ["a literal", provider({ apiKey: CANARY_KEY }), undefined, {}],
    ["the provider's variable, without any apiKey", provider({}), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}`, {}],
    ["a bare name as apiKey", provider({ apiKey: "WORK_API_KEY" }), "WORK_API_KEY=x", {}],
    [
      "a reference to a variable",
      provider({ apiKey: { source: "env", provider: "default", id: "WORK_KEY" } }),
      "WORK_KEY=x",
      {},
    ],
    [
      "a key beside a header that resolves",
      provider({ apiKey: "k", headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" } }),
      "CF_AIG_TOKEN=t",
      {},
    ],
  ])("is yes from %s", async (_, config, secrets, env) => {
    expect(await auth(homeWith(config, secrets), env)).toEqual({ available: true, stderr: "" });
  });

  it.each([
    ["an unset variable", KEYED, undefined, "CLOUDFLARE_AI_GATEWAY_API_KEY has no value."],
    ["an empty one", KEYED, "CLOUDFLARE_AI_GATEWAY_API_KEY=\n", "CLOUDFLARE_AI_GATEWAY_API_KEY has no value."],
    [
      "a header's variable",
      provider({ apiKey: "k", headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" } }),
      undefined,
      "CF_AIG_TOKEN has no value.",
    ],
    [
      "a reference to an unset variable",
      provider({ apiKey: { source: "env", provider: "default", id: "WORK_KEY" } }),
      undefined,
      "WORK_KEY has no value.",
    ],
    [
      "a file provider that is not set up",
      provider({ apiKey: { source: "file", provider: "kf", id: "value" } }),
      undefined,
      "secrets.providers.kf is not configured",
    ],
  ])("is no from %s, which is named", async (_, config, secrets, reason) => {
    const { available, stderr } = await auth(homeWith(config, secrets));
    expect(available).toBe(false);
    expect(stderr).toContain(`cloudflare-ai-gateway: ${reason}`);
  });

  it("is no from config env that refers on, whose place is named", async () => {
    const config = { ...KEYED, env: { vars: { CLOUDFLARE_AI_GATEWAY_API_KEY: "${OTHER}" } } };
    const { available, stderr } = await auth(homeWith(config, undefined));
    expect(available).toBe(false);
    expect(stderr).toMatch(/openclaw\.json:\d+:\d+: env\.vars\.CLOUDFLARE_AI_GATEWAY_API_KEY has no value: /);
  });

  it("is never taken from a .env in the working directory", async () => {
    const home = homeWith(KEYED);
    const cwd = temporaryHome();
    writeFileSync(join(cwd, ".env"), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}`);
    const { stdout } = await openclaw(["models", "list", "--json"], { home, cwd });
    expect(JSON.parse(stdout).models[0].available).toBe(false);
  });

  it("is read from a file and from a program that the configuration names", async () => {
    const home = temporaryHome();
    const file = join(home, "key");
    writeFileSync(file, `${CANARY_KEY}\n`);
    const script = join(home, "answer.cjs");
    writeFileSync(
      script,
      `process.stdin.on("data", (text) => { const { ids } = JSON.parse(text); process.stdout.write(JSON.stringify({ protocolVersion: 1, values: { [ids[0]]: process.env.CF_AIG_TOKEN ?? "value" } })); });`,
    );
    const secrets = {
      providers: {
        kf: { source: "file", path: file, mode: "singleValue" },
        run: { source: "exec", command: process.execPath, args: [script] },
      },
    };
    for (const apiKey of [
      { source: "file", provider: "kf", id: "value" },
      { source: "exec", provider: "run", id: "anthropic" },
    ]) {
      expect(await auth(homeWith({ ...provider({ apiKey }), secrets }))).toEqual({ available: true, stderr: "" });
    }
  });
});

describe("the login shell", () => {
  const withShell = (shellEnv: object, profile: string): string => {
    const home = homeWith({
      ...provider({
        apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
        headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
      }),
      env: { shellEnv },
    });
    writeFileSync(join(home, ".profile"), profile);
    return home;
  };

  it("supplies what is missing elsewhere, whatever its profile prints", async () => {
    const home = withShell(
      { enabled: true },
      `echo CF_AIG_TOKEN=printed; export CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY} CF_AIG_TOKEN=${CANARY_TOKEN}\n`,
    );
    expect(await auth(home)).toEqual({ available: true, stderr: "" });
  });

  it("is not asked unless env.shellEnv or OPENCLAW_LOAD_SHELL_ENV says so", async () => {
    const profile = `export CLOUDFLARE_AI_GATEWAY_API_KEY=a CF_AIG_TOKEN=b\n`;
    const isAsked = async (enabled: boolean | undefined, OPENCLAW_LOAD_SHELL_ENV: string) => {
      const home = withShell(enabled === undefined ? {} : { enabled }, profile);
      return (await auth(home, { OPENCLAW_LOAD_SHELL_ENV })).available;
    };
    for (const no of ["", "0", "no", "2"]) expect(await isAsked(false, no)).toBe(false);
    // As in the published OpenClaw, the variable counts also where the configuration says no.
    for (const yes of ["1", "true", "YES", " on "]) expect(await isAsked(false, yes)).toBe(true);
    expect(await isAsked(undefined, "")).toBe(false);
    expect(await isAsked(undefined, "1")).toBe(true);
  });

  it("that hangs is ended with everything it started", async () => {
    const profile = `sleep 1000 & echo $! > ${"$HOME"}/pid; wait\n`;
    const hanging = async (timeoutMs: number): Promise<string> => {
      const home = withShell({ enabled: true, timeoutMs }, profile);
      expect((await auth(home)).available).toBe(false);
      const file = join(home, "pid");
      // On a busy machine the shell may have been ended before it came so far.
      return existsSync(file) ? readFileSync(file, "utf8").trim() : hanging(2 * timeoutMs);
    };
    const pid = await hanging(200);
    // Gone, or a zombie that nobody has collected yet; on a busy machine the signal may take a moment.
    const stat = () => (existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "gone Z");
    await expect.poll(stat).toMatch(/ Z/);
  });
});
