import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cloudflare } from "../support/cloudflare.ts";
import { readConfig, readText } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, type Finished, openclaw, temporaryHome } from "../support/program.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { standIn } from "../support/stand-in.ts";

const ID = "cloudflare-ai-gateway";
const OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARY-wxyz";
const ONBOARD = ["onboard", "--non-interactive", "--auth-choice", `${ID}-api-key`];
const IDS = [`--${ID}-account-id`, ACCOUNT, `--${ID}-gateway-id`, "my-gw"];
const KEY = [`--${ID}-api-key`, CANARY_KEY];
const TOKEN = [`--${ID}-token`, CANARY_TOKEN];
const endpoints = (...ids: readonly string[]) => ids.flatMap((id) => [`--${ID}-endpoint`, id]);

const onboard = (
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> => openclaw([...ONBOARD, ...args], { home, env });

const providersIn = (home: string) => readConfig(home).models.providers;
const defaultsIn = (home: string) => readConfig(home).agents.defaults;

describe("the endpoints of a gateway", () => {
  it("become a provider each, with what they share asked for once", async () => {
    const home = temporaryHome();
    const args = [...IDS, ...KEY, ...TOKEN, ...endpoints("openai", "anthropic", "workers-ai")];
    const { status } = await onboard(home, args, { OPENAI_API_KEY: OPENAI_KEY });
    expect(status).toBe(0);
    const base = `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw`;
    const headers = { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" };
    expect(providersIn(home)).toEqual({
      [ID]: {
        baseUrl: `${base}/anthropic`,
        api: "anthropic-messages",
        apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
        headers,
        models: [expect.objectContaining({ id: "claude-sonnet-4-6" })],
      },
      [`${ID}-workers-ai`]: {
        baseUrl: `${base}/workers-ai/v1`,
        api: "openai-completions",
        apiKey: "${CF_AIG_TOKEN}",
        headers,
        models: [expect.objectContaining({ id: "@cf/openai/gpt-oss-120b", contextWindow: 128_000 })],
      },
      [`${ID}-openai`]: {
        baseUrl: `${base}/openai`,
        api: "openai-responses",
        apiKey: "${OPENAI_API_KEY}",
        headers,
        models: [expect.objectContaining({ id: "gpt-5.5" })],
      },
    });
    expect(defaultsIn(home)).toEqual({
      model: { primary: `${ID}/claude-sonnet-4-6` },
      models: {
        [`${ID}/claude-sonnet-4-6`]: { alias: "Cloudflare AI Gateway" },
        [`${ID}-workers-ai/@cf/openai/gpt-oss-120b`]: { alias: "Cloudflare Workers AI" },
        [`${ID}-openai/gpt-5.5`]: { alias: "Cloudflare OpenAI" },
      },
    });
    const secrets = readText(secretsPath(home));
    for (const line of [`CF_AIG_TOKEN=${CANARY_TOKEN}`, `OPENAI_API_KEY=${OPENAI_KEY}`])
      expect(secrets).toContain(line);
    expect((await onboard(home, [])).stdout).toBe("Already up to date. No files were changed.\n");
  });

  it("are implied by a model that only one of them has", async () => {
    const home = temporaryHome();
    const { status, stderr } = await onboard(home, [...IDS, ...TOKEN, "--model", "@cf/meta/llama-3.2-3b-instruct"]);
    expect(status).toBe(0);
    // The built-in list is a selection of these models.
    expect(stderr).toContain('"@cf/meta/llama-3.2-3b-instruct" is not in the built-in list');
    expect(Object.keys(providersIn(home))).toEqual([`${ID}-workers-ai`]);
    expect(defaultsIn(home).model.primary).toBe(`${ID}-workers-ai/@cf/meta/llama-3.2-3b-instruct`);
    expect(readText(secretsPath(home))).not.toContain("CLOUDFLARE_AI_GATEWAY_API_KEY");
  });

  it("take a bare model for the first that is asked for", async () => {
    const home = temporaryHome();
    const key = [`--${ID}-openai-api-key`, OPENAI_KEY];
    expect((await onboard(home, [...IDS, ...key, ...endpoints("openai"), "--model", "babbage"])).status).toBe(0);
    expect(defaultsIn(home).model.primary).toBe(`${ID}-openai/babbage`);
  });

  it("can be added to a set-up, which stays as it is", async () => {
    const home = temporaryHome();
    await onboard(home, [...IDS, ...KEY]);
    const before = readConfig(home);
    const { status, stdout } = await onboard(home, [...TOKEN, ...endpoints("workers-ai"), "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).providers).toEqual([
      { id: `${ID}-workers-ai`, baseUrl: `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/workers-ai/v1` },
    ]);
    expect(providersIn(home)[ID]).toEqual(before.models.providers[ID]);
    expect(defaultsIn(home).model).toEqual(before.agents.defaults.model);
    expect(Object.keys(defaultsIn(home).models)).toContain(`${ID}-workers-ai/@cf/openai/gpt-oss-120b`);
  });

  it("keep a token that is referred to by another variable", async () => {
    const home = temporaryHome();
    const env = { MY_TOKEN: CANARY_TOKEN };
    const named = [`--${ID}-token-env`, "MY_TOKEN", "--secret-input-mode", "ref", `--${ID}-api-key-env`, "MY_KEY"];
    await onboard(home, [...IDS, ...named], { ...env, MY_KEY: CANARY_KEY });
    const { status } = await onboard(home, endpoints("workers-ai"), env);
    expect(status).toBe(0);
    expect(providersIn(home)[`${ID}-workers-ai`]).toMatchObject({
      apiKey: "${MY_TOKEN}",
      headers: { "cf-aig-authorization": "Bearer ${MY_TOKEN}" },
    });
  });

  it("are found behind a custom domain, whichever's address is given", async () => {
    for (const path of ["", "/anthropic", "/workers-ai/v1", "/openai/responses", "/openai/v1"]) {
      const home = temporaryHome();
      const base = [`--${ID}-base-url`, `https://ai.example.com${path}`];
      await onboard(home, [...base, ...KEY, ...TOKEN, ...endpoints("anthropic", "workers-ai")]);
      expect(Object.values(providersIn(home)).map((entry) => (entry as { baseUrl: string }).baseUrl)).toEqual([
        "https://ai.example.com/anthropic",
        "https://ai.example.com/workers-ai/v1",
      ]);
      expect((await onboard(home, [])).stdout).toMatch(/^Already up to date/);
    }
  });

  it.each([
    ["a key that is missing", endpoints("openai"), 2, /openai-api-key: OpenAI API key is missing.*OPENAI_API_KEY/],
    ["a token that Workers AI needs", endpoints("workers-ai"), 2, /-token: Gateway token is missing.*CF_AIG_TOKEN/],
    [
      "a key of another endpoint",
      [...KEY, ...endpoints("openai")],
      2,
      /-api-key: Cannot be combined with --cloudflare-ai-gateway-endpoint openai\. .*endpoint anthropic/,
    ],
    [
      "a model of an endpoint that is left out",
      [...KEY, ...endpoints("anthropic"), "--model", "@cf/x/y"],
      2,
      /--model: The model "@cf\/x\/y" needs the endpoint workers-ai.*pass `--cloudflare-ai-gateway-endpoint workers-ai`/,
    ],
    [
      "an endpoint that there is not",
      [...KEY, ...endpoints("groq")],
      2,
      /Invalid value "groq"\. Use anthropic, workers-ai or openai/,
    ],
    [
      "a key in the wrong place",
      [`--${ID}-openai-api-key`, CANARY_KEY],
      2,
      /This is an Anthropic API key, not an OpenAI API key/,
    ],
    [
      "an OpenAI key as Anthropic's",
      [`--${ID}-api-key`, OPENAI_KEY],
      2,
      /This is an OpenAI API key, not an Anthropic API key/,
    ],
  ])("say what is wrong with %s", async (_, args, wanted, reason) => {
    const { status, stderr } = await onboard(temporaryHome(), [...IDS, ...args]);
    expect(status).toBe(wanted);
    expect(stderr.replaceAll("\n", " ")).toMatch(reason);
    expect(stderr).not.toContain("CANARY");
  });

  it("speak of flags that were given, not of what those imply", async () => {
    const { stderr } = await onboard(temporaryHome(), [...IDS, ...KEY, ...TOKEN, ...endpoints("workers-ai")]);
    expect(stderr).toContain(`--${ID}-api-key: Cannot be combined with --${ID}-endpoint workers-ai.`);
    expect(stderr).not.toContain(`--${ID}-credentials`);
  });
});

describe("what requests of each endpoint carry", () => {
  /** Sets up every endpoint against a stand-in with a check, and returns what arrived, by path. */
  async function checked(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const gateway = await standIn({
      gateways: [
        {
          authentication: true,
          storedKeys: { anthropic: { default: KNOWN.anthropicKey }, openai: { default: KNOWN.openaiKey } },
        },
      ],
      credits: 5,
    });
    const base = [`--${ID}-base-url`, `${gateway.gatewayBase()}/anthropic`, `--${ID}-token`, KNOWN.fullToken];
    const home = temporaryHome();
    const all = endpoints("anthropic", "workers-ai", "openai");
    const { status, stderr } = await onboard(home, [...base, ...all, ...args, "--verify"], {
      ...env,
      CLOUDFLARE_API_BASE_URL: gateway.apiBase,
    });
    const headersOf = (segment: string) =>
      gateway.requests.find(({ path }) => path.includes(`/${segment}/`))?.headers ?? {};
    return { status, stderr, home, headersOf };
  }

  it("with keys: each its own and nobody else's", async () => {
    const keys = [`--${ID}-api-key`, KNOWN.anthropicKey, `--${ID}-openai-api-key`, KNOWN.openaiKey];
    const { status, stderr, headersOf } = await checked(keys);
    expect([status, stderr]).toEqual([0, ""]);
    expect(headersOf("anthropic")).toMatchObject({ "x-api-key": KNOWN.anthropicKey, "cf-aig-no-wholesale": "true" });
    expect(headersOf("anthropic")).not.toHaveProperty("authorization");
    expect(headersOf("openai")).toMatchObject({
      authorization: `Bearer ${KNOWN.openaiKey}`,
      "cf-aig-no-wholesale": "true",
    });
    expect(headersOf("openai")).not.toHaveProperty("x-api-key");
    expect(headersOf("workers-ai")).toMatchObject({
      authorization: `Bearer ${KNOWN.fullToken}`,
      "cf-aig-authorization": `Bearer ${KNOWN.fullToken}`,
    });
    for (const segment of ["openai", "workers-ai"]) expect(headersOf(segment)).not.toHaveProperty("anthropic-version");
  });

  it.each([
    ["stored", "true"],
    ["billing", undefined],
  ])("with %s: no provider's key at all, whatever the environment has", async (who, noBilling) => {
    const env = { OPENAI_API_KEY: KNOWN.openaiKey, ANTHROPIC_API_KEY: KNOWN.anthropicKey };
    const { status, stderr, headersOf, home } = await checked([`--${ID}-credentials`, who], env);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^Note: The published OpenClaw cannot/)]);
    for (const segment of ["anthropic", "openai"]) {
      expect(headersOf(segment)).not.toHaveProperty("x-api-key");
      expect(headersOf(segment)).not.toHaveProperty("authorization");
      expect(headersOf(segment)["cf-aig-no-wholesale"]).toBe(noBilling);
    }
    expect(headersOf("workers-ai").authorization).toBe(`Bearer ${KNOWN.fullToken}`);
    for (const id of [ID, `${ID}-openai`]) expect(providersIn(home)[id]).not.toHaveProperty("apiKey");
    expect(providersIn(home)[`${ID}-workers-ai`].apiKey).toBe("${CF_AIG_TOKEN}");
  });

  it("with a paid fallback that was allowed: nothing that forbids it", async () => {
    const keys = [`--${ID}-api-key`, KNOWN.anthropicKey, `--${ID}-openai-api-key`, KNOWN.openaiKey];
    const { status, headersOf, home } = await checked([...keys, `--${ID}-paid-fallback`, "yes"]);
    expect(status).toBe(0);
    for (const segment of ["anthropic", "openai"]) expect(headersOf(segment)).not.toHaveProperty("cf-aig-no-wholesale");
    expect(providersIn(home)[ID].headers["cf-aig-no-wholesale"]).toBe("false");
    expect((await onboard(home, [`--${ID}-paid-fallback`, "no"])).status).toBe(0);
    expect(providersIn(home)[ID].headers).not.toHaveProperty("cf-aig-no-wholesale");
  });

  it.each([
    [
      "OpenAI's key",
      [`--${ID}-api-key`, KNOWN.anthropicKey, `--${ID}-openai-api-key`, OPENAI_KEY],
      "openai.key-rejected",
    ],
    [
      "Anthropic's key",
      [`--${ID}-api-key`, CANARY_KEY, `--${ID}-openai-api-key`, KNOWN.openaiKey],
      "anthropic.key-rejected",
    ],
  ])("and %s is named when it is the wrong one", async (_, keys, code) => {
    const { status, stderr, home } = await checked(keys);
    expect(status).toBe(1);
    expect(stderr).toContain(code);
    expect(() => readConfig(home)).toThrow();
  });
});

describe("the models of each endpoint", () => {
  async function setUp(token: string = KNOWN.fullToken) {
    const gateway = await standIn({ gateways: [{ authentication: true }] });
    const home = temporaryHome();
    const base = [`--${ID}-base-url`, `${gateway.gatewayBase()}/anthropic`, `--${ID}-token`, token];
    const keys = [`--${ID}-openai-api-key`, KNOWN.openaiKey];
    await onboard(home, [...base, ...keys, ...endpoints("workers-ai", "openai")]);
    const env = { CLOUDFLARE_API_BASE_URL: gateway.apiBase };
    return { gateway, home, env };
  }

  it("are listed by the gateway, or for Workers AI by Cloudflare's API, and kept", async () => {
    const { gateway, home, env } = await setUp();
    const refresh = await openclaw(["models", "refresh", "--json"], { home, env });
    expect(JSON.parse(refresh.stdout).providers).toMatchObject([
      { provider: `${ID}-workers-ai`, models: 5 },
      { provider: `${ID}-openai`, models: 2 },
    ]);
    const search = gateway.requests.find(({ path }) => path.includes("/ai/models/search"));
    expect(search?.path).toContain(`/client/v4/accounts/${ACCOUNT}/`);
    expect(search?.headers.authorization).toBe(`Bearer ${KNOWN.fullToken}`);
    for (const name of ["cf-aig-authorization", "x-api-key"]) expect(search?.headers).not.toHaveProperty(name);
    const { stdout, stderr } = await openclaw(["models", "list", "--provider", `${ID}-workers-ai`, "--json"], { home });
    const { models } = JSON.parse(stdout);
    expect(stderr).toContain("Listed by the gateway just now");
    expect(models.find(({ key }: { key: string }) => key.endsWith("llama-3.3-70b-instruct-fp8-fast"))).toMatchObject({
      contextWindow: 24_000,
      tags: ["retires:2026-12-31"],
    });
  });

  it.each([
    ["has no value", "", "OPENAI_API_KEY has no value."],
    ["is a wrong one", `OPENAI_API_KEY=${OPENAI_KEY}\n`, "(openai, openai.key-rejected)"],
    ["is another's", `OPENAI_API_KEY=${CANARY_KEY}\n`, "OpenAI API key: This is an Anthropic API key"],
  ])("are had of the others where a key %s, which is said", async (_, line, problem) => {
    const { gateway, home, env } = await setUp();
    writeFileSync(secretsPath(home), readText(secretsPath(home)).replace(/^OPENAI_API_KEY=.*\n/m, line));
    const refresh = await openclaw(["models", "refresh"], { home, env });
    expect(refresh.status).toBe(1);
    expect(refresh.stdout).toMatch(new RegExp(`^${ID}-workers-ai: 5 models`));
    expect(refresh.stdout).not.toContain(`${ID}-openai:`);
    expect(refresh.stderr).toMatch(new RegExp(`^${ID}-openai: `, "m"));
    expect(refresh.stderr).toContain(problem);
    const live = await openclaw(["models", "list", "--live", "--plain"], { home, env });
    expect([live.status, live.stdout]).toEqual([1, expect.stringContaining(`${ID}-workers-ai/@cf/`)]);
    expect(live.stderr).toContain(problem);
    // One that stands in the place of another goes nowhere.
    expect(JSON.stringify(gateway.requests)).not.toContain(CANARY_KEY);
  });

  it("are asked for at their own address only", async () => {
    const { hosts, env } = await cloudflare();
    const home = temporaryHome();
    await onboard(home, [...IDS, ...KEY]);
    writeFileSync(configPath(home), readText(configPath(home)).replace("my-gw/anthropic", "my-gw/openai"));
    const { status, stderr } = await openclaw(["models", "refresh"], { home, env });
    expect([status, stderr]).toEqual([1, expect.stringContaining("base URL does not point to this endpoint")]);
    expect(hosts()).toEqual([]);
  });

  it("say which permission the token lacks", async () => {
    const { home, env } = await setUp(KNOWN.runToken);
    const { status, stderr } = await openclaw(["models", "list", "--provider", `${ID}-workers-ai`, "--live"], {
      home,
      env,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/Workers AI Read/);
    expect(stderr).toMatch(/cloudflare-api, api\.permission-missing/);
    // Requests to Workers AI need it, so nobody is told to go on without.
    expect(stderr).not.toContain("go on without");
  });

  it("cannot be listed where the base URL names no account", async () => {
    const home = temporaryHome();
    await onboard(home, [`--${ID}-base-url`, "http://127.0.0.1:9", ...TOKEN, ...endpoints("workers-ai")]);
    const { status, stderr } = await openclaw(["models", "refresh"], { home });
    expect([status, stderr]).toEqual([1, expect.stringContaining("Workers AI lists models by account")]);
  });
});
