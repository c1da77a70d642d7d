import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/commands/program.ts";
import { takesCredential } from "../../src/core/redact.ts";
import { shownTo } from "../../src/core/shown.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { ACCOUNT, CANARY_KEY, DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import { testContext } from "../support/real-context.ts";

/** A Cloudflare token of the old form, which has no prefix. */
const BARE = "CANARYtokenCANARYtokenCANARYtoken1234567";
const CREDENTIALS: readonly (readonly [name: string, value: string])[] = [
  ["an Anthropic key", CANARY_KEY],
  ["a key behind a provider's name", `cloudflare-ai-gateway/${CANARY_KEY}`],
  ["a token without a prefix", BARE],
  ["a GitHub token", "ghp_CANARYCANARYCANARYCANARYCANARYCANARY12"],
  ["a JSON web token", "eyJhbGciOiJIUzI1NiJ9.eyJDQU5BUlkiOiJDQU5BUlkifQ.CANARYsignature"],
  ["a password in a URL", "https://user:CANARYpassword@ai.example.com/x"],
];

/** Every flag of every command that takes a value and no credential, with the words before it. */
async function flags(): Promise<readonly (readonly [line: string, words: readonly string[]])[]> {
  const argv = ["onboard", "models", "list", "refresh", "gateway", "run", "install", "doctor", "undo"];
  const names = [...argv, "uninstall", "start", "stop", "restart", "status", "env", "token"];
  const handed = {
    context: testContext({ homedir: () => "/nowhere" }),
    providers: async () => PROVIDERS,
    endWith: () => {},
    shown: shownTo({ program: () => "openclaw", profile: () => undefined, home: () => undefined }),
  };
  const program = await createProgram(names, {
    ...handed,
    about: { version: "1", node: "v20.20.0", platform: "linux" },
  });
  const below = (command: Command, words: readonly string[]): readonly (readonly [string, readonly string[]])[] => [
    ...command.options
      .filter(({ long, required, optional }) => long && (required || optional) && !takesCredential(long))
      .map(({ long }) => [[...words, long].join(" "), [...words, long ?? ""]] as const),
    ...command.commands.flatMap((one) => below(one, [...words, one.name()])),
  ];
  return below(program, []);
}

const FLAGS = await flags();

describe("a credential in a flag that takes none", () => {
  it.each(CREDENTIALS)("is refused in --model, and neither stored nor shown: %s", async (_, value) => {
    const home = temporaryHome();
    for (const more of [[], ["--json"], ["--dry-run"]]) {
      const { status, stdout, stderr } = await openclaw([...DOCUMENTED, "--model", value, ...more], { home });
      expect(status).toBe(2);
      expect(stdout + stderr).toMatch(/--model.*This looks like a credential|looks like a credential.*[\s\S]*--model/);
      expect(stdout + stderr).not.toContain("CANARY");
    }
    expect(filesBelow(home).size).toBe(0);
  });

  it.each(FLAGS)("is refused: %s", async (_, words) => {
    const home = temporaryHome();
    const argv = words[0] === "onboard" ? [...DOCUMENTED, ...words.slice(1)] : words;
    for (const value of [CANARY_KEY, BARE]) {
      const { status, stdout, stderr } = await openclaw([...argv, value], { home });
      expect({ status, shown: stdout + stderr }).toEqual({ status: 2, shown: expect.not.stringContaining("CANARY") });
      expect(stderr).toContain(words.at(-1));
    }
    expect(filesBelow(home).size).toBe(0);
  });

  it("is named with everything else that is wrong", async () => {
    const home = temporaryHome();
    const args = ["--gateway-port", "x", "--model", CANARY_KEY, "--cloudflare-ai-gateway-endpoint", "nope"];
    const { stderr } = await openclaw([...DOCUMENTED, ...args], { home });
    expect(stderr).toContain("3 answers are missing or invalid.");
  });

  it.each([
    ["as a command", [BARE]],
    ["as an argument", ["models", "list", BARE]],
    ["as a flag's value", ["models", "list", `--providers=${BARE}`]],
  ])("is not repeated %s", async (_, argv) => {
    const { status, stdout, stderr } = await openclaw(argv, { home: temporaryHome() });
    expect(status).toBe(2);
    expect(stdout + stderr).not.toContain("CANARY");
  });

  it.each([
    "claude-sonnet-4-6",
    "cloudflare-ai-gateway/claude-sonnet-4-5-20250929",
    "cloudflare-ai-gateway-workers-ai/@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    "cloudflare-ai-gateway/Meta-Llama-3.1-405B-Instruct-Turbo-sk-1",
  ])("is not suspected in %s", async (model) => {
    const { stderr } = await openclaw([...DOCUMENTED, "--dry-run", "--model", model], { home: temporaryHome() });
    expect(stderr).not.toContain("looks like a credential");
  });
});

describe("a flag that takes one value", () => {
  it.each([
    ["--cloudflare-ai-gateway-gateway-id", [...DOCUMENTED, "--cloudflare-ai-gateway-gateway-id", "other"]],
    ["--provider", ["models", "list", "--provider", "x", "--provider", "cloudflare-ai-gateway"]],
    ["--profile", ["--profile", "a", "--profile", "b", "models", "list"]],
  ])("says that the last one counts: %s", async (flag, argv) => {
    const { status, stderr } = await openclaw(argv, { home: temporaryHome() });
    expect(stderr).toContain(`Note: ${flag} takes one value and was given several times. The last value is used.`);
    expect(status).toBe(0);
  });

  it.each([
    ["given twice alike", [...DOCUMENTED, "--mode", "local"]],
    [
      "one that may be repeated",
      [
        ...DOCUMENTED,
        "--cloudflare-ai-gateway-endpoint",
        "anthropic",
        "--cloudflare-ai-gateway-endpoint",
        "openai",
        "--cloudflare-ai-gateway-openai-api-key",
        "sk-proj-0123456789abcdefghij",
      ],
    ],
  ])("says nothing if it is %s", async (_, argv) => {
    const { status, stderr } = await openclaw(argv, { home: temporaryHome() });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("a password in a base URL that is already configured", () => {
  it.each([
    "https://user:CANARYpw@ai.example.com/anthropic",
    "https://user:CANARY@pw#CANARY@ai.example.com/anthropic",
    "https://user:CANARY/pw@ai.example.com/anthropic",
    "https://user:80/CANARYpw@ai.example.com/anthropic",
    "https://CANARYtoken@ai.example.com/anthropic",
  ])("is shown by no command: %s", async (baseUrl) => {
    const home = temporaryHome();
    const folder = join(home, ".openclaw");
    mkdirSync(folder);
    const models = [{ id: "claude-sonnet-4-6", name: "Claude" }];
    const entry = { baseUrl, api: "anthropic-messages", apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}", models };
    const providers = { "cloudflare-ai-gateway": entry };
    writeFileSync(join(folder, "openclaw.json"), JSON.stringify({ models: { providers } }));
    writeFileSync(join(folder, ".env"), "CLOUDFLARE_AI_GATEWAY_API_KEY=sk-ant-api03-x\n");
    const onboard = ["onboard", "--non-interactive", "--no-verify", "--auth-choice", "cloudflare-ai-gateway-api-key"];
    const lines = [
      [...onboard, "--json"],
      [...onboard, "--dry-run", "--cloudflare-ai-gateway-base-url", "https://ai.example.com"],
      ["undo"],
      ["undo", "--json"],
      ["doctor"],
      ["doctor", "--json"],
      ["models", "list", "--all"],
      ["gateway", "env"],
    ];
    for (const line of lines) {
      const { stdout, stderr } = await openclaw(line, { home });
      expect(stdout + stderr, line.join(" ")).not.toContain("CANARY");
    }
    // A host and a port, as far as anybody can tell, which a check would try to reach.
    if (baseUrl.startsWith("https://user:80/")) return;
    const check = await openclaw([...onboard.filter((flag) => flag !== "--no-verify"), "--verify"], { home });
    expect([check.status, check.stderr]).toEqual([1, expect.stringContaining("baseUrl: ")]);
    expect(check.stdout + check.stderr).not.toContain("CANARY");
    expect(readFileSync(join(folder, "openclaw.json"), "utf8")).toContain(baseUrl);
  });
});

it("is found by doctor where an older version stored it", async () => {
  const home = temporaryHome();
  const folder = join(home, ".openclaw");
  mkdirSync(folder);
  const ref = `cloudflare-ai-gateway/${CANARY_KEY}`;
  const config = {
    models: {
      providers: {
        "cloudflare-ai-gateway": {
          baseUrl: `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/anthropic`,
          api: "anthropic-messages",
          models: [{ id: BARE, name: "x" }],
        },
      },
    },
    agents: { defaults: { model: { primary: ref }, models: { [ref]: { alias: "x" } } } },
  };
  writeFileSync(join(folder, "openclaw.json"), JSON.stringify(config));
  const { stdout } = await openclaw(["doctor", "--json"], { home });
  const found = JSON.parse(stdout).checks.filter(({ id }: { id: string }) => id === "credentials.misplaced");
  expect(found.map(({ message }: { message: string }) => message)).toEqual([
    'models.providers["cloudflare-ai-gateway"].models[0].id contains a credential, which does not belong there.',
    "agents.defaults.model.primary contains a credential, which does not belong there.",
    "agents.defaults.models contains a credential, which does not belong there.",
  ]);
  for (const words of [[], ["models", "list"], ["models", "list", "--json"], ["models", "list", "--plain"]]) {
    const run = await openclaw(words, { home });
    expect(run.stdout).toContain("********");
    expect(run.stdout + run.stderr).not.toContain("CANARY");
  }
  const setUp = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
  const key = { env: { ANTHROPIC_API_KEY: "sk-ant-another-key" } };
  for (const flags of [["--dry-run"], ["--json"], ["--gateway-port", "20000", "--verbose"]]) {
    const run = await openclaw([...setUp, ...flags], { home, ...key });
    expect(run.status).toBe(0);
    expect(run.stdout + run.stderr).not.toContain("CANARY");
  }
});

it("is not found by doctor in a proxy's or a browser's address, nor in a sentence about a header", async () => {
  const home = temporaryHome();
  mkdirSync(join(home, ".openclaw"));
  const config = {
    channels: { telegram: { proxy: "http://bob:CANARYpassword@proxy.example:3128" } },
    browser: { cdpUrl: "wss://user:CANARYpassword@browser.example/chrome" },
    hooks: { mappings: [{ messageTemplate: "Use Bearer authentication for this." }] },
    agents: { defaults: { workspace: "/home/bob/x" } },
  };
  writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(config));
  const { stdout } = await openclaw(["doctor", "--json"], { home });
  expect(JSON.parse(stdout).checks.filter(({ id }: { id: string }) => id === "credentials.misplaced")).toMatchObject([
    { status: "ok" },
  ]);
  expect(stdout).not.toContain("CANARY");
});
