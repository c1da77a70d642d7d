import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withLines, withoutLines } from "../../src/completion/start-file.ts";
import { filesBelow, openclaw, PATH_WITHOUT_PROGRAM, PROGRAM, temporaryHome } from "../support/program.ts";
import { describeInShell } from "../support/shells.ts";
import { answer, openProgram, openTerminal } from "../support/terminal.ts";

const START_FILE = {
  bash: ".bashrc",
  zsh: ".zshrc",
  powershell: ".config/powershell/Microsoft.PowerShell_profile.ps1",
};
const SCRIPT = {
  bash: ".openclaw/completions/openclaw.bash",
  zsh: ".openclaw/completions/openclaw.zsh",
  fish: ".config/fish/completions/openclaw.fish",
  powershell: ".openclaw/completions/openclaw.ps1",
};

const install = (shell: string, home: string, ...more: readonly string[]) =>
  openclaw(["completion", shell, "--install", ...more], { home });

describe("openclaw completion --install", () => {
  it.each(Object.entries(SCRIPT))("puts it in and takes it out again, for %s", async (shell, script) => {
    const home = temporaryHome();
    const startFile = START_FILE[shell as keyof typeof START_FILE];
    const before = "# mine\nalias ll='ls -l'\n";
    if (startFile !== undefined) {
      mkdirSync(join(home, startFile, ".."), { recursive: true });
      writeFileSync(join(home, startFile), before);
      chmodSync(join(home, startFile), 0o644);
    }
    const { stdout: printed } = await openclaw(["completion", shell], { home });

    const dry = await install(shell, home, "--dry-run");
    expect(dry).toMatchObject({
      status: 0,
      stderr: "",
      stdout: expect.stringContaining("Dry run: no files were changed."),
    });
    expect(existsSync(join(home, script))).toBe(false);

    const first = await install(shell, home, "--yes");
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(first.stdout).toContain(`Completion for ${shell} is installed.`);
    expect(first.stdout).toContain(`\`openclaw completion ${shell} --uninstall\``);
    expect(readFileSync(join(home, script), "utf8")).toBe(printed);
    if (startFile !== undefined) {
      const text = readFileSync(join(home, startFile), "utf8");
      expect(text.startsWith(before)).toBe(true);
      expect(text).toContain("openclaw completion");
      expect(statSync(join(home, startFile)).mode & 0o777).toBe(0o644);
    }

    const files = filesBelow(home);
    expect(await install(shell, home)).toEqual({
      status: 0,
      stdout: `Completion for ${shell} is already installed. No files were changed.\n`,
      stderr: "",
    });
    expect(filesBelow(home)).toEqual(files);

    const out = await openclaw(["completion", shell, "--uninstall", "--yes"], { home });
    expect(out).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(join(home, script))).toBe(false);
    if (startFile !== undefined) expect(readFileSync(join(home, startFile), "utf8")).toBe(before);
    expect((await openclaw(["completion", shell, "--uninstall"], { home })).stdout).toBe(
      `Completion for ${shell} is not installed. No files were changed.\n`,
    );
  });

  it("asks at a terminal, after showing the lines, and writes nothing on no", async () => {
    const home = temporaryHome();
    const no = openTerminal(["completion", "bash", "--install"], { home });
    await no.waitFor("Adds to ~/.bashrc:");
    await no.waitFor("openclaw.bash; fi");
    await answer(no, "Install it?", "n");
    expect((await no.exit).status).toBe(130);
    expect(existsSync(join(home, ".bashrc"))).toBe(false);
    const yes = openTerminal(["completion", "bash", "--install"], { home });
    await answer(yes, "Install it?");
    await yes.waitFor("To have it in this shell, run `. ~/.bashrc`.");
    expect((await yes.exit).status).toBe(0);
  });

  it("speaks Chinese", async () => {
    const terminal = openTerminal(["completion", "zsh", "--install"], {
      home: temporaryHome(),
      env: { OPENCLAW_LANG: "zh-TW" },
      columns: 60,
    });
    await answer(terminal, "要安裝嗎？");
    await terminal.waitFor("已安裝 zsh 的自動完成");
    expect((await terminal.exit).status).toBe(0);
  });

  it("says without a terminal that --yes is missing", async () => {
    const home = temporaryHome();
    const { status, stderr } = await install("bash", home);
    expect([status, stderr]).toEqual([2, expect.stringContaining("`--yes`")]);
    expect(filesBelow(home).size).toBe(0);
    const { stdout } = await install("bash", home, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "terminal.required" } });
  });

  it("prints one document with --json", async () => {
    const home = temporaryHome();
    const { stdout } = await install("bash", home, "--yes", "--json");
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      dryRun: false,
      shell: "bash",
      files: [
        { path: join(home, SCRIPT.bash), action: "create" },
        { path: join(home, ".bashrc"), action: "create" },
      ],
    });
    expect(JSON.parse((await openclaw(["completion", "fish", "--json"], { home })).stdout)).toMatchObject({
      shell: "fish",
      script: expect.stringContaining("__complete fish"),
    });
  });

  it("follows ZDOTDIR and XDG_CONFIG_HOME", async () => {
    const home = temporaryHome();
    const env = { ZDOTDIR: join(home, "z"), XDG_CONFIG_HOME: join(home, "x") };
    await openclaw(["completion", "zsh", "--install", "--yes"], { home, env });
    await openclaw(["completion", "fish", "--install", "--yes"], { home, env });
    expect(existsSync(join(home, "z/.zshrc"))).toBe(true);
    expect(existsSync(join(home, "x/fish/completions/openclaw.fish"))).toBe(true);
  });

  it("writes through a link to where the file is kept", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, "dotfiles"));
    writeFileSync(join(home, "dotfiles/bashrc"), "# kept elsewhere\n");
    symlinkSync("dotfiles/bashrc", join(home, ".bashrc"));
    await install("bash", home, "--yes");
    expect(readFileSync(join(home, "dotfiles/bashrc"), "utf8")).toMatch(/^# kept elsewhere\n# >>>/);
  });

  it("is found by the user's own shell, and says which others there are", async () => {
    const home = temporaryHome();
    const own = [
      ["/usr/bin/zsh", "# zsh completion"],
      ["/bin/bash", "# bash completion"],
      ["/usr/bin/fish", "# fish completion"],
      ["/usr/bin/pwsh", "# PowerShell completion"],
    ] as const;
    for (const [SHELL, title] of own)
      expect((await openclaw(["completion"], { home, env: { SHELL } })).stdout).toContain(title);
    expect(await openclaw(["completion"], { home, env: { SHELL: "/bin/tcsh" } })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("`openclaw completion bash`"),
    });
    expect((await openclaw(["completion", "tcsh"], { home })).status).toBe(2);
    expect((await openclaw(["completion", "-s", "fish"], { home })).stdout).toContain("__complete fish");
    expect((await openclaw(["completion", "bash", "--shell", "fish"], { home })).status).toBe(2);
  });

  it("asks the copy that printed it where another or none is on the path", async () => {
    const { stdout, stderr } = await openclaw(["completion", "bash"], {
      home: temporaryHome(),
      env: { PATH: PATH_WITHOUT_PROGRAM },
    });
    expect(stdout).toContain(`${process.execPath} ${PROGRAM} __complete bash`);
    expect(stderr).toContain("`openclaw` is not on your path.");
  });

  describeInShell("bash")("in a real bash that starts", () => {
    it("completes after --install, also where the folder is gone since", async () => {
      const home = temporaryHome();
      await install("bash", home, "--yes");
      writeFileSync(join(home, ".bashrc"), `PS1='ready> '\n${readFileSync(join(home, ".bashrc"), "utf8")}`);
      const terminal = openProgram("bash", ["-i"], { home });
      await terminal.waitFor("ready>");
      terminal.type("openclaw comp\t");
      await terminal.waitFor("> openclaw completion");
      await openclaw(["completion", "bash", "--uninstall", "--yes"], { home });
      chmodSync(join(home, ".bashrc"), 0o600);
      const after = openProgram("bash", ["-i"], { home });
      await after.waitFor("ready>");
      expect(after.screen()).toBe("ready>");
    });
  });
});

describe("the lines in a start file", () => {
  it.each([[""], ["a\n"], ["a\n\n# b\n"]])("are put in and taken out byte for byte: %j", (text) => {
    expect(withoutLines(withLines(text, "x"))).toBe(text);
    expect(withLines(withLines(text, "x"), "x")).toBe(withLines(text, "x"));
  });

  it("are replaced where they stand, with what others wrote around them", () => {
    const old = withLines("before\n", "old");
    expect(withLines(`${old}after\n`, "new")).toBe(`${withLines("before\n", "new")}after\n`);
    expect(withoutLines(`${old}after\n`)).toBe("before\nafter\n");
  });

  it("stay where their end is gone, since nobody knows what is ours", () => {
    const damaged = withLines("", "x").split("\n").slice(0, 2).join("\n");
    expect(withoutLines(damaged)).toBe(damaged);
  });
});
