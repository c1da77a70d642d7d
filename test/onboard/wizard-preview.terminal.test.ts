import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../support/doctor.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, temporaryHome } from "../support/program.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { answer, leaks, ONBOARD, openTerminal, type TestTerminal } from "../support/terminal.ts";

const PROVIDER = "cloudflare-ai-gateway";
const IDS = [`--${PROVIDER}-account-id`, ACCOUNT, `--${PROVIDER}-gateway-id`, "my-gw"];
const ALL_ENDPOINTS = ["anthropic", "workers-ai", "openai"].flatMap((id) => [`--${PROVIDER}-endpoint`, id]);
const KEY = [`--${PROVIDER}-api-key`, CANARY_KEY];
const TOKEN = [`--${PROVIDER}-token`, CANARY_TOKEN];
const OPENAI = [`--${PROVIDER}-openai-api-key`, KNOWN.openaiKey];

/** The lines of the preview, its question included. */
function preview(terminal: TestTerminal): readonly string[] {
  const lines = terminal.screen().split("\n");
  return lines.slice(lines.indexOf("These files will change:"));
}

describe("the preview before writing", () => {
  it.each([80, 60])("tells in words what each file will have, and fits 24 lines of %i columns", async (columns) => {
    const home = temporaryHome();
    const flags = [...IDS, ...ALL_ENDPOINTS, ...KEY, ...TOKEN, ...OPENAI];
    const terminal = openTerminal([...ONBOARD, ...flags], { home, rows: 24, columns });
    await terminal.waitFor("Type d to see every value.");
    expect(preview(terminal).join("\n")).toMatch(
      /^These files will change:\n~\/\.openclaw\/\.env\n {2}\+ API key {2}\*{8}wXyZ\n {2}\+ OpenAI API key {2}\*{8}\w{4}\n {2}\+ Gateway token {2}\*{8}5678\n {2}\+ Local gateway token {2}\*{8}\S{4}\n~\/\.openclaw\/openclaw\.json\n/,
    );
    expect(terminal.screen().replace(/\s+/g, " ")).toContain(
      "+ Default model cloudflare-ai-gateway/claude-sonnet-4-6 + Local gateway port 18789, this machine only, clients need a token",
    );
    const rows = preview(terminal).reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    expect(rows).toBeLessThanOrEqual(24);
    terminal.type("d");
    terminal.press("enter");
    await terminal.waitFor(`+ gateway.auth.token  "\${OPENCLAW_GATEWAY_TOKEN}"`);
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(Object.keys(readConfig(home).models.providers)).toHaveLength(3);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it("names whatever takes the place of something by its path", async () => {
    const home = temporaryHome();
    const folder = join(home, ".openclaw");
    mkdirSync(folder, { mode: 0o700 });
    const config = {
      agents: { defaults: { model: { primary: `${PROVIDER}/claude-opus-5` } } },
      gateway: { port: 4000, bind: "lan" },
    };
    writeFileSync(join(folder, "openclaw.json"), JSON.stringify(config), { mode: 0o600 });
    writeFileSync(join(folder, ".env"), "CLOUDFLARE_AI_GATEWAY_API_KEY=sk-ant-api03-OLDoldOLDoldOLDold-aaaaoldk\n", {
      mode: 0o600,
    });
    const changed = ["--model", "claude-sonnet-5", "--gateway-port", "5000"];
    const terminal = openTerminal([...ONBOARD, ...IDS, ...KEY, ...changed], { home, rows: 24 });
    await terminal.waitFor("? Save these changes?");
    const text = preview(terminal).join("\n");
    expect(text).toContain("  ~ API key  ********oldk -> ********wXyZ\n");
    expect(text).toContain("  ~ gateway.port  4000 -> 5000\n");
    expect(text.replace(/\s+/g, " ")).toContain(
      `~ agents.defaults.model.primary "${PROVIDER}/claude-opus-5" -> "${PROVIDER}/claude-sonnet-5"`,
    );
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 130 });
  });

  it("shows every value at once with --verbose", async () => {
    const home = temporaryHome();
    const terminal = openTerminal([...ONBOARD, ...IDS, ...KEY, "--verbose"], { home });
    await terminal.waitFor("? Save these changes?");
    expect(preview(terminal).join("\n")).toContain("+ gateway.auth.mode");
    expect(terminal.screen()).not.toContain("Type d to see");
    await answer(terminal, "Save these changes?", "n");
    expect(await terminal.exit).toMatchObject({ status: 130 });
    expect(existsSync(join(home, ".openclaw"))).toBe(false);
  });

  it("shows them to a screen reader that asks", async () => {
    const home = temporaryHome();
    const terminal = openTerminal([...ONBOARD, ...IDS, ...KEY, "--accessible"], { home });
    await terminal.waitFor("Type yes or no, or press Enter for yes.\nType d to see every value.");
    terminal.type("details");
    terminal.press("enter");
    await terminal.waitFor(/\+ gateway\.auth\.mode[\s\S]*1\. Save these changes\?/);
    await terminal.waitFor(/> $|>$/);
    terminal.press("enter");
    expect(await terminal.exit).toMatchObject({ status: 0 });
  });
});

describe("after success", () => {
  it.each<[string, readonly string[], Record<string, string>, string | undefined]>([
    ["Claude Code", KEY, {}, `eval "$(openclaw gateway env)" && claude`],
    ["Claude Code in fish", KEY, { SHELL: "/usr/bin/fish" }, "openclaw gateway env | source && claude"],
    ["nothing that speaks another protocol", [`--${PROVIDER}-endpoint`, "openai", ...OPENAI], {}, undefined],
    ["nothing that speaks another protocol (Workers AI)", ["--model", "@cf/zai-org/glm-5.3", ...TOKEN], {}, undefined],
  ])("the next step starts %s", async (_, flags, env, command) => {
    const home = temporaryHome();
    const terminal = openTerminal([...ONBOARD, ...IDS, ...flags], { home, env });
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    const use = /Use it now:\n([\s\S]*?)\n\nNext:/.exec(terminal.screen())?.[1] ?? "";
    expect(use).toContain("openclaw gateway run");
    if (command === undefined) expect(use).not.toContain("claude");
    else expect(use).toContain(command);
  });

  it("breaks no word of what was written, and no command, in a narrow window", async () => {
    const home = temporaryHome();
    const terminal = openTerminal([...ONBOARD, ...IDS, ...KEY], { home, columns: 30 });
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(terminal.screen()).toContain("Wrote\n~/.openclaw/openclaw.json (13\nvalues)");
  });
});
