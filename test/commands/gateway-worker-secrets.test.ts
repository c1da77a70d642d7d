import { spawn } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDotenv } from "../../src/config/dotenv-document.ts";
import { CANARY_KEY, cleanEnv, finished, PROGRAM } from "../support/program.ts";
import { machine, standardOutputIs } from "../support/worker-project.ts";

const KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY";
const URL_OF = "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/anthropic";
const TOKEN = "token-that-is-long-enough-for-anybody";
const OTHER = "cfut_CANARYtokenCANARYtokenCANARYtoken12345678";

const valuesIn = (path: string): Record<string, string> => {
  const parsed = parseDotenv(readFileSync(path, "utf8"));
  return parsed.ok ? Object.fromEntries(parsed.value) : {};
};

/** A machine with one entry and its project. */
async function withEntry(entry: object, { env = "", more = {} }: { env?: string; more?: object } = {}) {
  const config = { models: { providers: { "cloudflare-ai-gateway": { baseUrl: URL_OF, ...entry } } }, ...more };
  const here = await machine({ config, env });
  const written = await here.write();
  expect(written.status).toBe(0);
  return { ...here, handOver: (options = {}) => here.run(["gateway", "worker", "secrets", here.folder], options) };
}

describe("gateway worker secrets", () => {
  it("hands all secrets over as JSON, and says only their names", async () => {
    const { write, run, folder, secrets } = await machine();
    await write();
    const { status, stdout, stderr } = await run(["gateway", "worker", "secrets", folder]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(valuesIn(secrets));
    expect(JSON.parse(stdout)[KEY]).toBe(CANARY_KEY);
    expect(stdout.trimEnd()).not.toContain("\n");
    expect(stderr).toBe(`Passed 2 secrets for openclaw-gateway to the pipe: ${KEY} and OPENCLAW_GATEWAY_TOKEN.\n`);
  });

  it.each<[string, "file" | "device" | "pipe", boolean, string]>([
    ["a terminal", "device", true, "Secrets are not printed to a terminal."],
    ["a file", "file", false, "Secrets go through a pipe only, never into a file."],
    ["/dev/null", "device", false, "Secrets go through a pipe only, never into a file."],
  ])("refuses %s", async (_, kind, isTerminal, sentence) => {
    const { write, run, folder } = await machine();
    await write();
    const { status, stdout, stderr } = await run(["gateway", "worker", "secrets", folder], {
      context: { files: standardOutputIs(kind), terminal: { stdin: false, stdout: isTerminal, stderr: isTerminal } },
    });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain("gateway worker secrets ~/gw | npx wrangler secret bulk --cwd ~/gw`");
  });

  it("resolves literals, files, programs and schemes", async () => {
    const { home, folder, handOver } = await withEntry(
      {
        apiKey: { source: "file", provider: "vault", id: "/anthropic/key" },
        headers: {
          "cf-aig-authorization": `Bearer ${OTHER}`,
          "x-note": "who knows what",
          "x-tool": { source: "exec", provider: "tool", id: "header" },
        },
      },
      {
        env: "",
        more: {
          gateway: { auth: { token: TOKEN } },
          secrets: {
            providers: {
              vault: { source: "file", path: "~/vault.json", allowInsecurePath: true },
              tool: { source: "exec", command: "~/tool", allowInsecurePath: true },
            },
          },
        },
      },
    );
    writeFileSync(join(home, "vault.json"), JSON.stringify({ anthropic: { key: CANARY_KEY } }));
    writeFileSync(
      join(home, "tool"),
      `#!/bin/sh\nread x\necho '{"protocolVersion":1,"values":{"header":"from a program"}}'\n`,
    );
    chmodSync(join(home, "tool"), 0o700);
    const { status, stdout, stderr } = await handOver();
    expect([status, stderr]).toEqual([0, expect.stringContaining("Passed 5 secrets")]);
    expect(JSON.parse(stdout)).toEqual({
      [KEY]: CANARY_KEY,
      CF_AIG_TOKEN: OTHER,
      OPENCLAW_CLOUDFLARE_AI_GATEWAY_X_NOTE: "who knows what",
      OPENCLAW_CLOUDFLARE_AI_GATEWAY_X_TOOL: "from a program",
      OPENCLAW_GATEWAY_TOKEN: TOKEN,
    });
    expect(readFileSync(join(folder, "openclaw.json"), "utf8")).not.toContain(OTHER);
  });

  it("names all that is missing, with where to put it, and prints nothing", async () => {
    const { handOver } = await withEntry({ headers: { "x-team": "${TEAM_KEY}" }, apiKey: "${OWN_KEY}" });
    const { status, stdout, stderr } = await handOver();
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("No gateway token is set");
    expect(stderr).toContain("openclaw gateway token add NAME`, then run `");
    for (const name of ["OWN_KEY", "TEAM_KEY"])
      expect(stderr).toContain(`${name} has no value here. Add it to ~/.openclaw/.env.`);
  });

  it("takes named tokens in place of one for all", async () => {
    const { handOver } = await withEntry({}, { env: `${KEY}=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKENS=anna=${TOKEN}\n` });
    expect(JSON.parse((await handOver()).stdout)).toEqual({
      [KEY]: CANARY_KEY,
      OPENCLAW_GATEWAY_TOKENS: `anna=${TOKEN}`,
    });
  });

  it.each([
    ["a token that can be guessed", `OPENCLAW_GATEWAY_TOKEN=short\n`, "shorter than"],
    ["a token that is a placeholder", `OPENCLAW_GATEWAY_TOKEN=your-token-here\n`, "placeholder"],
    ["a broken list of tokens", `OPENCLAW_GATEWAY_TOKENS=anna\n`, "no name"],
    ["a key that is a reference", `OPENCLAW_GATEWAY_TOKEN=${TOKEN}\n${KEY}=\${NOBODY}\n`, KEY],
    [
      "a key that no secret of Workers can be",
      `OPENCLAW_GATEWAY_TOKEN=${TOKEN}\n${KEY}=sk-ant-${"x".repeat(5200)}\n`,
      "5,120",
    ],
  ])("refuses %s", async (_, env, part) => {
    const { handOver } = await withEntry({}, { env: env.includes(KEY) ? env : `${env}${KEY}=${CANARY_KEY}\n` });
    const { status, stdout, stderr } = await handOver();
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(part);
    expect(stderr).not.toContain(CANARY_KEY);
  });

  it("hands over what the project lists, also of its user's own, and says what it lacks", async () => {
    const { change, handOver, secrets, config } = await withEntry(
      {},
      { env: `${KEY}=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKEN=${TOKEN}\n` },
    );
    change("wrangler.jsonc", (text) =>
      text.replace('"OPENCLAW_GATEWAY_TOKEN"', '"OPENCLAW_GATEWAY_TOKEN", // mine\n"MINE"'),
    );
    writeFileSync(secrets, `${readFileSync(secrets, "utf8")}MINE=1\nNEW_KEY=${OTHER}\n`);
    writeFileSync(
      config,
      readFileSync(config, "utf8")
        .replace("{", '{ "agents": {},')
        .replace('"baseUrl"', '"headers": {"x-new": "${NEW_KEY}"}, "baseUrl"'),
    );
    const { stdout, stderr } = await handOver();
    expect(JSON.parse(stdout)).toEqual({ [KEY]: CANARY_KEY, OPENCLAW_GATEWAY_TOKEN: TOKEN, MINE: "1" });
    expect(stderr).toContain("The project does not list NEW_KEY, which the configuration needs now.");
  });

  it("stops at a line of .env that nobody can read, and doubts one that is read otherwise than it was meant", async () => {
    const env = `OPENCLAW_GATEWAY_TOKEN=${TOKEN}\n${KEY}=${CANARY_KEY}\n`;
    const { handOver, secrets } = await withEntry({}, { env });
    writeFileSync(secrets, `${env}what is this\n`);
    expect(await handOver()).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("~/.openclaw/.env:3:1"),
    });
    writeFileSync(secrets, env.replace(CANARY_KEY, `${CANARY_KEY}#more`));
    const { status, stderr } = await handOver();
    expect([status, stderr]).toEqual([0, expect.stringContaining(".env:2")]);
    expect(stderr).not.toContain(CANARY_KEY);
  });

  it.each([
    ["no folder", () => {}, "holds no project"],
    ["an empty folder", (path: string) => mkdirSync(path), "holds no project"],
  ])("says what to do with %s", async (_, prepare, sentence) => {
    const { run, folder } = await machine();
    prepare(folder);
    const { status, stderr } = await run(["gateway", "worker", "secrets", folder]);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain("openclaw gateway worker ~/gw`");
  });

  it("says that a folder is missing in the command line", async () => {
    const { run } = await machine();
    expect(await run(["gateway", "worker", "secrets"])).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("gateway worker secrets, as a process", () => {
  const start = async (stdout: "pipe" | number) => {
    const { write, folder, home } = await machine();
    await write();
    const child = spawn(process.execPath, [PROGRAM, "gateway", "worker", "secrets", folder], {
      env: cleanEnv(home),
      stdio: ["ignore", stdout, "pipe"],
    });
    return { child, home };
  };

  it("writes into a pipe", async () => {
    const { child } = await start("pipe");
    const { status, stdout } = await finished(child);
    expect([status, JSON.parse(stdout)[KEY]]).toEqual([0, CANARY_KEY]);
  });

  it("does not mind a reader that has gone", async () => {
    const { child } = await start("pipe");
    child.stdout?.destroy();
    const { status, stderr } = await finished(child);
    expect([status, stderr.includes("    at ")]).toEqual([0, false]);
  });

  it("leaves a file empty", async () => {
    const { home } = await machine();
    const path = join(home, "out");
    const descriptor = openSync(path, "w");
    const { child } = await start(descriptor);
    closeSync(descriptor);
    expect((await finished(child)).status).toBe(2);
    expect(readFileSync(path, "utf8")).toBe("");
  });
});
