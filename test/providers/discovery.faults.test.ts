import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../src/core/http.ts";
import type { AccountAccess, Discovery, DiscoveryContext } from "../../src/providers/discovery.ts";
import type { Finding } from "../../src/providers/finding.ts";
import { en } from "../../src/text/en/index.ts";
import { answer } from "../support/answers.ts";
import { asked, asking, CANARY, inquiry, startApi } from "../support/discovery.ts";
import { readable, saying, sayingOnly } from "../support/saying.ts";
import { httpServer } from "../support/sockets.ts";
import type { DialName } from "../support/stand-in/dials.ts";
import { KNOWN } from "../support/stand-in/world.ts";

const cloudflare: Discovery = await import("../../src/providers/cloudflare-ai-gateway/discovery.ts");

const { accountId, gatewayId } = KNOWN;
const PLACE = { accountId, gatewayId };
const WITH_TOKEN = { tokens: [{ value: CANARY }] };

/** Everything that can be asked, each as its answer or its finding. */
const QUESTIONS: Readonly<Record<string, (who: AccountAccess, context: DiscoveryContext) => Promise<unknown>>> = {
  examine: (who, context) => cloudflare.verifyToken(who, accountId, context),
  accounts: (who, context) => cloudflare.accounts(who, context),
  gateways: (who, context) => cloudflare.gateways(who, accountId, context),
  settings: (who, context) => cloudflare.settings(who, PLACE, context),
  create: (who, context) =>
    cloudflare.create(who, accountId, { id: "new-gw", authentication: true, logs: true }, context),
  storedKeys: (who, context) => cloudflare.storedKeys(who, PLACE, context),
  models: (who, context) => cloudflare.models(who, accountId, context),
};

async function findingAt(context: DiscoveryContext, who: AccountAccess = inquiry()): Promise<Finding> {
  const result = await cloudflare.gateways(who, accountId, context);
  if (result.ok) throw new Error("found");
  return readable(result.error);
}

describe("a network fault", () => {
  it.each<[DialName, string, number]>([
    ["half-answer", "network.cut-off", 2],
    ["reset", "network.cut-off", 2],
    ["garbage", "network.not-http", 1],
    ["empty", "api.unexpected", 1],
    ["api-971", "api.rate-limited", 2],
    ["api-7000", "api.internal", 2],
    ["edge-1010", "edge.client-blocked", 1],
    ["edge-challenge", "edge.challenge", 1],
    ["access-login", "edge.access-login", 1],
  ])("%s is %s, after %i attempts", async (dial, code, attempts) => {
    const { api, context } = await startApi(WITH_TOKEN);
    api.dial(dial);
    const finding = await findingAt(context);
    expect(finding.code).toBe(code);
    // The base URL of the gateway is not what is to be corrected.
    expect(finding).not.toHaveProperty("field");
    expect(api.requests).toHaveLength(attempts);
    expect(context.pausesMs).toEqual(attempts === 2 ? [2000] : []);
  });

  it.each<DialName>(["reset", "api-971", "half-answer"])("%s that passes is not reported", async (dial) => {
    const { api, context } = await startApi(WITH_TOKEN);
    api.dial(dial, { times: 1 });
    expect(await cloudflare.accounts(inquiry(), context)).toMatchObject({
      ok: true,
      value: { items: [{ id: accountId }] },
    });
    api.dial(dial, { times: 1 });
    expect(await cloudflare.verifyToken(inquiry(), undefined, context)).toEqual({ status: "active", kind: "user" });
  });

  it("says nothing about the token", async () => {
    const { api, context } = await startApi(WITH_TOKEN);
    api.dial("api-971");
    expect(await cloudflare.verifyToken(inquiry(), accountId, context)).toMatchObject({
      status: "unchecked",
      finding: { code: "api.rate-limited" },
    });
  });

  it("is reported when no answer comes", async () => {
    const { api } = await startApi(WITH_TOKEN);
    api.dial("slow");
    const context = asking(api.apiBase, { idleTimeoutMs: 20 });
    expect((await findingAt(context)).code).toBe("network.answer-timeout");
  });

  it("is reported when nothing listens", async () => {
    const { api, context } = await startApi();
    await api.close();
    expect((await findingAt(context)).message).toBe("127.0.0.1 refused the connection (ECONNREFUSED).");
  });

  it("is reported at once, without a retry, when the request is aborted", async () => {
    const { api, context } = await startApi(WITH_TOKEN);
    api.dial("slow");
    const leaving = new AbortController();
    const waiting = findingAt(context, inquiry(CANARY, leaving.signal));
    await api.received(1);
    leaving.abort();
    expect((await waiting).code).toBe("network.aborted");
    for (const question of Object.values(QUESTIONS)) {
      expect(JSON.stringify(await question(inquiry(CANARY, leaving.signal), context))).toContain("network.aborted");
    }
    expect(api.requests).toHaveLength(1);
  });
});

/** An API that answers every request with this result, or with what is made of the request's place and page. */
async function apiWith(
  result: unknown,
  info?: (page: number) => object,
): Promise<DiscoveryContext & { pages: number[] }> {
  const pages: number[] = [];
  const { port } = await httpServer((request, response) => {
    const page = Number(new URL(request.url ?? "", "http://api").searchParams.get("page"));
    pages.push(page);
    const value = typeof result === "function" ? result(page) : result;
    response.end(JSON.stringify({ success: true, errors: [], result: value, result_info: info?.(page) }));
  });
  return { ...asking(`http://127.0.0.1:${port}/client/v4`), pages };
}

describe("a list", () => {
  const fifty = (page: number) => Array.from({ length: 50 }, (_, index) => ({ id: `gw-${page}-${index}` }));
  const ids = async (context: DiscoveryContext) => {
    const result = await cloudflare.gateways(inquiry(), accountId, context);
    return result.ok ? result.value.items.map(({ id }) => id) : result.error.code;
  };

  it("without an end is abandoned after fifty pages, and says that it is cut", async () => {
    const context = await apiWith(fifty);
    const result = await cloudflare.gateways(inquiry(), accountId, context);
    expect(result).toMatchObject({ ok: true, value: { isCut: true, items: { length: 2500 } } });
    expect(context.pages).toHaveLength(50);
  });

  it("of exactly fifty pages is whole", async () => {
    const context = await apiWith(fifty, () => ({ total_count: 2500 }));
    const result = await cloudflare.gateways(inquiry(), accountId, context);
    expect(result).toMatchObject({ ok: true, value: { isCut: false, items: { length: 2500 } } });
  });

  it("that repeats its first page is read once", async () => {
    const context = await apiWith(fifty(0));
    expect(await ids(context)).toHaveLength(50);
    expect(context.pages).toEqual([1, 2]);
  });

  it("may end with an empty page", async () => {
    const account = (_: unknown, index: number) => ({ id: String(index).padStart(32, "0"), name: "x" });
    const context = await apiWith((page: number) => (page === 1 ? Array.from({ length: 50 }, account) : []));
    expect(await cloudflare.accounts(inquiry(), context)).toMatchObject({ ok: true, value: { items: { length: 50 } } });
    expect(context.pages).toEqual([1, 2]);
  });

  it("is read up to its own count, however small its pages are", async () => {
    const context = await apiWith(
      (page: number) => fifty(page).slice(0, 2),
      () => ({ total_count: 5, per_page: 2 }),
    );
    expect(await ids(context)).toHaveLength(6);
    expect(context.pages).toEqual([1, 2, 3]);
  });

  it("may contain unusable entries, but not only those", async () => {
    const odd = [null, 1, [], {}, { id: 7 }, { id: "a/b" }, { id: ".." }, { id: CANARY }, { id: "x".repeat(65) }];
    expect(await ids(await apiWith([...odd, { id: "gw", cache_ttl: "soon", rate_limiting_limit: -1 }]))).toEqual([
      "gw",
    ]);
    for (const result of [odd, {}, null, "gw"]) expect(await ids(await apiWith(result))).toBe("api.unexpected");
  });
});

it("leaves out an alias or a provider that contains the token", async () => {
  const [alias, provider_slug] = ["work", "anthropic"];
  const context = await apiWith([
    { alias: CANARY, provider_slug },
    { alias, provider_slug: CANARY },
    { alias, provider_slug },
  ]);
  expect(await cloudflare.storedKeys(inquiry(), PLACE, context)).toEqual({
    ok: true,
    value: [{ provider: "anthropic", alias: "work", isDefault: false }],
  });
});

describe("a single answer", () => {
  it.each([[null], [[]], [{}], [{ id: 1 }], [{ status: "sleeping" }], ["active"]])(
    "that is %j is not understood",
    async (result) => {
      const context = await apiWith(result);
      for (const name of ["examine", "settings", "create"]) {
        expect(JSON.stringify(await QUESTIONS[name]?.(inquiry(), context))).toContain("api.unexpected");
      }
    },
  );

  it("about a gateway may lack settings, as older ones do", async () => {
    const context = await apiWith({ id: "gw", cache_ttl: null, rate_limiting_limit: null, wholesale: "yes" });
    expect(await cloudflare.settings(inquiry(), PLACE, context)).toEqual({
      ok: true,
      value: { id: "gw", authentication: false, keyRequired: false, billing: false, cacheSeconds: 0, logs: false },
    });
  });

  it("about models keeps the usable properties", async () => {
    const property = (property_id: string, value: unknown) => ({ property_id, value });
    const price = ["input", "output"].map((what) => ({ unit: `per M ${what} tokens`, price: 1, currency: "EUR" }));
    const context = await apiWith([
      { name: "@cf/a/b", properties: [property("context_window", "many"), property("price", price), null, "x"] },
      { name: "@cf/a/c", properties: "none", id: "@cf/not/this" },
      { name: "@cf/a d" },
      { name: `@cf/${CANARY}` },
    ]);
    expect(await cloudflare.models(inquiry(), accountId, context)).toEqual({
      ok: true,
      value: [{ id: "@cf/a/b" }, { id: "@cf/a/c" }],
    });
  });
});

describe("a request", () => {
  it("goes to the API only, with nothing but the token and the product", async () => {
    const { api, context } = await startApi(WITH_TOKEN);
    for (const question of Object.values(QUESTIONS)) await question(inquiry(), context);
    expect(asked(api)).toHaveLength(Object.keys(QUESTIONS).length);
    for (const { path, headers, method } of api.requests) {
      expect(path).toMatch(/^\/client\/v4\/(?:user\/tokens|accounts)/);
      const { host, connection, "content-length": _length, ...ours } = headers;
      expect(ours).toEqual({
        authorization: `Bearer ${CANARY}`,
        "user-agent": "openclaw/0.0.0-test",
        "accept-encoding": "identity",
        ...(method === "POST" && { "content-type": "application/json" }),
      });
    }
    expect(api.requests.map(({ path, body }) => path + body).join()).not.toContain(CANARY);
  });

  const capture = (base: string | undefined) => {
    const urls: string[] = [];
    const http = async ({ url }: HttpRequest) => {
      urls.push(url);
      return { ok: true, value: answer(200, '{"success":true,"result":{"status":"active"}}') } as const;
    };
    return { urls, context: { http, delay: async () => {}, env: { CLOUDFLARE_API_BASE_URL: base } } };
  };

  it.each([
    [undefined, "https://api.cloudflare.com/client/v4"],
    [" ", "https://api.cloudflare.com/client/v4"],
    ["https://api.fed.cloudflare.com/client/v4/", "https://api.fed.cloudflare.com/client/v4"],
    ["http://[::1]:8787", "http://[::1]:8787"],
  ])("with the base %j goes to %s", async (base, expected) => {
    const { urls, context } = capture(base);
    expect((await cloudflare.verifyToken(inquiry(), undefined, context)).status).toBe("active");
    expect(urls).toEqual([`${expected}/user/tokens/verify`]);
  });

  it.each([
    ["api.cloudflare.com", "CLOUDFLARE_API_BASE_URL is not a URL."],
    ["http://api.cloudflare.com/client/v4", "CLOUDFLARE_API_BASE_URL would send the token unencrypted."],
    ["http://127.0.0.1.example.com", "CLOUDFLARE_API_BASE_URL would send the token unencrypted."],
    ["ftp://127.0.0.1", "CLOUDFLARE_API_BASE_URL would send the token unencrypted."],
    [`https://me:${CANARY}@api.example.com`, "CLOUDFLARE_API_BASE_URL contains more than a host and a path."],
    [`https://api.example.com/?key=${CANARY}`, "CLOUDFLARE_API_BASE_URL contains more than a host and a path."],
  ])("with the base %s is not sent", async (base, message) => {
    const { urls, context } = capture(base);
    expect(await cloudflare.verifyToken(inquiry(), undefined, context)).toEqual({
      status: "unchecked",
      finding: {
        code: "environment.invalid",
        layer: "this machine",
        message: sayingOnly(message),
        fix: saying(/\.$/),
        transient: false,
        ids: {},
      },
    });
    expect(urls).toEqual([]);
  });
});

/** Every text in a value, however deep, and every message in English. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") return [value(en)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

describe("the token", () => {
  /** Looks different in a URL. */
  const token = `${CANARY.slice(0, 20)}+/${CANARY.slice(20)}==`;
  const STATUS = fc.constantFrom(200, 200, 200, 200, 200, 302, 400, 401, 403, 404, 429, 500, 524);
  const TEXT = fc
    .tuple(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(token, encodeURIComponent(token)))
    .map(([before, form]) => `${before} ${form} already exists`);
  const BODY = TEXT.chain((text) =>
    fc.constantFrom(
      JSON.stringify({ success: true, result: [{ id: text, name: text, alias: text, provider_slug: text }] }),
      JSON.stringify({ success: true, result: [{ id: accountId, name: text }] }),
      JSON.stringify({ success: true, result: [{ id: token, name: `@${token}`, alias: token, provider_slug: token }] }),
      JSON.stringify({ success: true, result: { id: token, status: text } }),
      JSON.stringify({ success: false, errors: [{ code: 9999, message: text }] }),
      JSON.stringify({ success: false, errors: [{ code: 10000, message: text }] }),
      JSON.stringify({ message: text }),
      `<html><title>${text}</title>`,
      text,
    ),
  );

  it("never comes back, whatever is answered, nor do control characters", async () => {
    await fc.assert(
      fc.asyncProperty(STATUS, BODY, fc.constantFrom(...Object.values(QUESTIONS)), async (status, body, question) => {
        const headers = { "cf-ray": token, "retry-after": token, location: token };
        const http = async () => ({ ok: true, value: answer(status, body, headers) }) as const;
        const result = await question(inquiry(token), { http, delay: async () => {}, env: {} });
        for (const text of textsIn(result)) {
          expect(text).not.toContain(token);
          expect(text).not.toContain(encodeURIComponent(token));
          expect(text).toMatch(/^[^\p{Cc}]{0,400}$/u);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
