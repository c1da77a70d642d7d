import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parse as parseToml } from "smol-toml";
import { describe, expect, it } from "vitest";
import { CLIENT_IDS, type ClientId } from "../../src/clients/client.ts";
import { CLIENTS } from "../../src/clients/registry.ts";
import { answeringGateway } from "../support/answering-gateway.ts";
import { type Loose, readConfig } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import {
  ACCOUNT,
  CANARY_KEY,
  CANARY_TOKEN,
  cleanEnv,
  DOCUMENTED,
  openclaw,
  temporaryHome,
} from "../support/program.ts";

const ID = "cloudflare-ai-gateway";
const ENDPOINTS = ["anthropic", "openai", "workers-ai"] as const;
const URL = "http://127.0.0.1:18789";

/** A home with these endpoints set up, and its gateway token. */
async function homeWith(endpoints: readonly string[], more: readonly string[] = []) {
  const home = temporaryHome();
  const ids = [`--${ID}-account-id`, ACCOUNT, `--${ID}-gateway-id`, "my-gw", `--${ID}-token`, CANARY_TOKEN];
  const chosen = endpoints.flatMap((id) => [`--${ID}-endpoint`, id]);
  const key = endpoints.includes("anthropic") ? [`--${ID}-api-key`, CANARY_KEY] : [];
  const env = { OPENAI_API_KEY: "sk-proj-CANARYopenaiCANARYopenaiCANARY-wxyz" };
  const flags = ["--auth-choice", `${ID}-api-key`, ...ids, ...chosen, ...key, ...more];
  const { status, stderr } = await openclaw(["onboard", "--non-interactive", ...flags], { home, env });
  expect([status, stderr]).toEqual([0, expect.anything()]);
  const token = /^OPENCLAW_GATEWAY_TOKEN=(.+)$/m.exec(readFileSync(secretsPath(home), "utf8"))?.[1] ?? "";
  return { home, token };
}

const env = (home: string, client: string, ...more: readonly string[]) =>
  openclaw(["gateway", "env", "--client", client, ...more], { home });

/** The protocols that are served, by what is set up. */
const SETS: readonly (readonly string[])[] = [["anthropic"], ["openai"], ["workers-ai"], ENDPOINTS];

const MISSING = { messages: "Anthropic's Messages API", responses: "OpenAI's Responses API" };
const setUp = (id: string) => `run \`openclaw onboard --${ID}-endpoint ${id}\`.`;

/** What a client is refused or warned of, if anything. */
const REFUSED: Readonly<Record<ClientId, readonly string[]>> = {
  "claude-code": ["openai", "workers-ai"],
  "anthropic-sdk": ["openai", "workers-ai"],
  "openai-sdk": [],
  codex: ["anthropic", "workers-ai"],
  opencode: [],
  "ai-sdk": [],
  cline: [],
  continue: [],
  langchain: [],
  "qwen-code": [],
};

describe.each(SETS.map((set) => ({ set, named: set.join(" and ") })))("with $named set up", ({ set }) => {
  it.each(CLIENT_IDS)("%s gets what is served, or the command that sets it up", async (id) => {
    const { home, token } = await homeWith(set);
    const { status, stdout, stderr } = await env(home, id);
    expect(`${stdout}${stderr}`).not.toContain(token);
    if (set.length === 1 && REFUSED[id].includes(set[0] ?? "")) {
      expect([status, stdout]).toEqual([1, ""]);
      const [needed, endpoint] = id === "codex" ? [MISSING.responses, "openai"] : [MISSING.messages, "anthropic"];
      expect(stderr).toContain(`${CLIENTS[id].name} needs ${needed}. No provider is set up for that.`);
      expect(stderr).toContain(setUp(endpoint));
      return;
    }
    expect(status).toBe(0);
    expect(stdout).toContain(URL);
    const { apis, speaks } = CLIENTS[id];
    for (const [api, endpoint, label] of [
      ["anthropic-messages", "anthropic", MISSING.messages],
      ["openai-responses", "openai", MISSING.responses],
    ] as const) {
      const isMissing = speaks === "each" && apis.includes(api) && !set.includes(endpoint);
      expect(stderr.includes(`can also use ${label}`)).toBe(isMissing);
      expect(stderr.includes(setUp(endpoint))).toBe(isMissing);
    }
  });
});

describe("a client with several protocols", () => {
  it.each([
    ["qwen-code", ["anthropic"], /export ANTHROPIC_MODEL=claude-sonnet-4-6;/],
    ["qwen-code", ["openai"], /export OPENAI_MODEL=gpt-5\.5;/],
    ["qwen-code", ["workers-ai"], /export OPENAI_MODEL='?@cf\/openai\/gpt-oss-120b'?;/],
    ["cline", ["anthropic"], /"lastUsedProvider": "anthropic"/],
    ["cline", ["workers-ai"], /"model": "@cf\/openai\/gpt-oss-120b"/],
    ["continue", ["anthropic"], /provider: anthropic\n {4}model: claude-sonnet-4-6\n/],
    ["continue", ["workers-ai"], /provider: openai\n {4}model: "@cf\/openai\/gpt-oss-120b"\n/],
    ["codex", ENDPOINTS, /^model = "gpt-5.5"$/m],
    ["opencode", ENDPOINTS, /"model": "openclaw\/claude-sonnet-4-6"/],
  ] as const)("%s with %j uses a model that it can reach", async (client, set, expected) => {
    const { home } = await homeWith(set);
    expect((await env(home, client)).stdout).toMatch(expected);
  });

  it("uses that of the default model, also with an alias", async () => {
    const { home } = await homeWith(ENDPOINTS);
    const config = readConfig(home);
    const ref = `${ID}-workers-ai/@cf/openai/gpt-oss-120b`;
    config.agents.defaults = { model: { primary: "mine" }, models: { [ref]: { alias: "mine" } } };
    writeFileSync(configPath(home), JSON.stringify(config));
    expect((await env(home, "qwen-code")).stdout).toMatch(/export OPENAI_MODEL='?@cf\/openai\/gpt-oss-120b'?;\n/);
    expect((await env(home, "cline")).stdout).toContain('"lastUsedProvider": "openai-compatible"');
    expect(JSON.parse((await env(home, "opencode")).stdout).model).toBe("openclaw-chat/@cf/openai/gpt-oss-120b");
  });

  it("names a model with its provider where its id alone means another's", async () => {
    const { home } = await homeWith(["anthropic"]);
    const config = readConfig(home);
    const own = { id: "claude-sonnet-4-6", name: "Mine" };
    const entry = { baseUrl: "https://claude.example", api: "anthropic-messages", apiKey: "of-mine", models: [own] };
    const itself = { ...entry, baseUrl: "http://localhost:18789", models: [{ id: "in-a-circle", name: "x" }] };
    Object.assign(config.models.providers, { mine: entry, itself });
    writeFileSync(configPath(home), JSON.stringify(config));
    const { models } = JSON.parse((await env(home, "opencode")).stdout).provider.openclaw;
    expect(models["mine/claude-sonnet-4-6"]).toEqual({ name: "Mine" });
    expect(Object.keys(models)[0]).toBe("claude-sonnet-4-6");
    expect(models).not.toHaveProperty("in-a-circle");
  });

  it("is served by a provider of one's own, whose models nobody describes", async () => {
    const { home } = await homeWith(["anthropic"]);
    const config = readConfig(home);
    config.models.providers = {
      mine: { baseUrl: "https://gpt.example/v1", api: "openai-responses", apiKey: "of-mine" },
    };
    config.agents = {};
    writeFileSync(configPath(home), JSON.stringify(config));
    const { status, stdout } = await env(home, "codex");
    expect(status).toBe(0);
    expect(parseToml(stdout)).toMatchObject({ model_provider: "openclaw" });
    expect(parseToml(stdout)).not.toHaveProperty("model");
    expect((await env(home, "claude-code")).status).toBe(1);
  });
});

describe("the content of a client's file", () => {
  it.each(["codex", "opencode"] as const)("of %s is what --write makes where there is none", async (client) => {
    const { home, token } = await homeWith(ENDPOINTS);
    const printed = await env(home, client);
    const path = CLIENTS[client].file?.path(home, {}) ?? "";
    expect(printed.stderr).toContain(
      `Put this into ${path.replace(home, "~")}, which ${CLIENTS[client].name} reads.\n`,
    );
    expect((await env(home, client, "--write", "--yes")).status).toBe(0);
    expect(readFileSync(path, "utf8").trim()).toBe(printed.stdout.trim());
    expect(printed.stdout).not.toContain(token);
    const again = await env(home, client);
    expect(again.stdout).toBe(printed.stdout);
    expect(again.stderr).toContain(`Add this to ${path.replace(home, "~")}, which ${CLIENTS[client].name} reads.`);
  });

  it("has the token from a command, or from a variable that is named on standard error", async () => {
    const { home } = await homeWith(ENDPOINTS);
    const codex = await env(home, "codex");
    expect(parseToml(codex.stdout)).toEqual({
      model: "gpt-5.5",
      model_provider: "openclaw",
      model_providers: {
        openclaw: {
          name: "OpenClaw",
          base_url: `${URL}/v1`,
          wire_api: "responses",
          auth: { command: "openclaw", args: ["gateway", "token"] },
        },
      },
    });
    expect(codex.stderr).not.toContain("variable");
    for (const [client, reference, variable] of [
      ["opencode", "{env:OPENCLAW_CLIENT_TOKEN}", "OPENCLAW_CLIENT_TOKEN"],
      ["continue", "${{ secrets.OPENCLAW_CLIENT_TOKEN }}", "OPENCLAW_CLIENT_TOKEN"],
      ["cline", "", "ANTHROPIC_API_KEY"],
    ] as const) {
      const { stdout, stderr } = await env(home, client, "--shell", "fish");
      expect(stdout).toContain(reference);
      expect(stderr).toContain(`run \`set -gx ${variable} (openclaw gateway token);\`.\n`);
    }
  });

  it("has the command of a named token, and a placeholder where none is required", async () => {
    const { home } = await homeWith(ENDPOINTS);
    await openclaw(["gateway", "token", "add", "ci"], { home });
    const named = parseToml((await env(home, "codex", "--as", "ci")).stdout) as Loose;
    expect(named.model_providers.openclaw.auth.args).toEqual(["gateway", "token", "show", "ci"]);
    expect((await env(home, "opencode", "--as", "ci")).stderr).toContain('"$(openclaw gateway token show ci)"');
    const config = readConfig(home);
    config.gateway.auth = { mode: "none" };
    writeFileSync(configPath(home), JSON.stringify(config));
    writeFileSync(
      secretsPath(home),
      readFileSync(secretsPath(home), "utf8").replace(/^OPENCLAW_GATEWAY_TOKEN.*\n/gm, ""),
    );
    const open = parseToml((await env(home, "codex")).stdout) as Loose;
    expect(open.model_providers.openclaw).not.toHaveProperty("auth");
    expect((await env(home, "opencode")).stdout).toContain('"apiKey": "custom-local"');
    expect((await env(home, "continue")).stdout).toContain("apiKey: custom-local\n");
    expect((await env(home, "cline")).stderr).toContain("export ANTHROPIC_API_KEY=custom-local;");
  });

  it("keeps names that YAML, TOML or JSON would read otherwise", async () => {
    const { home } = await homeWith(["openai"]);
    const config = readConfig(home);
    const [id] = Object.keys(config.models.providers);
    const names = ["yes", "Null", "1.5", "a: b", "# c", "- d", 'it\'s "odd"\\', "two\nlines", "\u007f", "__proto__"];
    config.models.providers[id ?? ""].models = names.map((name) => ({ id: name, name }));
    config.agents = {};
    writeFileSync(configPath(home), JSON.stringify(config));
    const yaml = (await env(home, "continue")).stdout;
    const listed = [...yaml.matchAll(/^ {4}model: (.*)$/gm)].map(([, text = ""]) => text);
    // A JSON string is one of YAML, too.
    expect(listed.slice(0, names.length)).toEqual(
      names.map((name) => (name === "__proto__" ? expect.stringMatching(/^"?__proto__"?$/) : JSON.stringify(name))),
    );
    const { models } = JSON.parse((await env(home, "opencode")).stdout).provider["openclaw-openai"];
    expect(Object.keys(models)).toEqual(expect.arrayContaining(names));
    config.models.providers[id ?? ""].models = [{ id: 'it\'s "odd"\\', name: "x" }];
    writeFileSync(configPath(home), JSON.stringify(config));
    expect(parseToml((await env(home, "codex")).stdout).model).toBe('it\'s "odd"\\');
  });

  it("goes to the folder that the client's own variable names", async () => {
    const { home } = await homeWith(ENDPOINTS);
    const at = async (client: string, more: Readonly<Record<string, string>>) =>
      (await openclaw(["gateway", "env", "--client", client], { home, env: more })).stderr;
    expect(await at("codex", { CODEX_HOME: "/srv/codex" })).toContain("Put this into /srv/codex/config.toml,");
    expect(await at("opencode", { XDG_CONFIG_HOME: "/srv/x" })).toContain(
      "Put this into /srv/x/opencode/opencode.json,",
    );
  });
});

const SHELLS = {
  bash: ["--norc", "-c"],
  zsh: ["-f", "-c"],
  fish: ["--no-config", "-c"],
} as const;

type Shell = keyof typeof SHELLS;

const isThere = (shell: Shell) => {
  try {
    execFileSync(shell, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

const present = (Object.keys(SHELLS) as Shell[]).filter((shell) => {
  const found = isThere(shell);
  if (!found) console.warn(`${shell} is not on this machine: what clients get in it is NOT tested.`);
  return found;
});

const BY_VARIABLES = CLIENT_IDS.filter((id) => CLIENTS[id].means === "variables");

describe.each(present)("in a real %s", (shell) => {
  it.each(BY_VARIABLES)("what is printed for %s sets its variables and removes others", async (client) => {
    const { home, token } = await homeWith(ENDPOINTS);
    const { stdout } = await env(home, client, "--shell", shell);
    const names = [...new Set(stdout.match(/\b(?:ANTHROPIC|OPENAI|CLAUDE)_[A-Z_]+/g) ?? [])];
    const before = Object.fromEntries(names.map((name) => [name, "of another account"]));
    const printed = execFileSync(shell, [...SHELLS[shell], `${stdout}\nenv`], {
      env: cleanEnv(home, before),
      encoding: "utf8",
    });
    const left = Object.fromEntries(printed.split("\n").map((line) => line.split(/=(.*)/s, 2)));
    const access = { url: URL, tokenCommand: [], models: { "anthropic-messages": [], "openai-responses": [] } };
    const declared = CLIENTS[client].variables?.(access) ?? [];
    for (const { name, value } of declared) {
      const expected = { text: value.kind === "text" ? value.text : "", token, removed: undefined }[value.kind];
      expect([name, left[name]]).toEqual([name, expected]);
    }
  });
});

describe("what listens at the address", () => {
  const homeAt = (port: number) => homeWith(ENDPOINTS, ["--gateway-port", String(port)]);

  it("is this profile's gateway: nothing is said, and it never sees the token", async () => {
    const gateway = await answeringGateway();
    const { home, token } = await homeAt(gateway.port);
    gateway.become({ secrets: secretsPath(home) });
    expect(await env(home, "claude-code")).toMatchObject({ status: 0, stderr: "" });
    expect(gateway.heads.length).toBeGreaterThan(0);
    expect(gateway.heads.join("\n")).not.toContain(token);
  });

  it.each([
    ["another program", { instead: "<html>" }, ", or openclaw does not answer there in time."],
    ["another profile's gateway", { isForeign: true }, " does not prove that it has the token of this profile."],
  ] as const)("is %s: a warning with a way out", async (_, answers, sentence) => {
    const { port, url, heads } = await answeringGateway(answers);
    const { home, token } = await homeAt(port);
    for (const client of ["claude-code", "codex", "opencode"]) {
      const { status, stdout, stderr } = await env(home, client);
      expect(status).toBe(0);
      expect(stdout).toContain(url);
      expect(stderr).toContain(`at ${url}${sentence}`);
      expect(stderr).toContain(
        `run \`openclaw gateway run --port ${port + 1}\` and set OPENCLAW_GATEWAY_PORT to ${port + 1}.`,
      );
    }
    expect(heads.join("\n")).not.toContain(token);
  });

  it("is nothing: a terminal is told how to start it, a program nothing", async () => {
    const closed = await answeringGateway();
    await closed.close();
    const { home } = await homeAt(closed.port);
    expect((await env(home, "claude-code")).stderr).toBe("");
    const context = { terminal: { stdin: true, stdout: true, stderr: true } };
    const seen = await openclaw(["gateway", "env", "--client", "ai-sdk"], {
      home,
      env: { SHELL: "/bin/zsh" },
      context,
    });
    expect(seen.stderr).toContain("To start the local gateway, run `openclaw gateway run`.");
    expect(seen.stderr).toContain('run `eval "$(openclaw gateway env --client ai-sdk)"`.');
    expect(seen.stderr).not.toContain("--write");
    expect(seen.stderr).toMatch(/Nothing listens at \S+ yet\. .*\n$/);
    const claude = await openclaw(["gateway", "env"], { home, context });
    expect(claude.stderr).toContain(
      "To write it into ~/.claude/settings.json instead, run `openclaw gateway env --client claude-code --write`.",
    );
  });
});

it("a file of the client that cannot be looked at stops nothing", async () => {
  const { home } = await homeWith(ENDPOINTS);
  const path = CLIENTS.codex.file?.path(home, {}) ?? "";
  mkdirSync(dirname(dirname(path)), { recursive: true });
  writeFileSync(dirname(path), "not a folder");
  expect((await env(home, "codex")).status).toBe(0);
});

it("the documented set-up gets the same as before for the first clients", async () => {
  const home = temporaryHome();
  await openclaw(DOCUMENTED, { home });
  expect((await env(home, "anthropic-sdk")).stdout).toBe(
    `export ANTHROPIC_BASE_URL=${URL};\nexport ANTHROPIC_API_KEY="$(openclaw gateway token)";\nunset ANTHROPIC_AUTH_TOKEN;\n`,
  );
});

describe("for programs and for PowerShell", () => {
  it.each(CLIENT_IDS)("--json says of %s what is printed, and no token", async (client) => {
    const { home, token } = await homeWith(ENDPOINTS);
    const { status, stdout } = await env(home, client, "--json");
    expect(status).toBe(0);
    expect(stdout).not.toContain(token);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ client, name: CLIENTS[client].name, url: URL, missing: [] });
    const plain = await env(home, client);
    if (CLIENTS[client].means === "file") expect(document.file.content).toBe(plain.stdout);
    for (const { name, value, command, removed } of document.variables) {
      const printed = CLIENTS[client].means === "file" ? plain.stderr : plain.stdout;
      expect(printed).toContain(removed ? `unset ${name};` : `export ${name}=`);
      expect([value, command, removed].filter((one) => one !== undefined)).toHaveLength(1);
    }
  });

  it("--json names the missing endpoints, and goes with no other way", async () => {
    const { home } = await homeWith(["anthropic"]);
    expect(JSON.parse((await env(home, "ai-sdk", "--json")).stdout).missing).toEqual([
      { api: "openai-responses", command: `openclaw onboard --${ID}-endpoint openai` },
    ]);
    for (const flag of ["--write", "--undo"]) expect((await env(home, "codex", "--json", flag)).status).toBe(2);
    expect((await env(home, "codex", "--json", "--shell", "fish")).status).toBe(2);
  });

  it.each(BY_VARIABLES)("PowerShell gets one assignment or removal a line for %s", async (client) => {
    const { home } = await homeWith(ENDPOINTS);
    const { stdout } = await env(home, client, "--shell", "pwsh");
    for (const line of stdout.trimEnd().split("\n"))
      expect(line).toMatch(
        /^(?:\$env:[A-Z_]+ = (?:'[^']+'|& 'openclaw' 'gateway' 'token');|Remove-Item Env:[A-Z_]+ -ErrorAction SilentlyContinue;)$/,
      );
  });

  it("a file that the shell has just made for the output is new", async () => {
    const { home } = await homeWith(ENDPOINTS);
    const path = CLIENTS.continue.file?.path(home, {}) ?? "";
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    expect((await env(home, "continue")).stderr).toContain("Put this into ~/.continue/config.yaml,");
  });
});
