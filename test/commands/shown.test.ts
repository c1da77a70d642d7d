import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configPath } from "../support/home-files.ts";
import { DOCUMENTED, openclaw, PATH_WITHOUT_PROGRAM, PROGRAM, temporaryHome } from "../support/program.ts";
import { openTerminal } from "../support/terminal.ts";

/** A run in the program's own folder, where nothing is called `openclaw`, as after cloning it. */
const CLONED = { cwd: join(dirname(PROGRAM), ".."), env: { PATH: PATH_WITHOUT_PROGRAM } };
const TYPED = "node bin/openclaw.cjs";

describe("commands, as the program was started", () => {
  it.each([
    ["an error", ["gateway", "token"], `Run \`${TYPED} onboard\`.`],
    ["an error of usage", ["doctor", "--nope"], `For help, run \`${TYPED} doctor --help\`.`],
    ["a hint of usage", ["--profile", "work", "doctor", "--nope"], `run \`${TYPED} --profile work doctor --help\`.`],
    ["a note", ["models", "list"], `\`${TYPED} onboard\``],
    ["a report", ["doctor", "--offline"], `\`${TYPED} onboard\``],
    ["a help page", ["models", "list", "--help"], `Usage: ${TYPED} models list [flags]`],
    ["what to do next", [...DOCUMENTED], `  ${TYPED} doctor `],
    ["what to do next, in a profile", ["--profile", "work", ...DOCUMENTED], `  ${TYPED} --profile work doctor `],
  ])("%s", async (_, args, expected) => {
    const { stdout, stderr } = await openclaw(args, { home: temporaryHome(), ...CLONED });
    expect(stdout + stderr).toContain(expected);
    expect(stdout + stderr).not.toContain("`openclaw ");
  });

  it.each([
    ["another folder", "gw", CLONED.cwd],
    ["a folder below the working folder", join("clone", "gw"), "."],
    ["the working folder", ".", "."],
  ])("for a Worker's project in %s work where they are to be run", async (_, folder, cwd) => {
    const home = temporaryHome();
    await openclaw([...DOCUMENTED], { home });
    mkdirSync(join(home, "gw"));
    const at = { home, env: CLONED.env, cwd: join(home, "gw") };
    const place = join(at.cwd, folder);
    const { stdout } = await openclaw(["gateway", "worker", place], { ...at, cwd: cwd === "." ? at.cwd : cwd });
    expect(stdout).toContain(`\nIn ~/${join("gw", folder)}:\n`);
    expect(stdout).toContain(`  node ${PROGRAM} gateway worker secrets . | npx wrangler secret bulk`);
    expect(stdout).toContain(`  node ${PROGRAM} doctor --worker "https://`);
  });

  it("a profile with an impossible name is in no command", async () => {
    const { stderr } = await openclaw(["--profile", "a b; rm x", "doctor"], { home: temporaryHome(), ...CLONED });
    expect(stderr).not.toContain("--profile a b");
  });

  it.each([80, 40])("stays one command where it takes several lines of %i columns", async (columns) => {
    const at = { columns: () => columns, terminal: { stdin: false, stdout: true, stderr: true } };
    const { stderr } = await openclaw(["onboard"], { home: temporaryHome(), ...CLONED, context: at });
    const [, command = ""] = stderr.split("flags:\n");
    expect(command).toMatch(/^ {2}node bin\/openclaw\.cjs onboard(?:.* \\\n {4})+.*\n$/);
    expect(command.replace(/ \\\n +/g, " ").trim()).toMatch(/ --cloudflare-ai-gateway-api-key …$/);
  });

  it("JSON names the command that always works", async () => {
    const { stdout } = await openclaw(["gateway", "token", "--json"], { home: temporaryHome(), ...CLONED });
    expect(JSON.parse(stdout).error).toMatchObject({ hint: expect.stringContaining("`openclaw ") });
  });
});

describe("paths below the home folder", () => {
  it("have a ~ for a person, in a preview, an error and a terminal, and none in JSON and files", async () => {
    const home = temporaryHome();
    const dry = await openclaw([...DOCUMENTED, "--dry-run"], { home });
    expect(dry.stdout).toContain("~/.openclaw/openclaw.json");
    expect(dry.stdout).not.toContain(home);
    const json = await openclaw([...DOCUMENTED, "--json"], { home });
    expect(JSON.parse(json.stdout).files[0].path).toBe(join(home, ".openclaw", ".env"));
    writeFileSync(configPath(home), "{\n  oops");
    const broken = await openclaw(["models", "list"], { home });
    expect(broken.stderr).toContain("~/.openclaw/openclaw.json:2:");
    expect(broken.stderr).not.toContain(home);
    const inJson = await openclaw(["models", "list", "--json"], { home });
    expect(inJson.stdout).toContain(configPath(home));
    mkdirSync(join(home, "not.json"));
    const terminal = openTerminal(["gateway", "run"], { home, env: { OPENCLAW_CONFIG_PATH: join(home, "not.json") } });
    expect((await terminal.exit).status).toBe(78);
    expect(terminal.screen()).toContain("~/not.json");
    expect(terminal.screen()).not.toContain(home);
  });
});
