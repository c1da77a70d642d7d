import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Loose, readConfig } from "../support/doctor.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { cleanEnv, DOCUMENTED, openclaw, PATH_WITHOUT_PROGRAM, PROGRAM, temporaryHome } from "../support/program.ts";
import { describeInTerminal, openTerminalProcess } from "../support/terminal.ts";

const URL = "http://127.0.0.1:18789";
const OWN = `${process.execPath} ${PROGRAM}`;
/** Where nothing is called `openclaw`. */
const UNNAMED = { PATH: PATH_WITHOUT_PROGRAM };

/** A home after onboarding, with `change` applied to its configuration, and its gateway token. */
async function homeWith(change: (config: Loose) => void = () => {}, flags: readonly string[] = []) {
  const home = temporaryHome();
  await openclaw([...flags, ...DOCUMENTED], { home });
  const folder = flags.length > 0 ? join(home, ".openclaw-work") : join(home, ".openclaw");
  const token = /OPENCLAW_GATEWAY_TOKEN=(.+)/.exec(readFileSync(join(folder, ".env"), "utf8"))?.[1] ?? "";
  if (flags.length === 0) {
    const config = readConfig(home);
    change(config);
    writeFileSync(configPath(home), JSON.stringify(config));
  }
  return { home, token };
}

/** Only Claude Code is told to ask for the gateway's models. */
const DISCOVERY: Readonly<Record<string, readonly string[]>> = {
  "fish claude-code": ["set -gx CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY 1;"],
  "powershell claude-code": ["$env:CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY = '1';"],
};

describe("gateway env", () => {
  it("prints commands that read the token, and no token", async () => {
    const { home } = await homeWith();
    expect(await openclaw(["gateway", "env"], { home, env: UNNAMED })).toEqual({
      status: 0,
      stdout: `export ANTHROPIC_BASE_URL=${URL};\nexport ANTHROPIC_AUTH_TOKEN="$(${OWN} gateway token)";\nunset ANTHROPIC_API_KEY;\nexport CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1;\n`,
      stderr: "",
    });
  });

  it.each([
    ["bash", "anthropic-sdk", `export ANTHROPIC_API_KEY="$(${OWN} gateway token)";`, "unset ANTHROPIC_AUTH_TOKEN;"],
    ["fish", "claude-code", `set -gx ANTHROPIC_AUTH_TOKEN (${OWN} gateway token);`, "set -e ANTHROPIC_API_KEY;"],
    [
      "powershell",
      "claude-code",
      `$env:ANTHROPIC_AUTH_TOKEN = & '${process.execPath}' '${PROGRAM}' 'gateway' 'token';`,
      "Remove-Item Env:ANTHROPIC_API_KEY -ErrorAction SilentlyContinue;",
    ],
  ])("prints commands for %s and %s", async (shell, client, credential, other) => {
    const { home } = await homeWith();
    const { stdout } = await openclaw(["gateway", "env", "--shell", shell, "--client", client], { home, env: UNNAMED });
    const discovery = DISCOVERY[`${shell} ${client}`] ?? [];
    expect(stdout.split("\n").slice(1)).toEqual([credential, other, ...discovery, ""]);
  });

  it.each([
    ["zsh", /^export /],
    ["sh", /^export /],
    ["bash", /^export /],
    ["fish", /^set -gx /],
    ["powershell", /^\$env:/],
    ["pwsh", /^\$env:/],
    ["auto", /^set -gx /],
  ])("knows --shell %s", async (shell, expected) => {
    const { home } = await homeWith();
    const { stdout } = await openclaw(["gateway", "env", "--shell", shell], { home, env: { SHELL: "/usr/bin/fish" } });
    expect(stdout).toMatch(expected);
  });

  it("explains with the shell that was asked for how to apply it", async () => {
    const { home } = await homeWith();
    const at = { terminal: { stdin: true, stdout: true, stderr: true } };
    const run = async (args: readonly string[], SHELL: string) =>
      (await openclaw(["gateway", "env", ...args], { home, env: { SHELL }, context: at })).stderr;
    expect(await run([], "/bin/zsh")).toContain('run `eval "$(openclaw gateway env)"`.');
    expect(await run(["--shell", "zsh"], "/bin/bash")).toContain('run `eval "$(openclaw gateway env)"`.');
    expect(await run(["--shell", "fish"], "/bin/bash")).toContain("run `openclaw gateway env --shell fish | source`.");
    expect(await run([], "/opt/pwsh")).toContain("run `openclaw gateway env | Out-String | Invoke-Expression`.");
  });

  it("uses the shell of the user by default", async () => {
    const { home } = await homeWith();
    const { stdout } = await openclaw(["gateway", "env"], { home, env: { SHELL: "/usr/bin/fish" } });
    expect(stdout).toMatch(/^set -gx ANTHROPIC_BASE_URL/);
    const zsh = await openclaw(["gateway", "env"], { home, env: { SHELL: "/bin/zsh" } });
    expect(zsh.stdout).toMatch(/^export ANTHROPIC_BASE_URL/);
  });

  it("refuses an unknown shell or client", async () => {
    const { home } = await homeWith();
    for (const flags of [
      ["--shell", "tcsh"],
      ["--client", "x"],
    ])
      expect((await openclaw(["gateway", "env", ...flags], { home })).status).toBe(2);
  });

  it("works in a real bash, in a folder with an odd name and for a profile", async () => {
    const { home, token } = await homeWith(() => {}, ["--profile", "work"]);
    const odd = join(home, `it's "odd" $HOME`);
    symlinkSync(join(PROGRAM, "..", ".."), odd);
    const eval_ = `eval "$('${process.execPath}' "$ODD"/bin/openclaw.cjs --profile work gateway env)"`;
    const script = `${eval_}; printf '%s\\n' "$ANTHROPIC_BASE_URL" "$ANTHROPIC_AUTH_TOKEN" "\${ANTHROPIC_API_KEY-none}"`;
    const env = cleanEnv(home, { ANTHROPIC_API_KEY: "of another account", ODD: odd });
    const printed = execFileSync("bash", ["--norc", "-c", script], { env, encoding: "utf8" });
    expect(printed).toBe(`${URL}\n${token}\nnone\n`);
  });

  it("calls the program by name if PATH leads to it", async () => {
    const { home } = await homeWith();
    symlinkSync(PROGRAM, join(home, "openclaw"));
    const env = { PATH: `${home}:${process.env.PATH}` };
    expect((await openclaw(["gateway", "env"], { home, env })).stdout).toContain('"$(openclaw gateway token)"');
    writeFileSync(join(home, "another"), "#!/bin/sh\n");
    chmodSync(join(home, "another"), 0o755);
    symlinkSync(join(home, "another"), join(temporaryHome(), "openclaw"));
    const other = { PATH: `${temporaryHome()}:${PATH_WITHOUT_PROGRAM}` };
    expect((await openclaw(["gateway", "env"], { home, env: other })).stdout).toContain(`"$(${OWN} gateway token)"`);
  });

  it("prints the configured port, and a placeholder if no token is needed", async () => {
    const { home } = await homeWith((config) => {
      config.gateway.port = 4711;
      config.gateway.auth = { mode: "none" };
    });
    const { stdout } = await openclaw(["gateway", "env"], { home });
    expect(stdout).toContain("export ANTHROPIC_BASE_URL=http://127.0.0.1:4711;\n");
    expect(stdout).toContain("export ANTHROPIC_AUTH_TOKEN=custom-local;\n");
  });

  it("exits with 1 if there is no token, and prints no command", async () => {
    const { home } = await homeWith();
    writeFileSync(secretsPath(home), "");
    const { status, stdout, stderr } = await openclaw(["gateway", "env"], { home });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("OPENCLAW_GATEWAY_TOKEN has no value.");
    const none = await openclaw(["gateway", "env"], { home: temporaryHome() });
    expect([none.status, none.stdout]).toEqual([1, ""]);
    expect(none.stderr).toContain("OPENCLAW_GATEWAY_TOKEN has no value.");
  });

  it("warns if clients would reach the gateway through a proxy", async () => {
    const { home } = await homeWith();
    const stderr = async (env: Readonly<Record<string, string>>) =>
      (await openclaw(["gateway", "env"], { home, env })).stderr;
    expect(await stderr({ HTTP_PROXY: "http://proxy:1" })).toContain("Add 127.0.0.1 to NO_PROXY.");
    expect(await stderr({ https_proxy: "http://proxy:1", no_proxy: "localhost, 127.0.0.1" })).toBe("");
    expect(await stderr({ https_proxy: "http://proxy:1", NO_PROXY: "*" })).toBe("");
  });
});

describe("gateway token", () => {
  it("prints the token for a program, from any place that the configuration refers to", async () => {
    const { home, token } = await homeWith();
    expect(await openclaw(["gateway", "token"], { home })).toEqual({ status: 0, stdout: `${token}\n`, stderr: "" });
    const referring = await homeWith((config) => {
      config.gateway.auth.token = { source: "env", provider: "default", id: "MY_TOKEN" };
    });
    const found = await openclaw(["gateway", "token"], { home: referring.home, env: { MY_TOKEN: "of my own" } });
    expect(found.stdout).toBe("of my own\n");
    const byPassword = await homeWith((config) => {
      config.gateway.auth = { mode: "password", password: "${MY_TOKEN}" };
    });
    const password = await openclaw(["gateway", "token"], { home: byPassword.home, env: { MY_TOKEN: "of my own" } });
    expect(password.stdout).toBe("of my own\n");
  });

  it("exits with 1 if there is none", async () => {
    const { home } = await homeWith((config) => {
      config.gateway.auth = { mode: "none" };
    });
    expect(await openclaw(["gateway", "token"], { home })).toMatchObject({ status: 1, stdout: "" });
  });
});

describeInTerminal("at a terminal", () => {
  it("gateway token does not print it, and env explains its output", async () => {
    const { home, token } = await homeWith();
    const shown = openTerminalProcess(["gateway", "token"], { home });
    expect((await shown.exit).status).toBe(2);
    expect(shown.screen()).toContain("The local gateway token is never printed to a terminal.");
    const env = openTerminalProcess(["gateway", "env"], { home, env: UNNAMED, columns: 300 });
    expect((await env.exit).status).toBe(0);
    expect(env.screen()).toContain(
      `To apply this in your shell, run \`eval "$(${OWN.replace(process.execPath, "node")} gateway env)"\``,
    );
    expect(`${shown.bytes}${env.bytes}`).not.toContain(token);
  });
});
