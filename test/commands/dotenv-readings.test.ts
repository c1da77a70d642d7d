import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doctor, faults, homeWith, type Loose } from "../support/doctor.ts";
import { startGatewayHere } from "../support/gateway-process.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, DOCUMENTED, openclaw } from "../support/program.ts";

/* What dotenv makes of a line, and how long a token is: through every command that uses the value. */

const KEY = `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`;
const TOKEN = "OPENCLAW_GATEWAY_TOKEN";

/** A home after onboarding with other lines in `.env`. */
async function homeOf(secrets: string, change: (config: Loose) => void = () => {}) {
  const home = await homeWith(change);
  writeFileSync(secretsPath(home), secrets);
  return home;
}

const run = (home: string, args: string, env: Readonly<Record<string, string>> = {}) =>
  openclaw(args.split(" "), { home, env });

describe("a value that dotenv reads otherwise than it was meant", () => {
  it.each<[string, string, string]>([
    ["a#bcdefghijklmnopqrstuvwxyz", "a", "ends at '#'"],
    ['"abcdefghijklmnop"qrstuvwxyz', '"abcdefghijklmnop"qrstuvwxyz', "keeps its quotes"],
    ["abcdefghijklmnopqrst\\", "abcdefghijklmnopqrst\\", "keeps its backslash"],
    ["abcdefghijklmnopqrst;", "abcdefghijklmnopqrst;", "contains the rest of its line"],
  ])("%s: the token is %s, and every use says so by line", async (written, token, sentence) => {
    const home = await homeOf(`${KEY}${TOKEN}=${written}\n`);
    const place = new RegExp(`/\\.openclaw/\\.env:2:\\d+: ${TOKEN} ${sentence}`);
    expect(await run(home, "gateway token")).toEqual({
      status: 0,
      stdout: `${token}\n`,
      stderr: expect.stringMatching(place),
    });
    expect(await run(home, "gateway env")).toMatchObject({ status: 0, stderr: expect.stringMatching(place) });
    expect((await run(home, "gateway status")).stdout).toMatch(place);
    const again = await openclaw(DOCUMENTED, { home });
    expect(again).toMatchObject({ status: 0, stderr: expect.stringMatching(place) });
    const reading = faults(await doctor(home), "secrets.reading");
    expect(reading).toEqual([
      expect.objectContaining({
        status: "warn",
        where: "~/.openclaw/.env",
        message: expect.stringContaining(sentence),
      }),
    ]);
    const gateway = await startGatewayHere({ home });
    expect(await gateway.says(new RegExp(sentence))).toContain(`${secretsPath(home)}:2:`);
  });

  it("is said by the list of models and its refresh, of keys that are used and no others", async () => {
    const home = await homeOf(`OTHER=a#b\nCLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}#c\n${TOKEN}=${"t".repeat(20)}\n`);
    for (const args of ["models list", "models list --json", "models refresh"]) {
      const { stderr } = await run(home, args, { HTTPS_PROXY: "http://127.0.0.1:1" });
      expect(stderr).toMatch(/^~\/\.openclaw\/\.env:2:\d+: CLOUDFLARE_AI_GATEWAY_API_KEY ends at '#'/);
      expect(stderr).not.toContain("OTHER");
    }
    expect(faults(await doctor(home), "secrets.reading")).toHaveLength(2);
  });

  it("is not said where the environment has the value", async () => {
    const home = await homeOf(`${KEY}${TOKEN}=a#b\n`);
    const { stdout, stderr } = await run(home, "gateway token", { [TOKEN]: "t".repeat(20) });
    expect([stdout, stderr]).toEqual([`${"t".repeat(20)}\n`, ""]);
  });

  it("and has no value therefore is called a comment", async () => {
    const home = await homeOf(`CLOUDFLARE_AI_GATEWAY_API_KEY=#${CANARY_KEY}\n${TOKEN}=#abc\n`);
    const why = (name: string) =>
      `${name} has no value: what follows '#' is a comment. Put the value in single quotes.`;
    const token = await run(home, "gateway token");
    expect([token.status, token.stderr]).toEqual([1, expect.stringContaining(`~/.openclaw/.env:2:24: ${why(TOKEN)}`)]);
    const { stderr } = await run(home, "models list");
    expect(stderr).toContain(`~/.openclaw/.env:1:31: ${why("CLOUDFLARE_AI_GATEWAY_API_KEY")}`);
    const found = faults(await doctor(home));
    expect(found.map(({ id, status, position }) => [id, status, position?.line])).toEqual([
      ["variables.missing", "fail", 1],
      ["variables.missing", "fail", 2],
    ]);
    const onboarded = await openclaw(DOCUMENTED.slice(0, -2), { home });
    expect([onboarded.status, onboarded.stderr]).toEqual([
      2,
      expect.stringContaining(`.env:1:31: ${why("CLOUDFLARE_AI_GATEWAY_API_KEY")}`),
    ]);
  });

  it("is also named in the service's file of the published OpenClaw, as is what is no value", async () => {
    const home = await homeOf(KEY);
    const folder = join(home, ".config", "openclaw");
    mkdirSync(folder, { recursive: true });
    const write = (line: string) => writeFileSync(join(folder, "gateway.env"), `# theirs\n${line}\n`);
    write(`${TOKEN}=${"t".repeat(20)}#rest`);
    const { status, stderr } = await run(home, "gateway token");
    expect([status, stderr]).toEqual([0, expect.stringContaining(`gateway.env:2:44: ${TOKEN} ends at '#'`)]);
    expect(faults(await doctor(home), "secrets.reading")).toHaveLength(1);
    write(`${TOKEN}=\${OTHER_TOKEN}`);
    const refused = await run(home, "gateway token");
    expect([refused.status, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toContain(`gateway.env:2:24: ${TOKEN} looks like a reference`);
    write(`${TOKEN}=#abc`);
    expect((await run(home, "gateway token")).stderr).toContain(
      `gateway.env:2:24: ${TOKEN} has no value: what follows '#'`,
    );
  });

  it("and is named by a flag has no value for the same reason", async () => {
    const home = await homeOf(`MINE=#abc\n${KEY}`);
    for (const flags of [
      [...DOCUMENTED.slice(0, -2), "--cloudflare-ai-gateway-api-key-env", "MINE"],
      [...DOCUMENTED, "--gateway-token-ref-env", "MINE"],
    ]) {
      const { status, stderr } = await openclaw(flags, { home });
      expect([status, stderr]).toEqual([
        2,
        expect.stringContaining(".env:1:6: MINE has no value: what follows '#' is a comment."),
      ]);
    }
  });

  it("under env.vars is named where OpenClaw skips it", async () => {
    const home = await homeOf(KEY, (config) => {
      config.env = { vars: { [TOKEN]: "a-${OTHER}" } };
    });
    const sentence = `env.vars.${TOKEN} has no value: OpenClaw does not replace references in it`;
    expect(await run(home, "gateway token")).toMatchObject({ status: 1, stderr: expect.stringContaining(sentence) });
    const [found, ...others] = faults(await doctor(home), "variables.missing");
    expect([found?.message, found?.where, others]).toEqual([
      expect.stringContaining(sentence),
      "~/.openclaw/openclaw.json",
      [],
    ]);
  });
});

describe("a token of fewer than 16 characters", () => {
  const SHORT = "CANARY-15-chars";
  const program = (config: Loose) => {
    config.gateway.auth.token = { source: "exec", provider: "p", id: "token" };
    config.secrets = { providers: { p: { source: "exec", command: "/bin/vault" } } };
  };
  const places: readonly (readonly [string, string, Readonly<Record<string, string>>, (config: Loose) => void])[] = [
    [".env", `${KEY}${TOKEN}=${SHORT}\n`, {}, () => {}],
    ["the environment", KEY, { [TOKEN]: SHORT }, () => {}],
    ["env.vars", KEY, {}, (config) => Object.assign(config, { env: { vars: { [TOKEN]: SHORT } } })],
    ["the configuration", KEY, {}, (config) => Object.assign(config.gateway.auth, { token: SHORT })],
    [
      "another variable",
      `${KEY}MINE=${SHORT}\n`,
      {},
      (config) => Object.assign(config.gateway.auth, { token: "${MINE}" }),
    ],
    [
      "a name alone",
      `${KEY}MY_TOKEN=${SHORT}\n`,
      {},
      (config) => Object.assign(config.gateway.auth, { token: "MY_TOKEN" }),
    ],
    ["the password", KEY, {}, (config) => Object.assign(config.gateway.auth, { mode: "password", password: SHORT })],
    ["a program", KEY, {}, program],
    [
      "a file",
      KEY,
      {},
      (config) => {
        program(config);
        config.secrets.providers.p = { source: "file", path: "~/token", mode: "singleValue" };
        config.gateway.auth.token.source = "file";
      },
    ],
  ];

  it.each(places)(
    "in %s warns on this machine, and stops the gateway on any other address",
    async (_, secrets, env, change) => {
      const home = await homeOf(secrets, change);
      writeFileSync(join(home, "token"), `${SHORT}\n`);
      const stdout = JSON.stringify({ protocolVersion: 1, values: { token: SHORT } });
      const context = { run: async () => ({ status: 0, stdout }) };
      const short = expect.stringContaining("is shorter than 16 characters and can be guessed.");
      const token = await openclaw(["gateway", "token"], { home, env, context });
      expect(token).toEqual({ status: 0, stdout: `${SHORT}\n`, stderr: short });
      const [found] = faults(await doctor(home, [], env, { context }), "credentials.weak-token");
      expect(found).toMatchObject({ status: "warn", message: short });
      for (const bind of ["lan", "0.0.0.0", "::", "192.0.2.1"]) {
        const { status, stderr } = await openclaw(["gateway", "run", "--port", "0", "--bind", bind], {
          home,
          env,
          context,
        });
        expect([status, stderr], bind).toEqual([78, short]);
        expect(stderr).not.toContain("CANARY");
      }
      const config = JSON.parse(readFileSync(configPath(home), "utf8"));
      config.gateway.bind = "lan";
      writeFileSync(configPath(home), JSON.stringify(config));
      const [failed] = faults(await doctor(home, [], env, { context }), "credentials.weak-token");
      expect(failed).toMatchObject({ status: "fail", message: short });
    },
  );

  it("is no password for onboarding to replace", async () => {
    const home = await homeOf(KEY, (config) => {
      Object.assign(config.gateway.auth, { mode: "password", password: SHORT });
    });
    const { stderr } = await run(home, "gateway token");
    expect(stderr).toMatch(/gateway\.auth\.password is shorter than 16 .* Use a longer password\.\n$/);
  });

  it("starts on this machine with a warning", async () => {
    const gateway = await startGatewayHere({
      home: await homeOf(`${KEY}${TOKEN}=${SHORT}\n`),
      args: ["--bind", "127.0.0.2"],
    });
    expect(await gateway.says(/is shorter than 16 characters/)).toContain('"level":"warn"');
  });

  it("of which dotenv cut the rest is explained where the gateway does not start", async () => {
    const home = await homeOf(`${KEY}${TOKEN}=a#${"b".repeat(30)}\n`);
    const { status, stderr } = await run(home, "gateway run --port 0 --bind lan");
    expect(status).toBe(78);
    expect(stderr).toMatch(/\.env:2:25: OPENCLAW_GATEWAY_TOKEN ends at '#'.*\n.*\.env:2:24: .* is shorter than 16/);
  });

  it("is no token for onboarding to store, to refer to, or to open to others", async () => {
    const home = await homeOf(KEY);
    const given: readonly (readonly [string, readonly string[], Readonly<Record<string, string>>])[] = [
      ["--gateway-token", ["--gateway-token", SHORT], {}],
      ["--gateway-token-ref-env", ["--gateway-token-ref-env", "MINE"], { MINE: SHORT }],
      [TOKEN, [], { [TOKEN]: SHORT }],
    ];
    for (const [name, flags, env] of given) {
      const { status, stderr } = await openclaw([...DOCUMENTED, ...flags], { home, env });
      expect([status, stderr], name).toEqual([2, expect.stringContaining(name)]);
    }
    writeFileSync(secretsPath(home), `${KEY}${TOKEN}=${SHORT}\n`);
    const kept = await openclaw(DOCUMENTED, { home });
    expect([kept.status, kept.stderr]).toEqual([0, expect.stringContaining("is shorter than 16 characters")]);
    const open = await openclaw([...DOCUMENTED, "--gateway-bind", "lan"], { home });
    expect([open.status, open.stderr]).toEqual([
      2,
      expect.stringContaining("--gateway-bind: OPENCLAW_GATEWAY_TOKEN is shorter"),
    ]);
    const replaced = await openclaw([...DOCUMENTED, "--gateway-bind", "lan", "--gateway-token", "t".repeat(16)], {
      home,
    });
    expect([replaced.status, replaced.stderr]).toEqual([0, ""]);
  });
});

it("a literal under env.vars is told to move out, not to become a reference that is not read there", async () => {
  const home = await homeOf(KEY, (config) => {
    config.env = { vars: { MY_API_KEY: CANARY_KEY }, OTHER_TOKEN: "CANARYcanaryCANARY" };
  });
  const literals = faults(await doctor(home), "credentials.literal");
  expect(literals.map(({ fix }) => fix)).toEqual(
    Array.from(
      { length: 2 },
      () => "Move it to ~/.openclaw/.env, and remove it here: no reference is replaced in env.",
    ),
  );
});
