import fastStringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import { configText } from "../support/home-files.ts";
import { CLAUDE, COMMENTED, homeOf, QUIET_DAY } from "../support/models.ts";
import { openTerminal } from "../support/terminal.ts";

/** A default that retires on 2026-11-30. */
const RETIRING = COMMENTED.replace(`primary: "${CLAUDE}/claude-sonnet-4-6"`, `primary: "${CLAUDE}/claude-sonnet-4-5"`);

interface Said {
  readonly question: string;
  readonly done: string;
  readonly retired: string;
  readonly instead: string;
}

const LANGUAGES: readonly (readonly [language: string, said: Said])[] = [
  [
    "en",
    {
      question: "Which model?",
      done: `Default model: ${CLAUDE}/claude-opus-5`,
      retired: `was retired on 2026-11-30. Its successor is ${CLAUDE}/claude-sonnet-4-6.`,
      instead: `Use ${CLAUDE}/claude-opus-4-8 instead?`,
    },
  ],
  [
    "zh-TW",
    {
      question: "要使用哪個模型？",
      done: `預設模型：${CLAUDE}/claude-opus-5`,
      retired: `後繼模型是 ${CLAUDE}/claude-sonnet-4-6。`,
      instead: `要改用 ${CLAUDE}/claude-opus-4-8 嗎？`,
    },
  ],
];

const open = (
  home: string,
  args: readonly string[] = [],
  { now = QUIET_DAY, env = {} as Record<string, string>, columns = 130 } = {},
) => openTerminal(["models", "set", ...args], { home, env, columns, rows: 40, context: { now: () => now } });

const joined = (screen: string) => screen.replace(/\s*\n\s*/g, "");

describe.each(LANGUAGES)("models set at a terminal, in %s", (language, said) => {
  const env = { OPENCLAW_LANG: language };

  it("is a list that is searched, with context, price and retirement, and writes what is chosen", async () => {
    const home = homeOf();
    const terminal = open(home, [], { env });
    await terminal.waitFor(said.question);
    await terminal.waitFor(/claude-sonnet-4-6 +1M +\$3\/\$15/);
    terminal.type("sonnet-4-5");
    await terminal.waitFor(/claude-sonnet-4-5-20250929 +200k +\$3\/\$15 +.*2026-11-30/);
    terminal.press("ctrl-u");
    terminal.type("opus-5");
    await terminal.waitFor((screen) => /claude-opus-5 +1M +\$5\/\$25/.test(screen) && !screen.includes("fable"));
    while (!/❯ \S+claude-opus-5 /.test(terminal.screen())) {
      const { length } = terminal.bytes;
      terminal.press("down");
      await terminal.waitForMore(length);
    }
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.screen()).toContain(said.done);
    expect(configText(home)).toContain(`primary: "${CLAUDE}/claude-opus-5", // the cheap one`);
  });

  it("offers the successor of a default that is retired, for Enter alone", async () => {
    const home = homeOf(RETIRING);
    const terminal = open(home, [], { env, now: new Date("2026-12-01T00:00:00Z") });
    await terminal.waitFor(said.retired);
    await terminal.waitFor(/❯ .*claude-sonnet-4-6/);
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(configText(home)).toContain(`primary: "${CLAUDE}/claude-sonnet-4-6"`);
  });

  it("asks whether the successor of a retired model is meant", async () => {
    for (const [answer, ref] of [
      ["y", "claude-opus-4-8"],
      ["n", "claude-opus-4-1"],
    ] as const) {
      const home = homeOf();
      const terminal = open(home, ["claude-opus-4-1"], { env });
      await terminal.waitFor(said.instead);
      terminal.type(answer);
      terminal.press("enter");
      expect((await terminal.exit).status).toBe(0);
      expect(configText(home)).toContain(`primary: "${CLAUDE}/${ref}"`);
    }
  });

  it("changes nothing when it is left", async () => {
    for (const key of ["ctrl-c", "escape"] as const) {
      const home = homeOf();
      const terminal = open(home, [], { env });
      await terminal.waitFor(/❯ .*claude/);
      terminal.press(key);
      expect((await terminal.exit).status).toBe(130);
      expect(configText(home)).toBe(COMMENTED);
    }
  });

  it("says what is wrong with a typed name, and asks again", async () => {
    const home = homeOf();
    const terminal = open(home, [], { env });
    await terminal.waitFor(said.question);
    terminal.type("nosuch/model");
    await terminal.waitFor(/❯ nosuch\/model/);
    terminal.press("enter");
    await terminal.waitFor(/nosuch[^\n]*[」"]/);
    terminal.type("main");
    await terminal.waitFor(/❯ main/);
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(configText(home)).toBe(COMMENTED);
  });

  it("is asked with numbers where the person wants it", async () => {
    const home = homeOf();
    const terminal = open(home, [], { env: { ...env, OPENCLAW_ACCESSIBLE: "1" }, columns: 80 });
    await terminal.waitFor(said.question);
    terminal.type(`${CLAUDE}/claude-opus-5`);
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(joined(terminal.screen())).toContain(said.done.replace(/\s*\n\s*/g, ""));
    expect(configText(home)).toContain(`primary: "${CLAUDE}/claude-opus-5"`);
  });

  it.each([80, 60, 40])("fits a window of %i columns", async (columns) => {
    const home = homeOf();
    const terminal = open(home, [], { env, columns });
    await terminal.waitFor(/❯ cloudflare/);
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    for (const line of terminal.screen().split("\n")) expect(fastStringWidth(line)).toBeLessThanOrEqual(columns);
  });
});
