import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { openTerminal } from "../support/terminal.ts";

async function onboarded(): Promise<string> {
  const home = temporaryHome();
  await openclaw(DOCUMENTED, { home });
  return home;
}

/** Answers as no provider does. */
const http = async () => ({ ok: true, value: { status: 418, headers: {}, body: "" } }) as const;

describe("--no-color", () => {
  it.each([[["--no-color", "undo"]], [["undo", "--no-color"]]])(
    "takes colours away wherever it stands: %j",
    async (args) => {
      const home = await onboarded();
      await openclaw(["onboard", "--non-interactive", "--gateway-port", "21000"], { home });
      const coloured = openTerminal(["undo"], { home });
      await coloured.waitFor("?");
      expect(coloured.bytes).toContain("\u001b[31m");
      const plain = openTerminal(args, { home });
      await plain.waitFor("?");
      for (const colour of [1, 2, 3, 6]) expect(plain.bytes).not.toContain(`\u001b[3${colour}m`);
    },
  );
});

describe("--verbose", () => {
  it.each([[["--verbose", "doctor"]], [["doctor", "--verbose"]]])(
    "reaches the command wherever it stands: %j",
    async (args) => {
      const home = await onboarded();
      const { stdout } = await openclaw([...args, "--offline"], { home });
      expect(stdout).toMatch(/^✔ /m);
    },
  );

  it("shows each request on standard error, without credentials, and leaves standard output alone", async () => {
    const home = await onboarded();
    const quiet = await openclaw(["models", "refresh"], { home, context: { http } });
    const { stdout, stderr } = await openclaw(["models", "refresh", "--verbose"], { home, context: { http } });
    expect(stdout).toBe(quiet.stdout);
    expect(quiet.stderr).not.toContain("418,");
    expect(stderr).toMatch(/^GET https:\/\/\S+: 418, \d+ ms$/m);
    expect(stderr).not.toContain("CANARY");
  });

  it("names the code of an error", async () => {
    const { stderr } = await openclaw(["models", "list", "--provider", "nosuch", "--verbose"], {
      home: temporaryHome(),
    });
    expect(stderr).toMatch(/^Code: provider\.unknown\. \S/m);
  });
});

describe("a terminal on standard error alone", () => {
  it("gets errors as wide as it is, where standard output is no terminal", async () => {
    const context = {
      terminal: { stdin: false, stdout: false, stderr: true },
      columns: (stream = "stdout") => (stream === "stderr" ? 40 : undefined),
    };
    const { stderr } = await openclaw(["config", "get", "gateway.prot"], { home: await onboarded(), context });
    const lines = stderr.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => line.length > 40)).toEqual([]);
    const set = ["config", "set", "gateway.port", "0"];
    const long = await openclaw(set, { home: await onboarded(), context });
    expect(long.stderr.split("\n").filter((line) => line.length > 40)).toEqual([]);
  });
});

describe("--log-level", () => {
  it.each([
    [["--log-level", "debug"], {}],
    [["--log-level=trace"], {}],
    [[], { OPENCLAW_LOG_LEVEL: "debug" }],
  ])("shows each request from debug on: %j %j", async (flags, env) => {
    const home = await onboarded();
    const { stderr } = await openclaw([...flags, "models", "refresh"], { home, env, context: { http } });
    expect(stderr).toMatch(/^GET https:\/\/\S+: 418, \d+ ms$/m);
  });

  it("refuses what is none", async () => {
    expect(await openclaw(["--log-level", "loud", "models"], { home: temporaryHome() })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Invalid value "loud" for --log-level.'),
    });
  });
});

describe("daemon", () => {
  it("is gateway", async () => {
    const home = await onboarded();
    for (const words of [["status", "--json"], ["--help"], ["run", "--help"]]) {
      const [own, other] = [
        await openclaw(["gateway", ...words], { home }),
        await openclaw(["daemon", ...words], { home }),
      ];
      expect(other).toEqual(own);
    }
    expect((await openclaw(["help", "daemon", "status"], { home })).stdout).toContain("openclaw gateway status");
  });
});

it("a failure in JSON carries the published type beside the code", async () => {
  for (const args of [
    ["nosuch"],
    ["models", "list", "--provider", "nosuch"],
    ["undo"],
    ["onboard", "--non-interactive"],
  ]) {
    const { stdout } = await openclaw([...args, "--json"], { home: temporaryHome() });
    expect(JSON.parse(stdout), args.join(" ")).toMatchObject({
      ok: false,
      error: { type: "cli_error", code: expect.stringMatching(/^[a-z]+\.[a-z-]+$/), message: expect.any(String) },
    });
  }
});

describe("doctor --lint", () => {
  it("finds nothing in a sound set-up, writes nothing and asks nothing", async () => {
    const home = await onboarded();
    expect(await openclaw(["doctor", "--lint", "--offline"], { home })).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^doctor --lint: ran \d+ checks, 0 findings\n$/),
      stderr: "",
    });
  });

  it("lists findings with their place and fix, and ends with 1", async () => {
    const home = await onboarded();
    const env = { OPENCLAW_CONFIG_PATH: join(home, "nosuch.json") };
    const { status, stdout } = await openclaw(["doctor", "--lint", "--offline"], { home, env });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^doctor --lint: ran \d+ checks?, \d+ findings?\n {2}\[(?:error|warning)\] [a-z.-]+ .*- \S/);
    expect(stdout).toMatch(/^ {4}fix: \S/m);
    expect(existsSync(env.OPENCLAW_CONFIG_PATH)).toBe(false);
  });

  it("prints the published document", async () => {
    const home = temporaryHome();
    const { status, stdout } = await openclaw(["doctor", "--lint", "--json"], { home, context: { http } });
    const document = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(Object.keys(document)).toEqual(["schemaVersion", "ok", "checksRun", "checksSkipped", "findings"]);
    expect(document).toMatchObject({ schemaVersion: 1, ok: false });
    expect(document.checksSkipped).toBeGreaterThan(0);
    for (const finding of document.findings)
      expect(finding).toMatchObject({
        checkId: expect.any(String),
        severity: expect.stringMatching(/^(?:warning|error)$/),
        message: expect.any(String),
      });
  });

  it("leaves out and does not count what is below --severity-min, which alone is enough", async () => {
    const home = await onboarded();
    const args = ["--profile", "default", "doctor", "--offline", "--json"];
    const env = { OPENCLAW_GATEWAY_TOKEN: "short" };
    const all = await openclaw([...args, "--lint"], { home, env });
    const { findings } = JSON.parse(all.stdout);
    expect([...new Set(findings.map(({ severity }: { severity: string }) => severity))]).toEqual(["warning"]);
    expect(all.status).toBe(1);
    const errors = await openclaw([...args, "--severity-min", "error"], { home, env });
    expect(JSON.parse(errors.stdout)).toMatchObject({ ok: true, findings: [] });
    expect(errors.status).toBe(0);
  });

  it("ends with 2 when it cannot check at all", async () => {
    const env = { HOME: "relative" };
    const { status, stdout } = await openclaw(["doctor", "--lint", "--json"], { home: temporaryHome(), env });
    expect([status, JSON.parse(stdout)]).toMatchObject([2, { ok: false, error: { type: "cli_error" } }]);
    const { status: asked } = await openclaw(["doctor", "--lint", "--fix"], { home: temporaryHome() });
    expect(asked).toBe(2);
  });
});
