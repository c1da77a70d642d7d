import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { doctor, faults, homeWith } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, openclaw } from "../support/program.ts";

/** A home after onboarding whose gateway token, key and `.env` are elsewhere: in the file of the published OpenClaw. */
async function homeWithGatewayEnv(text: string): Promise<string> {
  const home = await homeWith();
  writeFileSync(secretsPath(home), "");
  const path = join(home, ".config/openclaw/gateway.env");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return home;
}

const BOTH = `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKEN=${CANARY_TOKEN}\n`;

const token = async (home: string, env = {}) => {
  const { status, stdout } = await openclaw(["gateway", "token"], { home, env });
  return status === 0 ? stdout.trim() : undefined;
};

describe("~/.config/openclaw/gateway.env", () => {
  it("supplies what .env does not, and .env and the environment come first", async () => {
    const home = await homeWithGatewayEnv(BOTH);
    expect(await token(home)).toBe(CANARY_TOKEN);
    writeFileSync(secretsPath(home), "OPENCLAW_GATEWAY_TOKEN=of-dotenv-0123456789\n");
    expect(await token(home)).toBe("of-dotenv-0123456789");
    expect(await token(home, { OPENCLAW_GATEWAY_TOKEN: "of-environment-0123456789" })).toBe(
      "of-environment-0123456789",
    );
  });

  it("comes before env in the configuration", async () => {
    const home = await homeWithGatewayEnv(BOTH);
    const config = JSON.parse(readFileSync(configPath(home), "utf8"));
    config.env = { vars: { OPENCLAW_GATEWAY_TOKEN: "of-configuration-0123456789" } };
    writeFileSync(configPath(home), JSON.stringify(config));
    expect(await token(home)).toBe(CANARY_TOKEN);
  });

  it.each([
    ["another state folder", [], { OPENCLAW_STATE_DIR: "HOME/elsewhere" }],
    ["a profile", ["--profile", "work"], {}],
  ])("is not read with %s", async (_, flags, env) => {
    const home = await homeWithGatewayEnv(BOTH);
    const here = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, text.replace("HOME", home)]));
    const { status, stderr } = await openclaw([...flags, "gateway", "token"], { home, env: here });
    expect(status).toBe(1);
    expect(stderr).toContain("OPENCLAW_GATEWAY_TOKEN");
  });

  it("is read with OPENCLAW_HOME, and with the default state folder named", async () => {
    const home = await homeWithGatewayEnv(BOTH);
    expect(await token(join(home, "other"), { OPENCLAW_HOME: home })).toBe(CANARY_TOKEN);
    expect(await token(home, { OPENCLAW_STATE_DIR: join(home, ".openclaw") })).toBe(CANARY_TOKEN);
  });

  it("is named by `doctor`, which shows nothing of it", async () => {
    const home = await homeWithGatewayEnv(`${BOTH}OTHER=CANARY-of-another-variable\n`);
    const { checks, stdout } = await doctor(home);
    const messages = checks.map(({ message }) => message);
    expect(messages).toContain("OPENCLAW_GATEWAY_TOKEN comes from ~/.config/openclaw/gateway.env.");
    expect(stdout).not.toContain("CANARY");
    writeFileSync(secretsPath(home), "OPENCLAW_GATEWAY_TOKEN=of-dotenv-0123456789\n");
    const [hidden] = faults(await doctor(home), "variables.source");
    expect(hidden?.message).toContain("~/.config/openclaw/gateway.env");
  });

  it.each([
    ["an unfinished quote", 'OPENCLAW_GATEWAY_TOKEN="abc\n'],
    ["another encoding", Buffer.from([0xff, 0xfe, 0x41, 0x00]).toString("latin1")],
  ])("with %s stops nothing, and `doctor` names it", async (_, text) => {
    const home = await homeWithGatewayEnv("");
    writeFileSync(join(home, ".config/openclaw/gateway.env"), Buffer.from(text, "latin1"));
    writeFileSync(secretsPath(home), "OPENCLAW_GATEWAY_TOKEN=of-dotenv-0123456789\n");
    expect(await token(home)).toBe("of-dotenv-0123456789");
    const [fault] = faults(await doctor(home), "secrets.syntax");
    expect(fault).toMatchObject({ status: "warn" });
    expect(`${fault?.where}${fault?.message}`).toContain("~/.config/openclaw/gateway.env");
  });

  it("is never written", async () => {
    const home = await homeWithGatewayEnv(BOTH);
    const path = join(home, ".config/openclaw/gateway.env");
    await openclaw(["doctor", "--fix", "--yes", "--offline"], { home });
    expect(readFileSync(path, "utf8")).toBe(BOTH);
  });
});
