import { expect, it } from "vitest";
import { configText } from "../support/home-files.ts";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { describeInTerminal, openTerminalProcess } from "../support/terminal.ts";

async function changedHome(): Promise<string> {
  const home = temporaryHome();
  await openclaw(DOCUMENTED, { home });
  await openclaw([...DOCUMENTED, "--gateway-port", "20000"], { home });
  return home;
}

describeInTerminal("undo at a terminal", () => {
  it.each([[[]], [["--json"]]])("shows the difference before it asks, with flags %j", async (flags) => {
    const home = await changedHome();
    const terminal = openTerminalProcess(["undo", ...flags], { home });
    await terminal.waitFor("Undo this change?");
    expect(terminal.screen()).toMatch(/^-\s+"port": 20000/m);
    terminal.press("enter");
    expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
    expect(configText(home)).not.toContain("20000");
  });

  it("breaks its sentences between words in a narrow terminal", async () => {
    const home = await changedHome();
    const terminal = openTerminalProcess(["undo", "--yes"], { home, columns: 40, rows: 50 });
    expect((await terminal.exit).status).toBe(0);
    expect(terminal.screen()).toMatch(/^Restored ~\/\.openclaw\/openclaw\.json\. To$/m);
  });

  it("asks a plain question when the environment says so", async () => {
    const home = await changedHome();
    const terminal = openTerminalProcess(["undo"], { home, env: { OPENCLAW_ACCESSIBLE: "1" } });
    await terminal.waitFor("Undo this change?");
    terminal.type("n");
    terminal.press("enter");
    expect((await terminal.exit).status).toBe(130);
    expect(terminal.bytes).not.toContain("\u001b[?25l");
    expect(configText(home)).toContain("20000");
  });
});
