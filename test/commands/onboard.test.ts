import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";
import { configIn, configPath, modeOf, secretsPath } from "../support/home-files.ts";
import {
  ACCOUNT,
  CANARY_KEY,
  CANARY_TOKEN,
  DOCUMENTED,
  filesBelow,
  openclaw,
  temporaryHome,
} from "../support/program.ts";

const BASE = `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}`;
const CHOICE = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
const IDS = ["--cloudflare-ai-gateway-account-id", ACCOUNT, "--cloudflare-ai-gateway-gateway-id", "my-gw"];
const KEY = ["--cloudflare-ai-gateway-api-key", CANARY_KEY];

/** A home whose `openclaw.json` says `text`. */
function homeWith(text: string, path = "openclaw.json"): string {
  const home = temporaryHome();
  addFile(home, path, text);
  return home;
}

function addFile(home: string, path: string, text: string): void {
  const full = join(home, ".openclaw", path);
  mkdirSync(dirname(full), { recursive: true, mode: 0o700 });
  writeFileSync(full, text, { mode: 0o600 });
}

describe("the documented command", () => {
  it("writes both files in the shape that the published OpenClaw reads, and says so", async () => {
    const home = temporaryHome();
    const { status, stdout, stderr } = await openclaw(DOCUMENTED, { home });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Wrote ~/.openclaw/.env (2 values)\nWrote ~/.openclaw/openclaw.json ");
    expect(stdout).toContain("openclaw models list --provider cloudflare-ai-gateway");
    expect(configIn(home)).toEqual({
      models: {
        mode: "merge",
        providers: {
          "cloudflare-ai-gateway": {
            baseUrl: `${BASE}/my-gw/anthropic`,
            api: "anthropic-messages",
            apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
            models: [
              {
                id: "claude-sonnet-4-6",
                name: "Claude Sonnet 4.6",
                reasoning: true,
                input: ["text", "image"],
                cost: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
                contextWindow: 1_000_000,
                maxTokens: 128_000,
              },
            ],
          },
        },
      },
      agents: {
        defaults: {
          model: { primary: "cloudflare-ai-gateway/claude-sonnet-4-6" },
          models: { "cloudflare-ai-gateway/claude-sonnet-4-6": { alias: "Cloudflare AI Gateway" } },
        },
      },
      gateway: {
        mode: "local",
        port: 18789,
        bind: "loopback",
        auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" },
      },
      wizard: {
        lastRunAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        lastRunVersion: expect.any(String),
        lastRunCommand: "onboard",
        lastRunMode: "local",
      },
    });
    expect(readFileSync(secretsPath(home), "utf8")).toMatch(
      new RegExp(`^CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKEN=[\\w-]{43}\n$`),
    );
  });

  it("creates the folder at 0700 and the files at 0600", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    expect([join(home, ".openclaw"), configPath(home), secretsPath(home)].map(modeOf)).toEqual(["700", "600", "600"]);
  });

  it("shows the key nowhere and keeps it in no file but .env", async () => {
    const home = temporaryHome();
    const first = await openclaw(DOCUMENTED, { home });
    const second = await openclaw([...DOCUMENTED.slice(0, -1), `${CANARY_KEY}2`, "--json"], { home });
    for (const { stdout, stderr } of [first, second]) expect(stdout + stderr).not.toContain("CANARY");
    const holding = [...filesBelow(home)].filter(([, text]) => text.includes("CANARY")).map(([path]) => path);
    expect(holding).toEqual([secretsPath(home)]);
  });

  it("touches no file the second time", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const before = [configPath(home), secretsPath(home)].map((path) => statSync(path, { bigint: true }));
    const { status, stdout, stderr } = await openclaw(DOCUMENTED, { home });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: "Already up to date. No files were changed.\n",
      stderr: "",
    });
    const after = [configPath(home), secretsPath(home)].map((path) => statSync(path, { bigint: true }));
    expect(after.map(({ ino, mtimeNs }) => [ino, mtimeNs])).toEqual(before.map(({ ino, mtimeNs }) => [ino, mtimeNs]));
    expect(readdirSync(join(home, ".openclaw")).sort()).toEqual([".env", ".openclaw.json.undo", "openclaw.json"]);
  });

  it("needs no ids and no key the second time, and finds the provider by its flags", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const { status } = await openclaw(["onboard", "--non-interactive", "--cloudflare-ai-gateway-gateway-id", "other"], {
      home,
    });
    expect(status).toBe(0);
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toBe(`${BASE}/other/anthropic`);
  });
});

describe("what is missing or wrong", () => {
  const nothingWritten = (home: string) => expect(readdirSync(home)).toEqual([]);

  it("is named all at once, with flag and variable, and nothing is written", async () => {
    const home = temporaryHome();
    const { status, stdout, stderr } = await openclaw(CHOICE, { home });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    for (const name of ["account-id", "gateway-id", "api-key"])
      expect(stderr).toContain(`--cloudflare-ai-gateway-${name}`);
    for (const name of ["CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_GATEWAY_ID", "CLOUDFLARE_AI_GATEWAY_API_KEY"])
      expect(stderr).toContain(name);
    nothingWritten(home);
  });

  it("is one JSON document with --json", async () => {
    const home = temporaryHome();
    const { status, stdout, stderr } = await openclaw([...CHOICE, "--json"], { home });
    expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
    const { ok, error } = JSON.parse(stdout);
    expect({ ok, code: error.code, where: error.problems.map((problem: { where: string }) => problem.where) }).toEqual({
      ok: false,
      code: "usage.missing",
      where: [
        "--cloudflare-ai-gateway-account-id",
        "--cloudflare-ai-gateway-gateway-id",
        "--cloudflare-ai-gateway-api-key",
      ],
    });
  });

  it("includes what to set up, when nothing tells it", async () => {
    const home = temporaryHome();
    const { status, stderr } = await openclaw(["onboard", "--non-interactive"], { home });
    expect(status).toBe(2);
    expect(stderr).toContain(
      "--auth-choice: The choice of what to set up is missing. Pass `--auth-choice cloudflare-ai-gateway-api-key` or `skip`.",
    );
  });

  it("is a terminal, when there is none and --non-interactive was not passed", async () => {
    const home = temporaryHome();
    const { status, stdout, stderr } = await openclaw(["onboard"], { home });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(
      "--non-interactive --auth-choice cloudflare-ai-gateway-api-key --cloudflare-ai-gateway-account-id",
    );
    nothingWritten(home);
  });

  it("is a key flag from a variable that is not exported", async () => {
    const home = temporaryHome();
    const { status, stderr } = await openclaw([...CHOICE, ...IDS, "--cloudflare-ai-gateway-api-key", ""], { home });
    expect(status).toBe(2);
    expect(stderr).toContain("If you passed a shell variable, set it first");
    nothingWritten(home);
  });

  it.each([
    ["--cloudflare-ai-gateway-account-id", "x/../y", "'/' at character 2"],
    ["--cloudflare-ai-gateway-account-id", "abc?d", "'?' at character 4"],
    ["--cloudflare-ai-gateway-account-id", "a b", "a space or tab at character 2"],
    ["--cloudflare-ai-gateway-account-id", "$ACCOUNT", "looks like a reference"],
    ["--cloudflare-ai-gateway-gateway-id", "gw#1", "'#' at character 3"],
    ["--cloudflare-ai-gateway-gateway-id", "gw%2f", "'%' at character 3"],
    ["--cloudflare-ai-gateway-gateway-id", "..", "'.' at character 1"],
    ["--cloudflare-ai-gateway-gateway-id", "gäw", "a non-ASCII character at character 2"],
    ["--cloudflare-ai-gateway-base-url", "http://example.com/anthropic", "http://"],
    ["--cloudflare-ai-gateway-base-url", "https://me:pw@example.com/anthropic", "user name"],
    ["--cloudflare-ai-gateway-base-url", "https://example.com/anthropic?x=1", "'?'"],
    ["--cloudflare-ai-gateway-base-url", "nonsense", "not a URL"],
    ["--cloudflare-ai-gateway-base-url", `${BASE}/my-gw/compat`, "/compat is not supported"],
    ["--cloudflare-ai-gateway-base-url", "https://ai.example.com/compat/chat/completions", "/compat is not supported"],
    [
      "--cloudflare-ai-gateway-base-url",
      `https://ai.example.com/v1/${ACCOUNT}\n/my-gw`,
      "a line break at character 59",
    ],
    ["--cloudflare-ai-gateway-endpoint", "anthropic,compat", "/compat is not supported"],
    ["--cloudflare-ai-gateway-account-id", `${BASE}\n/my-gw`, "a line break at character 70"],
    ["--cloudflare-ai-gateway-account-id", `{"id":"${ACCOUNT}"}`, "This is JSON"],
    ["--cloudflare-ai-gateway-account-id", "https://ai.example.com", "`--cloudflare-ai-gateway-base-url`"],
    ["--model", "nobody/model-1", "Known providers: cloudflare-ai-gateway"],
  ])("%s %s is refused with the reason", async (flag, value, reason) => {
    const home = temporaryHome();
    const { status, stderr } = await openclaw([...CHOICE, ...IDS, ...KEY, flag, value], { home });
    expect(status).toBe(2);
    expect(stderr).toContain(flag);
    expect(stderr).toContain(reason);
    nothingWritten(home);
  });

  it.each([
    ["--cloudflare-ai-gateway-api-key", "cfut_SWAPPEDswappedSWAPPED", "a Cloudflare API token"],
    ["--cloudflare-ai-gateway-api-key", "cfk_SWAPPEDswappedSWAPPED", "a Cloudflare global API key"],
    ["--cloudflare-ai-gateway-api-key", "sk-ant-oat01-SWAPPEDswapped", "a Claude subscription token"],
    ["--cloudflare-ai-gateway-api-key", "sk-ant-admin01-SWAPPEDswapped", "an Anthropic admin key"],
    ["--cloudflare-ai-gateway-token", "sk-ant-api03-SWAPPEDswapped", "an Anthropic API key"],
    ["--cloudflare-ai-gateway-token", "cfk_SWAPPEDswappedSWAPPED", "a Cloudflare global API key"],
    ["--cloudflare-ai-gateway-account-id", "sk-ant-api03-SWAPPEDswapped", "an Anthropic API key"],
    ["--cloudflare-ai-gateway-gateway-id", "cfat_SWAPPEDswappedSWAPPED", "a Cloudflare API token"],
  ])("a credential in the wrong place is refused: %s %s", async (flag, value, kind) => {
    const home = temporaryHome();
    const { status, stdout, stderr } = await openclaw([...CHOICE, ...IDS, ...KEY, flag, value], { home });
    expect(status).toBe(2);
    expect(stderr).toContain(`This is ${kind}`);
    expect(stdout + stderr).not.toContain("SWAPPED");
    nothingWritten(home);
  });

  it.each([
    ["first\nsecond", "a line break at character 6"],
    ["first second", "a space or tab at character 6"],
    ["first\u0007", "a control character at character 6"],
    ["fürst", "a non-ASCII character at character 2"],
    ["$CLOUDFLARE_AI_GATEWAY_API_KEY", "looks like a reference"],
  ])("a key with a stray character is refused with its position and not repeated: %j", async (value, reason) => {
    const home = temporaryHome();
    const { status, stdout, stderr } = await openclaw([...CHOICE, ...IDS, "--cloudflare-ai-gateway-api-key", value], {
      home,
    });
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
    expect(stdout + stderr).not.toMatch(/first|fürst/);
    nothingWritten(home);
  });

  it.each([
    ["--auth-choice", "openai-key", "cloudflare-ai-gateway-api-key or skip"],
    ["--mode", "remote", "local"],
    ["--flow", "slow", "quickstart, advanced or manual"],
    ["--secret-input-mode", "clear", "plaintext or ref"],
    ["--gateway-port", "abc", "1 to 65535"],
    ["--gateway-port", "70000", "1 to 65535"],
    ["--gateway-bind", "world", "loopback, lan, tailnet, auto or custom"],
    ["--gateway-auth", "password", "token or none"],
  ])("%s %s is refused and the allowed values are listed", async (flag, value, allowed) => {
    const home = temporaryHome();
    const { status, stderr } = await openclaw([...DOCUMENTED, flag, value], { home });
    expect(status).toBe(2);
    expect(stderr).toContain(allowed);
    nothingWritten(home);
  });

  it("an unknown flag suggests the nearest and does not repeat its value", async () => {
    const home = temporaryHome();
    const { status, stderr } = await openclaw([...CHOICE, ...IDS, "--cloudflare-ai-gateway-api-kye=SECRETvalue"], {
      home,
    });
    expect(status).toBe(2);
    expect(stderr).toBe(
      "openclaw: Unknown flag --cloudflare-ai-gateway-api-kye.\nDid you mean `--cloudflare-ai-gateway-api-key`?\n",
    );
  });

  it.each([
    [["--gateway-auth", "none", "--gateway-bind", "lan"], "without a token"],
    [
      ["--gateway-auth", "none", "--gateway-token", "0123456789abcdefXYZ"],
      '"none" cannot be combined with --gateway-token.',
    ],
    [["--gateway-token", "short"], "at least 16 characters"],
    [["--gateway-token-ref-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE has no value"],
    [["--cloudflare-ai-gateway-api-key-file", "/nonexistent"], "Pass only one of"],
  ])("flags that contradict each other are refused: %j", async (flags, reason) => {
    const home = temporaryHome();
    const { status, stderr } = await openclaw([...DOCUMENTED, ...flags], { home });
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
    nothingWritten(home);
  });
});

describe("answers", () => {
  it("are cleaned of what pasting added, and it is said in half a line", async () => {
    const home = temporaryHome();
    const { status, stderr } = await openclaw(
      [
        ...CHOICE,
        "--cloudflare-ai-gateway-account-id",
        ` "${ACCOUNT.toUpperCase()}"\n`,
        "--cloudflare-ai-gateway-gateway-id",
        "my-gw\u200b",
        "--cloudflare-ai-gateway-api-key",
        `export CLOUDFLARE_AI_GATEWAY_API_KEY='${CANARY_KEY}'`,
        "--cloudflare-ai-gateway-token",
        `cf-aig-authorization: Bearer: ${CANARY_TOKEN}`,
      ],
      { home },
    );
    expect(status).toBe(0);
    expect(stderr).toBe(
      [
        "--cloudflare-ai-gateway-account-id: removed quotes, changed to lower case.",
        "--cloudflare-ai-gateway-gateway-id: removed invisible characters.",
        "--cloudflare-ai-gateway-api-key: removed the variable name, removed quotes.",
        '--cloudflare-ai-gateway-token: removed the header name, removed "Bearer".',
        "",
      ].join("\n"),
    );
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toBe(`${BASE}/my-gw/anthropic`);
    const secrets = readFileSync(secretsPath(home), "utf8");
    expect(secrets).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nCF_AIG_TOKEN=${CANARY_TOKEN}\n`);
  });

  it("a gateway's whole URL as account ID gives both ids", async () => {
    const home = temporaryHome();
    const url = `${BASE}/from-url/anthropic/v1/messages`;
    const { status } = await openclaw([...CHOICE, "--cloudflare-ai-gateway-account-id", url, ...KEY], { home });
    expect(status).toBe(0);
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toBe(`${BASE}/from-url/anthropic`);
  });

  it("ids that only look odd are accepted with a warning", async () => {
    const home = temporaryHome();
    const args = [
      ...CHOICE,
      "--cloudflare-ai-gateway-account-id",
      "short",
      "--cloudflare-ai-gateway-gateway-id",
      "My--Gw",
      ...KEY,
    ];
    const { status, stderr } = await openclaw(args, { home });
    expect(status).toBe(0);
    expect(stderr).toContain("This does not look like an account ID");
    expect(stderr).toContain("This does not look like a gateway ID");
  });

  it.each([
    ["https://ai.example.com", "https://ai.example.com/anthropic"],
    ["https://ai.example.com/anthropic/", "https://ai.example.com/anthropic"],
    ["https://ai.example.com/anthropic/v1/messages", "https://ai.example.com/anthropic"],
    [`${BASE}/my-gw`, `${BASE}/my-gw/anthropic`],
    ["http://127.0.0.1:8787/anthropic", "http://127.0.0.1:8787/anthropic"],
    [`https://ai.example.com/v1/${ACCOUNT}/my-gw`, `https://ai.example.com/v1/${ACCOUNT}/my-gw/anthropic`],
    [`https://ai.example.com/${ACCOUNT}/my-gw/`, `https://ai.example.com/${ACCOUNT}/my-gw/anthropic`],
    [`http://127.0.0.1:8787/proxy/${ACCOUNT}/gw`, `http://127.0.0.1:8787/proxy/${ACCOUNT}/gw/anthropic`],
    ["https://ai.example.com/v1/team/claude", "https://ai.example.com/v1/team/claude"],
    [`gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw`, `${BASE}/my-gw/anthropic`],
    [`https://dash.cloudflare.com/${ACCOUNT}/ai/ai-gateway/gateways/my-gw`, `${BASE}/my-gw/anthropic`],
  ])("--cloudflare-ai-gateway-base-url %s replaces the ids", async (given, stored) => {
    const home = temporaryHome();
    const { status } = await openclaw([...CHOICE, "--cloudflare-ai-gateway-base-url", given, ...KEY], { home });
    expect(status).toBe(0);
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toBe(stored);
  });

  it.each([
    ["--cloudflare-ai-gateway-account-id", `${BASE}/my-gw/openai`, `${BASE}/my-gw/openai`],
    ["--cloudflare-ai-gateway-base-url", `${BASE}/my-gw/openai/v1`, `${BASE}/my-gw/openai`],
    ["--cloudflare-ai-gateway-base-url", "https://ai.example.com/openai", "https://ai.example.com/openai"],
  ])("%s %s means that endpoint, and never Anthropic's", async (flag, url, stored) => {
    const home = temporaryHome();
    const { status } = await openclaw([...CHOICE, flag, url, ...KEY], { home });
    expect(status).toBe(2);
    expect(filesBelow(home).size).toBe(0);
    const openai = ["--cloudflare-ai-gateway-openai-api-key", "sk-proj-0123456789abcdefghij"];
    expect((await openclaw([...CHOICE, flag, url, ...openai], { home })).status).toBe(0);
    const { providers } = configIn(home).models;
    expect(Object.keys(providers)).toEqual(["cloudflare-ai-gateway-openai"]);
    expect(providers["cloudflare-ai-gateway-openai"].baseUrl).toBe(stored);
  });

  it("takes the endpoint that a flag names before that of a URL", async () => {
    const home = temporaryHome();
    const args = ["--cloudflare-ai-gateway-endpoint", "anthropic", "--cloudflare-ai-gateway-base-url"];
    await openclaw([...CHOICE, ...args, `${BASE}/my-gw/openai`, ...KEY], { home });
    expect(Object.keys(configIn(home).models.providers)).toEqual(["cloudflare-ai-gateway"]);
  });

  it.each([
    ["Authorization: Bearer KEY\n", 0, ""],
    ["authorization:Bearer KEY", 0, ""],
    ["x-api-key: KEY\r\n", 0, ""],
    ["KEY\nmore", 2, "a line break at character 50"],
    ["Authorization: Basic KEY", 2, "a space or tab at character 15"],
  ])("a key file may hold the header it was copied with: %j", async (content, wanted, reason) => {
    const home = temporaryHome();
    const path = join(home, "key");
    writeFileSync(path, content.replace("KEY", CANARY_KEY));
    const args = [...CHOICE, ...IDS, "--cloudflare-ai-gateway-api-key-file", path];
    const { status, stderr } = await openclaw(args, { home });
    expect(status).toBe(wanted);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain("CANARY");
    if (wanted === 0)
      expect(readFileSync(secretsPath(home), "utf8")).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
  });

  it("a custom base URL is kept by a second run, and given way by ids", async () => {
    const home = temporaryHome();
    await openclaw([...CHOICE, "--cloudflare-ai-gateway-base-url", "https://ai.example.com", ...KEY], { home });
    expect((await openclaw(CHOICE, { home })).stdout).toBe("Already up to date. No files were changed.\n");
    await openclaw([...CHOICE, ...IDS], { home });
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toBe(`${BASE}/my-gw/anthropic`);
  });

  it.each([
    ["sk-proj-CANARYabcdefghijklmnopqrstuvwxyz", "ANTHROPIC_API_KEY: This is an OpenAI API key"],
    [`${CANARY_KEY}.`, `ANTHROPIC_API_KEY: It contains '.' at character ${CANARY_KEY.length + 1}.`],
    [`${CANARY_KEY} x`, "ANTHROPIC_API_KEY: It contains a space or tab"],
  ])("are not called missing where a variable has one that cannot be used (%#)", async (value, message) => {
    const { status, stderr } = await openclaw([...CHOICE, ...IDS], {
      home: temporaryHome(),
      env: { ANTHROPIC_API_KEY: value },
    });
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("CANARY");
    expect(
      (await openclaw([...CHOICE, ...IDS, ...KEY], { home: temporaryHome(), env: { ANTHROPIC_API_KEY: value } }))
        .status,
    ).toBe(0);
  });

  it("come from the environment where flags are silent, the provider's own variable before ANTHROPIC_API_KEY", async () => {
    const home = temporaryHome();
    const env = {
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      CLOUDFLARE_GATEWAY_ID: "env-gw",
      CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
      ANTHROPIC_API_KEY: "sk-ant-api03-another",
      CF_AIG_TOKEN: CANARY_TOKEN,
    };
    const { status, stderr } = await openclaw(CHOICE, { home, env });
    expect(status).toBe(0);
    expect(stderr).toContain("API key: ********wXyZ, from CLOUDFLARE_AI_GATEWAY_API_KEY.\n");
    expect(readFileSync(secretsPath(home), "utf8")).toContain(
      `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nCF_AIG_TOKEN=${CANARY_TOKEN}\n`,
    );
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toBe(`${BASE}/env-gw/anthropic`);
  });

  it("an empty key flag falls back to the environment, then to .env", async () => {
    const home = temporaryHome();
    const empty = [...CHOICE, ...IDS, "--cloudflare-ai-gateway-api-key", " "];
    const first = await openclaw(empty, { home, env: { ANTHROPIC_API_KEY: CANARY_KEY } });
    expect(first.stderr).toBe("API key: ********wXyZ, from ANTHROPIC_API_KEY.\n");
    const second = await openclaw(empty, { home });
    expect(second).toEqual({ status: 0, stdout: "Already up to date. No files were changed.\n", stderr: "" });
  });

  it("an empty flag that nothing else answers, and nobody needs, is mentioned", async () => {
    const home = temporaryHome();
    const args = [...DOCUMENTED, "--cloudflare-ai-gateway-token", ""];
    const { status, stderr } = await openclaw(args, { home });
    expect([status, stderr]).toEqual([0, "--cloudflare-ai-gateway-token is empty and was ignored.\n"]);
    expect((await openclaw(args, { home, env: { CF_AIG_TOKEN: CANARY_TOKEN } })).stderr).not.toContain("empty");
  });

  it("a .env in the working directory supplies nothing", async () => {
    const home = temporaryHome();
    const cwd = temporaryHome();
    writeFileSync(join(cwd, ".env"), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    expect((await openclaw([...CHOICE, ...IDS], { home, cwd })).status).toBe(2);
  });

  it("a key is read from a file, from standard input and from a variable of another name", async () => {
    const file = join(temporaryHome(), "key.txt");
    writeFileSync(file, `${CANARY_KEY}\n`);
    const flag = "--cloudflare-ai-gateway-api-key";
    for (const [args, options] of [
      [[`${flag}-file`, file], {}],
      [[`${flag}-file`, "-"], { input: `${CANARY_KEY}\n` }],
      [[`${flag}-env`, "WORK_KEY"], { env: { WORK_KEY: CANARY_KEY } }],
    ] as const) {
      const home = temporaryHome();
      const { status } = await openclaw([...CHOICE, ...IDS, ...args], { home, ...options });
      expect([status, readFileSync(secretsPath(home), "utf8").split("\n")[0]]).toEqual([
        0,
        `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}`,
      ]);
    }
  });

  it("a gateway token adds the header that refers to it", async () => {
    const home = temporaryHome();
    const { status } = await openclaw([...DOCUMENTED, "--cloudflare-ai-gateway-token-file", "-"], {
      home,
      input: CANARY_TOKEN,
    });
    expect(status).toBe(0);
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].headers).toEqual({
      "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}",
    });
  });

  it("`ref` needs the variable now and stores no provider secret", async () => {
    const home = temporaryHome();
    const ref = [...CHOICE, ...IDS, "--secret-input-mode", "ref"];
    const without = await openclaw(ref, { home });
    expect(without.status).toBe(2);
    expect(without.stderr).toContain(
      "CLOUDFLARE_AI_GATEWAY_API_KEY has no value, and --secret-input-mode ref stores none.",
    );
    const env = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY };
    const withVariable = await openclaw(ref, { home, env });
    expect(withVariable.status).toBe(0);
    expect(readFileSync(secretsPath(home), "utf8")).not.toContain("CLOUDFLARE");
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].apiKey).toBe("${CLOUDFLARE_AI_GATEWAY_API_KEY}");
    // A later run without the flag does not start to store what was kept outside on purpose.
    expect((await openclaw(CHOICE, { home, env })).stdout).toBe("Already up to date. No files were changed.\n");
  });

  it("`ref` with --cloudflare-ai-gateway-api-key-env refers to that variable", async () => {
    const home = temporaryHome();
    const args = [...CHOICE, ...IDS, "--secret-input-mode", "ref", "--cloudflare-ai-gateway-api-key-env", "WORK_KEY"];
    const { status } = await openclaw(args, { home, env: { WORK_KEY: CANARY_KEY } });
    expect([status, configIn(home).models.providers["cloudflare-ai-gateway"].apiKey]).toEqual([0, "${WORK_KEY}"]);
  });

  it("`skip` sets up the local gateway alone", async () => {
    const home = temporaryHome();
    const { status, stdout } = await openclaw(
      ["onboard", "--non-interactive", "--auth-choice", "skip", "--gateway-port", "4000"],
      { home },
    );
    expect(status).toBe(0);
    expect(stdout).not.toContain("undefined");
    expect(Object.keys(configIn(home))).toEqual(["gateway", "wizard"]);
    expect(configIn(home).gateway.port).toBe(4000);
  });

  it("the gateway's flags are written, its token stored or referred to", async () => {
    const home = temporaryHome();
    const token = "0123456789abcdef-own-token";
    await openclaw([...DOCUMENTED, "--gateway-port", "4000", "--gateway-bind", "lan", "--gateway-token", token], {
      home,
    });
    expect(configIn(home).gateway).toEqual({
      mode: "local",
      port: 4000,
      bind: "lan",
      auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" },
    });
    expect(readFileSync(secretsPath(home), "utf8")).toContain(`OPENCLAW_GATEWAY_TOKEN=${token}\n`);
    await openclaw([...DOCUMENTED, "--gateway-token-ref-env", "MY_TOKEN"], { home, env: { MY_TOKEN: token } });
    expect(configIn(home).gateway.auth.token).toBe("${MY_TOKEN}");
  });

  it("flags of the published CLI without meaning here are accepted and named once", async () => {
    const home = temporaryHome();
    const { status, stderr } = await openclaw(
      [
        ...DOCUMENTED,
        "--accept-risk",
        "--skip-health",
        "--skip-ui",
        "--workspace",
        "/w",
        "--no-install-daemon",
        "--daemon-runtime",
        "node",
        "--tailscale",
        "off",
      ],
      { home },
    );
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: "No effect in this version: --skip-health, --skip-ui, --workspace, --tailscale.\n",
    });
    expect((await openclaw(["onboard", "--help"], { home })).stdout).not.toContain("--skip-health");
  });
});

describe("the change list", () => {
  it("is what --dry-run prints, masked, and nothing is written", async () => {
    const home = temporaryHome();
    const { status, stdout } = await openclaw([...DOCUMENTED, "--dry-run"], { home });
    expect(status).toBe(0);
    expect(stdout).toContain("  + CLOUDFLARE_AI_GATEWAY_API_KEY  ********wXyZ\n");
    expect(stdout).toContain(
      `  models.providers["cloudflare-ai-gateway"]\n    + baseUrl  "${BASE}/my-gw/anthropic"\n    + api  `,
    );
    expect(stdout).toMatch(/Dry run: no files were changed\.\n$/);
    expect(readdirSync(home)).toEqual([]);
  });

  it("is one document with --json", async () => {
    const home = temporaryHome();
    const document = JSON.parse((await openclaw([...DOCUMENTED, "--json"], { home })).stdout);
    expect(document).toMatchObject({
      ok: true,
      mode: "local",
      changed: true,
      dryRun: false,
      authChoice: "cloudflare-ai-gateway-api-key",
      provider: { id: "cloudflare-ai-gateway", baseUrl: `${BASE}/my-gw/anthropic` },
      defaultModel: "cloudflare-ai-gateway/claude-sonnet-4-6",
      gateway: { port: 18789, bind: "loopback", authMode: "token" },
    });
    expect(document.files.map(({ path }: { path: string }) => path)).toEqual([secretsPath(home), configPath(home)]);
  });

  it("masks a literal key that moves out of the configuration", async () => {
    const home = homeWith(
      `{models: {providers: {'cloudflare-ai-gateway': {baseUrl: '${BASE}/gw/anthropic', apiKey: '${CANARY_KEY}', models: []}}}}`,
    );
    const { status, stdout, stderr } = await openclaw(CHOICE, { home });
    expect(status).toBe(0);
    expect(stdout + stderr).not.toContain("CANARY");
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].apiKey).toBe("${CLOUDFLARE_AI_GATEWAY_API_KEY}");
    expect(readFileSync(secretsPath(home), "utf8")).toContain(CANARY_KEY);
  });

  it("says when the environment will win over what is saved, and when an old profile will in the published OpenClaw", async () => {
    const home = temporaryHome();
    addFile(
      home,
      "agents/main/agent/auth-profiles.json",
      `{"version":1,"profiles":{"p":{"type":"api_key","provider":"cloudflare-ai-gateway"}}}`,
    );
    const { stderr } = await openclaw(DOCUMENTED, {
      home,
      env: { CLOUDFLARE_AI_GATEWAY_API_KEY: "sk-ant-api03-shadowing" },
    });
    expect(stderr).toContain(
      "CLOUDFLARE_AI_GATEWAY_API_KEY has a different value in this environment, which overrides",
    );
    expect(stderr).toContain("auth-profiles.json also has a key for Cloudflare AI Gateway,");
    expect(stderr).not.toContain("shadowing");
  });
});

describe("the default model", () => {
  const OTHER = `{agents: {defaults: {model: {primary: 'openai/gpt-5.5', fallbacks: ['openai/gpt-5']}}}}`;

  it("of another provider stays, and its models are not shut out by the new allow list", async () => {
    const home = homeWith(OTHER);
    const { status, stdout } = await openclaw(DOCUMENTED, { home });
    expect(status).toBe(0);
    expect(stdout).toContain("Default model  openai/gpt-5.5\n");
    expect(configIn(home).agents.defaults).toEqual({
      model: { primary: "openai/gpt-5.5", fallbacks: ["openai/gpt-5"] },
      models: {
        "openai/gpt-5.5": {},
        "openai/gpt-5": {},
        "cloudflare-ai-gateway/claude-sonnet-4-6": { alias: "Cloudflare AI Gateway" },
      },
    });
  });

  it.each<readonly [string, object]>([
    ["an agent's own model", { list: [{ id: "work", model: "openai/gpt-5" }] }],
    ["an agent's own models", { list: [{ id: "w", model: { primary: "openai/gpt-5", fallbacks: ["openai/o9"] } }] }],
    ["a model of subagents", { defaults: { subagents: { model: "openai/gpt-5" } } }],
    ["a model of an agent's subagents", { entries: { work: { subagents: { model: { primary: "openai/gpt-5" } } } } }],
    ["a model for images", { defaults: { imageModel: { primary: "openai/gpt-5", fallbacks: ["openai/o9"] } } }],
    ["a model for documents", { defaults: { pdfModel: "openai/gpt-5" } }],
    ["a model for the heartbeat", { defaults: { heartbeat: { every: "1h", model: "openai/gpt-5" } } }],
  ])("that only %s names is not shut out by the new allow list", async (_, agents) => {
    const home = homeWith(JSON.stringify({ agents }));
    await openclaw(DOCUMENTED, { home });
    const { models } = configIn(home).agents.defaults;
    expect(Object.keys(models)).toEqual([
      "openai/gpt-5",
      ...(JSON.stringify(agents).includes("o9") ? ["openai/o9"] : []),
      "cloudflare-ai-gateway/claude-sonnet-4-6",
    ]);
  });

  it("gets no list where one in use has no full name", async () => {
    const home = homeWith(`{agents: {list: [{id: 'a', model: 'gpt-5'}]}}`);
    await openclaw(DOCUMENTED, { home });
    expect(configIn(home).agents.defaults.models).toBeUndefined();
  });

  it.each<readonly [readonly string[], readonly string[]]>([
    [["openai/gpt-5"], ["openai/gpt-5", "cloudflare-ai-gateway/claude-sonnet-4-6"]],
    [["cloudflare-ai-gateway/*"], ["cloudflare-ai-gateway/*"]],
    [["cloudflare-ai-gateway/claude-sonnet-4-6"], ["cloudflare-ai-gateway/claude-sonnet-4-6"]],
    [["mine"], ["mine"]],
    [
      ["openai/*", "anthropic/claude-*"],
      ["openai/*", "anthropic/claude-*", "cloudflare-ai-gateway/claude-sonnet-4-6"],
    ],
    [[], []],
  ])("is added to modelPolicy.allow %j where it is missing", async (allow, expected) => {
    const home = homeWith(`{
  agents: {
    defaults: {
      models: {"cloudflare-ai-gateway/claude-sonnet-4-6": {alias: "mine"}},
      modelPolicy: { allow: ${JSON.stringify(allow)} }, // mine
    },
  },
}`);
    const dry = await openclaw([...DOCUMENTED, "--dry-run"], { home });
    expect(dry.stdout.includes("modelPolicy")).toBe(allow.length !== expected.length);
    await openclaw(DOCUMENTED, { home });
    const { JSON5 } = { JSON5: (await import("json5")).default };
    const text = readFileSync(join(home, ".openclaw", "openclaw.json"), "utf8");
    expect(JSON5.parse(text).agents.defaults.modelPolicy).toEqual({ allow: expected });
    expect(text).toContain("// mine");
  });

  it("of several endpoints are added to modelPolicy.allow together", async () => {
    const home = homeWith(JSON.stringify({ agents: { defaults: { modelPolicy: { allow: ["openai/gpt-5"] } } } }));
    const endpoints = ["anthropic", "openai"].flatMap((id) => ["--cloudflare-ai-gateway-endpoint", id]);
    await openclaw(
      [...DOCUMENTED, ...endpoints, "--cloudflare-ai-gateway-openai-api-key", "sk-proj-of-openai-0123456789abcdef"],
      { home },
    );
    expect(configIn(home).agents.defaults.modelPolicy.allow).toEqual([
      "openai/gpt-5",
      "cloudflare-ai-gateway/claude-sonnet-4-6",
      expect.stringMatching(/^cloudflare-ai-gateway-openai\//),
    ]);
  });

  it("that stays is named, and how to change it", async () => {
    const words =
      "The default model is still openai/gpt-5.5. To make it cloudflare-ai-gateway/claude-sonnet-4-6, run `openclaw onboard --set-default`.";
    const home = homeWith(OTHER);
    for (const more of [["--dry-run"], [], []]) {
      expect((await openclaw([...DOCUMENTED, ...more], { home })).stderr).toContain(words);
    }
    const { stdout } = await openclaw([...DOCUMENTED, "--json"], { home });
    expect(JSON.parse(stdout).warnings).toEqual([words]);
    expect((await openclaw([...DOCUMENTED, "--set-default"], { home })).stderr).toBe("");
    expect((await openclaw(DOCUMENTED, { home })).stderr).toBe("");
  });

  it.each([
    [["--set-default"], "claude-sonnet-4-6"],
    [["--model", "cloudflare-ai-gateway/claude-opus-5-5"], "claude-opus-5-5"],
    [["--model", "claude-opus-5-5"], "claude-opus-5-5"],
  ])("changes with %j, shown in the change list", async (flags, model) => {
    const home = homeWith(OTHER);
    const { stdout } = await openclaw([...DOCUMENTED, ...flags, "--dry-run"], { home });
    expect(stdout).toContain(
      `  ~ agents.defaults.model.primary  "openai/gpt-5.5" -> "cloudflare-ai-gateway/${model}"\n`,
    );
    await openclaw([...DOCUMENTED, ...flags], { home });
    expect(configIn(home).agents.defaults.model).toEqual({
      primary: `cloudflare-ai-gateway/${model}`,
      fallbacks: ["openai/gpt-5"],
    });
  });

  it("written as one text stays one text", async () => {
    const home = homeWith(`{agents: {defaults: {model: 'openai/gpt-5.5'}}}`);
    await openclaw([...DOCUMENTED, "--set-default"], { home });
    expect(configIn(home).agents.defaults.model).toBe("cloudflare-ai-gateway/claude-sonnet-4-6");
  });

  it("of the same provider stays on a second run, with the user's own names and prices", async () => {
    const entry = `{baseUrl: '${BASE}/my-gw/anthropic', models: [{id: 'claude-opus-5-5', name: 'Mine'}]}`;
    const home = homeWith(
      `{models: {providers: {'cloudflare-ai-gateway': ${entry}}}, agents: {defaults: {model: 'cloudflare-ai-gateway/claude-opus-5-5'}}}`,
    );
    await openclaw(DOCUMENTED, { home });
    const config = configIn(home);
    expect(config.agents.defaults.model).toBe("cloudflare-ai-gateway/claude-opus-5-5");
    expect(config.models.providers["cloudflare-ai-gateway"].models).toEqual([{ id: "claude-opus-5-5", name: "Mine" }]);
  });

  it("may be one that no catalogue knows", async () => {
    const home = temporaryHome();
    await openclaw([...DOCUMENTED, "--model", "cloudflare-ai-gateway/claude-of-tomorrow"], { home });
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].models).toEqual([
      { id: "claude-of-tomorrow", name: "claude-of-tomorrow" },
    ]);
  });
});

describe("the user's files", () => {
  const LOVED = `// my gateway, hands off
{
\tmodels: { /* merged */ mode: 'merge',
\t\tproviders: {
\t\t\t'cloudflare-ai-gateway': {
\t\t\t\tbaseUrl: '${BASE}/old/anthropic', // the old one
\t\t\t\tapi: 'anthropic-messages',
\t\t\t\tapiKey: '\${CLOUDFLARE_AI_GATEWAY_API_KEY}',
\t\t\t\tmodels: [{ id: 'claude-sonnet-4-6', name: 'Sonnet' },],
\t\t\t},
\t\t},
\t},
\tagents: { defaults: { model: { primary: 'cloudflare-ai-gateway/claude-sonnet-4-6' }, models: { 'cloudflare-ai-gateway/claude-sonnet-4-6': {} } } },
\tgateway: { mode: 'local', port: 18789, bind: 'loopback', auth: { mode: 'none' } },
\twizard: { lastRunAt: 'x', lastRunVersion: 'x', lastRunCommand: 'onboard', lastRunMode: 'local' },
}
`;

  it("keep every byte that did not have to change", async () => {
    const text = `\uFEFF${LOVED.replaceAll("\n", "\r\n")}`;
    const home = homeWith(text);
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const after = readFileSync(configPath(home), "utf8");
    expect(
      after.replace(/lastRunAt: '[^']*'/, "lastRunAt: 'x'").replace(/lastRunVersion: '[^']*'/, "lastRunVersion: 'x'"),
    ).toBe(text.replace("/old/", "/my-gw/"));
    expect(readFileSync(`${configPath(home)}.bak`, "utf8")).toBe(text);
  });

  it(".env keeps comments, order, export and duplicates", async () => {
    const home = temporaryHome();
    addFile(home, ".env", "# mine\nexport CLOUDFLARE_AI_GATEWAY_API_KEY='old' # key\nOTHER=1\nOTHER=2\n");
    await openclaw(DOCUMENTED, { home });
    expect(readFileSync(secretsPath(home), "utf8")).toMatch(
      new RegExp(
        `^# mine\nexport CLOUDFLARE_AI_GATEWAY_API_KEY=['"]?${CANARY_KEY}['"]? # key\nOTHER=1\nOTHER=2\nOPENCLAW_GATEWAY_TOKEN=\\S+\n$`,
      ),
    );
  });

  it("are written through a link, which stays one", async () => {
    const home = temporaryHome();
    const real = join(home, "dotfiles", "oc.json5");
    mkdirSync(dirname(real));
    writeFileSync(real, LOVED);
    mkdirSync(join(home, ".openclaw"));
    symlinkSync(real, configPath(home));
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    expect(readFileSync(real, "utf8")).toContain("/my-gw/anthropic', // the old one");
    expect(readFileSync(configPath(home), "utf8")).toBe(readFileSync(real, "utf8"));
  });

  it("are closed to others when they were open", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    chmodSync(join(home, ".openclaw"), 0o755);
    chmodSync(secretsPath(home), 0o644);
    const dry = await openclaw([...DOCUMENTED, "--dry-run"], { home });
    expect(dry.stdout).toContain(`~/.openclaw/.env\n  ~ mode 0644 -> 0600\n`);
    const { status, stdout } = await openclaw(DOCUMENTED, { home });
    expect([status, modeOf(join(home, ".openclaw")), modeOf(secretsPath(home))]).toEqual([0, "700", "600"]);
    expect(stdout).toContain("Made ~/.openclaw/.env private (mode 0600)");
  });

  it.each([
    ["openclaw.json", "{ models: {,} }", /openclaw\.json:1:12: /],
    [
      "openclaw.json",
      "{\n  gateway: { port: 'x' },\n}",
      /openclaw\.json:2:14: gateway\.port must be a whole number from 1 to 65535/,
    ],
    ["openclaw.json", "[]", /openclaw\.json:1:1: The file must be an object/],
    ["openclaw.json", "", /openclaw\.json:1:1: /],
    [".env", "A=1\nthis is nothing\n", /\.env:2:1: /],
    [".env", "A='never closed\n", /\.env:1:\d+: /],
  ])("stop the command when damaged, with the place, and stay as they are: %s %j", async (name, text, place) => {
    const home = homeWith(text, name);
    const { status, stdout, stderr } = await openclaw(DOCUMENTED, { home });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(place);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([...filesBelow(join(home, ".openclaw"))]).toEqual([[join(home, ".openclaw", name), text]]);
  });

  it("a folder in the place of a file is an error that says so", async () => {
    const home = temporaryHome();
    mkdirSync(configPath(home), { recursive: true });
    const { status, stderr } = await openclaw(DOCUMENTED, { home });
    expect(status).toBe(1);
    expect(stderr).toMatch(/openclaw\.json.*folder/);
    expect(existsSync(secretsPath(home))).toBe(false);
  });

  it("`__proto__` and `constructor` are keys like any other", async () => {
    const home = homeWith(
      `{"__proto__": {"polluted": 1}, constructor: {a: 1}, models: {providers: {"__proto__": {models: []}}}}`,
    );
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const text = readFileSync(configPath(home), "utf8");
    expect(text).toContain(
      `{"__proto__": {"polluted": 1}, constructor: {a: 1}, models: {providers: {"__proto__": {models: []}`,
    );
  });

  it("of ten megabytes are edited like small ones, and a thousand levels are refused", async () => {
    const notes = JSON.stringify({ notes: "n".repeat(10_000_000), gateway: {} });
    const large = homeWith(notes);
    expect((await openclaw(DOCUMENTED, { home: large })).status).toBe(0);
    expect(configIn(large).notes).toHaveLength(10_000_000);
    const deep = homeWith(`{a: ${"[".repeat(1000)}${"]".repeat(1000)}}`);
    const { status, stderr } = await openclaw(DOCUMENTED, { home: deep });
    expect(status).toBe(1);
    expect(stderr).toMatch(/openclaw\.json:1:\d+: /);
  });
});

describe("where the files lie", () => {
  it.each([
    [
      "OPENCLAW_HOME",
      { OPENCLAW_HOME: "HOME/elsewhere" },
      [],
      "elsewhere/.openclaw/openclaw.json",
      "elsewhere/.openclaw/.env",
    ],
    ["OPENCLAW_STATE_DIR", { OPENCLAW_STATE_DIR: "~/state" }, [], "state/openclaw.json", "state/.env"],
    ["OPENCLAW_CONFIG_PATH", { OPENCLAW_CONFIG_PATH: "HOME/c/my.json5" }, [], "c/my.json5", ".openclaw/.env"],
    ["--profile", {}, ["--profile", "work"], ".openclaw-work/openclaw.json", ".openclaw-work/.env"],
    ["--dev", {}, ["--dev"], ".openclaw-dev/openclaw.json", ".openclaw-dev/.env"],
  ])("%s decides", async (_, variables, flags, config, secrets) => {
    const home = temporaryHome();
    const env = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.replace("HOME", home)]),
    );
    const { status } = await openclaw([...flags, ...DOCUMENTED], { home, env });
    expect([status, existsSync(join(home, config)), existsSync(join(home, secrets))]).toEqual([0, true, true]);
    if (flags[0] === "--dev") expect(JSON5.parse(readFileSync(join(home, config), "utf8")).gateway.port).toBe(19001);
  });

  it.each([[["--profile", "a/b"]], [["--profile", "work", "--dev"]]])("%j is refused", async (flags) => {
    expect((await openclaw([...flags, ...DOCUMENTED], { home: temporaryHome() })).status).toBe(2);
  });

  it("a folder of the user's own for the configuration is not closed to others", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, "etc"), { mode: 0o755 });
    await openclaw(DOCUMENTED, { home, env: { OPENCLAW_CONFIG_PATH: join(home, "etc", "oc.json") } });
    expect([modeOf(join(home, "etc")), modeOf(join(home, "etc", "oc.json"))]).toEqual(["755", "600"]);
  });
});

describe("several at once", () => {
  it("leave one whole answer, valid files and no litter", async () => {
    const home = temporaryHome();
    const names = ["one", "two", "three", "four", "five", "six"];
    const runs = await Promise.all(
      names.map((name) =>
        openclaw([...DOCUMENTED, "--cloudflare-ai-gateway-gateway-id", name, ...KEY.with(1, `${CANARY_KEY}-${name}`)], {
          home,
        }),
      ),
    );
    expect(runs.map(({ status }) => status)).toEqual(names.map(() => 0));
    const [, name] = /\/(\w+)\/anthropic$/.exec(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl) ?? [];
    expect(readFileSync(secretsPath(home), "utf8")).toContain(`=${CANARY_KEY}-${name}\n`);
    expect(readFileSync(secretsPath(home), "utf8").match(/OPENCLAW_GATEWAY_TOKEN=/g)).toHaveLength(1);
    const names2 = readdirSync(join(home, ".openclaw")).filter(
      (file) => !/^(?:\.openclaw\.json\.undo|\.env|openclaw\.json(?:\.bak(?:\.\d)?)?)$/.test(file),
    );
    expect(names2).toEqual([]);
  });
});

describe("included files", () => {
  it("are edited where a value lives, and nothing is flattened into the root", async () => {
    const root = `{ models: { $include: "./models.json5" }, agents: { $include: ["./agents.json5"] } } // root\n`;
    const home = homeWith(root);
    addFile(
      home,
      "models.json5",
      `// providers\n{ providers: { "cloudflare-ai-gateway": { baseUrl: "${BASE}/old/anthropic", models: [] } } }\n`,
    );
    addFile(home, "agents.json5", `{ defaults: { model: "cloudflare-ai-gateway/claude-sonnet-4-6" } } // agents\n`);
    const { status, stderr } = await openclaw(DOCUMENTED, { home });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const text = (name: string) => readFileSync(join(home, ".openclaw", name), "utf8");
    expect(text("models.json5")).toMatch(/^\/\/ providers\n\{ providers: .*\/my-gw\/anthropic/);
    expect(text("agents.json5")).toMatch(/claude-sonnet-4-6": \{ ?alias: "Cloudflare AI Gateway" ?\}.*\/\/ agents\n$/s);
    expect(text("openclaw.json")).toMatch(
      /^\{ models: \{ \$include: "\.\/models\.json5" \}, agents: \{ \$include: \["\.\/agents\.json5"\] \}, gateway: /,
    );
    expect(text("models.json5.bak")).toContain("/old/anthropic");
    expect((await openclaw(DOCUMENTED, { home })).stdout).toBe("Already up to date. No files were changed.\n");
  });

  it.each([
    ["../outside.json5", "is outside its folder"],
    ["./missing.json5", "does not exist"],
    ["./openclaw.json", "includes itself"],
  ])("%s is refused", async (path, reason) => {
    const home = homeWith(`{ models: { $include: "${path}" } }`);
    writeFileSync(join(home, "outside.json5"), "{}");
    const { status, stderr } = await openclaw(DOCUMENTED, { home });
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
    expect(existsSync(secretsPath(home))).toBe(false);
  });
});
