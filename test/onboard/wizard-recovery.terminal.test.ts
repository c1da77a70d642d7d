import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PROVIDER, readConfig, readText } from "../support/doctor.ts";
import { secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";
import type { DialName } from "../support/stand-in/dials.ts";
import type { StandIn, StandInOptions } from "../support/stand-in/stand-in.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { standIn } from "../support/stand-in.ts";
import { answer, choose, leaks, openTerminal, type TestTerminal } from "../support/terminal.ts";

const AUTHENTICATED = { authentication: true };
const STORED = {
  ...AUTHENTICATED,
  storedKeys: { anthropic: { default: KNOWN.anthropicKey, work: KNOWN.anthropicKey } },
};

interface Recovery {
  readonly gateway: StandIn;
  readonly terminal: TestTerminal;
  readonly home: string;
}

/** The wizard before a stand-in, with the gateway's address given and more flags if any. */
async function open(options: StandInOptions, flags: readonly string[] = [], path = "/anthropic"): Promise<Recovery> {
  const gateway = await standIn(options);
  const home = temporaryHome();
  const base = ["--cloudflare-ai-gateway-base-url", `${gateway.gatewayBase()}${path}`];
  const terminal = openTerminal(["onboard", "--auth-choice", `${PROVIDER}-api-key`, ...base, ...flags], {
    context: WITHOUT_PAUSES,
    home,
  });
  return { gateway, terminal, home };
}

const paidBy = (who: string) => [`--${PROVIDER}-credentials`, who];

/** What is left to do once the set-up works. */
async function finish({ terminal, home }: Recovery): Promise<void> {
  await terminal.waitFor("✔ Everything works.");
  await answer(terminal, "Default model");
  await answer(terminal, "Save these changes?");
  expect(await terminal.exit).toMatchObject({ status: 0 });
  expect(leaks(home, terminal.bytes)).toEqual([]);
}

const entryIn = (home: string) => readConfig(home).models.providers[PROVIDER];

describe("after a check that failed, the wizard", () => {
  it("has a wrong gateway token corrected, and asks for nothing else", async () => {
    const recovery = await open({ gateways: [AUTHENTICATED] }, [`--${PROVIDER}-token`, CANARY_TOKEN]);
    const { terminal, home } = recovery;
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await terminal.waitFor("(ai-gateway, gateway.token-rejected)");
    // What is to blame is chosen already.
    await terminal.waitFor("❯ Change the gateway token");
    terminal.press("enter");
    await answer(terminal, "Gateway token", KNOWN.runToken);
    await finish(recovery);
    expect(readText(secretsPath(home))).toContain(`CF_AIG_TOKEN=${KNOWN.runToken}`);
  });

  it("asks for the token that `logout` took, which the configuration still refers to", async () => {
    const recovery = await open({ gateways: [AUTHENTICATED] }, [`--${PROVIDER}-token`, KNOWN.runToken]);
    await answer(recovery.terminal, "API key", KNOWN.anthropicKey);
    await finish(recovery);
    rmSync(secretsPath(recovery.home));
    const { gateway, home } = recovery;
    const terminal = openTerminal(
      [
        "onboard",
        "--auth-choice",
        `${PROVIDER}-api-key`,
        "--cloudflare-ai-gateway-base-url",
        `${gateway.gatewayBase()}/anthropic`,
      ],
      { context: WITHOUT_PAUSES, home },
    );
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await terminal.waitFor("CF_AIG_TOKEN has no value.");
    await terminal.waitFor("? Gateway token");
  });

  it("has a wrong address corrected", async () => {
    const recovery = await open({}, [], "/nobody/anthropic");
    const { terminal, gateway, home } = recovery;
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await terminal.waitFor("gateway.provider-unknown");
    await choose(terminal, "How do you want to continue?", "Change the base URL");
    await terminal.waitFor("? Base URL");
    terminal.type(`${gateway.gatewayBase()}/anthropic`);
    terminal.press("enter");
    await finish(recovery);
    expect(entryIn(home).baseUrl).toBe(`${gateway.gatewayBase()}/anthropic`);
  });

  it("goes over to a stored key where the own one is to blame, and asks for the token that this needs", async () => {
    const recovery = await open({ gateways: [{ ...STORED, authentication: true }] }, [
      `--${PROVIDER}-token`,
      KNOWN.runToken,
    ]);
    const { terminal, home } = recovery;
    await answer(terminal, "API key", CANARY_KEY);
    await terminal.waitFor("(anthropic, anthropic.key-rejected)");
    await choose(terminal, "How do you want to continue?", "Change how you pay");
    await choose(terminal, "How do you pay for the models?", "My own key, stored at Cloudflare");
    await finish(recovery);
    expect(entryIn(home)).not.toHaveProperty("apiKey");
    expect(entryIn(home)).toMatchObject({ auth: "token" });
  });

  it("asks who pays where the gateway has no stored key, and takes billing", async () => {
    const recovery = await open({ gateways: [AUTHENTICATED], credits: 5 }, [
      ...paidBy("stored"),
      `--${PROVIDER}-token`,
      KNOWN.runToken,
    ]);
    const { terminal, gateway } = recovery;
    await terminal.waitFor("(ai-gateway, gateway.stored-key-missing)");
    await choose(terminal, "How do you want to continue?", "Change how you pay");
    await choose(terminal, "How do you pay for the models?", "Unified Billing (Cloudflare, 5% fee)");
    await finish(recovery);
    for (const { headers } of gateway.requests) expect(headers).not.toHaveProperty("x-api-key");
  });

  it("asks for a key where credits are used up", async () => {
    const recovery = await open({ gateways: [AUTHENTICATED] }, [
      ...paidBy("billing"),
      `--${PROVIDER}-token`,
      KNOWN.runToken,
    ]);
    const { terminal, home, gateway } = recovery;
    await terminal.waitFor("(ai-gateway, gateway.no-credits)");
    await choose(terminal, "How do you want to continue?", "Change how you pay");
    await choose(terminal, "How do you pay for the models?", "My own key, sent with each request");
    await terminal.waitFor("? API key");
    // Left unanswered, it is no reason to check without a key.
    terminal.press("escape");
    await choose(terminal, "How do you want to continue?", "Change how you pay");
    expect(gateway.requests).toHaveLength(1);
    await choose(terminal, "How do you pay for the models?", "My own key, sent with each request");
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await finish(recovery);
    expect(entryIn(home).apiKey).toBe("${CLOUDFLARE_AI_GATEWAY_API_KEY}");
  });

  it("has the alias of a stored key corrected", async () => {
    const recovery = await open({ gateways: [STORED] }, [
      ...paidBy("stored"),
      `--${PROVIDER}-byok-alias`,
      "wrok",
      `--${PROVIDER}-token`,
      KNOWN.runToken,
    ]);
    const { terminal, home } = recovery;
    await terminal.waitFor("(ai-gateway, gateway.alias-not-found)");
    await choose(terminal, "How do you want to continue?", "Change the alias of the stored key");
    await terminal.waitFor("? Alias of the stored key");
    terminal.type("work");
    terminal.press("enter");
    await finish(recovery);
    expect(entryIn(home).headers["cf-aig-byok-alias"]).toBe("work");
  });

  it("has another model chosen where the message shows that this one is to blame", async () => {
    const recovery = await open({}, ["--verify=message"]);
    const { terminal, gateway, home } = recovery;
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await terminal.waitFor("✔ Everything works.");
    gateway.dial("anthropic-not_found_error", { message: "model: claude-sonnet-4-6", path: "/v1/messages", times: 1 });
    await answer(terminal, "Default model");
    await terminal.waitFor("(anthropic, anthropic.model-not-found)");
    await choose(terminal, "How do you want to continue?", "Change the default model");
    await terminal.waitFor(/Change the default model\n\? Default model/);
    terminal.type("opus 5.5");
    await terminal.waitFor("❯ claude-opus-5-5");
    terminal.press("enter");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(readConfig(home).agents.defaults.model.primary).toBe(`${PROVIDER}/claude-opus-5-5`);
  });

  it("has any answer corrected where the network is to blame", async () => {
    const recovery = await open({});
    const { terminal, gateway, home } = recovery;
    gateway.dial("reset");
    await answer(terminal, "API key", CANARY_KEY);
    await choose(terminal, "How do you want to continue?", "Change an answer");
    gateway.reset();
    await choose(terminal, "Which answer?", "Change the API key");
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await finish(recovery);
    expect(readText(secretsPath(home))).toContain(KNOWN.anthropicKey);
  });

  it("keeps a corrected answer when another failure is left with Escape", async () => {
    const recovery = await open({ gateways: [AUTHENTICATED] });
    const { terminal, home, gateway } = recovery;
    await answer(terminal, "API key", CANARY_KEY);
    await answer(terminal, "Gateway token", KNOWN.runToken);
    await terminal.waitFor("anthropic.key-rejected");
    await terminal.waitFor("? How do you want to continue?");
    terminal.press("escape");
    await terminal.waitFor("? API key (********wXyZ)");
    terminal.type(KNOWN.anthropicKey);
    terminal.press("enter");
    await finish(recovery);
    expect(readText(secretsPath(home))).toContain(`CF_AIG_TOKEN=${KNOWN.runToken}`);
    expect(gateway.requests.length).toBeGreaterThan(2);
  });

  it("keeps an answer when the question that it made necessary is left with Escape", async () => {
    const recovery = await open({ gateways: [STORED] });
    const { terminal, home } = recovery;
    await answer(terminal, "API key", CANARY_KEY);
    await answer(terminal, "Gateway token", KNOWN.runToken);
    await terminal.waitFor("anthropic.key-rejected");
    await choose(terminal, "How do you want to continue?", "Change another answer");
    await choose(terminal, "Which answer?", "Change which models you use");
    await terminal.waitFor("? Which models do you want to use?");
    terminal.press("down", 2);
    terminal.type(" ");
    terminal.press("enter");
    await terminal.waitFor("? OpenAI API key");
    terminal.press("escape");
    await terminal.waitFor(/How do you want to continue\?\n(?!.*✔)/);
    await choose(terminal, "How do you want to continue?", "Save anyway");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(readText(secretsPath(home))).toContain(`CF_AIG_TOKEN=${KNOWN.runToken}`);
    expect(Object.keys(readConfig(home).models.providers)).toContain(`${PROVIDER}-openai`);
  });

  it("saves anyway what does not work, when told so", async () => {
    const { terminal, home } = await open({ anthropicKeys: [] });
    await answer(terminal, "API key", CANARY_KEY);
    await choose(terminal, "How do you want to continue?", "Save anyway");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(readText(secretsPath(home))).toContain(CANARY_KEY);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  // Each is answered twice, since what may pass by itself is tried once more before it is shown.
  it.each<readonly [DialName, string]>([
    ["gateway-2003", "gateway.rate-limited"],
    ["gateway-2005", "gateway.provider-failed"],
    ["gateway-2045", "gateway.spend-limit"],
    ["anthropic-overloaded_error", "anthropic.overloaded"],
    ["anthropic-rate_limit_error", "anthropic.rate-limited"],
    ["anthropic-api_error", "anthropic.internal"],
    ["anthropic-timeout_error", "anthropic.timeout"],
    ["edge-1010", "edge.client-blocked"],
    ["edge-524", "edge.origin-slow"],
    ["edge-challenge", "edge.challenge"],
    ["access-login", "edge.access-login"],
    ["half-answer", "network.cut-off"],
    ["garbage", "network.not-http"],
    ["reset", "network.cut-off"],
    ["empty", "answer.unexpected"],
  ])("shows %s as %s, and is content once it has passed", async (dial, code) => {
    const recovery = await open({});
    const { terminal, gateway } = recovery;
    gateway.dial(dial);
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await terminal.waitFor(new RegExp(`\\([a-z-]+,\\s+${code.replaceAll(".", "\\.")}\\)`));
    gateway.reset();
    await choose(terminal, "How do you want to continue?", "Try again");
    await finish(recovery);
  });
});
