import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ACCOUNT, CANARY_KEY, temporaryHome } from "../support/program.ts";
import { answer, leaks, ONBOARD, openTerminal, type TestTerminal } from "../support/terminal.ts";

const HALF = [CANARY_KEY.slice(0, 30), CANARY_KEY.slice(30)] as const;
const GATEWAY = `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw`;

/** The prompter, and whether its terminal marks what is pasted; the accessible one never asks for that. */
const WAYS = [
  { args: [], marked: true },
  { args: [], marked: false },
  { args: ["--accessible"], marked: false },
] as const;

function paste(terminal: TestTerminal, text: string, marked: boolean): void {
  if (marked) terminal.paste(text);
  else terminal.type(text.replace(/\r?\n/g, "\r"));
}

/** Agrees to the changes, after which the whole values are in the files and nowhere else. */
async function expectSetUp(home: string, terminal: TestTerminal): Promise<void> {
  await terminal.waitFor("Save these changes?");
  terminal.press("enter");
  expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
  const folder = join(home, ".openclaw");
  expect(readFileSync(join(folder, "openclaw.json"), "utf8")).toContain(`"${GATEWAY}/anthropic"`);
  expect(readFileSync(join(folder, ".env"), "utf8")).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
  expect(leaks(home, terminal.bytes)).toEqual([]);
}

describe.each(WAYS)("a wrapped paste (%o)", ({ args, marked }) => {
  const open = (home: string) => openTerminal([...ONBOARD, ...args], { home });

  it("is joined at every question, and says so", async () => {
    const home = temporaryHome();
    const terminal = open(home);
    await terminal.waitFor("Account ID");
    paste(terminal, `${ACCOUNT.slice(0, 20)}\n  ${ACCOUNT.slice(20)}\n`, marked);
    await terminal.waitFor("Account ID: joined from 2 pasted lines.");
    await terminal.waitFor(/Gateway ID\b(?!:)/);
    paste(terminal, "my-\ngw", marked);
    await terminal.waitFor("Gateway ID: joined from 2 pasted lines.");
    await terminal.waitFor(/API key\b(?!:)/);
    paste(terminal, `> ${HALF.join("\n> ")}\n`, marked);
    await terminal.waitFor("API key: joined from 2 pasted lines.");
    await expectSetUp(home, terminal);
  });

  it("is joined in a block", async () => {
    const home = temporaryHome();
    const terminal = open(home);
    await terminal.waitFor("Account ID");
    const url = GATEWAY.replace("cdef", "cd\nef");
    paste(terminal, `ANTHROPIC_BASE_URL=${url}\nANTHROPIC_API_KEY=${HALF.join("\n")}\nLOG_LEVEL=debug\n`, marked);
    await terminal.waitFor("Joined from several pasted lines: Account ID, Gateway ID, API key.");
    await terminal.waitFor("1 other pasted line was not used.");
    await expectSetUp(home, terminal);
  });

  it("is refused with its place where it cannot be joined, and nothing of it is taken or shown", async () => {
    const home = temporaryHome();
    const terminal = open(home);
    await terminal.waitFor("Account ID");
    paste(terminal, `${GATEWAY}\n`, marked);
    // In a terminal that does not mark it, one line with its end has pressed Enter.
    if (marked) terminal.press("enter");
    await terminal.waitFor("Gateway ID: found my-gw in the URL.");
    await terminal.waitFor(/API key\b(?!:)/);
    paste(terminal, `${HALF[0]}\n${HALF[1]} and more`, marked);
    await terminal.waitFor("It contains a line break at character 31.");
    paste(terminal, `${CANARY_KEY}\n${CANARY_KEY}`, marked);
    await terminal.waitFor("It contains a line break at character 50.");
    paste(terminal, `${HALF[0]}\n${HALF[1]}`, marked);
    await terminal.waitFor("API key: joined from 2 pasted lines.");
    await expectSetUp(home, terminal);
  });

  it("says how many lines were for questions that are not asked", async () => {
    const home = temporaryHome();
    const terminal = open(home);
    await terminal.waitFor("Account ID");
    paste(terminal, `${ACCOUNT}\nmy-gw\n${CANARY_KEY}\ncfut_0123456789abcdef0123\n`, marked);
    await terminal.waitFor("API key: taken from the next pasted line.");
    await terminal.waitFor("1 other pasted line was not used.");
    await expectSetUp(home, terminal);
  });
});

describe.each([{ marked: true }, { marked: false }])("a paste that was refused (%o)", ({ marked }) => {
  it("gives way to the next one, and stays where it is corrected by hand", async () => {
    const home = temporaryHome();
    const terminal = openTerminal(ONBOARD, { home });
    await terminal.waitFor("? Account ID");
    paste(terminal, "not an account id", marked);
    await terminal.waitFor("? Account ID not an account id");
    terminal.press("enter");
    await terminal.waitFor("> It contains a space or tab at character 4");
    paste(terminal, "0123456789 bcdef0123456789abcdef", marked);
    await terminal.waitFor(/\? Account ID 0123456789 bcdef0123456789abcdef$/m);
    terminal.press("enter");
    await terminal.waitFor("> It contains a space or tab at character 11");
    for (let presses = 0; presses < 21; presses += 1) terminal.press("left");
    terminal.press("backspace");
    await terminal.waitFor(/\? Account ID 0123456789bcdef0123456789abcdef$/m);
    terminal.type("a");
    await terminal.waitFor(/\? Account ID 0123456789abcdef0123456789abcdef$/m);
    terminal.press("enter");
    await answer(terminal, "Gateway ID", "my-gw");
    await answer(terminal, "API key", CANARY_KEY);
    await expectSetUp(home, terminal);
  });
});
