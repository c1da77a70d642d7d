import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configHome } from "../support/config-home.ts";
import { CANARY_KEY, CANARY_TOKEN, DOCUMENTED, filesBelow, openclaw } from "../support/program.ts";

const TEXT = `// mine
{
  gateway: {
    port: 18789, // the usual one
    bind: "loopback",
    auth: { mode: "token", token: "${CANARY_TOKEN}" },
  },
  models: {
    providers: {
      "my-gw": {
        baseUrl: "https://gateway.example/v1?token=${CANARY_TOKEN}",
        apiKey: "\${MY_KEY}",
        headers: { "cf-aig-authorization": "Bearer ${CANARY_TOKEN}" },
        models: [{ id: "a", name: "A" }],
      },
    },
  },
  channels: { telegram: { enabled: true } },
}
`;

const everything = (home: string) => Object.fromEntries(filesBelow(home));
const json = (text: string) => JSON.parse(text);

describe("config get", () => {
  it("prints a text as it is, and everything else as JSON", async () => {
    const { config } = configHome(TEXT);
    expect(await config("get", "gateway.bind")).toEqual({ status: 0, stdout: "loopback\n", stderr: "" });
    expect(await config("get", "gateway.port")).toMatchObject({ stdout: "18789\n" });
    expect(await config("get", "gateway.bind", "--json")).toMatchObject({ stdout: '"loopback"\n' });
    expect(json((await config("get", "models.providers[my-gw].models")).stdout)).toEqual([{ id: "a", name: "A" }]);
    expect(await config("get", 'models.providers["my-gw"].apiKey')).toMatchObject({ stdout: "${MY_KEY}\n" });
  });

  it.each([[[]], [["gateway"]], [["gateway.auth.token"]], [["models.providers.my-gw.headers"]], [["models"]]])(
    "masks every secret: %j",
    async (args) => {
      for (const flags of [[], ["--json"]]) {
        const { status, stdout, stderr } = await configHome(TEXT).config("get", ...args, ...flags);
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expect(stdout).toContain("********");
        expect(stdout).not.toContain("CANARY");
      }
    },
  );

  it("reveals them at a terminal only", async () => {
    const { config, atTerminal } = configHome(TEXT);
    expect((await atTerminal("get", "gateway.auth.token", "--reveal")).stdout).toBe(`${CANARY_TOKEN}\n`);
    const { status, stdout, stderr } = await config("get", "gateway.auth.token", "--reveal");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("at a terminal only");
    expect(stderr).not.toContain("CANARY");
    expect(json((await config("get", "--reveal", "--json")).stdout).error.code).toBe("terminal.secret");
  });

  it.each([
    ["gateway.prot", "Did you mean `gateway.port`?"],
    ["gatway.port", "Did you mean `gateway.port`?"],
    ["models.providers.my-gw.models[3]", 'models.providers["my-gw"].models has 1 item.'],
    ["nothing.like.it", "openclaw config get"],
  ])("says of %s what is there instead", async (path, hint) => {
    const { config } = configHome(TEXT);
    const { status, stdout, stderr } = await config("get", path);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("has no value.");
    expect(stderr).toContain(hint);
    expect(json((await config("get", path, "--json")).stdout)).toMatchObject({
      ok: false,
      error: { code: "config.path" },
    });
  });

  it("reads values of included files, and an invalid configuration", async () => {
    const home = configHome('{ gateway: { $include: "./g.json5" } }');
    writeFileSync(join(home.home, ".openclaw", "g.json5"), "{ port: 'none', bind: 'lan' }");
    expect(await home.config("get", "gateway.bind")).toMatchObject({ status: 0, stdout: "lan\n" });
  });

  it("obeys no control codes of a file at a terminal", async () => {
    const { atTerminal, config } = configHome('{ "note": "a\\u001b[2Jb" }');
    expect((await atTerminal("get", "note")).stdout).not.toContain("\u001b");
    expect((await config("get", "note")).stdout).toBe("a\u001b[2Jb\n");
  });
});

describe("config set", () => {
  it("changes the values and keeps everything else", async () => {
    const { config, text } = configHome(TEXT);
    const { status, stdout, stderr } = await config("set", "gateway.port", "21000", "gateway.bind", "lan");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(text()).toBe(TEXT.replace("18789", "21000").replace('"loopback"', '"lan"'));
    expect(stdout).toContain("~ gateway.port  18789 -> 21000");
    expect(stdout).toContain("openclaw undo");
  });

  it("can be undone", async () => {
    const { config, text, home } = configHome(TEXT);
    await config("set", "gateway.port", "21000");
    expect((await openclaw(["undo", "--yes"], { home })).status).toBe(0);
    expect(text()).toBe(TEXT);
  });

  it("makes a configuration where there is none, closed to others", async () => {
    const { config, path } = configHome();
    expect((await config("set", "gateway.port", "21000", "agents.list[0].id", "main")).status).toBe(0);
    expect(json(readFileSync(path, "utf8"))).toEqual({ gateway: { port: 21000 }, agents: { list: [{ id: "main" }] } });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
  });

  it("closes files that were open to others", async () => {
    const { config, path } = configHome(TEXT);
    chmodSync(path, 0o644);
    await config("set", "gateway.port", "21000");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("writes nothing with --dry-run, and says what it would", async () => {
    const { config, home } = configHome(TEXT);
    const before = everything(home);
    const { status, stdout } = await config("set", "gateway.port", "21000", "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toContain("~ gateway.port  18789 -> 21000");
    expect(stdout).toContain("Dry run");
    const document = json((await config("set", "gateway.port", "21000", "--dry-run", "--json")).stdout);
    expect(document).toMatchObject({ ok: true, changed: false, dryRun: true, operations: 1 });
    expect(everything(home)).toEqual(before);
  });

  it("prints one document with --json", async () => {
    const { config, path } = configHome(TEXT);
    const { stdout, stderr } = await config("set", "gateway.port", "21000", "--json");
    expect(stderr).toBe("");
    expect(json(stdout)).toEqual({
      ok: true,
      changed: true,
      dryRun: false,
      operations: 1,
      configPath: path,
      warnings: [],
      files: [
        {
          path,
          changes: [{ kind: "change", name: "gateway.port", before: "18789", after: "21000" }],
          backup: `${path}.bak`,
        },
      ],
    });
  });

  it("does nothing where the value is there already", async () => {
    const { config, home } = configHome(TEXT);
    const before = everything(home);
    expect((await config("set", "gateway.port", "18789", "channels", "{telegram:{enabled:true}}")).stdout).toContain(
      "Already up to date",
    );
    expect(everything(home)).toEqual(before);
  });

  it.each<[string, readonly string[], number, string]>([
    ["a wrong value", ["gateway.port", "99999"], 1, "gateway.port must be a whole number from 1 to 65535."],
    ["a number for a text", ["models.providers.my-gw.api", "1"], 1, "pass `--string`"],
    ["a misspelt key", ["gateway.prot", "1"], 1, "Did you mean `gateway.port`?"],
    ["a misspelt key in a value", ["gateway", "{ port: 1, bnd: 'lan' }"], 1, "Did you mean `gateway.bind`?"],
    ["half an object", ["gateway", "{ port: 1"], 2, "not valid JSON5"],
    ["a wrong path", ["gateway..port", "1"], 2, "character 9"],
    ["a path without value", ["gateway.port"], 2, "The value for gateway.port is missing."],
    ["nothing", [], 2, "Pass a path and a value"],
    ["lost entries", ["models.providers", "{ b: {} }"], 2, "would remove 1 entry: my-gw"],
    ["a value in the way", ["gateway.port.x", "1"], 1, "gateway.port (line 4, column 5) is a number"],
    ["an include", ["gateway.$include", "./x.json"], 1, "config edit"],
    ["flags that contradict", ["a", "1", "--merge", "--replace"], 2, "--merge"],
    ["a reserved key", ["__proto__.x", "1"], 1, "__proto__ has a reserved name"],
    ["a reserved key below", ["channels.constructor", "1"], 1, "channels.constructor has a reserved name"],
    ["a reserved key in a value", ["a", "[{ b: { prototype: 1 } }]"], 1, "a[0].b.prototype has a reserved name"],
    ["a credential where none belongs", ["gateway.customBindHost", CANARY_KEY], 2, "takes no credential"],
  ])("refuses %s and writes nothing", async (_, args, status, sentence) => {
    const { config, home } = configHome(TEXT);
    const before = everything(home);
    const refused = await config("set", ...args);
    expect(refused).toMatchObject({ status, stdout: "" });
    expect(refused.stderr).toContain(sentence);
    expect(refused.stderr).not.toContain("CANARY");
    const document = json((await config("set", ...args, "--json")).stdout);
    expect(document).toMatchObject({ ok: false, error: { code: expect.any(String), message: expect.any(String) } });
    expect(JSON.stringify(document)).not.toContain("CANARY");
    expect(everything(home)).toEqual(before);
  });

  it("repairs what is invalid, if nothing invalid stays", async () => {
    const { config, text } = configHome("{ gateway: { port: 'x', bind: 'y' } }");
    expect((await config("set", "gateway.port", "21000")).status).toBe(1);
    expect((await config("set", "gateway.port", "21000", "gateway.bind", "lan")).status).toBe(0);
    expect(text()).toBe("{ gateway: { port: 21000, bind: 'lan' } }");
  });

  it("leaves misspelt keys alone that were there before", async () => {
    const { config, text } = configHome("{ gateway: { prot: 1 } }");
    expect((await config("set", "gateway.port", "21000")).status).toBe(0);
    expect(text()).toBe("{ gateway: { prot: 1, port: 21000 } }");
  });

  it("takes values as text with --string, and only as JSON5 with --strict-json", async () => {
    const { config, text } = configHome("{}");
    expect((await config("set", "channels.id", "0x10", "--string")).status).toBe(0);
    expect(text()).toContain('"id": "0x10"');
    expect((await config("set", "channels.id", "word", "--strict-json")).status).toBe(2);
  });

  it("merges objects and lists with ids, and replaces them if told to", async () => {
    const { config } = configHome(TEXT);
    const models = "models.providers.my-gw.models";
    expect((await config("set", models, "[{id:'b',name:'B'},{id:'a',input:['text']}]", "--merge")).status).toBe(0);
    expect(json((await config("get", models)).stdout)).toEqual([
      { id: "a", name: "A", input: ["text"] },
      { id: "b", name: "B" },
    ]);
    expect((await config("set", models, "[{id:'c',name:'C'}]")).status).toBe(2);
    expect((await config("set", models, "[{id:'c',name:'C'}]", "--replace")).status).toBe(0);
    expect(json((await config("get", models)).stdout)).toEqual([{ id: "c", name: "C" }]);
  });

  it("takes a batch from an argument, a file and standard input", async () => {
    const batch = `[
      { path: "gateway.port", value: 21000 }, // with comments
      { path: "gateway.auth.token", ref: { source: "env", provider: "default", id: "T" } },
      { path: "channels.telegram", unset: true },
    ]`;
    for (const way of ["argument", "file", "input"]) {
      const home = configHome(TEXT, way === "input" ? { input: batch } : {});
      writeFileSync(join(home.home, "batch.json5"), batch);
      const flags = {
        argument: ["--batch-json", batch],
        file: ["--batch-file", "batch.json5"],
        input: ["--batch-file", "-"],
      }[way];
      expect(await home.config("set", ...(flags ?? []))).toMatchObject({ status: 0, stderr: "" });
      expect(json((await home.config("get", "gateway", "--json")).stdout)).toMatchObject({
        port: 21000,
        auth: { token: { source: "env", provider: "default", id: "T" } },
      });
      expect((await home.config("get", "channels")).status).toBe(1);
    }
  });

  it.each(["{}", "[1]", '[{"path":"a"}]', '[{"path":"a","value":1,"unset":true}]', "[", '[{"value":1}]'])(
    "refuses the batch %s",
    async (batch) => {
      const { config, home } = configHome(TEXT);
      const before = everything(home);
      expect((await config("set", "--batch-json", batch)).status).toBe(2);
      expect(everything(home)).toEqual(before);
    },
  );

  const inEnv = (home: string) => {
    const path = join(home, ".openclaw", ".env");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };
  const GATEWAY = "models.providers.cloudflare-ai-gateway";

  it.each<[string, string, string, string, string]>([
    [
      `${GATEWAY}.headers.cf-aig-authorization`,
      `Bearer ${CANARY_TOKEN}`,
      "CF_AIG_TOKEN",
      CANARY_TOKEN,
      "Bearer ${CF_AIG_TOKEN}",
    ],
    [`${GATEWAY}.apiKey`, CANARY_KEY, "CLOUDFLARE_AI_GATEWAY_API_KEY", CANARY_KEY, "${CLOUDFLARE_AI_GATEWAY_API_KEY}"],
    ["models.providers.other.apiKey", CANARY_KEY, "OTHER_API_KEY", CANARY_KEY, "${OTHER_API_KEY}"],
    ["models.providers.other.headers.x-api-key", CANARY_KEY, "OTHER_X_API_KEY", CANARY_KEY, "${OTHER_X_API_KEY}"],
    ["gateway.auth.token", "CANARY", "OPENCLAW_GATEWAY_TOKEN", "CANARY", "${OPENCLAW_GATEWAY_TOKEN}"],
    ["gateway.auth.password", "CANARY", "OPENCLAW_GATEWAY_PASSWORD", "CANARY", "${OPENCLAW_GATEWAY_PASSWORD}"],
    ["gateway.remote.token", "CANARY", "OPENCLAW_GATEWAY_REMOTE_TOKEN", "CANARY", "${OPENCLAW_GATEWAY_REMOTE_TOKEN}"],
    [
      "channels.a.botToken",
      "12345:CANARY-abcdef",
      "CHANNELS_A_BOT_TOKEN",
      "12345:CANARY-abcdef",
      "${CHANNELS_A_BOT_TOKEN}",
    ],
    ["tools.keys[0]", CANARY_KEY, "TOOLS_KEYS_0", CANARY_KEY, "${TOOLS_KEYS_0}"],
  ])("keeps the credential for %s in .env, and refers to it", async (path, value, variable, stored, reference) => {
    for (const flags of [[], ["--json"]]) {
      const { config, home, text } = configHome("{}\n");
      const dry = await config("set", path, value, "--dry-run", ...flags);
      expect(dry.stdout).toContain(variable);
      expect(inEnv(home)).toBe("");
      const { status, stdout, stderr } = await config("set", path, value, ...flags);
      expect(status).toBe(0);
      expect(stdout + stderr + dry.stdout + dry.stderr).not.toContain("CANARY");
      expect(stdout + stderr).toContain(`as ${variable}`);
      expect(inEnv(home)).toBe(`${variable}=${stored}\n`);
      expect(statSync(join(home, ".openclaw", ".env")).mode & 0o777).toBe(0o600);
      expect((await config("get", path)).stdout).toBe(`${reference}\n`);
      expect((await config("set", path, value)).stdout).toContain("Already up to date");
      expect((await config("unset", path)).status).toBe(0);
      expect(text()).toBe("{}\n");
    }
  });

  it("keeps a variable with a credential in .env alone, where it is read", async () => {
    const { config, home, text } = configHome(`{ env: { vars: { MY_KEY: "${CANARY_KEY}", A: "b" } } }`);
    expect((await config("set", "env.vars.MY_KEY", CANARY_KEY)).status).toBe(0);
    expect(text()).toBe('{ env: { vars: { A: "b" } } }');
    expect(inEnv(home)).toBe(`MY_KEY=${CANARY_KEY}\n`);
    expect((await config("set", "env.vars", `{ MY_KEY: "${CANARY_KEY}", C: "d" }`, "--merge")).status).toBe(0);
    expect(text()).not.toContain("CANARY");
    expect(text()).toContain('C: "d"');
  });

  it.each<[string, string, string, string]>([
    ["CLOUDFLARE_AI_GATEWAY_API_KEY", `${GATEWAY}.apiKey`, CANARY_KEY, "--rotate-key CLOUDFLARE_AI_GATEWAY_API_KEY"],
    ["OPENCLAW_GATEWAY_TOKEN", "gateway.auth.token", "CANARY", "Replace it there"],
    ["MY_KEY", "env.vars.MY_KEY", CANARY_KEY, "Replace it there"],
  ])("replaces no other value of %s", async (variable, path, value, hint) => {
    const { config, home } = configHome("{}");
    writeFileSync(join(home, ".openclaw", ".env"), `${variable}=another-value-of-it\n`, { mode: 0o600 });
    const before = everything(home);
    const { status, stderr } = await config("set", "gateway.port", "21000", path, value);
    expect(status).toBe(2);
    expect(stderr).toContain("has another value in ~/.openclaw/.env");
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain("CANARY");
    expect(everything(home)).toEqual(before);
    const inEnvironment = configHome("{}", { env: { [variable]: "another-value-of-it" } });
    expect((await inEnvironment.config("set", path, value)).stderr).toContain("has another value in the environment");
  });

  it("writes two credentials to one variable neither, and stores no mask", async () => {
    const { config, home } = configHome("{}");
    const before = everything(home);
    const twice = await config(
      "set",
      "models.providers.a-b.apiKey",
      CANARY_KEY,
      "models.providers.a_b.apiKey",
      `${CANARY_KEY}x`,
    );
    expect(twice.status).toBe(2);
    expect((await config("set", "gateway.auth.token", "********abcd")).stderr).toContain("is a masked value");
    expect(everything(home)).toEqual(before);
  });

  it.each([
    ["models.providers.a.apiKey", "ollama"],
    ["models.providers.a.headers.x-team", "blue-ocean-3"],
    ["models.providers.a.apiKey", "${OTHER_KEY}"],
    ["agents.defaults.hotkey", "ctrl-shift-k-and-more"],
    ["env.vars.REGION", "eu-central-1-and-more"],
  ])("writes what is no credential as it is: %s %s", async (path, value) => {
    const { config, home } = configHome("{}");
    expect(await config("set", path, value)).toMatchObject({ status: 0, stderr: "" });
    expect(inEnv(home)).toBe("");
    expect((await config("get", path)).status).toBe(0);
  });

  it("notes a URL with a password, which stays", async () => {
    const { config, text } = configHome("{}");
    const { stdout, stderr } = await config("set", "tools.proxy", "https://me:CANARY@h.example/x");
    expect(stderr).toContain("is a URL with a credential");
    expect(stdout + stderr).not.toContain("CANARY");
    expect(text()).toContain("CANARY");
  });

  it("refuses what onboard refuses: a configuration that does not parse, and a read-only one", async () => {
    const broken = configHome("{ gateway: ");
    expect(await broken.config("set", "gateway.port", "1")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("not valid JSON5"),
    });
    expect(broken.text()).toBe("{ gateway: ");
    const closed = configHome(TEXT, { env: { OPENCLAW_CONFIG_READONLY: "1" } });
    expect((await closed.config("set", "gateway.port", "1")).stderr).toContain("read-only");
    expect((await closed.config("unset", "gateway.port")).stderr).toContain("read-only");
    expect((await closed.config("get", "gateway.port")).status).toBe(0);
    expect((await closed.config("set", "gateway.port", "1", "--dry-run")).status).toBe(0);
    expect(closed.text()).toBe(TEXT);
  });

  it("edits the included file that has the value", async () => {
    const home = configHome('{ gateway: { $include: "./g.json5" } }');
    const file = join(home.home, ".openclaw", "g.json5");
    writeFileSync(file, "{ port: 1, /* mine */ }");
    const { stdout } = await home.config("set", "gateway.port", "21000");
    expect(stdout).toContain("g.json5");
    expect(readFileSync(file, "utf8")).toBe("{ port: 21000, /* mine */ }");
    expect(home.text()).toBe('{ gateway: { $include: "./g.json5" } }');
    await home.config("unset", "gateway.port");
    expect(home.text()).toBe('{ gateway: { $include: "./g.json5" } }');
  });
});

describe("config unset", () => {
  it("removes values, together or not at all", async () => {
    const { config, text } = configHome(TEXT);
    expect(await config("unset", "gateway.port", "gateway.nothing")).toMatchObject({ status: 1, stdout: "" });
    expect(text()).toBe(TEXT);
    expect((await config("unset", "gateway.bind", "channels")).status).toBe(0);
    expect(text()).toBe(
      TEXT.replace('    bind: "loopback",\n', "").replace("  channels: { telegram: { enabled: true } },\n", ""),
    );
  });

  it("takes empty objects along, but none with a comment in it", async () => {
    const { config, text } = configHome("{\n  a: { b: { c: 1 } },\n  d: {\n    // why\n    e: 1,\n  },\n  f: {},\n}\n");
    expect((await config("unset", "a.b.c", "d.e")).status).toBe(0);
    expect(text()).toBe("{\n  d: {\n    // why\n  },\n  f: {},\n}\n");
    expect((await config("set", "f.g", "1")).status).toBe(0);
    expect((await config("unset", "f.g")).status).toBe(0);
    expect(text()).toBe("{\n  d: {\n    // why\n  },\n  f: {},\n}\n");
  });

  it("names the item of a list that goes, not the one that follows it", async () => {
    const { config, text } = configHome("{ a: [1, 2, 3] }");
    expect((await config("unset", "a[0]")).stdout).toContain("- a[0]  1\n");
    expect((await config("unset", "a[0]", "a[0]", "--dry-run")).stdout).toContain("- a[0]  2\n");
    expect(text()).toBe("{ a: [2, 3] }");
  });

  it("takes out a reserved key that came by hand", async () => {
    const { config, text } = configHome('{ "__proto__": { x: 1 }, a: { constructor: 1, b: 2 } }');
    expect((await config("validate")).stderr).toContain("__proto__ has a reserved name");
    expect((await config("set", "a.b", "3")).status).toBe(0);
    expect((await config("unset", "__proto__", "a.constructor")).status).toBe(0);
    expect(text()).toBe("{ a: { b: 3 } }");
  });

  it("loses no comment that was made since", async () => {
    const { config, text, write } = configHome("{}\n");
    await config("set", "x.y", "1");
    write(text().replace("{", "{ // mine"));
    expect((await config("unset", "x.y")).status).toBe(0);
    expect(text()).toContain("// mine");
  });
});

describe("config validate", () => {
  it("says that all is well", async () => {
    expect(await configHome(TEXT).config("validate")).toMatchObject({ status: 0, stderr: "" });
    expect(json((await configHome(TEXT).config("validate", "--json")).stdout)).toMatchObject({
      ok: true,
      valid: true,
      issues: [],
    });
  });

  it("names a misspelt key with line, column and the nearest, and wrong values", async () => {
    const { config, path } = configHome("{\n  gateway: {\n    prot: 1,\n    bind: 'x' },\n  quantum: 1,\n}\n");
    const { status, stdout, stderr } = await config("validate");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("openclaw.json:3:5: gateway.prot is unknown. Did you mean `gateway.port`?");
    expect(stderr).toContain("openclaw.json:4:5: gateway.bind must be");
    expect(stderr).toMatch(/openclaw\.json:5:3: OpenClaw .* reject the whole file because of quantum\./);
    const document = json((await config("validate", "--json")).stdout);
    expect(document).toMatchObject({
      ok: false,
      valid: false,
      path,
      error: { type: "cli_error", code: "config.invalid" },
    });
    expect(document.issues).toContainEqual(
      expect.objectContaining({ path: "gateway.prot", where: path, position: { line: 3, column: 5 } }),
    );
    expect(document.warnings).toMatchObject([{ path: "quantum" }]);
  });

  it.each([
    ["{ a: ", "config.syntax"],
    [undefined, "config.missing"],
  ])("fails for %j", async (text, code) => {
    const { config } = configHome(text);
    expect(await config("validate")).toMatchObject({ status: 1, stdout: "" });
    expect(json((await config("validate", "--json")).stdout)).toMatchObject({
      ok: false,
      valid: false,
      error: { code },
    });
  });
});

describe("config file, schema and diff", () => {
  it("prints the full path, for `$(openclaw config file)`", async () => {
    const { config, path } = configHome();
    expect(await config("file")).toEqual({ status: 0, stdout: `${path}\n`, stderr: "" });
    expect(json((await config("file", "--json")).stdout)).toMatchObject({ path, exists: false, backups: [] });
  });

  it("puts the schema beside the file, names it, and does so once", async () => {
    const { config, text, home } = configHome(TEXT);
    expect((await config("schema", "--install", "--dry-run")).status).toBe(0);
    expect(text()).toBe(TEXT);
    expect((await config("schema", "--install")).status).toBe(0);
    const file = join(home, ".openclaw", "openclaw.schema.json");
    expect(readFileSync(file, "utf8")).toBe((await config("schema")).stdout);
    expect(text()).toContain('$schema: "./openclaw.schema.json"');
    expect((await config("validate")).status).toBe(0);
    const before = everything(home);
    expect((await config("schema", "--install")).stdout).toContain("Already up to date");
    expect(everything(home)).toEqual(before);
  });

  it("takes nobody's own $schema away", async () => {
    const { config, home } = configHome('{ $schema: "https://example.com/s.json" }');
    expect(await config("schema", "--install")).toMatchObject({ status: 2 });
    expect(existsSync(join(home, ".openclaw", "openclaw.schema.json"))).toBe(false);
  });

  it("shows what changed since the last backup, secrets masked", async () => {
    const { config, path } = configHome(TEXT);
    expect(await config("diff")).toMatchObject({ status: 0, stdout: expect.stringContaining("No backup of") });
    await config("set", "gateway.port", "21000", "gateway.auth.token", "another-CANARY-token-of-mine");
    const { status, stdout } = await config("diff");
    expect(status).toBe(0);
    expect(stdout).toContain("-    port: 18789, // the usual one");
    expect(stdout).toContain("+    port: 21000, // the usual one");
    expect(stdout).not.toContain("CANARY");
    expect(json((await config("diff", "--json")).stdout)).toMatchObject({
      ok: true,
      files: [{ path, backup: `${path}.bak`, difference: expect.any(Array) }],
    });
  });
});

describe("in Chinese", () => {
  it("says the same", async () => {
    const { config } = configHome(TEXT, { env: { OPENCLAW_LANG: "zh-TW" } });
    expect((await config("set", "gateway.prot", "1")).stderr).toMatch(/[一-鿿].*`gateway\.port`/);
    expect((await config("validate")).stdout).toMatch(/[一-鿿]/);
  });
});

describe("onboard --editor-schema", () => {
  it("writes the schema beside the configuration, names it there, and adds it to what is set up", async () => {
    const { home, path, text } = configHome();
    expect((await openclaw([...DOCUMENTED, "--editor-schema", "--dry-run"], { home })).stdout).toContain("$schema");
    expect(existsSync(path)).toBe(false);
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const { status, stdout } = await openclaw(["onboard", "--non-interactive", "--editor-schema", "--json"], { home });
    expect(status).toBe(0);
    const file = join(home, ".openclaw", "openclaw.schema.json");
    expect(json(stdout)).toMatchObject({ ok: true, changed: true, schema: file });
    expect(json(text()).$schema).toBe("./openclaw.schema.json");
    expect(json(readFileSync(file, "utf8")).$schema).toContain("draft-07");
    const before = everything(home);
    expect((await openclaw(["onboard", "--non-interactive", "--editor-schema"], { home })).stdout).toContain(
      "Already up to date",
    );
    expect(everything(home)).toEqual(before);
  });

  it("leaves another schema as it is", async () => {
    const { home, text, write } = configHome();
    await openclaw(DOCUMENTED, { home });
    write(text().replace("{", '{ "$schema": "https://example.com/s.json",'));
    expect((await openclaw(["onboard", "--non-interactive", "--editor-schema"], { home })).status).toBe(0);
    expect(json(text()).$schema).toBe("https://example.com/s.json");
  });
});
