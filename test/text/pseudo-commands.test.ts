import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Context } from "../../src/core/context.ts";
import { homeWith, PROVIDER } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import {
  ACCOUNT,
  CANARY_KEY,
  DOCUMENTED,
  type Finished,
  openclaw,
  type RunOptions,
  temporaryHome,
} from "../support/program.ts";
import { pseudo, untranslated } from "../support/pseudo.ts";
import { FOREIGN, machine, put } from "../support/service-machine.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { standIn } from "../support/stand-in.ts";

const COMMANDS = [
  "onboard",
  "models",
  "list",
  "refresh",
  "config",
  "gateway",
  "usage",
  "doctor",
  "undo",
  "logout",
  "uninstall",
  "completion",
  "help",
];
const CONFIG_COMMANDS = ["get", "set", "unset", "validate", "file", "schema", "edit", "diff"];
const GATEWAY_COMMANDS = [
  ...[
    "run",
    "install",
    "uninstall",
    "start",
    "stop",
    "restart",
    "status",
    "health",
    "dashboard",
    "logs",
    "top",
    "env",
    "token",
    "worker",
  ],
  "secrets",
];
const MODELS_COMMANDS = ["status", "list", "set", "fallbacks", "aliases", "refresh", "auth"];
const FALLBACK_COMMANDS = ["list", "add", "remove", "clear", "move"];
const ALIAS_COMMANDS = ["list", "add", "remove"];
const TOKEN_COMMANDS = ["add", "list", "show", "remove"];

/** Words that are names wherever they stand: of commands, layers, tags, checks, and in the configuration. */
const NAMES = [
  ...[...COMMANDS, ...MODELS_COMMANDS, ...FALLBACK_COMMANDS, ...ALIAS_COMMANDS, ...GATEWAY_COMMANDS, ...TOKEN_COMMANDS],
  ...CONFIG_COMMANDS,
  ...["anthropic", "network", "unknown", "live", "default", "text", "journalctl"],
  ...["eval", "claude"],
];

interface InPseudo extends RunOptions {
  readonly context?: Partial<Context>;
}

/** Runs a command in the pseudo language; `words` is what its output has besides texts, values and names. */
async function run(args: readonly string[], { context = {}, ...options }: InPseudo) {
  const finished = await openclaw(args, { ...options, context: { ...context, text: pseudo } });
  return { ...finished, words: [...wordsOf(finished.stdout), ...wordsOf(finished.stderr)] };
}

/** What onboarding calls its model in the list, keys of the configuration that change, and commands to type. */
const VALUES = /alias:Cloudflare AI Gateway|^ *[-+~] \w+|^ {2}[^⟧\n]*\bopenclaw [^⟧\n]*$/gm;
const wordsOf = (output: string) => untranslated(output.replace(VALUES, ""), NAMES);

/** Runs it, and expects its status and nothing but texts. */
async function expectTexts(args: readonly string[], status: number, options: InPseudo): Promise<Finished> {
  const finished = await run(args, options);
  expect({ status: finished.status, words: finished.words }, `${finished.stdout}${finished.stderr}`).toEqual({
    status,
    words: [],
  });
  return finished;
}

describe("help", () => {
  const paths: readonly (readonly string[])[] = [
    [],
    ...["onboard", "models", "config", "gateway", "usage", "doctor", "undo"].map((name) => [name]),
    ...MODELS_COMMANDS.map((name) => ["models", name]),
    ...FALLBACK_COMMANDS.map((name) => ["models", "fallbacks", name]),
    ...ALIAS_COMMANDS.map((name) => ["models", "aliases", name]),
    ...CONFIG_COMMANDS.map((name) => ["config", name]),
    ...GATEWAY_COMMANDS.map((name) => ["gateway", name]),
    ...TOKEN_COMMANDS.map((name) => ["gateway", "token", name]),
  ];
  it.each(paths.map((path) => [["openclaw", ...path].join(" "), path] as const))("of %s", async (_, path) => {
    const { stdout } = await expectTexts([...path, "--help"], 0, { home: temporaryHome() });
    expect(stdout).toContain("⟦UUsaagee:⟧");
  });
});

describe("wrong usage", () => {
  it.each([
    [["modles"]],
    [["models", "list", "--jsn"]],
    [["undo", "now"]],
    [["--profile"]],
    [["doctor", "--verify", "all"]],
    [["doctor", "--offline", "--verify", "message"]],
    [["--profile", "a/b", "models", "list"]],
    [["--profile", "a", "--dev", "models", "list"]],
    [["gateway", "env", "--shell", "cmd"]],
    [["onboard", "--non-interactive"]],
    [["onboard"]],
    [[...DOCUMENTED, "--flow", "x", "--gateway-port", "y", "--model", "z"]],
    [[...DOCUMENTED, "--cloudflare-ai-gateway-gateway-id", "../x", "--cloudflare-ai-gateway-api-key-env", "NOPE"]],
    [[...DOCUMENTED, "--gateway-auth", "none", "--gateway-bind", "lan"]],
    [[...DOCUMENTED, "--cloudflare-ai-gateway-endpoint", "nowhere"]],
  ])("%j", async (args) => {
    await expectTexts(args, 2, { home: temporaryHome() });
  });

  it("in JSON is in English", async () => {
    const { stdout } = await run(["modles", "--json"], { home: temporaryHome() });
    expect(JSON.parse(stdout)).toMatchObject({ error: { message: 'Unknown command "modles".' } });
  });
});

/** Files that no command can work with, and the one that makes them. */
const DAMAGES: readonly (readonly [string, (home: string) => void])[] = [
  ["a syntax error", (home) => writeFileSync(configPath(home), "{ gateway: }")],
  ["a value of the wrong type", (home) => writeFileSync(configPath(home), `{ gateway: { port: "x" } }`)],
  ["no text", (home) => writeFileSync(configPath(home), Buffer.from([0xff, 0xfe, 0x00]))],
  ["an include that is missing", (home) => writeFileSync(configPath(home), `{ $include: "./none.json5" }`)],
  ["an include outside of its folder", (home) => writeFileSync(configPath(home), `{ $include: "/etc/passwd" }`)],
  [
    "a folder in the place of the configuration",
    (home) => {
      rmSync(configPath(home));
      mkdirSync(configPath(home));
    },
  ],
  ["a line that is no assignment in .env", (home) => writeFileSync(secretsPath(home), "not an assignment\n")],
];

describe("with damaged files", () => {
  describe.each(DAMAGES)("%s", (_, damage) => {
    it.each([
      [["models", "list"]],
      [DOCUMENTED],
      [["doctor", "--offline"]],
      [["undo", "--yes"]],
      [["gateway", "status"]],
      [["gateway", "env"]],
      [["gateway", "token"]],
    ])("%j", async (args) => {
      const home = await homeWith();
      damage(home);
      const { words, stdout, stderr } = await run(args, { home });
      expect(words, `${stdout}${stderr}`).toEqual([]);
    });
  });
});

describe("usage", () => {
  it("of a record, and without one", async () => {
    const home = temporaryHome();
    await expectTexts(["usage"], 0, { home });
    const folder = join(home, ".openclaw", "usage");
    mkdirSync(folder, { recursive: true });
    await expectTexts(["usage"], 0, { home });
    const line = { time: "2026-11-28T12:00:00.000Z", method: "POST", path: "/", status: 200, durationMs: 1 };
    const tokens = { inputTokens: 1_000_000, outputTokens: 1, provider: PROVIDER, unifiedBilling: true };
    const lines = [
      { ...line, ...tokens, model: `${PROVIDER}/claude-sonnet-5-5` },
      { ...line, model: `${PROVIDER}/unheard-of`, provider: PROVIDER, ended: "client-gone" },
    ];
    const text = [...lines.map((each) => JSON.stringify(each)), "damaged", ""].join("\n");
    writeFileSync(join(folder, "2026-11-28.jsonl"), text);
    const context = { now: () => new Date("2026-11-28T13:00:00Z"), columns: () => 90 };
    await expectTexts(["usage", "--by", "client"], 0, { home, context });
    await expectTexts(["usage", "--since", "soon"], 2, { home });
  });
});

describe("models", () => {
  it("list, with nothing set up and after onboarding", async () => {
    await expectTexts(["models", "list"], 0, { home: temporaryHome() });
    await expectTexts(["models", "list", "--provider", "nobody"], 1, { home: temporaryHome() });
    await expectTexts(["models", "refresh"], 1, { home: temporaryHome() });
    const home = await homeWith();
    for (const flags of [[], ["--all"], ["--local"], ["--provider", PROVIDER]]) {
      await expectTexts(["models", "list", ...flags], 0, { home });
    }
  });

  it("list, with a key that has no value", async () => {
    const home = await homeWith();
    rmSync(secretsPath(home));
    await expectTexts(["models", "list"], 0, { home });
  });

  it("list --live and refresh, with and without success", async () => {
    const there = await standIn();
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].baseUrl = `${there.gatewayBase()}/anthropic`;
    });
    await expectTexts(["models", "list", "--live"], 1, { home });
    await expectTexts(["models", "refresh"], 1, { home });
    writeFileSync(secretsPath(home), `CLOUDFLARE_AI_GATEWAY_API_KEY=${KNOWN.anthropicKey}\n`);
    await expectTexts(["models", "list", "--live"], 0, { home });
    await expectTexts(["models", "refresh"], 0, { home });
    await expectTexts(["models", "list", "--provider", PROVIDER], 0, { home });
  });
});

describe("doctor", () => {
  it("with nothing set up and after onboarding", async () => {
    await expectTexts(["doctor"], 1, { home: temporaryHome() });
    await expectTexts(["doctor", "--offline"], 0, { home: await homeWith() });
  });

  it("with everything wrong that it knows, and its repairs", async () => {
    const home = await homeWith((config) => {
      const entry = config.models.providers[PROVIDER];
      Object.assign(config, { modles: 1, gateway: { port: 18789, bind: "lan", auth: { mode: "none", tokn: 1 } } });
      Object.assign(entry, {
        baseUrl: `${entry.baseUrl}/v1`,
        apiKey: CANARY_KEY,
        headers: { "cf-aig-metadata": "'x'" },
      });
      delete entry.api;
    });
    const env = { ANTHROPIC_BASE_URL: "http://x", HTTPS_PROXY: "nonsense::", ALL_PROXY: "socks5://localhost:1" };
    await expectTexts(["doctor", "--offline"], 1, { home, env });
    await expectTexts(["doctor", "--offline", "--fix"], 2, { home, env });
    const { status, words, stdout } = await run(["doctor", "--offline", "--fix", "--yes"], { home, env });
    expect({ status, words }, stdout).toEqual({ status: 1, words: [] });
  });

  it("of what the provider answers", async () => {
    const there = await standIn();
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].baseUrl = `${there.gatewayBase()}/anthropic`;
    });
    await expectTexts(["doctor"], 1, { home });
    await expectTexts(["doctor", "--verify", "message"], 1, { home });
    writeFileSync(
      secretsPath(home),
      `CLOUDFLARE_AI_GATEWAY_API_KEY=${KNOWN.anthropicKey}\nOPENCLAW_GATEWAY_TOKEN=${"t".repeat(43)}\n`,
    );
    await expectTexts(["doctor"], 0, { home });
  });
});

describe("undo", () => {
  it("with nothing to undo, on a trial, unasked and done", async () => {
    await expectTexts(["undo", "--yes"], 1, { home: temporaryHome() });
    const home = await homeWith();
    await openclaw([...DOCUMENTED, "--gateway-port", "20000"], { home });
    // What the files say is no text of ours.
    const parts = (output: string) => output.replace(/^[-+ @].*\n/gm, "");
    for (const [flags, status] of [
      [["--dry-run"], 0],
      [[], 2],
      [["--yes"], 0],
    ] as const) {
      const finished = await run(["undo", ...flags], { home });
      const words = [...wordsOf(parts(finished.stdout)), ...wordsOf(finished.stderr)];
      expect({ status: finished.status, words }, finished.stdout).toEqual({ status, words: [] });
    }
  });
});

describe("onboard", () => {
  it("without questions: a trial, the first time, and again", async () => {
    const home = temporaryHome();
    await expectTexts([...DOCUMENTED, "--dry-run"], 0, { home });
    await expectTexts(DOCUMENTED, 0, { home });
    await expectTexts(DOCUMENTED, 0, { home });
    await expectTexts([...DOCUMENTED, "--skip-health", "--gateway-port", "20000"], 0, { home });
  });

  it("with keys from the environment, and files of another program", async () => {
    const home = temporaryHome();
    const [agent] = [join(home, ".openclaw", "agents", "main", "agent", "auth-profiles.json")];
    mkdirSync(dirname(agent), { recursive: true });
    writeFileSync(
      agent,
      JSON.stringify({ profiles: { [`${PROVIDER}:default`]: { type: "api_key", provider: PROVIDER } } }),
    );
    const args = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
    const env = {
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      CLOUDFLARE_GATEWAY_ID: "my-gw",
      CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
    };
    await expectTexts([...args, "--secret-input-mode", "ref"], 0, { home, env });
  });

  it("with a check that fails and one that does not", async () => {
    const there = await standIn({ gateways: [{ authentication: true }] });
    const args = [...DOCUMENTED, "--verify", "--cloudflare-ai-gateway-base-url", `${there.gatewayBase()}/anthropic`];
    await expectTexts(args, 1, { home: temporaryHome() });
    const checked = [
      ...args.filter((_, index) => index < 6),
      ...args.slice(12),
      "--cloudflare-ai-gateway-api-key-env",
      "KEY",
    ];
    await expectTexts(checked, 1, { home: temporaryHome(), env: { KEY: KNOWN.anthropicKey } });
    const env = { KEY: KNOWN.anthropicKey, CF_AIG_TOKEN: KNOWN.runToken };
    await expectTexts(checked, 0, { home: temporaryHome(), env });
  });
});

describe("gateway", () => {
  it("as a service, from its installation to its removal", async () => {
    const { home, env } = await machine();
    for (const [words, status] of [
      ["status", 0],
      ["install", 0],
      ["install", 0],
      ["status", 0],
      ["stop", 0],
      ["start", 0],
      ["restart", 0],
      ["uninstall", 0],
      ["uninstall", 0],
      ["start", 1],
      ["restart", 1],
      ["stop", 1],
    ] as const) {
      const { status: found, words: left, stdout, stderr } = await run(["gateway", words], { home, env });
      expect({ words, status: found, left }, `${stdout}${stderr}`).toEqual({ words, status, left: [] });
    }
  });

  it("as a service that is another program's, or that systemd refuses", async () => {
    const { home, env, file, systemd } = await machine();
    put(file, FOREIGN);
    await expectTexts(["gateway", "install"], 1, { home, env });
    await expectTexts(["gateway", "uninstall"], 1, { home, env });
    await expectTexts(["gateway", "install", "--force"], 0, { home, env });
    systemd.refuse("restart", 4);
    const { words, stderr } = await run(["gateway", "restart"], { home, env });
    // What systemd itself says.
    expect(
      words.filter((word) => !["refused"].includes(word)),
      stderr,
    ).toEqual([]);
  });

  it("where nobody runs services, and where nothing is set up", async () => {
    // A port at which nothing answers.
    const home = await homeWith((config) => {
      config.gateway.port = 1;
    });
    for (const command of ["install", "start", "stop", "restart", "uninstall"]) {
      await expectTexts(["gateway", command], 1, { home, env: { PATH: dirname(process.execPath) } });
    }
    await expectTexts(["gateway", "status"], 1, { home });
    for (const command of ["status", "install", "env", "token"]) {
      const { words, stdout, stderr } = await run(["gateway", command], { home: temporaryHome() });
      expect(words, `${stdout}${stderr}`).toEqual([]);
    }
  });

  it("variables and token for clients", async () => {
    const home = await homeWith();
    const { stderr } = await run(["gateway", "env"], { home, env: { HTTPS_PROXY: "http://localhost:1" } });
    expect(wordsOf(stderr)).toEqual([]);
    const terminal = { stdin: true, stdout: true, stderr: true };
    await expectTexts(["gateway", "token"], 2, { home, context: { terminal } });
  });

  it.each([
    [["--port", "no"], 2],
    [["--bind", "nowhere"], 2],
    [["--strip-prefill", "maybe"], 2],
  ])("run %j", async (flags, status) => {
    await expectTexts(["gateway", "run", ...flags], status, { home: await homeWith() });
  });

  it("run, with nothing set up, without a token for an open address, and with a key that has no value", async () => {
    await expectTexts(["gateway", "run"], 78, { home: temporaryHome() });
    const open = await homeWith((config) => {
      Object.assign(config.gateway, { bind: "lan", auth: { mode: "none" } });
    });
    await expectTexts(["gateway", "run"], 78, { home: open });
    const home = await homeWith();
    rmSync(secretsPath(home));
    await expectTexts(["gateway", "run"], 78, { home });
  });

  it("run, on a port that is taken, and from its start to its end at a terminal", async () => {
    const home = await homeWith();
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await expectTexts(["gateway", "run", "--port", String(port)], 1, { home });
    server.close();
    await once(server, "close");
    const context: Partial<Context> = {
      terminal: { stdin: true, stdout: true, stderr: true },
      // As if Ctrl-C were pressed at once.
      onSignal: (signal, callback) => {
        if (signal === "SIGINT") setImmediate(callback);
        return () => {};
      },
    };
    const { stdout } = await expectTexts(["gateway", "run", "--port", "0"], 0, { home, context });
    expect(stdout).toContain("⟦");
  });
});
