import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, temporaryHome } from "../support/program.ts";
import {
  answer,
  describeInTerminal,
  type Key,
  leaks,
  leftSane,
  openTerminal,
  openTerminalProcess,
  type TestTerminal,
} from "../support/terminal.ts";

/** The questions of the long way, in order, and what to type at each to get on. */
const QUESTIONS = [
  ["Which provider?", ""],
  ["Account ID", ACCOUNT],
  ["Gateway ID", "my-gw"],
  ["Which models do you want to use?", ""],
  ["How do you pay for the models?", ""],
  ["API key", CANARY_KEY],
  ["Gateway token (optional)", CANARY_TOKEN],
  ["Default model", ""],
  ["Port of the local gateway", "4000"],
  ["Who can reach the local gateway?", ""],
  ["Save these changes?", ""],
] as const;

const ADVANCED = ["onboard", "--no-verify", "--flow", "advanced"];

/** Answers everything before the question of that number, and waits for it. */
async function goTo(place: number, terminal: TestTerminal): Promise<void> {
  for (const [question, text] of QUESTIONS.slice(0, place)) await answer(terminal, question, text);
  await terminal.waitFor(`? ${QUESTIONS[place]?.[0]}`);
}

async function expectLeft(home: string, terminal: TestTerminal): Promise<void> {
  expect(await terminal.exit).toEqual({ status: 130, signal: undefined });
  expect(terminal.screen()).toContain("openclaw: Canceled. No files were changed.");
  expect(readdirSync(home)).toEqual([]);
  expect(leaks(home, terminal.bytes)).toEqual([]);
  expect(leftSane(terminal.bytes)).toBe(true);
}

describeInTerminal("leaving the wizard", () => {
  it.each(QUESTIONS.map(([question], place) => [question, place] as const))(
    "writes nothing on Ctrl-C at '%s'",
    async (_, place) => {
      const home = temporaryHome();
      // Each kind of question in a process that has to end: a list, a hidden answer, the permission.
      const open = [0, 5, 10].includes(place) ? openTerminalProcess : openTerminal;
      const terminal = open(ADVANCED, { home });
      await goTo(place, terminal);
      terminal.press("ctrl-c");
      await expectLeft(home, terminal);
    },
  );

  it.each<[string, number, string, Key]>([
    ["Ctrl-D at a list", 0, "", "ctrl-d"],
    ["Ctrl-D at an empty answer", 1, "", "ctrl-d"],
    ["Ctrl-D after a part of the key", 5, CANARY_KEY.slice(0, 20), "ctrl-d"],
    ["Ctrl-C after a part of the key", 5, CANARY_KEY.slice(0, 20), "ctrl-c"],
    ["Ctrl-D at the permission", 10, "y", "ctrl-d"],
  ])("is as well done by %s", async (_, place, text, key) => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ADVANCED, { home });
    await goTo(place, terminal);
    terminal.type(text);
    terminal.press(key);
    await expectLeft(home, terminal);
  });

  it("is possible in the middle of a paste that does not end", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ADVANCED, { home });
    await goTo(5, terminal);
    terminal.type(`\u001b[200~${CANARY_KEY}`);
    terminal.press("ctrl-c");
    await expectLeft(home, terminal);
  });

  it.each([0, 3, 5, 10])("happens when the window is closed (question %i)", async (place) => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ADVANCED, { home });
    await goTo(place, terminal);
    terminal.close();
    // As the system ends whatever ran in a window that is closed.
    expect(await terminal.exit).toEqual({ status: 0, signal: constants.signals.SIGHUP });
    expect(readdirSync(home)).toEqual([]);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "gives the terminal back on %s, at every kind of question",
    async (name) => {
      for (const place of [0, 1, 5, 10]) {
        const home = temporaryHome();
        const terminal = openTerminalProcess(ADVANCED, { home });
        await goTo(place, terminal);
        terminal.signal(name);
        expect(await terminal.exit).toEqual({ status: 0, signal: constants.signals[name] });
        expect(leftSane(terminal.bytes)).toBe(true);
        expect(readdirSync(home)).toEqual([]);
      }
    },
  );

  it("does not happen on Ctrl-Z, which would leave a question behind that nobody can answer", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(ADVANCED, { home });
    await goTo(1, terminal);
    terminal.press("ctrl-z");
    terminal.type("abc");
    await terminal.waitFor("? Account ID abc");
    terminal.press("ctrl-c");
    await expectLeft(home, terminal);
  });
});

describe("going back in the wizard", () => {
  it("keeps every answer, from every question, with Escape", async () => {
    const home = temporaryHome();
    const terminal = openTerminal(ADVANCED, { home, rows: 60 });
    await goTo(10, terminal);
    const shown: readonly (string | RegExp)[] = [
      "❯ This machine only (loopback)",
      "? Port of the local gateway (4000)",
      "❯ claude-sonnet-4-6",
      "? Gateway token (optional) (********5678)",
      "? API key (********wXyZ)",
      "❯ My own key, sent with each request",
      "❯◉ Claude, with an Anthropic key",
      "? Gateway ID (my-gw)",
      `? Account ID (${ACCOUNT})`,
      "❯ Cloudflare AI Gateway",
    ];
    for (const text of shown) {
      terminal.press("escape");
      await terminal.waitFor(text);
    }
    terminal.press("escape");
    terminal.press("down");
    await terminal.waitFor("❯ Skip for now");
    terminal.press("up");
    await terminal.waitFor("❯ Cloudflare AI Gateway");
    terminal.press("enter");
    for (const [question] of QUESTIONS.slice(1)) await answer(terminal, question);
    expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
    expect(readFileSync(join(home, ".openclaw", ".env"), "utf8")).toContain(CANARY_KEY);
    expect(readFileSync(join(home, ".openclaw", "openclaw.json"), "utf8")).toContain("4000");
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expect(leftSane(terminal.bytes)).toBe(true);
  });
});
