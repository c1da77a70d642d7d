import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask, wireTo } from "../support/client.ts";
import { CLAUDE, claudeAt, gatewayConfig } from "../support/gateway-home.ts";
import {
  CANARY_CLIENT_TOKEN,
  type GatewayOptions,
  type GatewayProcess,
  startGatewayProcess,
  writeHome,
} from "../support/gateway-process.ts";
import { keptConnection } from "../support/kept-connection.ts";
import { CANARY_KEY, CANARY_TOKEN, openclaw, temporaryHome } from "../support/program.ts";
import { standIn as startStandIn } from "../support/stand-in.ts";

const MODEL = "claude-sonnet-4-6";
const HELLO = { model: MODEL, max_tokens: 10, messages: [{ role: "user", content: "Hello." }] };
const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };
const OTHER_KEY = "sk-ant-api03-OTHERkeyCANARYotherOTHERkeyOTHER-abcd";

/** Each connection has a token of its own, whose name the log tells. */
const NAMES = ["a", "b", "c", "d", "e", "f", "new"];
const tokenOf = (name: string) => `CANARY-client-token-of-${name}-0123456789`;

const SECRETS = {
  CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
  CF_AIG_TOKEN: CANARY_TOKEN,
  OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN,
  OPENCLAW_GATEWAY_TOKENS: NAMES.map((name) => `${name}=${tokenOf(name)}`).join(","),
};

const configAt = (url: string) =>
  gatewayConfig(claudeAt(url, { headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" } }), [MODEL]);

/** A gateway of two processes before a stand-in that knows two keys. */
async function started({
  config = (base: string): object => configAt(base),
  secrets = SECRETS as Readonly<Record<string, string>>,
  ...options
}: Partial<GatewayOptions> & {
  readonly config?: (base: string, home: string) => object;
  readonly secrets?: Readonly<Record<string, string>>;
} = {}) {
  const standIn = await startStandIn({
    gateways: [{ authentication: true }],
    tokens: [{ value: CANARY_TOKEN }],
    anthropicKeys: [{ value: CANARY_KEY }, { value: OTHER_KEY }],
  });
  const home = temporaryHome();
  writeHome(home, config(standIn.gatewayBase(), home), secrets);
  const gateway = await startGatewayProcess({ home, args: ["--workers", "2"], ...options });
  const [, listed = ""] = /processes serve: ([\d, ]+)/.exec(gateway.printed()) ?? [];
  const pids = listed.split(", ").map(Number);
  return { standIn, home, gateway, pids, url: `${gateway.url}/v1/messages`, port: Number(new URL(gateway.url).port) };
}

/** A stream that has begun, and does not end before the stand-in is told to go on. */
async function openStream(port: number, name: string) {
  const body = JSON.stringify({ ...HELLO, stream: true });
  const wire = wireTo(port);
  wire.socket.write(
    `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${tokenOf(name)}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await wire.hears(/message_start/);
  return wire;
}

/** False of one that has ended and that nobody has asked about yet. */
const isRunning = (pid: number): boolean => {
  const { status, stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && !stdout.startsWith("Z");
};

const headersOf = (name: string) => ({ "x-api-key": tokenOf(name) });
const connection = (name: string, url: string) => keptConnection(url, { headers: headersOf(name), body: HELLO });

/** The process that served a connection's first request, as the log has it. */
async function workerOf(name: string, { printed, says }: GatewayProcess): Promise<number> {
  const pattern = new RegExp(`"client":"${name}".*"worker":(\\d+)`);
  const [, pid = ""] = pattern.exec(printed()) ?? pattern.exec(await says(pattern)) ?? [];
  return Number(pid);
}

describe("gateway run --workers 2", () => {
  it("spreads connections over two processes at one port, with one log", async () => {
    const { gateway, pids, url } = await started();
    expect(new Set([...pids, gateway.child.pid]).size).toBe(3);
    const connections = ["a", "b", "c", "d"].map((name) => connection(name, url));
    await Promise.all(connections.map(({ more }) => more(3)));
    await Promise.all(connections.map(({ stop }) => stop()));
    gateway.kill("SIGTERM");
    const { status, stdout, stderr } = await gateway.ended;
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const served = ["a", "b", "c", "d"].map(
      (name) => new Set(lines.flatMap(({ client, worker }) => (client === name ? [worker] : []))),
    );
    expect(served.map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    const perWorker = pids.map((pid) => served.filter((workers) => workers.has(pid)).length);
    expect(perWorker).toEqual([2, 2]);
  });

  it("replaces a process that is killed under load, and no other request notices", async () => {
    const { gateway, pids, url } = await started();
    const names = NAMES.slice(0, 6);
    const connections = names.map((name) => connection(name, url));
    await Promise.all(connections.map(({ more }) => more(5)));
    const owners = await Promise.all(names.map((name) => workerOf(name, gateway)));
    const [dying = 0] = pids;
    process.kill(dying, "SIGKILL");
    // From now on: with a connection of its own each.
    const fresh = await Promise.all(Array.from({ length: 20 }, () => ask(url, { body: HELLO, headers: TOKEN })));
    expect(fresh.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const report = JSON.parse(await gateway.says(/was ended by/));
    expect(report).toMatchObject({
      level: "error",
      message: expect.stringMatching(
        new RegExp(`^Process ${dying} was ended by SIGKILL after \\d+ s\\. Its requests were cut off\\. Another takes`),
      ),
    });
    const [, next = ""] = /Process (\d+) serves/.exec(await gateway.says(/serves in its place/)) ?? [];
    await ask(url, { body: HELLO, headers: headersOf("new") });
    expect(await workerOf("new", gateway)).toBe(Number(next));
    await Promise.all(connections.map(({ more }) => more(20)));
    await Promise.all(connections.map(({ stop }) => stop()));
    const failures = connections.map(({ results }) => results.filter((result) => result !== 200).length);
    // A connection of the dead one is cut once, and the request that is under way then is lost.
    const most = owners.map((pid) => (pid === dying ? 1 : 0));
    expect(failures.map((count, index) => count <= (most[index] ?? 0))).toEqual(owners.map(() => true));
    expect(owners.filter((pid) => pid === dying)).toHaveLength(3);
    gateway.kill("SIGTERM");
    const { status, stdout, stderr } = await gateway.ended;
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.match(/was ended by/g)).toHaveLength(1);
    expect(stdout).not.toMatch(/CANARY/);
  });

  it("cuts off the streams of a process that is killed, and no other", async () => {
    const { standIn, gateway, pids, port } = await started();
    standIn.dial("stall", { after: 600 });
    const streams = await Promise.all(["a", "b"].map((name) => openStream(port, name)));
    process.kill(pids[0] ?? 0, "SIGKILL");
    const [cut, whole] = await Promise.race(
      streams.map(async (stream, index) => {
        await stream.closed;
        return [stream, streams[1 - index]] as const;
      }),
    );
    await gateway.says(/serves in its place/);
    standIn.release();
    await whole?.hears(/message_stop/);
    expect(cut.heard).not.toMatch(/message_stop/);
  });

  it("reloads all of them under load, without a failed request", async () => {
    const { standIn, gateway, home, url } = await started();
    const names = NAMES.slice(0, 4);
    const connections = names.map((name) => connection(name, url));
    await Promise.all(connections.map(({ more }) => more(3)));
    const file = join(home, ".openclaw", ".env");
    writeFileSync(file, readFileSync(file, "utf8").replace(CANARY_KEY, OTHER_KEY));
    await gateway.says(/The configuration was reloaded/);
    const seen = standIn.requests.length;
    await Promise.all(connections.map(({ more }) => more(5)));
    await Promise.all(connections.map(({ stop }) => stop()));
    expect(new Set(connections.flatMap(({ results }) => results))).toEqual(new Set([200]));
    // Those on their way when the line was written are older than that.
    const later = standIn.requests.slice(seen + names.length);
    expect(later.length).toBeGreaterThan(names.length);
    expect(new Set(later.map(({ headers }) => headers["x-api-key"]))).toEqual(new Set([OTHER_KEY]));
  });

  it("changes none of them if a configuration cannot be used", async () => {
    const { standIn, gateway, home, url } = await started();
    const file = join(home, ".openclaw", "openclaw.json");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 40));
    await gateway.says(/The configuration was not reloaded/);
    const answers = await Promise.all(["a", "b"].map((name) => ask(url, { body: HELLO, headers: headersOf(name) })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(standIn.requests.map(({ headers }) => headers["x-api-key"]))).toEqual(new Set([CANARY_KEY]));
  });

  it("has one that is started later serve by the newest configuration", async () => {
    const { standIn, gateway, home, pids, url } = await started();
    const file = join(home, ".openclaw", ".env");
    writeFileSync(file, readFileSync(file, "utf8").replace(CANARY_KEY, OTHER_KEY));
    await gateway.says(/The configuration was reloaded/);
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await gateway.says(/serves in its place/);
    await gateway.says(/serves in its place/);
    await ask(url, { body: HELLO, headers: headersOf("a") });
    expect(standIn.requests.map(({ headers }) => headers["x-api-key"])).toEqual([OTHER_KEY]);
  });

  it("lets open requests end when the whole group is told to stop", async () => {
    const { standIn, gateway, pids, port } = await started();
    standIn.dial("stall", { after: 600 });
    const streams = await Promise.all(["a", "b"].map((name) => openStream(port, name)));
    // As Ctrl-C and systemd do.
    for (const pid of pids) process.kill(pid, "SIGTERM");
    gateway.kill("SIGTERM");
    await gateway.says(/Stopping: waiting up to 30 s/);
    expect(pids.map(isRunning)).toEqual([true, true]);
    standIn.release();
    for (const { hears } of streams) await hears(/message_stop/);
    const { status, stdout, stderr } = await gateway.ended;
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const served = lines.filter(({ path }) => path === "/v1/messages");
    expect(served.map((line) => [line.status, line.ended])).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
    expect(new Set(served.map(({ worker }) => worker))).toEqual(new Set(pids));
    expect(lines.at(-1).message).toBe("Stopped.");
    expect(pids.map(isRunning)).toEqual([false, false]);
  });

  it("cuts them off when it is told twice, and says how many", async () => {
    const { standIn, gateway, pids, port } = await started();
    standIn.dial("stall", { after: 600 });
    const streams = await Promise.all(["a", "b", "c"].map((name) => openStream(port, name)));
    gateway.kill("SIGTERM");
    await gateway.says(/Stopping/);
    gateway.kill("SIGTERM");
    for (const { closed } of streams) await closed;
    const { status, stdout } = await gateway.ended;
    expect([status, stdout]).toEqual([0, expect.stringContaining("3 open requests were cut off.")]);
    expect(pids.map(isRunning)).toEqual([false, false]);
  });

  it("leaves no process behind when the first one is killed", async () => {
    const { standIn, gateway, pids, port } = await started();
    standIn.dial("stall", { after: 600 });
    const streams = await Promise.all(["a", "b"].map((name) => openStream(port, name)));
    gateway.child.kill("SIGKILL");
    for (const { closed } of streams) await closed;
    // All that have its standard output are gone.
    await gateway.ended;
    expect(pids.map(isRunning)).toEqual([false, false]);
  });

  it("tells of each process to who has the token, and to nobody else", async () => {
    const { standIn, gateway, home, pids, port } = await started();
    standIn.dial("stall", { after: 600 });
    await openStream(port, "a");
    // A process that does not answer within a second, as on a busy machine, is left out.
    const readiness = async () => JSON.parse((await ask(`${gateway.url}/readyz`, { headers: TOKEN })).body);
    const inOrder = pids.toSorted((one, other) => one - other);
    await expect
      .poll(readiness)
      .toMatchObject({ ok: true, problems: [], workers: { wanted: 2, serving: inOrder.map((pid) => ({ pid })) } });
    const openRequests = async (): Promise<number> =>
      (await readiness()).workers.serving.reduce(
        (sum: number, one: { openRequests: number }) => sum + one.openRequests,
        0,
      );
    // The stream, and not this question.
    await expect.poll(openRequests).toBe(1);
    expect(JSON.parse((await ask(`${gateway.url}/readyz`, { headers: { "x-api-key": undefined } })).body)).toEqual({
      ok: true,
    });
    const health = JSON.parse((await ask(`${gateway.url}/healthz`)).body);
    expect(health.pid).toBe(gateway.child.pid);
    const status = (args: readonly string[]) =>
      openclaw(["gateway", "status", ...args], {
        home,
        env: { OPENCLAW_GATEWAY_PORT: String(port) },
      });
    await expect
      .poll(async () => JSON.parse((await status(["--json"])).stdout).gateway)
      .toMatchObject({ pid: gateway.child.pid, workers: { wanted: 2, serving: [{}, {}] } });
    await expect
      .poll(async () => (await status([])).stdout)
      .toMatch(new RegExp(`Processes +2 serve: ${inOrder.join(", ")} \\(\\d open requests?\\)`));
  });

  it("has all leave a model alone that failed in one", async () => {
    const { standIn, gateway, url, pids } = await started({
      config: (base) => ({
        ...configAt(base),
        agents: { defaults: { model: { primary: `${CLAUDE}/${MODEL}`, fallbacks: [`${CLAUDE}/claude-haiku-4-5`] } } },
      }),
    });
    standIn.dial("anthropic-rate_limit_error", { times: 1 });
    await ask(url, { body: HELLO, headers: headersOf("a") });
    const failed = await workerOf("a", gateway);
    const [other] = pids.filter((pid) => pid !== failed);
    const connections = NAMES.slice(1, 4).map((name) => connection(name, url));
    const line = JSON.parse(await gateway.says(new RegExp(`cooling down.*"worker":${other}`)));
    expect(line).toMatchObject({ status: 200, model: `${CLAUDE}/claude-haiku-4-5` });
    await Promise.all(connections.map(({ stop }) => stop()));
    // None of its requests had to fail for that.
    expect(standIn.requests.filter(({ body }) => JSON.parse(body).model === MODEL).length).toBeLessThan(3);
  });

  it("runs the program of a secret once, however many processes there are", async () => {
    const { CLOUDFLARE_AI_GATEWAY_API_KEY: _, ...secrets } = SECRETS;
    const { gateway, home, pids, url } = await started({
      secrets,
      config: (base, folder) => {
        const program = join(folder, "vault");
        writeFileSync(program, `#!/bin/sh\necho run >> '${folder}/runs'\nprintf '%s' '${CANARY_KEY}'\n`, {
          mode: 0o755,
        });
        const config = configAt(base);
        const entry = config.models.providers[CLAUDE];
        return {
          ...config,
          models: { providers: { [CLAUDE]: { ...entry, apiKey: { source: "exec", provider: "vault", id: "key" } } } },
          secrets: { providers: { vault: { source: "exec", command: program, jsonOnly: false } } },
        };
      },
    });
    const runs = () => readFileSync(join(home, "runs"), "utf8").match(/run/g)?.length;
    const before = runs();
    process.kill(pids[0] ?? 0, "SIGKILL");
    await gateway.says(/serves in its place/);
    expect((await ask(url, { body: HELLO, headers: headersOf("a") })).status).toBe(200);
    expect(runs()).toBe(before);
    gateway.kill("SIGHUP");
    await gateway.says(/The configuration was reloaded/);
    expect(runs()).toBe((before ?? 0) + 1);
  });

  it("says that the port is taken, as one process does", async () => {
    const { gateway, home, port } = await started();
    const second = await openclaw(["gateway", "run", "--port", String(port), "--workers", "2"], { home });
    expect([second.status, second.stderr]).toEqual([
      1,
      expect.stringContaining(`The port is taken by openclaw 0.1.0 (process ${gateway.child.pid})`),
    ]);
  });

  it("has all obey what was set for one, at an address of the other kind", async () => {
    const { gateway, pids, port } = await started({
      args: ["--bind", "::1", "--allow-host", "box.local", "--allow-origin", "https://page.example"],
      secrets: { ...SECRETS, OPENCLAW_GATEWAY_WORKERS: "3" },
    });
    expect(pids).toHaveLength(3);
    const url = `http://[::1]:${port}/v1/messages`;
    const asked = (headers: Readonly<Record<string, string>>) =>
      ask(url, { body: HELLO, headers: { ...TOKEN, ...headers } });
    const answers = await Promise.all([
      ...["box.local", "box.local", "box.local"].map((host) => asked({ host })),
      ...["other.local", "other.local", "other.local"].map((host) => asked({ host })),
      ...Array.from({ length: 3 }, () => asked({ origin: "https://page.example" })),
      ...Array.from({ length: 3 }, () => asked({ "x-api-key": "wrong" })),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 403, 403, 403, 200, 200, 200, 401, 401, 401]);
    expect(gateway.printed()).not.toMatch(/CANARY/);
  });

  it("says what one of them threw, without its secrets, before it ends", async () => {
    const home = temporaryHome();
    const file = join(home, "throws.cjs");
    writeFileSync(
      file,
      `if (process.env.OPENCLAW_GATEWAY_WORKER) process.on("SIGUSR2", () => { throw new Error("no ${CANARY_KEY} here"); });`,
    );
    const { gateway, pids, url } = await started({ env: { NODE_OPTIONS: `--require ${file}` } });
    process.kill(pids[1] ?? 0, "SIGUSR2");
    expect(JSON.parse(await gateway.says(/This is a bug/))).toMatchObject({
      level: "error",
      message: expect.stringMatching(/^This is a bug in openclaw\. Error: no \S+ here\n +at /),
    });
    expect(await gateway.says(/ended with status 1/)).toContain(`Process ${pids[1]} ended with status 1`);
    await gateway.says(/serves in its place/);
    expect((await ask(url, { body: HELLO, headers: headersOf("a") })).status).toBe(200);
    gateway.kill("SIGTERM");
    const { status, stdout, stderr } = await gateway.ended;
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).not.toMatch(/CANARY/);
  });

  it("keeps the port and what comes to it when all of them are killed", async () => {
    const { gateway, pids, url } = await started();
    for (const pid of pids) process.kill(pid, "SIGKILL");
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(url, { body: HELLO, headers: TOKEN })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await gateway.says(/serves in its place/);
  });

  it("writes whole lines, however long they are and whoever writes", async () => {
    const { gateway, url } = await started();
    const long = "x".repeat(20_000);
    const asked = Array.from({ length: 60 }, (_, index) =>
      ask(`${url}/${long}${index}`, { body: HELLO, headers: headersOf("a") }),
    );
    await Promise.all(asked);
    gateway.kill("SIGTERM");
    const { stdout } = await gateway.ended;
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ client }) => client === "a")).toHaveLength(60);
  });
});
