import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { VERSION } from "../support/answering-gateway.ts";
import { type Loose, readConfig } from "../support/doctor.ts";
import { fakeSystemd } from "../support/fake-managers.ts";
import { configPath, secretsPath } from "../support/home-files.ts";
import {
  CANARY_KEY,
  filesBelow,
  openclaw,
  PATH_TO_PROGRAM,
  PROGRAM,
  shownPath,
  temporaryHome,
} from "../support/program.ts";
import { FOREIGN, machine, orders, put, UNIT } from "../support/service-machine.ts";
import { leaks } from "../support/terminal.ts";

describe("gateway install", () => {
  it("writes the unit, enables and starts it, and waits until it answers", async () => {
    const here = await machine();
    const { status, stdout, stderr } = await here.run("install");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      `Installed ${shownPath(here.file, here.home)}\nThe local gateway answers at http://127.0.0.1:${here.gateway.port} and starts when you log in.\n\n` +
        "To connect Claude Code or another client, run `openclaw gateway env`.\n",
    );
    expect(orders(here)).toEqual(["daemon-reload", `enable ${UNIT}`, `reset-failed ${UNIT}`, `restart ${UNIT}`]);
    expect(here.text()).toContain(`ExecStart=${process.execPath} ${PROGRAM} gateway run\n`);
    expect(here.text()).toContain(`Environment=HOME=${here.home}\n`);
    expect(statSync(here.file).mode & 0o777).toBe(0o600);
  });

  it("changes nothing the second time", async () => {
    const here = await machine();
    await here.run("install");
    const [before, { mtimeMs, ino }] = [orders(here).length, statSync(here.file)];
    const { status, stdout } = await here.run("install");
    expect([status, stdout.split("\n")[0]]).toEqual([
      0,
      `Already installed and up to date: ${shownPath(here.file, here.home)}`,
    ]);
    expect(statSync(here.file)).toMatchObject({ mtimeMs, ino });
    expect(orders(here)).toHaveLength(before);
  });

  it("rewrites a unit of ours that has changed, and restarts it", async () => {
    const here = await machine();
    await here.run("install");
    writeFileSync(here.file, here.text().replace("RestartSec=5", "RestartSec=1"));
    const { status, stdout } = await here.run("install");
    expect([status, stdout.split("\n")[0]]).toEqual([0, `Updated ${shownPath(here.file, here.home)}`]);
    expect(here.text()).toContain("RestartSec=5\n");
    expect(orders(here).at(-1)).toBe(`restart ${UNIT}`);
  });

  it("restarts a gateway that runs an older version after an update", async () => {
    const here = await machine();
    await here.run("install");
    here.gateway.become({ version: "0.0.9" });
    const { status, stdout } = await here.run("install");
    expect([status, stdout.split("\n")[0]]).toEqual([
      0,
      `Started the installed service: ${shownPath(here.file, here.home)}`,
    ]);
    expect(orders(here).at(-1)).toBe(`restart ${UNIT}`);
  });

  it.each<[string, string, (config: Loose) => void, RegExp]>([
    [
      "a token that is a reference",
      "OPENCLAW_GATEWAY_TOKEN=$OTHER\n",
      () => {},
      /\.env:\d+:24: OPENCLAW_GATEWAY_TOKEN looks like/,
    ],
    [
      "a header that is a template",
      "",
      (config) => {
        config.models.providers["cloudflare-ai-gateway"].headers = { "x-team": "{{ team }}" };
      },
      /openclaw\.json:\d+:\d+: models\.providers/,
    ],
    [
      "a short token for others",
      "OPENCLAW_GATEWAY_TOKEN=CANARY-15-chars\n",
      (config) => {
        config.gateway.bind = "lan";
      },
      /OPENCLAW_GATEWAY_TOKEN is shorter than 16 characters/,
    ],
  ])("refuses %s before anything is installed or restarted", async (_, line, change, place) => {
    const here = await machine();
    const config = readConfig(here.home);
    const [goodConfig, goodSecrets] = [JSON.stringify(config), readFileSync(secretsPath(here.home), "utf8")];
    change(config);
    const damage = () => {
      writeFileSync(configPath(here.home), JSON.stringify(config, null, 2));
      writeFileSync(secretsPath(here.home), goodSecrets + line);
    };
    damage();
    const refused = await here.run("install");
    expect([refused.status, refused.stderr, existsSync(here.file)]).toEqual([1, expect.stringMatching(place), false]);
    writeFileSync(configPath(here.home), goodConfig);
    writeFileSync(secretsPath(here.home), goodSecrets);
    await here.run("install");
    const before = orders(here).length;
    damage();
    const restarted = await here.run("restart");
    expect([restarted.status, restarted.stderr]).toEqual([1, expect.stringMatching(place)]);
    expect(orders(here).length).toBe(before);
    expect((await here.run("status")).stdout).toMatch(place);
  });

  it("starts a service that was stopped", async () => {
    const here = await machine();
    await here.run("install");
    await here.run("stop");
    expect((await here.run("install")).stdout).toMatch(/^Started /);
    expect(here.systemd.knows("running")).toBe(true);
  });

  it("does not overwrite another program's unit of that name, and with --force moves it aside", async () => {
    const here = await machine();
    put(here.file, FOREIGN);
    for (const words of ["install", "install --json"]) {
      const { status, stdout, stderr } = await here.run(words);
      expect(status).toBe(1);
      const file = words.endsWith("--json") ? here.file : shownPath(here.file, here.home);
      expect(stdout + stderr).toContain(`Another program wrote ${file}.`);
      expect(stdout + stderr).toContain(
        "To move it aside until you uninstall the local gateway, run `openclaw gateway install --force`.",
      );
    }
    expect([here.text(), orders(here)]).toEqual([FOREIGN, []]);
    const forced = await here.run("install --force");
    expect(forced.status).toBe(0);
    expect(forced.stdout).toContain(`Moved the previous file to ${shownPath(here.file, here.home)}.before-openclaw\n`);
    expect(readFileSync(`${here.file}.before-openclaw`, "utf8")).toBe(FOREIGN);
    // It is moved, not copied, so that secrets in it exist only once.
    expect([...filesBelow(here.home)].filter(([, text]) => text.includes("CANARY-of-another"))).toHaveLength(1);
    const gone = await here.run("uninstall");
    expect([gone.status, here.text()]).toEqual([0, FOREIGN]);
    expect(gone.stdout).toContain(
      `Restored the previous file; its service was not started: ${shownPath(here.file, here.home)}\n`,
    );
  });

  it("moves nothing aside twice", async () => {
    const here = await machine();
    put(here.file, FOREIGN);
    put(`${here.file}.before-openclaw`, "older");
    const { status, stderr } = await here.run("install --force");
    expect([status, here.text()]).toEqual([1, FOREIGN]);
    expect(stderr).toContain(
      `It cannot be moved aside because ${shownPath(here.file, here.home)}.before-openclaw exists. Remove one of the two.`,
    );
  });

  it("treats a masked unit as another program's", async () => {
    const here = await machine();
    mkdirSync(dirname(here.file), { recursive: true });
    symlinkSync("/dev/null", here.file);
    expect((await here.run("install")).status).toBe(1);
    expect((await here.run("install --force")).status).toBe(0);
    expect(here.text()).toContain("ExecStart=");
  });

  it("uses the names of a profile in every file and sentence", async () => {
    const here = await machine({ profile: "work" });
    await here.run("install");
    expect(here.text()).toContain(`${PROGRAM} --profile work gateway run\n`);
    expect(orders(here)).toContain("enable openclaw-gateway-work.service");
    const stopped = await here.run("stop");
    expect(stopped.stdout).toContain("`openclaw --profile work gateway uninstall`");
    await here.run("uninstall");
    expect((await here.run("start")).stderr).toContain("`openclaw --profile work gateway install`");
  });

  it("copies the locations of files and the settings of Node, but no credentials", async () => {
    const here = await machine();
    const { status, stderr } = await here.run("install", {
      OPENCLAW_STATE_DIR: join(here.home, ".openclaw"),
      NODE_EXTRA_CA_CERTS: "/etc/ssl/own.pem",
      HTTPS_PROXY: "http://me:CANARYpass@proxy:3128",
      NO_PROXY: "127.0.0.1",
      CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
    });
    expect(status).toBe(0);
    expect(here.text()).toContain(`Environment=OPENCLAW_STATE_DIR=${here.home}/.openclaw\n`);
    expect(here.text()).toContain("Environment=NODE_EXTRA_CA_CERTS=/etc/ssl/own.pem\n");
    expect(here.text()).toContain("Environment=NO_PROXY=127.0.0.1\n");
    expect(here.text()).not.toMatch(/CANARY|HTTPS_PROXY|API_KEY/);
    expect(stderr).toContain("Note: Only this shell sets HTTPS_PROXY, so the service does not get it. Add it to ");
    writeFileSync(
      secretsPath(here.home),
      `${readFileSync(secretsPath(here.home), "utf8")}HTTPS_PROXY=http://me:CANARYpass@proxy:3128\n`,
    );
    expect((await here.run("install", { HTTPS_PROXY: "http://me:CANARYpass@proxy:3128" })).stderr).toBe("");
  });

  it("reports credentials that the service does not find", async () => {
    const here = await machine();
    writeFileSync(secretsPath(here.home), "OPENCLAW_GATEWAY_TOKEN=0123456789abcdef0\n");
    const inShell = await here.run("install", { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY });
    expect([inShell.status, inShell.stderr]).toEqual([
      0,
      `Note: Only this shell sets CLOUDFLARE_AI_GATEWAY_API_KEY, so the service does not get it. Add it to ~/.openclaw/.env.\n`,
    ]);
    expect((await here.run("install")).stderr).toContain("CLOUDFLARE_AI_GATEWAY_API_KEY has no value. Add it to ");
    here.systemd.set("environment", `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\n`);
    expect((await here.run("install")).stderr).toBe("");
  });

  it("reports that the service stops at logout", async () => {
    const here = await machine();
    here.systemd.set("linger", "no\n");
    expect((await here.run("install")).stderr).toContain("To keep it running, run `loginctl enable-linger`.");
    here.systemd.set("linger", "yes\n");
    expect((await here.run("install")).stderr).toBe("");
  });

  it("requires a configuration", async () => {
    const home = temporaryHome();
    const systemd = fakeSystemd(home);
    const env = { PATH: `${systemd.folder}:${process.env.PATH}` };
    const { status, stderr } = await openclaw(["gateway", "install"], { home, env });
    expect(status).toBe(1);
    expect(stderr).toBe(
      `openclaw: There is no configuration yet at ~/.openclaw/openclaw.json.\nRun \`openclaw onboard\`.\n`,
    );
    expect(systemd.calls()).toEqual([]);
  });

  it("prints one document with --json", async () => {
    const here = await machine();
    const { status, stdout, stderr } = await here.run("install --json");
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      action: "install",
      result: "installed",
      service: { manager: "systemd", name: UNIT, file: here.file },
      gateway: { url: `http://127.0.0.1:${here.gateway.port}`, version: VERSION, pid: 4242, ready: true, problems: [] },
      notes: expect.any(Array),
    });
  });

  it.each([["--user daemon-reload"], ["--user enable"], ["--user restart"]])(
    "exits with 1 and quotes systemd if %s fails",
    async (words) => {
      const here = await machine();
      here.systemd.refuse(words);
      const { status, stdout, stderr } = await here.run("install");
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        new RegExp(`^openclaw: \`systemctl ${words}.*\` failed with status 1: refused: ${words}\\n`),
      );
      expect(stderr).toContain(`Process 4242 already answers at ${here.gateway.url}. Stop it first.`);
      here.systemd.obey();
      expect((await here.run("install")).status).toBe(0);
    },
  );

  it("reports that systemd does not find the unit", async () => {
    const here = await machine();
    here.systemd.refuse("--user show openclaw", 0);
    const { status, stderr } = await here.run("install");
    expect(status).toBe(1);
    expect(stderr).toContain(`systemd cannot find ${shownPath(here.file, here.home)}.`);
  });

  it("does not mistake another process on the port for the service", async () => {
    const here = await machine();
    here.systemd.set("pid", "99\n");
    const { status, stderr } = await here.run("install");
    expect(status).toBe(1);
    expect(stderr).toContain(
      `The service started, but another program answers at http://127.0.0.1:${here.gateway.port}.`,
    );
  });
});

describe("gateway uninstall", () => {
  it("leaves nothing of ours", async () => {
    const here = await machine();
    const before = [...filesBelow(here.home).keys()].sort();
    await here.run("install");
    const { status, stdout, stderr } = await here.run("uninstall");
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: `Removed ${shownPath(here.file, here.home)}\n`,
      stderr: "",
    });
    expect([...filesBelow(here.home).keys()].filter((path) => !path.includes("fake-systemd")).sort()).toEqual(
      before.filter((path) => !path.includes("fake-systemd")),
    );
    expect(orders(here).slice(-3)).toEqual([`disable --now ${UNIT}`, "daemon-reload", `reset-failed ${UNIT}`]);
  });

  it("succeeds if nothing is installed", async () => {
    const here = await machine();
    expect(await here.run("uninstall")).toMatchObject({ status: 0, stdout: "No service is installed.\n" });
    expect(JSON.parse((await here.run("uninstall --json")).stdout)).toMatchObject({ ok: true, result: "absent" });
  });

  it("stops a service whose file is gone, and removes the link to it", async () => {
    const here = await machine();
    await here.run("install");
    const link = join(dirname(here.file), "default.target.wants", UNIT);
    expect(existsSync(link)).toBe(true);
    unlinkSync(here.file);
    expect((await here.run("uninstall")).status).toBe(0);
    expect([here.systemd.knows("running"), lstatSync(link, { throwIfNoEntry: false })]).toEqual([false, undefined]);
  });

  it("does not touch another program's service", async () => {
    const here = await machine();
    put(here.file, FOREIGN);
    const { status, stderr } = await here.run("uninstall");
    expect([status, here.text(), orders(here)]).toEqual([1, FOREIGN, []]);
    expect(stderr).toContain("Remove it with the program that wrote it.");
  });

  it("keeps the unit if the service cannot be stopped", async () => {
    const here = await machine();
    await here.run("install");
    here.systemd.refuse("--user disable");
    expect((await here.run("uninstall")).status).toBe(1);
    expect(existsSync(here.file)).toBe(true);
  });
});

describe("gateway start, stop and restart", () => {
  it("do so, and report what runs", async () => {
    const here = await machine();
    await here.run("install");
    expect((await here.run("stop")).stdout).toMatch(/^Stopped the service\. /);
    expect(here.systemd.knows("running")).toBe(false);
    const runs = `The service is running: openclaw ${VERSION} at http://127.0.0.1:${here.gateway.port}.\n`;
    expect(await here.run("start")).toEqual({ status: 0, stdout: runs, stderr: "" });
    expect(await here.run("restart")).toEqual({ status: 0, stdout: runs, stderr: "" });
    expect(orders(here).slice(-4)).toEqual([
      `reset-failed ${UNIT}`,
      `start ${UNIT}`,
      `reset-failed ${UNIT}`,
      `restart ${UNIT}`,
    ]);
    for (const action of ["start", "stop", "restart"]) {
      const { stdout } = await here.run(`${action} --json`);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, action, service: { name: UNIT } });
    }
  });

  it.each(["start", "stop", "restart"])(
    "%s exits with 1 if there is no service, or another program's",
    async (action) => {
      const here = await machine();
      expect(await here.run(action)).toMatchObject({
        status: 1,
        stderr:
          "openclaw: The local gateway is not installed as a service.\nTo install it, run `openclaw gateway install`.\n",
      });
      put(here.file, FOREIGN);
      const { status, stderr } = await here.run(action);
      expect([status, orders(here)]).toEqual([1, []]);
      expect(stderr).toContain("To replace it, run `openclaw gateway install`.");
    },
  );

  it.each(["start", "stop", "restart"])("%s exits with 1 and quotes systemd if it fails", async (action) => {
    const here = await machine();
    await here.run("install");
    here.systemd.refuse(`--user ${action}`, 3);
    const { status, stderr } = await here.run(action);
    expect(status).toBe(1);
    expect(stderr).toContain(`\`systemctl --user ${action} ${UNIT}\` failed with status 3: refused`);
  });
});

describe("without a systemd", () => {
  const ALL = ["install", "uninstall", "start", "stop", "restart"];

  it.each(ALL)("gateway %s exits with 1 and names the command to run instead", async (action) => {
    const here = await machine();
    const none = await here.run(action, { PATH: PATH_TO_PROGRAM });
    expect(none).toMatchObject({
      status: 1,
      stdout: "",
      stderr:
        "openclaw: This system does not use systemd.\nRun the local gateway yourself with `openclaw gateway run`.\n",
    });
    here.systemd.refuse("--user");
    const silent = await here.run(action);
    expect([silent.status, silent.stderr]).toEqual([
      1,
      "openclaw: The systemd of this user does not respond.\nRun the local gateway yourself with `openclaw gateway run`.\n",
    ]);
    const container = await here.run(action, { XDG_RUNTIME_DIR: "" });
    expect([container.status, container.stderr]).toEqual([1, expect.stringContaining("loginctl enable-linger")]);
    const asJson = await here.run(`${action} --json`);
    expect([asJson.status, JSON.parse(asJson.stdout)]).toMatchObject([
      1,
      { ok: false, error: { code: "service.unavailable", hint: expect.stringContaining("openclaw gateway run") } },
    ]);
  });

  it.runIf(process.getuid?.() === 0).each(ALL)("gateway %s under sudo is refused", async (action) => {
    const here = await machine();
    const { status, stderr } = await here.run(action, { SUDO_USER: "me" });
    expect(status).toBe(1);
    expect(stderr).toContain("Run the command without sudo");
    expect(here.systemd.calls()).toEqual([]);
  });
});

describe("secrets", () => {
  it("are in no unit, argument or output", async () => {
    const here = await machine();
    const env = {
      CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
      OPENCLAW_GATEWAY_TOKEN: CANARY_KEY,
      HTTP_PROXY: CANARY_KEY,
    };
    here.systemd.set("environment", "CF_AIG_TOKEN=y\n");
    const shown: string[] = [];
    for (const words of [
      "install",
      "status",
      "status --json",
      "restart --json",
      "env",
      "stop",
      "install --json",
      "uninstall",
    ]) {
      const { stdout, stderr } = await here.run(words, env);
      shown.push(stdout, stderr);
    }
    expect(here.systemd.calls().length).toBeGreaterThan(20);
    expect(leaks(here.home, ...shown)).toEqual([]);
    const token = /OPENCLAW_GATEWAY_TOKEN=(.+)/.exec(readFileSync(secretsPath(here.home), "utf8"))?.[1] ?? "";
    expect(readConfig(here.home).gateway.auth.token).toBe("${OPENCLAW_GATEWAY_TOKEN}");
    expect([...shown, ...here.systemd.calls()].filter((text) => text.includes(token))).toEqual([]);
  });
});
