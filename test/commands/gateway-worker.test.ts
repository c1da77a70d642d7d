import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDotenv } from "../../src/config/dotenv-document.ts";
import type { Files } from "../../src/core/context.ts";
import { CANARY_KEY, filesBelow } from "../support/program.ts";
import { formsOf, machine, modified, standardOutputIs, WORKER } from "../support/worker-project.ts";

const jsonc = (text: string): Record<string, unknown> => JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));

describe("gateway worker", () => {
  it("writes a project for wrangler", async () => {
    const { write, read, folder } = await machine();
    const { status, stdout, stderr } = await write();
    expect([status, stderr]).toEqual([0, ""]);
    expect(readdirSync(folder).sort()).toEqual([
      ".dev.vars.example",
      ".gitignore",
      ".openclaw-worker.json",
      "README.md",
      "openclaw.json",
      "worker.mjs",
      "wrangler.jsonc",
    ]);
    expect(jsonc(read("wrangler.jsonc"))).toEqual({
      $schema: "https://unpkg.com/wrangler@4/config-schema.json",
      name: "openclaw-gateway",
      main: "worker.mjs",
      compatibility_date: "2026-04-26",
      compatibility_flags: ["nodejs_compat", "enable_request_signal", "global_fetch_strictly_public"],
      minify: true,
      secrets: { required: ["CLOUDFLARE_AI_GATEWAY_API_KEY", "OPENCLAW_GATEWAY_TOKEN"] },
      observability: { enabled: true },
    });
    expect(read("worker.mjs")).toBe(WORKER);
    expect(stdout).toContain("Wrote ~/gw/wrangler.jsonc (8 values)");
    for (const command of [
      "npx wrangler login",
      "secrets . | npx wrangler secret bulk",
      "npx wrangler deploy",
      "doctor --worker",
    ]) {
      expect(read("README.md")).toContain(command);
      expect(stdout).toContain(command);
    }
  });

  it("puts no secret into any file, and none on the screen", async () => {
    const { write, folder, secrets } = await machine();
    const parsed = parseDotenv(readFileSync(secrets, "utf8"));
    const values = parsed.ok ? [...parsed.value.values()] : [];
    expect(values).toContain(CANARY_KEY);
    const outputs = [await write(["--dry-run"]), await write(["--json", "--dry-run"]), await write(["--json"])];
    const texts = [...filesBelow(folder).values(), ...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr])];
    for (const form of values.flatMap(formsOf)) expect(texts.filter((text) => text.includes(form))).toEqual([]);
  });

  it("changes nothing when it is run again", async () => {
    const { write, folder } = await machine();
    await write();
    const times = [...filesBelow(folder).keys()].map((path) => [path, modified(path)]);
    const { status, stdout } = await write();
    expect([status, stdout]).toEqual([0, "~/gw is up to date.\n"]);
    expect([...filesBelow(folder).keys()].map((path) => [path, modified(path)])).toEqual(times);
  });

  it("writes nothing in a dry run", async () => {
    const { write, folder } = await machine();
    const { stdout } = await write(["--dry-run"]);
    expect(existsSync(folder)).toBe(false);
    expect(stdout).toContain("  + wrangler.jsonc\n");
    expect(stdout).toContain("Dry run: no files were changed.");
  });

  it.each([
    ["a file", (path: string) => writeFileSync(path, ""), "is not a folder", 2],
    ["another package", (path: string) => plant(path, "package.json"), "holds another project: package.json", 1],
    ["another Worker", (path: string) => plant(path, "wrangler.toml"), "holds another project: wrangler.toml", 1],
    ["a link to nowhere", (path: string) => symlinkSync("/nowhere/else", path), "leads nowhere", 2],
  ])("refuses a folder that is %s", async (_, prepare, sentence, expected) => {
    const { write, folder } = await machine();
    prepare(folder);
    const { status, stderr, stdout } = await write();
    expect([status, stdout]).toEqual([expected, ""]);
    expect(stderr).toContain(sentence);
  });

  it.each([
    ["gateway", "worker", ""],
    ["gateway", "worker", " ", "--dry-run"],
    ["gateway", "worker", "secrets", ""],
  ])("refuses a name that is empty: %s %s %j", async (...args) => {
    const { run } = await machine();
    const { status, stdout, stderr } = await run(args);
    expect([status, stdout, stderr]).toEqual([2, "", expect.stringContaining("The name of the folder is empty.")]);
  });

  it("is refused in openclaw's own folder, and in one that has an openclaw.json of somebody", async () => {
    const { home, run, folder, config } = await machine();
    const before = readFileSync(config, "utf8");
    for (const own of [".openclaw", "./.openclaw/", join(home, ".openclaw")]) {
      const { status, stderr } = await run(["gateway", "worker", own]);
      expect([status, stderr]).toEqual([1, expect.stringContaining("holds openclaw's own configuration")]);
    }
    plant(folder, "openclaw.json");
    expect((await run(["gateway", "worker", folder])).stderr).toContain("holds another project: openclaw.json");
    expect(readFileSync(config, "utf8")).toBe(before);
  });

  it.each([
    [".openclaw/gw", () => {}],
    [".openclaw/a/b/../gw", () => {}],
    ["link/gw", (home: string) => symlinkSync(join(home, ".openclaw"), join(home, "link"))],
  ])("is refused inside of what is uninstalled: %s", async (path, make) => {
    const { home, run } = await machine();
    make(home);
    const { status, stderr } = await run(["gateway", "worker", path]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/is inside ~\/\.openclaw, which `.* uninstall` removes/),
    ]);
    expect(existsSync(join(home, ".openclaw", "gw"))).toBe(false);
    const chinese = await run(["gateway", "worker", path, "--lang", "zh-TW"]);
    expect(chinese.stderr).toMatch(/uninstall` 會把它一併移除/);
  });

  it.each([
    [["--limit", "alise=60/minute"], ["alise"]],
    [
      ["--limit", "2/10s,bob=none", "--limit", "eve=1/minute"],
      ["bob", "eve"],
    ],
    [["--limit", "60/minute", "--limit", "alise=default"], []],
  ])("warns of a limit for a name that no token has: %j", async (limits, names) => {
    const { write } = await machine();
    const { status, stderr, stdout } = await write([...limits, "--json"]);
    expect([status, stderr]).toEqual([0, ""]);
    const warnings: readonly string[] = JSON.parse(stdout).warnings;
    expect(warnings.filter((text) => text.startsWith("No token is named"))).toEqual(
      names.map(
        (name) =>
          `No token is named "${name}", so its \`--limit\` applies to nobody. Correct the name, or make the token: \`openclaw gateway token add ${name}\`.`,
      ),
    );
  });

  it("takes a folder with a README and a repository, and keeps what is there", async () => {
    const { write, folder, read } = await machine();
    mkdirSync(join(folder, ".git"), { recursive: true });
    writeFileSync(join(folder, "README.md"), "# Ours\n");
    writeFileSync(join(folder, ".gitignore"), "dist\n");
    const { status, stderr } = await write();
    expect([status, read("README.md"), read(".gitignore")]).toEqual([0, "# Ours\n", "dist\n"]);
    expect(stderr).toContain("~/gw/.gitignore does not keep .dev.vars out of git. Add the line `.dev.vars`.");
  });

  it.each([
    ["--name", "My_Worker", "lower-case letters"],
    ["--name", "", "lower-case letters"],
    ["--custom-domain", "https://llm.example.com/v1", "a host name only"],
    ["--custom-domain", "*.example.com", "cannot have a wildcard"],
    ["--limit", "100", "not a rate"],
    ["--limit", "a b=1/minute", "name"],
    ["--limit", "1/hour", "not a rate"],
    ["--name", CANARY_KEY, "looks like a credential"],
  ])("refuses %s %s", async (flag, value, sentence) => {
    const { write, folder } = await machine();
    const { status, stdout, stderr } = await write([flag, value]);
    expect([status, stdout, existsSync(folder)]).toEqual([2, "", false]);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain(CANARY_KEY);
    const json = await write([flag, value, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "usage.invalid" } });
  });

  it("says in the command line's errors what is meant", async () => {
    const { run } = await machine();
    expect((await run(["gateway", "worker"])).stderr).toContain("The argument <dir> is missing.");
    expect((await run(["gateway", "worker", "a", "b"])).stderr).toContain('Unexpected argument "b".');
    expect((await run(["gateway", "worker", "a", "--names"])).stderr).toContain("--name");
    expect((await run(["gateway", "worker", "--help"])).stdout).toContain("openclaw gateway worker <dir> [flags]");
  });

  it("says what it wrote as one document", async () => {
    const { write, folder } = await machine();
    const { status, stdout } = await write(["--json", "--custom-domain", "llm.example.com"]);
    const document = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(document).toMatchObject({
      ok: true,
      changed: true,
      dryRun: false,
      folder,
      name: "openclaw-gateway",
      address: "https://llm.example.com",
      secrets: ["CLOUDFLARE_AI_GATEWAY_API_KEY", "OPENCLAW_GATEWAY_TOKEN"],
      warnings: [],
    });
    expect(document.version).toMatch(/^[0-9a-f]{16}$/);
    expect(document.files.map(({ path, action }: { path: string; action: string }) => [path, action])).toContainEqual([
      join(folder, "wrangler.jsonc"),
      "create",
    ]);
    const again = JSON.parse((await write(["--json"])).stdout);
    expect(again).toMatchObject({
      changed: false,
      files: [],
      address: "https://llm.example.com",
      version: document.version,
    });
  });
});

describe("gateway worker, run again", () => {
  it("keeps what was edited in wrangler.jsonc, and touches no file that stays the same", async () => {
    const { write, folder, read, change } = await machine();
    await write();
    change("wrangler.jsonc", (text) =>
      text
        .replace('"openclaw-gateway"', '"team-llm" /* ours */')
        .replace('"2026-04-26"', '"2025-12-24"')
        .replace('"main"', '"account_id": "0123",\n  "vars": { "TEAM": "blue" }, // who pays\n  "main"'),
    );
    const before = read("wrangler.jsonc");
    const times = modified(join(folder, "worker.mjs"));
    expect((await write()).status).toBe(0);
    expect(read("wrangler.jsonc")).toBe(before);
    expect(modified(join(folder, "worker.mjs"))).toBe(times);
    const { stdout } = await write(["--limit", "5/10s"]);
    expect(stdout).toContain("Wrote ~/gw/wrangler.jsonc (2 values)");
    for (const own of [
      '"team-llm" /* ours */',
      '"2025-12-24"',
      "// who pays",
      '"TEAM": "blue"',
      '"account_id": "0123"',
    ])
      expect(read("wrangler.jsonc")).toContain(own);
    // The name is that of the file.
    expect(read("README.md")).toContain("# team-llm");
  });

  it("says that a secret in `vars` is none, without repeating it", async () => {
    const { write, change } = await machine();
    await write();
    change("wrangler.jsonc", (text) =>
      text.replace(
        '"main"',
        `"vars": { "OPENCLAW_GATEWAY_TOKEN": "hunter2", "TEAM": "blue", "X": "${CANARY_KEY}" }, "main"`,
      ),
    );
    for (const flags of [[], ["--json", "--dry-run", "--limit", "1/10s"]]) {
      const { stdout, stderr } = await write(flags);
      expect(stdout + stderr).toContain("has OPENCLAW_GATEWAY_TOKEN and X in `vars`");
      expect(stdout + stderr).not.toMatch(/hunter2|CANARY/);
    }
  });

  it("takes over what changed in the configuration, and what its user changed stays", async () => {
    const { write, read, change, config } = await machine();
    await write();
    change("openclaw.json", (text) => text.replace('"alias": "Cloudflare AI Gateway"', '"alias": "mine"'));
    writeFileSync(
      config,
      readFileSync(config, "utf8")
        .replace('"alias": "Cloudflare AI Gateway"', '"alias": "other"')
        .replace('"apiKey"', '"headers": { "x-team": "${TEAM_KEY}" }, "apiKey"'),
    );
    const { status, stdout, stderr } = await write();
    expect([status, stderr]).toEqual([0, expect.stringContaining(".alias in ~/gw/openclaw.json, which you edited.")]);
    expect(stdout).toContain("Wrote ~/gw/openclaw.json (1 value)");
    expect(read("openclaw.json")).toContain('"alias": "mine"');
    expect(read("openclaw.json")).toContain('"x-team": "${TEAM_KEY}"');
    expect(jsonc(read("wrangler.jsonc")).secrets).toEqual({
      required: ["CLOUDFLARE_AI_GATEWAY_API_KEY", "OPENCLAW_GATEWAY_TOKEN", "TEAM_KEY"],
    });
    expect(read(".dev.vars.example")).toContain("TEAM_KEY=\n");
    expect((await write()).stdout).toBe("~/gw is up to date.\n");
  });

  it("brings a new version of the Worker, unless somebody edited it", async () => {
    const { write, read, change, update } = await machine();
    await write();
    update(`${WORKER}// 2\n`);
    expect((await write()).stdout.split("\n")[0]).toBe("Wrote ~/gw/worker.mjs");
    expect(read("worker.mjs")).toBe(`${WORKER}// 2\n`);
    change("worker.mjs", (text) => `${text}// mine\n`);
    expect((await write()).stderr).toContain("~/gw/worker.mjs was changed by hand.");
    expect(read("worker.mjs")).toContain("// mine");
  });

  it("writes the README anew for another host, unless somebody edited it", async () => {
    const { write, read, change } = await machine();
    await write();
    await write(["--custom-domain", "llm.example.com"]);
    expect(read("README.md")).toContain("https://llm.example.com/v1/models");
    change("README.md", (text) => text.replace("## Use", "## How we use it"));
    await write(["--custom-domain", "ai.example.com"]);
    expect(read("README.md")).toContain("https://llm.example.com/v1/models");
    expect(jsonc(read("wrangler.jsonc")).routes).toEqual([{ pattern: "ai.example.com", custom_domain: true }]);
  });

  it("writes again what was deleted", async () => {
    const { write, folder, read } = await machine();
    await write();
    const before = filesBelow(folder);
    for (const name of ["worker.mjs", "openclaw.json", "README.md", "wrangler.jsonc", ".gitignore"])
      rmSync(join(folder, name));
    await write();
    expect(filesBelow(folder)).toEqual(before);
    writeFileSync(join(folder, "package.json"), "{}");
    expect((await write()).status).toBe(0);
    expect(read("package.json")).toBe("{}");
  });

  it("keeps the language of its files", async () => {
    const { write, read } = await machine();
    await write(["--lang", "zh-TW"]);
    expect(read("README.md")).toContain("## 部署");
    expect((await write(["--lang", "en"])).stdout).toBe("~/gw is up to date.\n");
  });

  it.each([
    ["wrangler.jsonc", "{ nonsense", "~/gw/wrangler.jsonc cannot be edited."],
    ["openclaw.json", "{ /* no JSON */ }", "is not plain JSON, which the Worker reads."],
    [".openclaw-worker.json", "{}", "cannot be read, so your edits cannot be told"],
  ])("changes nothing where %s is damaged", async (name, text, sentence) => {
    const { write, folder, change, update } = await machine();
    await write();
    change(name, () => text);
    update("// 2");
    const before = filesBelow(folder);
    const { status, stderr } = await write(["--limit", "1/minute"]);
    expect([status, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    expect(filesBelow(folder)).toEqual(before);
  });

  it("carries settings of the gateway from the files, not from the shell", async () => {
    const { run, folder, read, change, secrets } = await machine();
    writeFileSync(secrets, `${readFileSync(secrets, "utf8")}OPENCLAW_GATEWAY_STRIP_PREFILL=unsupported\n`);
    const write = () => run(["gateway", "worker", folder], { env: { OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT: "5s" } });
    await write();
    expect(jsonc(read("wrangler.jsonc")).vars).toEqual({ OPENCLAW_GATEWAY_STRIP_PREFILL: "unsupported" });
    change("wrangler.jsonc", (text) => text.replace('"unsupported"', '"thinking"'));
    writeFileSync(secrets, readFileSync(secrets, "utf8").replace(/OPENCLAW_GATEWAY_STRIP.*\n/, ""));
    expect((await write()).stderr).toContain(
      "vars.OPENCLAW_GATEWAY_STRIP_PREFILL in ~/gw/wrangler.jsonc, which you edited.",
    );
    expect(jsonc(read("wrangler.jsonc")).vars).toEqual({ OPENCLAW_GATEWAY_STRIP_PREFILL: "thinking" });
  });
});

describe("gateway worker, of a configuration", () => {
  const URL_OF = "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gw/anthropic";

  it("that does not work on a Worker says where, and writes nothing", async () => {
    const config = {
      models: { providers: { mine: { api: "openai-completions", baseUrl: "http://localhost:11434/v1" } } },
    };
    const { write, folder } = await machine({ config });
    const { status, stdout, stderr } = await write();
    expect([status, stdout, existsSync(folder)]).toEqual([1, "", false]);
    expect(stderr).toContain("~/.openclaw/openclaw.json:6:9: models.providers.mine leads to localhost");
    const json = JSON.parse((await write(["--json"])).stdout);
    expect(json.error).toMatchObject({ code: "config.invalid", problems: [{ position: { line: 6, column: 9 } }] });
  });

  it("in several files is one", async () => {
    const { home, write, read } = await machine({ config: { models: { $include: "./models.json5" } } });
    writeFileSync(
      join(home, ".openclaw", "models.json5"),
      `{ providers: { 'cloudflare-ai-gateway': { baseUrl: '${URL_OF}', apiKey: '${CANARY_KEY}' /* secret */ } } }`,
    );
    expect((await write()).status).toBe(0);
    expect(JSON.parse(read("openclaw.json")).models.providers).toEqual({
      "cloudflare-ai-gateway": { baseUrl: URL_OF, apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}" },
    });
  });

  it("that is missing or damaged is reported as everywhere", async () => {
    const { write, config } = await machine();
    writeFileSync(config, "{");
    expect(await write()).toMatchObject({ status: 1, stderr: expect.stringContaining("openclaw.json") });
    rmSync(config);
    expect((await write()).stderr).toContain("No provider is set up yet.");
  });

  it("has a canary in every place of a credential, and none gets into a file or onto the screen", async () => {
    const canary = (word: string) => `CANARY-${word}-CANARY-${word}-CANARY`;
    const words = ["key", "header", "foreign", "token", "password", "env", "vault", "channel", "model"];
    const config = {
      models: {
        providers: {
          "cloudflare-ai-gateway": {
            baseUrl: URL_OF,
            apiKey: canary("key"),
            headers: { "cf-aig-authorization": `Bearer ${canary("header")}`, "x-odd": canary("foreign") },
            models: [{ id: "m", name: "M", token: canary("model") }],
          },
        },
      },
      gateway: { auth: { token: canary("token"), password: canary("password") } },
      env: { vars: { SOME_KEY: canary("env") } },
      secrets: { providers: { v: { source: "exec", command: "/bin/false", args: ["--token", canary("vault")] } } },
      channels: { chat: { token: canary("channel") } },
    };
    const { write, run, folder, change } = await machine({ config });
    const outputs = [await write(["--dry-run"]), await write(["--json"]), await write(["--verbose"])];
    change("openclaw.json", (text) => text.replace('"name": "M"', '"name": "N"'));
    change("wrangler.jsonc", (text) => text.replace("}", ""));
    outputs.push(await write(), await write(["--json"]), await run(["gateway", "worker", "secrets", folder]));
    const texts = [...filesBelow(folder).values(), ...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr])];
    for (const form of words.map(canary).flatMap(formsOf))
      expect(texts.filter((text) => text.includes(form))).toEqual([]);
  });
});

describe("gateway worker, where a file cannot be written", () => {
  it.each(["openSync", "renameSync", "writeSync"] as const)(
    "writes nothing when %s fails at any file",
    async (name) => {
      const { write, run, folder, update } = await machine();
      let failed = 0;
      for (const isNew of [true, false]) {
        for (let at = 0; at < 7; at += 1) {
          if (isNew) rmSync(folder, { recursive: true, force: true });
          else update(`// ${at}`);
          const before = existsSync(folder) ? filesBelow(folder) : undefined;
          const files = failingAt(at, name, folder);
          const { status, stderr } = await run(["gateway", "worker", folder, "--limit", `${at + 1}/minute`], {
            context: { files },
          });
          if (status === 0) break;
          failed += 1;
          expect([status, stderr]).toEqual([1, expect.stringMatching(/Cannot write to|No space|full/)]);
          expect(existsSync(folder) ? filesBelow(folder) : undefined).toEqual(before);
        }
        await write();
      }
      // A new project is seven files, and three of them change with the limit and the version.
      expect(failed).toBe(7 + 3);
    },
  );
});

/** The operation fails the given time that it is used below a folder. */
function failingAt(at: number, name: "openSync" | "renameSync" | "writeSync", folder: string): Files {
  const files = standardOutputIs("pipe");
  let count = 0;
  const real = files[name] as (...args: unknown[]) => unknown;
  const failing = (...args: unknown[]) => {
    const isThere =
      typeof args[0] === "number" || (String(args[0]).startsWith(folder) && (name !== "openSync" || args[1] === "wx"));
    if (isThere && count++ === at) throw Object.assign(new Error("full"), { code: "ENOSPC" });
    return real(...args);
  };
  return new Proxy(files, { get: (all, key: keyof Files) => (key === name ? failing : all[key]) });
}

function plant(folder: string, name: string) {
  mkdirSync(folder);
  writeFileSync(join(folder, name), "{}");
}
