import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configPath, type Loose, readConfig, secretsPath } from "../support/doctor.ts";
import { cleanEnv, DOCUMENTED, openclaw, PROGRAM, temporaryHome } from "../support/program.ts";
import { describeInTerminal, openTerminal } from "../support/terminal.ts";

const URL = "http://127.0.0.1:18789";
const OWN = `${process.execPath} ${PROGRAM}`;

/** A home that onboarding has set up, with `change` made to its configuration, and its token. */
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

describe("gateway env", () => {
  it("prints commands that ask for the token, and no token", async () => {
    const { home } = await homeWith();
    expect(await openclaw(["gateway", "env"], { home })).toEqual({
      status: 0,
      stdout: `export ANTHROPIC_BASE_URL=${URL};\nexport ANTHROPIC_AUTH_TOKEN="$(${OWN} gateway token)";\nunset ANTHROPIC_API_KEY;\n`,
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
  ])("speaks %s, for %s", async (shell, client, credential, other) => {
    const { home } = await homeWith();
    const { stdout } = await openclaw(["gateway", "env", "--shell", shell, "--client", client], { home });
    expect(stdout.split("\n").slice(1)).toEqual([credential, other, ""]);
  });

  it("takes the shell of the user for granted", async () => {
    const { home } = await homeWith();
    const { stdout } = await openclaw(["gateway", "env"], { home, env: { SHELL: "/usr/bin/fish" } });
    expect(stdout).toMatch(/^set -gx ANTHROPIC_BASE_URL/);
    const zsh = await openclaw(["gateway", "env"], { home, env: { SHELL: "/bin/zsh" } });
    expect(zsh.stdout).toMatch(/^export ANTHROPIC_BASE_URL/);
  });

  it("refuses a shell or client that it does not know", async () => {
    const { home } = await homeWith();
    for (const flags of [
      ["--shell", "tcsh"],
      ["--client", "x"],
    ])
      expect((await openclaw(["gateway", "env", ...flags], { home })).status).toBe(2);
  });

  it("does in a real bash what it is for, also below a folder with an odd name and for a profile", async () => {
    const { home, token } = await homeWith(() => {}, ["--profile", "work"]);
    const odd = join(home, `it's "odd" $HOME`);
    symlinkSync(join(PROGRAM, "..", ".."), odd);
    const eval_ = `eval "$('${process.execPath}' "$ODD"/bin/openclaw.cjs --profile work gateway env)"`;
    const script = `${eval_}; printf '%s\\n' "$ANTHROPIC_BASE_URL" "$ANTHROPIC_AUTH_TOKEN" "\${ANTHROPIC_API_KEY-none}"`;
    const env = cleanEnv(home, { ANTHROPIC_API_KEY: "of another account", ODD: odd });
    const printed = execFileSync("bash", ["--norc", "-c", script], { env, encoding: "utf8" });
    expect(printed).toBe(`${URL}\n${token}\nnone\n`);
  });

  it("calls the program by its name where that leads to it", async () => {
    const { home } = await homeWith();
    symlinkSync(PROGRAM, join(home, "openclaw"));
    const env = { PATH: `${home}:${process.env.PATH}` };
    expect((await openclaw(["gateway", "env"], { home, env })).stdout).toContain('"$(openclaw gateway token)"');
    writeFileSync(join(home, "another"), "#!/bin/sh\n");
    chmodSync(join(home, "another"), 0o755);
    symlinkSync(join(home, "another"), join(temporaryHome(), "openclaw"));
    const other = { PATH: `${temporaryHome()}:${process.env.PATH}` };
    expect((await openclaw(["gateway", "env"], { home, env: other })).stdout).toContain(`"$(${OWN} gateway token)"`);
  });

  it("names the configured port, and a placeholder where no token is asked for", async () => {
    const { home } = await homeWith((config) => {
      config.gateway.port = 4711;
      config.gateway.auth = { mode: "none" };
    });
    const { stdout } = await openclaw(["gateway", "env"], { home });
    expect(stdout).toContain("export ANTHROPIC_BASE_URL=http://127.0.0.1:4711;\n");
    expect(stdout).toContain("export ANTHROPIC_AUTH_TOKEN=custom-local;\n");
  });

  it("ends with 1 where the token cannot be had, and prints nothing that a shell would do", async () => {
    const { home } = await homeWith();
    writeFileSync(secretsPath(home), "");
    const { status, stdout, stderr } = await openclaw(["gateway", "env"], { home });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("OPENCLAW_GATEWAY_TOKEN has no value.");
    const none = await openclaw(["gateway", "env"], { home: temporaryHome() });
    expect([none.status, none.stdout]).toEqual([1, ""]);
    expect(none.stderr).toContain("OPENCLAW_GATEWAY_TOKEN has no value.");
  });

  it("warns of a proxy that clients would look for the gateway at", async () => {
    const { home } = await homeWith();
    const stderr = async (env: Readonly<Record<string, string>>) =>
      (await openclaw(["gateway", "env"], { home, env })).stderr;
    expect(await stderr({ HTTP_PROXY: "http://proxy:1" })).toContain("Add 127.0.0.1 to NO_PROXY.");
    expect(await stderr({ https_proxy: "http://proxy:1", no_proxy: "localhost, 127.0.0.1" })).toBe("");
    expect(await stderr({ https_proxy: "http://proxy:1", NO_PROXY: "*" })).toBe("");
  });
});

describe("gateway token", () => {
  it("hands the token to a program, from wherever the configuration refers to", async () => {
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

  it("ends with 1 where there is none", async () => {
    const { home } = await homeWith((config) => {
      config.gateway.auth = { mode: "none" };
    });
    expect(await openclaw(["gateway", "token"], { home })).toMatchObject({ status: 1, stdout: "" });
  });
});

describeInTerminal("at a terminal", () => {
  it("gateway token never shows it on a screen, and env says there what it is for", async () => {
    const { home, token } = await homeWith();
    const shown = openTerminal(["gateway", "token"], { home });
    expect((await shown.exit).status).toBe(2);
    expect(shown.screen()).toContain("The gateway token is never printed to a terminal.");
    const env = openTerminal(["gateway", "env"], { home, columns: 300 });
    expect((await env.exit).status).toBe(0);
    expect(env.screen()).toContain('To apply this in your shell, run `eval "$(openclaw gateway env)"`');
    expect(`${shown.bytes}${env.bytes}`).not.toContain(token);
  });
});
