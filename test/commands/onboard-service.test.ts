import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { answeringGateway } from "../support/answering-gateway.ts";
import { readConfig } from "../support/doctor.ts";
import { fakeSystemd } from "../support/fake-managers.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import { CANARY_KEY, DOCUMENTED, openclaw, shownPath, temporaryHome } from "../support/program.ts";
import { FOREIGN, machine, put, UNIT } from "../support/service-machine.ts";
import { answer, describeInTerminal, leaks, openTerminalProcess } from "../support/terminal.ts";

/** An empty home, the commands of systemd, and a gateway that answers where onboarding will put it. */
async function fresh() {
  const home = temporaryHome();
  const systemd = fakeSystemd(home);
  const gateway = await answeringGateway({ secrets: secretsPath(home) });
  const env = { PATH: `${systemd.folder}:${process.env.PATH}` };
  const file = join(home, ".config/systemd/user", UNIT);
  const args = [...DOCUMENTED, "--gateway-port", String(gateway.port)];
  return { home, systemd, gateway, env, file, args };
}

const INSTALLED = /\nInstalled .*openclaw-gateway\.service\nThe local gateway answers at /;

describe("onboard --install-daemon", () => {
  it("writes the configuration and installs the service; the second time nothing changes", async () => {
    const { home, env, file, args } = await fresh();
    const { status, stdout } = await openclaw([...args, "--install-daemon"], { home, env });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Wrote .*\/\.env/);
    expect(stdout).toMatch(INSTALLED);
    expect(readFileSync(file, "utf8")).toContain(" gateway run\n");
    const again = await openclaw([...args, "--install-daemon"], { home, env });
    expect(again.stdout).toMatch(/^Already up to date\. No files were changed\.\n\nAlready installed and up to date: /);
    expect(leaks(home, stdout, again.stdout)).toEqual([]);
  });

  it("reports it in the document of --json", async () => {
    const { home, env, file, args, gateway } = await fresh();
    const { status, stdout } = await openclaw([...args, "--install-daemon", "--json"], { home, env });
    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      { ok: true, service: { result: "installed", manager: "systemd", name: UNIT, file, url: gateway.url } },
    ]);
    const without = await openclaw([...args, "--json"], { home, env });
    expect(JSON.parse(without.stdout)).not.toHaveProperty("service");
  });

  it.each([[[]], [["--json"]]])("exits with 1 without a systemd, and keeps the configuration %j", async (more) => {
    const { home, args } = await fresh();
    const { status, stdout, stderr } = await openclaw([...args, "--install-daemon", ...more], {
      home,
      env: { PATH: home },
    });
    expect(status).toBe(1);
    expect(`${stdout}${stderr}`).toContain(
      "The answers are saved, but the service is not running. This system does not use systemd.",
    );
    if (more.length > 0)
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "service.unavailable" } });
    expect(readConfig(home).models.providers["cloudflare-ai-gateway"].api).toBe("anthropic-messages");
    expect(readFileSync(secretsPath(home), "utf8")).toContain(CANARY_KEY);
  });

  it("exits with 1 if another program has the name, and says how to continue", async () => {
    const { home, env, file, args } = await fresh();
    put(file, FOREIGN);
    const { status, stderr } = await openclaw([...args, "--install-daemon"], { home, env });
    expect([status, readFileSync(file, "utf8")]).toEqual([1, FOREIGN]);
    expect(stderr).toContain(
      "To move it aside until you uninstall the local gateway, run `openclaw gateway install --force`.",
    );
  });

  it("installs nothing in a dry run or without --install-daemon", async () => {
    const { home, env, systemd, file, args } = await fresh();
    for (const flags of [["--install-daemon", "--dry-run"], ["--no-install-daemon"], ["--skip-daemon"], []]) {
      expect(await openclaw([...args, ...flags], { home, env })).toMatchObject({ status: 0, stderr: "" });
    }
    expect([existsSync(file), systemd.calls()]).toEqual([false, []]);
  });

  it.each([
    [["--daemon-runtime", "bun"], '--daemon-runtime: Invalid value "bun". Use node.'],
    [["--skip-daemon"], "--install-daemon: Cannot be combined with --skip-daemon. Pass only one of them."],
  ])("refuses %j", async (flags, said) => {
    const { home, env, args } = await fresh();
    const { status, stderr } = await openclaw([...args, "--install-daemon", ...flags], { home, env });
    expect(status).toBe(2);
    expect(stderr).toContain(said);
    expect(existsSync(configPath(home))).toBe(false);
  });

  it("reports a key that the service does not find", async () => {
    const { home, env, args } = await fresh();
    const referring = args.filter((word) => word !== "--cloudflare-ai-gateway-api-key" && word !== CANARY_KEY);
    const { status, stderr } = await openclaw([...referring, "--secret-input-mode", "ref", "--install-daemon"], {
      home,
      env: { ...env, CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY },
    });
    expect(status).toBe(0);
    expect(stderr).toContain("Only this shell sets CLOUDFLARE_AI_GATEWAY_API_KEY");
    expect(leaks(home, stderr)).toEqual([]);
  });
});

describe("onboard", () => {
  it("reports a key that only the login shell has", async () => {
    const home = temporaryHome();
    put(join(home, ".profile"), `export CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    put(configPath(home), JSON.stringify({ env: { shellEnv: { enabled: true } } }));
    const referring = [
      ...DOCUMENTED.filter((word) => word !== "--cloudflare-ai-gateway-api-key" && word !== CANARY_KEY),
      "--secret-input-mode",
      "ref",
    ];
    const { status, stderr } = await openclaw(referring, { home, env: { SHELL: "/bin/sh" } });
    expect(status).toBe(0);
    expect(stderr).toContain("Note: Only the login shell sets CLOUDFLARE_AI_GATEWAY_API_KEY, so the service");
    writeFileSync(secretsPath(home), `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    expect((await openclaw(referring, { home, env: { SHELL: "/bin/sh" } })).stderr).not.toContain("Only the login");
  });
});

describeInTerminal("at a terminal", () => {
  const advanced = ["onboard", "--no-verify", "--flow", "advanced", "--auth-choice", "skip"];

  it("the advanced flow offers the service, and installs it after writing", async () => {
    const { home, env, gateway, file } = await fresh();
    const terminal = openTerminalProcess(advanced, { home, env, columns: 200 });
    await answer(terminal, "Port of the local gateway", String(gateway.port));
    await answer(terminal, "Who can reach the local gateway?");
    await answer(terminal, "Run the local gateway as a service", "y");
    await answer(terminal, "Save these changes?", "y");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(terminal.screen()).toMatch(INSTALLED);
    expect(existsSync(file)).toBe(true);
  });

  it("another program's service is moved aside after asking, and stays if the answer is no", async () => {
    const here = await machine();
    put(here.file, FOREIGN);
    const { home, env, file } = here;
    const refusing = openTerminalProcess(["gateway", "install"], { home, env, columns: 200 });
    await refusing.waitFor(`Another program wrote ${shownPath(file, home)}.`);
    await answer(refusing, "Move it aside and install the local gateway?", "n");
    expect(await refusing.exit).toMatchObject({ status: 130 });
    expect(readFileSync(file, "utf8")).toBe(FOREIGN);
    const agreeing = openTerminalProcess(["gateway", "install"], { home, env, columns: 200 });
    await answer(agreeing, "Move it aside and install the local gateway?", "y");
    expect(await agreeing.exit).toMatchObject({ status: 0 });
    expect(readFileSync(`${file}.before-openclaw`, "utf8")).toBe(FOREIGN);
    expect(`${refusing.bytes}${agreeing.bytes}`).not.toContain("CANARY-of-another");
  });
});
