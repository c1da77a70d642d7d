import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configIn, secretsText, stateOf } from "../support/home-files.ts";
import {
  ACCOUNT,
  CANARY_KEY,
  CANARY_TOKEN,
  DOCUMENTED,
  filesBelow,
  openclaw,
  temporaryHome,
} from "../support/program.ts";

const OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARYopenaiCANARY";

const IDS = `authChoice: "cloudflare-ai-gateway-api-key", accountId: "${ACCOUNT}", gatewayId: "my-gw"`;
const KEY = 'apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}"';
const ENV = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY };

/** Runs `onboard` with a file of answers. */
async function answered(
  text: string,
  { home = temporaryHome(), env = ENV as Record<string, string>, more = [""] } = {},
) {
  writeFileSync(join(home, "fleet.json5"), text);
  const flags = more.filter((flag) => flag !== "");
  const done = await openclaw(["onboard", "--answers", "fleet.json5", ...flags], { home, env });
  expect(done.stdout + done.stderr).not.toContain("CANARY");
  for (const [path, content] of filesBelow(home))
    if (!path.endsWith(".env") && !path.endsWith("fleet.json5"))
      expect([path, content.includes("CANARY")]).toEqual([path, false]);
  return { home, ...done };
}

describe("onboard --answers", () => {
  it("asks nothing, stores what variables hold, and changes nothing the second time", async () => {
    const { home, status } = await answered(`{ ${IDS}, ${KEY} } // for all`);
    expect(status).toBe(0);
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].apiKey).toBe("${CLOUDFLARE_AI_GATEWAY_API_KEY}");
    expect(secretsText(home)).toContain(CANARY_KEY);
    const before = stateOf(home);
    // The key is in .env by now.
    const again = await openclaw(["onboard", "--answers", "fleet.json5"], { home });
    expect([again.status, again.stdout]).toEqual([0, "Already up to date. No files were changed.\n"]);
    expect(stateOf(home)).toEqual(before);
  });

  it("gives the same whatever else the environment of a machine has", async () => {
    const noise = {
      CF_AIG_TOKEN: CANARY_TOKEN,
      OPENCLAW_GATEWAY_TOKEN: "CANARYlocalCANARYlocalCANARYlocal",
      CLOUDFLARE_GATEWAY_ID: "other",
      ANTHROPIC_API_KEY: `${CANARY_KEY}2`,
    };
    const quiet = await answered(`{ ${IDS}, ${KEY} }`);
    const loud = await answered(`{ ${IDS}, ${KEY} }`, { env: { ...ENV, ...noise } });
    const withoutTime = (home: string) => ({ ...configIn(home), wizard: undefined });
    expect(withoutTime(loud.home)).toEqual(withoutTime(quiet.home));
    expect(secretsText(loud.home)).not.toMatch(/CF_AIG_TOKEN|CANARYlocal/);
    const open = await answered(`{ ${IDS.replace(/, gatewayId.*/, "")}, ${KEY} }`, { env: { ...ENV, ...noise } });
    expect([open.status, open.stderr]).toEqual([
      2,
      expect.stringContaining("~/fleet.json5: Gateway ID is missing. Add `gatewayId`."),
    ]);
  });

  it("fills in variables for anything, and says which has no value and where", async () => {
    const text = `{ authChoice: "cloudflare-ai-gateway-api-key", accountId: "\${ACC}",\n  gatewayId: "\${GW}",
  ${KEY},\n  gateway: { port: "\${PORT}", auth: { token: "\${LOCAL}" } } }`;
    const LOCAL = "CANARYlocalCANARYlocalCANARYlocal";
    const { home, status } = await answered(text, { env: { ...ENV, ACC: ACCOUNT, GW: "gw-1", PORT: "18795", LOCAL } });
    expect(status).toBe(0);
    expect(configIn(home).gateway).toMatchObject({ port: 18795, auth: { token: "${OPENCLAW_GATEWAY_TOKEN}" } });
    expect(secretsText(home)).toContain(`OPENCLAW_GATEWAY_TOKEN=${LOCAL}`);
    const { stderr } = await answered(text, { env: { ...ENV, ACC: ACCOUNT, PORT: "0", LOCAL } });
    expect(stderr).toContain("~/fleet.json5:2:3: GW has no value. Set GW where the file is used.");
    expect(stderr).toContain("~/fleet.json5:4:14: Invalid value");
    const bad = await answered(text, { env: { ...ENV, ACC: "x/../y", GW: "gw-1", PORT: "1", LOCAL } });
    expect(bad.stderr).toContain("~/fleet.json5:1:");
  });

  it("writes a reference to a file or a program as it is, and refers to variables with `ref`", async () => {
    const sources = `secrets: { providers: {
      keys: { source: "file", path: "~/key", mode: "singleValue" },
      vault: { source: "exec", command: "/bin/echo", args: ["${CANARY_TOKEN}".slice(0)], jsonOnly: false } } }`;
    const home = temporaryHome();
    writeFileSync(join(home, "key"), `${CANARY_KEY}\n`, { mode: 0o600 });
    const args = sources.replace(/args: \[.*?\]/, 'args: ["-n", "some-token-of-a-vault"]');
    const text = `{ ${IDS}, apiKey: { source: "file", provider: "keys", id: "value" },
      gatewayToken: { source: "exec", provider: "vault", id: "aig" }, ${args} }`;
    writeFileSync(join(home, "fleet.json5"), text);
    const done = await openclaw(["onboard", "--answers", "fleet.json5"], { home });
    expect(done.status).toBe(0);
    const entry = configIn(home).models.providers["cloudflare-ai-gateway"];
    expect(entry.apiKey).toEqual({ source: "file", provider: "keys", id: "value" });
    // Such a header has "Bearer" before it, so the secret is stored.
    expect(entry.headers["cf-aig-authorization"]).toBe("Bearer ${CF_AIG_TOKEN}");
    expect(secretsText(home)).toContain("CF_AIG_TOKEN=some-token-of-a-vault");
    expect(secretsText(home)).not.toContain("sk-ant");
    const listed = await openclaw(["models", "list"], { home });
    expect(listed.stdout).toMatch(/claude-sonnet-4-6 .* yes +default/);
    const referred = await answered(`{ ${IDS}, ${KEY}, secretInputMode: "ref" }`);
    expect(secretsText(referred.home)).not.toContain(CANARY_KEY);
    expect(configIn(referred.home).models.providers["cloudflare-ai-gateway"].apiKey).toBe(
      "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
    );
  });

  it("checks that a reference resolves, unless it is not to be verified", async () => {
    const text = `{ ${IDS},\n  apiKey: { source: "file", provider: "keys", id: "value" },
      secrets: { providers: { keys: { source: "file", path: "/nowhere/key", mode: "singleValue" } } } }`;
    const refused = await answered(text);
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining("~/fleet.json5:2:3: secrets.providers.keys: /nowhere/key does not exist."),
    ]);
    expect([...filesBelow(refused.home).keys()]).toEqual([join(refused.home, "fleet.json5")]);
    expect((await answered(text, { more: ["--no-verify"] })).status).toBe(0);
  });

  it.each([
    ["a key", `{ ${IDS},\n  apiKey: "${CANARY_KEY}" }`, "fleet.json5:2:3: apiKey is a secret."],
    [
      "a token of the gateway",
      `{ ${IDS}, ${KEY},\n gateway: { auth: {\n  token: "CANARYtokentokentoken" } } }`,
      ":3:3: gateway.auth.token is a secret.",
    ],
    ["a key as an ID", `{ authChoice: "skip",\n  accountId: "${CANARY_KEY}" }`, ":2:3: This looks like a credential"],
    [
      "a secret to be merged",
      `{ ${IDS}, ${KEY}, config: {\n  channels: { x: { token: "CANARY-some-token-1234" } } } }`,
      ":2:20: channels.x.token is a secret.",
    ],
    ["a key anywhere", `{ ${IDS}, ${KEY}, config: {\n  a: ["${CANARY_KEY}"] } }`, ":2:7: a[0] is a secret."],
    [
      "a variable of a program",
      `{ ${IDS}, ${KEY}, secrets: { providers: { v: { source: "exec", command: "/v",\n env: { VAULT_TOKEN: "CANARY" } } } } }`,
      ":2:9: secrets.providers.v.env.VAULT_TOKEN is a secret.",
    ],
    [
      "an argument that is a key",
      `{ ${IDS}, ${KEY}, secrets: { providers: { v: { source: "exec", command: "/v",\n args: ["${OPENAI_KEY}"] } } } }`,
      "is a secret",
    ],
  ])("refuses %s in plain text, with its place", async (_, text, said) => {
    const { home, status, stderr } = await answered(text);
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(filesBelow(home).size).toBe(1);
  });

  it.each([
    [`{ ${IDS}, ${KEY}, endpont: "openai" }`, "endpont is unknown here. Did you mean `endpoint`?"],
    [`{ ${IDS}, ${KEY}, gateway: {\n  prt: 1 } }`, ":2:3: gateway.prt is unknown here. Did you mean `port`?"],
    [`{ ${IDS}, ${KEY}, gateway: { auth: { zzzzzz: 1 } } }`, "Known keys: mode, token."],
    [`{ ${IDS}, ${KEY}, gateway: { port: 70000 } }`, "gateway.port must be a whole number from 1 to 65535"],
    [`{ ${IDS}, ${KEY}, gateway: { bind: "loopbak" } }`, "loopback"],
    [`{ ${IDS}, ${KEY}, endpoint: ["anthropik"] }`, "fleet.json5:1:"],
    [`{ ${IDS}, ${KEY}, clients: ["claude"] }`, "claude-code"],
    [`{ ${IDS}, ${KEY}, setDefault: "yes" }`, "setDefault must be true or false."],
    [
      `{ ${IDS}, apiKey: { source: "store", provider: "default", id: "A" } }`,
      'the source "store" is not supported here.',
    ],
    [`{ ${IDS}, apiKey: { source: "file", id: "A" } }`, "apiKey is not a reference to a secret."],
    [`{ ${IDS}, ${KEY}, config: { $include: "x.json5" } }`, "A file of answers includes no others."],
    [
      `{ ${IDS}, ${KEY}, config: {\n  models: { mode: "marge" } } }`,
      ":2:13: models.mode must be one of merge, replace. Did you mean `merge`?",
    ],
    [`{ ${IDS}, ${KEY}, model: "nowhere/x" }`, 'The model "nowhere/x" belongs to no known provider.'],
    [`{ ${IDS}, ${KEY}`, "fleet.json5:1:"],
    ["[]", "The file must be an object"],
    [`{ ${KEY} }`, "Add `accountId`."],
    ["{}", "Add `authChoice`."],
  ])("names what is wrong and where: %s", async (text, said) => {
    const { home, status, stderr } = await answered(text);
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(stderr).not.toContain("--");
    expect(filesBelow(home).size).toBe(1);
  });

  it("is overridden by flags, read from standard input, shown with --dry-run, and undone", async () => {
    const home = temporaryHome();
    const text = `{ ${IDS}, ${KEY}, gateway: { port: 18795 } }`;
    const args = ["onboard", "--answers", "-", "--gateway-port", "18796", "--cloudflare-ai-gateway-gateway-id", "mine"];
    const dry = await openclaw([...args, "--dry-run", "--json"], { home, env: ENV, input: text });
    expect(JSON.parse(dry.stdout)).toMatchObject({ ok: true, dryRun: true, gateway: { port: 18796 } });
    expect(filesBelow(home).size).toBe(0);
    const first = await openclaw(DOCUMENTED, { home });
    expect(first.status).toBe(0);
    const before = readFileSync(join(home, ".openclaw", "openclaw.json"), "utf8");
    const done = await openclaw(args, { home, env: ENV, input: text });
    expect(done.status).toBe(0);
    expect(configIn(home).gateway.port).toBe(18796);
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toContain("/mine/");
    expect((await openclaw(["undo", "--yes"], { home })).status).toBe(0);
    expect(readFileSync(join(home, ".openclaw", "openclaw.json"), "utf8")).toBe(before);
  });

  it("reports everything as one document with --json, and a file that is not there", async () => {
    const { stdout, status } = await answered(`{ ${IDS}, apikey: "${CANARY_KEY}" }`, { more: ["--json"] });
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "usage.invalid", problems: [{ position: { line: 1 }, hint: expect.stringContaining("apiKey") }] },
    });
    const none = await openclaw(["onboard", "--answers", "none.json5"], { home: temporaryHome() });
    expect([none.status, none.stderr]).toEqual([2, expect.stringContaining("~/none.json5 does not exist.")]);
  });

  it("merges `config` last: comments stay, null removes", async () => {
    const home = temporaryHome();
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const path = join(home, ".openclaw", "openclaw.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"gateway": {', '// mine\n  "gateway": {'));
    const patch = "config: { models: { mode: null }, agents: { defaults: { model: { fallbacks: ['a/b'] } } } }";
    const { status } = await answered(`{ ${IDS}, ${KEY}, ${patch} }`, { home });
    expect(status).toBe(0);
    expect(readFileSync(path, "utf8")).toContain("// mine\n");
    expect(configIn(home).models.mode).toBeUndefined();
    expect(configIn(home).agents.defaults.model.fallbacks).toEqual(["a/b"]);
  });
});

it.each([
  ["config: { agents: { defaults: { modle: 'a/b' } } }", "agents.defaults.modle", "agents.defaults.model"],
  ["gatewayId: 'other'", "gatewayId appears more than once", ""],
  ["config: { logging: { level: 'a', level: 'b' } }", "config.logging.level appears more than once", ""],
])("onboard --answers names a key of which nothing would come, and where: %s", async (more, key, meant) => {
  const { home, status, stderr } = await answered(`{ ${IDS}, ${KEY},\n${more} }`);
  expect([status, stderr]).toEqual([2, expect.stringMatching(/~\/fleet\.json5:2:\d+: /)]);
  expect(stderr).toContain(key);
  expect(stderr).toContain(meant);
  expect(existsSync(join(home, ".openclaw", "openclaw.json"))).toBe(false);
});

it("onboard says how to save one change where nobody can be asked", async () => {
  const home = temporaryHome();
  const change = ["onboard", "--gateway-port", "21000"];
  expect((await openclaw(change, { home })).stderr).toContain("Pass the answers as flags:");
  expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
  const refused = await openclaw(change, { home });
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("pass `--yes`")]);
  expect((await openclaw([...change, "--yes"], { home })).status).toBe(0);
  expect(configIn(home).gateway.port).toBe(21_000);
});

describe("secrets that `config` of a file of answers refers to", () => {
  const merged = `config: { models: { providers: { mine: { baseUrl: "\${MINE_URL}", api: "openai-completions",
  apiKey: "\${MINE}", headers: { Authorization: "Bearer \${MINE_HEADER}" }, models: [] } } } }`;
  const MINE = {
    MINE: "CANARY-mine-0123456789",
    MINE_HEADER: "CANARY-header-0123456789",
    MINE_URL: "http://127.0.0.1:9",
  };

  it("are stored in .env as those of fields are, once", async () => {
    const { home, status } = await answered(`{ ${IDS}, ${KEY}, ${merged} }`, { env: { ...ENV, ...MINE } });
    expect(status).toBe(0);
    expect(secretsText(home)).toContain("MINE=CANARY-mine-0123456789\nMINE_HEADER=CANARY-header-0123456789\n");
    expect(secretsText(home)).not.toContain("MINE_URL");
    const before = stateOf(home);
    const again = await openclaw(["onboard", "--answers", "fleet.json5"], { home });
    expect([again.status, again.stdout]).toEqual([0, "Already up to date. No files were changed.\n"]);
    expect(stateOf(home)).toEqual(before);
  });

  it("stay in the environment with secretInputMode: ref", async () => {
    const text = `{ ${IDS}, ${KEY}, secretInputMode: "ref", ${merged} }`;
    const { home, status } = await answered(text, { env: { ...ENV, ...MINE } });
    expect([status, secretsText(home).includes("MINE")]).toEqual([0, false]);
  });

  it.each([
    ["without a value", undefined, [], "MINE has no value. Set MINE where the file is used."],
    ["a line break", "CANARY-a\nb", [], "contains a line break at character 9"],
    ["a placeholder", "<your-key-here>", [], "MINE gives a placeholder, not a secret."],
    ["without a value, unchecked", undefined, ["--no-verify"], undefined],
  ])("are judged at their place: %s", async (_, value, more, said) => {
    const { MINE: __, ...others } = MINE;
    const env = { ...ENV, ...others, ...(value !== undefined && { MINE: value }) };
    const { home, status, stderr } = await answered(`{ ${IDS}, ${KEY}, ${merged} }`, { env, more });
    if (said === undefined) return expect(status).toBe(0);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/~\/fleet\.json5:2:\d+: /)]);
    expect(stderr).toContain(said);
    expect(existsSync(join(home, ".openclaw", "openclaw.json"))).toBe(false);
  });

  it.each([
    ["a line break", '"CANARY-a\\nb"', "contains a line break at character 9, which cannot be sent."],
    ["a placeholder", '"<your-key-here>"', "secrets.providers.k gives a placeholder, not a secret."],
  ])("are refused if a file holds %s", async (_, value, said) => {
    const home = temporaryHome();
    writeFileSync(join(home, "keys.json"), `{"k": ${value}}`, { mode: 0o600 });
    const secretProviders = 'secrets: { providers: { k: { source: "file", path: "~/keys.json" } } }';
    const key = 'apiKey: { source: "file", provider: "k", id: "/k" }';
    writeFileSync(join(home, "fleet.json5"), `{ ${IDS},\n${key}, ${secretProviders} }`);
    const { status, stderr } = await openclaw(["onboard", "--answers", "fleet.json5"], { home });
    expect([status, stderr]).toEqual([1, expect.stringContaining(`~/fleet.json5:2:1: `)]);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain("CANARY");
  });
});

describe("onboard --export-answers", () => {
  it("keeps lists as they are: within lists, and with null", async () => {
    const home = temporaryHome();
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const path = join(home, ".openclaw", "openclaw.json");
    const hooks = { a: [[1, 2], [], [[3]], null, { b: [null] }] };
    writeFileSync(path, JSON.stringify({ ...configIn(home), hooks }));
    const { stdout } = await openclaw(["onboard", "--export-answers"], { home });
    expect(JSON.parse(stdout).config).toEqual({ hooks });
    const { home: other } = await answered(stdout);
    expect(configIn(other).hooks).toEqual(hooks);
  });

  it("prints a file without secrets, and says what each machine needs", async () => {
    const home = temporaryHome();
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const written = configIn(home);
    written.models.providers["cloudflare-ai-gateway"].apiKey = CANARY_KEY;
    written.channels = { x: { token: "CANARY-some-token-1234", on: true } };
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(written));
    const before = stateOf(home);
    const { status, stdout, stderr } = await openclaw(["onboard", "--export-answers"], { home });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      authChoice: "cloudflare-ai-gateway-api-key",
      accountId: ACCOUNT,
      gatewayId: "my-gw",
      endpoint: "anthropic",
      apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
      model: "cloudflare-ai-gateway/claude-sonnet-4-6",
      gateway: { port: 18789, bind: "loopback", auth: { mode: "token" } },
      config: { channels: { x: { on: true } } },
    });
    expect(stderr).toContain("channels.x.token is a secret in plain text, and is not exported.");
    expect(stderr).toContain("On each machine, set CLOUDFLARE_AI_GATEWAY_API_KEY");
    expect(stdout + stderr).not.toContain("CANARY");
    expect(stateOf(home)).toEqual(before);
    const json = await openclaw(["onboard", "--export-answers", "--json"], { home });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      answers: JSON.parse(stdout),
      variables: ["CLOUDFLARE_AI_GATEWAY_API_KEY"],
      leftOut: expect.arrayContaining(["channels.x.token"]),
    });
  });

  it("has nothing to print where nothing is set up", async () => {
    const { status, stderr } = await openclaw(["onboard", "--export-answers"], { home: temporaryHome() });
    expect([status, stderr]).toEqual([1, expect.stringContaining("Nothing is set up here.")]);
  });
});
