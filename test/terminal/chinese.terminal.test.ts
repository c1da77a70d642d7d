import { describe, expect, it } from "vitest";
import { textWidth } from "../../src/terminal/width.ts";
import { en } from "../../src/text/en/index.ts";
import type { Texts } from "../../src/text/message.ts";
import { zhTW } from "../../src/text/zh-TW/index.ts";
import { faultsIn } from "../support/chinese.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, temporaryHome } from "../support/program.ts";
import { leftSane, openTerminal, type TestTerminal } from "../support/terminal.ts";

const WIZARD = ["onboard", "--no-verify", "--flow", "advanced", "--auth-choice", "cloudflare-ai-gateway-api-key"];

const LANGUAGES: readonly (readonly [language: string, texts: Texts])[] = [
  ["en", en],
  ["zh-TW", zhTW],
];
const CASES = LANGUAGES.flatMap(([language, texts]) => [80, 60, 40].map((columns) => ({ language, texts, columns })));

/** Words that cannot be broken: an address, a command, a reference to a model. */
const hasLongWord = (line: string, columns: number) => line.split(" ").some((word) => textWidth(word) > columns - 6);
const isCommand = (line: string) => /openclaw |[`]/.test(line);

/** Lines of the screen that the terminal itself had to break. */
const brokenByTerminal = (terminal: TestTerminal, columns: number) =>
  terminal
    .screen()
    .split("\n")
    .filter((line) => textWidth(line) > columns && !hasLongWord(line, columns) && !isCommand(line));

const forbidden = (terminal: TestTerminal) =>
  terminal
    .screen()
    .split("\n")
    .filter((line) => /^\s*[，。：；、」）]|[「（]$/.test(line));

/** Prose of the screen in one line a paragraph, for what is wrong with its Chinese. */
const isProse = (line: string) => !/openclaw |https?:|sk-ant|[{}]/.test(line);

function expectWellSet(terminal: TestTerminal, { language, columns }: (typeof CASES)[number]): void {
  expect(brokenByTerminal(terminal, columns)).toEqual([]);
  expect(forbidden(terminal)).toEqual([]);
  if (language === "zh-TW") expect(terminal.screen().split("\n").filter(isProse).flatMap(spacingFaults)).toEqual([]);
}

/** The signs of the screen itself stand between spaces. */
const spacingFaults = (line: string) =>
  faultsIn(line.replace(/^[ ?✔❯◯◉>\d.)]+/, "").replace(/[？•] /g, "，")).filter((fault) => !/^a space/.test(fault));

async function answer(terminal: TestTerminal, question: string, text = ""): Promise<void> {
  await terminal.waitFor(question);
  terminal.type(text);
  terminal.press("enter");
}

describe.each(CASES)("the wizard in $language in a window of $columns columns", (shown) => {
  const { language, texts, columns } = shown;
  const { fields } = texts.cloudflare;
  const run = async (flags: readonly string[], mark: string) => {
    const terminal = openTerminal([...WIZARD, ...flags], {
      home: temporaryHome(),
      env: { OPENCLAW_LANG: language, NO_COLOR: "1" },
      columns,
      rows: 100,
    });
    await answer(terminal, `${mark}${fields.accountId.label}`, ACCOUNT);
    await answer(terminal, `${mark}${fields.gatewayId.label}`, "my-gw");
    await answer(terminal, `${mark}${fields.endpoint.question}`);
    await answer(terminal, `${mark}${fields.credentials.question}`);
    await answer(terminal, `${mark}${fields.apiKey.label}`, CANARY_KEY);
    await answer(terminal, `${mark}${texts.onboard.optional(fields.gatewayToken.label)}`, CANARY_TOKEN);
    await answer(terminal, `${mark}${texts.onboard.defaultModel}`);
    await answer(terminal, `${mark}${texts.onboard.port}`, "20000");
    await answer(terminal, `${mark}${texts.onboard.bind}`);
    await answer(terminal, `${mark}${texts.onboard.write}`, "d");
    const squeezed = (text: string) => text.replace(/\s+/g, "");
    // Asked again below every value.
    await terminal.waitFor((screen) =>
      squeezed(screen.split("gateway.bind")[1] ?? "").includes(squeezed(texts.onboard.write)),
    );
    await terminal.waitFor(mark === "? " ? "(Y/n)" : /> $|>$/);
    terminal.type(texts.terminal.yes);
    terminal.press("enter");
    expect((await terminal.exit).status, terminal.screen()).toBe(0);
    expectWellSet(terminal, shown);
    expect(leftSane(terminal.bytes)).toBe(true);
    return terminal;
  };

  it("asks, redraws and reports", async () => {
    const terminal = await run([], "? ");
    // A question that was redrawn at a wrong place would leave a piece of itself.
    const screen = terminal.screen().replace(/\s+/g, "");
    for (const text of [fields.accountId.help, texts.terminal.typeForDetails]) {
      expect(screen).not.toContain(text.replace(/\s+/g, ""));
    }
  });

  it("asks plainly with --accessible", async () => {
    await run(["--accessible"], ". ");
  });
});

describe("the cursor between wide characters", () => {
  const open = async (flags: readonly string[] = [], columns = 40) => {
    const terminal = openTerminal([...WIZARD, ...flags], {
      home: temporaryHome(),
      env: { OPENCLAW_LANG: "zh-TW", NO_COLOR: "1" },
      columns,
    });
    await terminal.waitFor("帳戶 ID");
    await terminal.waitFor("URL");
    return terminal;
  };

  it("moves by two columns, and inserts where it stands", async () => {
    const terminal = await open();
    terminal.type("帳戶");
    await terminal.waitFor("? 帳戶 ID 帳戶");
    await terminal.waitFor(() => terminal.cursor().column === textWidth("? 帳戶 ID 帳戶"));
    terminal.press("left");
    await terminal.waitFor(() => terminal.cursor().column === textWidth("? 帳戶 ID 帳"));
    terminal.type("a");
    await terminal.waitFor("? 帳戶 ID 帳a戶");
    await terminal.waitFor(() => terminal.cursor().column === textWidth("? 帳戶 ID 帳a"));
    terminal.press("backspace", 2);
    await terminal.waitFor(/\? 帳戶 ID 戶$/m);
  });

  it("erases both columns of a character in the accessible mode", async () => {
    const terminal = await open(["--accessible"]);
    await terminal.waitFor("\n>");
    terminal.type("模型a");
    await terminal.waitFor("> 模型a");
    terminal.press("backspace", 2);
    await terminal.waitFor(() => terminal.cursor().column === textWidth("> 模"));
    expect(terminal.screen()).toMatch(/> 模$/);
  });
});
