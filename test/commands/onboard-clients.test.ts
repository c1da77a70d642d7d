import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CLIENTS } from "../../src/clients/registry.ts";
import { isWritable } from "../../src/clients/write-client.ts";
import { EDITED_CLIENTS } from "../../src/commands/onboard-flags.ts";
import { secretsPath } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import { answer, leaks, ONBOARD, openTerminal } from "../support/terminal.ts";

const IDS = ["--cloudflare-ai-gateway-account-id", ACCOUNT, "--cloudflare-ai-gateway-gateway-id", "my-gw"];
const GIVEN = [...ONBOARD, ...IDS, "--cloudflare-ai-gateway-api-key", CANARY_KEY];

const settingsIn = (home: string) => join(home, ".claude", "settings.json");
const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));

function homeWithFolders(...folders: readonly string[]): string {
  const home = temporaryHome();
  for (const folder of folders) mkdirSync(join(home, folder), { recursive: true });
  return home;
}

const tokenLeaks = (home: string, ...printed: readonly string[]): readonly string[] => {
  const token = /OPENCLAW_GATEWAY_TOKEN=(.+)/.exec(readFileSync(secretsPath(home), "utf8"))?.[1] ?? "";
  const others = [...filesBelow(home)].filter(([path]) => path !== secretsPath(home));
  return [...printed, ...others.map(([, text]) => text)].filter((text) => text.includes(token));
};

describe("onboard --client", () => {
  it("is the list of the clients whose file can be edited", () => {
    const writable = Object.values(CLIENTS).filter(isWritable);
    expect(writable.map(({ id }) => id)).toEqual(EDITED_CLIENTS);
  });

  it("sets up nothing in a script that does not say so, and names the command", async () => {
    const home = homeWithFolders(".claude", ".codex", ".config/opencode");
    const { status, stdout } = await openclaw(DOCUMENTED, { home });
    expect(status).toBe(0);
    expect(stdout).toContain("openclaw gateway env --client claude-code --write");
    expect([...filesBelow(home).keys()].filter((path) => !path.includes(".openclaw"))).toEqual([]);
  });

  it("sets up those that it names, also where nothing else changes", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const { status, stdout } = await openclaw([...DOCUMENTED, "--client", "claude-code", "--client", "opencode"], {
      home,
    });
    expect(status).toBe(0);
    expect(stdout).toContain("Wrote ~/.claude/settings.json (3 values)");
    expect(read(settingsIn(home)).apiKeyHelper).toBe("openclaw gateway token");
    expect(read(join(home, ".config/opencode/opencode.json")).model).toBe("openclaw/claude-sonnet-4-6");
    expect(stdout.match(/gateway run/g)).toHaveLength(1);
    expect(tokenLeaks(home, stdout)).toEqual([]);
  });

  it("is a part of the JSON document", async () => {
    const home = temporaryHome();
    const { stdout } = await openclaw([...DOCUMENTED, "--json", "--client", "claude-code"], { home });
    expect(JSON.parse(stdout).clients).toEqual([{ path: settingsIn(home), values: 3 }]);
  });

  it("is judged with all other flags", async () => {
    const home = temporaryHome();
    const flags = ["--client", "claud-code", "--client", "anthropic-sdk", "--gateway-port", "0x"];
    const { status, stderr } = await openclaw([...DOCUMENTED, ...flags], { home });
    expect(status).toBe(2);
    for (const part of ["--client", "--gateway-port", "`claude-code`", "Use claude-code, codex or opencode"])
      expect(stderr).toContain(part);
    expect(existsSync(join(home, ".openclaw"))).toBe(false);
  });

  it("changes nothing of a client with --dry-run", async () => {
    const home = homeWithFolders(".claude");
    await openclaw([...DOCUMENTED, "--client", "claude-code", "--dry-run"], { home });
    expect(existsSync(settingsIn(home))).toBe(false);
  });

  it("keeps what it wrote itself where a client's file cannot be edited", async () => {
    const home = homeWithFolders(".claude");
    writeFileSync(settingsIn(home), "{ // mine\n}");
    const { status, stdout, stderr } = await openclaw([...DOCUMENTED, "--client", "claude-code"], { home });
    expect(status).toBe(1);
    expect(stdout).toContain("Wrote ~/.openclaw/openclaw.json");
    expect(stderr).toContain("~/.claude/settings.json:1:");
    expect(readFileSync(settingsIn(home), "utf8")).toBe("{ // mine\n}");
  });
});

describe("the last question of onboard", () => {
  it.each([80, 60, 40])("offers the clients that are here, in %i columns", async (columns) => {
    const home = homeWithFolders(".claude", ".config/opencode");
    const terminal = openTerminal(GIVEN, { home, columns, rows: 60 });
    await answer(terminal, "Save these changes?");
    await answer(terminal, "Set up Claude Code and opencode", "y");
    await answer(terminal, "Which of them?");
    await terminal.waitFor("settings.json:");
    await answer(terminal, "Save these changes? (Y/n)");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(read(settingsIn(home)).env.ANTHROPIC_BASE_URL).toBe("http://127.0.0.1:18789");
    expect(existsSync(join(home, ".config/opencode/opencode.json"))).toBe(true);
    // How to leave is said once.
    expect(terminal.bytes.match(/Press Esc to go back/g)).toHaveLength(1);
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expect(tokenLeaks(home, terminal.bytes)).toEqual([]);
  });

  it("changes nothing of theirs on Enter alone", async () => {
    const home = homeWithFolders(".claude");
    const terminal = openTerminal(GIVEN, { home });
    await answer(terminal, "Save these changes?");
    await answer(terminal, "Set up Claude Code");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(existsSync(settingsIn(home))).toBe(false);
  });

  it("may be left, and onboarding is done all the same", async () => {
    const home = homeWithFolders(".claude");
    const terminal = openTerminal(GIVEN, { home });
    await answer(terminal, "Save these changes?");
    await terminal.waitFor("? Set up Claude Code");
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(existsSync(join(home, ".openclaw", "openclaw.json"))).toBe(true);
    expect(existsSync(settingsIn(home))).toBe(false);
  });

  it("finds a client by its program, and is not asked where there is none or nothing to do", async () => {
    const home = homeWithFolders("bin");
    writeFileSync(join(home, "bin", "claude"), "#!/bin/sh\n", { mode: 0o755 });
    const env = { PATH: `${join(home, "bin")}:${process.env.PATH}` };
    const terminal = openTerminal(GIVEN, { home, env });
    await answer(terminal, "Save these changes?");
    await answer(terminal, "Set up Claude Code", "y");
    await answer(terminal, "Save these changes? (Y/n)");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    const again = openTerminal(GIVEN, { home, env });
    await answer(again, "Save these changes?").catch(() => {});
    expect(await again.exit).toMatchObject({ status: 0 });
    expect(again.bytes).not.toContain("Set up Claude Code");
    const none = openTerminal(GIVEN, { home: temporaryHome() });
    await answer(none, "Save these changes?");
    expect(await none.exit).toMatchObject({ status: 0 });
  });

  it("says why a client cannot be set up, and offers the others", async () => {
    const home = homeWithFolders(".claude", ".config/opencode");
    writeFileSync(settingsIn(home), '{ "env": { "ANTHROPIC_API_KEY": "sk-ant-api03-OTHERkeyOTHERkey-abcd" } }');
    const terminal = openTerminal(GIVEN, { home });
    await answer(terminal, "Save these changes?");
    await answer(terminal, "Set up opencode");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(terminal.screen()).toContain("Claude Code was not set up.");
    expect(terminal.bytes).not.toContain("OTHERkey");
  });
});
