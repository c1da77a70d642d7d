import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { faultsIn, hasChinese } from "../support/chinese.ts";
import { homeWith, PROVIDER } from "../support/doctor.ts";
import { startGatewayHere } from "../support/gateway-process.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, DOCUMENTED, openclaw, type RunOptions, temporaryHome } from "../support/program.ts";
import { FOREIGN, machine, put } from "../support/service-machine.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { standIn } from "../support/stand-in.ts";

const inChinese = (args: readonly string[], options: RunOptions) =>
  openclaw(args, { ...options, env: { LANG: "zh_TW.UTF-8", ...options.env } });

/** Lines to type, of a file or of JSON: nobody's sentences. */
const isCode = (line: string) =>
  /^ {2,}(?:openclaw |eval )|^(?:export|unset) |^[\s{}[\]",+-]*[\w.$"]+"?[:=]|^ +--/.test(line);

/** Three words of English in a row, apart from code, addresses, and names of products and permissions. */
const ENGLISH = /(?<![\w.-])[a-z]+ [a-z]+ [a-z]+(?![\w.-])/;

/** Faults that a person who reads Chinese would stumble over. */
function stumbles(output: string): readonly string[] {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !isCode(line));
  return lines.flatMap((line) => {
    const prose = line.replace(/`[^`]*`/g, "`x`").replace(/\w+:\/\/[^\s：，。]+/g, "`x`");
    const english = ENGLISH.exec(prose)?.[0];
    return [...(english === undefined ? [] : [`English: ${line}`]), ...(hasChinese(prose) ? faultsIn(prose) : [])];
  });
}

/** Runs each in turn, at the same place. */
async function expectChinese(lines: readonly string[], options: RunOptions): Promise<void> {
  for (const line of lines) {
    const { stdout, stderr } = await inChinese(line.split(" "), options);
    expect({ line, stumbles: stumbles(stdout + stderr) }).toEqual({ line, stumbles: [] });
    expect(hasChinese(stdout + stderr), line).toBe(true);
  }
}

describe("in Chinese", () => {
  it("nothing is set up", async () => {
    await expectChinese(
      [
        ...[
          "doctor --verbose",
          "models list",
          "models status",
          "models refresh",
          "models set nothing",
          "gateway status",
        ],
        ...[
          "gateway env",
          "gateway run",
          "undo",
          "logout",
          "config get gateway.port",
          "config validate",
          "config set gateway.prot 1",
        ],
        ...["modles", "doctor --fux", "onboard --flow fast", "gateway run --bind"],
      ],
      { home: temporaryHome() },
    );
  });

  it("a set-up is made, seen, changed and taken back", async () => {
    const home = temporaryHome();
    const { stdout, stderr, status } = await inChinese(DOCUMENTED, { home });
    expect({ status, stumbles: stumbles(stdout + stderr) }).toEqual({ status: 0, stumbles: [] });
    await expectChinese(
      [
        ...["doctor --offline --verbose", "models list", "models status", "models fallbacks add claude-opus-4-8"],
        ...["models fallbacks list", "models aliases add fast claude-opus-4-8", "models aliases list"],
        ...["config set gateway.port 19000", "config diff", "undo --dry-run", "undo --yes"],
        ...["gateway token list", "gateway env --client codex", "onboard --reset --dry-run --yes"],
        ...["logout --dry-run", "logout --yes", "doctor --offline", "uninstall --dry-run"],
      ],
      { home },
    );
  });

  it("everything is wrong that the doctor knows", async () => {
    const home = await homeWith((config) => {
      const entry = config.models.providers[PROVIDER];
      Object.assign(config, { modles: 1, gateway: { port: 18789, bind: "lan", auth: { mode: "none", tokn: 1 } } });
      Object.assign(entry, {
        baseUrl: `${entry.baseUrl}/v1`,
        apiKey: CANARY_KEY,
        headers: { "cf-aig-metadata": "'x'", Authorization: "Bearer: x" },
      });
      delete entry.api;
    });
    const env = { ANTHROPIC_BASE_URL: "http://x", HTTPS_PROXY: "nonsense::", ALL_PROXY: "socks5://localhost:1" };
    await expectChinese(["doctor --offline", "gateway run", "doctor --offline --fix --yes"], { home, env });
    writeFileSync(secretsPath(home), "just text\nA='open\n");
    writeFileSync(configPath(home), "{ models: { providers: ");
    await expectChinese(["doctor --offline", "models list", "gateway status", "config get"], { home });
  });

  it("the provider is asked, with and without success", async () => {
    const there = await standIn();
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].baseUrl = `${there.gatewayBase()}/anthropic`;
    });
    await expectChinese(["doctor", "models list --live", "models status --probe"], { home });
    writeFileSync(secretsPath(home), `CLOUDFLARE_AI_GATEWAY_API_KEY=${KNOWN.anthropicKey}\n`);
    await expectChinese(["doctor", "models list --live", "models refresh", "models status --probe"], { home });
  });

  it("a service comes and goes", async () => {
    const { home, env, file } = await machine();
    put(file, FOREIGN);
    const commands = [
      "status",
      "install",
      "install --force",
      "status",
      "stop",
      "start",
      "restart",
      "uninstall",
      "start",
    ];
    await expectChinese(
      commands.map((words) => `gateway ${words}`),
      { home, env },
    );
  });
});

describe("in English all the same", () => {
  const COMMANDS = [
    ...["doctor --offline", "models list", "models status", "models set nothing", "models fallbacks list"],
    ...["gateway status", "gateway env --client codex", "gateway token list", "gateway start", "gateway install"],
    ...[
      "config get gateway.port",
      "config set gateway.prot 1",
      "config validate",
      "config schema",
      "undo --dry-run",
      "logout --dry-run",
    ],
    ...["onboard --non-interactive --auth-choice nothing", "onboard --dry-run --yes --gateway-port 19001"],
    ...["onboard --reset --dry-run --yes", "uninstall --dry-run", "modles"],
  ];

  it.each(COMMANDS)("%s --json", async (line) => {
    for (const home of [temporaryHome(), await homeWith()]) {
      const { stdout } = await inChinese([...line.split(" "), "--json"], { home });
      expect(hasChinese(stdout), stdout).toBe(false);
      JSON.parse(stdout);
    }
  });

  it("what the local gateway tells clients and its log", async () => {
    const there = await standIn();
    const home = await homeWith((config) => {
      config.models.providers[PROVIDER].baseUrl = `${there.gatewayBase()}/anthropic`;
      config.agents.defaults.model = { primary: `${PROVIDER}/claude-sonnet-4-6`, fallbacks: ["nobody/nothing"] };
    });
    const { url, printed, kill, ended } = await startGatewayHere({ home, env: { LANG: "zh_TW.UTF-8" } });
    const ask = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).text();
    const token = /OPENCLAW_GATEWAY_TOKEN=(.*)/.exec(readFileSync(secretsPath(home), "utf8"))?.[1] ?? "";
    const message = { method: "POST", headers: { "x-api-key": token, "content-type": "application/json" } };
    const answers = [
      await ask("/v1/messages", { method: "POST", body: "{}" }),
      await ask("/v1/messages", { ...message, body: '{"max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}' }),
      await ask("/v1/messages", { ...message, body: '{"model":"gpt-5.5","max_tokens":1,"messages":[]}' }),
      await ask("/nowhere", { headers: message.headers }),
      await ask("/readyz", { headers: message.headers }),
    ];
    rmSync(configPath(home));
    kill("SIGHUP");
    await expect.poll(printed).toContain("not reloaded");
    kill("SIGTERM");
    await ended;
    expect(answers.filter((answer) => !/[a-z]{3}/.test(answer))).toEqual([]);
    expect([...answers, printed()].filter(hasChinese)).toEqual([]);
  });
});
