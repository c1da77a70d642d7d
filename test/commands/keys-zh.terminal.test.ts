import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { readText } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { answer, describeInTerminal, leaks, openTerminal } from "../support/terminal.ts";

async function home() {
  const folder = temporaryHome();
  await openclaw(DOCUMENTED, { home: folder });
  return folder;
}

const inChinese = (home: string, columns: number) => ({
  home,
  columns,
  rows: 60,
  env: { OPENCLAW_LANG: "zh-TW" },
});

/** An address alone may be longer. No other line is wider than the window, where a Chinese character takes two columns. */
function widest(screen: string): number {
  const width = (line: string) =>
    [...line.trimEnd()].reduce((sum, one) => sum + (/[\u3000-\u9fff\uff00-\uff60]/.test(one) ? 2 : 1), 0);
  return Math.max(
    ...screen
      .split("\n")
      .filter((line) => !/^\s*https:\S+\s*$/.test(line))
      .map(width),
  );
}

describeInTerminal("keys in Traditional Chinese", () => {
  it.each([80, 60, 40])("are replaced after a question, in %i columns", async (columns) => {
    const folder = await home();
    const terminal = openTerminal(["onboard", "--rotate-key", "--no-verify"], inChinese(folder, columns));
    await answer(terminal, "新的 API 金鑰", `${CANARY_KEY}2`);
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.screen().replaceAll(/\s+/g, "")).toContain("已更換~/.openclaw/.env中的");
    expect(readText(secretsPath(folder))).toContain(`${CANARY_KEY}2\n`);
    expect(widest(terminal.screen())).toBeLessThanOrEqual(columns);
    expect(leaks(folder, terminal.bytes)).toEqual([]);
  });

  it.each<[readonly string[], string, string]>([
    [["logout"], "要移除這些憑證嗎？", "已從 ~/.openclaw/.env 移除 1 項憑證。"],
    [["uninstall"], "要全部移除嗎？", "要移除程式，請刪除它的資料夾："],
  ])("go with %j after a question", async (args, question, done) => {
    const folder = await home();
    const kept = openTerminal(args, inChinese(folder, 80));
    await answer(kept, question);
    expect((await kept.exit).status).toBe(130);
    expect(readText(secretsPath(folder))).toContain(CANARY_KEY);
    const gone = openTerminal(args, inChinese(folder, 80));
    await answer(gone, question, "y");
    expect((await gone.exit).status).toBe(0);
    await gone.waitFor(done);
    expect(existsSync(secretsPath(folder)) && readText(secretsPath(folder)).includes(CANARY_KEY)).toBe(false);
    expect(leaks(folder, kept.bytes, gone.bytes)).toEqual([]);
  });

  it("go with a reset, which asks whether to set up again; in the accessible mode as well", async () => {
    const folder = await home();
    const { env, ...options } = inChinese(folder, 60);
    const terminal = openTerminal(["onboard", "--reset"], { ...options, env: { ...env, OPENCLAW_ACCESSIBLE: "1" } });
    await terminal.waitFor("要全部重設嗎？");
    terminal.type("y");
    terminal.press("enter");
    await terminal.waitFor("現在要重新設定嗎？");
    terminal.type("n");
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(0);
    expect(existsSync(configPath(folder))).toBe(false);
    expect(terminal.screen()).toContain("要重新設定，請執行 `openclaw onboard`。");
    expect(leaks(folder, terminal.bytes)).toEqual([]);
  });

  it("are stored with models auth paste-api-key", async () => {
    const folder = temporaryHome();
    const args = ["models", "auth", "paste-api-key", "--provider", "cloudflare-ai-gateway"];
    const terminal = openTerminal(args, inChinese(folder, 80));
    await answer(terminal, "新的 API 金鑰", CANARY_KEY);
    expect((await terminal.exit).status).toBe(0);
    await terminal.waitFor("尚未設定。");
    expect(readText(secretsPath(folder))).toBe(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    expect(leaks(folder, terminal.bytes)).toEqual([]);
  });
});
