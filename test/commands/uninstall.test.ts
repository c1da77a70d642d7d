import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readText } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { DOCUMENTED, openclaw, PROGRAM, temporaryHome } from "../support/program.ts";
import { FOREIGN, machine, orders, put, UNIT } from "../support/service-machine.ts";
import { answer, describeInTerminal, leaks, openTerminal } from "../support/terminal.ts";

const settings = (home: string) => join(home, ".claude", "settings.json");
const state = (home: string) => readdirSync(join(home, ".openclaw"));

/** A machine with the service, and a client that uses the local gateway. */
async function installed() {
  const set = await machine();
  await set.run("install");
  put(settings(set.home), '{"theme":"dark"}\n');
  await openclaw(["gateway", "env", "--client", "claude-code", "--write", "--yes"], { home: set.home, env: set.env });
  expect(readText(settings(set.home))).toContain("127.0.0.1");
  return set;
}

describe("uninstall", () => {
  it("removes the service, the clients' settings, the credentials and the files, and names the rest", async () => {
    const { home, env, file, ...set } = await installed();
    put(join(home, ".openclaw", "agents", "main", "agent", "auth-profiles.json"), '{"profiles":{}}');
    const { status, stdout, stderr } = await openclaw(["uninstall", "--yes"], { home, env });
    expect([status, stderr]).toEqual([0, ""]);
    expect(existsSync(file)).toBe(false);
    expect(orders({ home, env, file, ...set })).toContain(`disable --now ${UNIT}`);
    expect(readText(settings(home))).toBe('{"theme":"dark"}\n');
    expect(existsSync(secretsPath(home))).toBe(false);
    const backup = state(home).find((name) => name.startsWith("backup-")) ?? "";
    expect(state(home).toSorted()).toEqual(["agents", backup]);
    expect(stdout).toContain(`The service ${UNIT} stops and goes: `);
    expect(stdout).toContain("The local gateway goes out of the settings of Claude Code.");
    expect(stdout).toContain(`To delete the backup as well, run \`rm -r ~/.openclaw/${backup}\`.`);
    expect(stdout).toContain("Files that openclaw did not make stay in ~/.openclaw: agents\n");
    expect(stdout).toMatch(/\nTo remove the program, delete its folder:\n {2}rm -r \S+\n$/);
    expect(leaks(home, stdout)).toEqual([]);
    const again = await openclaw(["uninstall", "--yes"], { home, env });
    expect([again.status, again.stdout]).toEqual([
      0,
      expect.stringMatching(/^openclaw has no service and no files here\.\n/),
    ]);
  });

  it("removes the record of requests, which a reset keeps", async () => {
    const { home, env } = await installed();
    const folder = join(home, ".openclaw", "usage");
    for (const day of ["27", "28"]) put(join(folder, `2026-11-${day}.jsonl`), "");
    const shown = await openclaw(["uninstall", "--dry-run"], { home, env });
    expect(shown.stdout).toContain("The record of requests goes: 2 days.");
    expect(shown.stdout).not.toContain("did not make");
    await openclaw(["onboard", "--reset", "--reset-scope", "full", "--yes"], { home, env });
    expect(readdirSync(folder)).toHaveLength(2);
    await openclaw(["uninstall", "--yes"], { home, env });
    expect(existsSync(folder)).toBe(false);
  });

  it("removes only what flags name", async () => {
    const { home, env, file } = await installed();
    const config = readText(configPath(home));
    await openclaw(["uninstall", "--service", "--yes"], { home, env });
    expect([existsSync(file), readText(configPath(home))]).toEqual([false, config]);
    expect(readText(settings(home))).toContain("127.0.0.1");
    await openclaw(["uninstall", "--state", "--yes"], { home, env });
    expect([existsSync(configPath(home)), readText(settings(home))]).toEqual([false, '{"theme":"dark"}\n']);
  });

  it("changes nothing without --yes where nobody can be asked, and with --dry-run", async () => {
    const { home, env, file } = await installed();
    const before = state(home).toSorted();
    const refused = await openclaw(["uninstall", "--non-interactive"], { home, env });
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining("pass `--yes`")]);
    const dry = await openclaw(["uninstall", "--dry-run", "--json"], { home, env });
    expect([dry.status, JSON.parse(dry.stdout)]).toMatchObject([
      0,
      { ok: true, dryRun: true, service: { name: UNIT, result: null }, scope: "full", clients: ["claude-code"] },
    ]);
    // Nothing that goes is said to stay.
    expect(JSON.parse(dry.stdout).left).toEqual([]);
    writeFileSync(secretsPath(home), `${readText(secretsPath(home))}MINE=1\n`);
    const others = await openclaw(["uninstall", "--dry-run", "--json"], { home, env });
    expect(JSON.parse(others.stdout).left).toEqual([".env"]);
    expect([state(home).toSorted(), existsSync(file)]).toEqual([before, true]);
    expect(leaks(home, refused.stdout, dry.stdout)).toEqual([]);
  });

  it("leaves another program's service, and says so; works where there is no systemd", async () => {
    const set = await machine();
    put(set.file, FOREIGN);
    const { status, stderr } = await openclaw(["uninstall", "--yes"], { home: set.home, env: set.env });
    expect([status, stderr]).toEqual([0, expect.stringContaining("Another program wrote ")]);
    expect(readText(set.file)).toBe(FOREIGN);
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const without = await openclaw(["uninstall", "--yes", "--json"], { home });
    expect([without.status, JSON.parse(without.stdout)]).toMatchObject([0, { ok: true, service: null }]);
    expect(existsSync(configPath(home))).toBe(false);
  });

  it("names the completion of shells, which its own command removes", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    await openclaw(["completion", "bash", "--install", "--yes"], { home });
    const { stdout } = await openclaw(["uninstall", "--yes"], { home });
    expect(stdout).toContain(
      "The completion for bash stays. Before you remove the program, run `openclaw completion bash --uninstall`.",
    );
    expect(stdout).not.toContain("did not make");
  });

  it("tells a gateway that runs by hand to be stopped", async () => {
    const set = await machine();
    const { stderr } = await openclaw(["uninstall", "--yes"], { home: set.home, env: set.env });
    expect(stderr).toContain("run `kill 4242`");
  });

  it.each([
    ["lib/node_modules/openclaw", "npm", "npm uninstall -g openclaw"],
    [".npm/_npx/0123/node_modules/openclaw", "npx", /^rm -r \S+\/_npx\/0123$/],
    [".local/share/pnpm/global/5/node_modules/openclaw", "pnpm", "pnpm remove -g openclaw"],
    [".config/yarn/global/node_modules/openclaw", "yarn", "yarn global remove openclaw"],
    [".bun/install/global/node_modules/openclaw", "bun", "bun remove -g openclaw"],
    ["project/node_modules/openclaw", "project", /^npm uninstall --prefix \S+\/project openclaw$/],
    ["clone", "folder", /^rm -r \S+\/clone$/],
  ])("says how to remove a program in %s", async (folder, kind, command) => {
    const home = temporaryHome();
    const script = join(home, folder, "bin", "openclaw.cjs");
    mkdirSync(join(home, folder, "bin"), { recursive: true });
    writeFileSync(script, "");
    if (folder.startsWith("project")) put(join(home, "project", "package.json"), "{}");
    symlinkSync(script, join(home, "openclaw"));
    const context = { started: { node: process.execPath, script: join(home, "openclaw") } };
    const { stdout } = await openclaw(["uninstall", "--yes", "--json"], { home, context });
    const { program } = JSON.parse(stdout);
    expect(program.installed).toBe(kind);
    expect(program.command).toEqual(typeof command === "string" ? command : expect.stringMatching(command));
    expect(PROGRAM).not.toBe("");
  });
});

describeInTerminal("uninstall at a terminal", () => {
  it("shows what goes and asks; Enter alone keeps everything", async () => {
    const { home, env, file } = await installed();
    const kept = openTerminal(["uninstall"], { home, env, rows: 50 });
    await answer(kept, "Remove all this?");
    expect((await kept.exit).status).toBe(130);
    expect([existsSync(file), existsSync(configPath(home))]).toEqual([true, true]);
    const gone = openTerminal(["uninstall"], { home, env, rows: 50 });
    await answer(gone, "Remove all this?", "y");
    expect((await gone.exit).status).toBe(0);
    expect([existsSync(file), existsSync(configPath(home))]).toEqual([false, false]);
    expect(leaks(home, kept.bytes, gone.bytes)).toEqual([]);
  });
});
