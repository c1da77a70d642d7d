import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolvePaths } from "../../src/core/paths.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Answer, Answers } from "../../src/onboard/answers.ts";
import { readCurrentState } from "../../src/onboard/current-state.ts";
import { resolveAnswers } from "../../src/onboard/resolve-answers.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { en } from "../../src/text/en/index.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN } from "../support/program.ts";
import { testContext } from "../support/real-context.ts";

const ID = "cloudflare-ai-gateway";
const flag = (name: string) => ({ kind: "flag", name: `--${name}` }) as const;
const value = (text: string, name: string): Answer => ({ kind: "value", value: text, source: flag(name) });
const CHOICE: Answers = { authChoice: value(`${ID}-api-key`, "auth-choice") };

const SET_UP = JSON.stringify({
  models: {
    providers: {
      [ID]: {
        baseUrl: `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/configured/anthropic`,
        apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
        headers: { "cf-aig-authorization": "Bearer ${MY_TOKEN}" },
      },
    },
  },
});

interface World {
  readonly config?: string;
  readonly secrets?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function resolved(given: Answers, { config, secrets, env = {} }: World) {
  const context = testContext({ env });
  const paths = resolvePaths({}, context);
  mkdirSync(paths.stateDir);
  if (config !== undefined) writeFileSync(paths.config, config);
  if (secrets !== undefined) writeFileSync(paths.secrets, secrets);
  const current = await readCurrentState({ providers: PROVIDERS, named: [] }, paths, context);
  return { ...resolveAnswers({ ...CHOICE, ...given }, current), path: paths.config };
}

describe("answers that nobody gave", () => {
  it("are completed from the configuration, .env and the environment, each with its source", async () => {
    const { answers, path, missing } = await resolved(
      {},
      { config: SET_UP, secrets: `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`, env: { MY_TOKEN: CANARY_TOKEN } },
    );
    const file = { kind: "file", path };
    const name = "CLOUDFLARE_AI_GATEWAY_API_KEY";
    expect(answers).toMatchObject({
      accountId: { value: ACCOUNT, source: file },
      gatewayId: { value: "configured", source: file },
      apiKey: { kind: "secret", source: { kind: "variable", name, place: ".env" } },
      // A reference of the user's own is left as it is.
      gatewayToken: { kind: "keep", variable: "MY_TOKEN", source: file },
    });
    expect(answers.apiKey?.kind === "secret" && answers.apiKey.value.reveal()).toBe(CANARY_KEY);
    expect(missing).toEqual([]);
  });

  it("give way to those that were given, but not to a question left with Enter or an empty flag", async () => {
    const given: Answers = {
      gatewayId: value("given", `${ID}-gateway-id`),
      accountId: { kind: "none", source: { kind: "wizard", question: "accountId" } },
      apiKey: { kind: "none", source: flag(`${ID}-api-key`) },
    };
    const { answers, problems } = await resolved(given, { config: SET_UP, env: { ANTHROPIC_API_KEY: CANARY_KEY } });
    expect(answers).toMatchObject({
      gatewayId: { value: "given", source: flag(`${ID}-gateway-id`) },
      accountId: { value: ACCOUNT, source: { kind: "file" } },
      apiKey: { source: { kind: "variable", name: "ANTHROPIC_API_KEY", place: "process environment" } },
    });
    expect(problems).toEqual([]);
  });

  it("are dropped where others make them needless, and a flag that is one is a problem unless the wizard decided", async () => {
    const apiKey: Answer = { kind: "secret", value: new Secret(CANARY_KEY), source: flag(`${ID}-api-key`) };
    const byFlag = { apiKey, credentials: value("billing", `${ID}-credentials`) };
    const refused = await resolved(byFlag, { config: SET_UP });
    expect(refused.problems.map(({ where }) => where)).toEqual([`--${ID}-api-key`]);
    const credentials: Answer = {
      kind: "value",
      value: "billing",
      source: { kind: "wizard", question: "credentials" },
    };
    const decided = await resolved({ apiKey, credentials }, { config: SET_UP });
    expect([decided.problems, "apiKey" in decided.answers]).toEqual([[], false]);
  });

  it("drop a variable that is named for one of them, unless it implies another payment than a flag asks for", async () => {
    const openaiApiKey: Answer = { kind: "reference", variable: "NOT_SET", source: flag(`${ID}-openai-api-key-env`) };
    const named = (credentials: string) =>
      resolved({ openaiApiKey, credentials: value(credentials, `${ID}-credentials`) }, { config: SET_UP });
    const { answers, problems } = await named("key");
    expect([problems, "openaiApiKey" in answers]).toEqual([[], false]);
    expect((await named("billing")).problems.map(({ where }) => where)).toEqual([`--${ID}-openai-api-key`]);
  });
});

describe("a token of Cloudflare's API that a flag names as gateway token, too", () => {
  const secret = (text: string, name: string): Answer => ({
    kind: "secret",
    value: new Secret(text),
    source: flag(name),
  });
  const apiToken = secret(CANARY_TOKEN, "cloudflare-api-token");

  it.each([
    [CANARY_TOKEN, true],
    [`${CANARY_TOKEN}2`, false],
  ])("is said to do more than is needed", async (token, isSaid) => {
    const { notes } = await resolved({ apiToken, gatewayToken: secret(token, `${ID}-token`) }, { config: SET_UP });
    expect(notes.some((note) => note(en).includes("can do everything that it was created for"))).toBe(isSaid);
  });
});
