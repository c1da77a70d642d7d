import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { CLAUDE, claudeAt, gatewayConfig } from "../support/gateway-home.ts";
import {
  CANARY_CLIENT_TOKEN,
  type GatewayOptions,
  startGatewayHere,
  startGatewayProcess,
  writeHome,
} from "../support/gateway-process.ts";
import { CANARY_KEY, CANARY_TOKEN, DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import { proxyServer } from "../support/sockets.ts";
import { standIn as startStandIn } from "../support/stand-in.ts";

const MODEL = "claude-sonnet-4-6";
const SECRET_WORDS = "CANARY what was said";
const HELLO = { model: MODEL, max_tokens: 10, messages: [{ role: "user", content: SECRET_WORDS }] };
const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };
const OTHER_KEY = "sk-ant-api03-OTHERkeyCANARYotherOTHERkeyOTHER-abcd";

const SECRETS = {
  CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
  CF_AIG_TOKEN: CANARY_TOKEN,
  OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN,
};

const configAt = (url: string, gateway: object = {}) => {
  const config = gatewayConfig(claudeAt(url, { headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" } }), [
    MODEL,
  ]);
  return { ...config, gateway: { ...config.gateway, ...gateway } };
};

/** A stand-in that knows two keys, and a home that is set up for it. */
async function prepared({ gateway = {}, secrets = SECRETS as Readonly<Record<string, string>> } = {}) {
  const standIn = await startStandIn({
    gateways: [{ authentication: true }],
    tokens: [{ value: CANARY_TOKEN }],
    anthropicKeys: [{ value: CANARY_KEY }, { value: OTHER_KEY }],
  });
  const home = temporaryHome();
  const config = configAt(standIn.gatewayBase(), gateway);
  writeHome(home, config, secrets);
  return { standIn, home, config, path: (name: string) => join(home, ".openclaw", name) };
}

async function started(options: Partial<GatewayOptions> & Parameters<typeof prepared>[0] = {}) {
  const ready = await prepared(options);
  return { ...ready, gateway: await startGatewayProcess({ home: ready.home, ...options }) };
}

/** The same in this process, for what no process is needed for. */
async function startedHere(options: Parameters<typeof started>[0] = {}) {
  const ready = await prepared(options);
  return { ...ready, gateway: await startGatewayHere({ home: ready.home, ...options }) };
}

const say = (url: string, body: object = HELLO) => ask(`${url}/v1/messages`, { body, headers: TOKEN });

/** A stream that has begun, and does not end before the stand-in is told to go on. */
async function openStream(url: string, standIn: Awaited<ReturnType<typeof startStandIn>>) {
  standIn.dial("stall", { times: 1, after: 600 });
  const body = JSON.stringify({ ...HELLO, stream: true });
  const wire = wireTo(Number(new URL(url).port));
  wire.socket.write(
    `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${CANARY_CLIENT_TOKEN}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await wire.hears(/message_start/);
  return wire;
}

describe("openclaw gateway run", () => {
  it("serves what onboard has set up", async () => {
    const standIn = await startStandIn({ anthropicKeys: [{ value: CANARY_KEY }] });
    const home = temporaryHome();
    const base = standIn.gatewayBase();
    const onboarded = await openclaw(
      [...DOCUMENTED, "--no-verify", "--cloudflare-ai-gateway-base-url", base].filter(
        (word, index, all) =>
          !/account-id|gateway-id/.test(word) && !/account-id|gateway-id/.test(all[index - 1] ?? ""),
      ),
      { home },
    );
    expect(onboarded).toMatchObject({ status: 0 });
    const { url, child, ended } = await startGatewayProcess({ home });
    const [, token = ""] =
      /OPENCLAW_GATEWAY_TOKEN=(\S+)/.exec(readFileSync(join(home, ".openclaw", ".env"), "utf8")) ?? [];
    const answer = await ask(`${url}/v1/messages`, { body: HELLO, headers: { "x-api-key": token } });
    expect([answer.status, answer.headers["x-openclaw-model"]]).toEqual([200, `${CLAUDE}/${MODEL}`]);
    expect(standIn.requests[0]?.headers["x-api-key"]).toBe(CANARY_KEY);
    expect((await ask(`${url}/readyz`)).status).toBe(200);
    child.kill("SIGTERM");
    const { status, stdout, stderr } = await ended;
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: "info",
        path: "/v1/messages",
        status: 200,
        model: `${CLAUDE}/${MODEL}`,
        outputTokens: 2,
      }),
    );
    // A probe that is answered is no line.
    expect(stdout).not.toContain("/readyz");
  });

  it("reveals no secret and nothing of a conversation in any line, answer or file", async () => {
    const { standIn, home, gateway, path } = await started();
    const { url, says, child, ended } = gateway;
    const answers = [await say(url)];
    for (const name of ["gateway-2009", "anthropic-invalid_request_error", "edge-1010", "reset"] as const) {
      standIn.reset();
      standIn.dial(name, { message: `You sent ${CANARY_KEY} and ${CANARY_TOKEN}` });
      answers.push(await say(url));
    }
    standIn.reset();
    answers.push(await ask(`${url}/v1/messages`, { body: HELLO, headers: { "x-api-key": "wrong" } }));
    answers.push(await ask(`${url}/v1/models?secret=${CANARY_KEY}`, { headers: TOKEN }));
    answers.push(await ask(`${url}/v1/models/${CANARY_KEY}`, { headers: TOKEN }));
    writeFileSync(path("openclaw.json"), `{ "models": ${CANARY_KEY}`);
    await says(/was not reloaded/);
    child.kill("SIGTERM");
    const { stdout, stderr } = await ended;
    // What Anthropic itself says passes as it came, to the client alone.
    const told = answers.filter(({ body }) => !body.includes('"request_id"'));
    expect(told.length).toBeGreaterThan(5);
    for (const text of [stdout, stderr, JSON.stringify(told)]) {
      expect(text).not.toMatch(/CANARY/);
      expect(text).not.toContain(SECRET_WORDS);
    }
    const files = [...filesBelow(home)].filter(([name]) => !/\.env$|openclaw\.json$/.test(name));
    expect(files.map(([, text]) => text).join("")).not.toMatch(/CANARY/);
  });
});

describe("a changed configuration is reloaded without a stream being dropped", () => {
  it.each([
    ["by SIGHUP", "hup"],
    ["when .env is written", "write"],
    ["when .env is replaced", "rename"],
  ])("%s", async (_, how) => {
    const { standIn, gateway, path } = await started();
    const { url, says, child } = gateway;
    const { hears } = await openStream(url, standIn);
    const text = readFileSync(path(".env"), "utf8").replace(CANARY_KEY, OTHER_KEY);
    if (how === "rename") {
      writeFileSync(path("new"), text);
      renameSync(path("new"), path(".env"));
    } else writeFileSync(path(".env"), text);
    if (how === "hup") child.kill("SIGHUP");
    await says(/was reloaded/);
    expect((await say(url)).status).toBe(200);
    expect(standIn.requests.map(({ headers }) => headers["x-api-key"])).toEqual([CANARY_KEY, OTHER_KEY]);
    standIn.release();
    await hears(/message_stop/);
  });

  it("if an included file changes, also one behind a link", async () => {
    const { home, config, gateway, path } = await startedHere();
    const elsewhere = join(home, "dotfiles");
    mkdirSync(elsewhere);
    const { agents, ...rest } = config;
    writeFileSync(join(elsewhere, "agents.json5"), JSON.stringify(agents));
    symlinkSync(join(elsewhere, "agents.json5"), path("agents.json5"));
    writeFileSync(path("openclaw.json"), JSON.stringify({ ...rest, agents: { $include: "./agents.json5" } }));
    const refused = await gateway.says(/reloaded/);
    expect(refused).toContain("is outside its folder");
    rmSync(path("agents.json5"));
    writeFileSync(path("agents.json5"), JSON.stringify(agents));
    await gateway.says(/The configuration was reloaded/);
    writeFileSync(path("agents.json5"), JSON.stringify({ defaults: { model: `${CLAUDE}/claude-haiku-4-5` } }));
    await gateway.says(/The configuration was reloaded/);
    expect((await say(gateway.url, { max_tokens: 1, messages: HELLO.messages })).headers["x-openclaw-model"]).toBe(
      `${CLAUDE}/claude-haiku-4-5`,
    );
  });

  it("and one that cannot be used is reported with its place, while the previous one stays in use", async () => {
    const { gateway, path, config } = await startedHere();
    writeFileSync(path("openclaw.json"), '{\n  "models": {\n');
    const line = JSON.parse(await gateway.says(/was not reloaded/));
    expect(line).toMatchObject({ level: "error", message: expect.stringMatching(/openclaw\.json:3:1: /) });
    expect((await say(gateway.url)).status).toBe(200);
    expect((await ask(`${gateway.url}/readyz`)).status).toBe(200);
    writeFileSync(path("openclaw.json"), JSON.stringify({ ...config, gateway: { bind: "custom" } }));
    expect(await gateway.says(/was not reloaded/)).toContain("gateway.customBindHost");
    writeFileSync(path("openclaw.json"), JSON.stringify({ ...config, gateway: { ...config.gateway, port: 1234 } }));
    await gateway.says(/The configuration was reloaded/);
  });

  it("and a line of .env that nothing needs stops neither start nor reload, one that is needed does", async () => {
    const ready = await prepared();
    const secrets = readFileSync(ready.path(".env"), "utf8");
    writeFileSync(ready.path(".env"), `stray line\n${secrets}`);
    const gateway = await startGatewayHere({ home: ready.home });
    expect(JSON.parse(await gateway.says(/\.env:1:1: /)).level).toBe("warn");
    expect((await say(gateway.url)).status).toBe(200);
    writeFileSync(ready.path(".env"), `${secrets}OTHER='open\n`);
    await gateway.says(/The configuration was reloaded/);
    writeFileSync(
      ready.path(".env"),
      secrets.replace("CLOUDFLARE_AI_GATEWAY_API_KEY=", "CLOUDFLARE_AI_GATEWAY_API_KEY "),
    );
    expect(await gateway.says(/was not reloaded/)).toMatch(/\.env:\d+:1: /);
    expect((await say(gateway.url)).status).toBe(200);
  });

  it("and one that would open its present address to everybody is refused, even if it names another address", async () => {
    const { gateway, path, config } = await startedHere({ gateway: { bind: "lan" } });
    const alone = { ...config, gateway: { bind: "loopback", auth: { mode: "none" } } };
    writeFileSync(path("openclaw.json"), JSON.stringify(alone));
    expect(await gateway.says(/reloaded/)).toMatch(/was not reloaded.*anyone who can reach 0\.0\.0\.0 can use/);
    expect((await ask(`${gateway.url}/v1/models`)).status).toBe(401);
  });

  it("and a token that only looks like one is never taken up, nor one that others could guess", async () => {
    const { gateway, path, config } = await startedHere({ gateway: { bind: "lan" } });
    const before = readFileSync(path(".env"), "utf8");
    const write = (token: string) =>
      writeFileSync(path(".env"), before.replace(/OPENCLAW_GATEWAY_TOKEN=.*/, `OPENCLAW_GATEWAY_TOKEN=${token}`));
    write("$OTHER_TOKEN");
    expect(await gateway.says(/was not reloaded/)).toMatch(
      /\.env:\d+:24: OPENCLAW_GATEWAY_TOKEN looks like a reference/,
    );
    write("a#bcdefghijklmnopqrstuvwxyz");
    expect(await gateway.says(/was not reloaded/)).toMatch(/ends at '#'.* is shorter than 16 characters/);
    const auth = { mode: "token", token: "${env:OPENCLAW_GATEWAY_TOKEN}" };
    writeFileSync(path("openclaw.json"), JSON.stringify({ ...config, gateway: { bind: "lan", auth } }));
    expect(await gateway.says(/was not reloaded/)).toContain("gateway.auth.token looks like a reference");
    const asked = await ask(`${gateway.url}/v1/models`, { headers: { "x-api-key": "$OTHER_TOKEN" } });
    expect([asked.status, (await say(gateway.url)).status]).toEqual([401, 200]);
  });

  it("and a problem without a place is reported without one", async () => {
    const { gateway, path } = await startedHere();
    writeFileSync(path(".env"), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nCF_AIG_TOKEN=${CANARY_TOKEN}\n`);
    expect(JSON.parse(await gateway.says(/was not reloaded/)).message).toMatch(
      /cannot start with this configuration\. OPENCLAW_GATEWAY_TOKEN has no value\. \S/,
    );
  });

  it.each([
    ["nothing", {}],
    ["blanks", { CLOUDFLARE_AI_GATEWAY_API_KEY: "'   '" }],
    ["a tab", { CLOUDFLARE_AI_GATEWAY_API_KEY: "'\t'" }],
  ])("and so is a variable that has %s and gets its value in the meantime", async (_, blank) => {
    const { CLOUDFLARE_AI_GATEWAY_API_KEY: __, ...others } = SECRETS;
    const { gateway, path } = await startedHere({ secrets: { ...others, ...blank } });
    const refused = await say(gateway.url);
    expect(refused.status).toBe(503);
    expect(refused.body).toContain("CLOUDFLARE_AI_GATEWAY_API_KEY has no value.");
    expect((await ask(`${gateway.url}/readyz`, { headers: TOKEN })).body).toContain("CLOUDFLARE_AI_GATEWAY_API_KEY");
    writeFileSync(
      path(".env"),
      Object.entries(SECRETS)
        .map((pair) => pair.join("="))
        .join("\n"),
    );
    await gateway.says(/The configuration was reloaded/);
    expect((await say(gateway.url)).status).toBe(200);
    expect((await ask(`${gateway.url}/readyz`)).status).toBe(200);
  });

  it("also after its folder was moved away and came back", async () => {
    const { gateway, path, home } = await startedHere();
    renameSync(path("."), join(home, "away"));
    await gateway.says(/was not reloaded.*No provider is set up yet/);
    renameSync(join(home, "away"), path("."));
    gateway.kill("SIGHUP");
    await gateway.says(/The configuration was reloaded/);
    writeFileSync(path(".env"), readFileSync(path(".env"), "utf8").replace(CANARY_KEY, OTHER_KEY));
    await gateway.says(/The configuration was reloaded/);
  });
});

describe("stopping", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("waits for open requests after %s", async (signal) => {
    const { standIn, gateway } = await started();
    const { url, child, says, ended } = gateway;
    const idle = wireTo(Number(new URL(url).port));
    idle.socket.write("GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
    await idle.hears(/"ok":true/);
    const { hears } = await openStream(url, standIn);
    child.kill(signal);
    await says(/Stopping/);
    await idle.closed;
    await expect(ask(`${url}/healthz`)).rejects.toThrow(/ECONN(?:REFUSED|RESET)/);
    standIn.release();
    await hears(/message_stop/);
    expect(await ended).toMatchObject({ status: 0, stderr: "" });
  });

  it("cuts them off after a second signal", async () => {
    const { standIn, gateway } = await started();
    const { closed } = await openStream(gateway.url, standIn);
    gateway.child.kill("SIGTERM");
    await gateway.says(/Stopping/);
    gateway.child.kill("SIGTERM");
    expect(await closed).not.toContain("message_stop");
    const { status, stdout } = await gateway.ended;
    expect(status).toBe(0);
    expect(stdout).toContain("1 open request was cut off.");
    expect(stdout).toContain('"ended":"client-gone"');
    expect(stdout).not.toContain("bug");
    await standIn.abandoned(1);
  });
});

describe("a log that is not read", () => {
  it("delays no request, nor the end", async () => {
    const { gateway } = await started();
    gateway.child.stdout?.pause();
    // Their lines are a multiple of what the system keeps for a reader.
    const asked = 4_000;
    const wire = wireTo(Number(new URL(gateway.url).port));
    const request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n";
    wire.socket.write(`${request}\r\n`.repeat(asked - 1));
    wire.socket.write(`${request}connection: close\r\n\r\n`);
    expect((await wire.closed).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(asked);
    gateway.child.kill("SIGTERM");
    expect(await once(gateway.child, "exit")).toEqual([0, null]);
  });
});

describe("it does not start", () => {
  const run = (home: string, args: readonly string[] = [], env = {}) =>
    openclaw(["gateway", "run", "--port", "0", ...args], { home, env });

  it("without a configuration", async () => {
    expect(await run(temporaryHome())).toEqual({
      status: 78,
      stdout: "",
      stderr: "openclaw: No provider is set up yet.\nRun `openclaw onboard`.\n",
    });
  });

  it.each([
    ["that is no JSON5", "{", /openclaw\.json:1:2: /],
    ["that says what is not allowed", '{"gateway":{"port":"x"}}', /gateway\.port must be a whole number/],
    ["without a provider", "{}", /No configured provider can serve requests/],
  ])("with a configuration %s", async (_, text, words) => {
    const home = temporaryHome();
    writeHome(home, text, SECRETS);
    expect(await run(home)).toMatchObject({ status: 78, stdout: "", stderr: expect.stringMatching(words) });
  });

  it("with no provider but this gateway itself", async () => {
    const home = temporaryHome();
    writeHome(home, configAt("http://localhost:18789"), SECRETS);
    const { status, stderr } = await openclaw(["gateway", "run"], { home });
    expect(status).toBe(78);
    expect(stderr).toContain(`models.providers.${CLAUDE} points to this gateway itself`);
  });

  it("with secrets that cannot be read", async () => {
    const { home, path } = await prepared();
    writeFileSync(path(".env"), "no assignment\n");
    expect(await run(home)).toMatchObject({ status: 78, stderr: expect.stringMatching(/\.env:1/) });
  });

  it.each([
    ["a token that is not there", {}, [], "OPENCLAW_GATEWAY_TOKEN has no value."],
    ["a mode that it does not have", { auth: { mode: "trusted-proxy" } }, [], '"trusted-proxy" is not supported'],
    [
      "no token in a network",
      { bind: "lan", auth: { mode: "none" } },
      [],
      "anyone who can reach 0.0.0.0 can use the gateway",
    ],
    ["no token in a network, by a flag", { auth: { mode: "none" } }, ["--bind", "lan"], "anyone who can reach 0.0.0.0"],
    ["an address that is none", {}, ["--bind", "here"], '--bind: Invalid value "here".'],
    [
      "an address of a network that it does not know",
      { bind: "tailnet" },
      [],
      'gateway.bind: Invalid value "tailnet".',
    ],
    ["a port that is none", {}, ["--port", "http"], '--port: Invalid value "http".\nUse a whole number'],
    [
      "a rule that is none",
      {},
      ["--strip-prefill", "never"],
      '--strip-prefill: Invalid value "never".\nUse thinking or unsupported.',
    ],
    [
      "a switch that is none",
      {},
      ["--client-metadata", "no"],
      '--client-metadata: Invalid value "no".\nUse on or off.',
    ],
    ...["0", "10 minutes", "1.5h", "25h", "-5s", "", "999999999999", "sk-ant-api03"].map(
      (value): [string, object, string[], string] => [
        `a time limit that is none: ${value}`,
        {},
        ["--upstream-timeout", value],
        `--upstream-timeout: Invalid value "${value}".\nUse a time such as 90s, 10m or 1h`,
      ],
    ),
    ...["0", "65", "-1", "1.5", "two", "", "0x2", "AUTO"].map((value): [string, object, string[], string] => [
      `a number of processes that is none: ${value}`,
      {},
      ["--workers", value],
      `--workers: Invalid value "${value}".\nUse a number from 1 to 64, or auto.`,
    ]),
  ])("with %s", async (_, gateway, args, words) => {
    const { OPENCLAW_GATEWAY_TOKEN: token, ...others } = SECRETS;
    const isMissing = words.includes("has no value");
    const { home } = await prepared({
      gateway,
      secrets: isMissing ? others : { ...others, OPENCLAW_GATEWAY_TOKEN: token },
    });
    const status = words.startsWith("--") ? 2 : 78;
    expect(await run(home, args)).toMatchObject({ status, stdout: "", stderr: expect.stringContaining(words) });
  });

  it("on a port that is taken, and says by which gateway", async () => {
    const { gateway, home } = await started();
    const { port } = new URL(gateway.url);
    const taken = await openclaw(["gateway", "run", "--port", port], { home });
    expect(taken).toMatchObject({ status: 1, stdout: "" });
    expect(taken.stderr).toMatch(/The port is taken by openclaw \d+\.\d+\.\d+ \(process \d+\)\.\n/);
    expect(taken.stderr).toContain(String(gateway.child.pid));
  });

  it.skipIf(process.platform !== "linux")("on a port that another program has, and says which", async () => {
    const { home } = await prepared();
    const server = createServer((socket) => void socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const taken = await openclaw(["gateway", "run", "--port", String(port)], { home });
    expect(taken).toMatchObject({ status: 1, stderr: expect.stringContaining(`(process ${process.pid})`) });
  });

  it("at an address that this machine does not have", async () => {
    const { home } = await prepared();
    const { status, stderr } = await run(home, ["--bind", "192.0.2.1"]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("This machine has no such address.")]);
  });
});

describe("the list of models", () => {
  it("is as last listed, also while it runs, and asked for where nothing usable is saved", async () => {
    const { home, standIn, config, path } = await prepared();
    // No list is answered before the provider has said its own, however long a busy machine takes for that.
    const gateway = await startGatewayHere({ home, context: { delay: () => new Promise<never>(() => {}) } });
    const list = async () => {
      const { body } = await ask(`${gateway.url}/v1/models?limit=1000`, { headers: TOKEN });
      return JSON.parse(body).data.map(({ id }: { readonly id: string }) => id);
    };
    const models = [{ id: "claude-listed-9", name: "Listed" }, { id: MODEL }, { id: "old", retiresOn: "2020-01-01" }];
    const { baseUrl } = config.models.providers[CLAUDE];
    mkdirSync(path("cache"));
    const cached = path(`cache/models-${CLAUDE}.json`);
    writeFileSync(cached, JSON.stringify({ fetchedAt: new Date().toISOString(), baseUrl, models }));
    expect(await list()).toEqual(["claude-listed-9", MODEL]);
    expect(standIn.requests).toHaveLength(0);
    writeFileSync(cached, "damaged");
    const asked = await list();
    expect(asked).toContain(MODEL);
    expect(asked.every((id: string) => id.startsWith("claude-"))).toBe(true);
    expect(standIn.requests.map(({ path: to }) => to.replace(/.*\/anthropic|\?.*/g, ""))).toEqual(["/v1/models"]);
  });
});

describe("flags and variables", () => {
  it("allow host names and pages", async () => {
    const { gateway } = await startedHere({
      args: ["--allow-host", "Box.local", "--allow-host", "other.local:18789"],
      env: { OPENCLAW_GATEWAY_ALLOWED_ORIGINS: "https://a.example/, https://b.example" },
    });
    const status = async (headers: Readonly<Record<string, string>>) =>
      (await ask(`${gateway.url}/healthz`, { headers })).status;
    expect(await status({ host: "box.local" })).toBe(200);
    expect(await status({ host: "other.local:18789" })).toBe(200);
    expect(await status({ host: "third.local" })).toBe(403);
    expect(await status({ origin: "https://a.example" })).toBe(200);
    expect(await status({ origin: "https://b.example" })).toBe(200);
    expect(await status({ origin: "https://c.example" })).toBe(403);
  });

  it("allow what is meant by a page without a scheme", async () => {
    const { gateway } = await startedHere({ args: ["--allow-origin", "localhost:3000", "--allow-origin", "::1"] });
    const status = async (origin: string) => (await ask(`${gateway.url}/healthz`, { headers: { origin } })).status;
    expect(await status("http://localhost:3000")).toBe(200);
    expect(await status("http://[::1]")).toBe(200);
    expect(await status("http://localhost:3001")).toBe(403);
  });

  it("that allow nothing, or everything, are refused with what to write", async () => {
    const { home } = await prepared();
    const run = (args: readonly string[], env = {}) =>
      openclaw(["gateway", "run", "--port", "0", ...args], { home, env });
    const wrong = await run(["--allow-origin", "*"]);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("such as `http://localhost:3000`")]);
    const host = await run(["--allow-host", "*.local"]);
    expect([host.status, host.stderr]).toEqual([2, expect.stringContaining("--allow-host: Invalid value")]);
    const pasted = await run(["--allow-host", "sk-ant-api03-CANARYcanaryCANARYcanaryCANARYcanary"]);
    expect([pasted.status, pasted.stderr]).toEqual([2, expect.not.stringContaining("CANARY")]);
    const variable = await run([], { OPENCLAW_GATEWAY_ALLOWED_ORIGINS: "https://a.example/chat" });
    expect([variable.status, variable.stderr]).toEqual([78, expect.stringContaining("Write `https://a.example`.")]);
  });

  it("say how long an upstream may be silent", async () => {
    const { gateway, standIn } = await startedHere({ args: ["--upstream-timeout", "1s"] });
    standIn.dial("slow");
    const { status, body } = await say(gateway.url);
    expect([status, JSON.parse(body).error.details.error_code]).toEqual([504, "network.answer-timeout"]);
    expect(JSON.parse(await gateway.says(/"status":504/))).toMatchObject({ ended: "network.answer-timeout" });
  });

  it("say so in .env too, where a wrong one is a fault of the configuration", async () => {
    const variable = (value: string) => ({ ...SECRETS, OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT: value });
    const { gateway, home } = await startedHere({ secrets: variable("1s") });
    const wrong = await openclaw(["gateway", "run", "--port", "0"], {
      home: (await prepared({ secrets: variable("soon") })).home,
    });
    expect([wrong.status, wrong.stderr]).toEqual([78, expect.stringContaining('Invalid value "soon".')]);
    writeHome(home, readFileSync(join(home, ".openclaw", "openclaw.json"), "utf8"), variable("20m"));
    gateway.kill("SIGHUP");
    await gateway.says(/time limit has changed. Restart/);
  });

  it("may be set in .env too", async () => {
    const { gateway } = await startedHere({
      secrets: { ...SECRETS, OPENCLAW_GATEWAY_BIND: "lan", OPENCLAW_GATEWAY_STRIP_PREFILL: "unsupported" },
    });
    expect(gateway.printed()).toContain("http://0.0.0.0:");
    const messages = [...HELLO.messages, { role: "assistant", content: "It" }];
    expect((await say(gateway.url, { ...HELLO, messages })).status).toBe(200);
    expect(JSON.parse(await gateway.says(/prefillRemoved/))).toMatchObject({ prefillRemoved: 1, level: "warn" });
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>, string | undefined]>([
    ["by default", [], {}, '{"client":"anna","session":"s-1"}'],
    ["unless a flag forbids it", ["--client-metadata", "off"], {}, undefined],
    ["unless .env forbids it", [], { OPENCLAW_GATEWAY_CLIENT_METADATA: "off" }, undefined],
    [
      "if the flag overrides .env",
      ["--client-metadata", "on"],
      { OPENCLAW_GATEWAY_CLIENT_METADATA: "off" },
      '{"client":"anna","session":"s-1"}',
    ],
  ])("have Cloudflare told who asks: %s", async (_, args, more, metadata) => {
    const ANNA = "CANARY-token-of-anna-CANARY";
    const secrets = { ...SECRETS, OPENCLAW_GATEWAY_TOKENS: `anna=${ANNA}`, ...more };
    const { gateway, standIn } = await startedHere({ secrets, args });
    const headers = { "x-api-key": ANNA, "x-claude-code-session-id": "s-1" };
    expect((await ask(`${gateway.url}/v1/messages`, { body: HELLO, headers })).status).toBe(200);
    expect(standIn.requests[0]?.headers["cf-aig-metadata"]).toBe(metadata);
    expect(JSON.parse(await gateway.says(/"path"/))).toMatchObject({ client: "anna", status: 200 });
    expect(JSON.stringify(standIn.requests) + gateway.printed()).not.toContain("CANARY-token");
  });

  it("warn if no token is required", async () => {
    const { gateway } = await startedHere({ gateway: { auth: { mode: "none" } } });
    expect(JSON.parse(await gateway.says(/No token is required/)).level).toBe("warn");
    expect((await ask(`${gateway.url}/v1/models`, { headers: { "x-api-key": undefined } })).status).toBe(200);
  });

  it("set the proxy, also in .env", async () => {
    const proxy = await proxyServer();
    const { gateway, standIn } = await startedHere({
      secrets: { ...SECRETS, HTTP_PROXY: `http://user:pass@127.0.0.1:${proxy.port}` },
    });
    expect((await say(gateway.url)).status).toBe(200);
    expect(proxy.seen).toEqual([
      expect.stringMatching(/^POST http:\/\/127\.0\.0\.1:\d+\/v1\/.*\/anthropic\/v1\/messages \| Basic /),
    ]);
    expect(standIn.requests).toHaveLength(1);
  });
});

describe("systemd", () => {
  /** A folder with a program of that name, which writes down what it is told. */
  function fakeNotify(home: string): { readonly bin: string; readonly told: () => string } {
    const bin = join(home, "bin");
    const record = join(home, "told");
    mkdirSync(bin);
    writeFileSync(join(bin, "systemd-notify"), `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> '${record}'\n`);
    chmodSync(join(bin, "systemd-notify"), 0o755);
    return { bin, told: () => (existsSync(record) ? readFileSync(record, "utf8") : "") };
  }

  it("is notified if it started the gateway and wants to know", async () => {
    const { home } = await prepared();
    const { bin, told } = fakeNotify(home);
    const env = { PATH: `${bin}:${process.env.PATH}`, NOTIFY_SOCKET: "/run/x" };
    const gateway = await startGatewayProcess({ home, env });
    gateway.child.kill("SIGHUP");
    await gateway.says(/The configuration was reloaded/);
    gateway.child.kill("SIGTERM");
    await gateway.ended;
    expect(told().split("\n")).toEqual([
      "/run/x READY=1",
      "/run/x RELOADING=1",
      "/run/x READY=1",
      "/run/x STOPPING=1",
      "",
    ]);
  });

  it("is not notified without systemd-notify, and the log says so", async () => {
    const { gateway } = await started({ env: { PATH: "/nowhere", NOTIFY_SOCKET: "/run/x" } });
    expect(JSON.parse(await gateway.says(/systemd-notify/)).level).toBe("error");
    expect((await say(gateway.url)).status).toBe(200);
  });

  it("is not notified of a gateway that it did not start", async () => {
    const { home } = await prepared();
    const { bin, told } = fakeNotify(home);
    const gateway = await startGatewayProcess({ home, env: { PATH: `${bin}:${process.env.PATH}` } });
    gateway.child.kill("SIGTERM");
    await gateway.ended;
    expect(told()).toBe("");
  });
});
