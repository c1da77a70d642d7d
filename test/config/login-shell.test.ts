import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { findVariables } from "../../src/config/variables.ts";
import { runChild } from "../../src/system/run-child.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";

interface Asked {
  /** Files of the home folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly shell?: string;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** The value of `A_KEY` as a login shell with these files has it, and the home. */
async function asked({ files, shell = "/bin/bash", timeoutMs, env = {} }: Asked) {
  const home = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  const context = testContext({
    env: { ...env, SHELL: shell, PATH: process.env.PATH },
    homedir: () => home,
    run: (command, args, options) => runChild(command, args, options, (pid) => void process.kill(-pid, "SIGKILL")),
  });
  const config = { env: { shellEnv: { enabled: true, ...(timeoutMs !== undefined && { timeoutMs }) } } };
  const found = await findVariables(["A_KEY"], { config, secrets: new Map() }, context);
  return { value: found.get("A_KEY")?.value.reveal(), home };
}

/** @source the first lines of the `.bashrc` that Debian and Ubuntu give every user. */
const GUARDED = `case $- in
    *i*) ;;
      *) return;;
esac
[ -z "$PS1" ] && return
export A_KEY=guarded
`;

const isListed = (shell: string) => existsSync(shell) && readFileSync("/etc/shells", "utf8").includes(shell);

describe.skipIf(!isListed("/bin/bash"))("the login shell of Bash", () => {
  it("finds a key behind the guard against shells that are not interactive", async () => {
    const { value } = await asked({ files: { ".profile": ". ~/.bashrc\n", ".bashrc": GUARDED } });
    expect(value).toBe("guarded");
  });

  it.each([
    ["prints", "echo A_KEY=printed; echo A_KEY=printed >&2; export A_KEY=real"],
    ["prints when it ends", "export A_KEY=real; trap 'echo A_KEY=trapped' EXIT"],
    ["renames the programs that are used", "export A_KEY=real; alias env='echo A_KEY=alias' printf='echo A_KEY=alias'"],
    ["has a prompt", "export A_KEY=real; PS1='A_KEY=prompt'; PROMPT_COMMAND='echo A_KEY=prompt'"],
    ["asks something", "read -r -p 'A_KEY=? ' answer; export A_KEY=real"],
    ["asks something of the terminal", "read -r answer </dev/tty 2>/dev/null; export A_KEY=real"],
    ["starts something that keeps the output open", "sleep 1000 & export A_KEY=real"],
    ["fails", "false; set -u; export A_KEY=real"],
  ])("finds a key in a profile that %s", async (_, profile) => {
    const { value } = await asked({ files: { ".bash_profile": `${profile}\n` } });
    expect(value).toBe("real");
  });

  it.each([
    ["ends early", "export A_KEY=real; exit 0"],
    ["turns into a program that reads", "export A_KEY=real; exec cat"],
  ])("finds nothing, and waits for nobody, with a profile that %s", async (_, profile) => {
    expect((await asked({ files: { ".bash_profile": `${profile}\n` } })).value).toBeUndefined();
  });

  it("is bounded by the time limit", async () => {
    const { value } = await asked({ files: { ".bash_profile": "export A_KEY=real; sleep 1000\n" }, timeoutMs: 50 });
    expect(value).toBeUndefined();
  });

  it.each(["-5", "abc", "1e9", " ", "5.5"])("takes the time limit %j for none", async (limit) => {
    const env = { OPENCLAW_SHELL_ENV_TIMEOUT_MS: limit };
    expect((await asked({ files: { ".bash_profile": "export A_KEY=real\n" }, env })).value).toBe("real");
  });

  it("leaves nothing running", async () => {
    const { home } = await asked({ files: { ".bash_profile": "sleep 1000 & echo $! >~/pid; export A_KEY=real\n" } });
    const pid = readFileSync(join(home, "pid"), "utf8").trim();
    const stat = () => (existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "utf8") : "gone Z");
    await expect.poll(stat).toMatch(/ Z/);
  });
});

describe("other login shells are not interactive, as in the published OpenClaw", () => {
  it.each([
    ["/bin/sh", ".profile", "export A_KEY=real", GUARDED],
    ["/bin/dash", ".profile", "export A_KEY=real", GUARDED],
    ["/bin/zsh", ".zprofile", "export A_KEY=real", GUARDED],
    ["/bin/zsh", ".zprofile", "export A_KEY=real", "[[ -o interactive ]] || return\nexport A_KEY=guarded\n"],
    [
      "/usr/bin/fish",
      ".config/fish/config.fish",
      "set -gx A_KEY real",
      "status is-interactive; or exit\nset -gx A_KEY guarded\n",
    ],
  ])("%s reads %s", async (shell, file, text, guarded) => {
    if (!isListed(shell)) return;
    expect((await asked({ files: { [file]: `${text}\n` }, shell })).value).toBe("real");
    expect((await asked({ files: { [file]: guarded }, shell })).value).toBeUndefined();
  });

  it.each(["/opt/no/such/bash", "bash", "/bin/../bin/bash", "", "/bin/bash "])("%j is not trusted", async (shell) => {
    const { value } = await asked({ files: { ".bash_profile": "export A_KEY=bash\n" }, shell });
    expect(value).toBeUndefined();
  });
});
