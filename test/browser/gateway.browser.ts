import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { claudeAt, GATEWAY_SECRETS, gatewayConfig } from "../support/gateway-home.ts";
import { CANARY_CLIENT_TOKEN, startGatewayProcess, writeHome } from "../support/gateway-process.ts";
import { CANARY_KEY, openclaw, temporaryHome } from "../support/program.ts";
import { typedEvent } from "../support/typed-event.ts";
import { openChromium } from "./chromium.ts";

const ALICE = "CANARY-client-token-of-alice";
const EVIL = '<img src=x onerror="window.canary=1">';

let browser: Browser;
let context: BrowserContext | undefined;
let complaints: string[] = [];

beforeAll(async () => {
  browser = await openChromium();
});

afterAll(() => browser?.close());

afterEach(async () => {
  await context?.close();
  expect(complaints).toEqual([]);
});

interface Upstream {
  readonly url: string;
  /** Streams that have begun and not ended. */
  readonly open: Set<ServerResponse>;
}

/** With content, since the gateway holds back what may still turn out to be a failure. */
const BEGINNING =
  typedEvent("message_start", {
    message: { id: "msg_1", model: "claude-sonnet-5-5", usage: { input_tokens: 100, output_tokens: 1 } },
  }) +
  typedEvent("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
  typedEvent("content_block_delta", { index: 0, delta: { type: "text_delta", text: "CANARY said" } });
const END =
  typedEvent("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 20 } }) +
  typedEvent("message_stop", {});

/** Answers as Anthropic does: a stream, one that stays open for `max_tokens` 1, or a refused key for `max_tokens` 2. */
async function startUpstream(): Promise<Upstream> {
  const open = new Set<ServerResponse>();
  const answer = (body: string, response: ServerResponse) => {
    if (body.includes('"max_tokens":2,')) {
      const error = { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } };
      response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify(error));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(BEGINNING);
    if (!body.includes('"max_tokens":1,')) return void response.end(END);
    open.add(response);
    response.on("close", () => open.delete(response));
  };
  const server = createServer((request: IncomingMessage, response) => {
    const pieces: Buffer[] = [];
    request
      .on("data", (piece: Buffer) => pieces.push(piece))
      .on("end", () => answer(String(Buffer.concat(pieces)), response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, open };
}

function homeFor({ url }: Upstream): string {
  const home = temporaryHome();
  writeHome(home, gatewayConfig(claudeAt(url)), { ...GATEWAY_SECRETS, OPENCLAW_GATEWAY_TOKENS: `alice=${ALICE}` });
  return home;
}

interface Sent {
  /** Ends with the answer; resolves with the status. */
  readonly over: Promise<number>;
  readonly begun: Promise<void>;
}

/** Sends a message; `maxTokens` decides what the upstream answers. */
function ask(url: string, maxTokens = 9, token = ALICE, model = "claude-sonnet-5-5"): Sent {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const over = new Promise<number>((resolve) => {
    const headers = { "content-type": "application/json", "x-api-key": token, "anthropic-version": "2023-06-01" };
    const request = send(`${url}/v1/messages`, { method: "POST", headers, agent: false }, (response) => {
      response.once("data", begin);
      response.on("close", () => resolve(response.statusCode ?? 0)).resume();
    });
    request.on("error", () => {
      begin();
      resolve(0);
    });
    request.end(JSON.stringify({ model, stream: true, max_tokens: maxTokens, messages: [] }));
  });
  return { begun, over };
}

async function open(url: string, address = `${url}/dashboard#token=${CANARY_CLIENT_TOKEN}`): Promise<Page> {
  complaints = [];
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en" });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) complaints.push(message.text());
  });
  await page.goto(address);
  await page.locator(".setup dd").first().waitFor();
  return page;
}

const rows = (page: Page) => page.locator(".requests tbody tr:not(.details)");
const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
const openRequests = async (page: Page) => {
  const facts = await page.locator(".health .facts").textContent();
  return Number(/([\d,]+) requests? open/.exec(facts ?? "")?.[1]?.replaceAll(",", ""));
};

describe("the page of a real gateway", () => {
  it("shows requests as they come, their sums, and the set-up without a secret", async () => {
    const upstream = await startUpstream();
    const { url } = await startGatewayProcess({ home: homeFor(upstream) });
    const page = await open(url);
    await heading(page, "Everything works");
    await page.getByText("No requests yet.").waitFor();
    for (let count = 0; count < 5; count += 1) await ask(url).over;
    await expect.poll(() => rows(page).count()).toBe(5);
    await ask(url, 9, ALICE, EVIL).over;
    await expect.poll(() => rows(page).count()).toBe(6);
    expect(await rows(page).last().textContent()).toMatch(/200.*claude-sonnet-5-5.*alice.*100, 20/);
    await expect.poll(() => page.locator(".numbers dd b").first().textContent()).toBe("6");
    await page.getByRole("radio", { name: "Clients" }).check();
    await page.getByRole("rowheader", { name: "alice" }).first().waitFor();
    const html = await page.content();
    expect(html).not.toContain(CANARY_KEY);
    expect(html).not.toContain(ALICE);
    expect(html).not.toContain(CANARY_CLIENT_TOKEN);
    expect(html).not.toContain("CANARY said");
    expect(await page.locator(".setup").textContent()).toContain("********");
    expect(await page.evaluate(() => ["canary" in window, document.images.length])).toEqual([false, 0]);
  });

  it("opens from the address that `openclaw gateway dashboard` prints, once", async () => {
    const upstream = await startUpstream();
    const home = homeFor(upstream);
    const { url } = await startGatewayProcess({ home });
    const { stdout } = await openclaw(["gateway", "dashboard"], {
      home,
      env: { OPENCLAW_GATEWAY_PORT: new URL(url).port },
    });
    const [address = ""] = /http:\S+#\S+/.exec(stdout) ?? [];
    const page = await open(url, address);
    await heading(page, "Everything works");
    expect(page.url()).toBe(`${url}/dashboard`);
    const other = await page.context().newPage();
    await other.goto(address);
    await other.getByRole("alert").filter({ hasText: "refused" }).waitFor();
  });

  it("names the layer and what to do when the key is refused, and that it is over", async () => {
    const upstream = await startUpstream();
    const { url } = await startGatewayProcess({ home: homeFor(upstream) });
    const page = await open(url);
    await ask(url, 2).over;
    await heading(page, "Something needs attention");
    expect(await page.locator(".way li.faulty").count()).toBe(1);
    expect((await page.locator(".problems .hint").first().textContent())?.length).toBeGreaterThan(10);
    await rows(page).filter({ hasText: "401" }).first().waitFor();
  });

  it("goes on through reloads, also of a configuration that cannot be used", async () => {
    const upstream = await startUpstream();
    const home = homeFor(upstream);
    const { url, says } = await startGatewayProcess({ home });
    const page = await open(url);
    const file = join(home, ".openclaw", "openclaw.json");
    const before = readFileSync(file, "utf8");
    const { begun, over } = ask(url, 1);
    await begun;
    writeFileSync(file, before.replace("/claude-sonnet-5-5", "/claude-haiku-5-5"));
    await expect.poll(() => page.locator(".setup").textContent()).toContain("claude-haiku-5-5");
    writeFileSync(file, "{ broken");
    await heading(page, "Something needs attention");
    expect(await page.locator(".way li.faulty").textContent()).toMatch(/^This gateway/);
    await ask(url).over;
    await expect.poll(() => rows(page).count()).toBe(1);
    writeFileSync(file, before);
    await heading(page, "Everything works");
    for (const stream of upstream.open) stream.end(END);
    expect(await over).toBe(200);
    await expect.poll(() => rows(page).count()).toBe(2);
    void says;
  });

  it.each([
    ["alone", []],
    ["with two processes", ["--workers", "2"]],
  ])("comes back after a restart, which it does not hold up, %s", async (_, workers) => {
    const upstream = await startUpstream();
    const home = homeFor(upstream);
    const first = await startGatewayProcess({ home, args: workers });
    const page = await open(first.url);
    await ask(first.url).over;
    await expect.poll(() => rows(page).count()).toBe(1);
    first.kill("SIGTERM");
    await first.ended;
    await heading(page, "The gateway does not answer");
    expect(await rows(page).count()).toBe(1);
    const { port } = new URL(first.url);
    const second = await startGatewayProcess({ home, args: [...workers, "--port", port] });
    await heading(page, "Everything works");
    await ask(second.url).over;
    await expect.poll(() => rows(page).count()).toBe(2);
    if (workers.length > 0) await expect.poll(() => page.locator(".processes tbody tr").count()).toBe(2);
  });

  it("works while 1,000 streams are open, and while requests come as fast as they can", async () => {
    const upstream = await startUpstream();
    const { url } = await startGatewayProcess({ home: homeFor(upstream) });
    const page = await open(url);
    const streams: Sent[] = [];
    for (let count = 0; count < 1_000; count += 50) {
      const some = Array.from({ length: 50 }, () => ask(url, 1));
      await Promise.all(some.map(({ begun }) => begun));
      streams.push(...some);
    }
    expect(upstream.open.size).toBe(1_000);
    await expect.poll(() => openRequests(page)).toBe(1_000);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let count = 0; count < 100; count += 1) await ask(url).over;
      }),
    );
    await expect.poll(() => page.locator(".numbers dd b").first().textContent()).toBe("800");
    await page.getByRole("radio", { name: "1 hour" }).check();
    await expect.poll(() => page.locator(".chart .plot").first().getAttribute("aria-label")).toContain("1 hour");
    expect(await rows(page).count()).toBeGreaterThanOrEqual(50);
    for (const stream of upstream.open) stream.end(END);
    const statuses = await Promise.all(streams.map(({ over }) => over));
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await expect.poll(() => openRequests(page)).toBe(0);
    await expect.poll(() => page.locator(".numbers dd b").first().textContent()).toBe("1,800");
    await heading(page, "Everything works");
  });
});
