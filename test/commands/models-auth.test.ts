import { describe, expect, it } from "vitest";
import { readConfig, readText } from "../support/doctor.ts";
import { startGateway } from "../support/gateway.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { put } from "../support/service-machine.ts";
import { answer, describeInTerminal, leaks, openTerminal } from "../support/terminal.ts";

const ID = "cloudflare-ai-gateway";
const KEY = "CLOUDFLARE_AI_GATEWAY_API_KEY";
const PASTE = ["models", "auth", "paste-api-key", "--provider", ID];

async function home() {
  const folder = temporaryHome();
  await openclaw(DOCUMENTED, { home: folder });
  return folder;
}

describe("models auth paste-api-key", () => {
  it("replaces the key of a provider by what standard input says", async () => {
    const folder = await home();
    const next = `${CANARY_KEY}2`;
    const { status, stdout, stderr } = await openclaw(PASTE, { home: folder, input: `${next}\n` });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Replaced API key (${KEY}) in ~/.openclaw/.env: ********wXyZ -> ********XyZ2`);
    expect(readText(secretsPath(folder))).toContain(`${KEY}=${next}\n`);
    expect(leaks(folder, stdout)).toEqual([]);
  });

  it("stores the first key of a provider, known or not, and has the configuration refer to it", async () => {
    const folder = await home();
    const config = readConfig(folder);
    delete config.models.providers[ID].apiKey;
    config.models.providers["my-llm"] = { baseUrl: "https://x.example", models: [] };
    put(configPath(folder), `// mine\n${JSON.stringify(config, null, 2)}\n`);
    put(secretsPath(folder), "A=1\n");
    const known = await openclaw([...PASTE, "--json"], { home: folder, input: CANARY_KEY });
    expect([known.status, JSON.parse(known.stdout)]).toMatchObject([
      0,
      { ok: true, stored: [{ name: KEY, providers: [ID], value: "********wXyZ" }], verified: "skipped" },
    ]);
    const own = await openclaw(["models", "auth", "paste-api-key", "--provider", "my-llm"], {
      home: folder,
      input: "a-key-of-my-own-llm",
    });
    expect(own.stdout).toBe(
      "Stored MY_LLM_API_KEY in ~/.openclaw/.env: ********\n~/.openclaw/openclaw.json refers to it.\n",
    );
    expect(readText(secretsPath(folder))).toBe(`A=1\n${KEY}=${CANARY_KEY}\nMY_LLM_API_KEY=a-key-of-my-own-llm\n`);
    expect(readText(configPath(folder))).toMatch(/^\/\/ mine\n/);
    expect(readText(configPath(folder))).toContain('"apiKey": "${MY_LLM_API_KEY}"');
  });

  it("refuses an unknown provider, an empty input, a damaged key, and what it cannot write", async () => {
    const folder = await home();
    const before = readText(secretsPath(folder));
    const unknown = await openclaw(
      ["models", "auth", "paste-api-key", "--provider", "cloudflare-ai-gatewy", "--json"],
      {
        home: folder,
        input: CANARY_KEY,
      },
    );
    expect([unknown.status, JSON.parse(unknown.stdout).error]).toMatchObject([1, { code: "provider.unknown" }]);
    const empty = await openclaw(PASTE, { home: folder });
    expect([empty.status, empty.stderr]).toEqual([2, "openclaw: Standard input was empty.\nPipe the key in.\n"]);
    const damaged = await openclaw(PASTE, { home: folder, input: "${SOME_KEY}" });
    expect(damaged.status).toBe(2);
    expect((await openclaw(PASTE.slice(0, 3), { home: folder, input: CANARY_KEY })).status).toBe(2);
    const dry = await openclaw([...PASTE, "--dry-run"], { home: folder, input: `${CANARY_KEY}2` });
    expect(dry.stdout).toContain("Dry run: no files were changed.");
    const readOnly = await openclaw(PASTE, { home: folder, input: CANARY_KEY, env: { OPENCLAW_NIX_MODE: "1" } });
    expect(readOnly.status).toBe(1);
    expect(readText(secretsPath(folder))).toBe(before);
  });

  it("takes the published flags, and says that they have no effect", async () => {
    const folder = await home();
    const args = ["models", "auth", "--agent", "main", ...PASTE.slice(2), "--profile-id", "x:manual"];
    const { status, stderr } = await openclaw(args, { home: folder, input: `${CANARY_KEY}2` });
    expect(status).toBe(0);
    expect(stderr).toContain("No effect in this version: --profile-id.");
    expect(stderr).toContain("No effect in this version: --agent.");
  });

  it("says what is missing where the provider is not set up", async () => {
    const folder = temporaryHome();
    const { status, stdout } = await openclaw(PASTE, { home: folder, input: CANARY_KEY });
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining(`${ID} is not set up yet. Run \`openclaw onboard\`.`),
    ]);
    expect(readText(secretsPath(folder))).toBe(`${KEY}=${CANARY_KEY}\n`);
  });

  it("checks the key first with --verify", async () => {
    const { baseUrl } = await startGateway();
    const folder = temporaryHome();
    const setUp = [...DOCUMENTED, `--${ID}-base-url`, baseUrl].filter(
      (word, index, all) => ![word, all[index - 1]].some((one) => /-(?:account|gateway)-id$/.test(one ?? "")),
    );
    expect((await openclaw(setUp, { home: folder })).status).toBe(0);
    const wrong = await openclaw([...PASTE, "--verify"], { home: folder, input: `${CANARY_KEY}2` });
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining("anthropic.key-rejected")]);
    expect(readText(secretsPath(folder))).toContain(`${KEY}=${CANARY_KEY}\n`);
  });
});

describeInTerminal("models auth paste-api-key at a terminal", () => {
  it("asks for the key and never shows it", async () => {
    const folder = await home();
    const terminal = openTerminal(PASTE, { home: folder });
    await answer(terminal, "New API key", `${CANARY_KEY}2`);
    expect((await terminal.exit).status).toBe(0);
    expect(readText(secretsPath(folder))).toContain(`${KEY}=${CANARY_KEY}2\n`);
    expect(leaks(folder, terminal.bytes)).toEqual([]);
  });
});
