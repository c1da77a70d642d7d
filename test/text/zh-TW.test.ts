import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { faultsIn, hasChinese } from "../support/chinese.ts";
import { sentencesIn } from "../support/sentences.ts";

const roomsOf = (language: string) =>
  readdirSync(join("src", "text", language))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((room) => !["index", "words"].includes(room));
const rooms = roomsOf("zh-TW");

/** Texts that are the same in both languages: names, abbreviations and codes. */
const SAME = new Set([
  ...["Anthropic", "OpenAI", "Cloudflare", "Cloudflare AI Gateway", "Workers AI"],
  ...["Gateway", "Gateway ID", "Chat Completions API", "Node", "null", "~/.config/openclaw/gateway.env"],
]);

/** A word that a person reads, which code and the keys of the configuration are not. */
const hasWord = (text: string) =>
  /(?<![\w.$-])(?!HTTP §)[A-Za-z]{2,}(?![\w.-]*[\w.]\w)/.test(text.replace(/`[^`]*`/g, ""));

describe("the rooms in Chinese", () => {
  it("are those in English", () => {
    expect(rooms).toEqual(roomsOf("en"));
  });

  it.each(rooms)("take nothing of %s from English but its type", (room) => {
    const code = readFileSync(join("src", "text", "zh-TW", `${room}.ts`), "utf8");
    expect(code.split("\n").filter((line) => line.includes("/en/") && !line.startsWith("import type "))).toEqual([]);
  });
});

describe.each(rooms)("the room %s in Chinese", (room) => {
  const sentences = sentencesIn("zh-TW", room);

  it("has no sentence in English", () => {
    const english = sentences.filter(({ text }) => hasWord(text) && !hasChinese(text) && !SAME.has(text));
    expect(english.map(({ text, line }) => `${line}: ${text}`)).toEqual([]);
  });

  it("is written as in Taiwan", () => {
    const faults = sentences.flatMap(({ text, line }) =>
      faultsIn(text.replaceAll(/(?<! ) ?§ ?(?! )/g, "，")).map((fault) => `${line}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });
});

describe("the faults that are looked for", () => {
  it.each([
    ["檔案不存在。", 0],
    ["在 `openclaw.json` 中找不到 API 金鑰，請執行 `openclaw onboard`。", 0],
    ["选择模型", 2],
    ["找不到網絡設定。", 1],
    ["檔案不存在.", 1],
    ["檔案不存在, 也無法建立。", 1],
    ["找不到API 金鑰。", 1],
    ["金鑰 ，已儲存。", 1],
    ["這是 檔案。", 1],
    ["您的帳戶", 1],
  ])("of %s are %i", (text, faults) => {
    expect(faultsIn(text)).toHaveLength(faults);
  });
});
