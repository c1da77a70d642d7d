import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { anthropicError, gatewayError, policyError } from "../support/answers.ts";
import { startGateway } from "../support/gateway.ts";
import { CANARY_KEY, CANARY_TOKEN, openclaw, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";

const CHOICE = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key"];
const setUp = (baseUrl: string, key = CANARY_KEY) => [
  ...CHOICE,
  "--cloudflare-ai-gateway-base-url",
  baseUrl,
  "--cloudflare-ai-gateway-api-key",
  key,
];

describe("onboard --verify", () => {
  it("asks for the list of models with what a real request carries, and saves when all is well", async () => {
    const { baseUrl, received } = await startGateway({ authenticated: true });
    const home = temporaryHome();
    const args = [...setUp(baseUrl), "--cloudflare-ai-gateway-token", CANARY_TOKEN, "--verify"];
    const { status, stderr } = await openclaw(args, { home });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(existsSync(join(home, ".openclaw", ".env"))).toBe(true);
    expect(received.map(({ method, path }) => [method, path])).toEqual([["GET", "/anthropic/v1/models?limit=1000"]]);
    expect(received[0]?.headers).toMatchObject({
      "x-api-key": CANARY_KEY,
      "cf-aig-authorization": `Bearer ${CANARY_TOKEN}`,
      "anthropic-version": "2023-06-01",
      "cf-aig-skip-cache": "true",
      "cf-aig-no-wholesale": "true",
      "cf-aig-max-attempts": "1",
      "user-agent": expect.stringMatching(/^openclaw\/\d/),
    });
    expect(received[0]?.headers).not.toHaveProperty("authorization");
  });

  it("is off without the flag, and sends nothing", async () => {
    const { baseUrl, received } = await startGateway();
    expect((await openclaw(setUp(baseUrl, "sk-ant-api03-wrong"), { home: temporaryHome() })).status).toBe(0);
    expect(received).toEqual([]);
  });

  it("says whose doing it is and what to do, and writes nothing, when the key is not accepted", async () => {
    const { baseUrl } = await startGateway();
    const home = temporaryHome();
    const { status, stdout, stderr } = await openclaw([...setUp(baseUrl, `${CANARY_KEY}x`), "--verify"], { home });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/\(anthropic, anthropic\.key-rejected\)/);
    expect(stderr).toMatch(/request-id req_/);
    expect(stderr).not.toContain("CANARY");
    expect(readdirSync(home)).toEqual([]);
  });

  it("names the gateway's missing token, not the key, behind a 2009", async () => {
    const { baseUrl, received } = await startGateway({ authenticated: true });
    const home = temporaryHome();
    const { status, stdout } = await openclaw([...setUp(baseUrl), "--verify", "--json"], {
      home,
      context: WITHOUT_PAUSES,
    });
    const { error } = JSON.parse(stdout);
    expect([status, error.code, error.message]).toEqual([
      1,
      "verify.failed",
      expect.stringContaining("gateway.token-missing"),
    ]);
    // Once more after a pause, before anything is blamed.
    expect(received).toHaveLength(2);
  });

  it("names the flag and the variable of an answer that was not given", async () => {
    const { baseUrl } = await startGateway({ authenticated: true });
    const { stderr } = await openclaw([...setUp(baseUrl), "--verify"], {
      home: temporaryHome(),
      context: WITHOUT_PAUSES,
    });
    expect(stderr).toContain("Pass --cloudflare-ai-gateway-token or set CF_AIG_TOKEN.");
  });

  it("tries once more what may pass by itself", async () => {
    const { baseUrl, received, next } = await startGateway();
    next(anthropicError(529, "overloaded_error", "Overloaded"));
    const { status } = await openclaw([...setUp(baseUrl), "--verify"], {
      home: temporaryHome(),
      context: WITHOUT_PAUSES,
    });
    expect([status, received.length]).toEqual([0, 2]);
  });

  it("with `message` has one token generated, and says first that it costs one", async () => {
    const { baseUrl, received } = await startGateway();
    const { status, stderr } = await openclaw([...setUp(baseUrl), "--verify=message"], { home: temporaryHome() });
    expect(status).toBe(0);
    expect(stderr).toContain("one token");
    expect(received.map(({ method, path }) => [method, path])).toEqual([["POST", "/anthropic/v1/messages"]]);
    expect(JSON.parse(received[0]?.body ?? "")).toEqual({
      model: "claude-sonnet-4-6",
      max_tokens: 1,
      messages: [{ role: "user", content: "Hi" }],
    });
  });

  it.each([
    [
      "a policy that denies the model",
      policyError(403, "Access denied by policy"),
      'A policy of the gateway denies the model "claude-sonnet-4-6", or none of its policies allows it. (ai-gateway, gateway.policy-denied)',
      "Choose another model, or change the gateway's policies in the dashboard. The credentials work.",
    ],
    [
      "a policy's spending limit",
      policyError(429, "Spending limit exceeded", { spent: 1.5, limit: 1 }),
      "A spend limit of the gateway is used up (Spending limit exceeded). (ai-gateway, gateway.spend-limit)",
      "Wait until it resets, or raise it in the gateway's settings. It is not a limit of Anthropic.",
    ],
    [
      "guardrails that block",
      gatewayError(2016, 424, "Prompt blocked due to security configurations"),
      "A guardrail of the gateway blocked the prompt (Prompt blocked due to security configurations).",
      "Change the prompt, or the guardrail in the gateway's settings. The credentials work.",
    ],
    [
      "guardrails that do not answer",
      gatewayError(7013, 503, "Guardrails are unavailable"),
      "The gateway's guardrails did not answer, so it blocked the request.",
      "Try again in a minute. If it keeps failing, set the guardrails to Flag in the gateway's settings.",
    ],
    [
      "a payment that is asked for",
      { status: 402, headers: { "payment-required": "e30=" }, body: "" },
      "127.0.0.1 asks for a payment by x402, which openclaw does not make.",
      "Use your own API key or Unified Billing, and no header Payment-Method.",
    ],
  ])("names %s, and writes nothing", async (_, response, message, fix) => {
    const { baseUrl, next } = await startGateway();
    next(response, response);
    const home = temporaryHome();
    const args = [...setUp(baseUrl), "--verify=message"];
    const { status, stderr } = await openclaw(args, { home, context: WITHOUT_PAUSES });
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain(fix);
    expect(readdirSync(home)).toEqual([]);
  });

  it("checks the key that will be stored, whatever the environment has", async () => {
    const { baseUrl, received } = await startGateway();
    const env = { CLOUDFLARE_AI_GATEWAY_API_KEY: "sk-ant-api03-of-the-environment" };
    expect((await openclaw([...setUp(baseUrl), "--verify"], { home: temporaryHome(), env })).status).toBe(0);
    expect(received[0]?.headers["x-api-key"]).toBe(CANARY_KEY);
  });

  it("honours the proxy of the environment, and names it when it is down", async () => {
    const { baseUrl, received } = await startGateway();
    const env = { HTTP_PROXY: "http://user:secret-of-the-proxy@127.0.0.1:9" };
    const { status, stderr } = await openclaw([...setUp(baseUrl), "--verify"], { home: temporaryHome(), env });
    expect(status).toBe(1);
    expect(stderr).toContain("127.0.0.1:9");
    expect(stderr).not.toContain("secret-of-the-proxy");
    expect(received).toEqual([]);
  });

  it("a gateway that nobody answers for is a network fault with its host", async () => {
    const { status, stderr } = await openclaw([...setUp("http://127.0.0.1:9/anthropic"), "--verify"], {
      home: temporaryHome(),
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/127\.0\.0\.1.*\(network, network\.refused\)/);
  });

  it("an answer that repeats the key does not show it", async () => {
    const { baseUrl, next } = await startGateway();
    next(gatewayError(9999, 418, `no idea what ${CANARY_KEY} is`));
    const { stderr } = await openclaw([...setUp(baseUrl), "--verify"], { home: temporaryHome() });
    expect(stderr).toContain("418");
    expect(stderr).not.toContain("CANARY");
  });
});
