import { readFileSync } from "node:fs";
import { join } from "node:path";
import JSON5 from "json5";
import { expect, it } from "vitest";
import { ACCOUNT, CANARY_KEY, temporaryHome } from "../support/program.ts";
import {
  answer,
  describeInTerminal,
  leaks,
  leftSane,
  ONBOARD,
  openTerminalProcess,
  type TestTerminal,
} from "../support/terminal.ts";

const URL = `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/anthropic`;
/** A terminal that does not mark what is pasted: Windows' console, `screen`, many in editors. */
const UNMARKED = { marked: false };

/** Agrees to the changes; then the three answers have to be in the files and nowhere else. */
async function expectSetUp(home: string, terminal: TestTerminal): Promise<void> {
  await answer(terminal, "Save these changes?");
  expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
  const folder = join(home, ".openclaw");
  const config = JSON5.parse(readFileSync(join(folder, "openclaw.json"), "utf8"));
  expect(config.models.providers["cloudflare-ai-gateway"].baseUrl).toBe(URL);
  expect(readFileSync(join(folder, ".env"), "utf8")).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
  expect(leaks(home, terminal.bytes)).toEqual([]);
  expect(leftSane(terminal.bytes)).toBe(true);
}

describeInTerminal("what is pasted into the wizard", () => {
  it("loses quotes, Bearer, invisible characters, a variable's name and the line end", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    terminal.paste(` "${ACCOUNT.toUpperCase()}"\n`);
    terminal.press("enter");
    await terminal.waitFor("Account ID: removed quotes, changed to lower case.");
    await terminal.waitFor("? Gateway ID");
    terminal.paste("export CLOUDFLARE_GATEWAY_ID='my-gw'\n");
    terminal.press("enter");
    await terminal.waitFor("? API key");
    terminal.paste(`export ANTHROPIC_API_KEY="Bearer: ${CANARY_KEY.slice(0, 20)}\u200B${CANARY_KEY.slice(20)}"\n`);
    await terminal.waitFor("? API key ••••••••");
    terminal.press("enter");
    await terminal.waitFor("API key: removed invisible characters, removed the variable name, removed quotes");
    await expectSetUp(home, terminal);
  });

  it("answers two questions when it is a gateway's address, and says so", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    terminal.paste(`${URL}\n`);
    terminal.press("enter");
    await terminal.waitFor("Gateway ID: found my-gw in the URL.");
    await answer(terminal, "API key", CANARY_KEY);
    await expectSetUp(home, terminal);
    expect(terminal.screen()).not.toContain("✔ Gateway ID");
  });

  it.each([
    [
      "a .env file",
      `CLOUDFLARE_ACCOUNT_ID=${ACCOUNT}\nCLOUDFLARE_GATEWAY_ID=my-gw\nANTHROPIC_API_KEY=${CANARY_KEY}\n`,
      "(pasted 3 lines)",
    ],
    ["a curl command", `curl ${URL}/v1/messages -H "x-api-key: ${CANARY_KEY}" -d '{"a": 1}'`, "(pasted)"],
    [
      "a curl command of several lines",
      `curl ${URL}/v1/messages \\\n  -H 'x-api-key: ${CANARY_KEY}' \\\n  -d '{}'\n`,
      "(pasted 3 lines)",
    ],
  ])("answers everything when it is %s", async (_, text, shown) => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    terminal.paste(text);
    await terminal.waitFor(`✔ Account ID ${shown}`);
    await terminal.waitFor("Found in the pasted text: Account ID, Gateway ID, API key.");
    await expectSetUp(home, terminal);
  });

  it("leaves a question open when it answers the others only", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    terminal.paste(`CLOUDFLARE_GATEWAY_ID=my-gw\nANTHROPIC_API_KEY=${CANARY_KEY}\n`);
    await terminal.waitFor("Found in the pasted text: Gateway ID, API key.");
    await answer(terminal, "Account ID", ACCOUNT);
    await expectSetUp(home, terminal);
  });

  it.each([{ marked: true }, UNMARKED])("answers three questions with three plain lines (%o)", async ({ marked }) => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    const lines = `${ACCOUNT}\nmy-gw\n${CANARY_KEY}\n`;
    if (marked) terminal.paste(lines);
    else terminal.type(lines.replaceAll("\n", "\r"));
    await terminal.waitFor("API key: taken from the next pasted line.");
    await expectSetUp(home, terminal);
  });

  it.each([{ marked: true }, UNMARKED])(
    "is refused unseen when it is a key and the account is asked for (%o)",
    async ({ marked }) => {
      const home = temporaryHome();
      const terminal = openTerminalProcess(ONBOARD, { home });
      await terminal.waitFor("? Account ID");
      if (marked) terminal.paste(`${CANARY_KEY}\n`);
      else terminal.type(`${CANARY_KEY}\r`);
      await terminal.waitFor("This is an Anthropic API key, not an account ID.");
      expect(terminal.screen()).not.toContain("sk-ant-a");
      terminal.paste(URL);
      await terminal.waitFor("my-gw/anthropic");
      terminal.press("enter");
      await answer(terminal, "API key", CANARY_KEY);
      await expectSetUp(home, terminal);
    },
  );

  it("is hidden when it is a key that comes key by key", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    for (const key of CANARY_KEY) terminal.type(key);
    await terminal.waitFor("? Account ID ••••••••");
    terminal.press("enter");
    await terminal.waitFor("This is an Anthropic API key, not an account ID.");
    expect(leaks(home, terminal.bytes)).toEqual([]);
    terminal.type(URL);
    await terminal.waitFor("my-gw/anthropic");
    terminal.press("enter");
    await answer(terminal, "API key", CANARY_KEY);
    await expectSetUp(home, terminal);
  });

  it("cannot press keys by what is hidden in it", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    terminal.paste("abc\u001b[A\u0003\u001b[?25ldef");
    await terminal.waitFor("> It contains a control character at character 4");
    terminal.paste(URL);
    await terminal.waitFor("my-gw/anthropic");
    terminal.press("enter");
    await answer(terminal, "API key", CANARY_KEY);
    await expectSetUp(home, terminal);
  });

  it.each([
    ["y\nrm -rf /\n", "lines"],
    [CANARY_KEY, "a key"],
  ])("agrees to nothing when it is %j", async (text) => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    terminal.paste(`${ACCOUNT}\nmy-gw\n${CANARY_KEY}\n`);
    await terminal.waitFor("? Save these changes? (Y/n)");
    terminal.paste(text);
    // A key that does something shows that the paste has been dealt with.
    terminal.type("ye");
    await terminal.waitFor(/\? Save these changes\? \(Y\/n\) ye$/m);
    terminal.press("backspace", 2);
    await terminal.waitFor(/\? Save these changes\? \(Y\/n\)$/m);
    await expectSetUp(home, terminal);
  });

  it("chooses nothing in a list", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(["onboard", "--no-verify"], { home });
    await terminal.waitFor("❯ Cloudflare AI Gateway");
    terminal.paste("Skip for now\n\n");
    terminal.press("down");
    await terminal.waitFor("❯ Skip for now");
    terminal.press("up");
    await terminal.waitFor("❯ Cloudflare AI Gateway");
    terminal.press("enter");
    await terminal.waitFor("? Account ID");
    terminal.paste(`${ACCOUNT}\nmy-gw\n${CANARY_KEY}\n`);
    await expectSetUp(home, terminal);
  });
});
