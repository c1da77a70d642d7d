import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { fail } from "../../src/core/result.ts";
import { doctor, faults, type Loose, PROVIDER } from "../support/doctor.ts";
import { ACCOUNT, openclaw, temporaryHome } from "../support/program.ts";

/** What the onboarding of the published 2026.5.28 writes, as far as it concerns us. */
const published = (): Loose => ({
  agents: {
    defaults: {
      workspace: "/home/me/.openclaw/workspace",
      models: { [`${PROVIDER}/claude-sonnet-4-6`]: { alias: "Cloudflare AI Gateway" } },
      model: { primary: `${PROVIDER}/claude-sonnet-4-6` },
    },
  },
  gateway: { mode: "local", auth: { mode: "token", token: "CANARY-bcfd74e78d1744fed0d91695a2ec2c29" }, port: 18789 },
  plugins: { entries: { [PROVIDER]: { enabled: true } } },
  auth: { profiles: { [`${PROVIDER}:default`]: { provider: PROVIDER, mode: "api_key" } } },
  models: {
    mode: "merge",
    providers: {
      [PROVIDER]: {
        baseUrl: `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/anthropic`,
        api: "anthropic-messages",
        models: [{ id: "claude-sonnet-4-6", name: "Claude Sonnet 4.6", contextWindow: 200_000, maxTokens: 64_000 }],
      },
    },
  },
});

/** A home in which only the published OpenClaw was set up: the key is in its own store. */
function homeOfPublished(change: (config: Loose) => void = () => {}): string {
  const home = temporaryHome();
  const config = published();
  change(config);
  const put = (name: string, content: object) => {
    const path = join(home, ".openclaw", name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
  };
  put("openclaw.json", config);
  const key = { type: "api_key", provider: PROVIDER, key: "sk-ant-api03-CANARYCANARYCANARY" };
  put("agents/main/agent/auth-profiles.json", { version: 1, profiles: { [`${PROVIDER}:default`]: key } });
  return home;
}

describe("a working set-up of the published OpenClaw", () => {
  it.each<readonly [string, (config: Loose) => void]>([
    ["as its onboarding leaves it", () => {}],
    [
      "with a reference that has no value here",
      (config) => {
        config.models.providers[PROVIDER].apiKey = "${CLOUDFLARE_AI_GATEWAY_API_KEY}";
      },
    ],
    [
      "with a bare name in place of a key",
      (config) => {
        config.models.providers[PROVIDER].apiKey = "CLOUDFLARE_AI_GATEWAY_API_KEY";
      },
    ],
  ])("does not fail `doctor`, and nobody is asked without a key: %s", async (_, change) => {
    const asked: string[] = [];
    const http: Context["http"] = async ({ url }) => {
      asked.push(url);
      return fail({ kind: "refused", message: "" } as never);
    };
    const home = homeOfPublished(change);
    const { status, stdout } = await openclaw(["doctor", "--json"], { home, context: { http } });
    const { checks } = JSON.parse(stdout);
    expect(checks.filter((check: Loose) => check.status === "fail")).toEqual([]);
    expect(status).toBe(0);
    expect(asked).toEqual([]);
    expect(stdout).not.toContain("CANARY");
    expect(stdout).toMatch(/was not contacted, since only the published OpenClaw has a key for it/);
  });

  it("is told from one without any key", async () => {
    const home = homeOfPublished();
    writeFileSync(join(home, ".openclaw/agents/main/agent/auth-profiles.json"), '{"version":1,"profiles":{}}');
    const report = await doctor(home);
    expect(report.status).toBe(1);
    expect(faults(report, "variables.missing")).toMatchObject([{ status: "fail" }]);
  });

  it("has a warning that says where the key is, and how to use one here", async () => {
    const report = await doctor(homeOfPublished());
    expect(faults(report, "variables.missing")).toMatchObject([
      {
        status: "warn",
        message:
          "Only the published OpenClaw has a key for Cloudflare AI Gateway, which it stores here. The local gateway cannot use it.",
        where: "~/.openclaw/agents/main/agent/auth-profiles.json",
      },
    ]);
    expect(faults(report, "credentials.auth-profiles")).toEqual([]);
  });

  it("`models list` says whose key it is", async () => {
    const home = homeOfPublished();
    const { status, stdout, stderr } = await openclaw(["models", "list"], { home });
    expect(status).toBe(0);
    expect(stdout).toMatch(/claude-sonnet-4-6 .* no /);
    expect(stderr).toBe(
      `${PROVIDER}: The published OpenClaw has a key of its own, which it stores in ~/.openclaw/agents/main/agent/auth-profiles.json. This program does not use it.\n`,
    );
    const own = { CLOUDFLARE_AI_GATEWAY_API_KEY: "sk-ant-api03-of-our-own" };
    expect((await openclaw(["models", "list"], { home, env: own })).stderr).toBe("");
    expect((await openclaw(["models", "list", "--provider", "nothing"], { home })).stderr).not.toContain("published");
  });

  it.each([
    [0o755, "warn", 0],
    [0o750, "warn", 0],
    [0o777, "fail", 1],
    [0o770, "fail", 1],
  ])("whose folder has the mode %o has a %s", async (mode, status, exit) => {
    const home = homeOfPublished();
    chmodSync(join(home, ".openclaw"), mode);
    const report = await doctor(home);
    expect(faults(report, "files.modes")).toMatchObject([{ status, where: "~/.openclaw" }]);
    expect(report.status).toBe(exit);
  });
});
