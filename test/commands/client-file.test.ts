import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { homeWith, readText } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import {
  CANARY_TOKEN,
  cleanEnv,
  DOCUMENTED,
  filesBelow,
  openclaw,
  PATH_WITHOUT_PROGRAM,
  PROGRAM,
  temporaryHome,
} from "../support/program.ts";
import { KNOWN } from "../support/stand-in/world.ts";

/** Nobody listens there, whatever a developer runs on the usual port. */
const PORT = { OPENCLAW_GATEWAY_PORT: "9" };
const URL = "http://127.0.0.1:9";
const OTHER_KEY = "sk-ant-api03-OTHERkeyOTHERkeyOTHERkey-abcdwXyZ";

interface Case {
  readonly client: string;
  readonly path: string;
  /** A file of a person, and the same with our settings. */
  readonly before: string;
  readonly after: string | RegExp;
}

const settings = (home: string) => join(home, ".claude", "settings.json");

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

const CASES: readonly Case[] = [
  {
    client: "claude-code",
    path: ".claude/settings.json",
    before: '{\n  "model": "opus",\n  "permissions": { "allow": ["Bash(ls:*)"] }\n}\n',
    after: `{\n  "model": "opus",\n  "permissions": { "allow": ["Bash(ls:*)"] },\n  "env": {\n    "ANTHROPIC_BASE_URL": "${URL}",\n    "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY": "1"\n  },\n  "apiKeyHelper": "openclaw gateway token"\n}\n`,
  },
  {
    client: "codex",
    path: ".codex/config.toml",
    before: `# mine
model = "o9" # the old one
approval_policy = 'on-request'

[projects."/home/me/x"]
trust_level = "trusted"
`,
    after: `# mine
model = "gpt-5.5" # the old one
approval_policy = 'on-request'
model_provider = "openclaw"

[projects."/home/me/x"]
trust_level = "trusted"

[model_providers.openclaw]
name = "OpenClaw"
base_url = "${URL}/v1"
wire_api = "responses"

[model_providers.openclaw.auth]
command = "openclaw"
args = ["gateway", "token"]
`,
  },
  {
    client: "opencode",
    path: ".config/opencode/opencode.jsonc",
    before: `{
  // mine
  "$schema": "https://opencode.ai/config.json",
  "theme": "opus", /* dark */
}
`,
    after:
      /^\{\n {2}\/\/ mine\n {2}"\$schema": "https:\/\/opencode\.ai\/config\.json",\n {2}"theme": "opus", \/\* dark \*\/\n {2}"model": "openclaw\/claude-sonnet-4-6",\n {2}"provider": \{\n {4}"openclaw": \{\n {6}"npm": "@ai-sdk\/anthropic",[\s\S]*"baseURL": "http:\/\/127\.0\.0\.1:9\/v1",\n {8}"apiKey": "\{env:OPENCLAW_CLIENT_TOKEN\}",[\s\S]*\n\}\n$/,
  },
];

/** Workers AI, OpenAI and Anthropic, so that something is served for every client. */
const ALL = ["anthropic", "workers-ai", "openai"].flatMap((id) => ["--cloudflare-ai-gateway-endpoint", id]);
const ALL_PROVIDERS = [
  ...DOCUMENTED,
  ...ALL,
  "--cloudflare-ai-gateway-openai-api-key",
  KNOWN.openaiKey,
  "--cloudflare-ai-gateway-token",
  CANARY_TOKEN,
];

async function homeWithAll(): Promise<string> {
  const home = temporaryHome();
  expect(await openclaw([...ALL_PROVIDERS, "--no-verify"], { home })).toMatchObject({ status: 0 });
  return home;
}

const write = (home: string, client: string, more: readonly string[] = [], env = {}) =>
  openclaw(["gateway", "env", "--client", client, "--write", ...more], { home, env: { ...PORT, ...env } });
const undo = (home: string, client: string, more: readonly string[] = []) =>
  openclaw(["gateway", "env", "--client", client, "--undo", ...more], { home });

/** The local gateway's token, which is in no file but `.env`. */
const tokenOf = (home: string) => /OPENCLAW_GATEWAY_TOKEN=(.+)/.exec(readText(secretsPath(home)))?.[1] ?? "";

function expectNoSecret(home: string, ...printed: readonly string[]): void {
  for (const [path, text] of filesBelow(home)) {
    if (path === secretsPath(home)) continue;
    expect(text, path).not.toContain(tokenOf(home));
  }
  for (const text of printed) expect(text).not.toContain(tokenOf(home));
}

describe.each(CASES)("the file of $client", ({ client, path: name, before, after }) => {
  it("gets our settings and keeps every other byte, its mode and a backup", async () => {
    const home = await homeWithAll();
    const path = join(home, name);
    put(path, before);
    const { status, stdout, stderr } = await write(home, client);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const written = readText(path);
    expect(written).toEqual(typeof after === "string" ? after : expect.stringMatching(after));
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readText(`${path}.bak`)).toBe(before);
    expect(stdout).toContain(`This changes ~/${name}:`);
    expect(stdout).toContain(`--client ${client} --undo`);
    expect(stdout.split("\n").length).toBeLessThan(24);
    expectNoSecret(home, stdout);
    const again = await write(home, client);
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining("is already set up") });
    expect(readText(path)).toBe(written);
  });

  it("is as it was after --undo, and a second --undo has nothing to do", async () => {
    const home = await homeWithAll();
    const path = join(home, name);
    put(path, before);
    await write(home, client);
    const undone = await undo(home, client);
    expect(undone).toMatchObject({ status: 0, stderr: "" });
    expect(readText(path)).toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(await undo(home, client)).toMatchObject({ status: 0, stdout: expect.stringMatching(/nothing to undo/) });
    expectNoSecret(home, undone.stdout);
  });

  it("is created private where there is none, and removed by --undo", async () => {
    const home = await homeWithAll();
    const path = join(home, name.replace("jsonc", "json"));
    await write(home, client);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(existsSync(`${path}.bak`)).toBe(false);
    await undo(home, client);
    expect(existsSync(path)).toBe(false);
  });

  it("keeps what was edited since", async () => {
    const home = await homeWithAll();
    const path = join(home, name);
    put(path, before);
    await write(home, client);
    const moved = readText(path).replace("127.0.0.1:9", "127.0.0.1:4711").replace("opus", "sonnet");
    writeFileSync(path, moved);
    const { status, stdout } = await undo(home, client);
    expect(status).toBe(0);
    expect(stdout).toContain("changed since");
    const text = readText(path);
    expect(text).toContain("4711");
    expect(text).not.toContain("gateway token");
    expect(text).toContain(before.includes("opus") ? "sonnet" : "");
  });

  it("is only shown with --dry-run", async () => {
    const home = await homeWithAll();
    const path = join(home, name);
    put(path, before);
    const { status, stdout } = await write(home, client, ["--dry-run"]);
    expect({ status, text: readText(path) }).toEqual({ status: 0, text: before });
    expect(stdout).toContain("127.0.0.1:9");
    expect(stdout).toContain("Dry run");
  });

  it("is changed behind a link, which stays", async () => {
    const home = await homeWithAll();
    const path = join(home, name);
    const real = join(home, "dotfiles", "file");
    put(real, before);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(real, path);
    await write(home, client);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readText(real)).toEqual(typeof after === "string" ? after : expect.stringMatching(after));
  });
});

describe("settings.json of Claude Code", () => {
  it.each([
    ["env.ANTHROPIC_API_KEY", { env: { ANTHROPIC_API_KEY: OTHER_KEY } }],
    ["env.ANTHROPIC_AUTH_TOKEN", { env: { ANTHROPIC_AUTH_TOKEN: "a-token-of-somebody-0123456789" } }],
    ["apiKeyHelper", { apiKeyHelper: `echo ${OTHER_KEY}` }],
    ["apiKeyHelper", { apiKeyHelper: "echo key-of-somebody" }],
    ["apiKeyHelper", { apiKeyHelper: "printf '%s' key-of-somebody | cat" }],
    ["apiKeyHelper", { apiKeyHelper: "~/get.sh --key key-of-somebody" }],
    ["apiKeyHelper", { apiKeyHelper: "API_KEY=key-of-somebody ~/get.sh" }],
    ["env.ANTHROPIC_BASE_URL", { env: { ANTHROPIC_BASE_URL: "http://127.0.0.1/?api_key=key-of-somebody" } }],
  ])("is refused while %s holds a credential of the user's own", async (name, value) => {
    const home = await homeWith();
    const text = JSON.stringify(value, null, 2);
    put(settings(home), text);
    const { status, stdout, stderr } = await write(home, "claude-code");
    expect(status).toBe(1);
    expect(stderr).toContain(
      `settings.json:${text.split("\n").findIndex((line) => line.includes(name.replace("env.", ""))) + 1}:`,
    );
    expect(stderr).toContain(`\`${name}\``);
    expect(stdout + stderr).not.toContain("OTHERkey");
    expect(stdout + stderr).not.toContain("of-somebody");
    expect(readText(settings(home))).toBe(text);
    expect([...filesBelow(home).keys()].filter((path) => /\.bak|clients/.test(path))).toEqual([]);
  });

  it.each([
    ["a helper of one's own", { apiKeyHelper: "pass show anthropic" }],
    ["a helper that reads a variable", { apiKeyHelper: 'printf %s "$MY_KEY"' }],
    ["a helper that is given a name", { apiKeyHelper: "aws secretsmanager get-secret-value --secret-id mine" }],
    ["a helper that is given a file", { apiKeyHelper: "get.sh --token-file ~/.token --key ~/.key" }],
    ["an empty key", { env: { ANTHROPIC_API_KEY: "" } }],
  ])("is written over %s, which --undo puts back", async (_, value) => {
    const home = await homeWith();
    const text = `${JSON.stringify(value)}\n`;
    put(settings(home), text);
    expect((await write(home, "claude-code")).status).toBe(0);
    // Edited since, so that no backup is of use.
    writeFileSync(settings(home), readText(settings(home)).replace("{", '{ "theme": "dark",'));
    await undo(home, "claude-code");
    expect(JSON.parse(readText(settings(home)))).toEqual({ theme: "dark", ...value });
  });

  it.each([
    ["a comment", '{\n  // mine\n  "model": "opus"\n}\n'],
    ["a trailing comma", '{\n  "model": "opus",\n}\n'],
    ["half a file", '{\n  "model": '],
    ["a list", "[]"],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["a variable that is no object", '{ "env": "x" }'],
  ])("is refused and unchanged with %s, and the way by hand is named", async (_, text) => {
    const home = await homeWith();
    put(settings(home), "");
    writeFileSync(settings(home), text);
    const { status, stderr } = await write(home, "claude-code");
    expect(status).toBe(1);
    expect(stderr).toContain("settings.json");
    expect(readFileSync(settings(home))).toEqual(Buffer.from(text));
    if (typeof text === "string") expect(stderr).toContain("gateway env --client claude-code");
  });

  it("reads strict JSON whatever it held before: blank, an empty object, a byte order mark, line ends of Windows", async () => {
    for (const text of ["", "\n", "{}", "\uFEFF{}", '{\r\n\t"model": "opus"\r\n}', '{"a":[]}']) {
      const home = await homeWith();
      put(settings(home), text);
      expect((await write(home, "claude-code")).status).toBe(0);
      const written = readText(settings(home));
      expect(JSON.parse(written.replace(/^\uFEFF/, ""))).toMatchObject({ env: { ANTHROPIC_BASE_URL: URL } });
      expect(written.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
      if (text.includes("\r\n")) expect(written).not.toMatch(/[^\r]\n/);
      await undo(home, "claude-code");
      expect(readText(settings(home))).toBe(text);
    }
  });

  it("names the program so that it starts in any folder, with its profile", async () => {
    const home = await homeWith();
    await openclaw(["--profile", "work", ...DOCUMENTED], { home });
    await openclaw(["--profile", "work", "gateway", "env", "--write"], { home, env: { PATH: PATH_WITHOUT_PROGRAM } });
    expect(JSON.parse(readText(settings(home))).apiKeyHelper).toBe(
      `${process.execPath} ${PROGRAM} --profile work gateway token`,
    );
  });

  it("is found where CLAUDE_CONFIG_DIR says", async () => {
    const home = await homeWith();
    const folder = join(home, "else where");
    await write(home, "claude-code", [], { CLAUDE_CONFIG_DIR: folder });
    expect(existsSync(join(folder, "settings.json"))).toBe(true);
    expect(existsSync(settings(home))).toBe(false);
  });

  it("is another one in each folder where CLAUDE_CONFIG_DIR is relative", async () => {
    const home = await homeWith();
    const [one, two] = [join(home, "one"), join(home, "two")];
    const cli = (cwd: string, option: string) =>
      openclaw(["gateway", "env", "--client", "claude-code", option], {
        home,
        cwd,
        env: { ...PORT, CLAUDE_CONFIG_DIR: "cfg" },
      });
    for (const folder of [one, two]) mkdirSync(join(folder, "cfg"), { recursive: true });
    expect((await cli(one, "--write")).stdout).toContain(join("one", "cfg"));
    writeFileSync(join(two, "cfg", "settings.json"), "{}\n");
    expect((await cli(two, "--undo")).stdout).toContain("nothing to undo");
    expect(readText(join(two, "cfg", "settings.json"))).toBe("{}\n");
    await cli(one, "--undo");
    expect(existsSync(join(one, "cfg", "settings.json"))).toBe(false);
  });

  it("is recorded in a file of our own, not in what a link there leads to", async () => {
    const home = await homeWith();
    const other = join(home, "precious");
    writeFileSync(other, "precious");
    const record = join(home, ".openclaw", ".clients.undo");
    symlinkSync(other, record);
    expect((await write(home, "claude-code")).status).toBe(0);
    expect([readText(other), lstatSync(record).isSymbolicLink()]).toEqual(["precious", false]);
    await undo(home, "claude-code");
    expect(existsSync(settings(home))).toBe(false);
  });

  it.each([
    ["another file", (record: object[]) => [...record, { ...record[0], path: "PRECIOUS", isNew: true }]],
    ["another file by a detour", (record: object[]) => [{ ...record[0], path: "HOME/.claude/../precious.json" }]],
    [
      "text that is more than one value",
      ([one]: object[]) => [
        { ...one, before: null, values: [{ path: ["a"], before: '2, "evil": 3', after: 1 }], made: [["__proto__"]] },
      ],
    ],
    ["no record at all", () => [[], null, "x"]],
  ])("is all that a damaged or made up record can change: %s", async (_, damage) => {
    const home = await homeWith();
    const precious = join(home, "precious.json");
    const text = '{"a":1}';
    put(precious, "{}");
    put(settings(home), text);
    await write(home, "claude-code");
    const record = join(home, ".openclaw", ".clients.undo");
    const damaged = JSON.stringify(damage(JSON.parse(readText(record))));
    writeFileSync(record, damaged.replaceAll("PRECIOUS", precious).replaceAll("HOME", home));
    const before = readText(settings(home));
    await undo(home, "claude-code");
    expect(readText(precious)).toBe("{}");
    expect([before, text]).toContain(readText(settings(home)));
  });

  it("follows a new port, and --undo goes back to before both", async () => {
    const home = await homeWith();
    const before = '{ "env": { "ANTHROPIC_BASE_URL": "https://proxy.example" } }\n';
    put(settings(home), before);
    await write(home, "claude-code");
    await openclaw([...DOCUMENTED, "--gateway-port", "20000"], { home });
    const { stdout } = await write(home, "claude-code", [], { OPENCLAW_GATEWAY_PORT: "20000" });
    expect(stdout).toContain(`~ env.ANTHROPIC_BASE_URL  "${URL}" -> "http://127.0.0.1:20000"`);
    await undo(home, "claude-code");
    expect(readText(settings(home))).toBe(before);
  });

  it("is the last profile's, which is said, and the first one leaves what is no longer its own", async () => {
    const home = await homeWith();
    await openclaw(["--profile", "work", ...DOCUMENTED, "--gateway-port", "20000"], { home });
    await write(home, "claude-code");
    const second = await openclaw(["--profile", "work", "gateway", "env", "--write"], { home });
    expect(second.stderr).toContain("default profile");
    const text = readText(settings(home));
    expect(text).toContain("20000");
    const first = await undo(home, "claude-code");
    expect(first.stdout).toContain("changed since");
    expect(readText(settings(home))).toContain("20000");
  });

  it("is not written over somebody's edit between the look and the change", async () => {
    const home = await homeWith();
    put(settings(home), '{ "a": 1 }\n');
    const prompter = {
      confirm: async () => {
        writeFileSync(settings(home), '{ "a": 2 }\n');
        return { kind: "answer", value: true };
      },
    };
    const { status, stderr } = await openclaw(["gateway", "env", "--write"], {
      home,
      context: { terminal: { stdin: true, stdout: true, stderr: true }, prompter: async () => prompter as never },
    });
    expect(status).toBe(1);
    expect(stderr).toContain("settings.json");
    expect(readText(settings(home))).toBe('{ "a": 2 }\n');
  });

  it("is not written when the answer is no", async () => {
    const home = await homeWith();
    const context = {
      terminal: { stdin: true, stdout: true, stderr: true },
      prompter: async () => ({ confirm: async () => ({ kind: "answer", value: false }) }) as never,
    };
    const { status } = await openclaw(["gateway", "env", "--write"], { home, context });
    expect(status).toBe(130);
    expect(existsSync(settings(home))).toBe(false);
  });

  it("says which variables of this shell would be used instead", async () => {
    const home = await homeWith();
    const { stderr } = await write(home, "claude-code", [], { ANTHROPIC_API_KEY: OTHER_KEY });
    expect(stderr).toMatch(/ANTHROPIC_API_KEY is set in this shell/);
    expect(stderr).not.toContain("OTHERkey");
  });

  it("has no helper where the gateway requires no token, and gets it once there is one", async () => {
    const home = await homeWith((config) => {
      config.gateway.auth = { mode: "none" };
    });
    await write(home, "claude-code");
    expect(JSON.parse(readText(settings(home)))).toMatchObject({ env: { ANTHROPIC_AUTH_TOKEN: "custom-local" } });
    await openclaw([...DOCUMENTED, "--gateway-auth", "token"], { home });
    await write(home, "claude-code");
    const { env, apiKeyHelper } = JSON.parse(readText(settings(home)));
    expect(env).not.toHaveProperty("ANTHROPIC_AUTH_TOKEN");
    expect(apiKeyHelper).toBe("openclaw gateway token");
    await undo(home, "claude-code");
    expect(existsSync(settings(home))).toBe(false);
  });
});

describe("config.toml of Codex", () => {
  const config = (home: string) => join(home, ".codex", "config.toml");

  it.each([
    ["a list of tables in the way", '[[model_providers]]\nname = "x"\n', "config.toml:1:"],
    ["a text in the way", 'model = "x"\nmodel_providers = "none"\n', "config.toml:2:"],
    ["a key set twice", 'model = "x"\nmodel = "CANARYsecretCANARY"\n', "config.toml:2:"],
    ["half a text", 'model = "CANARYsecretCANARY\n', "config.toml:1:"],
    [
      "a key of one's own under our name",
      `[model_providers.openclaw]\nname = "mine"\n[model_providers.openclaw.auth]\ncommand = "echo ${OTHER_KEY}"\n`,
      "config.toml:4:",
    ],
    ["a text where a table belongs", 'x = 1\n[model_providers.openclaw]\nauth = "x"\n', "config.toml:3:"],
    [
      "a token beside, with which Codex would not start",
      '[model_providers.openclaw]\nexperimental_bearer_token = "CANARYsecretCANARY"\n',
      "config.toml:2:",
    ],
    [
      "a program that is given a key",
      '[model_providers.openclaw.auth]\ncommand = "get"\nargs = ["--token", "CANARYsecretCANARY"]\n',
      "config.toml:3:",
    ],
  ])("is refused and unchanged with %s", async (_, text, place) => {
    const home = await homeWithAll();
    put(config(home), text);
    const { status, stdout, stderr } = await write(home, "codex");
    expect(status).toBe(1);
    expect(stderr).toContain(place);
    expect(stderr).toContain("gateway env --client codex`");
    expect(stdout + stderr).not.toMatch(/CANARYsecret|OTHERkey/);
    expect(readText(config(home))).toBe(text);
    expect([...filesBelow(home).keys()].filter((path) => /\.bak$|clients/.test(path))).toEqual([]);
  });

  it.each([
    ["tables in braces", 'model_providers = { other = { name = "x" } } # mine\r\n[a]\r\nb = 1\r\n'],
    ["dotted and quoted keys", '"model_providers".\'openclaw\'.name = "OpenClaw"\nmodel_providers . x . name = "y"\n'],
    ["no line end at its end", '\uFEFFmodel = """\nx"""\n[a]'],
    ["an environment key beside", '[model_providers.openclaw]\nenv_key = "OPENCLAW_CLIENT_TOKEN"\n'],
    ["OpenAI's sign-in beside", "[model_providers.openclaw]\nrequires_openai_auth = true\n"],
    ["only a comment", "# mine"],
  ])("is written, and as before after --undo, with %s", async (_, text) => {
    const home = await homeWithAll();
    put(config(home), text);
    expect(await write(home, "codex")).toMatchObject({ status: 0, stderr: "" });
    expect(parse(readText(config(home)))).toMatchObject({
      model_provider: "openclaw",
      model_providers: {
        openclaw: { base_url: `${URL}/v1`, auth: { command: "openclaw", args: ["gateway", "token"] } },
      },
    });
    expect(readText(config(home))).not.toMatch(/env_key|requires_openai_auth/);
    const edited = `${readText(config(home))}\n# later\n`;
    writeFileSync(config(home), edited);
    await undo(home, "codex");
    const rest = readText(config(home));
    expect(rest).toContain("# later");
    expect(parse(rest)).toEqual(parse(text));
  });
});

describe("opencode.json of opencode", () => {
  const file = (home: string) => join(home, ".config", "opencode", "opencode.json");

  it("is refused while our provider has a key of the user's own", async () => {
    const home = await homeWithAll();
    put(file(home), JSON.stringify({ provider: { openclaw: { options: { apiKey: OTHER_KEY } } } }));
    const { status, stderr } = await write(home, "opencode");
    expect(status).toBe(1);
    expect(stderr).toContain("opencode.json:1:");
    expect(stderr).not.toContain("OTHERkey");
  });

  it("loses the models that are gone, and only ours", async () => {
    const home = await homeWithAll();
    const config = readText(configPath(home));
    const loose = JSON.parse(config);
    loose.models.providers["cloudflare-ai-gateway"].models.push({ id: "claude-gone-1", name: "Gone" });
    writeFileSync(configPath(home), JSON.stringify(loose));
    put(file(home), "{}");
    await write(home, "opencode");
    const own = JSON.parse(readText(file(home)));
    expect(own.provider.openclaw.models).toHaveProperty(["claude-gone-1"]);
    own.provider.openclaw.models["my-own"] = { name: "Mine" };
    writeFileSync(file(home), JSON.stringify(own, null, 2));
    writeFileSync(configPath(home), config);
    const { stdout } = await write(home, "opencode");
    expect(stdout).toContain('- provider.openclaw.models["claude-gone-1"]');
    const { models } = JSON.parse(readText(file(home))).provider.openclaw;
    expect(Object.keys(models)).toEqual(expect.arrayContaining(["claude-sonnet-4-6", "my-own"]));
    expect(models).not.toHaveProperty(["claude-gone-1"]);
    await undo(home, "opencode");
    const rest = { provider: { openclaw: { models: { "my-own": { name: "Mine" } } } } };
    expect(JSON.parse(readText(file(home)))).toEqual(rest);
  });

  it("says how to set the variable that it reads the token from", async () => {
    const home = await homeWithAll();
    const { stdout } = await write(home, "opencode", [], { SHELL: "/usr/bin/fish" });
    expect(stdout).toContain("`set -gx OPENCLAW_CLIENT_TOKEN (openclaw gateway token);`");
    expectNoSecret(home, stdout);
  });
});

it("the helper of Claude Code prints the token in any folder, with blanks in its paths and a profile", async () => {
  const home = temporaryHome();
  await openclaw(["--profile", "work", ...DOCUMENTED], { home });
  const folder = join(home, "my programs");
  symlinkSync(dirname(dirname(PROGRAM)), folder);
  const started = { node: process.execPath, script: join(folder, "bin", "openclaw.cjs") };
  const env = { PATH: PATH_WITHOUT_PROGRAM };
  await openclaw(["--profile", "work", "gateway", "env", "--write"], { home, env, context: { started } });
  const { apiKeyHelper } = JSON.parse(readText(settings(home)));
  const printed = execFileSync("sh", ["-c", apiKeyHelper], { cwd: "/", env: cleanEnv(home, env), encoding: "utf8" });
  const secrets = readText(join(home, ".openclaw-work", ".env"));
  expect(secrets).toContain(`OPENCLAW_GATEWAY_TOKEN=${printed.trim()}`);
  expect(readText(settings(home))).not.toContain(printed.trim());
});

it("--write is refused for a client without a file, with another shell, and together with --undo", async () => {
  const home = await homeWith();
  expect(await write(home, "anthropic-sdk")).toMatchObject({ status: 2 });
  expect(await write(home, "claude-code", ["--undo"])).toMatchObject({ status: 2 });
  expect(await write(home, "claude-code", ["--shell", "fish"])).toMatchObject({ status: 2 });
});
