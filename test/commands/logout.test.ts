import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answeringGateway } from "../support/answering-gateway.ts";
import { readConfig, readText } from "../support/doctor.ts";
import { fakeSystemd } from "../support/fake-managers.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { put } from "../support/service-machine.ts";
import { answer, describeInTerminal, leaks, openTerminal } from "../support/terminal.ts";

const OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARY-wxyz";

/** A home with every credential in `.env`, and others there that are none of ours. */
async function home() {
  const folder = temporaryHome();
  await openclaw([...DOCUMENTED, "--cloudflare-ai-gateway-token", CANARY_TOKEN], { home: folder });
  const secrets = secretsPath(folder);
  writeFileSync(
    secrets,
    `# mine\nTELEGRAM_BOT_TOKEN=other-feature\n# old: ${CANARY_KEY}\n${readText(secrets)}OPENAI_API_KEY=${OPENAI_KEY}\nLAST=1\n`,
  );
  return folder;
}

const names = (text: string) => text.split("\n").flatMap((line) => /^(\w+)=/.exec(line)?.[1] ?? []);

describe("logout", () => {
  it("takes every provider's credential out of .env, and nothing else", async () => {
    const folder = await home();
    const config = readText(configPath(folder));
    const { status, stdout, stderr } = await openclaw(["logout", "--yes"], { home: folder });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("CLOUDFLARE_AI_GATEWAY_API_KEY  ********wXyZ  API key, cloudflare-ai-gateway\n");
    expect(stdout).toContain("OPENCLAW_GATEWAY_TOKEN stays, for clients of the local gateway.");
    expect(stdout).toContain("Removed 3 credentials from ~/.openclaw/.env.\n");
    const left = readText(secretsPath(folder));
    expect(names(left)).toEqual(["TELEGRAM_BOT_TOKEN", "OPENCLAW_GATEWAY_TOKEN", "LAST"]);
    expect(left).toMatch(/^# mine\n/);
    expect(left).not.toContain("CANARY");
    expect(readText(configPath(folder))).toBe(config);
    expect(leaks(folder, stdout, stderr)).toEqual([]);
  });

  it("with --all also takes the tokens of the local gateway's clients", async () => {
    const folder = await home();
    expect((await openclaw(["logout", "--all", "--yes"], { home: folder })).status).toBe(0);
    expect(names(readText(secretsPath(folder)))).toEqual(["TELEGRAM_BOT_TOKEN", "LAST"]);
  });

  it("changes nothing without --yes where nobody can be asked, or with --dry-run", async () => {
    const folder = await home();
    const before = readText(secretsPath(folder));
    const refused = await openclaw(["logout"], { home: folder });
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("pass `--yes`")]);
    const dry = await openclaw(["logout", "--dry-run", "--json"], { home: folder });
    expect([dry.status, dry.stderr]).toEqual([0, ""]);
    expect(JSON.parse(dry.stdout)).toMatchObject({
      ok: true,
      dryRun: true,
      removed: [
        { name: "CLOUDFLARE_AI_GATEWAY_API_KEY", value: "********wXyZ", of: "provider" },
        { name: "CF_AIG_TOKEN", value: "********5678" },
        { name: "OPENAI_API_KEY" },
      ],
      kept: [{ name: "OPENCLAW_GATEWAY_TOKEN", of: "gateway" }],
    });
    expect(readText(secretsPath(folder))).toBe(before);
    expect(leaks(folder, refused.stdout, refused.stderr, dry.stdout)).toEqual([]);
  });

  it("of one provider keeps what another one needs, and says so", async () => {
    const folder = temporaryHome();
    const both = ["anthropic", "workers-ai"].flatMap((id) => ["--cloudflare-ai-gateway-endpoint", id]);
    await openclaw([...DOCUMENTED, ...both, "--cloudflare-ai-gateway-token", CANARY_TOKEN], { home: folder });
    const { stdout } = await openclaw(["logout", "--provider", "cloudflare-ai-gateway", "--yes"], { home: folder });
    expect(stdout).toContain("CF_AIG_TOKEN stays, because cloudflare-ai-gateway-workers-ai uses it.");
    expect(names(readText(secretsPath(folder)))).toEqual(["CF_AIG_TOKEN", "OPENCLAW_GATEWAY_TOKEN"]);
    const wrong = await openclaw(["logout", "--provider", "cloudflare-ai-gatewy", "--json"], { home: folder });
    expect([wrong.status, JSON.parse(wrong.stdout).error]).toMatchObject([1, { code: "provider.unknown" }]);
    expect(wrong.stdout).toContain("cloudflare-ai-gateway");
  });

  it("says where the same credentials still stand, and never their value", async () => {
    const folder = await home();
    const secret = "sk-ant-api03-CANARYelseCANARYelseCANARYelse-abcdwXyZ";
    put(join(folder, ".bashrc"), `# CF_AIG_TOKEN=no\nexport CLOUDFLARE_AI_GATEWAY_API_KEY="${secret}"\n`);
    put(join(folder, ".config/fish/config.fish"), `set -gx CF_AIG_TOKEN ${secret}\n`);
    put(join(folder, ".config/environment.d/keys.conf"), `CF_AIG_TOKEN=${secret}\n`);
    put(join(folder, "project", ".env"), `CF_AIG_TOKEN=${secret}\n`);
    put(join(folder, ".config/openclaw/gateway.env"), `CF_AIG_TOKEN=${secret}\n`);
    put(join(folder, ".openclaw/gateway.systemd.env"), `CF_AIG_TOKEN=${secret}\n`);
    put(
      join(folder, ".openclaw/agents/main/agent/auth-profiles.json"),
      JSON.stringify({
        version: 1,
        profiles: { x: { type: "api_key", provider: "cloudflare-ai-gateway", key: secret } },
      }),
    );
    const config = readConfig(folder);
    config.models.providers["cloudflare-ai-gateway"].headers["x-api-key"] = secret;
    put(configPath(folder), JSON.stringify(config, null, 2));
    put(`${configPath(folder)}.bak.1`, JSON.stringify(config, null, 2));
    const run = { home: folder, cwd: join(folder, "project"), env: { CF_AIG_TOKEN: secret } };
    const { status, stdout, stderr } = await openclaw(["logout", "--yes"], run);
    expect([status, stderr]).toEqual([0, ""]);
    for (const line of [
      "- CF_AIG_TOKEN is set in this shell. Run `unset CF_AIG_TOKEN`.",
      "- ~/.bashrc:2:8: CLOUDFLARE_AI_GATEWAY_API_KEY is set here for every new shell. Remove the line.",
      "- ~/.config/fish/config.fish:1:9: CF_AIG_TOKEN is set here for every new shell.",
      "- ~/.config/environment.d/keys.conf:1:1: CF_AIG_TOKEN is set here",
      "- ~/project/.env:1:1: CF_AIG_TOKEN is set here, where the published OpenClaw reads it.",
      "- ~/.config/openclaw/gateway.env:1:1: CF_AIG_TOKEN is set here for the published OpenClaw's service.",
      "- ~/.openclaw/gateway.systemd.env:1:1: CF_AIG_TOKEN",
      '`models.providers["cloudflare-ai-gateway"].headers["x-api-key"]` is a credential in the configuration itself.',
      "- ~/.openclaw/openclaw.json.bak.1: This backup of the configuration has a credential as text.",
      "auth-profiles.json: The published OpenClaw has a key for cloudflare-ai-gateway here, and uses it first.",
    ])
      expect(stdout).toContain(line);
    expect(stdout).not.toContain(".bashrc:1");
    expect(stdout).not.toContain("CANARY");
    const again = await openclaw(["logout", "--yes", "--json"], run);
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, removed: [] });
    const kinds = JSON.parse(again.stdout).standing.map(({ kind }: { kind: string }) => kind);
    expect([...new Set(kinds)]).toEqual([
      "environment",
      "shell profile",
      "working folder",
      "configuration",
      "backup",
      "published service",
      "gateway.env",
      "published store",
    ]);
    expect(again.stdout).not.toContain("CANARY");
  });

  it("names what every service of the session is given", async () => {
    const folder = await home();
    const systemd = fakeSystemd(folder);
    writeFileSync(join(systemd.folder, "environment"), "CF_AIG_TOKEN=in-the-session\n");
    const env = { PATH: `${systemd.folder}:${process.env.PATH}`, XDG_RUNTIME_DIR: folder };
    const { stdout } = await openclaw(["logout", "--yes"], { home: folder, env });
    expect(stdout).toContain(
      "- CF_AIG_TOKEN is set for every service of your session. Run `systemctl --user unset-environment CF_AIG_TOKEN`.",
    );
  });

  it("works with a configuration that cannot be read, and refuses a .env that cannot", async () => {
    const folder = await home();
    writeFileSync(configPath(folder), "{ damaged");
    const { status, stderr } = await openclaw(["logout", "--yes"], { home: folder });
    expect([status, stderr]).toEqual([0, expect.stringContaining("cannot be read in full")]);
    expect(readText(secretsPath(folder))).not.toContain("CANARY");
    writeFileSync(secretsPath(folder), `A='\nCF_AIG_TOKEN=${CANARY_TOKEN}\n`);
    const refused = await openclaw(["logout", "--yes", "--json"], { home: folder });
    expect([refused.status, JSON.parse(refused.stdout).error.code]).toEqual([1, "secrets.syntax"]);
  });

  it("says of a running gateway whether it still uses them", async () => {
    const folder = await home();
    const gateway = await answeringGateway({ secrets: secretsPath(folder), sends: [CANARY_KEY] });
    const config = readConfig(folder);
    config.gateway.port = gateway.port;
    put(configPath(folder), JSON.stringify(config));
    const context = { delay: async () => {} };
    const { status, stdout } = await openclaw(["logout", "--yes"], { home: folder, context });
    expect(status).toBe(1);
    expect(stdout).toContain(
      `The local gateway at ${gateway.url} (process 4242) still uses the old credential. Stop it with Ctrl-C where it runs, or run \`kill 4242\`.`,
    );
    gateway.become({ sends: [] });
    put(secretsPath(folder), `${readText(secretsPath(folder))}CF_AIG_TOKEN=${CANARY_TOKEN}\n`);
    const after = await openclaw(["logout", "--yes"], { home: folder, context });
    expect(after.stdout).toContain(`The local gateway at ${gateway.url} no longer uses the removed credentials.`);
    expect(after.status).toBe(0);
  });

  it("needs no configuration", async () => {
    const folder = temporaryHome();
    const { status, stdout } = await openclaw(["logout", "--yes"], { home: folder });
    expect([status, stdout]).toEqual([0, "~/.openclaw/.env has no credentials to remove.\n"]);
    expect(existsSync(join(folder, ".openclaw"))).toBe(false);
  });

  it("is refused where the configuration is read-only", async () => {
    const folder = await home();
    const { status, stdout } = await openclaw(["logout", "--yes", "--json"], {
      home: folder,
      env: { OPENCLAW_CONFIG_READONLY: "1" },
    });
    expect([status, JSON.parse(stdout).error.code]).toEqual([1, "config.read-only"]);
    expect(readFileSync(secretsPath(folder), "utf8")).toContain(CANARY_KEY);
  });
});

describeInTerminal("logout at a terminal", () => {
  it("puts what a credential is below its line where the window is narrow", async () => {
    const folder = await home();
    const narrow = openTerminal(["logout"], { home: folder, columns: 60 });
    await answer(narrow, "Remove these credentials?");
    expect(narrow.screen()).toMatch(/^ {2}CF_AIG_TOKEN +\*{8}\w+\n {4}Gateway token, cloudflare-ai-gateway$/m);
  });

  it("shows what goes and asks; Enter alone keeps everything", async () => {
    const folder = await home();
    const before = readText(secretsPath(folder));
    const kept = openTerminal(["logout"], { home: folder });
    await answer(kept, "Remove these credentials?");
    expect((await kept.exit).status).toBe(130);
    expect(kept.screen()).toContain("CLOUDFLARE_AI_GATEWAY_API_KEY  ********wXyZ");
    expect(readText(secretsPath(folder))).toBe(before);
    const gone = openTerminal(["logout"], { home: folder });
    await answer(gone, "Remove these credentials?", "y");
    expect((await gone.exit).status).toBe(0);
    expect(readText(secretsPath(folder))).not.toContain("CANARY");
    expect(leaks(folder, kept.bytes, gone.bytes)).toEqual([]);
  });
});
