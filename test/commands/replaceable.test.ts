import { spawnSync } from "node:child_process";
import fs, { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { main } from "../../src/commands/main.ts";
import type { Files } from "../../src/core/context.ts";
import { type Faults, faultyFiles } from "../support/faulty-files.ts";
import { DOCUMENTED, PROGRAM, temporaryHome } from "../support/program.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";

const ABOUT = { version: "1.2.3", node: process.version, platform: process.platform };
const CONFIG = '{ gateway: { $include: "./gateway.json5" } }\n';
const NAMES = ["openclaw.json", "gateway.json5", ".env"];

function folderIn(home: string): string {
  const folder = join(home, ".openclaw");
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, "openclaw.json"), CONFIG, { mode: 0o600 });
  writeFileSync(join(folder, "gateway.json5"), "{ port: 3000 }\n", { mode: 0o600 });
  writeFileSync(join(folder, ".env"), "OTHER=1\n", { mode: 0o600 });
  return folder;
}

const contentsOf = (folder: string) =>
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);

async function run(args: readonly string[], home: string, files: Files) {
  const context = testContext({ homedir: () => home, files });
  return { status: await main(args, ABOUT, context), err: context.written.err.join("") };
}

/** Files that only the given answers make different from the real ones. */
const filesWith = (answers: Partial<Files>): Files =>
  new Proxy(fs, { get: (real, name) => Reflect.get(answers, name) ?? Reflect.get(real, name) }) as Files;

const mountedAt = (path: string): Files =>
  filesWith({
    readFileSync: ((at: string, ...rest: [BufferEncoding]) =>
      at === "/proc/self/mountinfo"
        ? `29 1 254:0 / / rw - ext4 /dev/vda rw\n30 29 254:0 /x ${path.replaceAll(" ", "\\040")} rw - ext4 /dev/vda rw\n`
        : fs.readFileSync(at, ...rest)) as Files["readFileSync"],
  });

const immutable = (path: string): Files =>
  filesWith({
    openSync: ((at: string, flags: string, ...rest: [number]) => {
      if (at === path && flags === "r+") throw Object.assign(new Error("EPERM"), { code: "EPERM" });
      return fs.openSync(at, flags, ...rest);
    }) as Files["openSync"],
  });

describe("a file that cannot be replaced", () => {
  it.each(NAMES)("is found before the first file is written: %s", async (name) => {
    for (const [files, words] of [
      [mountedAt, /Cannot write to .*: it is in use and cannot be replaced.*\n *Mount the folder/s],
      [immutable, /Cannot write to .*: it is immutable or append-only\.\n *Run `sudo chattr -i -a /],
    ] as const) {
      const home = temporaryFolder();
      const folder = folderIn(home);
      const before = contentsOf(folder);
      const { status, err } = await run(DOCUMENTED, home, files(join(folder, name)));
      expect([status, err]).toEqual([1, expect.stringMatching(words)]);
      expect(err).toContain(name);
      expect(contentsOf(folder)).toEqual(before);
    }
  });

  it("is told from one whose folder is mounted, or whose name only begins alike", async () => {
    const home = temporaryFolder();
    const folder = folderIn(home);
    for (const path of [folder, join(folder, "openclaw.jso"), `${join(folder, "openclaw.json")}x`]) {
      expect((await run([...DOCUMENTED, "--gateway-port", "4001"], home, mountedAt(path))).status).toBe(0);
    }
  });

  it("is found by undo before it takes back another", async () => {
    const home = temporaryFolder();
    const folder = folderIn(home);
    expect((await run(DOCUMENTED, home, fs)).status).toBe(0);
    const before = NAMES.map((name) => readFileSync(join(folder, name), "utf8"));
    for (const name of NAMES.slice(0, 2)) {
      const { status, err } = await run(["undo", "--yes"], home, immutable(join(folder, name)));
      expect([status, err]).toEqual([1, expect.stringContaining("it is immutable or append-only")]);
      expect(NAMES.map((each) => readFileSync(join(folder, each), "utf8"))).toEqual(before);
    }
  });
});

const attribute = (sign: "+" | "-", letter: string, path: string) =>
  spawnSync("chattr", [`${sign}${letter}`, path]).status === 0;

function canBeImmutable(): boolean {
  const probe = join(tmpdir(), `openclaw-immutable-${process.pid}`);
  writeFileSync(probe, "");
  const can = attribute("+", "i", probe);
  if (can) attribute("-", "i", probe);
  fs.unlinkSync(probe);
  return can;
}

describe.runIf(process.platform === "linux" && canBeImmutable())("a file with an attribute of the file system", () => {
  it.each([
    ["i", "openclaw.json"],
    ["a", "openclaw.json"],
    ["i", ".env"],
    ["a", "gateway.json5"],
  ])("+%s on %s is named, and nothing is written", async (letter, name) => {
    const home = temporaryHome();
    const folder = folderIn(home);
    const path = join(folder, name);
    const before = contentsOf(folder);
    expect(attribute("+", letter, path)).toBe(true);
    onTestFinished(() => void attribute("-", letter, path));
    const { status, err } = await run(DOCUMENTED, home, fs);
    expect([status, err]).toEqual([1, expect.stringContaining("it is immutable or append-only")]);
    expect(contentsOf(folder)).toEqual(before);
  });
});

const canMount =
  process.platform === "linux" && spawnSync("unshare", ["--mount", "mount", "--bind", "/tmp", "/tmp"]).status === 0;

describe.runIf(canMount)("a file that is mounted alone", () => {
  it.each(["openclaw.json", ".env"])("as into a container, is named, and nothing is written: %s", (name) => {
    const home = temporaryHome();
    const folder = folderIn(home);
    const path = join(folder, name);
    const before = contentsOf(folder);
    const command = 'mount --bind "$1" "$1" && shift && exec "$@"';
    const { status, stderr } = spawnSync(
      "unshare",
      ["--mount", "sh", "-c", command, "sh", path, process.execPath, PROGRAM, ...DOCUMENTED],
      { encoding: "utf8", env: { HOME: home, PATH: process.env.PATH ?? "" } },
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining("it is in use and cannot be replaced")]);
    expect(contentsOf(folder)).toEqual(before);
  });
});

describe("what the system refuses", () => {
  const write = async (faults: Faults) => {
    const home = temporaryFolder();
    folderIn(home);
    return run(DOCUMENTED, home, faultyFiles(faults));
  };

  it.each([
    ["EINTR", "a signal interrupted the operation. Run the command again."],
    ["EFBIG", "it would be larger than files may be here. Check `ulimit -f` and the limits of the file system."],
    ["EDQUOT", "the disk quota is used up. Free some space and try again."],
    ["ENOSPC", "the disk is full. Free some space and try again."],
    ["EROFS", "the file system is read-only. Make it writable, or use another folder."],
    ["EXDEV", "it is on another file system than its folder"],
    ["EBUSY", "it is in use and cannot be replaced"],
    ["EIO", "the disk reported an error. Check the disk."],
    ["ESTALE", "the network file system has lost track of it."],
    ["EPROTO", "the system reports EPROTO. Run the command again."],
  ])("is said in its own words, and is no matter of owners: %s", async (errno, words) => {
    for (const on of ["fsyncSync", "renameSync"] as const) {
      const { status, err } = await write({ on: [on], errno });
      expect([status, err.replace(/\s+/g, " ")]).toEqual([1, expect.stringContaining(words)]);
      expect(err).not.toMatch(/owner|permission/);
    }
  });

  it("is tried again where a signal interrupts a write", async () => {
    let interruptions = 0;
    const files = filesWith({
      writeSync: ((...args: Parameters<typeof fs.writeSync>) => {
        interruptions += 1;
        if (interruptions % 3 !== 0) throw Object.assign(new Error("EINTR"), { code: "EINTR" });
        return fs.writeSync(...args);
      }) as Files["writeSync"],
    });
    const home = temporaryFolder();
    folderIn(home);
    expect((await run(DOCUMENTED, home, files)).status).toBe(0);
    expect(interruptions).toBeGreaterThan(3);
  });
});

describe.runIf(process.platform === "linux")("extended attributes and access lists", () => {
  it.each([
    ["user.origin", "keep the extended attributes of the old one: user.origin."],
    ["user.a\nsystem.posix_acl_access", "user.a and system.posix_acl_access."],
    ["security.selinux", undefined],
    ["", undefined],
  ])("of a file are said to be lost before it is replaced: %j", async (names, words) => {
    const home = temporaryFolder();
    const folder = folderIn(home);
    const bin = join(home, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "getfattr"), "");
    let contentWhenSaid: string | undefined;
    const asked: string[] = [];
    const context = testContext({
      homedir: () => home,
      env: { PATH: bin },
      run: async (_, args) => {
        const path = args.at(-1) ?? "";
        asked.push(path);
        contentWhenSaid ??= readFileSync(join(folder, "openclaw.json"), "utf8");
        const isRoot = path.endsWith("openclaw.json");
        return { status: 0, stdout: isRoot && names !== "" ? `# file: x\n${names}\n\n` : "" };
      },
    });
    expect(await main(DOCUMENTED, ABOUT, context)).toBe(0);
    const err = context.written.err.join("");
    if (words === undefined) expect(err).not.toContain("attributes");
    else expect(err).toContain(words);
    expect(contentWhenSaid).toBe(CONFIG);
    expect(asked.map((path) => path.slice(folder.length + 1)).sort()).toEqual([...NAMES].sort());
    asked.length = 0;
    expect(await main(DOCUMENTED, ABOUT, context)).toBe(0);
    expect(asked).toEqual([]);
  });

  it("are said to be lost by undo before it asks", async () => {
    const home = temporaryFolder();
    const folder = folderIn(home);
    expect((await run(DOCUMENTED, home, fs)).status).toBe(0);
    writeFileSync(join(folder, "getfattr"), "");
    const context = testContext({
      homedir: () => home,
      env: { PATH: folder },
      run: async () => ({ status: 0, stdout: "user.origin\n" }),
    });
    expect(await main(["undo", "--dry-run"], ABOUT, context)).toBe(0);
    expect(context.written.err.join("")).toMatch(/openclaw\.json does not keep .*: user\.origin\./);
  });
});
