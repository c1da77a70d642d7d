import { expect, it } from "vitest";
import { ask } from "../support/client.ts";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { describeInTerminal, openTerminalProcess } from "../support/terminal.ts";

describeInTerminal("gateway run at a terminal", () => {
  it("prints plain lines, and ends with Ctrl-C", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const terminal = openTerminalProcess(["gateway", "run", "--port", "0"], { home, columns: 200 });
    await terminal.waitFor("is listening at");
    const [, url = ""] = /(http:\/\/[\d.:]+)/.exec(terminal.screen()) ?? [];
    expect((await ask(`${url}/v1/models`)).status).toBe(401);
    await terminal.waitFor(/^\d\d:\d\d:\d\d 401 GET \/v1\/models [\d.]+ ms authentication_error$/m);
    terminal.press("ctrl-c");
    expect(await terminal.exit).toEqual({ status: 0, signal: undefined });
    expect(terminal.screen()).toContain("Stopped.");
    expect(terminal.bytes).not.toContain("{");
  });
});
