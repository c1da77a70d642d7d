import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setVariable } from "../../src/config/dotenv-document.ts";
import { unresolvedIn } from "../../src/core/unresolved.ts";
import { doctor, faults } from "../support/doctor.ts";
import { writeHome } from "../support/gateway-process.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

/* Text in place of a credential: through every command that uses one. Which text it is, test/core/unresolved.test.ts says. */

const CLIENT_TOKEN = "CANARY-client-token-of-the-gateway";

interface Parts {
  readonly apiKey?: unknown;
  readonly headers?: object;
  readonly auth?: object;
  readonly more?: object;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A home that works but for what a test puts into it. */
function homeOf({ apiKey = "${CLOUDFLARE_AI_GATEWAY_API_KEY}", headers = {}, auth = {}, more = {}, secrets }: Parts) {
  const home = temporaryHome();
  const config = {
    models: {
      mode: "merge",
      providers: {
        "cloudflare-ai-gateway": {
          baseUrl: `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/anthropic`,
          api: "anthropic-messages",
          apiKey,
          headers,
          models: [{ id: "claude-sonnet-4-6", name: "Sonnet" }],
        },
      },
    },
    agents: { defaults: { model: { primary: "cloudflare-ai-gateway/claude-sonnet-4-6" } } },
    gateway: { mode: "local", auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}", ...auth } },
    ...more,
  };
  writeHome(
    home,
    config,
    secrets ?? { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY, OPENCLAW_GATEWAY_TOKEN: CLIENT_TOKEN },
  );
  return home;
}

/** `file:line:column` of where a text begins in a file, or of the key before it. */
function placeIn(path: string, text: string): string {
  const before = readFileSync(path, "utf8").split(text)[0] ?? "";
  const lines = before.split("\n");
  return `~/.openclaw/${basename(path)}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}

const run = (home: string, args: string, env: Readonly<Record<string, string>> = {}) =>
  openclaw(args.split(" "), { home, env });

describe("in place of the local gateway's token", () => {
  it.each<[string, string]>([
    [
      "${OPENCLAW_GATEWAY_TOKEN:-changeme}",
      "looks like a reference, but nothing replaces it. Write `${OPENCLAW_GATEWAY_TOKEN}`.",
    ],
    ["${env:MY_TOKEN}", "looks like a reference, but nothing replaces it. Write `${MY_TOKEN}`."],
    ["${my_token}", "looks like a reference, but nothing replaces it. Write `${MY_TOKEN}`."],
    ["%MY_TOKEN%", "looks like a reference, but nothing replaces it. Write `${MY_TOKEN}`."],
    ["{{ my.token }}", "looks like a reference, but nothing replaces it. Write `${TOKEN}`."],
    [
      "$${OPENCLAW_GATEWAY_TOKEN}",
      "looks like a reference, but nothing replaces it. Write `${OPENCLAW_GATEWAY_TOKEN}`.",
    ],
    [
      "${OPENCLAW_GATEWAY_TOKEN}${other_part}",
      "looks like a reference, but nothing replaces it. Write `${OTHER_PART}`.",
    ],
    ["$(openssl rand -hex 32)", "looks like a command, which is not run. Write `${OPENCLAW_GATEWAY_TOKEN}`."],
    ["<your long token>", "is a placeholder, not a value. Write `${OPENCLAW_GATEWAY_TOKEN}`."],
    [
      "op://vault/openclaw/token",
      "names an entry of a secret store, which is not looked up. Write `${OPENCLAW_GATEWAY_TOKEN}`.",
    ],
  ])("%s stops every command, at its place", async (token, sentence) => {
    const home = homeOf({ auth: { token } });
    const line = `${placeIn(configPath(home), '"token":')}: gateway.auth.token ${sentence}`;
    for (const args of ["gateway token", "gateway env"]) {
      const { status, stdout, stderr } = await run(home, args);
      expect({ status, stdout, stderr }, args).toEqual({
        status: 1,
        stdout: "",
        stderr: `openclaw: The local gateway token cannot be used.\n  ${line}\n`,
      });
    }
    const { status, stderr } = await run(home, "gateway run --port 0");
    expect({ status, stderr }).toEqual({ status: 78, stderr: expect.stringContaining(`\n  ${line}\n`) });
  });

  it.each([
    "${OTHER}",
    "$OTHER",
    "${OTHER:-CANARY-default-CANARY}",
    "%OTHER%",
    "<your-token>",
    "`pwgen 32`",
    "********wXyZ",
  ])("%s in .env is none either, and references are not replaced there", async (value) => {
    const home = homeOf({});
    const quoted = value.startsWith("`") ? `'${value}'` : value;
    writeFileSync(
      secretsPath(home),
      `# mine\nCLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKEN=${quoted}\n`,
    );
    const { status, stdout, stderr } = await run(home, "gateway token");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`~/.openclaw/.env:3:24: OPENCLAW_GATEWAY_TOKEN `);
    expect(stderr).toContain("Write the value itself");
    expect(stderr).not.toContain("CANARY");
    expect((await run(home, "gateway run --port 0")).status).toBe(78);
  });

  it("is named by the status, with the home folder as ~", async () => {
    const home = homeOf({ more: { gateway: { port: 1, auth: { token: "<your-token>" } } } });
    const { status, stdout } = await run(home, "gateway status");
    expect(status).toBe(1);
    expect(stdout).toContain(`✖ ${placeIn(configPath(home), '"token":')}: gateway.auth.token is a placeholder`);
    expect(stdout).not.toContain(home);
  });

  it("in the environment or under env.vars is named with its source", async () => {
    const home = homeOf({ secrets: { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY } });
    const exported = await run(home, "gateway token", { OPENCLAW_GATEWAY_TOKEN: "$OTHER" });
    expect({ status: exported.status, stdout: exported.stdout }).toEqual({ status: 1, stdout: "" });
    expect(exported.stderr).toContain("\n  OPENCLAW_GATEWAY_TOKEN in the environment looks like a reference");
    const inConfig = homeOf({ more: { env: { vars: { OPENCLAW_GATEWAY_TOKEN: "%MY_TOKEN%" } } }, secrets: {} });
    const { stderr } = await run(inConfig, "gateway token");
    expect(stderr).toContain(
      `${placeIn(configPath(inConfig), '"OPENCLAW_GATEWAY_TOKEN":')}: OPENCLAW_GATEWAY_TOKEN in env`,
    );
  });

  it("in a file or from a program is none", async () => {
    for (const source of ["file", "exec"]) {
      const home = homeOf({
        auth: { token: { source, provider: "p", id: "token" } },
        more: {
          secrets: {
            providers: {
              p:
                source === "file"
                  ? { source, path: "~/secrets.json" }
                  : { source, command: join(temporaryHome(), "x") },
            },
          },
        },
      });
      writeFileSync(join(home, "secrets.json"), JSON.stringify({ token: "{{ token }}" }));
      const stdout = JSON.stringify({ protocolVersion: 1, values: { token: "${TOKEN}" } });
      const context = { run: async () => ({ status: 0, stdout }) };
      const { status, stderr } = await openclaw(["gateway", "token"], { home, context });
      expect(status).toBe(1);
      expect(stderr).toContain(`${placeIn(configPath(home), '"token":')}: secrets.providers.p looks like a reference`);
    }
  });

  /** The file that sets the token, unless no spelling holds it, as with all kinds of quotes and `#`. */
  function inDotenv(token: string): string | undefined {
    try {
      return setVariable("", "OPENCLAW_GATEWAY_TOKEN", token);
    } catch (error) {
      expect(error).toMatchObject({ code: "secrets.unrepresentable" });
      return undefined;
    }
  }

  it("is no token as one is generated, which comes out as it went in", async () => {
    const printable = fc.string({
      unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
      minLength: 16,
    });
    const words = fc.base64String({ minLength: 16, maxLength: 60 }).filter((text) => text.length > 15);
    const home = homeOf({});
    await fc.assert(
      fc.asyncProperty(fc.oneof(printable, words, fc.uuid()), async (token) => {
        const spelled = inDotenv(token);
        // Once in a hundred thousand, one has the form of a reference by chance.
        fc.pre(spelled !== undefined && unresolvedIn(token) === undefined);
        writeFileSync(secretsPath(home), spelled);
        const { status, stdout, stderr } = await run(home, "gateway token");
        // A backslash that belongs to the token is worth a word all the same.
        const isPlain = !token.includes("\\");
        expect([status, stdout, isPlain && stderr]).toEqual([0, `${token}\n`, isPlain && ""]);
      }),
      { numRuns: 60, examples: [["`\\n'!!#!!!!!!!!!!!!"], ["a\"b'c`dollar$%!(){}"]] },
    );
  });

  it("is also looked for in the password", async () => {
    const home = homeOf({ auth: { mode: "password", password: "${my_password}" } });
    const { status, stderr } = await run(home, "gateway token");
    expect(status).toBe(1);
    expect(stderr).toContain("gateway.auth.password looks like a reference");
  });

  it("is not a token with such characters in the middle, nor what the published program replaces", async () => {
    for (const [token, expected] of [
      ["a{b}c$D$e%f%g-hijklmnop", "a{b}c$D$e%f%g-hijklmnop"],
      ["$OPENCLAW_GATEWAY_TOKEN", CLIENT_TOKEN],
      ["OPENCLAW_GATEWAY_TOKEN", CLIENT_TOKEN],
      ["pre-${OPENCLAW_GATEWAY_TOKEN}", `pre-${CLIENT_TOKEN}`],
    ]) {
      const { status, stdout } = await run(homeOf({ auth: { token } }), "gateway token");
      expect([status, stdout]).toEqual([0, `${expected}\n`]);
    }
  });
});

describe("in place of a provider's key or header", () => {
  it.each<[string, Parts, string, string]>([
    ["a default", { apiKey: "${MY_KEY:-CANARY-x}" }, '"apiKey":', "Write `${MY_KEY}`."],
    ["a lower-case name", { apiKey: "${my_key}" }, '"apiKey":', "Write `${MY_KEY}`."],
    ["a placeholder", { apiKey: "<your key>" }, '"apiKey":', "Write `${CLOUDFLARE_AI_GATEWAY_API_KEY}`."],
    [
      "a token header",
      { headers: { "cf-aig-authorization": "Bearer ${env:CF_AIG_TOKEN}" } },
      '"cf-aig-authorization":',
      "Write `Bearer ${CF_AIG_TOKEN}`.",
    ],
    [
      "a header as in a shell",
      { headers: { "cf-aig-authorization": "Bearer $CF_AIG_TOKEN" } },
      '"cf-aig-authorization":',
      "Write `Bearer ${CF_AIG_TOKEN}`.",
    ],
    ["any header", { headers: { "x-team": "{{ team }}" } }, '"x-team":', "Write `${TEAM}`."],
    ["a part of a header", { headers: { "x-team": "team ${my_team} of us" } }, '"x-team":', "Write `${MY_TEAM}`."],
  ])("%s: Auth is no, and the local gateway does not start", async (_, parts, key, hint) => {
    const home = homeOf(parts);
    // The provider's own variable counts before `apiKey`.
    if (parts.apiKey !== undefined) writeFileSync(secretsPath(home), `OPENCLAW_GATEWAY_TOKEN=${CLIENT_TOKEN}\n`);
    const place = placeIn(configPath(home), key);
    const list = await run(home, "models list");
    expect(list.stdout).toMatch(/claude-sonnet-4-6 .* no +no +/);
    expect(list.stderr).toContain(`${place}: models.providers["cloudflare-ai-gateway"].`);
    expect(list.stderr).toContain(hint);
    const refreshed = await run(home, "models refresh");
    expect([refreshed.status, refreshed.stderr]).toEqual([1, expect.stringContaining(place)]);
    const gateway = await run(home, "gateway run --port 0");
    expect([gateway.status, gateway.stderr]).toEqual([78, expect.stringContaining(place)]);
    expect(list.stderr + refreshed.stderr + gateway.stderr).not.toContain("CANARY");
  });

  it.each(["${OTHER}", "$OTHER", "sk-ant-${OTHER_KEY}", "sk-ant-..."])("%s in .env", async (value) => {
    const home = homeOf({ secrets: { OPENCLAW_GATEWAY_TOKEN: CLIENT_TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEY: value } });
    const { stdout, stderr } = await run(home, "models list");
    expect(stdout).toMatch(/claude-sonnet-4-6 .* no +no +/);
    expect(stderr).toContain(`~/.openclaw/.env:2:31: CLOUDFLARE_AI_GATEWAY_API_KEY `);
    expect((await run(home, "gateway run --port 0")).status).toBe(78);
  });

  it.each(["sk-xxxxxxxxxxxxxxxx", "your-api-key", "<any>"])(
    "is not %s where a server on this machine takes any key",
    async (apiKey) => {
      const ours = { baseUrl: "http://127.0.0.1:11434/v1", api: "openai-completions", apiKey };
      const home = homeOf({
        more: { models: { providers: { local: { ...ours, models: [{ id: "a", name: "A" }] } } } },
      });
      const { stdout, stderr } = await run(home, "models list --provider local");
      expect([stdout, stderr]).toEqual([expect.stringMatching(/local\/a .* yes +yes/), ""]);
      expect(faults(await doctor(home), "credentials.unresolved")).toEqual([]);
      const referring = homeOf({ more: { models: { providers: { local: { ...ours, apiKey: "${local_key}" } } } } });
      expect(faults(await doctor(referring), "credentials.unresolved")).toHaveLength(1);
    },
  );

  it("is no header that contains braces, nor one whose reference is escaped", async () => {
    const headers = {
      "cf-aig-metadata": '{"team":"x","token":1}',
      "x-template": "$${NAME}",
      referer: "https://a.example/{x}",
    };
    const { stdout, stderr } = await run(homeOf({ headers }), "models list");
    expect(stdout).toMatch(/claude-sonnet-4-6 .* no +yes +/);
    expect(stderr).toBe("");
  });
});

describe("the doctor", () => {
  it.each<[string, Parts, string]>([
    ["a token with a default", { auth: { token: "${OPENCLAW_GATEWAY_TOKEN:-CANARY-changeme}" } }, '"token":'],
    ["a key of another program's spelling", { apiKey: "${env:MY_KEY}" }, '"apiKey":'],
    [
      "a header of cmd.exe's spelling",
      { headers: { "cf-aig-authorization": "%CF_AIG_TOKEN%" } },
      '"cf-aig-authorization":',
    ],
    ["a template", { headers: { "cf-aig-authorization": "Bearer {{ token }}" } }, '"cf-aig-authorization":'],
    ["a header without its token", { headers: { "cf-aig-authorization": "Bearer " } }, '"cf-aig-authorization":'],
    [
      "a key of an unknown provider",
      {
        more: {
          models: {
            providers: {
              other: { baseUrl: "https://a.example", api: "openai-completions", apiKey: "<your-api-key-of-theirs>" },
            },
          },
        },
      },
      '"apiKey":',
    ],
  ])("names %s once, and --fix moves nothing", async (_, parts, key) => {
    const home = homeOf(parts);
    if (parts.apiKey !== undefined) writeFileSync(secretsPath(home), `OPENCLAW_GATEWAY_TOKEN=${CLIENT_TOKEN}\n`);
    const before = [readFileSync(configPath(home), "utf8"), readFileSync(secretsPath(home), "utf8")];
    for (const args of [[], ["--fix", "--yes"]]) {
      const { status, stdout, checks } = await doctor(home, args);
      const place = placeIn(configPath(home), key);
      const found = checks.filter(({ where, position }) => `${where}:${position?.line}:${position?.column}` === place);
      expect(found).toEqual([expect.objectContaining({ id: "credentials.unresolved", status: "fail" })]);
      expect([status, stdout.includes("CANARY")]).toEqual([1, false]);
    }
    expect([readFileSync(configPath(home), "utf8"), readFileSync(secretsPath(home), "utf8")]).toEqual(before);
  });

  it("names such a value of a variable in .env and in the environment", async () => {
    const secrets = { OPENCLAW_GATEWAY_TOKEN: "$OTHER", CLOUDFLARE_AI_GATEWAY_API_KEY: "${OTHER:-CANARY}" };
    const home = homeOf({ headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" }, secrets });
    const found = faults(await doctor(home, [], { CF_AIG_TOKEN: "<your token>" }));
    expect(found.map(({ id, where, position }) => [id, where, position?.line])).toEqual([
      ["credentials.unresolved", "~/.openclaw/.env", 1],
      ["credentials.unresolved", "~/.openclaw/.env", 2],
      ["credentials.unresolved", undefined, undefined],
    ]);
    expect(found[2]?.message).toBe("CF_AIG_TOKEN in the environment is a placeholder, not a value.");
  });

  it("names a variable that stands in place of its value, unmasked", async () => {
    const headers = { "cf-aig-authorization": "Bearer CF_AIG_TOKEN" };
    const secrets = {
      CLOUDFLARE_AI_GATEWAY_API_KEY: "CLOUDFLARE_AI_GATEWAY_API_KEY",
      OPENCLAW_GATEWAY_TOKEN: CLIENT_TOKEN,
    };
    const found = faults(await doctor(homeOf({ headers, secrets })));
    expect(found.map(({ message, fix }) => [message, fix])).toEqual([
      [
        "CLOUDFLARE_AI_GATEWAY_API_KEY looks like a reference, but nothing replaces it.",
        expect.stringContaining("Write the value itself"),
      ],
      [expect.stringContaining("looks like a reference"), "Write `Bearer ${CF_AIG_TOKEN}`."],
    ]);
  });

  it("warns of one that is not used", async () => {
    const home = homeOf({ apiKey: "<your key>", auth: { password: "${my_password}" } });
    expect(faults(await doctor(home)).map(({ id, status, fix }) => [id, status, fix])).toEqual([
      ["credentials.unresolved", "warn", "It is not used now. Remove it."],
      ["credentials.unresolved", "warn", "It is not used now. Remove it."],
    ]);
  });

  it("finds nothing in references and in values with such characters", async () => {
    const auth = { token: "$OPENCLAW_GATEWAY_TOKEN" };
    const home = homeOf({ apiKey: "CLOUDFLARE_AI_GATEWAY_API_KEY", auth, headers: { "x-a": "a{b}c%D%e$F" } });
    expect(faults(await doctor(home))).toEqual([]);
  });
});

describe("an answer of onboarding", () => {
  const FLAGS = DOCUMENTED.slice(0, -1);

  it.each(["${MY_KEY}", "$MY_KEY", "${env:MY_KEY}", "%MY_KEY%", "{{ key }}", "<your key>", "$(cat key)", "`cat key`"])(
    "%s is refused from a flag, a file and a variable, and nothing is written",
    async (text) => {
      const home = temporaryHome();
      writeFileSync(join(home, "key"), `${text}\n`);
      const given: readonly (readonly [string, readonly string[]])[] = [
        ["--cloudflare-ai-gateway-api-key", [...FLAGS, text]],
        [
          "--cloudflare-ai-gateway-api-key-file",
          [...DOCUMENTED.slice(0, -2), "--cloudflare-ai-gateway-api-key-file", "key"],
        ],
        ["KEY_OF_MINE", [...DOCUMENTED.slice(0, -2), "--cloudflare-ai-gateway-api-key-env", "KEY_OF_MINE"]],
        ["--gateway-token", [...DOCUMENTED, "--gateway-token", text]],
      ];
      for (const [where, args] of given) {
        const { status, stderr } = await openclaw(args, { home, env: { KEY_OF_MINE: text } });
        expect([status, stderr]).toEqual([2, expect.stringMatching(new RegExp(`${where}: This (?:looks|is a place)`))]);
        expect(existsSync(configPath(home))).toBe(false);
      }
    },
  );

  it.each<[string, Parts, string]>([
    ["the key in the configuration", { apiKey: "<your key>", secrets: {} }, '"apiKey":'],
    [
      "an optional header",
      { headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN:-x}" } },
      '"cf-aig-authorization":',
    ],
    ["a header that nobody asks for", { headers: { "x-team": "${team_name}" } }, '"x-team":'],
    ["the local gateway's token", { auth: { token: "${OPENCLAW_GATEWAY_TOKEN:-x}" } }, '"token":'],
  ])("is not taken from %s, whose place is named", async (_, parts, key) => {
    const home = homeOf(parts);
    const before = [readFileSync(configPath(home), "utf8"), readFileSync(secretsPath(home), "utf8")];
    const args = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
    const { status, stderr } = await openclaw(args, { home });
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${placeIn(configPath(home), key)}: `)]);
    expect([readFileSync(configPath(home), "utf8"), readFileSync(secretsPath(home), "utf8")]).toEqual(before);
  });

  it("is not taken from .env and the environment either, and a flag replaces it", async () => {
    const home = homeOf({ secrets: { CLOUDFLARE_AI_GATEWAY_API_KEY: "$OTHER", OPENCLAW_GATEWAY_TOKEN: "${OTHER}" } });
    const args = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
    const refused = await openclaw(args, { home, env: { CF_AIG_TOKEN: "${CF_AIG_TOKEN}" } });
    expect(refused.status).toBe(2);
    for (const place of ["~/.openclaw/.env:1:31: ", "~/.openclaw/.env:2:24: ", "CF_AIG_TOKEN in the environment looks"])
      expect(refused.stderr).toContain(place);
    expect(refused.stderr).not.toContain("is missing");
    const token = "CANARY-another-client-token";
    const flags = ["--cloudflare-ai-gateway-api-key", CANARY_KEY, "--gateway-token", token];
    expect((await openclaw([...args, ...flags], { home })).status).toBe(0);
    expect(readFileSync(secretsPath(home), "utf8")).toBe(
      `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKEN=${token}\n`,
    );
  });
});
