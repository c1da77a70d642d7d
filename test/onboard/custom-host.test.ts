import { describe, expect, it } from "vitest";
import { readConfig } from "../support/doctor.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { answer, choose, openTerminal } from "../support/terminal.ts";

const SKIP = ["onboard", "--auth-choice", "skip"];
const run = (home: string, ...flags: readonly string[]) => openclaw([...SKIP, "--non-interactive", ...flags], { home });

describe("a local gateway with an address of its own", () => {
  it.each<[readonly string[], object]>([
    [["--gateway-bind", "custom", "--gateway-custom-host", "10.0.0.7"], { bind: "custom", customBindHost: "10.0.0.7" }],
    [["--gateway-custom-host", " fd00::7 "], { bind: "custom", customBindHost: "fd00::7" }],
  ])("is set up with %o", async (flags, gateway) => {
    const home = temporaryHome();
    expect(await run(home, ...flags)).toMatchObject({ status: 0 });
    expect(readConfig(home).gateway).toMatchObject(gateway);
    // The address stays where nobody gives another.
    expect(await run(home, "--gateway-bind", "custom", "--gateway-port", "4000")).toMatchObject({ status: 0 });
    expect(readConfig(home).gateway).toMatchObject({ ...gateway, port: 4000 });
  });

  it.each<[readonly string[], string]>([
    [["--gateway-bind", "custom"], "--gateway-bind custom needs an IP address."],
    [["--gateway-custom-host", "my-host"], "This is not an IP address."],
    [["--gateway-custom-host", ""], "This is not an IP address."],
    [["--gateway-bind", "lan", "--gateway-custom-host", "10.0.0.7"], "Works only with --gateway-bind custom."],
    [["--gateway-auth", "none", "--gateway-custom-host", "10.0.0.7"], "without a token lets others use"],
  ])("is refused with %o", async (flags, problem) => {
    const { status, stderr } = await run(temporaryHome(), ...flags);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(problem) });
  });

  it("is asked for where the wizard is told that there is one", async () => {
    const home = temporaryHome();
    const terminal = openTerminal([...SKIP, "--flow", "advanced", "--skip-daemon"], { home });
    await answer(terminal, "Port of the local gateway");
    await choose(terminal, "Who can reach the local gateway?", "One IP address of this machine");
    await terminal.waitFor("? IP address of the local gateway");
    terminal.press("enter");
    await terminal.waitFor("> This is not an IP address.");
    terminal.press("escape");
    await choose(terminal, "Who can reach the local gateway?", "One IP address of this machine");
    await answer(terminal, "IP address of the local gateway", "10.0.0.7");
    await terminal.waitFor("port 18789, 10.0.0.7, clients need a token");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(readConfig(home).gateway).toMatchObject({ bind: "custom", customBindHost: "10.0.0.7" });
    // Enter keeps it in a second run.
    const again = openTerminal([...SKIP, "--flow", "advanced", "--skip-daemon"], { home });
    await answer(again, "Port of the local gateway");
    await answer(again, "Who can reach the local gateway?");
    await answer(again, "IP address of the local gateway (10.0.0.7)");
    await again.waitFor("Already up to date.");
    expect(await again.exit).toMatchObject({ status: 0 });
  });
});
