import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { secretsText } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, temporaryHome } from "../support/program.ts";
import {
  answer,
  answerQuickstart,
  describeInTerminal,
  leaks,
  leftSane,
  ONBOARD,
  openTerminalProcess,
} from "../support/terminal.ts";

const DONE = { status: 0, signal: undefined };
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal codes begin with one
const COLOUR = /\u001b\[[\d;]*m/;

describeInTerminal("a hidden answer", () => {
  it("looks the same whatever its length, before Enter and after", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await answer(terminal, "Account ID", ACCOUNT);
    await answer(terminal, "Gateway ID", "my-gw");
    await terminal.waitFor("? API key");
    terminal.type("123456789");
    await terminal.waitFor(/^\? API key •{8}$/m);
    terminal.press("ctrl-u");
    await terminal.waitFor(/^\? API key$/m);
    terminal.type(CANARY_KEY);
    await terminal.waitFor(/^\? API key •{8}$/m);
    terminal.press("ctrl-w");
    await terminal.waitFor(/^\? API key$/m);
    terminal.type(`${CANARY_KEY}x`);
    await terminal.waitFor(/^\? API key •{8}$/m);
    terminal.press("backspace");
    terminal.press("enter");
    await terminal.waitFor(/^✔ API key •{8}$/m);
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toEqual(DONE);
    expect(secretsText(home)).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it.each(["ctrl-t", "tab", "up", "left", "home", "ctrl-a"] as const)("is not revealed by %s", async (key) => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await answer(terminal, "Account ID", ACCOUNT);
    await answer(terminal, "Gateway ID", "my-gw");
    await terminal.waitFor("? API key");
    terminal.type(CANARY_KEY);
    terminal.press(key);
    terminal.press("escape");
    await terminal.waitFor("? Gateway ID (my-gw)");
    expect(leaks(home, terminal.bytes)).toEqual([]);
    terminal.press("ctrl-c");
    expect((await terminal.exit).status).toBe(130);
    expect(leftSane(terminal.bytes)).toBe(true);
  });
});

describeInTerminal("a wrong answer", () => {
  it("is said to be wrong at its own question and can be corrected there", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess([...ONBOARD, "--flow", "advanced"], { home });
    await answer(terminal, "Account ID");
    await terminal.waitFor("> Account ID is required.");
    await answer(terminal, "Account ID", "my account");
    await terminal.waitFor("> It contains a space or tab at character 3");
    await terminal.waitFor("? Account ID my account");
    terminal.press("ctrl-u");
    await answer(terminal, "Account ID", ACCOUNT);
    await answer(terminal, "Gateway ID", "a/b");
    await terminal.waitFor("> It contains '/' at character 2");
    terminal.press("backspace", 2);
    await terminal.waitFor(/\? Gateway ID a$/m);
    terminal.press("enter");
    await answer(terminal, "Which models do you want to use?");
    await answer(terminal, "How do you pay for the models?");
    await answer(terminal, "API key", CANARY_TOKEN);
    await terminal.waitFor("> This is a Cloudflare API token, not an Anthropic API key.");
    await terminal.waitFor(/^\? API key$/m);
    terminal.type(CANARY_KEY);
    terminal.press("enter");
    await answer(terminal, "Gateway token", CANARY_KEY);
    await terminal.waitFor("> This is an Anthropic API key, not a Cloudflare API token.");
    terminal.press("enter");
    await terminal.waitFor("✔ Gateway token");
    await answer(terminal, "Default model");
    await answer(terminal, "Port of the local gateway", "99999");
    await terminal.waitFor("> Use a whole number from 1 to 65535.");
    terminal.press("backspace");
    terminal.press("enter");
    await answer(terminal, "Who can reach");
    await answer(terminal, "Save these changes?", "maybe");
    await terminal.waitFor("> Type yes, no or d.");
    terminal.press("backspace", 5);
    terminal.type("yes");
    terminal.press("enter");
    expect(await terminal.exit).toEqual(DONE);
    expect(readFileSync(join(home, ".openclaw", "openclaw.json"), "utf8")).toMatch(/9999\b/);
    expect(secretsText(home)).not.toContain("CF_AIG_TOKEN");
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });
});

describeInTerminal("the window", () => {
  it("may be narrow", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(["onboard", "--no-verify"], { home, columns: 30 });
    await answer(terminal, "Which provider?");
    await terminal.waitFor("It is in the dashboard's URL:\ndash.cloudflare.com/<account\nID>. You can also paste a");
    expect(terminal.screen()).toContain("✔ Which provider? Cloudflare\nAI Gateway\n");
    await answerQuickstart(terminal);
    // Nothing of a question is left over where it was redrawn.
    expect(terminal.screen().match(/API keys\./g)).toBeNull();
    terminal.press("enter");
    expect(await terminal.exit).toEqual(DONE);
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expect(leftSane(terminal.bytes)).toBe(true);
  });

  it("may change its size in the middle of a question", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    terminal.type(ACCOUNT.slice(0, 20));
    await terminal.waitFor(ACCOUNT.slice(0, 20));
    terminal.resize(40, 20);
    terminal.type(ACCOUNT.slice(20));
    terminal.press("enter");
    await terminal.waitFor("✔ Account ID");
    await answer(terminal, "Gateway ID", "my-gw");
    await terminal.waitFor("? API key");
    terminal.type(CANARY_KEY.slice(0, 20));
    terminal.resize(100, 30);
    terminal.type(CANARY_KEY.slice(20));
    terminal.press("enter");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toEqual(DONE);
    expect(secretsText(home)).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it("shows colours", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(["onboard", "--no-verify"], { home });
    await answer(terminal, "Which provider?");
    await answerQuickstart(terminal);
    terminal.press("ctrl-c");
    expect((await terminal.exit).status).toBe(130);
    expect(terminal.bytes).toMatch(COLOUR);
  });

  it.each<Record<string, string>>([{ NO_COLOR: "1" }, { FORCE_COLOR: "0" }])(
    "shows no colours with %o",
    async (env) => {
      const home = temporaryHome();
      const terminal = openTerminalProcess(["onboard", "--no-verify", "--flow", "advanced"], { home, env });
      await answer(terminal, "Which provider?");
      await answer(terminal, "Account ID", "a b");
      await terminal.waitFor("> It contains a space or tab at character 2");
      terminal.press("ctrl-u");
      await answer(terminal, "Account ID", ACCOUNT);
      await answer(terminal, "Gateway ID", "my-gw");
      await answer(terminal, "Which models do you want to use?");
      await answer(terminal, "How do you pay for the models?");
      await answer(terminal, "API key", CANARY_KEY);
      await answer(terminal, "Gateway token", CANARY_TOKEN);
      await answer(terminal, "Default model");
      await answer(terminal, "Port");
      await answer(terminal, "Who can reach");
      await answer(terminal, "Save these changes?");
      expect(await terminal.exit).toEqual(DONE);
      expect(terminal.bytes).not.toMatch(COLOUR);
    },
  );
});
