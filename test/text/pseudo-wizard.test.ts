import { describe, expect, it } from "vitest";
import { cloudflare } from "../support/cloudflare.ts";
import { startGateway } from "../support/gateway.ts";
import { CANARY_KEY, CANARY_TOKEN, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";
import { fromPseudo, pseudo, untranslated } from "../support/pseudo.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { openTerminal, type TestTerminal } from "../support/terminal.ts";

const CHOICE = ["onboard", "--auth-choice", "cloudflare-ai-gateway-api-key"];

/** What is the same in every language: names of products and layers, keys of the configuration, commands to type. */
const NAMES = /Cloudflare AI Gateway|\(anthropic, |\+ wizard|^ {2}(?:openclaw|eval) .*?(?: {2}|$)/gm;

function open(args: readonly string[], env: Readonly<Record<string, string>> = {}): TestTerminal {
  const context = { ...WITHOUT_PAUSES, text: pseudo };
  return openTerminal(args, { home: temporaryHome(), env: { NO_COLOR: "1", ...env }, context, rows: 60 });
}

/** Waits for a question that begins so in English, and answers it. */
async function answer(terminal: TestTerminal, question: string, text = ""): Promise<void> {
  await shows(terminal, question);
  terminal.type(text);
  terminal.press("enter");
}

/** Waits for the end, and expects that everything that was ever on the screen came from the texts. */
async function expectTexts(terminal: TestTerminal, status = 0): Promise<void> {
  expect((await terminal.exit).status, terminal.screen()).toBe(status);
  expect(untranslated(terminal.screen().replace(NAMES, ""), []), terminal.screen()).toEqual([]);
}

const shows = (terminal: TestTerminal, english: string) =>
  terminal.waitFor((screen) => fromPseudo(screen).replace(/\s+/g, " ").includes(english));

describe.each([
  ["? ", []],
  [". ", ["--accessible"]],
])("the wizard in the pseudo language (%s)", (mark, flags) => {
  it("asks, checks, shows and writes", async () => {
    const { baseUrl } = await startGateway({ authenticated: true });
    const terminal = open([...CHOICE, ...flags, "--cloudflare-ai-gateway-base-url", baseUrl]);
    await answer(terminal, `${mark}API key`, "not a key");
    await shows(terminal, "Copy it again");
    if (mark === "? ") terminal.press("ctrl-u");
    terminal.type(CANARY_KEY);
    terminal.press("enter");
    await answer(terminal, `${mark}Gateway token`, CANARY_TOKEN);
    await answer(terminal, `${mark}Default model`);
    await answer(terminal, `${mark}Save these changes?`);
    await expectTexts(terminal);
  });

  it("says what does not work, and lets the person choose what to do", async () => {
    const { baseUrl } = await startGateway();
    const terminal = open([...CHOICE, ...flags, "--cloudflare-ai-gateway-base-url", baseUrl]);
    await answer(terminal, `${mark}API key`, `${CANARY_KEY}x`);
    await shows(terminal, `${mark}How do you want to continue?`);
    terminal.press("ctrl-c");
    await expectTexts(terminal, 130);
  });

  it("finds account and gateway with a Cloudflare API token", async () => {
    const { env } = await cloudflare({ gateways: [{ authentication: true }, { id: "second-gw", logs: true }] });
    const terminal = open([...CHOICE, ...flags], { ...env, CLOUDFLARE_API_TOKEN: KNOWN.fullToken });
    await answer(terminal, `${mark}Account ID`);
    await answer(terminal, `${mark}Gateway ID`);
    await answer(terminal, `${mark}API key`, KNOWN.anthropicKey);
    await shows(terminal, `${mark}Gateway token`);
    terminal.press("escape");
    terminal.press("ctrl-c");
    await expectTexts(terminal, 130);
  });
});
