import { execFile } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { doctor, faults, readConfig } from "../support/doctor.ts";
import { startGatewayHere } from "../support/gateway-process.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { cleanEnv, DOCUMENTED, filesBelow, openclaw, PROGRAM, temporaryHome } from "../support/program.ts";

const ANNA = "CANARY-token-of-anna-CANARY-token-of-anna";
const BEN = "CANARY-token-of-ben-CANARY-token-of-ben-ben";

const TERMINAL = { terminal: { stdin: true, stdout: true, stderr: true } };

let home: string;
beforeEach(async () => {
  home = temporaryHome();
  await openclaw(DOCUMENTED, { home });
});

const token = (...words: readonly string[]) => openclaw(["gateway", "token", ...words], { home });
const secrets = () => readFileSync(secretsPath(home), "utf8");
const named = () => /^OPENCLAW_GATEWAY_TOKENS=(.*)$/m.exec(secrets())?.[1];
const put = (text: string) => writeFileSync(secretsPath(home), `${secrets()}${text}\n`);
const withoutMain = () => writeFileSync(secretsPath(home), secrets().replace(/^OPENCLAW_GATEWAY_TOKEN=.*\n/m, ""));

/** The status of a request with that token to a running gateway, where no request goes further. */
const statusFor = async (url: string, key: string) =>
  (await ask(`${url}/v1/nothing`, { headers: { "x-api-key": key } })).status;

describe("gateway token add", () => {
  it("prints a new random token once, for a program, and stores it", async () => {
    const before = secrets();
    const { status, stdout, stderr } = await token("add", "anna");
    expect([status, stderr]).toEqual([0, 'Added a token for "anna" to ~/.openclaw/.env.\n']);
    expect(stdout).toMatch(/^[\w-]{43}\n$/);
    expect(secrets()).toBe(`${before}OPENCLAW_GATEWAY_TOKENS=anna=${stdout}`);
    expect(statSync(secretsPath(home)).mode & 0o777).toBe(0o600);
    const second = await token("add", "ci.build_2-x");
    expect(second.stdout).not.toBe(stdout);
    expect(named()).toBe(`anna=${stdout.trim()},ci.build_2-x=${second.stdout.trim()}`);
    expect((await token("show", "anna")).stdout).toBe(stdout);
  });

  it("prints no token to a terminal, and says how to hand it over", async () => {
    const { stdout, stderr } = await openclaw(["gateway", "token", "add", "anna"], { home, context: TERMINAL });
    expect(stdout).toBe(
      'Added a token for "anna" to ~/.openclaw/.env.\nTo hand it over, let a program read it, as in `openclaw gateway token show anna > token.txt`.\n',
    );
    expect(stdout + stderr).not.toContain(named()?.replace("anna=", ""));
    const shown = await openclaw(["gateway", "token", "show", "anna"], { home, context: TERMINAL });
    expect([shown.status, shown.stdout]).toEqual([2, ""]);
    expect(shown.stderr).toContain("is never printed to a terminal");
  });

  it.each([
    ["unquoted, with a comment", `OPENCLAW_GATEWAY_TOKENS=anna=${ANNA} # who\nAFTER=1`],
    ["in quotes, with blanks", `# before\nexport OPENCLAW_GATEWAY_TOKENS = " anna = ${ANNA} , "\nAFTER=1`],
    ["on several lines", `OPENCLAW_GATEWAY_TOKENS='\n  anna=${ANNA},\n  x=${BEN}x\n'\nAFTER=1`],
    ["with CRLF", `OPENCLAW_GATEWAY_TOKENS="anna=${ANNA}"\r\nAFTER=1\r`],
  ])("keeps every other byte: %s", async (_, text) => {
    put(text);
    const before = secrets();
    const added = (await token("add", "ben")).stdout.trim();
    expect(secrets()).toContain(`,ben=${added}`);
    expect((await token("list")).stdout).toMatch(/^anna\n(?:x\n)?ben\n$/);
    expect(secrets()).toContain(before.split("\n").at(0));
    expect(secrets()).toMatch(/AFTER=1\r?\n$/);
    await token("remove", "ben");
    for (const kept of [ANNA, "AFTER=1"]) expect(secrets()).toContain(kept);
    expect((await token("show", "anna")).stdout).toBe(`${ANNA}\n`);
  });

  it.each([
    ["anna", 'There is already a local gateway token for "anna".'],
    ["", "This name is not allowed."],
    ["a b", "This name is not allowed."],
    ["änna", "This name is not allowed."],
    ["-x", "unknown option"],
    ["a,b", "This name is not allowed."],
    ["a=b", "This name is not allowed."],
    ["x".repeat(65), "This name is not allowed."],
    ["sk-ant-api03-CANARYkeyCANARYkeyCANARYkey-abcdwXyZ", "This name is not allowed."],
  ])("refuses a name that is taken or not allowed: %s", async (name, said) => {
    await token("add", "anna");
    const before = secrets();
    const { status, stdout, stderr } = await token("add", name);
    expect([status, stdout]).toEqual([2, ""]);
    if (name !== "-x") expect(stderr).toContain(said);
    expect(stderr).not.toContain("CANARY");
    expect(secrets()).toBe(before);
  });

  it("refuses to touch a variable that is set elsewhere, or is wrong", async () => {
    const env = { OPENCLAW_GATEWAY_TOKENS: `anna=${ANNA}` };
    const elsewhere = await openclaw(["gateway", "token", "add", "ben"], { home, env });
    expect(elsewhere.status).toBe(2);
    expect(elsewhere.stderr).toContain("OPENCLAW_GATEWAY_TOKENS is set in the environment");
    put(`OPENCLAW_GATEWAY_TOKENS=anna=${ANNA},ben`);
    const wrong = await token("add", "carl");
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain("Entry 2 of OPENCLAW_GATEWAY_TOKENS has no name.");
    expect(elsewhere.stderr + wrong.stderr).not.toContain("CANARY");
  });

  it("refuses one more than there can be, and any while the configuration is read-only", async () => {
    const many = Array.from({ length: 200 }, (_, index) => `n${index}=CANARY-token-number-${index}`);
    put(`OPENCLAW_GATEWAY_TOKENS=${many.join(",")}`);
    const before = secrets();
    expect((await token("add", "one.more")).stderr).toContain("OPENCLAW_GATEWAY_TOKENS already has 200 tokens.");
    for (const words of [
      ["add", "anna"],
      ["remove", "n1"],
    ]) {
      const env = { OPENCLAW_CONFIG_READONLY: "1" };
      expect((await openclaw(["gateway", "token", ...words], { home, env })).status).toBe(1);
    }
    expect(secrets()).toBe(before);
    const { url } = await startGatewayHere({ home });
    expect([await statusFor(url, "CANARY-token-number-199"), await statusFor(url, "x")]).toEqual([404, 401]);
  });

  it("loses none of several that are made at the same time", async () => {
    const names = ["a", "b", "c", "d"];
    const env = cleanEnv(home);
    const made = await Promise.all(
      names.map((name) => promisify(execFile)(process.execPath, [PROGRAM, "gateway", "token", "add", name], { env })),
    );
    for (const [index, name] of names.entries()) expect((await token("show", name)).stdout).toBe(made[index]?.stdout);
  });
});

describe("gateway token list", () => {
  it("says which are short, used twice or unusable, and shows none", async () => {
    put(`OPENCLAW_GATEWAY_TOKENS=anna=${ANNA},short=CANARY,twice=${ANNA},open=$\{TOKEN},=x,anna=${BEN}`);
    const { status, stdout, stderr } = await token("list");
    expect([status, stdout]).toEqual([
      0,
      "anna   used twice\nshort  short\ntwice  cannot be used, used twice\nopen   cannot be used, short\n?      cannot be used, short\nanna   cannot be used\n",
    ]);
    expect(stderr).toContain('The token of "twice" is also that of "anna".');
    expect(stdout + stderr).not.toContain("CANARY");
    const document = JSON.parse((await token("list", "--json")).stdout);
    expect(document.tokens.slice(0, 2)).toEqual([
      { name: "anna", usable: true, weak: false, duplicate: true },
      { name: "short", usable: true, weak: true, duplicate: false },
    ]);
    expect(document.problems).toHaveLength(4);
  });

  it("says that there is none", async () => {
    expect((await token("list")).stdout).toBe("No token has a name.\n");
    expect(JSON.parse((await token("list", "--json")).stdout)).toEqual({ ok: true, tokens: [], problems: [] });
  });
});

describe("a fault in OPENCLAW_GATEWAY_TOKENS", () => {
  it.each<[string, string, number, string]>([
    ["no name", BEN, 1, "Entry 2 of OPENCLAW_GATEWAY_TOKENS has no name."],
    ["an empty name", `=${BEN}`, 1, "Entry 2 of OPENCLAW_GATEWAY_TOKENS has a name that is not allowed."],
    ["a name that is taken", `anna=${BEN}`, 1, 'OPENCLAW_GATEWAY_TOKENS has two tokens for "anna".'],
    ["no token", "ben=", 5, 'The token of "ben" is empty.'],
    ["the same token", `ben=${ANNA}`, 5, 'The token of "ben" is also that of "anna".'],
    ["a reference", "ben=${BEN_TOKEN}", 5, 'The token of "ben" looks like a reference'],
    ["a placeholder", "ben=<your-token-here>", 5, 'The token of "ben" is a placeholder'],
    ["a missing comma", `ben=${BEN} carl=x`, 5 + BEN.length, 'The token of "ben" contains a blank.'],
    ["the token without a name", "ben=MAIN", 5, 'The token of "ben" is also OPENCLAW_GATEWAY_TOKEN.'],
  ])("is shown with its place, and the gateway does not start: %s", async (_, entry, column, said) => {
    const main = /^OPENCLAW_GATEWAY_TOKEN=(.*)$/m.exec(secrets())?.[1] ?? "";
    const start = `OPENCLAW_GATEWAY_TOKENS="anna=${ANNA}, `;
    put(`${start}${entry.replace("MAIN", main)}"`);
    const line = secrets().split("\n").length - 1;
    const place = `~/.openclaw/.env:${line}:${start.length + column}: ${said}`;
    for (const args of [
      ["gateway", "run", "--port", "0"],
      ["gateway", "token"],
      ["gateway", "env"],
    ]) {
      const { status, stderr } = await openclaw(args, { home });
      expect(status).not.toBe(0);
      expect(stderr).toContain(place);
      for (const secret of ["CANARY", main]) expect(stderr).not.toContain(secret);
    }
    expect(JSON.stringify(faults(await doctor(home)))).toContain(said.replaceAll('"', '\\"'));
  });

  it("has a place in each file, also on a later line", async () => {
    const run = async () => (await openclaw(["gateway", "token"], { home })).stderr;
    put(`OPENCLAW_GATEWAY_TOKENS="\n  anna=${ANNA},\n  ben = ,\n"`);
    const line =
      secrets()
        .split("\n")
        .findIndex((text) => text.startsWith("OPENCLAW_GATEWAY_TOKENS")) + 3;
    expect(await run()).toContain(`~/.openclaw/.env:${line}:9: The token of "ben" is empty.`);
    writeFileSync(secretsPath(home), secrets().replace(/OPENCLAW_GATEWAY_TOKENS="[^"]*"/, ""));
    const config = { env: { vars: { OPENCLAW_GATEWAY_TOKENS: `anna=${ANNA},ben=` } }, ...readConfig(home) };
    writeFileSync(configPath(home), JSON.stringify(config, null, 2));
    expect(await run()).toContain('~/.openclaw/openclaw.json:4:7: The token of "ben" is empty.');
    const added = await token("add", "carl");
    expect(added.stderr).toContain("OPENCLAW_GATEWAY_TOKENS is set in");
    expect(added.status).not.toBe(0);
  });

  it("is only a warning if the token is short, unless the network can reach the gateway", async () => {
    put("OPENCLAW_GATEWAY_TOKENS=ben=CANARY");
    const gateway = await startGatewayHere({ home });
    expect(await statusFor(gateway.url, "CANARY")).toBe(404);
    expect(gateway.printed()).toContain('The token of \\"ben\\" is shorter than 16 characters');
    const open = await openclaw(["gateway", "run", "--port", "0", "--bind", "lan"], { home });
    expect(open.status).toBe(78);
    expect(open.stderr).toContain('The token of "ben" is shorter than 16 characters');
  });
});

describe("a running gateway", () => {
  it("accepts every token, names it in the log, and refuses a removed one at once", async () => {
    const gateway = await startGatewayHere({ home });
    const main = (await token()).stdout.trim();
    const anna = (await token("add", "anna")).stdout.trim();
    await gateway.says(/reloaded/);
    const ben = (await token("add", "ben")).stdout.trim();
    await gateway.says(/reloaded/);
    for (const [key, client] of [
      [main, undefined],
      [anna, "anna"],
      [ben, "ben"],
    ] as const) {
      expect(await statusFor(gateway.url, key)).toBe(404);
      expect(JSON.parse(await gateway.says(/"path":"\/v1\/nothing"/)).client).toBe(client);
    }
    const env = { OPENCLAW_GATEWAY_PORT: new URL(gateway.url).port };
    const removed = await openclaw(["gateway", "token", "remove", "anna"], { home, env });
    expect(removed).toEqual({ status: 0, stdout: 'Removed the token for "anna" from ~/.openclaw/.env.\n', stderr: "" });
    expect([await statusFor(gateway.url, anna), await statusFor(gateway.url, ben)]).toEqual([401, 404]);
    expect(named()).toBe(`ben=${ben}`);
    for (const secret of [main, anna, ben]) expect(gateway.printed()).not.toContain(secret);
  });

  it("is said to accept a removed token if it cannot reload", async () => {
    const anna = (await token("add", "anna")).stdout.trim();
    const gateway = await startGatewayHere({ home });
    const broken = secrets().replace(/^(CLOUDFLARE_AI_GATEWAY_API_KEY)=.*/m, "$1=<your-key>");
    writeFileSync(secretsPath(home), broken);
    await gateway.says(/"level":"error"/);
    const env = { OPENCLAW_GATEWAY_PORT: new URL(gateway.url).port };
    const context = { delay: () => new Promise<void>((resolve) => setImmediate(resolve)) };
    const removed = await openclaw(["gateway", "token", "remove", "anna"], { home, env, context });
    expect(named()).toBe("''");
    expect([removed.status, removed.stderr]).toEqual([
      1,
      expect.stringContaining('still accepts the token for "anna"'),
    ]);
    expect(removed.stdout + removed.stderr).not.toContain(anna);
  });

  it("needs no token without a name", async () => {
    put(`OPENCLAW_GATEWAY_TOKENS=anna=${ANNA},ben=${BEN}`);
    withoutMain();
    const gateway = await startGatewayHere({ home });
    expect([await statusFor(gateway.url, BEN), await statusFor(gateway.url, "x")]).toEqual([404, 401]);
    const env = { OPENCLAW_GATEWAY_PORT: new URL(gateway.url).port };
    const run = async (...words: readonly string[]) => openclaw(["gateway", ...words], { home, env });
    expect(JSON.parse((await run("status", "--json")).stdout)).toMatchObject({ ok: true, gateway: { ready: true } });
    expect((await run("status")).stdout).toContain(
      "OPENCLAW_GATEWAY_TOKENS from ~/.openclaw/.env (local gateway token)",
    );
    expect((await run("token")).stderr).toContain("openclaw gateway token show anna");
    expect((await run("env")).stderr).toContain("openclaw gateway env --as anna");
    expect((await run("env", "--as", "ben")).stdout).toContain('gateway token show ben)"');
    expect((await run("env", "--as", "carl")).stderr).toContain('There is no local gateway token for "carl".');
    expect(faults(await doctor(home)).filter(({ message }) => /TOKEN/.test(message))).toEqual([]);
  });

  it("accepts them beside a password", async () => {
    put(`OPENCLAW_GATEWAY_TOKENS=anna=${ANNA}`);
    const config = readConfig(home);
    config.gateway.auth = { mode: "password", password: BEN };
    writeFileSync(configPath(home), JSON.stringify(config));
    const { url } = await startGatewayHere({ home });
    for (const key of [ANNA, BEN]) expect(await statusFor(url, key)).toBe(404);
    expect(await statusFor(url, "x")).toBe(401);
  });

  it("keeps tokens out of its log and answers, wherever a client puts them", async () => {
    put(`OPENCLAW_GATEWAY_TOKENS=anna=${ANNA},ben=${BEN}`);
    // So that answered probes are logged, too.
    const gateway = await startGatewayHere({ home, env: { OPENCLAW_LOG_LEVEL: "debug" } });
    const main = (await token()).stdout.trim();
    for (const secret of [ANNA, BEN, main]) {
      for (const path of [
        `/v1/messages/${secret}`,
        `/v1/files/${secret}?key=${secret}`,
        `/${secret}`,
        `/readyz?${secret}`,
      ])
        await ask(`${gateway.url}${path}`, { headers: { "x-api-key": secret, "user-agent": secret } });
      await gateway.says(/readyz/);
      expect(gateway.printed()).not.toContain(secret);
    }
  });
});

it("no command shows a token with a name", async () => {
  put(`OPENCLAW_GATEWAY_TOKENS=anna=${ANNA},ben=${BEN}`);
  const config = readConfig(home);
  config.models.providers["cloudflare-ai-gateway"].headers = { "x-note": ANNA };
  writeFileSync(configPath(home), JSON.stringify(config));
  for (const args of [
    ["doctor", "--offline", "--verbose"],
    ["doctor", "--offline", "--json"],
    ["gateway", "status"],
    ["gateway", "status", "--json"],
    ["gateway", "env", "--as", "anna"],
    ["gateway", "token", "list"],
    ["models", "list"],
    DOCUMENTED,
  ]) {
    const { stdout, stderr } = await openclaw(args, { home });
    expect(stdout + stderr).not.toMatch(/CANARY-token/);
  }
  const others = [...filesBelow(home)].filter(([path]) => !path.endsWith(".env") && !path.includes("openclaw.json"));
  expect(JSON.stringify(others)).not.toContain("CANARY-token");
});
