import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { configIn } from "../support/home-files.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, temporaryHome } from "../support/program.ts";
import { describeInTerminal, leaks, ONBOARD, openTerminalProcess, type TestTerminal } from "../support/terminal.ts";

/** Waits until the question of that number and beginning is the last one and open, and answers it. */
async function reply(terminal: TestTerminal, question: string, text: string): Promise<void> {
  const [start, end] = [question.replace(/[.?()]/g, "\\$&"), "(?![\\s\\S])"];
  await terminal.waitFor(new RegExp(`^${start}(?:(?!^\\d+\\. )[\\s\\S])*\n>${end}`, "m"));
  terminal.type(text);
  terminal.press("enter");
}

/** No colours, no movement, no pastes marked; a backspace is taken back on the line. */
function expectPlain(terminal: TestTerminal): void {
  expect(terminal.bytes).not.toContain("\u001b");
  expect(terminal.bytes.replaceAll("\b \b", "")).not.toContain("\b");
}

describeInTerminal("the accessible wizard", () => {
  it.each<[string, string[], Record<string, string>, string]>([
    ["--accessible", ["--accessible"], {}, "xterm-256color"],
    ["OPENCLAW_ACCESSIBLE=1", [], { OPENCLAW_ACCESSIBLE: "1" }, "xterm-256color"],
    ["TERM=dumb", [], {}, "dumb"],
  ])("asks plain numbered questions with %s", async (_, args, env, term) => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(["onboard", "--no-verify", ...args], { home, env, term });
    await reply(terminal, "1. Which provider", "");
    await reply(terminal, "2. Account ID", ACCOUNT);
    await reply(terminal, "3. Gateway ID", "my-gw");
    await reply(terminal, "4. API key", CANARY_KEY);
    await reply(terminal, "5. Save these changes", "yes");
    expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
    expect(terminal.screen()).toContain(
      "1. Which provider?\n  1) Cloudflare AI Gateway\n  2) Skip for now\nPress Enter for 1.\n>\n2. Account ID\n",
    );
    expect(terminal.screen()).toContain(
      "4. API key\nUse an Anthropic key (sk-ant-…). Create one at console.anthropic.com > API keys.\nPress Enter if you have none.\nYour input is hidden.\n>\n",
    );
    expect(configIn(home).models.providers["cloudflare-ai-gateway"].baseUrl).toContain(`${ACCOUNT}/my-gw`);
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expectPlain(terminal);
  });

  it("goes the long way, back and forth, with numbers and words", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(["onboard", "--no-verify", "--accessible", "--flow", "advanced"], {
      home,
      rows: 200,
    });
    await reply(terminal, "1. Which provider", "3");
    await terminal.waitFor("Type a number from 1 to 2.");
    await reply(terminal, "1. Which provider", "1");
    await reply(terminal, "2. Account ID", "my account");
    await terminal.waitFor("It contains a space or tab at character 3");
    await reply(terminal, "2. Account ID", ACCOUNT);
    await terminal.waitFor("3. Gateway ID");
    terminal.type("wrong");
    terminal.press("backspace", 5);
    terminal.press("left");
    await reply(terminal, "3. Gateway ID", "my-gw");
    await reply(terminal, "4. Which models do you want to use?", "<");
    await terminal.waitFor("Press Enter for my-gw.");
    await reply(terminal, "3. Gateway ID", "");
    await reply(terminal, "4. Which models do you want to use?", "1,4");
    await terminal.waitFor("Type numbers from 1 to 3, separated by commas.");
    await reply(terminal, "4. Which models do you want to use?", "2, 1");
    await reply(terminal, "5. How do you pay for the models?", "1");
    await reply(terminal, "6. API key", CANARY_TOKEN);
    await terminal.waitFor("This is a Cloudflare API token, not an Anthropic API key.");
    await reply(terminal, "6. API key", `${CANARY_KEY}x\u007f`);
    await reply(terminal, "7. Gateway token", CANARY_TOKEN);
    await reply(terminal, "8. Default model", "haiku");
    await terminal.waitFor('Several names contain "haiku":');
    await reply(terminal, "8. Default model", "llamas");
    await terminal.waitFor('No name contains "llamas".');
    // Another one begins with this name.
    await reply(terminal, "8. Default model", "cloudflare-ai-gateway/claude-opus-5");
    await reply(terminal, "9. Port of the local gateway", "<");
    await terminal.waitFor(/Press Enter for cloudflare-ai-gateway\/claude-opus-5\.\s*$/m);
    await reply(terminal, "8. Default model", "haiku 5.5");
    await reply(terminal, "9. Port of the local gateway", "4000");
    await terminal.waitFor("10. Who can reach the local gateway?");
    terminal.press("escape");
    await terminal.waitFor("Press Enter for 4000.");
    await reply(terminal, "9. Port of the local gateway", "");
    await reply(terminal, "10. Who can reach the local gateway?", "2");
    await reply(terminal, "11. Save these changes", "perhaps");
    await terminal.waitFor("Type yes, no or d.");
    await reply(terminal, "11. Save these changes", "y");
    expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
    expect(configIn(home)).toMatchObject({
      agents: { defaults: { model: { primary: "cloudflare-ai-gateway/claude-haiku-5-5" } } },
      gateway: { port: 4000, bind: "lan" },
      models: { providers: { "cloudflare-ai-gateway-workers-ai": { apiKey: "${CF_AIG_TOKEN}" } } },
    });
    expect(readFileSync(join(home, ".openclaw", ".env"), "utf8")).toContain(`API_KEY=${CANARY_KEY}\n`);
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expectPlain(terminal);
  });

  it("writes nothing when told no", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(["onboard", "--no-verify", "--accessible", "--auth-choice", "skip"], { home });
    await reply(terminal, "1. Save these changes", "n");
    expect(await terminal.exit).toEqual({ status: 130, signal: undefined });
    expect(readdirSync(home)).toEqual([]);
    expectPlain(terminal);
  });

  it.each(["ctrl-c", "ctrl-d"] as const)("is left by %s, with nothing written", async (key) => {
    const home = temporaryHome();
    const terminal = openTerminalProcess([...ONBOARD, "--accessible"], { home });
    await reply(terminal, "1. Account ID", ACCOUNT);
    await reply(terminal, "2. Gateway ID", "my-gw");
    await terminal.waitFor("3. API key");
    terminal.type(CANARY_KEY);
    terminal.press(key);
    expect(await terminal.exit).toEqual({ status: 130, signal: undefined });
    expect(readdirSync(home)).toEqual([]);
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expectPlain(terminal);
  });

  it("answers all from a block that is pasted, and echoes none of it", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess([...ONBOARD, "--accessible"], { home });
    await terminal.waitFor("1. Account ID");
    terminal.paste(`CLOUDFLARE_ACCOUNT_ID=${ACCOUNT}\nCLOUDFLARE_GATEWAY_ID=my-gw\nANTHROPIC_API_KEY=${CANARY_KEY}\n`);
    await reply(terminal, "2. Save these changes", "");
    expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expectPlain(terminal);
  });

  it("refuses a key at the account's question without showing it, however it comes", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess([...ONBOARD, "--accessible"], { home });
    await terminal.waitFor("1. Account ID");
    terminal.paste(CANARY_KEY);
    terminal.press("enter");
    await terminal.waitFor("This is an Anthropic API key, not an account ID.");
    for (const key of CANARY_KEY) terminal.type(key);
    terminal.press("enter");
    await terminal.waitFor(/(not an account ID\.[\s\S]*){2}/);
    terminal.press("ctrl-c");
    expect((await terminal.exit).status).toBe(130);
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expectPlain(terminal);
  });
});
