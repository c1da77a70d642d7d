import fc from "fast-check";
import fastStringWidth from "fast-string-width";
import { describe, expect, it } from "vitest";
import { wrap } from "../../src/terminal/layout.ts";
import { cutTo, textWidth } from "../../src/terminal/width.ts";

const CHINESE =
  "設定檔不是有效的 JSON5。請修正檔案，再執行一次 `openclaw doctor --offline`；或還原（最後一次）的「變更」。";

/** Text as the program prints it: Latin, Chinese, signs of both, commands. */
const words = fc.constantFrom(
  ..."設定檔案金鑰模型",
  "，",
  "。",
  "：",
  "「",
  "」",
  "（",
  "）",
  "、",
  "openclaw",
  "a.b/c",
  "`run it`",
  " ",
);
const text = fc.array(words, { maxLength: 60 }).map((some) => some.join(""));

describe("the width of a text", () => {
  it("is that of the package which tables are measured with", () => {
    fc.assert(
      fc.property(text, (some) => {
        expect(textWidth(some)).toBe(fastStringWidth(some));
      }),
    );
    const points = [
      0x41, 0xe9, 0x2026, 0x2022, 0x3001, 0x3105, 0x4e00, 0x9fff, 0xac00, 0xff0c, 0xff5e, 0x1f600, 0x20000,
    ];
    for (const point of points) {
      const character = String.fromCodePoint(point);
      expect(textWidth(character), character).toBe(fastStringWidth(character));
    }
  });

  it("leaves out codes and marks", () => {
    expect(textWidth("\u001b[1m模型\u001b[22m")).toBe(4);
    expect(textWidth("\u001b]8;;https://a.b\u0007連結\u001b]8;;\u0007")).toBe(4);
    expect(textWidth("e\u0301")).toBe(1);
  });

  it("is what fits", () => {
    expect([0, 1, 2, 3, 5].map((columns) => cutTo(columns, "模型 a"))).toEqual(["", "", "模", "模", "模型 "]);
  });
});

describe.each([80, 60, 40, 21])("text in Chinese in a window of %i columns", (columns) => {
  it("fits, and no line begins or ends with a sign that must not", () => {
    const lines = wrap(`  ${CHINESE}`, columns).split("\n");
    // A command is never broken.
    const prose = lines.filter((line) => !line.includes("`"));
    expect(prose.filter((line) => textWidth(line) > columns)).toEqual([]);
    expect(lines.filter((line) => /^\s*[，。：；、」）]|[「（]$/.test(line))).toEqual([]);
    expect(lines.every((line) => line.startsWith("  "))).toBe(true);
  });

  it("loses nothing", () => {
    fc.assert(
      fc.property(text, (some) => {
        expect(wrap(some, columns).replace(/\s/g, "")).toBe(some.replace(/\s/g, ""));
      }),
    );
  });

  it("uses the room there is", () => {
    const lines = wrap("模".repeat(200), columns).split("\n");
    expect(lines.slice(0, -1).every((line) => textWidth(line) >= columns - 1)).toBe(true);
  });
});

describe("a line", () => {
  it.each([
    ["請檢查檔案，再試一次。", 10, ["請檢查檔", "案，再試一", "次。"]],
    ["找不到「設定檔」。", 8, ["找不到", "「設定", "檔」。"]],
    ["請執行 `openclaw doctor` 檢查", 12, ["請執行", "`openclaw doctor`", "檢查"]],
    ["使用 Cloudflare AI Gateway 的金鑰", 16, ["使用 Cloudflare", "AI Gateway 的金", "鑰"]],
  ])("%s is broken at %i", (line, columns, wanted) => {
    expect(wrap(line, columns).split("\n")).toEqual(wanted);
  });
});
