import { join } from "node:path";
import AxeBuilder from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { PricedLine } from "../../src/server/dashboard-documents.ts";
import { emptyFigures, faultyState, figuresOf, healthyState, linesOf } from "../support/dashboard-data.ts";
import { PASS, SESSION, type StandIn, startStandIn, TOKEN } from "../support/dashboard-server.ts";
import { openChromium } from "./chromium.ts";

const LANGUAGES = ["en", "zh-TW"] as const;
const THEMES = ["light", "dark"] as const;
const PAGE = join(inject("built"), "dist", "dashboard.html");

let browser: Browser;
let standIn: StandIn;
let context: BrowserContext;
/** What a browser complained about: violations of the policy, errors of the script. */
let complaints: string[];

beforeAll(async () => {
  browser = await openChromium();
});

afterAll(() => browser?.close());

beforeEach(async () => {
  standIn = await startStandIn(PAGE);
  complaints = [];
});

afterEach(async () => {
  await context?.close();
  await standIn.stop();
});

interface Look {
  readonly language?: (typeof LANGUAGES)[number];
  readonly theme?: (typeof THEMES)[number];
  readonly width?: number;
  readonly fragment?: string;
}

async function open(look: Look = {}): Promise<Page> {
  const { language = "en", theme = "light", width = 1280, fragment = `#token=${TOKEN}` } = look;
  context = await browser.newContext({
    viewport: { width, height: 900 },
    locale: language,
    timezoneId: "Asia/Taipei",
    colorScheme: theme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text())) complaints.push(message.text());
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`Content Security Policy: ${event.violatedDirective}`),
    );
  });
  await page.goto(`${standIn.origin}/dashboard${fragment}`);
  return page;
}

const whole = async (page: Page): Promise<Page> => {
  await page.locator(".uplot").nth(3).waitFor();
  await page.locator(".requests tbody tr").first().waitFor();
  await page.locator(".setup dd").first().waitFor();
  return page;
};

/** What axe-core finds, but for what it calls minor. */
async function faultsIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AxeBuilder.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact !== "minor")
      .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  });
}

describe.each(LANGUAGES)("in %s", (language) => {
  describe.each(THEMES)("and %s", (theme) => {
    it.each([1280, 390])("axe-core finds nothing at %i pixels", async (width) => {
      const page = await whole(await open({ language, theme, width }));
      expect(await faultsIn(page)).toEqual([]);
      await page.getByRole("button", { name: language === "en" ? "As a table" : "以表格顯示" }).click();
      await page.locator("button.open").first().click();
      expect(await faultsIn(page)).toEqual([]);
      standIn.told.state = faultyState;
      await page.locator(".problems li").waitFor();
      expect(await faultsIn(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });

    it("axe-core finds nothing where the token is asked for, and where nothing was requested yet", async () => {
      standIn.told.figures = emptyFigures;
      standIn.told.lines = [];
      const page = await open({ language, theme, fragment: "" });
      await page.locator("#token").waitFor();
      expect(await faultsIn(page)).toEqual([]);
      await page.locator("#token").fill(TOKEN);
      await page.keyboard.press("Enter");
      await page.locator(".requests .empty p").first().waitFor();
      await page.locator(".uplot").nth(3).waitFor();
      expect(await faultsIn(page)).toEqual([]);
    });
  });

  it("is no wider than the window", async () => {
    for (const width of [1280, 768, 390, 320]) {
      const page = await whole(await open({ language, width }));
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect([width, Math.max(beyond, 0)]).toEqual([width, 0]);
      await context.close();
    }
  });
});

describe("the token", () => {
  it.each([
    ["a token", TOKEN],
    ["a pass", PASS],
  ])("that is handed over as %s is in no address, history, referrer or store", async (_, given) => {
    const page = await whole(await open({ fragment: `#token=${given}` }));
    expect(page.url()).toBe(`${standIn.origin}/dashboard`);
    const kept = await page.evaluate(() => ({
      session: { ...sessionStorage },
      local: { ...localStorage },
      cookie: document.cookie,
      history: history.length,
      html: document.documentElement.outerHTML,
    }));
    expect(kept.session).toEqual({ "openclaw.session": SESSION });
    expect(JSON.stringify([kept.local, kept.cookie, kept.html])).not.toContain(given);
    expect(JSON.stringify([kept.local, kept.cookie, kept.html])).not.toContain(SESSION);
    for (const { url, headers } of standIn.seen) {
      const { authorization: _authorization, ...rest } = headers;
      expect(`${url} ${JSON.stringify(rest)}`).not.toMatch(new RegExp(`${given}|${SESSION}|referer`));
    }
    // The one that was handed over is sent once, for a session.
    const sent = standIn.seen.filter(({ headers }) => headers.authorization === `Bearer ${given}`);
    expect(sent.map(({ url }) => url)).toEqual(["/dashboard/session"]);
    await page.goto("about:blank");
    await page.goBack();
    expect(page.url()).toBe(`${standIn.origin}/dashboard`);
  });

  it("opens the tab again after a reload, and no other tab", async () => {
    const page = await whole(await open());
    await page.reload();
    await whole(page);
    const other = await context.newPage();
    await other.goto(`${standIn.origin}/dashboard`);
    await other.locator("#token").waitFor();
    expect(await other.locator("main.ask").count()).toBe(1);
  });

  it("is asked for where there is none, and again where it is refused or the session ends", async () => {
    const page = await open({ fragment: "" });
    await page.locator("#token").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "refused" }).waitFor();
    await page.locator("#token").fill("密碼");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "ASCII" }).waitFor();
    await page.locator("#token").fill(` ${TOKEN} `);
    await page.keyboard.press("Enter");
    await whole(page);
    standIn.told.accepted.delete(SESSION);
    await page.locator("#token").waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it("is taken again when the address is opened in the same tab", async () => {
    const page = await whole(await open());
    standIn.told.accepted.add("another-token");
    await page.evaluate(() => {
      location.hash = "#token=another-token";
    });
    await expect
      .poll(() => standIn.seen.some(({ headers }) => headers.authorization === "Bearer another-token"))
      .toBe(true);
    await whole(page);
    expect(page.url()).toBe(`${standIn.origin}/dashboard`);
  });

  it("is not needed where the gateway asks for none", async () => {
    standIn.told.accepted.add("");
    standIn.told.session = null;
    await whole(await open({ fragment: "" }));
    expect(standIn.seen.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });
});

const CANARY = `<img src=x onerror="window.canary=1"><script>window.canary=1</script>\u202e"'\`&lt;`;

describe("what clients and files say", () => {
  it("stays text: names of models, paths, sessions, clients and messages run nothing", async () => {
    const [line] = linesOf(1) as [PricedLine];
    const evil = { ...line, model: `p/${CANARY}`, asked: CANARY, client: CANARY, path: `/${CANARY}`, session: CANARY };
    standIn.told.lines = [
      { ...evil, tried: [CANARY], ended: CANARY, logId: CANARY, cacheStatus: CANARY, answered: CANARY },
    ];
    const figures = figuresOf("24h");
    const row = { ...figures.total, key: CANARY };
    standIn.told.figures = () => ({ ...figures, byModel: [row], byClient: [row], byProvider: [row] });
    const state = faultyState("en");
    const problem = { code: CANARY, layer: CANARY, says: CANARY, hint: CANARY, model: CANARY };
    standIn.told.state = () => ({
      ...state,
      version: CANARY,
      problems: [problem],
      cooldowns: [{ model: CANARY, until: state.time, code: CANARY, says: CANARY }],
      setup: {
        ...state.setup,
        ...{ profile: CANARY, listen: CANARY, configFile: CANARY, defaults: [CANARY], tokens: [CANARY] },
        providers: [
          {
            id: CANARY,
            api: CANARY,
            baseUrl: CANARY,
            credentials: [{ name: CANARY, masked: CANARY }],
            problem: CANARY,
          },
        ],
      },
    });
    const page = await whole(await open());
    await page.locator("button.open").first().click();
    for (const name of ["Clients", "Providers"]) await page.getByRole("radio", { name }).check();
    expect(await page.locator(".details dd").allTextContents()).toContain(CANARY);
    expect(await page.evaluate(() => [document.querySelectorAll("img").length, "canary" in window])).toEqual([
      0,
      false,
    ]);
    expect(complaints).toEqual([]);
  });

  it("is masked as it comes, and a cost that is not known is a question mark", async () => {
    const page = await whole(await open());
    await expect.poll(() => page.locator(".setup").textContent()).toContain("********wXyZ");
    expect(await page.locator(".numbers dd b").nth(3).textContent()).toMatch(/^\$[\d.,]+\+\?$/);
    const row = page.getByRole("row", { name: /qwen3-coder-next/ }).first();
    expect(await row.getByRole("cell").last().textContent()).toBe("?");
  });
});

describe("on a phone", () => {
  it.each([
    ["en", /^[\d,]+ requests.*[\d.]+[kM]? in.*[\d.]+[kM]? out$/, /^[\d.]+k? in, \d+ out$/],
    ["zh-TW", /^[\d,]+ 個請求.*輸入 [\d.]+[kM]?.*輸出 [\d.]+[kM]?$/, /^輸入 [\d.]+k?、輸出 \d+$/],
  ] as const)("rows say themselves what their numbers are: %s", async (language, group, request) => {
    const page = await whole(await open({ language, width: 390 }));
    const shown = await page.locator(".groups tbody tr").first().locator("td:not(.c-cost):visible").allInnerTexts();
    expect(shown.filter((text) => text !== "").join(" ")).toMatch(group);
    expect(await page.locator(".requests tbody td.c-tokens .narrow:visible").first().textContent()).toMatch(request);
  });

  it("shows tokens that are not known as a question mark, and is no longer than what it shows", async () => {
    const [line] = linesOf(1) as [PricedLine];
    const { outputTokens: _, ...cut } = { ...line, inputTokens: 8, cacheReadTokens: 0, cacheWrite5mTokens: 0 };
    standIn.told.lines = Array.from({ length: 50 }, () => ({ ...cut, ended: "upstream-cut-off" }));
    const page = await whole(await open({ language: "en", width: 390 }));
    expect(await page.locator(".requests tbody td.c-tokens .narrow:visible").first().textContent()).toBe("8 in, ? out");
    const below = await page.evaluate(() => {
      const ends = [...document.querySelectorAll("section")].map((one) => one.getBoundingClientRect().bottom);
      return document.documentElement.scrollHeight - scrollY - Math.max(...ends);
    });
    expect(below).toBeLessThan(100);
  });
});

describe("while it is open", () => {
  it("shows requests as they come, holds them while paused, and filters failures", async () => {
    const page = await whole(await open());
    const rows = page.locator(".requests tbody tr:not(.details)");
    const [line] = linesOf(1) as [PricedLine];
    standIn.send({ ...line, time: "2026-11-28T10:15:43.000Z", client: "newcomer" });
    await rows.first().filter({ hasText: "newcomer" }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    standIn.send({ ...line, time: "2026-11-28T10:15:44.000Z", client: "latecomer", status: 503 });
    await page.getByText("1 new").waitFor();
    expect(await rows.filter({ hasText: "latecomer" }).count()).toBe(0);
    await page.getByRole("button", { name: "Resume" }).click();
    await rows.first().filter({ hasText: "latecomer" }).waitFor();
    await page.getByLabel("Only failures").check();
    expect(await rows.filter({ hasText: "newcomer" }).count()).toBe(0);
    expect(await rows.filter({ hasText: "latecomer" }).count()).toBe(1);
  });

  it("holds 200 rows however many come, and what was scrolled to stays", async () => {
    const page = await whole(await open());
    const [line] = linesOf(1) as [PricedLine];
    const room = page.locator(".requests .scroll");
    await room.evaluate((element) => element.scrollTo(0, 300));
    const first = await page.locator(".requests tbody tr:not(.details)").nth(10).boundingBox();
    for (let number = 0; number < 1_000; number += 1) {
      standIn.send({
        ...line,
        time: new Date(Date.parse("2026-11-28T10:16:00.000Z") + number).toISOString(),
        client: `c${number}`,
        // What only screen readers say of it.
        ...(number % 2 === 0 && { status: 529, ended: "anthropic.overloaded" }),
      });
    }
    await expect.poll(() => page.locator(".requests tbody tr:not(.details)").first().textContent()).toContain("c999");
    expect(await page.locator(".requests tbody tr:not(.details)").count()).toBe(200);
    // The page itself is no longer for them.
    const [height, shown] = await page.evaluate(() => [
      document.documentElement.scrollHeight,
      Math.ceil(document.body.getBoundingClientRect().height),
    ]);
    expect(height).toBeLessThanOrEqual(shown as number);
    expect(first?.y).toBeGreaterThan(0);
    expect(await room.evaluate((element) => element.scrollTop)).toBeGreaterThan(300);
  });

  it("keeps what it shows while the gateway is away, says so, and comes back by itself", async () => {
    const page = await whole(await open());
    const requests = await page.locator(".numbers dd b").first().textContent();
    await standIn.stop();
    await page.getByRole("heading", { name: "The gateway does not answer" }).waitFor();
    expect(await page.locator(".connection").textContent()).toMatch(/^As of \d\d:\d\d:\d\d, reconnecting$/);
    expect(await page.locator(".numbers dd b").first().textContent()).toBe(requests);
    await standIn.restart();
    await page.getByRole("heading", { name: "Everything works" }).waitFor();
    await expect.poll(() => standIn.openStreams()).toBe(1);
    // The latest requests come again with the connection, and are shown once.
    expect(await page.locator(".requests tbody tr:not(.details)").count()).toBe(50);
  });

  it("names the layer and what to do once something fails", async () => {
    const page = await whole(await open());
    standIn.told.state = faultyState;
    await page.getByRole("heading", { name: "Something needs attention" }).waitFor();
    expect(await page.locator(".way li.faulty").textContent()).toMatch(/Cloudflare\s+fault/);
    expect(await page.locator(".problems").textContent()).toContain("openclaw onboard");
    standIn.told.state = healthyState;
    await page.getByRole("heading", { name: "Everything works" }).waitFor();
    expect(await page.locator(".problems").isVisible()).toBe(false);
  });

  it("asks nothing while its tab is hidden", async () => {
    const page = await whole(await open());
    await expect.poll(() => standIn.openStreams()).toBe(1);
    const hide = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, isHidden);
    await hide(true);
    await expect.poll(() => standIn.openStreams()).toBe(0);
    await hide(false);
    await expect.poll(() => standIn.openStreams()).toBe(1);
  });

  it("asks for the period that is chosen, and remembers it", async () => {
    const page = await whole(await open());
    await page.getByRole("radio", { name: "90 days" }).check();
    await expect.poll(() => standIn.seen.some(({ url }) => url.endsWith("period=90d"))).toBe(true);
    await page.getByRole("radio", { name: "繁體中文" }).check();
    await page.getByRole("radio", { name: "深色" }).check();
    await page.reload();
    await whole(page);
    expect(await page.getByRole("radio", { name: "90 天" }).isChecked()).toBe(true);
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme])).toEqual([
      "zh-TW",
      "dark",
    ]);
  });

  it("says what to do where the record is off, and where nothing was requested yet", async () => {
    standIn.told.lines = [];
    standIn.told.figures = emptyFigures;
    const page = await open();
    await page.getByText("No requests yet.").waitFor();
    expect(await page.locator(".requests .empty code").textContent()).toContain("openclaw gateway env");
    standIn.told.state = () => ({ ...healthyState(), setup: { ...healthyState().setup, usageDays: 0 } });
    await page.getByText("The record is off").waitFor();
    expect(await page.locator(".requests .empty").textContent()).toContain("--usage 90d");
  });

  it("does not jump: what is below stays where it is while data arrive", async () => {
    const page = await open();
    await page.locator(".below").waitFor();
    const before = await page.locator(".groups").boundingBox();
    await whole(page);
    await expect.poll(() => page.locator(".numbers dd b").first().textContent()).not.toBe("–");
    expect((await page.locator(".groups").boundingBox())?.y).toBe(before?.y);
  });
});

describe("with the keyboard alone", () => {
  it("everything can be reached and used", async () => {
    const page = await whole(await open());
    const at = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "",
      );
    await page.keyboard.press("Tab");
    expect(await at()).toBe("Skip to usage and cost");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await at()).toBe("As a table");
    await page.keyboard.press("Enter");
    await page.getByRole("table", { name: "Usage and cost" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await at()).toBe("24 hours");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => standIn.seen.some(({ url }) => url.endsWith("period=7d"))).toBe(true);
    const reached: string[] = [];
    for (let presses = 0; presses < 12; presses += 1) {
      await page.keyboard.press("Tab");
      reached.push(await at());
    }
    expect(reached).toEqual(
      expect.arrayContaining(["As a table", "Pause", "The latest requests, newest first", "Details"]),
    );
    await page.keyboard.press("Enter");
    await page.locator(".details dl").first().waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-expanded"))).toBe("true");
  });
});
