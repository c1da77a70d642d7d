import { describe, expect, it, onTestFinished } from "vitest";
import { configurationVersion } from "../../src/config/configuration-version.ts";
import { ask } from "../support/client.ts";
import { HELLO, OURS } from "../support/local-gateway.ts";
import { startStandIn } from "../support/stand-in/stand-in.ts";
import { startWorker, WORKER_SECRETS, workerConfig } from "../support/worker.ts";

const CANARY = "CANARY-of-a-Worker-0123456789abcdef";

interface Case {
  readonly name: string;
  readonly bindings: Readonly<Record<string, string>>;
  readonly change?: (config: ReturnType<typeof workerConfig>) => unknown;
  /** What strangers and holders of the token are told, in `/v1/messages`. */
  readonly stranger: readonly [status: number, said: RegExp];
  readonly holder: readonly [status: number, said: RegExp];
  /** True if it could serve. */
  readonly problems: RegExp;
}

const { OPENCLAW_GATEWAY_TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEY } = WORKER_SECRETS;
const NO_TOKEN = /needs its own token/;
const PUT_TOKEN = /OPENCLAW_GATEWAY_TOKEN has no value\. Run `npx wrangler secret put OPENCLAW_GATEWAY_TOKEN`/;
const PUT_KEY =
  /CLOUDFLARE_AI_GATEWAY_API_KEY has no value\. Run `npx wrangler secret put CLOUDFLARE_AI_GATEWAY_API_KEY`/;
/** Everybody is told the same. */
const SAME = (said: RegExp) => ({ stranger: [503, said] as const, holder: [503, said] as const, problems: said });
const ONLY_HOLDERS = (said: RegExp) => ({
  stranger: [401, NO_TOKEN] as const,
  holder: [503, said] as const,
  problems: said,
});

const CASES: readonly Case[] = [
  { name: "no token", bindings: { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY }, ...SAME(PUT_TOKEN) },
  { name: "an empty token", bindings: { ...WORKER_SECRETS, OPENCLAW_GATEWAY_TOKEN: "" }, ...SAME(PUT_TOKEN) },
  { name: "no secret at all", bindings: {}, ...SAME(PUT_TOKEN) },
  {
    name: "no token, in a configuration that asks for none",
    bindings: { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY },
    change: (config) => ({ ...config, gateway: { auth: { mode: "none" } } }),
    ...SAME(PUT_TOKEN),
  },
  {
    name: "a token that can be guessed",
    bindings: { ...WORKER_SECRETS, OPENCLAW_GATEWAY_TOKEN: "CANARY-short" },
    ...SAME(/OPENCLAW_GATEWAY_TOKEN is shorter than 16 characters and can be guessed\. Run `npx wrangler secret put/),
  },
  {
    name: "a placeholder for a token",
    bindings: { ...WORKER_SECRETS, OPENCLAW_GATEWAY_TOKEN: "<your-CANARY-gateway-token>" },
    ...SAME(/OPENCLAW_GATEWAY_TOKEN.*placeholder.*npx wrangler secret put OPENCLAW_GATEWAY_TOKEN/),
  },
  {
    name: "named tokens of which one is wrong",
    bindings: { ...WORKER_SECRETS, OPENCLAW_GATEWAY_TOKENS: `anna=${CANARY},anna=${CANARY}2` },
    ...SAME(/OPENCLAW_GATEWAY_TOKENS.*anna.*npx wrangler secret put OPENCLAW_GATEWAY_TOKENS`/),
  },
  { name: "no key", bindings: { OPENCLAW_GATEWAY_TOKEN }, ...ONLY_HOLDERS(PUT_KEY) },
  {
    name: "a key of blanks only",
    bindings: { OPENCLAW_GATEWAY_TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEY: "  \t " },
    ...ONLY_HOLDERS(PUT_KEY),
  },
  {
    name: "no key, and none named in the configuration",
    bindings: { OPENCLAW_GATEWAY_TOKEN },
    change: ({ models, ...config }) => ({
      ...config,
      models: { providers: { [OURS]: { ...models.providers[OURS], apiKey: undefined } } },
    }),
    ...ONLY_HOLDERS(PUT_KEY),
  },
  {
    name: "a placeholder for a key",
    bindings: { OPENCLAW_GATEWAY_TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEY: "${CANARY_NOT_REPLACED}" },
    ...ONLY_HOLDERS(/CLOUDFLARE_AI_GATEWAY_API_KEY.*npx wrangler secret put CLOUDFLARE_AI_GATEWAY_API_KEY/),
  },
  {
    name: "an example's key",
    bindings: { OPENCLAW_GATEWAY_TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEY: "your-api-key" },
    ...ONLY_HOLDERS(/API key: .*placeholder.*`npx wrangler secret put CLOUDFLARE_AI_GATEWAY_API_KEY`/),
  },
  {
    name: "another service's key",
    bindings: { OPENCLAW_GATEWAY_TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEY: `sk-proj-${CANARY}${CANARY}` },
    ...ONLY_HOLDERS(/API key: .*OpenAI.*`npx wrangler secret put CLOUDFLARE_AI_GATEWAY_API_KEY`/),
  },
  {
    name: "the key in place of the gateway's token",
    bindings: { ...WORKER_SECRETS, CF_AIG_TOKEN: `sk-ant-api03-${CANARY}${CANARY}` },
    change: ({ models, ...config }) => ({
      ...config,
      models: {
        providers: {
          [OURS]: { ...models.providers[OURS], headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" } },
        },
      },
    }),
    ...ONLY_HOLDERS(/Gateway token: .*`npx wrangler secret put CF_AIG_TOKEN`/),
  },
  {
    name: "a key that no header can carry",
    bindings: { OPENCLAW_GATEWAY_TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEY: `${CANARY}\n${CANARY}` },
    ...ONLY_HOLDERS(/npx wrangler secret put CLOUDFLARE_AI_GATEWAY_API_KEY/),
  },
  {
    name: "a further key with more around it",
    bindings: { OPENCLAW_GATEWAY_TOKEN, CLOUDFLARE_AI_GATEWAY_API_KEYS: `sk-ant-${CANARY},'sk-ant-${CANARY}2'` },
    ...ONLY_HOLDERS(/CLOUDFLARE_AI_GATEWAY_API_KEYS/),
  },
  {
    name: "a configuration that means nothing",
    bindings: WORKER_SECRETS,
    change: () => ({ models: { providers: "CANARY" } }),
    ...ONLY_HOLDERS(/openclaw\.json: models\.providers/),
  },
  {
    name: "a configuration that is no JSON",
    bindings: WORKER_SECRETS,
    change: () => "{ // CANARY",
    ...ONLY_HOLDERS(/openclaw\.json: .*run `openclaw gateway worker DIR`, then deploy/),
  },
  {
    name: "a variable that means nothing",
    bindings: { ...WORKER_SECRETS, OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT: "soon" },
    ...ONLY_HOLDERS(/OPENCLAW_GATEWAY_UPSTREAM_TIMEOUT.*10m/),
  },
];

describe("a Worker that is not set up serves nobody, and says why", () => {
  it.each(CASES)("$name", async ({ bindings, change, stranger, holder, problems }) => {
    const standIn = await startStandIn();
    onTestFinished(() => standIn.close());
    const config = workerConfig(standIn);
    const worker = await startWorker({ config: change?.(config) ?? config, bindings });
    const asked = async (path: string, token: string) => {
      const hasBody = path === "/v1/messages";
      return ask(`${worker.url}${path}`, { headers: { "x-api-key": token }, ...(hasBody && { body: HELLO }) });
    };
    const message = async (token: string) => {
      const { status, body } = await asked("/v1/messages", token);
      return { status, said: JSON.parse(body).error.message };
    };

    expect(await message("a-stranger")).toEqual({ status: stranger[0], said: expect.stringMatching(stranger[1]) });
    expect(await message(OPENCLAW_GATEWAY_TOKEN)).toEqual({
      status: holder[0],
      said: expect.stringMatching(holder[1]),
    });
    expect(await asked("/healthz", "a-stranger")).toMatchObject({ status: 200 });
    const ready = await asked("/readyz", OPENCLAW_GATEWAY_TOKEN);
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.body)).toMatchObject({ ok: false, problems: [expect.stringMatching(problems)] });
    const isRefused = stranger[0] === 503;
    expect(JSON.parse((await asked("/readyz", "a-stranger")).body).problems !== undefined).toBe(isRefused);
    expect(standIn.requests).toEqual([]);
    await expect.poll(() => worker.console.join("\n")).toMatch(problems);
    const said = [...worker.console, ready.body, (await asked("/v1/messages", OPENCLAW_GATEWAY_TOKEN)).body].join("\n");
    for (const secret of [CANARY, "CANARY", CLOUDFLARE_AI_GATEWAY_API_KEY, OPENCLAW_GATEWAY_TOKEN])
      expect(said).not.toContain(secret);
  });

  it("leaves one provider out that cannot be used, and serves with the others", async () => {
    const standIn = await startStandIn();
    onTestFinished(() => standIn.close());
    const { models, ...config } = workerConfig(standIn);
    const broken = { ...models.providers[OURS], api: "openai-completions", headers: { "x-title": "標題" } };
    const worker = await startWorker({
      config: { ...config, models: { providers: { ...models.providers, broken } } },
      bindings: WORKER_SECRETS,
    });
    const ready = await ask(`${worker.url}/readyz`);
    expect(JSON.parse(ready.body)).toMatchObject({ ok: true, problems: [expect.stringMatching(/broken.*x-title/)] });
    // Nothing that a secret would mend.
    expect(ready.body).not.toContain("wrangler");
    expect(await ask(`${worker.url}/v1/messages`, { body: HELLO })).toMatchObject({ status: 200 });
  });

  it("tells holders of a token, and nobody else, which configuration it has", async () => {
    const standIn = await startStandIn();
    onTestFinished(() => standIn.close());
    const config = workerConfig(standIn);
    const worker = await startWorker({ config: JSON.stringify(config, null, 7), bindings: WORKER_SECRETS });
    const ready = async (token: string) =>
      JSON.parse((await ask(`${worker.url}/readyz`, { headers: { "x-api-key": token } })).body);

    expect(await ready(OPENCLAW_GATEWAY_TOKEN)).toEqual({
      ok: true,
      problems: [],
      version: configurationVersion(config),
    });
    expect(await ready("a-stranger")).toEqual({ ok: true });
    expect(configurationVersion(config)).toMatch(/^[0-9a-f]{16}$/);
  });
});
