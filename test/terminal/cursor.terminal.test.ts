import fastStringWidth from "fast-string-width";
import { describe, it } from "vitest";
import { homeOf, QUIET_DAY } from "../support/models.ts";
import { temporaryHome } from "../support/program.ts";
import { type Key, openTerminal, type TestTerminal } from "../support/terminal.ts";

const env = { OPENCLAW_LANG: "zh-TW", NO_COLOR: "1" };

interface Asked {
  readonly terminal: TestTerminal;
  /** The last line of the question, with its mark and the blank behind it. */
  readonly question: string;
}

const QUESTIONS: Readonly<Record<string, (columns: number) => Promise<Asked>>> = {
  "a question": async (columns) => {
    const flags = ["--no-verify", "--auth-choice", "cloudflare-ai-gateway-api-key"];
    const terminal = openTerminal(["onboard", ...flags], { home: temporaryHome(), env, columns });
    await terminal.waitFor("URL");
    return { terminal, question: "? 帳戶 ID " };
  },
  "a list that is searched": async (columns) => {
    const context = { now: () => QUIET_DAY };
    const terminal = openTerminal(["models", "set"], { home: homeOf(), env, columns, context });
    await terminal.waitFor("搜尋");
    return { terminal, question: "? 要使用哪個模型？ " };
  },
};

/** Characters that all differ, so that each is known by itself. */
const RANGES: Readonly<Record<string, (index: number) => string>> = {
  Chinese: (index) => String.fromCodePoint(0x4e00 + index),
  "Chinese and Latin": (index) => String.fromCodePoint((index % 3 === 1 ? 0x100 : 0x4e00) + index),
  "emoji and Chinese": (index) => String.fromCodePoint((index % 2 === 1 ? 0x4e00 : 0x1f400) + (index % 60)),
  Latin: (index) => String.fromCodePoint(0x100 + index),
};

interface Place {
  readonly column: number;
  readonly row: number;
}

/** Counts cells as a terminal does: a character that does not fit goes to the next line. */
function placeAt(text: readonly string[], index: number, columns: number): Place {
  let [column, row] = [0, 0];
  for (const [at, character] of [...text, " "].entries()) {
    const width = fastStringWidth(character);
    // Behind the text, a cursor waits for one column.
    if (column + width > columns) [column, row] = [0, row + 1];
    if (at === index) break;
    column += width;
  }
  return { column, row };
}

/** Waits until the screen shows the value, and the cursor stands on the character with that index, or behind the last. */
async function expectCursor({ terminal, question }: Asked, value: readonly string[], index: number, columns: number) {
  const squeezed = (text: string) => text.replace(/\s+/g, "");
  const wanted = placeAt([...question, ...value], [...question].length + index, columns);
  const isThere = () => {
    const lines = terminal.screen().split("\n");
    const start = lines.findLastIndex((line) => line.startsWith(question.trim()));
    const rows = placeAt([...question, ...value], [...question].length + value.length, columns).row + 1;
    const shown = squeezed(lines.slice(start, start + rows).join(""));
    const { column, row } = terminal.cursor();
    return (
      shown === squeezed(question + value.join("")) &&
      lines.filter((line) => line.startsWith(question.trim())).length === 1 &&
      column === wanted.column &&
      row - start === wanted.row &&
      terminal.underCursor() === (value[index] ?? "").trim()
    );
  };
  await terminal.waitFor(isThere).catch((error: Error) => {
    const { column, row } = terminal.cursor();
    const where = `cursor in column ${column}, row ${row}; wanted column ${wanted.column}, row ${wanted.row} of the question`;
    throw new Error(`${where}, on ${value[index] ?? "nothing"}. ${error.message}`);
  });
}

/** As many characters as fit behind the question in so many columns. */
function filling(question: string, character: (index: number) => string, width: number): readonly string[] {
  const value: string[] = [];
  for (let room = width - fastStringWidth(question), index = 0; ; index += 1) {
    room -= fastStringWidth(character(index));
    if (room < 0) return value;
    value.push(character(index));
  }
}

const CASES = Object.keys(QUESTIONS).flatMap((asked) =>
  Object.keys(RANGES).flatMap((range) => [80, 60, 40].map((columns) => ({ asked, range, columns }))),
);

describe.each(CASES)("in $asked with $range, in a window of $columns columns", ({ asked, range, columns }) => {
  const character = RANGES[range] ?? (() => "");

  it("the cursor stands where the text goes on", async () => {
    const shown = await (QUESTIONS[asked] as (columns: number) => Promise<Asked>)(columns);
    const { terminal, question } = shown;
    await expectCursor(shown, [], 0, columns);
    let value: readonly string[] = [];
    const press = async (key: Key, index: number, times = 1) => {
      terminal.press(key, times);
      await expectCursor(shown, value, index, columns);
    };
    // From two columns before the end of the line to three behind it, and to the end of the next one, one by one.
    for (const width of [-2, -1, 0, 1, 2, 3, columns - 1, columns, columns + 1, columns + 2]) {
      const longer = filling(question, character, columns + width);
      const added = longer.slice(value.length).join("");
      value = longer;
      if (added === "") continue;
      if (width % 2 === 0) terminal.type(added);
      else terminal.paste(added);
      await expectCursor(shown, value, value.length, columns);
    }
    const end = value.length;
    await press("left", end - 1);
    await press("home", 0);
    await press("right", 1);
    await press("end", end);
    // Over the ends of both lines and back.
    const step = columns === 40 ? 1 : 9;
    for (let index = end - step; index >= 0; index -= step) await press("left", index, step);
    await press("home", 0);
    for (let index = step; index <= end; index += step) await press("right", index, step);
    // In the middle of the first line, where the rest moves over its end.
    await press("home", 0);
    value = ["模", ...value];
    terminal.type("模");
    await expectCursor(shown, value, 1, columns);
    value = value.slice(1);
    await press("backspace", 0);
    await press("end", end);
    for (let length = end - step; length >= 0; length -= step) {
      value = value.slice(0, length);
      await press("backspace", length, step);
    }
  });
});

describe.each(Object.keys(QUESTIONS))("in %s whose window changes its size", (asked) => {
  it.each([
    [60, 80],
    [40, 80],
  ])("from %i to %i columns, the next key draws the text and the cursor for the new one", async (before, after) => {
    const shown = await (QUESTIONS[asked] as (columns: number) => Promise<Asked>)(before);
    const { terminal, question } = shown;
    const value = filling(question, RANGES.Chinese as (index: number) => string, before + 9);
    terminal.type(value.slice(0, -1).join(""));
    await expectCursor(shown, value.slice(0, -1), value.length - 1, before);
    terminal.resize(after, 40);
    terminal.type(value.at(-1) ?? "");
    // Not narrower: this emulator moves the cursor also for lines that it breaks below it.
    await expectCursor(shown, value, value.length, after);
  });
});
