import { describe, expect, it } from "vitest";
import { languageOf } from "../../src/text/language.ts";
import { zh } from "../../src/text/zh-TW/words.ts";
import { openclaw, temporaryHome } from "../support/program.ts";

describe("the language", () => {
  it.each([
    ["zh_TW.UTF-8", "zh-TW"],
    ["zh_TW.utf8@stroke", "zh-TW"],
    ["zh_TW", "zh-TW"],
    ["zh-tw", "zh-TW"],
    ["zh-Hant", "zh-TW"],
    ["zh-Hant-TW", "zh-TW"],
    ["zh_HK.UTF-8", "zh-TW"],
    ["zh_MO", "zh-TW"],
    ["zh-Hant-CN", "zh-TW"],
    ["zh_TW.Big5", "en"],
    ["zh_CN.UTF-8", "en"],
    ["zh-Hans", "en"],
    ["zh-Hans-TW", "en"],
    ["zh_SG", "en"],
    ["zh", "en"],
    ["en_GB.UTF-8", "en"],
    ["C.UTF-8", "en"],
    ["POSIX", "en"],
    ["fr_FR.UTF-8", "en"],
    ["", "en"],
  ] as const)("of %s is %s", (locale, language) => {
    expect(languageOf({ LANG: locale })).toBe(language);
    expect(languageOf({ OPENCLAW_LANG: locale, LC_ALL: "", LANG: "fr_FR" })).toBe(language);
  });

  it("is that of the first variable that has a value", () => {
    const variables = ["OPENCLAW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];
    variables.forEach((name, index) => {
      const before = Object.fromEntries(variables.slice(0, index).map((other) => [other, ""]));
      const after = Object.fromEntries(variables.slice(index + 1).map((other) => [other, "en_US.UTF-8"]));
      expect(languageOf({ ...before, [name]: "zh_TW.UTF-8", ...after }), name).toBe("zh-TW");
      expect(languageOf({ ...before, [name]: "en_US.UTF-8", LANG: name === "LANG" ? "en" : "zh_TW" }), name).toBe("en");
    });
  });

  it.each([
    [["--lang", "zh-TW", "models"], "zh-TW"],
    [["models", "list", "--lang", "zh-TW"], "zh-TW"],
    [["models", "--lang=zh_tw"], "zh-TW"],
    [["--lang", "en", "models", "--lang", "zh-Hant"], "zh-TW"],
    [["--lang", "fr", "models"], "en"],
    [["models", "--", "--lang", "zh-TW"], "en"],
    [["models", "--lang"], "en"],
  ] as const)("%j is %s", (argv, language) => {
    expect(languageOf({}, argv)).toBe(language);
    expect(languageOf({ OPENCLAW_LANG: "zh-TW" }, ["--lang", "en"])).toBe("en");
  });
});

describe("--lang", () => {
  it.each([
    [["--lang", "fr", "models", "list"]],
    [["models", "list", "--lang", "zh-CN"]],
    [["models", "list", "--lang="]],
  ])("%j is refused with the choices", async (args) => {
    const { status, stderr } = await openclaw(args, { home: temporaryHome() });
    expect(status).toBe(2);
    expect(stderr).toMatch(/Invalid value ".*" for --lang\.\nUse en or zh-TW\.\n$/);
  });

  it("without a value is missing one", async () => {
    const { status, stderr } = await openclaw(["models", "list", "--lang"], { home: temporaryHome() });
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("--lang <language> is missing") });
  });

  it("leaves what programs read in English", async () => {
    const { stdout, status } = await openclaw(["--lang", "zh-TW", "modles", "--json"], { home: temporaryHome() });
    expect(status).toBe(2);
    expect(JSON.parse(stdout).error.message).toBe('Unknown command "modles".');
  });
});

describe("a value in a Chinese sentence", () => {
  it.each([
    [zh`找不到${"a.json"}。`, "找不到 a.json。"],
    [zh`找不到 ${"檔案"} 的內容`, "找不到檔案的內容"],
    [zh`${"API 金鑰"} 是空的，${"`openclaw`"}會詢問`, "API 金鑰是空的，`openclaw` 會詢問"],
    [zh`執行 ${"openclaw"}，然後 ${3} 次`, "執行 openclaw，然後 3 次"],
    [zh`  ${"名稱"}  ${"值"}`, "  名稱  值"],
    [zh`${"a"}${"乙"}${"b"}`, "a 乙 b"],
    [zh`在${""}檔案`, "在檔案"],
    [zh`Gateway ${"my-gw"}`, "Gateway my-gw"],
  ])("%s", (found, wanted) => {
    expect(found).toBe(wanted);
  });
});
