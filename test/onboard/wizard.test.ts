import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { resolvePaths } from "../../src/core/paths.ts";
import { Secret } from "../../src/core/secret.ts";
import { type Answer, type Answers, SKIP, settingIn, shownAnswer } from "../../src/onboard/answers.ts";
import { readCurrentState } from "../../src/onboard/current-state.ts";
import type { OpenLookup } from "../../src/onboard/lookup.ts";
import { isEmpty, planOnboarding } from "../../src/onboard/plan.ts";
import { type Resolution, resolveAnswers } from "../../src/onboard/resolve-answers.ts";
import { type Online, runWizard } from "../../src/onboard/wizard.ts";
import type { Verify } from "../../src/onboard/wizard-check.ts";
import type { SetupRequest } from "../../src/onboard/wizard-field.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { en } from "../../src/text/en/index.ts";
import type { Texts } from "../../src/text/message.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN } from "../support/program.ts";
import { fromPseudo, pseudo, untranslated } from "../support/pseudo.ts";
import { testContext } from "../support/real-context.ts";
import { BACK, type Exchange, type Script, script } from "../support/scripted-prompter.ts";

/** What the command line says before the questions. */
interface Start {
  readonly answers: Answers;
  readonly flow: "quickstart" | "advanced";
}

const FLAG = { kind: "flag", name: "--flag" } as const;
const flag = (value: string): Answer => ({ kind: "value", value, source: FLAG });
const NAMED: Start = { answers: { authChoice: flag("cloudflare-ai-gateway-api-key") }, flow: "quickstart" };
const UNNAMED: Start = { ...NAMED, answers: {} };
const ADVANCED: Start = { ...NAMED, flow: "advanced" };
const started = (start: Start, answers: Answers): Start => ({ ...start, answers: { ...start.answers, ...answers } });

const NO_LOOKUP: OpenLookup = async () => undefined;

interface World {
  readonly online?: Online;
  readonly config?: string;
  readonly secrets?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly offersService?: boolean;
}

/** Names that are the same in every language: of products and models, and the preview that stands for the real one. */
const NAMES = /Cloudflare AI Gateway|Claude \w+|the changes/g;

/**
 * Runs the wizard against files, first in the pseudo language, where everything it shows has to be from the texts; returns
 * what it came to in English, secrets in clear, and what it said.
 */
async function wizard(exchanges: readonly Exchange[], start: Start = NAMED, world: World = {}) {
  const { shown } = await runIn(pseudo, script(exchanges, fromPseudo), start, world);
  expect(shown.filter((text) => untranslated(text.replace(NAMES, ""), []).length > 0)).toEqual([]);
  return inEnglish(exchanges, start, world);
}

/** Runs it once, for a test that counts what is sent or brings findings of its own. */
const inEnglish = (exchanges: readonly Exchange[], start: Start, world: World) =>
  runIn(en, script(exchanges), start, world);

async function runIn(
  text: Texts,
  { run, said, offered, shown }: Script,
  start: Start,
  { config, secrets, env = {}, online, offersService = false }: World,
) {
  const context = testContext({ env });
  const paths = resolvePaths({}, context);
  mkdirSync(paths.stateDir);
  if (config !== undefined) writeFileSync(paths.config, config);
  if (secrets !== undefined) writeFileSync(paths.secrets, secrets);
  const current = await readCurrentState({ providers: PROVIDERS, named: [] }, paths, context);
  const deps = { newToken: () => new Secret("t".repeat(43)), now: new Date(0), version: "1", defaultPort: 1 };
  const preview = ({ answers, listed }: SetupRequest) =>
    isEmpty(planOnboarding(resolveAnswers(answers, current), current, deps, listed))
      ? undefined
      : { shown: "the changes" };
  const wizardDeps = { current, text, flow: start.flow, defaultPort: 18789, offersService, preview };
  const { answers } = await run((prompter) =>
    runWizard(start.answers, { ...wizardDeps, ...(online && { online }) }, prompter),
  );
  const { provider, model, answers: resolved } = resolveAnswers(answers, current);
  const [port, bind] = [settingIn(answers, "gateway.port"), settingIn(answers, "gateway.bind")];
  return {
    given: answers,
    answers: plain(resolved, provider),
    provider,
    model,
    gateway: { ...(port && { port: Number(port) }), ...(bind && { bind }) },
    setDefault: settingIn(answers, "setDefault") === "yes",
    service: settingIn(answers, "service") === "yes",
    said,
    offered,
    shown,
  };
}

function plain(answers: Answers, provider: Resolution["provider"]): Record<string, string> {
  const entries = (provider?.fields ?? []).flatMap(({ id }) => {
    const answer = answers[id];
    if (answer === undefined) return [];
    return [[id, answer.kind === "secret" ? answer.value.reveal() : shownAnswer(answer, en)]];
  });
  return Object.fromEntries(entries);
}

const ALL = { accountId: ACCOUNT, gatewayId: "my-gw", apiKey: CANARY_KEY };
/** The same where the advanced flow asked for the rest and got Enter. */
const ALL_ADVANCED = { ...ALL, endpoint: "anthropic", credentials: "key" };
const WRITE: Exchange = ["Save these changes?", true];
const URL = `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/anthropic`;

it("asks for the provider, three answers and the permission to write", async () => {
  const { answers, model } = await wizard(
    [
      ["Which provider?", "Cloudflare"],
      ["Account ID", ACCOUNT],
      ["Gateway ID", "my-gw"],
      ["API key", CANARY_KEY],
      WRITE,
    ],
    UNNAMED,
  );
  expect(answers).toEqual(ALL);
  expect(model).toEqual({ provider: "cloudflare-ai-gateway", model: "claude-sonnet-4-6" });
});

it("asks nothing about a provider that is skipped", async () => {
  const { provider, model, given } = await wizard([["Which provider?", "Skip"], WRITE], UNNAMED);
  expect([provider, model, settingIn(given, "authChoice")]).toEqual([null, undefined, SKIP]);
});

it("writes nothing when the person says no", async () => {
  await expect(
    wizard([
      ["Account ID", URL],
      ["API key", CANARY_KEY],
      ["Save these changes?", false],
    ]),
  ).rejects.toMatchObject({ code: "prompt.cancelled", message: "prompt.cancelled" });
});

it("does not ask for permission when there is nothing to change", async () => {
  const first = await wizard([["Account ID", URL], ["API key", CANARY_KEY], WRITE]);
  expect(first.answers).toEqual(ALL);
  const config = {
    models: {
      mode: "merge",
      providers: {
        "cloudflare-ai-gateway": {
          baseUrl: URL,
          api: "anthropic-messages",
          apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
          models: [{ id: "claude-sonnet-4-6", name: "Claude Sonnet 4.6" }],
        },
      },
    },
    agents: {
      defaults: {
        model: { primary: "cloudflare-ai-gateway/claude-sonnet-4-6" },
        models: { "cloudflare-ai-gateway/claude-sonnet-4-6": {} },
      },
    },
    gateway: { mode: "local", port: 1, bind: "loopback", auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
  };
  const { answers, said } = await wizard(
    [
      ["Account ID", ""],
      ["Gateway ID", ""],
      ["API key", ""],
    ],
    NAMED,
    {
      config: JSON.stringify(config),
      secrets: `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKEN=${"t".repeat(43)}\n`,
    },
  );
  expect(answers).toEqual({ ...ALL, endpoint: "anthropic" });
  expect(said).toEqual([
    `Account ID (${ACCOUNT})`,
    "Gateway ID (my-gw)",
    "API key (********wXyZ, from CLOUDFLARE_AI_GATEWAY_API_KEY in .env)",
  ]);
});

it("needs an answer to a required question and takes an empty one to an optional", async () => {
  const { answers, said } = await wizard(
    [
      ["Account ID", ""],
      ["Account ID", URL],
      ["Which models", ""],
      ["How do you pay", ""],
      ["API key", "  "],
      ["How do you pay", "My own key, sent"],
      ["API key", CANARY_KEY],
      ["Gateway token (optional)", ""],
      ["Default model", ""],
      ["Port", ""],
      ["Who can reach", ""],
      WRITE,
    ],
    ADVANCED,
  );
  expect(answers).toEqual(ALL_ADVANCED);
  expect(said).toEqual(expect.arrayContaining(["Account ID is required."]));
});

it("asks who pays instead where there is no key, and then only for what that needs", async () => {
  const { answers } = await wizard([
    ["Account ID", URL],
    ["API key", ""],
    ["How do you pay", "My own key, stored"],
    ["Gateway token", CANARY_TOKEN],
    WRITE,
  ]);
  expect(answers).toEqual({
    accountId: ACCOUNT,
    gatewayId: "my-gw",
    credentials: "stored",
    gatewayToken: CANARY_TOKEN,
  });
});

it("does not ask for the key again and again on Enter alone", async () => {
  const { answers, said } = await wizard([
    ["Account ID", URL],
    ["API key", ""],
    ["How do you pay", ""],
    ["Gateway token", ""],
    ["Gateway token", CANARY_TOKEN],
    WRITE,
  ]);
  expect(answers).toMatchObject({ credentials: "stored", gatewayToken: CANARY_TOKEN });
  expect(said).toContain("Gateway token is required.");
});

it("explains a question once, however often it is asked", async () => {
  const { said } = await wizard(
    [
      ["Account ID", URL],
      ["Which models", ""],
      ["How do you pay", "My own key, sent"],
      ["API key", ""],
      ["How do you pay", "Unified"],
      ["Gateway token", CANARY_TOKEN],
      ["Default model", ""],
      ["Port", ""],
      ["Who can reach", ""],
      WRITE,
    ],
    ADVANCED,
  );
  expect(said.filter((text) => text.startsWith("  A key in the request is used first"))).toHaveLength(1);
});

it("needs the key once a person without one has chosen to send it all the same", async () => {
  const { said } = await wizard([
    ["Account ID", URL],
    ["API key", ""],
    ["How do you pay", "My own key, sent"],
    ["API key", ""],
    ["API key", CANARY_KEY],
    WRITE,
  ]);
  expect(said).toContain("API key is required.");
});

it("does not ask who pays where a flag has said that", async () => {
  const start = started(NAMED, { credentials: flag("key") });
  const { said } = await wizard([["Account ID", URL], ["API key", ""], ["API key", CANARY_KEY], WRITE], start);
  expect(said).toContain("API key is required.");
});

it.each([NAMED, ADVANCED])(
  "asks in a second run for a gateway token that is in use, and Enter keeps it",
  async (start) => {
    const rest: readonly Exchange[] =
      start.flow === "advanced"
        ? [
            ["Default model", ""],
            ["Port", ""],
            ["Who can reach", ""],
          ]
        : [];
    const payment: readonly Exchange[] =
      start.flow === "advanced"
        ? [
            ["Which models", ""],
            ["How do you pay", ""],
          ]
        : [];
    const secrets = `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nCF_AIG_TOKEN=${CANARY_TOKEN}\n`;
    for (const given of ["", `${CANARY_TOKEN}2`]) {
      const { answers, said } = await wizard(
        [["Account ID", URL], ...payment, ["API key", ""], ["Gateway token (optional)", given], ...rest, WRITE],
        start,
        { secrets },
      );
      expect(answers.gatewayToken).toBe(given || CANARY_TOKEN);
      expect(said).toContain("Gateway token (optional) (********5678, from CF_AIG_TOKEN in .env)");
    }
  },
);

it("goes one question back from who pays, too", async () => {
  const { answers } = await wizard([
    ["Account ID", URL],
    ["API key", ""],
    ["How do you pay", BACK],
    ["API key", CANARY_KEY],
    WRITE,
  ]);
  expect(answers).toEqual(ALL);
});

it.each<readonly [string, readonly Exchange[]]>([
  ["the next question", [["Gateway token", BACK]]],
  [
    "two questions later",
    [
      ["Gateway token", CANARY_TOKEN],
      ["Default model", BACK],
      ["Gateway token", BACK],
    ],
  ],
])("goes back to a question that its own answer made unnecessary, from %s", async (_, later) => {
  const models = new Map([["cloudflare-ai-gateway", [{ id: "claude-sonnet-4-6" }]]]);
  const online: Online = { openLookup: NO_LOOKUP, verify: async () => undefined, models: async () => models };
  const { answers } = await wizard(
    [
      ["Account ID", URL],
      ["API key", ""],
      ["How do you pay", "My own key, stored"],
      ...later,
      ["API key", CANARY_KEY],
      ["Default model", ""],
      WRITE,
    ],
    NAMED,
    { online },
  );
  expect(answers).toMatchObject({ apiKey: CANARY_KEY });
  expect(answers).not.toHaveProperty("credentials");
});

it("puts the proposed model under the cursor where the chosen one is not listed, and says that once", async () => {
  const models = new Map([["cloudflare-ai-gateway", [{ id: "claude-opus-5" }, { id: "claude-sonnet-4-6" }]]]);
  const online: Online = { openLookup: NO_LOOKUP, verify: async () => undefined, models: async () => models };
  const { model, said } = await inEnglish(
    [
      ["Account ID", URL],
      ["API key", CANARY_KEY],
      ["Default model", "nope"],
      ["Save these changes", BACK],
      ["Default model", BACK],
      ["API key", ""],
      ["Default model", ""],
      WRITE,
    ],
    NAMED,
    { online },
  );
  expect(model?.model).toBe("claude-sonnet-4-6");
  expect(said.filter((text) => text.includes('"nope" is not in the list'))).toHaveLength(1);
});

it("asks for endpoints, who pays, token, model, port and reach in the advanced flow", async () => {
  const { answers, model, gateway, said } = await wizard(
    [
      ["Account ID", URL],
      ["Which models", ""],
      ["How do you pay", ""],
      ["API key", CANARY_KEY],
      ["Gateway token (optional)", `Bearer ${CANARY_TOKEN}`],
      ["Default model", "claude-opus-5-5"],
      ["Port", "0"],
      ["Port", " "],
      ["Port", "65536"],
      ["Port", "x"],
      ["Port", " 4000 "],
      ["Who can reach", "The local network"],
      WRITE,
    ],
    ADVANCED,
  );
  expect(answers).toEqual({ ...ALL_ADVANCED, gatewayToken: CANARY_TOKEN });
  expect(model?.model).toBe("claude-opus-5-5");
  expect(gateway).toEqual({ port: 4000, bind: "lan" });
  expect(said.filter((text) => text.startsWith("Use a whole number"))).toHaveLength(4);
  expect(said).toEqual(
    expect.arrayContaining(["Port of the local gateway (18789)", "Default model (claude-sonnet-4-6)"]),
  );
});

it("takes no credential for a model, an alias or the ID of a gateway, and repeats none", async () => {
  const bare = "CANARYtokenCANARYtokenCANARYtoken1234567";
  const { answers, model, said } = await wizard(
    [
      ["Account ID", ACCOUNT],
      ["Gateway ID", bare],
      ["Gateway ID", "my-gw"],
      ["Which models", ""],
      ["How do you pay", "My own key, stored"],
      ["Gateway token", CANARY_TOKEN],
      ["Alias of the stored key", bare],
      ["Alias of the stored key", CANARY_KEY],
      ["Alias of the stored key", "claude-2"],
      ["Default model", CANARY_KEY],
      ["Default model", bare],
      ["Default model", "claude-opus-5-5"],
      ["Port", ""],
      ["Who can reach", ""],
      WRITE,
    ],
    ADVANCED,
  );
  expect(answers).toMatchObject({ gatewayId: "my-gw", byokAlias: "claude-2" });
  expect(model?.model).toBe("claude-opus-5-5");
  expect(said.join("\n").match(/This looks like a credential/g)).toHaveLength(4);
  expect(said.join("\n")).not.toContain("CANARY");
});

it("says which pasted lines it lets go when the person goes back, and answers no question with them", async () => {
  const { answers, said } = await wizard([
    ["Account ID", `${ACCOUNT}\nnot an id\n${CANARY_KEY}`],
    ["Gateway ID", BACK],
    ["Account ID", ""],
    ["Gateway ID", "my-gw"],
    ["API key", CANARY_KEY],
    WRITE,
  ]);
  expect(answers).toEqual(ALL);
  expect(said.filter((text) => text.includes("1 other pasted line was not used."))).toHaveLength(2);
});

it("keeps every answer as the default on the way back", async () => {
  const { answers, gateway, said } = await wizard(
    [
      ["Which provider?", "Cloudflare"],
      ["Account ID", ACCOUNT],
      ["Gateway ID", "my-gw"],
      ["Which models", ""],
      ["How do you pay", ""],
      ["API key", CANARY_KEY],
      ["Gateway token", CANARY_TOKEN],
      ["Default model", "claude-opus-5-5"],
      ["Port", "4000"],
      ["Who can reach", "The local network"],
      ["Save these changes?", BACK],
      ["Who can reach", BACK],
      ["Port", BACK],
      ["Default model", BACK],
      ["Gateway token", BACK],
      ["API key", BACK],
      ["How do you pay", BACK],
      ["Which models", BACK],
      ["Gateway ID", BACK],
      ["Account ID", BACK],
      ["Which provider?", BACK],
      ["Which provider?", ""],
      ["Account ID", ""],
      ["Gateway ID", "other-gw"],
      ["Which models", ""],
      ["How do you pay", ""],
      ["API key", ""],
      ["Gateway token", ""],
      ["Default model", ""],
      ["Port", ""],
      ["Who can reach", ""],
      WRITE,
    ],
    { ...UNNAMED, flow: "advanced" },
  );
  expect(answers).toEqual({ ...ALL_ADVANCED, gatewayId: "other-gw", gatewayToken: CANARY_TOKEN });
  expect(gateway).toEqual({ port: 4000, bind: "lan" });
  expect(said).toEqual(
    expect.arrayContaining([`Account ID (${ACCOUNT})`, "API key (********wXyZ)", "Default model (claude-opus-5-5)"]),
  );
});

it("skips the question that a pasted address has answered, forwards and backwards", async () => {
  const { answers, said } = await wizard([
    ["Account ID", URL],
    ["API key", BACK],
    ["Account ID", URL],
    ["API key", CANARY_KEY],
    ["Save these changes?", BACK],
    ["API key", ""],
    WRITE,
  ]);
  expect(answers).toEqual(ALL);
  expect(said).toContain("  Gateway ID: found my-gw in the URL.");
});

it("asks again what an address had filled in once the address is replaced by a plain ID", async () => {
  const { answers, said } = await wizard([
    ["Account ID", URL],
    ["API key", BACK],
    ["Account ID", ACCOUNT],
    ["Gateway ID", ""],
    ["API key", CANARY_KEY],
    WRITE,
  ]);
  expect(answers).toEqual(ALL);
  expect(said).toContain("Gateway ID (my-gw)");
});

it("answers everything from a pasted .env block", async () => {
  const { answers, said } = await wizard([
    [
      "Account ID",
      `export CLOUDFLARE_ACCOUNT_ID=${ACCOUNT}\nCLOUDFLARE_GATEWAY_ID="my-gw" # the first\nANTHROPIC_API_KEY='${CANARY_KEY}'`,
    ],
    WRITE,
  ]);
  expect(answers).toEqual(ALL);
  expect(said[0]).toBe("  Found in the pasted text: Account ID, Gateway ID, API key.");
});

it("asks only for what a block leaves open, and keeps what it held on the way back", async () => {
  const block = `CLOUDFLARE_GATEWAY_ID=my-gw\nANTHROPIC_API_KEY=${CANARY_KEY}`;
  const { answers } = await wizard(
    [
      ["Which provider?", ""],
      ["Account ID", block],
      ["Account ID", BACK],
      ["Which provider?", ""],
      ["Account ID", ACCOUNT],
      WRITE,
    ],
    UNNAMED,
  );
  expect(answers).toEqual(ALL);
});

it("leaves out the placeholders of a pasted curl command and asks for them", async () => {
  const curl = `curl https://gateway.ai.cloudflare.com/v1/{account_id}/my-gw/anthropic/v1/messages \\\n  -H "x-api-key: $ANTHROPIC_API_KEY"`;
  const { answers } = await wizard([["Account ID", curl], ["Account ID", ACCOUNT], ["API key", CANARY_KEY], WRITE]);
  expect(answers).toEqual(ALL);
});

it("says which part of a block cannot be used, without showing it", async () => {
  const { answers, said } = await wizard([
    ["Account ID", `CLOUDFLARE_ACCOUNT_ID=${ACCOUNT}\nCLOUDFLARE_GATEWAY_ID=${CANARY_KEY}`],
    ["Gateway ID", "my-gw"],
    ["API key", CANARY_KEY],
    WRITE,
  ]);
  expect(answers).toEqual(ALL);
  expect(said).toContain("  Gateway ID: ignored. This is an Anthropic API key, not a gateway ID.");
  expect(said.join()).not.toContain("CANARY");
});

it("takes plain lines that were pasted together as the next answers", async () => {
  const { answers, said } = await wizard([["Account ID", `${ACCOUNT}\n\n my-gw \n${CANARY_KEY}`], WRITE]);
  expect(answers).toEqual(ALL);
  expect(said).toEqual(
    expect.arrayContaining([
      "Gateway ID: taken from the next pasted line.",
      "API key: taken from the next pasted line.",
    ]),
  );
});

it("asks when the next pasted line does not fit its question", async () => {
  const { answers } = await wizard([
    ["Account ID", `${ACCOUNT}\nnot an id\n${CANARY_KEY}`],
    ["Gateway ID", "my-gw"],
    WRITE,
  ]);
  expect(answers).toEqual(ALL);
});

it("offers a key from the environment by its last four characters", async () => {
  const { answers, said } = await wizard([["Account ID", URL], ["API key", ""], WRITE], NAMED, {
    env: { ANTHROPIC_API_KEY: CANARY_KEY },
  });
  expect(answers).toEqual(ALL);
  expect(said).toContain("API key (********wXyZ, from ANTHROPIC_API_KEY)");
});

const OTHERS = { config: `{agents: {defaults: {model: {primary: "openai/gpt-5"}}}}` };

it.each([
  { answer: false, word: "keeps" },
  { answer: true, word: "replaces" },
])("asks about another provider's default model, and $word it when told so", async ({ answer }) => {
  const { setDefault, said } = await wizard(
    [
      ["Account ID", URL],
      ["API key", CANARY_KEY],
      ["Make cloudflare-ai-gateway/claude-sonnet-4-6 the default model?", answer],
      ["Save these changes?", BACK],
      ["Make cloudflare-ai-gateway/claude-sonnet-4-6", answer],
      WRITE,
    ],
    NAMED,
    OTHERS,
  );
  expect(setDefault).toBe(answer);
  expect(said).toContain("Your default model is openai/gpt-5.");
});

it("asks nothing that a flag has answered", async () => {
  const start = started(ADVANCED, {
    accountId: flag(ACCOUNT),
    apiKey: { kind: "secret", value: new Secret(CANARY_KEY), source: FLAG },
    model: flag("cloudflare-ai-gateway/claude-opus-5"),
    "gateway.port": flag("5"),
    "gateway.bind": flag("lan"),
  });
  const { answers } = await wizard(
    [["Gateway ID", "my-gw"], ["How do you pay", ""], ["Gateway token", ""], WRITE],
    start,
  );
  expect(answers).toEqual(ALL_ADVANCED);
});

it("offers the service in the advanced flow where it can be had, and the answer is there on the way back", async () => {
  const upTo: readonly Exchange[] = [
    ["Account ID", URL],
    ["Which models", ""],
    ["How do you pay", ""],
    ["API key", CANARY_KEY],
    ["Gateway token (optional)", ""],
    ["Default model", ""],
    ["Port", ""],
    ["Who can reach", ""],
  ];
  const SERVICE = "Run the local gateway as a service";
  const offered = { offersService: true };
  const asked = await wizard([...upTo, [SERVICE, true], ["Save", BACK], [SERVICE, true], WRITE], ADVANCED, offered);
  expect(asked.service).toBe(true);
  expect((await wizard([...upTo, [SERVICE, false], WRITE], ADVANCED, offered)).service).toBe(false);
  expect((await wizard([...upTo, WRITE], ADVANCED)).service).toBe(false);
  // The command line has decided, or nobody wants to be asked much.
  expect((await wizard([...upTo, WRITE], started(ADVANCED, { service: flag("yes") }), offered)).service).toBe(true);
  const quick: readonly Exchange[] = [["Account ID", URL], ["API key", CANARY_KEY], WRITE];
  expect((await wizard(quick, NAMED, offered)).service).toBe(false);
  expect((await wizard(quick, started(NAMED, { service: flag("yes") }))).service).toBe(true);
});

it("asks again who can reach the gateway where the answer would open credentials to others", async () => {
  const start = started(ADVANCED, { accountId: flag(ACCOUNT), gatewayId: flag("my-gw"), model: flag("claude-opus-5") });
  const { gateway, said } = await wizard(
    [
      ["How do you pay", ""],
      ["API key", CANARY_KEY],
      ["Gateway token", ""],
      ["Port", ""],
      ["Who can reach", "The local network"],
      ["Who can reach", ""],
      WRITE,
    ],
    start,
    { config: `{gateway: {auth: {mode: "none"}}}` },
  );
  expect(gateway).toEqual({});
  expect(said).toContain('  "lan" without a token lets others use your credentials.');
});

it("does not ask for IDs that a base URL replaces", async () => {
  const start = started(NAMED, { baseUrl: flag("https://ai.example.com/anthropic") });
  const { answers } = await wizard([["API key", CANARY_KEY], WRITE], start);
  expect(answers).toEqual({ baseUrl: "https://ai.example.com/anthropic", apiKey: CANARY_KEY });
});

it("asks for the base URL, and not for the IDs, where today's set-up has one of its own", async () => {
  const entry = { baseUrl: "https://ai.example.com/anthropic", api: "anthropic-messages" };
  const config = JSON.stringify({ models: { providers: { "cloudflare-ai-gateway": entry } } });
  const rerun = (answer: string) => wizard([["Base URL", answer], ["API key", CANARY_KEY], WRITE], NAMED, { config });
  const kept = await rerun("");
  expect(kept.answers).toEqual({ baseUrl: entry.baseUrl, apiKey: CANARY_KEY, endpoint: "anthropic" });
  expect(kept.said).toContain(`Base URL (${entry.baseUrl})`);
  expect((await rerun("https://new.example.com")).answers.baseUrl).toBe("https://new.example.com/anthropic");
  // IDs that are given take its place.
  const ids = { accountId: flag(ACCOUNT), gatewayId: flag("my-gw") };
  const moved = await wizard([["API key", CANARY_KEY], WRITE], started(NAMED, ids), { config });
  expect(moved.answers).toMatchObject({ accountId: ACCOUNT, gatewayId: "my-gw" });
  expect(moved.answers).not.toHaveProperty("baseUrl");
});

it("goes back past the check, which asks nothing while all is well", async () => {
  let checks = 0;
  const verify: Verify = async () => {
    checks += 1;
    return undefined;
  };
  const { answers } = await inEnglish(
    [
      ["Account ID", ACCOUNT],
      ["Gateway ID", "my-gw"],
      ["API key", CANARY_KEY],
      ["Save", BACK],
      ["API key", `${CANARY_KEY}2`],
      ["Save", true],
    ],
    NAMED,
    { online: { verify, openLookup: NO_LOOKUP, models: async () => new Map() } },
  );
  expect([answers.apiKey, checks]).toEqual([`${CANARY_KEY}2`, 2]);
});

describe("the models that the gateway lists", () => {
  const listing = (...ids: readonly string[]): Online => ({
    verify: async () => undefined,
    openLookup: NO_LOOKUP,
    models: async () => new Map([["cloudflare-ai-gateway", ids.map((id) => ({ id, name: id.toUpperCase() }))]]),
  });
  const KEYS: readonly Exchange[] = [
    ["Account ID", URL],
    ["API key", CANARY_KEY],
  ];

  it("are offered as the default one, the documented one preselected", async () => {
    const online = listing("claude-new-7", "claude-sonnet-4-6");
    const { model, said } = await wizard([...KEYS, ["Default model", ""], WRITE], NAMED, { online });
    expect(model).toEqual({ provider: "cloudflare-ai-gateway", model: "claude-sonnet-4-6" });
    expect(said).toContain("Default model (claude-sonnet-4-6)");
  });

  it("preselect today's model, also where only its dated id is listed", async () => {
    const online = listing("claude-new-7", "claude-opus-4-5-20251101");
    const config = `{agents: {defaults: {model: "cloudflare-ai-gateway/claude-opus-4-5"}}}`;
    const { said } = await wizard([...KEYS, ["Default model", ""], WRITE], NAMED, { online, config });
    expect(said).toContain("Default model (claude-opus-4-5-20251101)");
  });

  it("say when the documented one is not among them, and let any be typed", async () => {
    const online = listing("claude-new-7");
    const { model, said } = await wizard([...KEYS, ["Default model", "claude-newer-8"], WRITE], NAMED, { online });
    expect(model).toEqual({ provider: "cloudflare-ai-gateway", model: "claude-newer-8" });
    expect(said).toEqual(
      expect.arrayContaining(['  The model "claude-sonnet-4-6" is not in the list.', "Default model (claude-new-7)"]),
    );
  });

  it("are not asked about when a flag names one, nor when nobody tells", async () => {
    const named = started(NAMED, { model: flag("cloudflare-ai-gateway/x") });
    expect((await wizard([...KEYS, WRITE], named, { online: listing("claude-new-7") })).model?.model).toBe("x");
    const silent = { ...listing(), models: async () => new Map() };
    expect((await wizard([...KEYS, WRITE], NAMED, { online: silent })).model?.model).toBe("claude-sonnet-4-6");
  });

  it("are asked about again when the message that proves it shows that the model is to blame", async () => {
    const tried: (string | undefined)[] = [];
    const verifyByMessage: Verify = async ({ model }) => {
      tried.push(model?.model);
      if (model?.model === "claude-new-7") return undefined;
      const fault = {
        code: "anthropic.model-not-found",
        layer: "anthropic",
        field: "model",
        transient: false,
        ids: {},
      };
      return { ...fault, message: () => "No model.", fix: () => "Choose." };
    };
    const online = { ...listing("claude-new-7", "claude-sonnet-4-6"), verifyByMessage };
    const { model, said } = await inEnglish(
      [
        ...KEYS,
        ["Default model", ""],
        ["How do you want to continue?", "Change the default model"],
        ["Default model", "cloudflare-ai-gateway/claude-new-7"],
        WRITE,
      ],
      NAMED,
      { online },
    );
    expect(model?.model).toBe("claude-new-7");
    expect(tried).toEqual(["claude-sonnet-4-6", "claude-new-7"]);
    expect(said).toContain("✔ Everything works.");
  });

  it("and a message that was paid for is not sent again when nothing has changed", async () => {
    let messages = 0;
    const verifyByMessage: Verify = async () => {
      messages += 1;
      return undefined;
    };
    const online = { ...listing("claude-new-7", "claude-sonnet-4-6"), verifyByMessage };
    const again: readonly Exchange[] = [
      ["Save", BACK],
      ["Default model", ""],
      ["Save", BACK],
    ];
    const other: readonly Exchange[] = [["Default model", "claude-new-7"], WRITE];
    await inEnglish([...KEYS, ["Default model", ""], ...again, ...other], NAMED, { online });
    expect(messages).toBe(2);
  });

  it("and until when, by the provider itself or the catalogue", async () => {
    const models = [{ id: "claude-a", retiresOn: "2027-01-02" }, { id: "claude-sonnet-4-5-20250929" }];
    const online = { ...listing(), models: async () => new Map([["cloudflare-ai-gateway", models]]) };
    const { offered } = await wizard([...KEYS, ["Default model", "claude-a"], WRITE], NAMED, { online });
    expect(offered).toEqual(
      expect.arrayContaining([
        "until 2027-01-02",
        "Claude Sonnet 4.5, 200k tokens of context, $3 in and $15 out per million tokens, until 2026-11-30",
      ]),
    );
  });
});

describe("what stands in the files in place of an answer", () => {
  const config = JSON.stringify({
    models: {
      providers: {
        "cloudflare-ai-gateway": {
          baseUrl: URL,
          api: "anthropic-messages",
          apiKey: "${my_key}",
          headers: { "cf-aig-authorization": "Bearer {{ token }}" },
        },
      },
    },
  });

  it("is asked for, also where the answer is optional and seldom asked for", async () => {
    const { answers } = await wizard(
      [["Account ID", ""], ["Gateway ID", ""], ["API key", CANARY_KEY], ["Gateway token", CANARY_TOKEN], WRITE],
      NAMED,
      { config },
    );
    expect(answers).toMatchObject({ apiKey: CANARY_KEY, gatewayToken: CANARY_TOKEN });
  });

  it("is refused as an answer", async () => {
    const { said } = await wizard(
      [
        ["Account ID", ACCOUNT],
        ["Gateway ID", "my-gw"],
        ["API key", "${CLOUDFLARE_AI_GATEWAY_API_KEY:-x}"],
        ["API key", "<your key>"],
        ["API key", CANARY_KEY],
        WRITE,
      ],
      NAMED,
    );
    expect(said.slice(0, 2)).toEqual([
      "This looks like a reference, but nothing replaces it. Replace it with the value.",
      "This is a placeholder, not a value. Replace it with the value.",
    ]);
  });
});

it("lets nobody else reach a gateway whose token can be guessed", async () => {
  const secrets = `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKEN=a#bcdefghijklmnop\n`;
  const given = {
    accountId: flag(ACCOUNT),
    gatewayId: flag("my-gw"),
    endpoint: flag("anthropic"),
    credentials: flag("key"),
    model: flag("claude-sonnet-4-6"),
    "gateway.port": flag("1"),
  };
  const { said, gateway } = await wizard(
    [
      ["API key", ""],
      ["Gateway token", ""],
      ["Who can reach", "The local network"],
      ["Who can reach", "The Tailscale network"],
      ["Who can reach", "This machine only"],
      WRITE,
    ],
    started({ ...NAMED, flow: "advanced" }, given),
    { secrets },
  );
  const sentence = "  OPENCLAW_GATEWAY_TOKEN is shorter than 16 characters and can be guessed.";
  expect(said.filter((text) => text === sentence)).toHaveLength(2);
  expect(gateway.bind).toBeUndefined();
});
