import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROVIDER, type PrintedFinding } from "../support/doctor.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { startGatewayHere, writeHome } from "../support/gateway-process.ts";
import { CANARY_KEY, type Finished, openclaw, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";
import { answer, describeInTerminal, openTerminal } from "../support/terminal.ts";

interface Broken {
  /** The lines of the entry's headers. */
  readonly headers: string;
  readonly says: string;
  readonly advises: string;
  readonly secrets?: Readonly<Record<string, string>>;
}

const STORE = { path: "store.json", text: '{"team":"a\\nb"}' };

const BROKEN: Readonly<Record<string, Broken>> = {
  "metadata that is not ASCII": {
    headers: '"cf-aig-metadata": "研发"',
    says: "The header cf-aig-metadata contains a non-ASCII character at character 1, which cannot be sent.",
    advises: `Write it as JSON on one line with \\u escapes: \`'{"name":"\\\\u7814\\\\u53d1"}'\`.`,
  },
  "JSON that is not ASCII": {
    headers: `"x-tags": '{"who":"o\\'neil","team":"研"}'`,
    says: "The header x-tags contains a non-ASCII character at character 25, which cannot be sent.",
    advises: `Write it as JSON on one line with \\u escapes: \`'{"who":"o\\\\u0027neil","team":"\\\\u7814"}'\`.`,
  },
  "metadata from a variable": {
    headers: '"cf-aig-metadata": "${TEAM}"',
    secrets: { TEAM: `'{"team":"研"}'` },
    says: "The header cf-aig-metadata contains a non-ASCII character at character 10, which cannot be sent.",
    advises: 'Write TEAM as JSON on one line with \\u escapes: `{"team":"\\u7814"}`.',
  },
  "a line break from a variable": {
    headers: '"x-team": "${TEAM}"',
    secrets: { TEAM: '"a\\nb"' },
    says: "The header x-team contains a line break at character 2, which cannot be sent.",
    advises: "Correct the value of TEAM.",
  },
  "a line break from a secret reference": {
    headers: '"x-team": { source: "env", provider: "default", id: "TEAM" }',
    secrets: { TEAM: '"a\\nb"' },
    says: "The header x-team contains a line break at character 2, which cannot be sent.",
    advises: "Correct the value of TEAM.",
  },
  "a line break from a file": {
    headers: '"x-team": { source: "file", provider: "store", id: "/team" }',
    says: "The header x-team contains a line break at character 2, which cannot be sent.",
    advises: "Correct the value.",
  },
  "a control character": {
    headers: '"x-team": "a\\u0000b"',
    says: "The header x-team contains a control character at character 2, which cannot be sent.",
    advises: "Correct the value.",
  },
  "a name with a space": {
    headers: '"bad name": "x"',
    says: 'The header name "bad name" contains a space or tab at character 4.',
    advises: "Use only letters, digits and '-'.",
  },
  "a name that is not ASCII": {
    headers: '"équipe": "x"',
    says: 'The header name "équipe" contains a non-ASCII character at character 1.',
    advises: "Use only letters, digits and '-'.",
  },
  "no name": { headers: '"": "x"', says: "A header has no name.", advises: "Name it, or remove it." },
  ...Object.fromEntries(
    ["Transfer-Encoding", "Content-Length", "Host", "Connection", "TE", "Expect", "Proxy-Authorization"].map((name) => [
      `HTTP's own ${name}`,
      {
        headers: `"${name}": "1"`,
        says: `HTTP sets the header ${name} itself, so the configuration cannot.`,
        advises: "Remove it.",
      },
    ]),
  ),
};

const CASES = Object.entries(BROKEN);

/** As a screen shows it; JSON and log lines have the whole path. */
const SHOWN = "~/.openclaw/openclaw.json";

/** The header is at line 8, column 7. */
const configText = ({ headers }: Pick<Broken, "headers">, { baseUrl }: TestGateway) => `{
  agents: { defaults: { model: { primary: "${PROVIDER}/claude-sonnet-4-6" } } },
  secrets: { providers: { store: { source: "file", path: "~/${STORE.path}" } } },
  models: { providers: { "${PROVIDER}": {
    baseUrl: "${baseUrl}",
    api: "anthropic-messages", apiKey: "\${CLOUDFLARE_AI_GATEWAY_API_KEY}",
    headers: {
      ${headers},
    },
    models: [{ id: "claude-sonnet-4-6", name: "Claude" }],
  } } },
}
`;

async function homeWith(broken: Broken) {
  const gateway = await startGateway();
  const home = temporaryHome();
  const secrets = { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY, OPENCLAW_GATEWAY_TOKEN: "a-token-of-some-length" };
  writeHome(home, configText(broken, gateway), { ...secrets, ...broken.secrets });
  writeFileSync(join(home, STORE.path), STORE.text, { mode: 0o600 });
  const config = join(home, ".openclaw", "openclaw.json");
  return { home, gateway, config, place: `${config}:8:7` };
}

/** Nothing was sent, no stack is shown, and no key. */
function expectCalm({ stdout, stderr }: Finished, { received }: TestGateway): void {
  expect(received).toEqual([]);
  expect(stdout + stderr).not.toMatch(/This is a bug|InvalidArgument|CANARY/);
}

describe("a header that HTTP cannot carry", () => {
  it.each(CASES)("is a finding of doctor with its place: %s", async (_, broken) => {
    const { home, gateway } = await homeWith(broken);
    const finished = await openclaw(["doctor", "--json"], { home });
    expectCalm(finished, gateway);
    expect(finished.status).toBe(1);
    const { checks } = JSON.parse(finished.stdout) as { checks: readonly PrintedFinding[] };
    const found = checks.filter(({ status }) => status === "fail");
    expect(found).toHaveLength(1);
    const place = { where: SHOWN, position: { line: 8, column: 7 } };
    expect(found[0]).toMatchObject({ id: "endpoint.headers", message: broken.says, fix: broken.advises, ...place });
  });

  it.each(CASES)("keeps models from being listed, and is named: %s", async (_, broken) => {
    const { home, gateway, place } = await homeWith(broken);
    for (const args of [["refresh"], ["list", "--live"]]) {
      const finished = await openclaw(["models", ...args, "--json"], { home });
      expectCalm(finished, gateway);
      const { error } = JSON.parse(finished.stdout);
      expect([finished.status, error.code]).toEqual([1, "models.unavailable"]);
      expect(JSON.stringify(error)).toContain(JSON.stringify(broken.says).slice(1, -1));
      expect(JSON.stringify(error)).toContain(JSON.stringify(place.replace(/:8:7$/, "")).slice(1, -1));
    }
    const listed = await openclaw(["models", "list"], { home });
    expectCalm(listed, gateway);
    expect(listed.stdout).toMatch(/claude-sonnet-4-6 .* yes +no\b/);
    expect(listed.status).toBe(0);
    // A variable may have a note of its own before.
    expect(listed.stderr.endsWith(`${SHOWN}:8:7: ${broken.says} ${broken.advises}\n`)).toBe(true);
  });

  it.each(CASES)("stops onboard --verify, and is a warning without: %s", async (name, broken) => {
    const { home, gateway, config } = await homeWith(broken);
    const before = readFileSync(config, "utf8");
    const again = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
    const verified = await openclaw([...again, "--gateway-port", "21000", "--verify"], { home });
    expectCalm(verified, gateway);
    expect(verified.status).toBe(1);
    expect(verified.stderr).toContain(`${SHOWN}:8:7: ${broken.says} (this machine, request.unsendable)`);
    expect(verified.stderr).toContain(broken.advises);
    expect(readFileSync(config, "utf8")).toBe(before);
    const written = await openclaw([...again, "--gateway-port", "21000"], { home });
    expect(written.status).toBe(0);
    // Without a check, no file is read and no program is run.
    if (name.endsWith("file")) return;
    expect(written.stderr).toContain(`${broken.says} ${broken.advises}`);
  });

  it.each(CASES)("is named by gateway run, and nothing is sent: %s", async (_, broken) => {
    const { home, gateway, place } = await homeWith(broken);
    const { url, says } = await startGatewayHere({ home });
    const line = JSON.parse(await says(/models\.providers/));
    expect(line).toMatchObject({
      level: "warn",
      message: `models.providers.${PROVIDER}: ${place}: ${broken.says} ${broken.advises}`,
    });
    const response = await fetch(`${url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": "a-token-of-some-length" },
      body: JSON.stringify({ model: "claude-sonnet-4-6", max_tokens: 1, messages: [] }),
    });
    expect(response.status).toBe(503);
    expect(JSON.parse(await response.text()).error.message).toContain(broken.says);
    expect(gateway.received).toEqual([]);
  });

  it("is named once where it is a credential of the provider's own, which has a check of its own", async () => {
    const broken = { headers: '"cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}"', says: "", advises: "" };
    const { home, gateway } = await homeWith(broken);
    const env = {
      CLOUDFLARE_AI_GATEWAY_API_KEY: "sk-ant-api03-CANARYkeyCANARY\nkeyCANARYkey-abcdwXyZ",
      CF_AIG_TOKEN: "cfut_CANARYtoken\nCANARYtokenCANARYtoken12345678",
    };
    const finished = await openclaw(["doctor", "--json"], { home, env });
    expectCalm(finished, gateway);
    const { checks } = JSON.parse(finished.stdout) as { checks: readonly PrintedFinding[] };
    expect(checks.filter(({ status }) => status === "fail").map(({ id, where }) => [id, where])).toEqual([
      ["credentials.wrong-field", "CLOUDFLARE_AI_GATEWAY_API_KEY"],
      ["credentials.wrong-field", "CF_AIG_TOKEN"],
    ]);
  });

  it("is written as it can be sent by doctor --fix, if that is certain", async () => {
    const broken = { headers: `"cf-aig-metadata": '{"team": "研发"}'`, says: "", advises: "" };
    const { home, config } = await homeWith(broken);
    expect((await openclaw(["doctor", "--fix", "--yes", "--offline"], { home })).status).toBe(0);
    expect(readFileSync(config, "utf8")).toContain(`"cf-aig-metadata": '{"team":"\\\\u7814\\\\u53d1"}'`);
  });
});

describeInTerminal("a header that HTTP cannot carry", () => {
  it("is named by the wizard, which goes on from there", async () => {
    const [, broken] = CASES[0] ?? [];
    if (broken === undefined) throw new Error("no case");
    const { home, gateway } = await homeWith(broken);
    const terminal = openTerminal(["onboard", "--auth-choice", "cloudflare-ai-gateway-api-key"], {
      context: WITHOUT_PAUSES,
      home,
    });
    await answer(terminal, "Base URL");
    await answer(terminal, "API key");
    await terminal.waitFor("request.unsendable");
    await terminal.waitFor("How do you want to continue?");
    expect(terminal.screen().replace(/\s+/g, " ")).toContain(`${SHOWN}:8:7: ${broken.says}`);
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 130 });
    expect(gateway.received).toEqual([]);
    expect(terminal.bytes).not.toContain("This is a bug");
  });
});

describe("a header that can be sent, and is not understood as it was meant,", () => {
  it.each([
    ['"cf-aig-cache-ttl": "10"', "The gateway only understands a whole number from 60 to 2678400."],
    ['"cf-cache-ttl": "1h"', "The gateway only understands a whole number from 60 to 2678400."],
    ['"CF-AIG-Max-Attempts": "6"', "The gateway only understands a whole number from 1 to 5."],
    ['"cf-aig-retry-delay": "-1"', "The gateway only understands a whole number from 0 to 5000."],
    ['"cf-aig-request-timeout": "30s"', "The gateway only understands a whole number from 1 to 86400000."],
    ['"cf-aig-backoff": "random"', "The gateway only understands constant, linear or exponential."],
    ['"cf-aig-skip-cache": "yes"', "The gateway only understands true or false."],
    ['"cf-aig-cache-key": "k"', "Every request gets the answer that is cached under this key, whatever it asks."],
    ['"cf-aig-metadata": "team"', "The gateway ignores what is not a JSON object."],
    [
      `"cf-aig-metadata": '{"a":{"b":1}}'`,
      'The gateway ignores all of it, because "a" is not a string, a number or a boolean.',
    ],
    [
      `"cf-aig-metadata": '{"a":null}'`,
      'The gateway ignores all of it, because "a" is not a string, a number or a boolean.',
    ],
    [`"cf-aig-metadata": '{"cf.x":1}'`, 'The gateway drops "cf.x", because names with "cf." are its own.'],
    [`"cf-aig-metadata": '{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}'`, "The gateway keeps the first 5 of 6 entries."],
    [`"cf-aig-metadata": '{"a":"é"}'`, "The gateway may misread non-ASCII characters. Write them as \\u escapes."],
    [`"x-a": "1", "X-A": "2"`, "is the same header as X-A; only the last one counts."],
  ])("is a warning: %s", async (headers, says) => {
    const { home } = await homeWith({ headers, says, advises: "" });
    const { status, stdout } = await openclaw(["doctor", "--json", "--offline"], { home });
    const { checks } = JSON.parse(stdout) as { checks: readonly PrintedFinding[] };
    const found = checks.filter(({ id, status }) => id === "endpoint.headers" && status !== "ok");
    expect(status).toBe(0);
    expect(found).toMatchObject([
      { status: "warn", message: expect.stringContaining(says), where: SHOWN, position: { line: 8, column: 7 } },
    ]);
  });

  it.each([
    '"cf-aig-cache-ttl": "60", "cf-aig-max-attempts": "1", "cf-aig-backoff": "linear"',
    `"cf-aig-metadata": '{"team":"\\\\u7814","n":1,"on":true}', "x-any": "é"`,
    '"cf-aig-cache-ttl": "${NOT_SET}"',
  ])("has nothing said of it otherwise: %s", async (headers) => {
    const { home } = await homeWith({ headers, says: "", advises: "" });
    const { stdout } = await openclaw(["doctor", "--json", "--offline"], { home });
    const { checks } = JSON.parse(stdout) as { checks: readonly PrintedFinding[] };
    expect(checks.filter(({ id }) => id === "endpoint.headers")).toMatchObject([{ status: "ok" }]);
  });

  it("counts as the last of two spellings in every part of the program", async () => {
    const headers = `"cf-aig-authorization": "Bearer one", "CF-AIG-Authorization": "Bearer two"`;
    const { home, config } = await homeWith({ headers, says: "", advises: "" });
    const token = "cfut_CANARYtokenCANARYtokenCANARYtoken12345678";
    const args = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
    expect((await openclaw([...args, "--cloudflare-ai-gateway-token", token], { home })).status).toBe(0);
    expect(readFileSync(config, "utf8")).toContain(
      `"cf-aig-authorization": "Bearer one", "CF-AIG-Authorization": "Bearer \${CF_AIG_TOKEN}"`,
    );
  });
});

describe("a token of the local gateway that no client can send", () => {
  const CONFIG = {
    models: {
      providers: {
        [PROVIDER]: {
          baseUrl: "http://127.0.0.1:1/anthropic",
          api: "anthropic-messages",
          apiKey: "${KEY}",
          models: [],
        },
      },
    },
  };
  const TOKEN = "пароль-пароль-пароль";

  it.each([
    ["in .env", CONFIG, { OPENCLAW_GATEWAY_TOKEN: TOKEN }, ".env:2:24", "Correct the value of OPENCLAW_GATEWAY_TOKEN."],
    ["with a line break", CONFIG, { OPENCLAW_GATEWAY_TOKEN: '"a\\nb-and-so-on-and-on"' }, ".env:2:24", "Correct"],
    ["in the configuration", { gateway: { auth: { token: TOKEN } }, ...CONFIG }, {}, "openclaw.json:4:7", "Correct"],
    ["with a space before it", CONFIG, { OPENCLAW_GATEWAY_TOKEN: '" and-so-on-and-on"' }, ".env:2:24", "Correct"],
    [
      "with a space after it",
      { gateway: { auth: { token: "and-so-on-and-on " } }, ...CONFIG },
      {},
      "openclaw.json:4:7",
      "Correct",
    ],
  ])("is named by whoever needs it: %s", async (_, config, secrets, place, advice) => {
    const home = temporaryHome();
    writeHome(home, config, { KEY: CANARY_KEY, ...secrets });
    const says =
      /The local gateway's token contains a (?:line break|non-ASCII character|space or tab) at character \d+, which cannot be sent/;
    for (const [args, status] of [
      [["gateway", "token"], 1],
      [["gateway", "env"], 1],
      [["gateway", "status"], 1],
      [["gateway", "run", "--port", "0"], 78],
      [["doctor", "--offline"], 1],
    ] as const) {
      const finished = await openclaw(args, { home });
      const shown = finished.stdout + finished.stderr;
      expect([args, finished.status]).toEqual([args, status]);
      expect(shown).toMatch(says);
      expect(shown).toContain(place);
      expect(shown).toContain(advice);
      expect(shown).not.toMatch(/This is a bug|пароль|and-so-on/);
    }
  });
});
