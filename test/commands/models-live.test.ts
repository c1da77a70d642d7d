import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/commands/main.ts";
import { send } from "../../src/http/client.ts";
import { anthropicError, gatewayError, modelPage } from "../support/answers.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import {
  CANARY_KEY,
  CANARY_TOKEN,
  DOCUMENTED,
  filesBelow,
  openclaw,
  PATH_TO_PROGRAM,
  PROGRAM,
  shownPath,
  temporaryHome,
} from "../support/program.ts";
import { testContext } from "../support/real-context.ts";

const ID = "cloudflare-ai-gateway";
const LIVE = ["models", "list", "--provider", ID, "--live"];
const LIST = ["models", "list", "--provider", ID];

const full = {
  type: "model",
  id: "claude-new-7",
  display_name: "Claude New 7",
  max_input_tokens: 2_000_000,
  max_tokens: 256_000,
  capabilities: { image_input: { supported: true }, thinking: { supported: true } },
};
const model = (id: string, rest: object = {}) => ({ type: "model", id, display_name: null, ...rest });

interface Row {
  readonly key: string;
  readonly tags: readonly string[];
}

const configAt = (baseUrl: string, models: readonly object[] = []) => ({
  models: {
    providers: {
      [ID]: {
        baseUrl,
        apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
        headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" },
        models,
      },
    },
  },
  agents: { defaults: { model: { primary: `${ID}/claude-sonnet-4-6` } } },
});

function homeAt(baseUrl: string, { key = CANARY_KEY, models = [] as readonly object[] } = {}): string {
  const home = temporaryHome();
  mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
  writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(configAt(baseUrl, models)));
  writeFileSync(
    join(home, ".openclaw", ".env"),
    `CLOUDFLARE_AI_GATEWAY_API_KEY=${key}\nCF_AIG_TOKEN=${CANARY_TOKEN}\n`,
  );
  return home;
}

const cacheOf = (home: string) => join(home, ".openclaw", "cache", `models-${ID}.json`);
const hasCache = (home: string) => filesBelow(home).has(cacheOf(home));
const rowsOf = (stdout: string): readonly Row[] => JSON.parse(stdout).models;
const rowOf = (stdout: string, id: string) => rowsOf(stdout).find(({ key }) => key === `${ID}/${id}`);

const ABOUT = { version: "1.2.3", node: process.version, platform: process.platform };

/** A run in this process, on a day of the test's choice, where waiting takes no time. */
const inProcess = (homedir: string, now = new Date("2026-11-23T10:00:00Z")) =>
  testContext({
    homedir: () => homedir,
    env: { PATH: PATH_TO_PROGRAM },
    started: { node: process.execPath, script: PROGRAM },
    now: () => now,
    http: (request) => send(request, {}),
  });

/** A gateway that was asked once, and the home of whoever asked it. */
async function refreshed(): Promise<{ readonly gateway: TestGateway; readonly home: string }> {
  const gateway = await startGateway({ authenticated: true });
  const home = homeAt(gateway.baseUrl);
  gateway.next(modelPage([full], full.id, false));
  expect((await openclaw(["models", "refresh"], { home })).status).toBe(0);
  return { gateway, home };
}

/** Makes the cache say something else, as time or a person may. */
function changeCache(home: string, change: object): void {
  const path = cacheOf(home);
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change }));
}

describe("models list --live", () => {
  it("reads every page with what a real request carries, and shows what each model's entry says", async () => {
    const gateway = await startGateway({ authenticated: true });
    const home = homeAt(gateway.baseUrl);
    gateway.next(
      modelPage([full, model("claude-a")], "claude-a"),
      modelPage([model("claude-a"), model("claude-b")], "claude b&c"),
      modelPage([model("claude-sonnet-4-6")], null, false),
    );
    // An id with a blank is none, so that the page's last model says where the next begins.
    const { status, stdout, stderr } = await openclaw([...LIVE, "--json"], { home });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const start = "/anthropic/v1/models?limit=1000";
    expect(gateway.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${start}`,
      `GET ${start}&after_id=claude-a`,
      `GET ${start}&after_id=claude-b`,
    ]);
    for (const { headers } of gateway.received) {
      expect(headers).toMatchObject({
        "x-api-key": CANARY_KEY,
        "cf-aig-authorization": `Bearer ${CANARY_TOKEN}`,
        "anthropic-version": "2023-06-01",
        "cf-aig-skip-cache": "true",
        "user-agent": expect.stringMatching(/^openclaw\/\d/),
      });
    }
    expect(rowOf(stdout, "claude-new-7")).toEqual({
      key: `${ID}/claude-new-7`,
      name: "Claude New 7",
      input: "text+image",
      contextWindow: 2_000_000,
      local: true,
      available: true,
      tags: [],
      missing: false,
    });
    expect(rowOf(stdout, "claude-b")).toMatchObject({ name: "claude-b", input: "-", contextWindow: null });
    expect(rowOf(stdout, "claude-opus-5-5")).toMatchObject({ available: true, tags: ["not offered"] });
    expect(rowsOf(stdout)[0]).toMatchObject({ key: `${ID}/claude-sonnet-4-6`, tags: ["default"] });
    const keys = rowsOf(stdout).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("models list --refresh", () => {
  it("asks, saves the answer, and lists the configured models", async () => {
    const gateway = await startGateway({ authenticated: true });
    const home = homeAt(gateway.baseUrl);
    gateway.next(modelPage([full, model("claude-sonnet-4-6")], full.id, false));
    const { status, stdout, stderr } = await openclaw(["models", "list", "--refresh", "--json"], { home });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(rowsOf(stdout).map(({ key }) => key)).toEqual([`${ID}/claude-sonnet-4-6`]);
    expect(hasCache(home)).toBe(true);
    gateway.next(modelPage([full], full.id, false));
    const all = await openclaw(["models", "list", "--refresh", "--all", "--json"], { home });
    expect(rowOf(all.stdout, "claude-new-7")).toBeDefined();
    expect(gateway.received).toHaveLength(2);
  });

  it("lists what there is where nobody answers, says why, and fails", async () => {
    const gateway = await startGateway({ authenticated: true });
    const home = homeAt(gateway.baseUrl, { key: `${CANARY_KEY}x` });
    const { status, stdout, stderr } = await openclaw(["models", "list", "--refresh", "--plain"], { home });
    expect({ status, stdout }).toEqual({ status: 1, stdout: `${ID}/claude-sonnet-4-6\n` });
    expect(stderr).toContain("anthropic.key-rejected");
    expect(hasCache(home)).toBe(false);
  });
});

describe("a key that is stored at Cloudflare", () => {
  it("is asked with, without any key of the environment, and its alias may be a part of every model's name", async () => {
    const gateway = await startGateway();
    const home = homeAt(gateway.baseUrl);
    const config = configAt(gateway.baseUrl);
    const headers = {
      "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}",
      "cf-aig-no-wholesale": "true",
      "cf-aig-byok-alias": "claude",
    };
    Object.assign(config.models.providers[ID], { apiKey: undefined, auth: "token", headers });
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(config));
    gateway.next(modelPage([full, model("claude-a", { display_name: `${CANARY_TOKEN}` })], null, false));
    const { status, stdout } = await openclaw([...LIVE, "--json"], { home });
    expect(status).toBe(0);
    expect(gateway.received[0]?.headers).toMatchObject({
      "cf-aig-authorization": `Bearer ${CANARY_TOKEN}`,
      "cf-aig-byok-alias": "claude",
    });
    expect(gateway.received[0]?.headers).not.toHaveProperty("x-api-key");
    expect(rowOf(stdout, "claude-new-7")).toMatchObject({ available: true, tags: [] });
    expect(rowOf(stdout, "claude-a")).toMatchObject({ tags: [] });
    expect(stdout).not.toContain("CANARY");
  });
});

describe("a list that cannot be read", () => {
  it.each([
    [
      "the same place again and again",
      (gateway: TestGateway) => {
        for (let page = 0; page < 3; page += 1) gateway.next(modelPage([model("claude-a")], "claude-a"));
      },
      2,
    ],
    [
      "always another place",
      (gateway: TestGateway) => {
        for (let page = 0; page < 60; page += 1) gateway.next(modelPage([model(`claude-${page}`)], `claude-${page}`));
      },
      50,
    ],
  ])("is left when it goes on for ever: %s", async (_, prepare, pages) => {
    const gateway = await startGateway({ authenticated: true });
    const home = homeAt(gateway.baseUrl);
    prepare(gateway);
    const { status, stdout, stderr } = await openclaw(LIVE, { home });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`lists models without end; stopped after ${pages} pages.`);
    expect(gateway.received).toHaveLength(pages);
    expect(hasCache(home)).toBe(false);
  });

  it("is an error with the diagnosis of a refused key, and nothing is kept", async () => {
    const gateway = await startGateway({ authenticated: true });
    for (const args of [LIVE, ["models", "refresh"]]) {
      const home = homeAt(gateway.baseUrl, { key: `${CANARY_KEY}x` });
      const { status, stdout, stderr } = await openclaw(args, { home });
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(/\(anthropic, anthropic\.key-rejected\)/);
      expect(stderr).toMatch(/request-id req_/);
      expect(stderr).not.toContain("CANARY");
      expect(hasCache(home)).toBe(false);
      const { error } = JSON.parse((await openclaw([...args, "--json"], { home })).stdout);
      expect(error).toMatchObject({ code: "models.unavailable", message: expect.stringContaining("key-rejected") });
    }
  });

  it("keeps nothing when a later page fails, nor touches what was kept", async () => {
    const { gateway, home } = await refreshed();
    const before = readFileSync(cacheOf(home), "utf8");
    gateway.next(modelPage([model("claude-a")], "claude-a"), anthropicError(403, "permission_error", "no"));
    expect((await openclaw(["models", "refresh"], { home })).status).toBe(1);
    expect(readFileSync(cacheOf(home), "utf8")).toBe(before);
  });

  it.each([
    ["no models in it", { status: 200, headers: {}, body: '{"data":[null,7,"claude",{"id":7},{"name":"x"}]}' }],
    ["another answer", { status: 200, headers: {}, body: '{"type":"message","content":[]}' }],
    ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<html><title>Hi</title></html>" }],
    ["a further page that begins nowhere", modelPage([], null)],
  ])("is an error: %s", async (_, answer) => {
    const gateway = await startGateway({ authenticated: true });
    gateway.next(answer);
    const home = homeAt(gateway.baseUrl);
    const { status, stdout } = await openclaw([...LIVE, "--json"], { home });
    expect([status, JSON.parse(stdout).error.code]).toEqual([1, "models.unavailable"]);
    expect(hasCache(home)).toBe(false);
  });

  it.each([
    ["nothing is set up", {}, undefined, "Not set up yet."],
    ["the key has no value", configAt("https://x.example/anthropic"), "", "CF_AIG_TOKEN has no value."],
    [
      "no key is there",
      { models: { providers: { [ID]: { baseUrl: "https://x.example" } } } },
      "",
      "No API key or token is configured.",
    ],
    [
      "the address is open to all",
      configAt("http://x.example/anthropic"),
      undefined,
      "sends the credentials unencrypted",
    ],
    ["the address has a password", configAt("https://me:pa55word@x.example/a"), undefined, "user name or password"],
  ])("is not even asked for when %s", async (_, config, secrets, reason) => {
    const home = homeAt("https://unused.example");
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(config));
    if (secrets !== undefined) writeFileSync(join(home, ".openclaw", ".env"), secrets);
    const { status, stdout, stderr } = await openclaw(["models", "refresh"], { home });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`  ${ID}(?:, [\\w-]+)*: `));
    expect(stderr).toContain("openclaw: No provider is ready to list its models.\n");
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain("pa55word");
  });

  it("is not asked of a provider that is not ours", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"));
    writeFileSync(join(home, ".openclaw", "openclaw.json"), '{models:{providers:{p:{baseUrl:"http://localhost:1"}}}}');
    const { status, stderr } = await openclaw(["models", "list", "--provider", "p", "--live"], { home });
    expect([status, stderr]).toEqual([1, expect.stringContaining('Provider "p" cannot list its models.')]);
  });
});

describe("what a gateway says", () => {
  it("is used where it makes sense, whatever else is in it", async () => {
    const gateway = await startGateway({ authenticated: true });
    const home = homeAt(gateway.baseUrl);
    gateway.next(
      modelPage(
        [
          null,
          model("claude-nulls", { max_input_tokens: null, max_tokens: null, capabilities: null }),
          model("claude-odd", { max_input_tokens: -5, max_tokens: "many", capabilities: { image_input: null } }),
          model("claude-text", { max_input_tokens: 100_000, capabilities: { image_input: { supported: false } } }),
          model("claude-opus-5-5", { max_input_tokens: null }),
          model("claude\u001b[31m"),
          model("x".repeat(201)),
          model(CANARY_KEY),
          model("__proto__"),
          model("claude-name", { display_name: `Mine\u001b[2J\n${CANARY_KEY} ${"long ".repeat(100)}` }),
        ],
        null,
        "yes",
      ),
    );
    const { status, stdout } = await openclaw([...LIVE, "--json"], { home });
    expect(status).toBe(0);
    for (const id of ["claude-nulls", "claude-odd"]) {
      expect(rowOf(stdout, id)).toMatchObject({ name: id, input: "-", contextWindow: null });
    }
    expect(rowOf(stdout, "claude-text")).toMatchObject({ input: "text", contextWindow: 100_000 });
    // What the answer does not say, the catalogue does.
    expect(rowOf(stdout, "claude-opus-5-5")).toMatchObject({
      name: "Claude Opus 5.5",
      input: "text+image",
      contextWindow: 1_000_000,
      tags: [],
    });
    expect(rowOf(stdout, "__proto__")).toMatchObject({ tags: [] });
    expect(rowOf(stdout, "claude-name")).toMatchObject({ name: expect.stringMatching(/^Mine\[2J \*+ long .{0,80}…$/) });
    const offered = rowsOf(stdout).filter(({ tags }) => !tags.includes("not offered"));
    expect(offered).toHaveLength(6);
    for (const text of [stdout, readFileSync(cacheOf(home), "utf8")]) {
      expect(text).not.toContain("CANARY");
      expect(text).not.toContain("u001b");
    }
  });

  it("counts for a model that is configured, too, but for the limit that OpenClaw keeps to", async () => {
    const gateway = await startGateway({ authenticated: true });
    const models = [
      { id: "claude-new-7", name: "claude-new-7", contextWindow: 200_000, contextTokens: 150_000 },
      { id: "claude-gone", name: "Gone" },
    ];
    const home = homeAt(gateway.baseUrl, { models });
    gateway.next(modelPage([full], full.id, false));
    const { stdout } = await openclaw([...LIVE, "--json"], { home });
    expect(rowOf(stdout, "claude-new-7")).toMatchObject({
      name: "Claude New 7",
      input: "text+image",
      contextWindow: 2_000_000,
      contextTokens: 150_000,
      tags: [],
    });
    expect(rowOf(stdout, "claude-gone")).toMatchObject({
      name: "Gone",
      input: "text",
      contextWindow: 200_000,
      tags: ["not offered"],
      missing: false,
    });
  });

  it("covers an alias whose date it names", async () => {
    const gateway = await startGateway({ authenticated: true });
    const home = homeAt(gateway.baseUrl);
    const config = configAt(gateway.baseUrl);
    config.agents.defaults.model.primary = `${ID}/claude-new-7`;
    writeFileSync(join(home, ".openclaw", "openclaw.json"), JSON.stringify(config));
    gateway.next(modelPage([{ ...full, id: "claude-new-7-20261101" }], null, false));
    const { stdout } = await openclaw([...LIVE, "--json"], { home });
    expect(rowOf(stdout, "claude-new-7")).toMatchObject({ name: "Claude New 7", tags: ["default"], missing: false });
  });

  it("is tried once more when it may pass by itself", async () => {
    const gateway = await startGateway();
    gateway.next(gatewayError(2009, 401, "Unauthorized"));
    const context = inProcess(homeAt(gateway.baseUrl));
    expect(await main(["models", "refresh"], ABOUT, context)).toBe(0);
    expect(gateway.received).toHaveLength(2);
  });
});

/** What `--all` says of the endpoints that were not asked. */
const FROM_THE_CATALOGUE = `${ID}-workers-ai, ${ID}-openai: Built-in list of 2026-10. To ask the gateway, run \`openclaw models refresh\`.\n`;

describe("what was listed before", () => {
  it("is shown with --provider and --all, with its age and without a request", async () => {
    const { gateway, home } = await refreshed();
    for (const [fetched, age] of [
      ["2026-11-23T09:59:30Z", "just now"],
      ["2026-11-23T09:58:59Z", "1 minute ago"],
      ["2026-11-23T06:59:00Z", "3 hours ago"],
      ["2026-11-20T09:00:00Z", "3 days ago"],
      ["2027-01-01T00:00:00Z", "just now"],
    ]) {
      changeCache(home, { fetchedAt: fetched });
      for (const args of [LIST, ["models", "list", "--all"]]) {
        const context = inProcess(home);
        expect(await main([...args, "--json"], ABOUT, context)).toBe(0);
        const all = args.includes("--all");
        expect(context.written.err.join("")).toBe(
          `${all ? `${ID}: ` : ""}Listed by the gateway ${age}. To ask again, run \`openclaw models refresh\`.\n${
            all ? FROM_THE_CATALOGUE : ""
          }`,
        );
        const stdout = context.written.out.join("");
        expect(rowOf(stdout, "claude-new-7")).toMatchObject({ name: "Claude New 7", tags: [] });
        expect(rowOf(stdout, "claude-sonnet-4-6")?.tags).toEqual(["default", "not offered"]);
      }
    }
    expect(gateway.received).toHaveLength(1);
  });

  it("is nothing that the plain list looks at", async () => {
    const { home } = await refreshed();
    const { stdout, stderr } = await openclaw(["models", "list"], { home });
    expect(stderr).toBe("");
    expect(stdout).not.toContain("not offered");
    expect(stdout).not.toContain("claude-new-7");
  });

  it("is ignored when it came from another gateway", async () => {
    const { home } = await refreshed();
    changeCache(home, { baseUrl: "https://gateway.ai.cloudflare.com/v1/a/b/anthropic" });
    const { stdout, stderr } = await openclaw([...LIST, "--plain"], { home });
    expect(stderr).toBe("Built-in list of 2026-10. To ask the gateway, run `openclaw models refresh`.\n");
    expect(stdout).not.toContain("claude-new-7");
    expect(stdout).toContain(`${ID}/claude-opus-5-5\n`);
  });

  it.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["another JSON", "[]"],
    ["a time that is none", '{"fetchedAt":"yesterday","baseUrl":"https://x.example","models":[]}'],
    ["a model without id", '{"fetchedAt":"2026-11-23","baseUrl":"https://x.example","models":[{"name":"x"}]}'],
  ])("is ignored with a note when it is damaged: %s", async (_, text) => {
    const { gateway, home } = await refreshed();
    writeFileSync(cacheOf(home), text);
    const { status, stdout, stderr } = await openclaw([...LIST, "--plain"], { home });
    expect(status).toBe(0);
    expect(stderr).toContain(
      `${shownPath(cacheOf(home), home)} is damaged and was ignored. To replace it, run \`openclaw models refresh\`.\n`,
    );
    expect(stderr).toContain("Built-in list of 2026-10");
    expect(stdout).toContain(`${ID}/claude-opus-5-5\n`);
    gateway.next(modelPage([full], full.id, false));
    expect((await openclaw(["models", "refresh"], { home })).status).toBe(0);
    expect((await openclaw([...LIST, "--plain"], { home })).stdout).toContain(`${ID}/claude-new-7\n`);
  });

  it("is named when it cannot be kept, after the list that was asked for", async () => {
    const gateway = await startGateway({ authenticated: true });
    const home = homeAt(gateway.baseUrl);
    writeFileSync(join(home, ".openclaw", "cache"), "in the way");
    gateway.next(modelPage([full], full.id, false));
    const listed = await openclaw([...LIVE, "--plain"], { home });
    expect([listed.status, listed.stdout]).toEqual([0, expect.stringContaining(`${ID}/claude-new-7\n`)]);
    expect(listed.stderr).toMatch(/^The list was not saved\. Cannot create .*cache/);
    expect((await openclaw(["models", "refresh"], { home })).status).toBe(1);
  });
});

describe("models refresh", () => {
  it("keeps what the gateway lists, for the owner alone and without a credential, and says how many", async () => {
    const gateway = await startGateway({ authenticated: true });
    const home = homeAt(`${gateway.baseUrl}/`);
    gateway.next(modelPage([full, model("claude-a")], "claude-a"), modelPage([model("claude-b")], null, false));
    expect(await openclaw(["models", "refresh", "--provider", ID], { home })).toEqual({
      status: 0,
      stdout: `${ID}: 3 models, saved in ${shownPath(cacheOf(home), home)}\n`,
      stderr: "",
    });
    expect(statSync(cacheOf(home)).mode & 0o777).toBe(0o600);
    expect(statSync(join(cacheOf(home), "..")).mode & 0o777).toBe(0o700);
    const text = readFileSync(cacheOf(home), "utf8");
    expect(text).not.toContain("CANARY");
    expect(JSON.parse(text)).toEqual({
      fetchedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      baseUrl: gateway.baseUrl,
      models: [
        { id: full.id, name: "Claude New 7", input: ["text", "image"], contextWindow: 2_000_000, maxTokens: 256_000 },
        { id: "claude-a" },
        { id: "claude-b" },
      ],
    });
  });

  it("prints one document with --json", async () => {
    const { gateway, home } = await refreshed();
    gateway.next(modelPage([full], full.id, false));
    const { stdout, stderr } = await openclaw(["models", "refresh", "--json"], { home });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      providers: [{ provider: ID, models: 1, fetchedAt: expect.any(String), file: cacheOf(home) }],
    });
  });

  it("names the known providers when asked for another", async () => {
    const { status, stderr } = await openclaw(["models", "refresh", "--provider", "x"], { home: temporaryHome() });
    expect([status, stderr]).toEqual([1, expect.stringContaining('Unknown provider "x".')]);
  });
});

describe("the retirement of a model", () => {
  /** The tags of a configured model on a day. */
  async function tagsOn(day: string, id: string): Promise<readonly string[] | undefined> {
    const home = homeAt("https://x.example/anthropic", { models: [{ id, name: id }] });
    const context = inProcess(home, new Date(`${day}T12:00:00Z`));
    expect(await main(["models", "list", "--provider", ID, "--json"], ABOUT, context)).toBe(0);
    return rowOf(context.written.out.join(""), id)?.tags;
  }

  it.each([
    ["2026-11-29", "claude-sonnet-4-5-20250929", ["retires:2026-11-30"]],
    ["2026-11-30", "claude-sonnet-4-5-20250929", ["retired"]],
    ["2026-11-01", "claude-sonnet-4-5", ["retires:2026-11-30"]],
    ["2026-11-23", "claude-opus-4-1", ["retired"]],
    ["2026-11-23", "claude-sonnet-4-20250514", ["retired"]],
    ["2026-11-23", "claude-3-opus-latest", ["retired"]],
    ["2026-11-23", "claude-opus-4-8", []],
    ["2026-11-23", "claude-of-tomorrow", ["unknown"]],
  ])("on %s, %s has the tags %j", async (day, id, tags) => {
    expect(await tagsOn(day, id)).toEqual(tags);
  });

  it("is never written to the configuration, which OpenClaw would reject", async () => {
    const home = temporaryHome();
    const args = [...DOCUMENTED, "--model", `${ID}/claude-sonnet-4-5-20250929`];
    expect((await openclaw(args, { home })).status).toBe(0);
    const config = JSON.parse(readFileSync(join(home, ".openclaw", "openclaw.json"), "utf8"));
    expect(Object.keys(config.models.providers[ID].models[0])).toEqual([
      "id",
      "name",
      "reasoning",
      "input",
      "cost",
      "contextWindow",
      "maxTokens",
    ]);
  });
});
