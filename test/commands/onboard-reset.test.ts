import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answeringGateway } from "../support/answering-gateway.ts";
import { PROVIDER, readConfig, readText } from "../support/doctor.ts";
import { configPath, modeOf, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { put } from "../support/service-machine.ts";
import { answer, answerQuickstart, describeInTerminal, leaks, openTerminal } from "../support/terminal.ts";

/** A home that was set up twice, so that there is a backup, with a variable that is none of ours. */
async function home() {
  const folder = temporaryHome();
  await openclaw([...DOCUMENTED, "--cloudflare-ai-gateway-token", CANARY_TOKEN], { home: folder });
  await openclaw([...DOCUMENTED, "--gateway-port", "4000"], { home: folder });
  put(secretsPath(folder), `TELEGRAM_BOT_TOKEN=other-feature\n${readText(secretsPath(folder))}`);
  return folder;
}

const state = (folder: string) => readdirSync(join(folder, ".openclaw")).toSorted();
const backups = (folder: string) =>
  state(folder)
    .filter((name) => name.startsWith("backup-"))
    .map((name) => join(folder, ".openclaw", name));
const RESET = ["onboard", "--reset", "--yes"];

describe("onboard --reset", () => {
  it("moves the configuration to a dated private folder and removes the credentials; undo brings the file back", async () => {
    const folder = await home();
    const config = readText(configPath(folder));
    const { status, stdout, stderr } = await openclaw(RESET, { home: folder });
    expect([status, stderr]).toEqual([0, ""]);
    const [backup = "", ...others] = backups(folder);
    expect([others, backup]).toEqual([[], expect.stringMatching(/\/backup-\d{4}-\d\d-\d\dT\d{6}Z$/)]);
    expect([modeOf(backup), modeOf(join(backup, "openclaw.json"))]).toEqual(["700", "600"]);
    expect(readdirSync(backup).toSorted()).toEqual([".openclaw.json.undo", "openclaw.json", "openclaw.json.bak"]);
    expect(readText(join(backup, "openclaw.json"))).toBe(config);
    expect(existsSync(configPath(folder))).toBe(false);
    expect(readText(secretsPath(folder))).toBe("TELEGRAM_BOT_TOKEN=other-feature\n");
    expect(stdout).toContain("Moved 3 files to ~/.openclaw/backup-");
    expect(stdout).toContain("Removed 3 credentials from ~/.openclaw/.env.");
    expect(leaks(folder, stdout)).toEqual([]);
    const undone = await openclaw(["undo", "--yes"], { home: folder });
    expect(undone.status).toBe(0);
    expect(undone.stdout).toContain("Credentials that were removed from ~/.openclaw/.env do not come back.");
    expect(readText(configPath(folder))).toBe(config);
    expect((await openclaw(["undo", "--yes"], { home: folder })).status).toBe(0);
    expect(existsSync(configPath(folder))).toBe(false);
    const again = await openclaw(RESET, { home: folder });
    expect([again.status, again.stdout]).toEqual([0, "There is nothing to reset.\n"]);
  });

  it("with the scope config keeps the credentials, and the file as it is", async () => {
    const folder = await home();
    const secrets = readText(secretsPath(folder));
    const json = await openclaw([...RESET, "--reset-scope", "config", "--json"], { home: folder });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      dryRun: false,
      scope: "config",
      folder: backups(folder)[0],
      moved: [configPath(folder), `${configPath(folder)}.bak`, expect.stringContaining(".undo")],
      removed: [],
    });
    expect(readText(secretsPath(folder))).toBe(secrets);
    expect((await openclaw(DOCUMENTED, { home: folder })).status).toBe(0);
  });

  it.each(["config+creds", "full", "config+creds+sessions"])(
    "with the scope %s leaves no copy of a credential, wherever it stood",
    async (scope) => {
      const folder = await home();
      const config = readConfig(folder);
      config.models.providers[PROVIDER].apiKey = CANARY_KEY;
      config.models.providers[PROVIDER].headers["cf-aig-authorization"] = `Bearer ${CANARY_TOKEN}`;
      config.models.providers.mine = { baseUrl: "https://x.example", apiKey: CANARY_KEY, models: [] };
      config.env = { vars: { MY_TOKEN: CANARY_TOKEN } };
      put(configPath(folder), `// old key: ${CANARY_KEY}\n${JSON.stringify(config, null, 2)}\n`);
      put(`${configPath(folder)}.bak.2`, `{ damaged, "apiKey": "${CANARY_KEY}"\n`);
      put(`${configPath(folder)}.last-good`, JSON.stringify(config));
      const { status, stdout, stderr } = await openclaw([...RESET, "--reset-scope", scope], { home: folder });
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("Gone for good: `models.providers");
      expect(leaks(folder, stdout, stderr)).toEqual([]);
      const copy = readText(join(backups(folder)[0] ?? "", "openclaw.json"));
      expect(copy).toContain('"apiKey": "${CLOUDFLARE_AI_GATEWAY_API_KEY}"');
      expect(copy).toContain('"cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}"');
      expect(copy).toContain('"apiKey": "${OPENCLAW_REMOVED_CREDENTIAL}"');
      expect(copy).toMatch(/^\/\/ old key: \*{8}\n/);
      expect((await openclaw(["undo", "--yes"], { home: folder })).status).toBe(0);
      expect(leaks(folder)).toEqual([]);
    },
  );

  it("puts references into included files, which stay", async () => {
    const folder = await home();
    const { models, ...rest } = readConfig(folder);
    models.providers[PROVIDER].apiKey = CANARY_KEY;
    const included = join(folder, ".openclaw", "models.json5");
    put(included, `// mine\n${JSON.stringify(models)}\n`);
    put(configPath(folder), JSON.stringify({ ...rest, models: { $include: "./models.json5" } }));
    const { status, stdout } = await openclaw(RESET, { home: folder });
    expect(status).toBe(0);
    expect(stdout).toContain("References take the place of credentials in ~/.openclaw/models.json5, which stays.");
    expect(readText(included)).toContain('"apiKey":"${CLOUDFLARE_AI_GATEWAY_API_KEY}"');
    expect(leaks(folder, stdout)).toEqual([]);
  });

  it("with the scope full also takes clients' settings and saved lists away", async () => {
    const folder = await home();
    put(join(folder, ".claude", "settings.json"), '{"theme":"dark"}\n');
    const set = await openclaw(["gateway", "env", "--client", "claude-code", "--write", "--yes"], { home: folder });
    expect([set.status, readText(join(folder, ".claude", "settings.json"))]).toEqual([
      0,
      expect.stringContaining("127.0.0.1"),
    ]);
    put(join(folder, ".openclaw", "cache", "models-x.json"), "{}");
    const { stdout } = await openclaw([...RESET, "--reset-scope", "full"], { home: folder });
    expect(stdout).toContain("The local gateway goes out of the settings of Claude Code.");
    expect(stdout).toContain("1 saved list of models goes.");
    expect(readText(join(folder, ".claude", "settings.json"))).toBe('{"theme":"dark"}\n');
    expect(existsSync(join(folder, ".openclaw", "cache"))).toBe(false);
  });

  it("changes nothing without --yes where nobody can be asked, with --dry-run, or with flags it cannot use", async () => {
    const folder = await home();
    const before = state(folder);
    const refused = await openclaw(["onboard", "--reset", "--non-interactive"], { home: folder });
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("pass `--yes`")]);
    const dry = await openclaw(["onboard", "--reset", "--dry-run", "--json"], { home: folder });
    expect([dry.status, JSON.parse(dry.stdout)]).toMatchObject([0, { dryRun: true, scope: "config+creds" }]);
    expect(leaks(folder, refused.stdout, dry.stdout)).toEqual([]);
    for (const flags of [
      ["--reset-scope", "all"],
      ["--gateway-port", "0"],
      ["--auth-choice", "nobody"],
    ])
      expect((await openclaw([...RESET, ...flags], { home: folder })).status).toBe(2);
    const missing = await openclaw([...RESET, "--auth-choice", "cloudflare-ai-gateway-api-key"], { home: folder });
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining("Account ID")]);
    expect((await openclaw(["onboard", "--reset-scope", "full", "--yes"], { home: folder })).status).toBe(2);
    const readOnly = await openclaw(RESET, { home: folder, env: { OPENCLAW_NIX_MODE: "1" } });
    expect(readOnly.status).toBe(1);
    expect(state(folder)).toEqual(before);
  });

  it("sets up again in the same run where flags say what, and prints one document", async () => {
    const folder = await home();
    const { status, stdout } = await openclaw([...DOCUMENTED, "--reset", "--yes", "--json"], { home: folder });
    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      { ok: true, reset: { scope: "config+creds", folder: backups(folder)[0] } },
    ]);
    expect(readConfig(folder).gateway.port).toBe(18_789);
    expect(readText(secretsPath(folder))).toContain(CANARY_KEY);
    expect(readText(secretsPath(folder))).not.toContain(CANARY_TOKEN);
  });

  it("works with a damaged configuration", async () => {
    const folder = await home();
    writeFileSync(configPath(folder), `{ "apiKey": "${CANARY_KEY}", damaged`);
    const { status, stdout } = await openclaw(RESET, { home: folder });
    expect(status).toBe(0);
    expect(leaks(folder, stdout)).toEqual([]);
    expect(existsSync(configPath(folder))).toBe(false);
  });

  it("says that a running gateway goes on, and where credentials still stand", async () => {
    const folder = await home();
    const gateway = await answeringGateway({ secrets: secretsPath(folder) });
    const { stdout, stderr } = await openclaw(RESET, {
      home: folder,
      env: { OPENCLAW_GATEWAY_PORT: String(gateway.port), CF_AIG_TOKEN: CANARY_TOKEN },
    });
    expect(stderr).toContain(
      `The local gateway at ${gateway.url} (process 4242) goes on with the configuration that it has read. Stop it with Ctrl-C where it runs, or run \`kill 4242\`.`,
    );
    expect(stdout).toContain("- CF_AIG_TOKEN is set in this shell.");
  });
});

describeInTerminal("onboard --reset at a terminal", () => {
  it("shows what goes and asks, then sets up again if wanted", async () => {
    const folder = await home();
    const kept = openTerminal(["onboard", "--reset"], { home: folder });
    await answer(kept, "Reset all this?");
    expect((await kept.exit).status).toBe(130);
    expect(existsSync(configPath(folder))).toBe(true);
    const again = openTerminal(
      ["onboard", "--reset", "--no-verify", "--auth-choice", "cloudflare-ai-gateway-api-key"],
      {
        home: folder,
        rows: 50,
      },
    );
    await answer(again, "Reset all this?", "y");
    await answerQuickstart(again);
    again.press("enter");
    expect((await again.exit).status).toBe(0);
    expect(backups(folder)).toHaveLength(1);
    const alone = openTerminal(["onboard", "--reset"], { home: folder });
    await answer(alone, "Reset all this?", "y");
    await answer(alone, "Set up again now?", "n");
    expect((await alone.exit).status).toBe(0);
    expect(existsSync(configPath(folder))).toBe(false);
    await openclaw(["undo", "--yes"], { home: folder });
    const left = openTerminal(["onboard", "--reset"], { home: folder });
    await answer(left, "Reset all this?", "y");
    await left.waitFor("Set up again now?");
    left.press("ctrl-c");
    expect((await left.exit).status).toBe(130);
    expect(left.screen()).toContain("openclaw: Canceled after the reset. Nothing was set up again.");
    expect(leaks(folder, kept.bytes, again.bytes, alone.bytes, left.bytes)).toEqual([]);
  });
});
