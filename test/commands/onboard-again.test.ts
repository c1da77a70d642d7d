import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configIn, configPath, secretsText, stateOf } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { answer, describeInTerminal, leaks, leftSane, openTerminal, type TestTerminal } from "../support/terminal.ts";

const ID = "--cloudflare-ai-gateway";
const AGAIN = ["onboard", "--yes"];
const OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARYopenaiCANARY";

/** A home in which the documented command has run. */
async function setUpHome(): Promise<string> {
  const home = temporaryHome();
  expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
  return home;
}

/** Differences of the configuration between two runs, apart from their record. */
const changed = (before: Record<string, unknown>, after: Record<string, unknown>) => ({
  ...before,
  ...after,
  wizard: undefined,
});

describe("onboard on a machine that is set up", () => {
  it("changes the default model alone, without --auth-choice, and nothing when asked twice", async () => {
    const home = await setUpHome();
    const before = configIn(home);
    const kept = secretsText(home);
    const model = "cloudflare-ai-gateway/claude-opus-4-8";
    const { status, stdout } = await openclaw([...AGAIN, "--model", model], { home });
    expect(status).toBe(0);
    expect(stdout).toContain(`Default model  ${model}`);
    const after = configIn(home);
    const entry = before.models.providers["cloudflare-ai-gateway"];
    expect(after.models.providers["cloudflare-ai-gateway"]).toEqual({
      ...entry,
      models: [...entry.models, expect.objectContaining({ id: "claude-opus-4-8" })],
    });
    expect(after.agents.defaults.model.primary).toBe(model);
    expect(after.gateway).toEqual(before.gateway);
    expect(secretsText(home)).toBe(kept);
    const done = stateOf(home);
    const again = await openclaw([...AGAIN, "--model", model], { home });
    expect([again.status, again.stdout]).toEqual([0, "Already up to date. No files were changed.\n"]);
    expect(stateOf(home)).toEqual(done);
    expect((await openclaw(["undo", "--yes"], { home })).status).toBe(0);
    expect(changed(configIn(home), {})).toEqual(changed(before, {}));
  });

  it("takes an alias and an id alone for a model", async () => {
    const home = await setUpHome();
    expect((await openclaw([...AGAIN, "--model", "claude-opus-4-8"], { home })).status).toBe(0);
    expect(configIn(home).agents.defaults.model.primary).toBe("cloudflare-ai-gateway/claude-opus-4-8");
    expect((await openclaw([...AGAIN, "--model", "Cloudflare AI Gateway"], { home })).status).toBe(0);
    expect(configIn(home).agents.defaults.model.primary).toBe("cloudflare-ai-gateway/claude-sonnet-4-6");
  });

  it("changes the model though the variable of the key has no value here", async () => {
    const home = temporaryHome();
    const env = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY };
    const first = [...DOCUMENTED.slice(0, -2), "--secret-input-mode", "ref"];
    expect((await openclaw(first, { home, env })).status).toBe(0);
    const entry = configIn(home).models.providers["cloudflare-ai-gateway"];
    const { status } = await openclaw([...AGAIN, "--model", "claude-opus-4-8"], { home });
    expect(status).toBe(0);
    expect(configIn(home).models.providers["cloudflare-ai-gateway"]).toMatchObject({
      baseUrl: entry.baseUrl,
      apiKey: entry.apiKey,
    });
  });

  it("sets a default model of another provider that is configured", async () => {
    const home = await setUpHome();
    const text = configIn(home);
    text.models.providers.ollama = { baseUrl: "http://127.0.0.1:11434/v1", api: "openai-completions", models: [] };
    writeFileSync(configPath(home), JSON.stringify(text));
    expect((await openclaw([...AGAIN, "--model", "ollama/qwen3"], { home })).status).toBe(0);
    expect(configIn(home).agents.defaults.model.primary).toBe("ollama/qwen3");
    expect(configIn(home).models.providers).toEqual(text.models.providers);
    const unknown = await openclaw([...AGAIN, "--model", "nowhere/qwen3"], { home });
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('"nowhere/qwen3"')]);
  });

  it("puts a second endpoint beside the first with nothing but its key", async () => {
    const home = await setUpHome();
    const before = configIn(home);
    const flags = [`${ID}-endpoint`, "openai", `${ID}-openai-api-key`, OPENAI_KEY];
    const { status, stdout, stderr } = await openclaw([...AGAIN, ...flags], { home });
    expect(status).toBe(0);
    expect(stdout + stderr).not.toContain("CANARY");
    const { "cloudflare-ai-gateway": first, "cloudflare-ai-gateway-openai": second } = configIn(home).models.providers;
    expect(first).toEqual(before.models.providers["cloudflare-ai-gateway"]);
    expect(second.baseUrl).toBe(first.baseUrl.replace(/anthropic$/, "openai"));
    expect(configIn(home).agents.defaults.model).toEqual(before.agents.defaults.model);
    expect(secretsText(home)).toContain(`OPENAI_API_KEY=${OPENAI_KEY}`);
    expect(secretsText(home)).toContain(CANARY_KEY);
    expect(leaks(home, stdout, stderr)).toEqual([]);
  });

  it("adds the endpoint that a model needs", async () => {
    const home = await setUpHome();
    const model = "cloudflare-ai-gateway-workers-ai/@cf/openai/gpt-oss-120b";
    const open = await openclaw([...AGAIN, "--model", model], { home });
    expect([open.status, open.stderr]).toEqual([2, expect.stringContaining(`${ID}-token`)]);
    const { status } = await openclaw([...AGAIN, "--model", model], { home, env: { CF_AIG_TOKEN: CANARY_TOKEN } });
    expect(status).toBe(0);
    expect(configIn(home).agents.defaults.model.primary).toBe(model);
    expect(Object.keys(configIn(home).models.providers)).toEqual([
      "cloudflare-ai-gateway",
      "cloudflare-ai-gateway-workers-ai",
    ]);
  });

  it("changes one answer of the provider, and of the local gateway", async () => {
    const home = await setUpHome();
    const before = configIn(home);
    expect((await openclaw([...AGAIN, `${ID}-gateway-id`, "other"], { home })).status).toBe(0);
    const { baseUrl } = configIn(home).models.providers["cloudflare-ai-gateway"];
    expect(baseUrl).toBe(before.models.providers["cloudflare-ai-gateway"].baseUrl.replace("my-gw", "other"));
    expect((await openclaw([...AGAIN, "--gateway-port", "18790"], { home })).status).toBe(0);
    expect(configIn(home)).toEqual({
      ...before,
      wizard: expect.anything(),
      models: expect.anything(),
      gateway: { ...before.gateway, port: 18790 },
    });
  });

  it("changes a port where only the local gateway was set up", async () => {
    const home = temporaryHome();
    expect((await openclaw(["onboard", "--yes", "--auth-choice", "skip"], { home })).status).toBe(0);
    expect((await openclaw([...AGAIN, "--gateway-port", "18791"], { home })).status).toBe(0);
    expect(configIn(home).gateway.port).toBe(18791);
    const model = await openclaw([...AGAIN, "--model", "claude-opus-4-8"], { home });
    expect([model.status, model.stderr]).toEqual([2, expect.stringContaining("--auth-choice")]);
  });

  it("shows with --dry-run what would change, and asks nobody with --yes", async () => {
    const home = await setUpHome();
    const before = stateOf(home);
    const { status, stdout } = await openclaw([...AGAIN, "--model", "claude-opus-4-8", "--dry-run", "--json"], {
      home,
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, changed: false, dryRun: true });
    expect(stateOf(home)).toEqual(before);
    const silent = await openclaw(["onboard", "--model", "claude-opus-4-8"], { home });
    expect([silent.status, silent.stderr]).toEqual([2, expect.stringContaining("terminal")]);
  });

  it("names the choice that is missing where nothing is set up", async () => {
    const { status, stderr } = await openclaw([...AGAIN, "--model", "claude-opus-4-8"], { home: temporaryHome() });
    expect([status, stderr]).toEqual([2, expect.stringContaining("--auth-choice")]);
  });
});

/** The wizard of a second run, where one answer is to be changed. */
async function askedWhichAnswer(home: string): Promise<TestTerminal> {
  const terminal = openTerminal(["onboard", "--no-verify"], { home });
  await terminal.waitFor("? Which provider?");
  terminal.press("down");
  await terminal.waitFor("❯ Cloudflare AI Gateway: change one answer");
  terminal.press("enter");
  await terminal.waitFor("? Which answer?");
  return terminal;
}

describeInTerminal("onboard again at a terminal", () => {
  it("asks only whether to save where a flag names the change", async () => {
    const home = await setUpHome();
    const terminal = openTerminal(["onboard", "--model", "claude-opus-4-8"], { home });
    await terminal.waitFor("? Save these changes?");
    expect(terminal.screen()).not.toContain("Which provider?");
    expect(terminal.screen()).toContain("claude-opus-4-8");
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(configIn(home).agents.defaults.model.primary).toBe("cloudflare-ai-gateway/claude-opus-4-8");
    expect(leftSane(terminal.bytes)).toBe(true);
  });

  it("leaves everything as it is when declined", async () => {
    const home = await setUpHome();
    const before = stateOf(home);
    const terminal = openTerminal(["onboard", "--gateway-port", "18790"], { home });
    await answer(terminal, "Save these changes?", "n");
    expect((await terminal.exit).status).toBe(130);
    expect(stateOf(home)).toEqual(before);
  });

  it("adds an endpoint beside the first, and asks only for what that needs", async () => {
    const home = await setUpHome();
    const before = configIn(home);
    const terminal = openTerminal(["onboard", "--no-verify"], { home });
    await terminal.waitFor("? Which provider?");
    terminal.press("down", 2);
    await terminal.waitFor("❯ Cloudflare AI Gateway: add an endpoint");
    terminal.press("enter");
    await terminal.waitFor("? Which endpoints?");
    terminal.press("down");
    terminal.type(" ");
    terminal.press("up");
    terminal.type(" ");
    terminal.press("enter");
    await answer(terminal, "OpenAI API key", OPENAI_KEY);
    await answer(terminal, "Save these changes?");
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.screen()).not.toContain("Account ID");
    expect(configIn(home).models.providers["cloudflare-ai-gateway"]).toEqual(
      before.models.providers["cloudflare-ai-gateway"],
    );
    expect(Object.keys(configIn(home).models.providers)).toEqual([
      "cloudflare-ai-gateway",
      "cloudflare-ai-gateway-openai",
    ]);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it("changes the one answer that is chosen", async () => {
    const home = await setUpHome();
    const terminal = await askedWhichAnswer(home);
    terminal.press("down");
    await terminal.waitFor("❯ Gateway ID");
    terminal.press("enter");
    await answer(terminal, "Gateway ID", "other");
    await answer(terminal, "Save these changes?");
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.screen()).not.toContain("API key");
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toContain("/other/anthropic");
  });

  it("goes back from one answer to all questions", async () => {
    const home = await setUpHome();
    const before = stateOf(home);
    const terminal = await askedWhichAnswer(home);
    terminal.press("escape");
    await terminal.waitFor("❯ Cloudflare AI Gateway\n");
    terminal.press("enter");
    await answer(terminal, "Account ID");
    await answer(terminal, "Gateway ID");
    await answer(terminal, "API key");
    expect((await terminal.exit).status).toBe(0);
    expect(stateOf(home)).toEqual(before);
  });

  it.each([80, 60, 40])("asks in Chinese, at %i columns", async (columns) => {
    const home = await setUpHome();
    const terminal = openTerminal(["onboard", "--no-verify", "--lang", "zh-TW"], {
      home,
      columns,
      env: { OPENCLAW_LANG: "zh-TW" },
    });
    await terminal.waitFor("Cloudflare AI Gateway：變更一項設定");
    terminal.press("down");
    await terminal.waitFor("❯ Cloudflare AI Gateway：變更一項設定");
    terminal.press("enter");
    await terminal.waitFor("❯ 帳戶 ID");
    terminal.press("down");
    await terminal.waitFor("❯ Gateway ID");
    terminal.press("enter");
    await terminal.waitFor("? Gateway ID");
    terminal.type("other");
    terminal.press("enter");
    await terminal.waitFor("儲存這些變更");
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toContain("/other/anthropic");
  });
});
