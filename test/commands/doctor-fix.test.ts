import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doctor, faults, homeWith, type Loose, PROVIDER, readConfig, readText } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import { describeInTerminal, openTerminalProcess } from "../support/terminal.ts";

const FIX = ["--fix", "--yes"];
const modeOf = (path: string) => statSync(path).mode & 0o777;
const providerIn = (home: string) => readConfig(home).models.providers[PROVIDER];

/** Everything that can be repaired at once. */
function spoil(config: Loose): void {
  const provider = config.models.providers[PROVIDER];
  provider.baseUrl += "/v1/messages/";
  provider.apiKey = CANARY_KEY;
  provider.headers = { "cf-aig-authorization": `Bearer: ${CANARY_TOKEN}` };
}

describe("doctor --fix", () => {
  it("repairs what is safe, and finds nothing of it afterwards", async () => {
    const home = await homeWith(spoil);
    const folder = join(home, ".openclaw");
    const left = join(folder, ".openclaw.json.4194305.0123456789ab.tmp");
    writeFileSync(left, "half");
    writeFileSync(join(folder, "openclaw.json.lock"), "4194305 - 0123456789abcdef\n");
    for (const path of [configPath(home), secretsPath(home)]) chmodSync(path, 0o644);
    chmodSync(folder, 0o755);

    const fixed = await doctor(home, FIX);
    expect({ status: fixed.status, stderr: fixed.stderr, faults: faults(fixed) }).toEqual({
      status: 0,
      stderr: "",
      faults: [],
    });
    expect(fixed.repaired).toHaveLength(9);
    expect(providerIn(home)).toMatchObject({
      baseUrl: expect.stringMatching(/\/my-gw\/anthropic$/),
      apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
      headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
    });
    expect(readText(secretsPath(home))).toContain(`CF_AIG_TOKEN=${CANARY_TOKEN}`);
    expect([modeOf(folder), modeOf(configPath(home)), modeOf(secretsPath(home))]).toEqual([0o700, 0o600, 0o600]);
    expect([existsSync(left), existsSync(`${configPath(home)}.lock`)]).toEqual([false, false]);
  });

  it("shows what it does, and `undo` takes it back", async () => {
    const home = await homeWith(spoil);
    const before = readText(configPath(home));
    const { stdout } = await openclaw(["doctor", "--offline", ...FIX], { home });
    expect(stdout).toContain(
      `  - Move models.providers["${PROVIDER}"].apiKey to ~/.openclaw/.env as CLOUDFLARE_AI_GATEWAY_API_KEY`,
    );
    expect(stdout).toContain('0123…cdef/my-gw/anthropic"');
    await openclaw(["undo", "--yes"], { home });
    expect(readText(configPath(home))).toBe(before);
  });

  it("keeps comments and everything else as it was", async () => {
    const home = await homeWith();
    const text = readText(configPath(home)).replace("{", "{\n  // mine").replace("/anthropic", "/anthropic/");
    writeFileSync(configPath(home), text);
    await doctor(home, FIX);
    expect(readText(configPath(home))).toBe(text.replace("/anthropic/", "/anthropic"));
  });

  it("needs --yes without a terminal, and then has changed nothing", async () => {
    const home = await homeWith(spoil);
    const before = filesBelow(home);
    const { status, stdout, stderr } = await openclaw(["doctor", "--offline", "--fix"], { home });
    expect(status).toBe(2);
    expect(stdout).toContain("Safe to fix:");
    expect(stderr).toContain("pass `--yes`");
    expect(filesBelow(home)).toEqual(before);
  });

  it("touches nothing where nothing can be repaired", async () => {
    const home = await homeWith((config) => {
      config.nonsense = 1;
    });
    const before = filesBelow(home);
    const { status, stdout } = await openclaw(["doctor", "--offline", "--fix"], { home });
    expect([status, stdout]).toEqual([0, expect.stringContaining("There is nothing to fix automatically.")]);
    expect(filesBelow(home)).toEqual(before);
  });

  it("does not move a secret where another value of that name would be used instead", async () => {
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].apiKey = `${CANARY_KEY}-another`;
    });
    const fixed = await doctor(home, FIX);
    expect(faults(fixed, "credentials.literal")).toHaveLength(1);
    expect(providerIn(home).apiKey).toBe(`${CANARY_KEY}-another`);
    expect(readText(secretsPath(home))).not.toContain("another");
  });

  it("does not move a secret that is not the one its variable is for", async () => {
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].apiKey = CANARY_TOKEN;
      config.models.providers[PROVIDER].headers = { "cf-aig-authorization": CANARY_KEY };
    });
    writeFileSync(secretsPath(home), "OPENCLAW_GATEWAY_TOKEN=0123456789abcdef\n");
    const before = readText(configPath(home));
    const mended = await doctor(home, ["--fix", "--yes"]);
    expect(faults(mended, "credentials.literal").map(({ fix }) => fix)).toEqual([
      "Move it to ~/.openclaw/.env, and write `${NAME}` here.",
      "Move it to ~/.openclaw/.env, and write `${NAME}` here.",
    ]);
    expect(readText(configPath(home))).toBe(before);
    expect(readText(secretsPath(home))).not.toContain("CANARY");
  });

  it("repairs a configuration that the schema does not allow, and modes beside one that cannot be read", async () => {
    const home = await homeWith((config) => {
      spoil(config);
      config.gateway.port = "many";
    });
    const { status } = await doctor(home, FIX);
    expect([status, providerIn(home).baseUrl]).toEqual([1, expect.stringMatching(/\/anthropic$/)]);
    writeFileSync(configPath(home), "{ oops");
    chmodSync(configPath(home), 0o644);
    await doctor(home, FIX);
    expect([readText(configPath(home)), modeOf(configPath(home))]).toEqual(["{ oops", 0o600]);
  });

  it("follows includes", async () => {
    const home = await homeWith(spoil);
    const { models, ...rest } = readConfig(home);
    const included = join(home, ".openclaw", "models.json5");
    writeFileSync(included, JSON.stringify(models));
    writeFileSync(configPath(home), JSON.stringify({ models: { $include: "./models.json5" }, ...rest }));
    const found = await doctor(home);
    expect(faults(found, "endpoint.base-url")).toMatchObject([{ where: "~/.openclaw/models.json5" }]);
    expect((await doctor(home, FIX)).status).toBe(0);
    expect(readText(included)).not.toContain("CANARY");
  });

  it("does not mention undo where it changed no configuration", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    chmodSync(join(home, ".openclaw", "openclaw.json"), 0o644);
    const { stdout } = await openclaw(["doctor", "--offline", ...FIX], { home });
    expect(stdout).toContain("Fixed.\n");
    expect(stdout).not.toContain("openclaw undo");
  });

  it("does not move a key to a variable that has another value in the configuration", async () => {
    const home = temporaryHome();
    const folder = join(home, ".openclaw");
    mkdirSync(folder, { mode: 0o700 });
    const own = "sk-proj-BBBBBBBBBBBBBBBBBBBB";
    const provider = { baseUrl: "https://a.example/v1", api: "openai-completions", apiKey: own, models: [] };
    const env = { vars: { OPENAI_API_KEY: "sk-proj-AAAAAAAAAAAAAAAAAAAA" } };
    writeFileSync(join(folder, "openclaw.json"), JSON.stringify({ env, models: { providers: { openai: provider } } }), {
      mode: 0o600,
    });
    await openclaw(["doctor", "--offline", ...FIX], { home });
    const { models } = JSON.parse(readText(configPath(home)));
    expect(models.providers.openai.apiKey).toBe(own);
  });
});

describeInTerminal("doctor --fix at a terminal", () => {
  it("asks once, and does nothing on No", async () => {
    const home = await homeWith(spoil);
    const before = filesBelow(home);
    const terminal = openTerminalProcess(["doctor", "--offline", "--fix"], { home });
    await terminal.waitFor("Fix these?");
    expect(terminal.screen()).toContain("Safe to fix:");
    terminal.type("n");
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(130);
    expect(filesBelow(home)).toEqual(before);
  });

  it("asks a plain question when the environment says so", async () => {
    const terminal = openTerminalProcess(["doctor", "--offline", "--fix"], {
      home: await homeWith(spoil),
      env: { OPENCLAW_ACCESSIBLE: "1" },
    });
    await terminal.waitFor("Type yes or no, or press Enter for yes.");
    terminal.type("n");
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(130);
  });

  it("repairs on Yes", async () => {
    const home = await homeWith(spoil);
    const terminal = openTerminalProcess(["doctor", "--offline", "--fix"], { home });
    await terminal.waitFor("Fix these?");
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(providerIn(home).apiKey).toBe("${CLOUDFLARE_AI_GATEWAY_API_KEY}");
  });
});
