import * as fs from "node:fs";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as realDelay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Files } from "../../src/core/context.ts";
import { MOST_STREAMS } from "../../src/server/event-streams.ts";
import { ask } from "../support/client.ts";
import { CLAUDE, claudeAt, GATEWAY_SECRETS, gatewayConfig } from "../support/gateway-home.ts";
import { CANARY_CLIENT_TOKEN, startGatewayHere, startGatewayProcess, writeHome } from "../support/gateway-process.ts";
import { CANARY_KEY, openclaw, temporaryHome } from "../support/program.ts";
import { startUsageUpstream, type UsageUpstream } from "../support/usage-upstream.ts";

const NAMED_TOKEN = "CANARY-annas-token-of-the-local-gateway-0123456789";
const HEADER_SECRET = "CANARY-secret-in-a-header-of-the-provider";
const TOKEN = { "x-api-key": CANARY_CLIENT_TOKEN };
const HELLO = { model: "claude-sonnet-5-5", max_tokens: 9, messages: [] };

function homeFor({ url }: Pick<UsageUpstream, "url">, secrets: Readonly<Record<string, string>> = {}): string {
  const home = temporaryHome();
  writeHome(home, gatewayConfig(claudeAt(url, { headers: { "x-own": HEADER_SECRET } })), {
    ...GATEWAY_SECRETS,
    OPENCLAW_GATEWAY_TOKENS: `anna=${NAMED_TOKEN}`,
    ...secrets,
  });
  return home;
}

/** An upstream that always says the same: as a document, or as the event of a stream if its status is good. */
async function startAnswering(status: number, failure: object): Promise<{ readonly url: string }> {
  const type = status === 200 ? "text/event-stream" : "application/json";
  const json = JSON.stringify(failure);
  const body = status === 200 ? `event: error\ndata: ${json}\n\n` : json;
  const server = createServer((request, response) => {
    request.resume().on("end", () => void response.writeHead(status, { "content-type": type }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const send = (url: string, headers: Readonly<Record<string, string>> = TOKEN) =>
  ask(`${url}/v1/messages`, { body: HELLO, headers });

async function documentAt(url: string, headers: Readonly<Record<string, string | undefined>> = TOKEN) {
  const { status, headers: got, body } = await ask(url, { headers });
  return { status, headers: got, text: String(body), json: JSON.parse(String(body)) };
}

/** Reads events until as many came as are wanted; then it goes, or stays until the test is over. */
function readEvents(url: string, headers: Readonly<Record<string, string>> = TOKEN) {
  let text = "";
  let isOver = false;
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const look of waiting) look();
  };
  const request = httpRequest(`${url}/dashboard/requests`, { headers, agent: false }, (response) => {
    status = response.statusCode ?? 0;
    response.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      changed();
    });
    response.on("close", () => {
      isOver = true;
      changed();
    });
    changed();
  });
  let status = 0;
  request.on("error", () => {
    isOver = true;
    changed();
  });
  request.end();
  onTestFinished(() => void request.destroy());
  const requests = () => [...text.matchAll(/^event: request\ndata: (.*)$/gm)].map(([, json = ""]) => JSON.parse(json));
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return {
    begun: () => until(() => status > 0),
    status: () => status,
    text: () => text,
    requests,
    count: (wanted: number) => until(() => requests().length >= wanted),
    says: (pattern: RegExp) => until(() => pattern.test(text)),
    over: () => until(() => isOver),
    leave: () => request.destroy(),
  };
}

/** Until the record has what was sent: recorders write once a second. */
async function figuresOf(url: string, requests: number, period = "24h") {
  for (;;) {
    const { json } = await documentAt(`${url}/dashboard/figures?period=${period}`);
    if (json.isRead && json.total.requests >= requests) return json;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const KINDS = { byModel: "model", byClient: "client", byProvider: "provider" } as const;

describe.each([
  ["one process", []],
  ["two processes", ["--workers", "2"]],
])("the page of a gateway of %s", (_, args) => {
  it("is told what `usage` says, what is open, and nothing secret", async () => {
    const upstream = await startUsageUpstream();
    const home = homeFor(upstream);
    const { url, child } = await startGatewayProcess({ home, args });
    for (let index = 0; index < 12; index += 1) await send(url, index % 3 === 0 ? { "x-api-key": NAMED_TOKEN } : TOKEN);
    const figures = await figuresOf(url, 12);
    for (const [member, kind] of Object.entries(KINDS) as [keyof typeof KINDS, string][]) {
      const { stdout } = await openclaw(["usage", "--json", "--since", "2d", "--by", kind], { home });
      const { rows, total } = JSON.parse(stdout);
      expect(figures.total).toEqual(total);
      expect(figures[member]).toEqual(rows);
    }
    expect(figures.byClient.map(({ key }: { key: string | null }) => key).toSorted()).toEqual(["anna", null]);
    const state = await documentAt(`${url}/dashboard/state?language=en`);
    expect(state.json).toMatchObject({
      ok: true,
      pid: child.pid,
      openRequests: 0,
      heldBytes: 0,
      setup: { usageDays: 90, auth: "token", tokens: [null, "anna"], listen: url },
    });
    // One that does not answer within a second, as on a busy machine, is left out.
    const processes = async () => (await documentAt(`${url}/dashboard/state`)).json.processes?.serving.length;
    await expect.poll(processes).toBe(args.length === 0 ? undefined : 2);
    const { text: requests, count, leave } = readEvents(url);
    await count(12);
    leave();
    const all = [state.text, JSON.stringify(figures), requests(), (await documentAt(`${url}/dashboard/session`)).text];
    for (const text of all) expect(text).not.toContain("CANARY");
    for (const { headers } of [state])
      expect(headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  });

  it("sees requests as they come, and the end of the gateway, which waits for no page", async () => {
    const upstream = await startUsageUpstream();
    const { url, kill, ended } = await startGatewayProcess({ home: homeFor(upstream), args });
    await send(url);
    await figuresOf(url, 1);
    const page = readEvents(url);
    await page.count(1);
    await send(url);
    await page.count(2);
    expect(page.requests().map(({ model }) => model)).toEqual(new Array(2).fill(`${CLAUDE}/claude-sonnet-5-5`));
    expect(page.requests().every((one) => "costUsd" in one)).toBe(true);
    kill("SIGTERM");
    await page.over();
    expect(page.text()).toContain("event: end\n");
    expect((await ended).status).toBe(0);
  });

  it("gets in by a pass once, and stays in over a reload and a restart, for the page alone", async () => {
    const upstream = await startUsageUpstream();
    const home = homeFor(upstream);
    const first = await startGatewayProcess({ home, args });
    const { pass } = (await documentAt(`${first.url}/dashboard/pass`, { "x-api-key": NAMED_TOKEN })).json;
    const by = (text: string) => ({ authorization: `Bearer ${text}`, "x-api-key": undefined });
    const statusOf = async (path: string, text: string, url = first.url) =>
      (await ask(`${url}${path}`, { headers: by(text) })).status;
    expect(await statusOf("/dashboard/state", pass)).toBe(401);
    const { session } = (await documentAt(`${first.url}/dashboard/session`, by(pass))).json;
    expect(await statusOf("/dashboard/session", pass)).toBe(401);
    for (const path of ["/dashboard/state", "/dashboard/figures", "/dashboard/session"])
      expect(await statusOf(path, session)).toBe(200);
    // It opens nothing else.
    for (const path of ["/metrics", "/v1/models", "/dashboard/pass"]) expect(await statusOf(path, session)).toBe(401);
    expect((await ask(`${first.url}/v1/messages`, { body: HELLO, headers: by(session) })).status).toBe(401);
    first.kill("SIGHUP");
    await first.says(/was reloaded/);
    expect(await statusOf("/dashboard/state", session)).toBe(200);
    first.kill("SIGTERM");
    await first.ended;
    const second = await startGatewayProcess({ home, args });
    expect(await statusOf("/dashboard/state", session, second.url)).toBe(200);
    second.kill("SIGTERM");
    await second.ended;
    const path = join(home, ".openclaw", ".env");
    writeFileSync(path, readFileSync(path, "utf8").replace(/^OPENCLAW_GATEWAY_TOKENS=.*\n/m, ""));
    const third = await startGatewayProcess({ home, args });
    expect(await statusOf("/dashboard/state", session, third.url)).toBe(401);
  });
});

describe("what the page is told", () => {
  it("are problems that requests met, in its language, and that they are over", async () => {
    const home = homeFor({ url: "http://127.0.0.1:9" });
    const { url } = await startGatewayHere({ home });
    await send(url);
    const english = (await documentAt(`${url}/dashboard/state?language=en`)).json;
    const chinese = (await documentAt(`${url}/dashboard/state?language=zh-TW`)).json;
    expect(english.problems).toMatchObject([
      {
        code: "network.refused",
        layer: "network",
        times: 1,
        over: false,
        says: expect.stringContaining("refused"),
      },
    ]);
    expect(chinese.problems[0]).toMatchObject({ code: "network.refused", says: expect.stringContaining("拒絕連線") });
    expect(english.cooldowns[0]).toMatchObject({ model: `${CLAUDE}/claude-sonnet-5-5`, code: "network.refused" });
  });

  const QUOTING = "messages.0: the word CANARY of the conversation is not allowed";

  it.each([
    ["a refused request", 400, { type: "error", error: { type: "invalid_request_error", message: QUOTING } }],
    ["a guardrail", 424, { success: false, errors: [{ code: 2016, message: QUOTING }] }],
    ["a failure in an unknown form", 418, { detail: QUOTING }],
    ["a stream that begins with a failure", 200, { type: "error", error: { type: "api_error", message: QUOTING } }],
  ])("has no word of the upstream, which may repeat the conversation: %s", async (_, status, failure) => {
    const upstream = await startAnswering(status, failure);
    const { url } = await startGatewayHere({ home: homeFor(upstream) });
    expect(String((await send(url)).body)).toContain(QUOTING);
    for (const language of ["en", "zh-TW"]) {
      const { text, json } = await documentAt(`${url}/dashboard/state?language=${language}`);
      expect(json.problems).toHaveLength(1);
      expect(json.problems[0].says).not.toMatch(/[(（]/);
      expect(text).not.toContain("CANARY");
    }
  });

  it("is a configuration that is not used, until it is", async () => {
    const upstream = await startUsageUpstream();
    const home = homeFor(upstream);
    const { url, says } = await startGatewayHere({ home });
    const path = join(home, ".openclaw", "openclaw.json");
    const good = readFileSync(path, "utf8");
    writeFileSync(path, `${good.slice(0, -3)} CANARY`);
    await says(/not reloaded|previous/i);
    const broken = (await documentAt(`${url}/dashboard/state`)).json;
    expect(broken.problems[0]).toMatchObject({ code: "gateway.config", layer: "configuration" });
    expect(broken.ok).toBe(true);
    writeFileSync(path, good);
    await says(/was reloaded/);
    expect((await documentAt(`${url}/dashboard/state`)).json.problems).toEqual([]);
  });

  it("is where each credential comes from, masked, in its language", async () => {
    const home = homeFor(await startUsageUpstream(), {
      CLOUDFLARE_AI_GATEWAY_API_KEYS: `${CANARY_KEY},CANARY-second-key`,
    });
    const path = join(home, ".openclaw", "openclaw.json");
    const config = JSON.parse(readFileSync(path, "utf8"));
    Object.assign(config.models.providers[CLAUDE].headers, { "cf-aig-authorization": "${OWN_GATEWAY_TOKEN}" });
    writeFileSync(path, JSON.stringify(config));
    const { url } = await startGatewayHere({ home, env: { OWN_GATEWAY_TOKEN: "CANARY-token-of-the-environment" } });
    const credentialsIn = async (language: string) => {
      const { text, json } = await documentAt(`${url}/dashboard/state?language=${language}`);
      expect(text).not.toContain("CANARY");
      return json.setup.providers[0].credentials.map(({ source }: { source?: string }) => source);
    };
    const secrets = join(home, ".openclaw", ".env");
    expect(await credentialsIn("en")).toEqual([
      `CLOUDFLARE_AI_GATEWAY_API_KEY in ${secrets}`,
      `CLOUDFLARE_AI_GATEWAY_API_KEYS in ${secrets}`,
      undefined,
      "OWN_GATEWAY_TOKEN in the environment",
    ]);
    expect((await credentialsIn("zh-TW"))[0]).toContain(secrets);
  });

  it("is that the record is off", async () => {
    const upstream = await startUsageUpstream();
    const { url } = await startGatewayHere({ home: homeFor(upstream), args: ["--usage", "off"] });
    await send(url);
    const page = readEvents(url);
    await page.says(/event: off\n/);
    expect((await documentAt(`${url}/dashboard/state`)).json.setup.usageDays).toBe(0);
    expect((await documentAt(`${url}/dashboard/figures`)).json).toMatchObject({
      recordDays: 0,
      total: { requests: 0 },
    });
  });

  it("is nothing where it asks for what is not there", async () => {
    const upstream = await startUsageUpstream();
    const { url } = await startGatewayHere({ home: homeFor(upstream) });
    for (const period of ["2h", "", "toString", "1h%00"])
      expect((await ask(`${url}/dashboard/figures?period=${period}`, { headers: TOKEN })).status).toBe(400);
    expect((await ask(`${url}/dashboard/state?language=xx`, { headers: TOKEN })).status).toBe(200);
  });
});

describe("whoever looks", () => {
  it("is refused without a token, from another page, and by another name of this machine", async () => {
    const upstream = await startUsageUpstream();
    const { url } = await startGatewayHere({ home: homeFor(upstream) });
    for (const path of ["state", "figures", "requests", "session", "pass"]) {
      const statusFor = async (headers: Readonly<Record<string, string | undefined>>) =>
        (await ask(`${url}/dashboard/${path}`, { headers })).status;
      expect(await statusFor({ "x-api-key": undefined })).toBe(401);
      expect(await statusFor({ "x-api-key": "ocp_AAAAAAAAAAAAAAAAAAAAAA" })).toBe(401);
      for (const headers of [
        { host: "rebound.example:80" },
        { origin: "https://evil.example" },
        { "sec-fetch-site": "cross-site" },
      ])
        expect(await statusFor({ ...TOKEN, ...headers })).toBe(403);
      expect((await ask(`${url}/dashboard/${path}`, { method: "POST", headers: TOKEN })).status).toBe(405);
    }
  });

  it.each([
    ["one process", []],
    ["two processes", ["--workers", "2"]],
    ["three processes, without a record", ["--workers", "3", "--usage", "off"]],
  ])("is one of not too many, and makes room by leaving, at %s", async (_, args) => {
    const upstream = await startUsageUpstream();
    const { url } = await startGatewayProcess({ home: homeFor(upstream), args });
    const pages = Array.from({ length: MOST_STREAMS }, () => readEvents(url));
    await Promise.all(pages.map((page) => page.says(args.includes("off") ? /event: off/ : /: requests/)));
    for (const refused of Array.from({ length: 4 }, () => readEvents(url))) {
      await refused.over();
      expect([refused.status(), refused.text()]).toEqual([503, expect.stringContaining("Too many pages look")]);
    }
    expect((await documentAt(`${url}/dashboard/state`)).json.openRequests).toBe(0);
    for (const page of pages) page.leave();
    for (;;) {
      const next = readEvents(url);
      await next.begun();
      if (next.status() === 200) break;
    }
  });

  it("is told that the record does not answer, and sees the rest", async () => {
    const home = homeFor(await startUsageUpstream());
    const silent = "setInterval(() => {}, 1000); require('node:worker_threads').parentPort.on('message', () => {});";
    const files: Files = {
      ...fs,
      readFileSync: ((path: string, ...rest: [never]) =>
        /record-thread\.cjs$/.test(path) ? silent : fs.readFileSync(path, ...rest)) as typeof fs.readFileSync,
    };
    const delay = (ms: number, signal?: AbortSignal) =>
      realDelay(Math.ceil(ms / 60), undefined, { signal }).catch(() => {});
    const { url } = await startGatewayHere({ home, context: { files, delay } });
    const figures = await documentAt(`${url}/dashboard/figures`);
    expect([figures.status, figures.json.error.message]).toEqual([
      503,
      expect.stringContaining("cannot read its record"),
    ]);
    const page = readEvents(url);
    await page.over();
    expect([page.status(), (await documentAt(`${url}/dashboard/state`)).json.ok]).toEqual([503, true]);
    const env = { OPENCLAW_GATEWAY_PORT: new URL(url).port };
    const { status, stdout } = await openclaw(["gateway", "top", "--once"], { home, env });
    expect([status, stdout]).toEqual([0, expect.stringContaining("The record cannot be read now")]);
  });

  it("finds the record where somebody took it away", async () => {
    const upstream = await startUsageUpstream();
    const home = homeFor(upstream);
    const { url } = await startGatewayHere({ home });
    await send(url);
    await figuresOf(url, 1);
    rmSync(join(home, ".openclaw", "usage"), { recursive: true });
    expect((await documentAt(`${url}/dashboard/figures?period=7d`)).json.total.requests).toBe(0);
    await send(url);
    expect((await figuresOf(url, 1)).total.requests).toBe(1);
  });
});
