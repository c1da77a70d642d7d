import fc from "fast-check";
import { parse } from "plist";
import { describe, expect, it } from "vitest";
import { comparablePlist, plistText } from "../../src/service/launchd.ts";
import { boundedCommand } from "../../src/service/service-log.ts";
import { type ServiceSpec, serviceNames } from "../../src/service/spec.ts";

const LOG = "/Users/me/Library/Logs/openclaw/ai.openclaw.gateway.log";

const spec = (change: Partial<ServiceSpec> = {}): ServiceSpec => ({
  names: serviceNames(undefined),
  command: ["/opt/homebrew/bin/node", "/opt/homebrew/bin/openclaw", "gateway", "run"],
  environment: new Map([["HOME", "/Users/me"]]),
  homedir: "/Users/me",
  ...change,
});

describe("the launchd agent", () => {
  it("is read by a property list parser as this", () => {
    expect(parse(plistText(spec(), LOG))).toEqual({
      Label: "ai.openclaw.gateway",
      ProgramArguments: boundedCommand(spec().command, LOG),
      EnvironmentVariables: { HOME: "/Users/me", OPENCLAW_SERVICE_MANAGER: "launchd" },
      WorkingDirectory: "/Users/me",
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 30,
      ExitTimeOut: 40,
      ProcessType: "Interactive",
      Umask: 63,
      StandardOutPath: LOG,
      StandardErrorPath: LOG,
    });
  });

  /** Any text without the control characters and non-characters that `serviceSpec` refuses. */
  const writable = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(..."<>&\"'% $\\;-]\u2028"),
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
      ),
    })
    .filter((text) => !/[\p{Cc}\p{Noncharacter_Code_Point}\p{Surrogate}]/u.test(text));

  it("keeps any path and variable intact", () => {
    fc.assert(
      fc.property(fc.array(writable), writable, writable, (rest, value, log) => {
        const command = ["/node", ...rest];
        const text = plistText(spec({ command, environment: new Map([["PATH", value]]), homedir: log }), log);
        expect(parse(text)).toMatchObject({
          ProgramArguments: [...boundedCommand([], log), ...command],
          EnvironmentVariables: { PATH: value },
          StandardOutPath: log,
        });
      }),
      { numRuns: 300 },
    );
  });

  it("is not out of date because of variables of the installing shell", () => {
    const withPath = (path: string, more: Iterable<readonly [string, string]> = []) =>
      comparablePlist(plistText(spec({ environment: new Map([["PATH", path], ...more]) }), LOG));
    expect(withPath("/a")).toBe(withPath("/<b>"));
    expect(withPath("/a", [["OPENCLAW_STATE_DIR", "/s"]])).not.toBe(withPath("/a"));
  });

  it("is out of date where an earlier version wrote it, whose log had no bound", () => {
    const now = plistText(spec(), LOG);
    const before = now.replace(/<array>[\s\S]*?(?=\n\t\t<string>\/opt\/homebrew\/bin\/node)/, "<array>");
    expect((parse(before) as { ProgramArguments: unknown }).ProgramArguments).toEqual(spec().command);
    expect(comparablePlist(before)).not.toBe(comparablePlist(now));
  });
});
