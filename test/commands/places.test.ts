import { spawn } from "node:child_process";
import { once } from "node:events";
import fs, {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OpenclawError } from "../../src/core/errors.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { configPath } from "../support/home-files.ts";
import {
  DOCUMENTED,
  filesBelow,
  openclaw,
  openclawProcess,
  PROGRAM,
  shownPath,
  temporaryHome,
} from "../support/program.ts";
import { machine } from "../support/service-machine.ts";

const OTHER_GATEWAY = DOCUMENTED.map((word) => (word === "my-gw" ? "other-gw" : word));

const COMMANDS: readonly (readonly string[])[] = [
  DOCUMENTED,
  ["doctor", "--offline"],
  ["models", "list"],
  ["models", "refresh"],
  ["undo", "--yes"],
  ["gateway", "run"],
  ["gateway", "status"],
  ["gateway", "env"],
  ["gateway", "token"],
  ["gateway", "install"],
  ["gateway", "stop"],
];

/** A home that holds one set-up, with `HOME` in the values replaced by it. */
async function setUp(...flags: string[]): Promise<string> {
  const home = temporaryHome();
  expect((await openclaw([...flags, ...DOCUMENTED], { home })).status).toBe(0);
  return home;
}

const inHome = (home: string, env: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace("HOME", home)]));

describe("a profile beside inherited variables", () => {
  it.each([
    [["--profile", "work"], { OPENCLAW_STATE_DIR: "HOME/.openclaw" }, "--profile work", "OPENCLAW_STATE_DIR"],
    [["--profile", "work"], { OPENCLAW_STATE_DIR: "~/.openclaw-home" }, "--profile work", "OPENCLAW_STATE_DIR"],
    [["--profile=work"], { OPENCLAW_CONFIG_PATH: "HOME/oc.json5" }, "--profile work", "OPENCLAW_CONFIG_PATH"],
    [["--dev"], { OPENCLAW_STATE_DIR: "HOME/.openclaw-work" }, "--dev", "OPENCLAW_STATE_DIR"],
    [
      ["--profile", "default"],
      { OPENCLAW_STATE_DIR: "HOME/.openclaw-work" },
      "--profile default",
      "OPENCLAW_STATE_DIR",
    ],
    [["--profile", "Work"], { OPENCLAW_STATE_DIR: "HOME/.openclaw-work" }, "--profile Work", "OPENCLAW_STATE_DIR"],
  ])("%j with %j is refused by every command, naming both", async (flags, variables, flag, variable) => {
    const home = await setUp();
    const before = filesBelow(home);
    const env = inHome(home, variables);
    for (const command of COMMANDS) {
      const { status, stdout, stderr } = await openclaw([...flags, ...command], { home, env });
      expect({ command, status, stdout }).toEqual({ command, status: 2, stdout: "" });
      expect(stderr).toContain(flag);
      expect(stderr).toContain(variable);
    }
    const { stdout } = await openclaw([...flags, "models", "list", "--json"], { home, env });
    expect(JSON.parse(stdout).error.code).toBe("usage.conflict");
    expect(filesBelow(home)).toEqual(before);
  });

  it.each([
    [["--profile", "work"], { OPENCLAW_STATE_DIR: "HOME/.openclaw-work" }],
    [
      ["--profile", "work"],
      { OPENCLAW_STATE_DIR: "~/.openclaw-work/", OPENCLAW_CONFIG_PATH: "HOME/.openclaw-work/openclaw.json" },
    ],
    [["--profile", "work"], { OPENCLAW_HOME: "HOME" }],
    [[], { OPENCLAW_STATE_DIR: "HOME/.openclaw-work" }],
  ])("%j with %j lead to the same files", async (flags, variables) => {
    const home = temporaryHome();
    const { status } = await openclaw([...flags, ...DOCUMENTED], { home, env: inHome(home, variables) });
    expect([status, readdirSync(home)]).toEqual([0, [".openclaw-work"]]);
  });

  it.each([["default"], ["DEFAULT"]])("of the name %s is the plain folder", async (name) => {
    const home = temporaryHome();
    const { status, stdout } = await openclaw(["--profile", name, ...DOCUMENTED], { home });
    expect([status, readdirSync(home)]).toEqual([0, [".openclaw"]]);
    expect(stdout).not.toContain("--profile");
  });
});

describe("a variable for a folder", () => {
  const AT = "/srv/here";
  it.each([
    ["undefined", "OPENCLAW_STATE_DIR", undefined],
    ["null", "OPENCLAW_CONFIG_PATH", undefined],
    ["undefined/.openclaw", "OPENCLAW_STATE_DIR", "HOME/.openclaw"],
    ["/undefined/.openclaw", "OPENCLAW_STATE_DIR", "HOME/.openclaw"],
    ["[object Object]", "OPENCLAW_HOME", undefined],
    ["$HOME/oc", "OPENCLAW_STATE_DIR", "HOME/oc"],
    ["${HOME}/oc.json5", "OPENCLAW_CONFIG_PATH", "HOME/oc.json5"],
    ["/srv/$NOBODY/oc", "OPENCLAW_STATE_DIR", undefined],
    ["%HOME%/oc", "OPENCLAW_HOME", "HOME/oc"],
    ['"/srv/oc"', "OPENCLAW_STATE_DIR", "/srv/oc"],
    ["'~/oc'", "OPENCLAW_STATE_DIR", "HOME/oc"],
    ['"$HOME/oc"', "OPENCLAW_HOME", "HOME/oc"],
    ["oc", "OPENCLAW_STATE_DIR", `${AT}/oc`],
    ["./oc.json", "OPENCLAW_CONFIG_PATH", `${AT}/oc.json`],
    ["~root/oc", "OPENCLAW_STATE_DIR", undefined],
    ["/srv/a\nb", "OPENCLAW_STATE_DIR", undefined],
    ["/srv/caf\uFFFD", "OPENCLAW_STATE_DIR", undefined],
  ])("with %j in it is refused (%s), with what was probably meant", async (value, name, meant) => {
    const home = temporaryHome();
    for (const command of COMMANDS) {
      const { status, stderr } = await openclaw(command, { home, env: { [name]: value }, context: { cwd: () => AT } });
      expect({ command, status }).toEqual({ command, status: 2 });
      expect(stderr).toContain(`openclaw: ${name} `);
      expect(stderr).toContain(`Set ${name} to an absolute path, or unset it.`);
      if (meant === undefined) expect(stderr).not.toContain("Did you mean");
      else expect(stderr).toContain(`Did you mean ${meant.replace("HOME", "~")}?`);
    }
    expect(readdirSync(home)).toEqual([]);
  });

  it.each([
    ["/", "HOME/.openclaw"],
    ["HOME/..", "HOME/.openclaw"],
    ["/etc", "/etc/openclaw"],
    ["/usr/lib/", "/usr/lib/openclaw"],
    ["/var/lib", "/var/lib/openclaw"],
  ])("for the state is refused where it would close a shared folder: %s", async (value, meant) => {
    const home = temporaryHome();
    const before = statSync(home).mode;
    const { status, stderr } = await openclaw(DOCUMENTED, {
      home,
      env: { OPENCLAW_STATE_DIR: value.replace("HOME", home) },
    });
    expect(status).toBe(2);
    expect(stderr).toContain("which holds more than the files of OpenClaw.");
    expect(stderr).toContain(`Did you mean ${meant.replace("HOME", "~")}?`);
    expect([readdirSync(home), statSync(home).mode]).toEqual([[], before]);
  });

  it.each(["/home/anna", "/Users/anna", "/root"])(
    "for the state is refused where it is a person's home: %s",
    async (at) => {
      for (const value of ["~", `${at}/`]) {
        const { status, stderr } = await openclaw(["models", "list"], { home: at, env: { OPENCLAW_STATE_DIR: value } });
        expect(status).toBe(2);
        expect(stderr).toContain("which holds more than the files of OpenClaw.");
        expect(stderr).toContain("Did you mean ~/.openclaw?");
      }
    },
  );

  it("for the state may be the home of a service, which holds nothing else", async () => {
    const home = temporaryHome();
    const env = { OPENCLAW_STATE_DIR: home };
    expect(await openclaw(DOCUMENTED, { home, env })).toMatchObject({ status: 0 });
    expect(await openclaw(["gateway", "token"], { home, env })).toMatchObject({ status: 0 });
    expect(readdirSync(home)).toContain("openclaw.json");
  });

  it("for the state is enough where there is no home folder", async () => {
    const folder = join(temporaryHome(), "state");
    const homedir = () => {
      throw new OpenclawError(({ system }) => system.noHome, { code: "usage.invalid" });
    };
    const options = { home: folder, env: { OPENCLAW_STATE_DIR: folder }, context: { homedir } };
    expect(await openclaw(DOCUMENTED, options)).toMatchObject({ status: 0 });
    const { stdout, stderr } = await openclaw(["doctor", "--offline", "--verbose"], options);
    expect(stderr).toBe("");
    expect(stdout).toContain(join(folder, ".env"));
    for (const command of [
      ["models", "list"],
      ["gateway", "token"],
      ["undo", "--yes"],
      ["doctor", "--offline", "--fix", "--yes"],
    ]) {
      expect((await openclaw(command, options)).stderr).not.toContain("home folder");
    }
  });

  it("for the configuration may name a folder, which is said and not closed to others", async () => {
    const home = await setUp();
    mkdirSync(join(home, "folder"));
    const before = statSync(join(home, "folder")).mode;
    const env = { OPENCLAW_CONFIG_PATH: "~/folder" };
    const { stdout } = await openclaw(["doctor", "--offline", "--fix", "--yes"], { home, env });
    expect(stdout).toContain("Cannot read ~/folder: it is a folder.");
    expect(statSync(join(home, "folder")).mode).toBe(before);
    expect(await openclaw(DOCUMENTED, { home, env })).toMatchObject({ status: 1 });
  });

  it("may hold an apostrophe, blanks around it, or nothing", async () => {
    const home = temporaryHome();
    const env = { OPENCLAW_HOME: "", OPENCLAW_STATE_DIR: ` ${home}/o'brien ` };
    expect(await openclaw(DOCUMENTED, { home, env })).toMatchObject({ status: 0 });
    expect(readdirSync(home)).toEqual(["o'brien"]);
  });
});

describe("a read-only configuration", () => {
  const WRITERS: readonly (readonly string[])[] = [
    DOCUMENTED,
    ["onboard"],
    ["onboard", "--non-interactive", "--auth-choice", "skip"],
    ["doctor", "--fix", "--yes"],
    ["undo", "--yes"],
  ];

  it.each([
    ["OPENCLAW_CONFIG_READONLY", "1"],
    ["OPENCLAW_CONFIG_READONLY", "true"],
    ["OPENCLAW_NIX_MODE", "1"],
  ])("(%s=%s) is changed by nothing", async (name, value) => {
    const home = await setUp();
    await openclaw(OTHER_GATEWAY, { home });
    const config = join(home, ".openclaw", "openclaw.json");
    writeFileSync(`${config}.4194305.00.tmp`, "");
    const before = filesBelow(home);
    for (const command of WRITERS) {
      const { status, stderr } = await openclaw(command, { home, env: { [name]: value } });
      expect({ command, status, stderr }).toEqual({
        command,
        status: 1,
        stderr: `openclaw: The configuration is read-only: ${name} is set.\nChange it where it is managed, or run \`unset ${name}\`.\n`,
      });
    }
    expect(filesBelow(home)).toEqual(before);
  });

  it("is read all the same, and dry runs show what would change", async () => {
    const home = await setUp();
    await openclaw(OTHER_GATEWAY, { home });
    const before = filesBelow(home);
    const env = { OPENCLAW_CONFIG_READONLY: "1" };
    for (const command of [
      ["models", "list"],
      ["gateway", "token"],
      ["gateway", "env"],
      ["undo", "--dry-run"],
    ])
      expect(await openclaw(command, { home, env })).toMatchObject({ status: 0 });
    expect(await openclaw([...DOCUMENTED, "--dry-run"], { home, env })).toMatchObject({ status: 0 });
    const doctor = await openclaw(["doctor", "--offline"], { home, env });
    expect(doctor.stdout).toContain("No problems found");
    expect(doctor.stdout).not.toContain("--fix");
    expect(filesBelow(home)).toEqual(before);
  });

  it("does not keep the gateway from being installed, which writes no configuration", async () => {
    const here = await machine();
    const before = readFileSync(configPath(here.home), "utf8");
    const env = { ...here.env, OPENCLAW_CONFIG_READONLY: "1" };
    expect(await openclaw(["gateway", "install"], { home: here.home, env })).toMatchObject({ status: 0 });
    expect(readFileSync(configPath(here.home), "utf8")).toBe(before);
  });

  it.each([["0"], ["false"], [""]])("is none with the value %j", async (value) => {
    const home = temporaryHome();
    expect(await openclaw(DOCUMENTED, { home, env: { OPENCLAW_CONFIG_READONLY: value } })).toMatchObject({ status: 0 });
  });

  it("is decided by the environment alone, not by .env", async () => {
    const home = await setUp();
    writeFileSync(join(home, ".openclaw", ".env"), "OPENCLAW_CONFIG_READONLY=1\n");
    expect(await openclaw(DOCUMENTED, { home })).toMatchObject({ status: 0 });
  });
});

describe.skipIf(process.platform === "win32")("a home folder", () => {
  it.runIf(process.platform === "linux").each([["/proc/1"], ["/proc/self"], ["/proc"]])(
    "in which the system makes no folders ends the run at once: %s",
    async (home) => {
      const { status, stderr } = await openclawProcess(DOCUMENTED, { home, cwd: "/" });
      expect(status).toBe(1);
      expect(stderr).toMatch(/^openclaw: Cannot create ~\S*: /);
    },
  );

  it("that is not UTF-8 is refused, and nothing is written elsewhere", async () => {
    const folder = temporaryHome();
    // A shell makes the byte that Node cannot pass on.
    const line = `HOME="$(printf '${folder}/caf\\351')"; export HOME; mkdir "$HOME"; exec "$0" "$@"`;
    const child = spawn("/bin/sh", ["-c", line, process.execPath, PROGRAM, ...DOCUMENTED], {
      env: { PATH: process.env.PATH },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    expect(await once(child, "close")).toEqual([2, null]);
    expect(stderr).toBe("openclaw: HOME is not UTF-8.\nSet HOME to an absolute path, or unset it.\n");
    expect(readdirSync(folder, { encoding: "buffer" })).toHaveLength(1);
  });

  it("that is a file is said to be none", async () => {
    const home = join(temporaryHome(), "file");
    writeFileSync(home, "");
    const { status, stderr } = await openclaw(DOCUMENTED, { home, cwd: "/" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/~ is not a folder/);
  });
});

describe("what would fail", () => {
  const dangling = [
    { name: "openclaw.json", to: "gone/oc.json", missing: "gone" },
    { name: ".env", to: "gone/deeper/env", missing: "gone/deeper" },
    { name: "", to: "gone/state", missing: "gone/state" },
  ];

  it.each(dangling)("is blamed on what is missing: a link %j", async ({ name, to, missing }) => {
    const home = temporaryHome();
    const link = join(home, ".openclaw", name);
    if (name !== "") mkdirSync(join(home, ".openclaw"));
    symlinkSync(join(home, to), link.replace(/\/$/, ""));
    const { status, stderr } = await openclaw(DOCUMENTED, { home });
    expect(status).toBe(1);
    expect(stderr).toContain(`${shownPath(link.replace(/\/$/, ""), home)} is a link to ~/${to}, which does not exist.`);
    expect(stderr).toContain(`mkdir -p ~/${missing}`);
    expect(existsSync(join(home, ".openclaw", ".env"))).toBe(false);
    expect(lstatSync(link.replace(/\/$/, "")).isSymbolicLink()).toBe(true);
  });

  it("is found before the first file is written", async () => {
    const home = await setUp();
    const folder = join(home, ".openclaw");
    const secrets = readFileSync(join(folder, ".env"), "utf8");
    // Every one of these once failed after `.env` was replaced.
    mkdirSync(join(folder, "openclaw.json.bak"));
    const { status, stderr } = await openclaw(DOCUMENTED.with(-1, "k".repeat(40)), {
      home,
    });
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining("openclaw.json.bak") });
    expect(readFileSync(join(folder, ".env"), "utf8")).toBe(secrets);
    expect(readdirSync(folder).sort()).toEqual([".env", ".openclaw.json.undo", "openclaw.json", "openclaw.json.bak"]);
  });

  it("for want of room leaves both files as they were, wherever the disk is full", async () => {
    const home = await setUp();
    const folder = join(home, ".openclaw");
    const texts = () => [".env", "openclaw.json"].map((name) => readFileSync(join(folder, name), "utf8"));
    const before = texts();
    const args = [...DOCUMENTED.with(-1, "k".repeat(40)), "--gateway-port", "21000"];
    let refused = 0;
    for (let spaceBytes = 0; ; spaceBytes += 100) {
      const { status, stderr } = await openclaw(args, { home, context: { files: faultyFiles({ spaceBytes }) } });
      if (status === 0) break;
      expect(stderr).toContain("the disk is full");
      // A backup may be made in vain; what it holds is what the file holds.
      expect(texts()).toEqual(before);
      refused += 1;
    }
    expect(refused).toBeGreaterThan(10);
    expect(texts()).not.toEqual(before);
  });

  it.each([
    ["EDQUOT", "the disk quota is used up"],
    ["EROFS", "the file system is read-only"],
    ["EACCES", "permission denied"],
    ["EIO", "the disk reported an error"],
  ])("with %s leaves both files as they were, whichever of them it is about", async (errno, says) => {
    const home = await setUp();
    const folder = join(home, ".openclaw");
    const texts = () => [".env", "openclaw.json"].map((name) => readFileSync(join(folder, name), "utf8"));
    const before = texts();
    const args = [...DOCUMENTED.with(-1, "k".repeat(40)), "--gateway-port", "21000"];
    for (const matching of [/\.env\.\d+\./, /\.openclaw\.json\.\d+\./, /\.openclaw\.json\.bak\.\d+\./]) {
      const files = faultyFiles({ on: ["openSync"], matching, errno });
      const { status, stderr } = await openclaw(args, { home, context: { files } });
      expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining(says) });
      expect(texts()).toEqual(before);
      expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    }
  });

  const atTerminal = { terminal: { stdin: true, stdout: true, stderr: true } };
  const asking = { prompter: () => Promise.reject(new Error("asked")) };

  it.each([
    ["EACCES", "permission denied"],
    ["EROFS", "the file system is read-only"],
  ])("is said before the first question: %s", async (errno, says) => {
    for (const home of [temporaryHome(), await setUp()]) {
      const files = faultyFiles({ on: ["accessSync"], errno });
      const { status, stderr } = await openclaw(["onboard"], { home, context: { ...atTerminal, ...asking, files } });
      expect(status).toBe(1);
      expect(stderr).toContain(says);
      expect(stderr).not.toContain("asked");
    }
  });

  it("is said before the first question: a full disk, also one without inodes", async () => {
    const home = temporaryHome();
    const disk = { type: 0, bsize: 4096, blocks: 10, bfree: 10, bavail: 10, files: 10, ffree: 10 };
    for (const full of [{ bfree: 0, bavail: 0 }, { ffree: 0 }]) {
      const files = new Proxy(fs, {
        get: (real, name: keyof typeof fs) => (name === "statfsSync" ? () => ({ ...disk, ...full }) : real[name]),
      });
      const { status, stderr } = await openclaw(["onboard"], { home, context: { ...atTerminal, ...asking, files } });
      expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining("the disk is full") });
    }
    // Some file systems count nothing.
    const files = new Proxy(fs, {
      get: (real, name: keyof typeof fs) =>
        name === "statfsSync" ? () => ({ ...disk, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 }) : real[name],
    });
    const { stderr } = await openclaw(["onboard"], { home, context: { ...atTerminal, ...asking, files } });
    expect(stderr).toContain("asked");
    expect(readdirSync(home)).toEqual([]);
  });

  it("is said before the first question: a link that leads nowhere", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"));
    symlinkSync(join(home, "gone", "oc.json"), join(home, ".openclaw", "openclaw.json"));
    const { stderr } = await openclaw(["onboard"], { home, context: { ...atTerminal, ...asking } });
    expect(stderr).toContain(`mkdir -p ~/gone`);
    expect(stderr).not.toContain("asked");
  });
});
