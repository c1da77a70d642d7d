import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { doctor, faults, homeWith, type Loose, PROVIDER, readConfig, readText } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, openclaw } from "../support/program.ts";

const providerOf = (config: Loose) => config.models.providers[PROVIDER];
const gateway = (rest: string) => `https://gateway.ai.cloudflare.com/v1/${rest}`;
const ACCOUNT = "0123456789abcdef0123456789abcdef";

/** What one check says about a configuration, and nothing else. */
async function found(id: string, change: (config: Loose) => void, env: Readonly<Record<string, string>> = {}) {
  return faults(await doctor(await homeWith(change), [], env), id);
}

/** The same after other files of the home were changed. */
async function foundIn(id: string, change: (home: string) => void, env: Readonly<Record<string, string>> = {}) {
  const home = await homeWith();
  change(home);
  return faults(await doctor(home, [], env), id);
}

const says = (status: "warn" | "fail", message: string | RegExp, more: object = {}) =>
  expect.objectContaining({ status, message: expect.stringMatching(message), ...more });

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe("doctor on files", () => {
  it("reports a missing configuration, and a missing folder", async () => {
    const noConfig = await foundIn("files.present", (home) => rmSync(configPath(home)));
    expect(noConfig).toEqual([says("fail", /no openclaw\.json yet/, { where: "~/.openclaw/openclaw.json" })]);
    const nothing = await foundIn("files.present", (home) => rmSync(join(home, ".openclaw"), { recursive: true }));
    expect(nothing).toEqual([says("fail", /state folder does not exist/), says("fail", /no openclaw\.json yet/)]);
  });

  it("reports a missing .env only where a value is missing with it", async () => {
    const remove = (home: string) => rmSync(secretsPath(home));
    expect(await foundIn("files.present", remove)).toEqual([says("warn", /no \.env/)]);
    const env = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY, OPENCLAW_GATEWAY_TOKEN: "of-the-environment" };
    expect(await foundIn("files.present", remove, env)).toEqual([]);
  });

  it("names every mode that is too open, those of backups included", async () => {
    const open = await foundIn("files.modes", (home) => {
      put(`${configPath(home)}.bak`, "{}");
      for (const path of [configPath(home), secretsPath(home), `${configPath(home)}.bak`]) chmodSync(path, 0o644);
      chmodSync(join(home, ".openclaw"), 0o755);
    });
    expect(open.map(({ status, where, fix }) => [status, where, fix])).toEqual([
      ["warn", "~/.openclaw", "Run `chmod 0700 ~/.openclaw`."],
      ["fail", "~/.openclaw/.env", "Run `chmod 0600 ~/.openclaw/.env`."],
      ["fail", "~/.openclaw/openclaw.json", "Run `chmod 0600 ~/.openclaw/openclaw.json`."],
      ["fail", "~/.openclaw/openclaw.json.bak", "Run `chmod 0600 ~/.openclaw/openclaw.json.bak`."],
    ]);
  });

  it("says why permissions could not be checked", async () => {
    const unknown = await foundIn("files.modes", (home) => {
      rmSync(join(home, ".openclaw"), { recursive: true });
      put(join(home, ".openclaw"), "a file");
    });
    expect(unknown).toEqual([
      says("warn", /^File permissions were not checked\. Cannot read ~\/\.openclaw\/.*not a folder/),
    ]);
  });

  it("names the files that ended processes left, and not those of running ones", async () => {
    const left = await foundIn("files.leftovers", (home) => {
      const folder = join(home, ".openclaw");
      put(join(folder, ".openclaw.json.4194305.0123456789ab.tmp"), "half");
      // Of the test runner, which runs; what this process itself left would be taken for a leftover.
      put(join(folder, `.openclaw.json.${process.ppid}.0123456789ab.tmp`), "half");
      put(join(folder, "openclaw.json.lock"), "4194305 - 0123456789abcdef\n");
    });
    expect(left.map(({ status, where }) => [status, where])).toEqual([
      ["warn", "~/.openclaw/.openclaw.json.4194305.0123456789ab.tmp"],
      ["warn", "~/.openclaw/openclaw.json.lock"],
    ]);
  });
});

describe("doctor on what the configuration says", () => {
  it("gives the place of a syntax error, and says nothing about what it could not read", async () => {
    const home = await homeWith();
    writeFileSync(configPath(home), '{\n  "models": oops\n}\n');
    const { checks, status } = await doctor(home);
    expect(status).toBe(1);
    expect(faults({ checks } as never, "config.syntax")).toEqual([
      says("fail", /Expected a value/, { where: "~/.openclaw/openclaw.json", position: { line: 2, column: 13 } }),
    ]);
    expect(checks.filter(({ id }) => id === "endpoint.base-url").map(({ status }) => status)).toEqual(["skipped"]);
  });

  it("names an include that cannot be followed", async () => {
    expect(await found("config.syntax", (config) => Object.assign(config, { $include: "./none.json5" }))).toEqual([
      says("fail", /none\.json5, which does not exist/),
    ]);
  });

  it("gives the line of .env that cannot be read", async () => {
    const broken = await foundIn("secrets.syntax", (home) => writeFileSync(secretsPath(home), `A=1\n${CANARY_KEY}\n`));
    expect(broken).toEqual([
      says("fail", /not NAME=value/, { where: "~/.openclaw/.env", position: { line: 2, column: 1 } }),
    ]);
  });

  it("gives the place of every value that is not allowed", async () => {
    const misfits = await found("config.schema", (config) => {
      config.gateway.port = "many";
      config.models.mode = "both";
    });
    expect(misfits).toEqual([
      says("fail", /^models\.mode must be/, { position: { line: expect.any(Number), column: 5 } }),
      says("fail", /^gateway\.port must be/),
    ]);
  });

  it("gives the place of a key that is given twice", async () => {
    const twice = await foundIn("config.duplicate-keys", (home) =>
      writeFileSync(configPath(home), readText(configPath(home)).replace("{", '{\n  "wizard": {},')),
    );
    expect(twice).toEqual([says("warn", /^wizard appears more than once/, { position: expect.anything() })]);
  });

  it("names an unknown key and the one that was probably meant", async () => {
    const unknown = await found("config.unknown-keys", (config) => {
      config.modles = {};
      config.models.nonsense = {};
      providerOf(config).baseURI = "x";
      providerOf(config).models[0].contextwindow = 1;
      config.gateway.auth.tokn = "x";
      config.gateway.openaiApi = true;
      config.channels = { telegram: { streamMode: "partial" }, ofAPlugin: { anything: 1 } };
      config.agents.defaults.model.primry = "x";
    });
    const named = unknown.map(({ status, message, fix }) => [status, /know (\S+);/.exec(message)?.[1], fix]);
    expect(named.toSorted()).toEqual([
      ["warn", "agents.defaults.model.primry", "Did you mean `primary`?"],
      ["warn", "channels.telegram.streamMode", "Remove it."],
      ["warn", "gateway.auth.tokn", "Did you mean `token`?"],
      ["warn", "gateway.openaiApi", "Remove it."],
      ["warn", "models.nonsense", "Remove it."],
      ["warn", `models.providers["${PROVIDER}"].baseURI`, "Did you mean `baseUrl`?"],
      ["warn", `models.providers["${PROVIDER}"].models[0].contextwindow`, "Did you mean `contextWindow`?"],
      ["warn", "modles", "Did you mean `models`?"],
    ]);
    for (const { message } of unknown)
      expect(message).toMatch(/; 2026\.4\.29, 2026\.5\.28 and 2026\.9\.6 reject the whole file\.$/);
  });

  it("reports a custom address that is missing, or is none", async () => {
    const bound = (host?: string) =>
      found("config.listen-address", (config) => {
        config.gateway.bind = "custom";
        if (host !== undefined) config.gateway.customBindHost = host;
      });
    expect(await bound()).toEqual([
      says("fail", /gateway\.customBindHost is missing/, { fix: expect.stringContaining("--gateway-custom-host") }),
    ]);
    expect(await bound("my-host")).toEqual([says("fail", /is not an IP address/)]);
    expect(await bound("${HOST}")).toEqual([says("fail", /is not an IP address/)]);
    expect(await bound("10.0.0.7")).toEqual([]);
    expect(await bound("fd00::7")).toEqual([]);
  });

  it.each<readonly [string, unknown, string]>([
    ["meta.lastTouchedAt", "2026-01-01T00:00:00Z", "2026.9.6 rejects"],
    ["gateway.tailscale.resetOnExit", false, "2026.9.6 rejects"],
    ["logging.redactSensitive", "off", "2026.9.6 rejects"],
    ["cron.maxConcurrentRuns", 2, "2026.9.6 rejects"],
    ["env.PLAIN", "x", "2026.9.6 rejects"],
    ["models.catalogRefresh", {}, "2026.4.29 and 2026.5.28 reject"],
    ["channels.telegram.richMessages", true, "2026.4.29 and 2026.5.28 reject"],
    ["session.parentForkMaxTokens", 5, "2026.5.28 and 2026.9.6 reject"],
    ["agents.defaults.modelPolicy", {}, "2026.4.29 and 2026.5.28 reject"],
  ])("names the versions that reject %s", async (key, value, versions) => {
    const rejected = await found("config.newer-versions", (config) => setAt(config, key, value));
    expect(rejected).toEqual([says("warn", `OpenClaw ${versions} the whole file because of ${key}.`)]);
  });

  it.each<readonly [string, unknown]>([
    ["agents.list", [{ id: "a", contextTokens: 1000 }]],
    ["models.providers.other", { baseUrl: "https://h", models: [], contextWindow: 5 }],
    ["channels.telegram.botToken", "${X}"],
    ["env.vars.ANY", "x"],
    ["env.shellEnv", { enabled: false }],
    ["plugins.entries.any.config", { whatever: 1 }],
    ["gateway.$include", "./x.json5"],
  ])("says nothing of %s, which all of them accept", async (key, value) => {
    const change = (config: Loose) => setAt(config, key, value);
    expect(await found("config.newer-versions", change)).toEqual([]);
    expect(await found("config.unknown-keys", change)).toEqual([]);
  });

  it.each([
    ["2026.9.6", []],
    ["2026.5.28", ["logging.redactSensitive"]],
    ["2026.10.1", []],
  ])("does not speak of versions older than %s, which last wrote the file", async (version, expected) => {
    const rejected = await found("config.newer-versions", (config) => {
      config.meta = { lastTouchedVersion: version };
      if (version === "2026.5.28") config.logging = { redactSensitive: "off" };
      else config.agents.entries = { a: {} };
      config.models.catalogRefresh = version === "2026.5.28" ? undefined : {};
    });
    expect(rejected.map(({ message }) => /because of (\S+)\.$/.exec(message)?.[1])).toEqual(expected);
  });

  it("does not claim to know what a version newer than the known ones accepts", async () => {
    const unknown = await found("config.unknown-keys", (config) => {
      config.meta = { lastTouchedVersion: "2026.12.1" };
      config.gateway.somethingNew = true;
    });
    expect(unknown).toEqual([]);
  });
});

/** Sets a value at a dotted path, and makes the objects on the way. */
function setAt(config: Loose, key: string, value: unknown): void {
  const steps = key.split(".");
  const last = steps.pop() ?? "";
  let node = config;
  for (const step of steps) node = node[step] ??= {};
  node[last] = value;
}

describe("doctor on variables", () => {
  it("names a reference without value: a failure in a provider, a warning elsewhere", async () => {
    const missing = await found("variables.missing", (config) => {
      providerOf(config).headers = { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" };
      config.talk = { apiKey: "${NO_SUCH_KEY}" };
    });
    expect(missing).toEqual([
      says("fail", /^CF_AIG_TOKEN has no value/, { fix: expect.stringContaining("~/.openclaw/.env") }),
      says("warn", /^NO_SUCH_KEY has no value, but talk\.apiKey refers to it/),
    ]);
  });

  it("does not ask a provider that lacks a credential, and names it once", async () => {
    const home = await homeWith((config) => {
      providerOf(config).headers = { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" };
    });
    const report = await doctor(home);
    expect(report.checks.filter(({ message }) => message.includes("CF_AIG_TOKEN"))).toHaveLength(1);
    const { stdout } = await openclaw(["doctor"], { home });
    expect(stdout.match(/Add CF_AIG_TOKEN/g)).toHaveLength(1);
    expect(stdout).toContain("1 failed");
    const verbose = await openclaw(["doctor", "--verbose"], { home });
    expect(verbose.stdout).toMatch(/^- .* was not contacted, since a credential for it is missing\. \(live\)$/m);
  });

  it("reports a provider without a key, but only warns where the gateway may hold it", async () => {
    const keyless = (headers: object) => async () => {
      const home = await homeWith((config) => {
        delete providerOf(config).apiKey;
        providerOf(config).headers = headers;
      });
      writeFileSync(secretsPath(home), "OPENCLAW_GATEWAY_TOKEN=x\nCF_AIG_TOKEN=y\n");
      return faults(await doctor(home), "variables.missing");
    };
    expect(await keyless({})()).toEqual([says("fail", /has no API key/)]);
    const stored = { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" };
    expect(await keyless(stored)()).toEqual([says("warn", /has no API key/)]);
  });

  it("says where every variable comes from, and what it overrides", async () => {
    const home = await homeWith((config) => {
      config.env = { vars: { OPENCLAW_GATEWAY_TOKEN: "another-one" } };
    });
    const { checks } = await doctor(home, [], { CLOUDFLARE_AI_GATEWAY_API_KEY: `${CANARY_KEY}2` });
    expect(checks.filter(({ id }) => id === "variables.source")).toEqual([
      says(
        "warn",
        "CLOUDFLARE_AI_GATEWAY_API_KEY comes from the environment and overrides a different value in ~/.openclaw/.env.",
      ),
      says(
        "warn",
        "OPENCLAW_GATEWAY_TOKEN comes from ~/.openclaw/.env and overrides a different value in env in openclaw.json.",
      ),
    ]);
    const same = await doctor(await homeWith(), [], { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY });
    expect(faults(same, "variables.source")).toEqual([]);
  });

  it("warns of a key that only the login shell has, where a service starts the gateway", async () => {
    for (const service of [
      ".config/systemd/user/openclaw-gateway.service",
      "Library/LaunchAgents/ai.openclaw.gateway.plist",
    ]) {
      const home = await homeWith();
      put(join(home, ".profile"), `export CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
      writeFileSync(secretsPath(home), "OPENCLAW_GATEWAY_TOKEN=x\n");
      const env = { OPENCLAW_LOAD_SHELL_ENV: "1", SHELL: "/bin/sh" };
      expect(faults(await doctor(home, [], env), "variables.login-shell")).toEqual([]);
      put(join(home, service), "");
      expect(faults(await doctor(home, [], env), "variables.login-shell")).toEqual([
        says("warn", /^Only the login shell sets CLOUDFLARE_AI_GATEWAY_API_KEY/, { where: `~/${service}` }),
      ]);
    }
  });
});

describe("doctor on credentials", () => {
  const header = (value: string) => (config: Loose) => {
    providerOf(config).headers = { "CF-AIG-Authorization": value };
  };

  it.each([
    ["Bearer: ${CF_AIG_TOKEN}", 'a colon after "Bearer"'],
    ["Bearer Bearer ${CF_AIG_TOKEN}", 'has "Bearer" twice'],
    ["${CF_AIG_TOKEN}", 'does not start with "Bearer"'],
    ["Bearer  ${CF_AIG_TOKEN}", "extra spaces"],
    ["'Bearer ${CF_AIG_TOKEN}'", "quotes"],
    ["cf-aig-authorization: Bearer ${CF_AIG_TOKEN}", 'does not start with "Bearer"'],
  ])("finds the fault in the header %s", async (value, why) => {
    const [fault, ...more] = await found("credentials.token-header", header(value));
    expect([fault, more]).toEqual([says("fail", why, { position: expect.anything() }), []]);
  });

  it.each(["Bearer ${CF_AIG_TOKEN}", "bearer ${CF_AIG_TOKEN}", ""])("accepts the header '%s'", async (value) => {
    expect(await found("credentials.token-header", header(value))).toEqual([]);
  });

  it("tells a credential in the wrong field by its prefix, without showing it", async () => {
    const home = await homeWith(header("Bearer ${CF_AIG_TOKEN}"));
    writeFileSync(secretsPath(home), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_TOKEN}\nCF_AIG_TOKEN=${CANARY_KEY}\n`);
    const swapped = await doctor(home);
    expect(faults(swapped, "credentials.wrong-field")).toEqual([
      says("fail", "API key: This is a Cloudflare API token", { where: "CLOUDFLARE_AI_GATEWAY_API_KEY" }),
      says("fail", "Gateway token: This is an Anthropic API key", { where: "CF_AIG_TOKEN" }),
    ]);
    expect(swapped.stdout).not.toContain("CANARY");
    writeFileSync(
      secretsPath(home),
      `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nCF_AIG_TOKEN='Bearer: ${CANARY_TOKEN}'\n`,
    );
    expect(faults(await doctor(home), "credentials.wrong-field")).toEqual([
      says("fail", /^CF_AIG_TOKEN contains more than the credential/),
    ]);
    writeFileSync(secretsPath(home), `CLOUDFLARE_AI_GATEWAY_API_KEY='Bearer ${CANARY_KEY}'\n`);
    expect(faults(await doctor(home), "credentials.wrong-field")).toEqual([
      says("fail", /^CLOUDFLARE_AI_GATEWAY_API_KEY contains more than the credential; .*removed "Bearer"/),
    ]);
    const literal = await homeWith((config) => {
      providerOf(config).apiKey = `Bearer ${CANARY_KEY}`;
    });
    writeFileSync(secretsPath(literal), "OPENCLAW_GATEWAY_TOKEN=x\n");
    expect(faults(await doctor(literal), "credentials.wrong-field")).toEqual([
      says("fail", "apiKey contains more than the credential", { position: expect.anything() }),
    ]);
  });

  it("names every secret in plain text, and no reference, alias or short word", async () => {
    const literal = await found("credentials.literal", (config) => {
      providerOf(config).apiKey = CANARY_KEY;
      config.gateway.auth.token = "a-token-in-clear";
      config.models.providers.local = {
        baseUrl: "http://127.0.0.1:1/v1",
        api: "openai-completions",
        apiKey: "ollama",
        models: [],
      };
      config.models.providers.other = {
        baseUrl: "https://other.example/v1",
        api: "openai-completions",
        apiKey: "OTHER_API_KEY",
        headers: { "X-Title": "my own words", Authorization: "Bearer abcdefgh" },
        models: [],
      };
      config.env = { vars: { SOME_TOKEN: "abcdefghijklmnop", PLAIN: "abcdefghijklmnop" } };
    });
    expect(literal.map(({ status, message }) => [status, message])).toEqual([
      ["warn", `models.providers["${PROVIDER}"].apiKey contains a secret in plain text.`],
      ["warn", "models.providers.other.headers.Authorization contains a secret in plain text."],
      ["warn", "gateway.auth.token contains a secret in plain text."],
      ["warn", "env.vars.SOME_TOKEN contains a secret in plain text."],
    ]);
  });

  it("warns of auth-profiles.json where it has a key for the provider", async () => {
    const profiles = (provider: string) => (home: string) =>
      put(
        join(home, ".openclaw", "agents", "main", "agent", "auth-profiles.json"),
        JSON.stringify({ version: 1, profiles: { x: { type: "api_key", provider, key: CANARY_KEY } } }),
      );
    expect(await foundIn("credentials.auth-profiles", profiles(PROVIDER))).toEqual([
      says("warn", /its agent "main" uses it before the one in \.env/, {
        where: "~/.openclaw/agents/main/agent/auth-profiles.json",
      }),
    ]);
    expect(await foundIn("credentials.auth-profiles", profiles("another"))).toEqual([]);
  });
});

describe("doctor on endpoints", () => {
  it.each([
    [gateway(`${ACCOUNT}/my-gw/anthropic/`), "warn", "ends in a slash"],
    [gateway(`${ACCOUNT}/my-gw/anthropic/v1/models`), "fail", "ends in a path that clients add"],
    [gateway(`${ACCOUNT}/my-gw/anthropic/v1`), "fail", "ends in /v1"],
    [gateway(`${ACCOUNT}/my-gw/anthropic/v1/messages`), "fail", "ends in a path that clients add"],
    [gateway(`${ACCOUNT}/my-gw/anthropic/v1/v1`), "fail", "has /v1 twice"],
    [gateway(`v1/${ACCOUNT}/my-gw/anthropic`), "fail", "has /v1 twice"],
    [gateway(`${ACCOUNT}/my-gw/openai`), "fail", 'another provider \\("openai"\\)'],
    [gateway(`${ACCOUNT}/my-gw`), "fail", "does not name a provider"],
    [gateway("0123/my-gw/anthropic"), "warn", "32 hexadecimal digits"],
    [gateway("{CLOUDFLARE_ACCOUNT_ID}/my-gw/anthropic"), "warn", "placeholder"],
    ["https://ai.example.com/anthropic/v1", "fail", "ends in /v1"],
    ["http://ai.example.com/anthropic", "fail", "unencrypted"],
    ["gateway.ai.cloudflare.com", "fail", "not a URL"],
  ] as const)("judges the base URL %s", async (baseUrl, status, why) => {
    const urls = await found("endpoint.base-url", (config) => {
      providerOf(config).baseUrl = baseUrl;
    });
    expect(urls).toEqual([says(status, why, { position: expect.anything() })]);
  });

  it.each([
    ["openai", "openai/v1", "ends in /v1, which this endpoint does not have", "openai"],
    ["openai", "openai/v1/responses", "ends in a path that clients add", "openai"],
    ["openai", "openai/responses", "ends in a path that clients add", "openai"],
    ["workers-ai", "workers-ai", "does not end in /v1", "workers-ai/v1"],
    ["workers-ai", "workers-ai/v1/chat/completions", "ends in a path that clients add", "workers-ai/v1"],
  ] as const)("knows how the base URL of %s ends, and repairs %s", async (endpoint, path, why, mended) => {
    const home = await homeWith((config) => {
      const entry = { baseUrl: gateway(`${ACCOUNT}/my-gw/${path}`), apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}" };
      const api = endpoint === "openai" ? "openai-responses" : "openai-completions";
      config.models.providers[`${PROVIDER}-${endpoint}`] = { ...entry, api, models: [] };
    });
    expect(faults(await doctor(home), "endpoint.base-url")).toEqual([
      says("fail", why, { position: expect.anything() }),
    ]);
    expect(faults(await doctor(home, ["--fix", "--yes"]), "endpoint.base-url")).toEqual([]);
    expect(readConfig(home).models.providers[`${PROVIDER}-${endpoint}`].baseUrl).toBe(
      gateway(`${ACCOUNT}/my-gw/${mended}`),
    );
  });

  it("reports a missing base URL, and accepts good ones, those of other protocols included", async () => {
    expect(
      await found("endpoint.base-url", (config) => {
        delete providerOf(config).baseUrl;
      }),
    ).toEqual([says("fail", "is missing")]);
    expect(
      await found("endpoint.base-url", (config) => {
        providerOf(config).baseUrl = "https://ai.example.com/anthropic";
        config.models.providers.local = { baseUrl: "http://127.0.0.1:11434/v1", api: "openai-completions", models: [] };
      }),
    ).toEqual([]);
  });

  it("reports a missing protocol, and a wrong one", async () => {
    const missing = await found("endpoint.api", (config) => {
      delete providerOf(config).api;
      config.models.providers.other = { baseUrl: "https://other.example/v1", models: [] };
    });
    expect(missing).toEqual([says("fail", /openai-completions/), says("warn", /openai-completions/)]);
    const wrong = await found("endpoint.api", (config) => {
      providerOf(config).api = "openai-completions";
    });
    expect(wrong).toEqual([says("fail", /is not anthropic-messages/)]);
  });
});

describe("doctor on models", () => {
  const choose =
    (primary: string, ...fallbacks: string[]) =>
    (config: Loose) => {
      config.agents.defaults.model = { primary, fallbacks };
    };

  it.each([
    ["nonsense", "fail", "neither provider/model nor an alias"],
    ["openai/gpt-5.5", "warn", "models\\.providers does not have"],
    [`${PROVIDER}/claude-of-tomorrow`, "warn", "is unknown"],
  ] as const)("judges the default model %s", async (model, status, why) => {
    expect(await found("models.known", choose(model))).toEqual([says(status, why)]);
  });

  it("judges fallbacks, follows aliases, and reports a missing default", async () => {
    expect(await found("models.known", choose("Cloudflare AI Gateway", "nonsense"))).toEqual([
      says("fail", '^Fallback model "nonsense"'),
    ]);
    const without = await found("models.known", (config) => {
      delete config.agents;
    });
    expect(without).toEqual([says("warn", "No default model")]);
    const notSetUp = await found("models.known", (config) => {
      delete config.models;
    });
    expect(notSetUp).toEqual([says("fail", "is not set up")]);
  });

  it("names fallbacks that the local gateway has to skip", async () => {
    const mixed = await found("models.fallback-protocol", (config) => {
      config.models.providers.openai = { baseUrl: "https://api.example/v1", api: "openai-responses", models: [] };
      config.models.providers.other = { baseUrl: "https://other.example/v1", models: [] };
      choose(`${PROVIDER}/claude-sonnet-4-6`, "openai/x", `${PROVIDER}/claude-opus-5`, "other/y", "nobody/z")(config);
    });
    expect(mixed).toEqual([
      says("warn", 'Fallback model "openai/x" uses openai-responses, not anthropic-messages'),
      says("warn", 'Fallback model "other/y" uses openai-completions'),
    ]);
  });

  it("says what it cannot judge for an invalid value, and judges the rest", async () => {
    const spoilt = await homeWith((config) => {
      config.env = { vars: { SOME_KEY: "x" } };
      config.talk = { apiKey: "${SOME_KEY}" };
      config.agents.defaults.model = 5;
    });
    const report = await doctor(spoilt);
    expect(faults(report, "models.known")).toEqual([says("warn", "were not checked")]);
    expect(faults(report, "variables.missing")).toEqual([]);
  });

  it("names models that are retired, or retire within 30 days", async () => {
    const at = async (date: string, model: string) => {
      const home = await homeWith(choose(model));
      const now = () => new Date(date);
      return faults(await doctor(home, [], {}, { context: { now } }), "models.retired");
    };
    const leaving = `${PROVIDER}/claude-sonnet-4-5`;
    expect(await at("2026-10-30", leaving)).toEqual([]);
    expect(await at("2026-11-05", leaving)).toEqual([says("warn", "retires on 2026-11-30")]);
    expect(await at("2026-12-01", leaving)).toEqual([says("fail", "was retired on 2026-11-30")]);
    expect(await at("2026-11-05", `${PROVIDER}/claude-3-opus-20240229`)).toEqual([
      says("fail", "was retired on 2026-01-05"),
    ]);
  });
});

describe("doctor on the machine", () => {
  it("reports a Node that is not supported", async () => {
    const home = await homeWith();
    const { checks } = await doctor(home, [], {}, { about: { node: "v23.1.0" } });
    expect(faults({ checks } as never, "machine.node")).toEqual([says("fail", /^Node v23\.1\.0 is not supported/)]);
  });

  it("names proxies without their credentials", async () => {
    const env = {
      HTTPS_PROXY: "http://user:CANARYpass@proxy.example:3128",
      ALL_PROXY: "socks5://127.0.0.1:1",
      http_proxy: "a b",
    };
    const { checks, stdout } = await doctor(await homeWith(), [], env);
    expect(checks.filter(({ id }) => id === "machine.proxy").map(({ status, message }) => [status, message])).toEqual([
      ["ok", "HTTPS_PROXY is http://********@proxy.example:3128, from the environment."],
      ["fail", "http_proxy from the environment is not a URL."],
      ["warn", "ALL_PROXY is socks5://127.0.0.1:1, from the environment; openclaw does not use it."],
    ]);
    expect(stdout).not.toContain("CANARY");
  });

  it.each([
    ["http://user:CANARY@pw#CANARY@proxy.example:3128", /^The user name or password in HTTPS_PROXY .* URL-encoded/],
    ["user:CANARY/pw@proxy.example", /^The user name or password in HTTPS_PROXY .* URL-encoded/],
    ["socks5://user:CANARY@127.0.0.1:1", /^HTTPS_PROXY from the environment is a socks5:\/\/ proxy\. Only http/],
    ["socks5h://127.0.0.1:1", /^HTTPS_PROXY from the environment is a socks5h:\/\/ proxy/],
  ])("says why a proxy cannot be used: %s", async (proxy, sentence) => {
    const { checks, stdout } = await doctor(await homeWith(), [], { HTTPS_PROXY: proxy });
    expect(faults({ checks } as never, "machine.proxy")).toEqual([says("fail", sentence)]);
    expect(stdout).not.toContain("CANARY");
  });
});
