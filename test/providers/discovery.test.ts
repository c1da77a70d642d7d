import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../src/core/http.ts";
import type { Result } from "../../src/core/result.ts";
import type { AccountGateway, Discovery } from "../../src/providers/discovery.ts";
import type { Finding } from "../../src/providers/finding.ts";
import { en } from "../../src/text/en/index.ts";
import { say } from "../../src/text/message.ts";
import { asked, asking, CANARY, inquiry, startApi } from "../support/discovery.ts";
import { readable } from "../support/saying.ts";
import { OTEL_SECRET } from "../support/stand-in/cloudflare-api.ts";
import { KNOWN, type Permission, type Token } from "../support/stand-in/world.ts";

const cloudflare: Discovery = await import("../../src/providers/cloudflare-ai-gateway/discovery.ts");

const { accountId, gatewayId } = KNOWN;
const OTHER_ACCOUNT = "f".repeat(32);
const PLACE = { accountId, gatewayId };
const ACCOUNT_TOKEN = "cfat_CANARYcanaryCANARYcanaryCANARYcanary12345678";
const USER_TOKEN = "cfut_CANARYcanaryCANARYcanaryCANARYcanary12345678";

/** A world in which the canary is a person's token in force that may do everything, but for what is said. */
const withToken = (token: Partial<Token> = {}) => ({ tokens: [{ value: CANARY, ...token }] });
const may = (...permissions: Permission[]) => withToken({ permissions });

/** The finding, which there has to be. */
function findingOf(result: Result<unknown, Finding>): Finding {
  if (result.ok) throw new Error(`found ${JSON.stringify(result.value)}`);
  return readable(result.error);
}

/** What was found, which has to be something. */
function foundIn<T>(result: Result<T, Finding>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe("a token", () => {
  const AT_ACCOUNT = `GET /accounts/${accountId}/tokens/verify`;
  const AT_USER = "GET /user/tokens/verify";

  it.each<[string, Partial<Token>, string | undefined, object, string | undefined, string[]]>([
    ["of a person", { value: USER_TOKEN }, undefined, { status: "active", kind: "user" }, undefined, [AT_USER]],
    [
      "of an account",
      { value: ACCOUNT_TOKEN },
      accountId,
      { status: "active", kind: "account" },
      undefined,
      [AT_ACCOUNT],
    ],
    [
      "of an account that is not known yet is not asked about",
      { value: ACCOUNT_TOKEN },
      undefined,
      { status: "unchecked", kind: "account" },
      undefined,
      [],
    ],
    ["of a person, of the older kind", {}, accountId, { status: "active", kind: "user" }, undefined, [AT_USER]],
    [
      "of an account, of the older kind",
      { kind: "account" },
      accountId,
      { status: "active", kind: "account" },
      undefined,
      [AT_USER, AT_ACCOUNT],
    ],
    [
      "of an account that is not known, of the older kind",
      { kind: "account" },
      undefined,
      { status: "unknown" },
      "api.token-unknown",
      [AT_USER],
    ],
    ["that has expired", { status: "expired" }, accountId, { status: "expired" }, "api.token-expired", [AT_USER]],
    [
      "of an account, switched off",
      { value: ACCOUNT_TOKEN, status: "disabled" },
      accountId,
      { status: "disabled", kind: "account" },
      "api.token-disabled",
      [AT_ACCOUNT],
    ],
    [
      "of another account",
      { value: ACCOUNT_TOKEN, accountIds: [OTHER_ACCOUNT] },
      accountId,
      { status: "unknown", kind: "account" },
      "api.access-refused",
      [AT_ACCOUNT],
    ],
  ])("%s", async (_what, token, account, expected, code, paths) => {
    const { api, context } = await startApi(withToken(token));
    const { finding, ...report } = await cloudflare.verifyToken(inquiry(token.value), account, context);
    expect(report).toEqual(expected);
    expect(finding?.code).toBe(code);
    expect(asked(api)).toEqual(paths);
  });

  it("that is unknown is verified at both addresses and reported once", async () => {
    const { api, context } = await startApi({ tokens: [] });
    const report = await cloudflare.verifyToken(inquiry(), accountId, context);
    expect(report).toMatchObject({ status: "unknown", finding: { code: "api.token-unknown" } });
    expect(report).not.toHaveProperty("kind");
    expect(asked(api)).toEqual([AT_USER, AT_ACCOUNT]);
  });

  it("that the API cannot read is malformed", async () => {
    const { context } = await startApi();
    const report = await cloudflare.verifyToken(inquiry("some:thing{else}"), undefined, context);
    expect(report).toMatchObject({ status: "malformed", finding: { code: "api.token-malformed" } });
  });

  it.each([
    ["a global API key", `cfk_${CANARY}12345678`, "This is a Cloudflare global API key, not a Cloudflare API token."],
    ["an Anthropic key", KNOWN.anthropicKey, "This is an Anthropic API key, not a Cloudflare API token."],
    ["an OpenAI key", KNOWN.openaiKey, "This is an OpenAI API key, not a Cloudflare API token."],
    ["one in two pieces", "CANARYcanary CANARYcanary", "It contains a space or tab at character 13."],
    ["a variable without a value", "$CLOUDFLARE_API_TOKEN", "This looks like a reference, but nothing replaces it."],
  ])("that is %s is never sent", async (_what, token, message) => {
    const { api, context } = await startApi();
    const report = await cloudflare.verifyToken(inquiry(token), accountId, context);
    expect(report).toMatchObject({
      status: "malformed",
      finding: { code: "credentials.malformed", layer: "this machine" },
    });
    const accounts = findingOf(await cloudflare.accounts(inquiry(token), context));
    const gateways = findingOf(await cloudflare.gateways(inquiry(token), accountId, context));
    for (const finding of [report.finding && readable(report.finding), accounts, gateways]) {
      expect(finding?.message).toBe(message);
      expect(finding?.fix).toMatch(/\.$/);
    }
    expect(api.requests).toEqual([]);
  });

  it("is cleaned before it is sent", async () => {
    const { api, context } = await startApi(withToken());
    expect((await cloudflare.verifyToken(inquiry(` "Bearer: ${CANARY}"\n`), undefined, context)).status).toBe("active");
    expect(api.requests[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
  });
});

describe("accounts", () => {
  const ACCOUNTS = [
    { id: accountId, name: "Mine" },
    { id: OTHER_ACCOUNT, name: "Another" },
    { id: "a".repeat(32), name: "Somebody else's" },
  ];
  const OF_TWO = { accounts: ACCOUNTS, ...withToken({ accountIds: [accountId, OTHER_ACCOUNT] }) };

  it("are those of the token", async () => {
    const { context } = await startApi(OF_TWO);
    expect(foundIn(await cloudflare.accounts(inquiry(), context)).items).toEqual(ACCOUNTS.slice(0, 2));
  });

  it("that the token may not list are refused with the missing permission", async () => {
    const { api, context } = await startApi(may("run", "read"));
    expect(findingOf(await cloudflare.accounts(inquiry(), context))).toMatchObject({
      code: "api.permission-missing",
      layer: "cloudflare-api",
      message: "The token is valid but lacks the permission Account Settings Read.",
    });
    expect(asked(api)).toEqual(["GET /accounts?page=1&per_page=50"]);
  });

  it("cannot be listed with an account's own token, whose finding asks for the account ID", async () => {
    const { context } = await startApi(withToken({ value: ACCOUNT_TOKEN }));
    const finding = findingOf(await cloudflare.accounts(inquiry(ACCOUNT_TOKEN), context));
    expect(finding).toMatchObject({ code: "api.account-token", field: "accountId" });
  });

  it("come from all pages", async () => {
    const accounts = Array.from({ length: 120 }, (_, index) => ({
      id: index.toString(16).padStart(32, "0"),
      name: `Account ${index}`,
    }));
    const { api, context } = await startApi({ accounts, ...withToken({ accountIds: accounts.map(({ id }) => id) }) });
    expect(foundIn(await cloudflare.accounts(inquiry(), context)).items).toEqual(accounts);
    expect(asked(api)).toEqual([1, 2, 3].map((page) => `GET /accounts?page=${page}&per_page=50`));
  });

  it("have sanitized names, or their ids where nothing is left", async () => {
    // Nothing but the knowledge that it was sent tells that it is a secret.
    const plain = "canary/canary/canary/canary/canary/canary";
    const accounts = [
      { id: accountId, name: `\u001b]0;x\u0007Fix:\nrun ${plain} ${"long ".repeat(90)}` },
      { id: OTHER_ACCOUNT, name: "\u202e" },
    ];
    const token = { value: plain, accountIds: accounts.map(({ id }) => id) };
    const { context } = await startApi({ accounts, ...withToken(token) });
    const [first, second] = foundIn(await cloudflare.accounts(inquiry(plain), context)).items;
    expect(first?.name).toMatch(/^\]0;xFix: run \*{8} long .{60,}…$/);
    expect(first?.name).toHaveLength(100);
    expect(second?.name).toBe(OTHER_ACCOUNT);
  });
});

describe("gateways", () => {
  const list = (token: string, account: string, context: Awaited<ReturnType<typeof startApi>>["context"]) =>
    cloudflare.gateways(inquiry(token), account, context);

  it("are those of the account, with the settings that matter", async () => {
    const { context } = await startApi({
      gateways: [
        { id: "open" },
        { id: "strict", authentication: true, byokOnly: true, wholesale: false, cacheSeconds: 60, logs: false },
        { id: "busy", rateLimit: { requests: 100, seconds: 60 } },
        { id: "elsewhere", accountId: OTHER_ACCOUNT },
      ],
      ...withToken(),
    });
    const open = { authentication: false, keyRequired: false, billing: true, cacheSeconds: 0, logs: true };
    const found = foundIn(await list(CANARY, accountId, context)).items;
    expect(found).toEqual([
      { id: "open", ...open },
      { id: "strict", authentication: true, keyRequired: true, billing: false, cacheSeconds: 60, logs: false },
      { id: "busy", ...open, rateLimit: { requests: 100, seconds: 60 } },
    ]);
    expect(JSON.stringify(found)).not.toContain(OTEL_SECRET);
  });

  it("may be an empty list", async () => {
    const { context } = await startApi({ gateways: [], ...withToken() });
    expect(foundIn(await list(CANARY, accountId, context)).items).toEqual([]);
  });

  it("come from all pages", async () => {
    const gateways = Array.from({ length: 101 }, (_, index) => ({ id: `gw-${index}` }));
    const { api, context } = await startApi({ gateways, ...withToken() });
    expect(foundIn(await list(CANARY, accountId, context)).items.map(({ id }) => id)).toEqual(
      gateways.map(({ id }) => id),
    );
    expect(api.requests).toHaveLength(3);
  });

  it("that an active token may not list are refused with the missing permission", async () => {
    const { api, context } = await startApi(may("run"));
    const finding = findingOf(await list(CANARY, accountId, context));
    expect(finding).toMatchObject({
      code: "api.permission-missing",
      message: "The token is valid but lacks the permission AI Gateway Read.",
      transient: false,
    });
    expect(finding).not.toHaveProperty("field");
    expect(asked(api)).toEqual([
      `GET /accounts/${accountId}/ai-gateway/gateways?page=1&per_page=50`,
      "GET /user/tokens/verify",
    ]);
  });

  it.each<[string, Partial<Token>, string, string]>([
    ["an account's own token", { value: ACCOUNT_TOKEN, permissions: ["run"] }, accountId, "api.permission-missing"],
    ["another account's token", {}, OTHER_ACCOUNT, "api.permission-missing"],
    ["an expired token", { status: "expired" }, accountId, "api.token-expired"],
    ["a token that is switched off", { status: "disabled" }, accountId, "api.token-disabled"],
    ["what is no account's id", {}, "my-account", "api.account-not-found"],
  ])("are refused to %s, for its own reason", async (_what, token, account, code) => {
    const { context } = await startApi(withToken(token));
    expect(findingOf(await list(token.value ?? CANARY, account, context)).code).toBe(code);
  });

  it("are refused to an unknown token, for that reason", async () => {
    const { context } = await startApi({ tokens: [] });
    expect(findingOf(await list(CANARY, accountId, context)).code).toBe("api.token-unknown");
  });

  it("are refused for the first reason where the token cannot be verified", async () => {
    const { api, context } = await startApi(may("run"));
    api.dial("api-7000", { path: "/tokens/verify" });
    const finding = findingOf(await list(CANARY, accountId, context));
    expect(finding.code).toBe("api.token-rejected");
    expect(finding.fix).toContain("Add the permission AI Gateway Read to the token.");
  });
});

describe("one gateway", () => {
  it("has settings", async () => {
    const { api, context } = await startApi({ gateways: [{ authentication: true }], ...withToken() });
    const found = foundIn(await cloudflare.settings(inquiry(), PLACE, context));
    expect(found).toMatchObject({ id: gatewayId, authentication: true });
    expect(asked(api)).toEqual([`GET /accounts/${accountId}/ai-gateway/gateways/${gatewayId}`]);
  });

  it("that does not exist is named in the finding", async () => {
    const { context } = await startApi(withToken());
    const place = { accountId, gatewayId: "no-such-gw" };
    for (const ask of [cloudflare.settings, cloudflare.storedKeys]) {
      expect(findingOf(await ask(inquiry(), place, context))).toMatchObject({
        code: "api.gateway-not-found",
        message: 'The account has no gateway "no-such-gw".',
        field: "gatewayId",
      });
    }
  });

  it("lists its stored keys without any part of the keys", async () => {
    const storedKeys = { anthropic: { default: KNOWN.anthropicKey, work: `${KNOWN.anthropicKey}2` } };
    const { context } = await startApi({ gateways: [{ storedKeys }], ...withToken() });
    expect(foundIn(await cloudflare.storedKeys(inquiry(), PLACE, context))).toEqual([
      { provider: "anthropic", alias: "default", isDefault: true },
      { provider: "anthropic", alias: "work", isDefault: false },
    ]);
  });
});

describe("a new gateway", () => {
  const WANTED = { id: "new-gw", authentication: true, logs: false };

  it("exists afterwards, with the requested settings", async () => {
    const { api, context } = await startApi(withToken());
    const created = foundIn(await cloudflare.create(inquiry(), accountId, WANTED, context));
    expect(created).toEqual({ ...WANTED, keyRequired: false, billing: true, cacheSeconds: 0 });
    expect(JSON.parse(api.requests[0]?.body ?? "")).toEqual({
      id: "new-gw",
      authentication: true,
      collect_logs: false,
      cache_invalidate_on_update: true,
      cache_ttl: 0,
      rate_limiting_interval: 0,
      rate_limiting_limit: 0,
      rate_limiting_technique: "fixed",
    });
    expect(foundIn(await cloudflare.gateways(inquiry(), accountId, context)).items).toContainEqual(created);
  });

  it.each(["half-answer", "stall"] as const)("is looked up where its answer is lost: %s", async (how) => {
    const { api, context } = await startApi(withToken());
    const http = (request: HttpRequest) =>
      context.http(request.method === "POST" ? { ...request, idleTimeoutMs: 200 } : request);
    const impatient = { ...context, http };
    api.dial(how, { times: 1 });
    const created = foundIn(await cloudflare.create(inquiry(), accountId, WANTED, impatient));
    expect(created).toMatchObject(WANTED);
    const at = `/accounts/${accountId}/ai-gateway/gateways`;
    expect(asked(api)).toEqual([`POST ${at}`, `GET ${at}/new-gw`]);
  });

  it("is not looked up where the answer says what is wrong, or nothing was sent", async () => {
    const { api, context } = await startApi(withToken());
    api.dial("api-971", { times: 1 });
    expect(findingOf(await cloudflare.create(inquiry(), accountId, WANTED, context)).code).toBe("api.rate-limited");
    expect(api.requests).toHaveLength(1);
    const nobody = asking("http://127.0.0.1:9/client/v4");
    expect(findingOf(await cloudflare.create(inquiry(), accountId, WANTED, nobody)).code).toBe("network.refused");
  });

  it("with a name that is taken is refused", async () => {
    const { context } = await startApi(withToken());
    const finding = findingOf(await cloudflare.create(inquiry(), accountId, { ...WANTED, id: gatewayId }, context));
    expect(finding).toMatchObject({
      code: "api.gateway-exists",
      message: `The account already has a gateway "${gatewayId}".`,
    });
  });

  it("with an invalid name is refused with Cloudflare's message", async () => {
    const { context } = await startApi(withToken());
    const finding = findingOf(await cloudflare.create(inquiry(), accountId, { ...WANTED, id: "Bad--Name" }, context));
    expect(finding).toMatchObject({ code: "api.parameter-invalid", message: expect.stringContaining("(id: invalid)") });
  });

  it("takes a permission of its own", async () => {
    const { context } = await startApi(may("run", "read", "accounts"));
    expect(findingOf(await cloudflare.create(inquiry(), accountId, WANTED, context)).message).toBe(
      "The token is valid but lacks the permission AI Gateway Edit.",
    );
  });

  it("is never requested twice", async () => {
    for (const dial of ["reset", "api-7000"] as const) {
      const { api, context } = await startApi(withToken());
      api.dial(dial, { times: 1 });
      expect(findingOf(await cloudflare.create(inquiry(), accountId, WANTED, context)).transient).toBe(true);
      // It is looked up instead.
      expect(api.requests.map(({ method }) => method)).toEqual(["POST", "GET"]);
    }
  });
});

describe("an account", () => {
  it("lists its text models by the names that requests use", async () => {
    const { api, context } = await startApi(withToken());
    const found = foundIn(await cloudflare.models(inquiry(), accountId, context));
    expect(found).toHaveLength(5);
    expect(found.slice(0, 3)).toEqual([
      {
        id: "@cf/zai-org/glm-5.3-flash",
        input: ["text", "image"],
        reasoning: true,
        contextWindow: 1_310_720,
        cost: { input: 0.15, output: 0.5, cacheRead: 0.03 },
      },
      {
        id: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        contextWindow: 24_000,
        cost: { input: 0.293, output: 2.253 },
        retiresOn: "2026-12-31",
      },
      { id: "@cf/meta/llama-3.2-3b-instruct" },
    ]);
    expect(asked(api)).toEqual([`GET /accounts/${accountId}/ai/models/search?task=Text+Generation&page=1&per_page=50`]);
  });

  it("does not list its models for a token without the permission", async () => {
    const { context } = await startApi(may("run", "read", "edit", "accounts"));
    expect(findingOf(await cloudflare.models(inquiry(), accountId, context)).message).toBe(
      "The token is valid but lacks the permission Workers AI Read.",
    );
  });
});

describe("what a gateway requires", () => {
  const PLAIN: AccountGateway = {
    id: "gw",
    authentication: false,
    keyRequired: false,
    billing: false,
    cacheSeconds: 0,
    logs: false,
  };
  const TOKEN = "The gateway requires a token with every request.";
  const KEY = "The gateway requires an API key, either sent with the request or stored.";
  const BILLED =
    "Cloudflare can bill you for requests without an API key. openclaw forbids that unless you choose Unified Billing.";

  it.each<[string, Partial<AccountGateway>, object]>([
    ["is nothing where nothing is set", {}, {}],
    ["is a token where it asks for one", { authentication: true }, { required: ["gatewayToken"], notes: [TOKEN] }],
    ["is a provider's key where it insists", { keyRequired: true }, { notes: [KEY] }],
    ["may cost money", { authentication: true, billing: true }, { required: ["gatewayToken"], notes: [TOKEN, BILLED] }],
    [
      "costs no money where a key is required",
      { authentication: true, billing: true, keyRequired: true },
      { required: ["gatewayToken"], notes: [TOKEN, KEY] },
    ],
    ["costs no money where it is open", { billing: true }, {}],
    [
      "is to know of its cache",
      { cacheSeconds: 300 },
      { notes: ["The gateway answers identical requests from its cache for 300 seconds."] },
    ],
    ["is to know of its logs", { logs: true }, { notes: ["The gateway keeps prompts and answers in its logs."] }],
    [
      "is to know of its limit",
      { rateLimit: { requests: 50, seconds: 60 } },
      { notes: ["The gateway allows 50 requests every 60 seconds."] },
    ],
  ])("%s", (_what, settings, expected) => {
    const { notes, ...rest } = cloudflare.requirements({ ...PLAIN, ...settings }, []);
    expect({ ...rest, notes: notes.map((note) => say(note, en)) }).toEqual({
      required: [],
      notes: [],
      ...expected,
    });
  });
});
