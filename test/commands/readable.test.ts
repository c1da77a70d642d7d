import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALICE, homeOfAlice, isRoot, runAs } from "../support/other-user.ts";
import { CANARY_KEY, DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

const OTHER_GATEWAY = DOCUMENTED.map((word) => (word === "my-gw" ? "other-gw" : word));

async function setUp(): Promise<{ home: string; config: string; secrets: string }> {
  const home = temporaryHome();
  expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
  const folder = join(home, ".openclaw");
  return { home, config: join(folder, "openclaw.json"), secrets: join(folder, ".env") };
}

/** The same path on a screen, where the home folder is `~`. */
const SECRETS = "~/.openclaw/.env";

const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
const utf16 = (text: string) => Buffer.from(text, "utf16le");
const utf32 = (text: string) => Buffer.concat([...text].map((letter) => Buffer.from([letter.charCodeAt(0), 0, 0, 0])));

describe("a file in another encoding is named as what it is", () => {
  const encodings: readonly (readonly [string, string, (text: string) => Buffer])[] = [
    ["UTF-16", "with a byte order mark", (text) => utf16(`\uFEFF${text}`)],
    ["UTF-16", "big-endian with one", (text) => swapped(utf16(`\uFEFF${text}`))],
    ["UTF-16", "without one", utf16],
    ["UTF-16", "big-endian without one", (text) => swapped(utf16(text))],
    ["UTF-16", "with Chinese in it", (text) => utf16(text.replace(/\n/, " // 設定\n"))],
    ["UTF-32", "with a byte order mark", (text) => utf32(`\uFEFF${text}`).fill("fffe", 0, 2, "hex")],
    ["UTF-32", "without one", utf32],
  ];

  it.each(encodings)("%s %s", async (encoding, _, encode) => {
    const { home, config, secrets } = await setUp();
    for (const [path, code] of [
      [config, "config.syntax"],
      [secrets, "secrets.syntax"],
    ] as const) {
      const text = readFileSync(path, "utf8");
      writeFileSync(path, encode(text));
      const { status, stdout, stderr } = await openclaw([...OTHER_GATEWAY, "--json"], { home });
      expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
      expect(JSON.parse(stdout).error).toEqual({
        type: "cli_error",
        code,
        message: "A file is not UTF-8.",
        hint: "Save the file as UTF-8.",
        problems: [{ message: `This file is saved as ${encoding}, not as UTF-8.`, where: path }],
      });
      const doctor = await openclaw(["doctor", "--offline"], { home });
      expect(doctor.stdout).toContain(`This file is saved as ${encoding}, not as UTF-8.`);
      writeFileSync(path, text);
    }
  });

  it("also one that the configuration includes", async () => {
    const { home, config } = await setUp();
    writeFileSync(config, '{ "models": { "$include": "./models.json5" } }');
    const included = join(home, ".openclaw", "models.json5");
    writeFileSync(included, utf16("{ providers: {} }"));
    const { status, stderr } = await openclaw(["models", "list"], { home });
    expect(status).toBe(1);
    expect(stderr).toContain("~/.openclaw/models.json5: This file is saved as UTF-16, not as UTF-8.");
  });

  it("also the file of a flag, and of a secret reference", async () => {
    const { home, config } = await setUp();
    const file = join(home, "key");
    writeFileSync(file, utf16(CANARY_KEY));
    const [flag, value] = DOCUMENTED.slice(-2);
    const flags = DOCUMENTED.slice(0, -2);
    expect(value).toBe(CANARY_KEY);
    const onboard = await openclaw([...flags, `${flag}-file`, file], { home });
    expect(onboard).toMatchObject({ status: 2, stderr: expect.stringContaining("saved as UTF-16, not as UTF-8") });
    writeFileSync(
      config,
      JSON.stringify({
        secrets: { providers: { f: { source: "file", path: file, mode: "singleValue" } } },
        models: { providers: { p: { apiKey: { source: "file", provider: "f", id: "x" } } } },
      }),
    );
    const list = await openclaw(["models", "list"], { home });
    expect(list.stderr).toContain("~/key is saved as UTF-16, not as UTF-8.");
  });
});

describe("a bad line in .env", () => {
  const bad = [
    ["a stray line", "this is no assignment\n", ":1:1"],
    ["a quote that never closes", "OTHER='open\n", ":1:7"],
    ["a byte that is not UTF-8", "# caf\xe9\n", ":1:6"],
  ] as const;

  it.each(bad)("does not stop what does not need it: %s", async (_, line, place) => {
    const { home, secrets } = await setUp();
    writeFileSync(secrets, Buffer.concat([Buffer.from(line, "latin1"), readFileSync(secrets)]));
    const [token] = /(?<=OPENCLAW_GATEWAY_TOKEN=).*/.exec(readFileSync(secrets, "utf8")) ?? [];
    expect(await openclaw(["gateway", "token"], { home })).toEqual({
      status: 0,
      stdout: `${token}\n`,
      stderr: expect.stringContaining(SECRETS + place),
    });
    const list = await openclaw(["models", "list", "--json"], { home });
    expect(list).toMatchObject({ status: 0, stderr: expect.stringContaining(SECRETS + place) });
    expect(JSON.parse(list.stdout).models[0].available).toBe(true);
    const env = await openclaw(["gateway", "env"], { home });
    expect(env).toMatchObject({ status: 0, stdout: expect.stringContaining("ANTHROPIC_BASE_URL") });
    for (const { stderr } of [list, env]) expect(stderr).not.toMatch(/changed|no value/);
  });

  it("stops what needs it, with the line and the path", async () => {
    const { home, secrets } = await setUp();
    writeFileSync(secrets, readFileSync(secrets, "utf8").replace("OPENCLAW_GATEWAY_TOKEN=", "OPENCLAW_GATEWAY_TOKEN "));
    const { status, stdout, stderr } = await openclaw(["gateway", "token"], { home });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`openclaw: ${SECRETS} has a line that cannot be read.`);
    expect(stderr).toContain(`${SECRETS}:2:1: `);
    expect(stderr).not.toContain("changed");
    const list = await openclaw(["models", "list", "--json"], { home });
    expect(JSON.parse(list.stdout).models[0].available).toBe(true);
    const run = await openclaw(["gateway", "run"], { home });
    expect(run).toMatchObject({ status: 78, stderr: expect.stringContaining(`${SECRETS}:2:1: `) });
  });

  it("never gives a value with its open quote", async () => {
    const { home, secrets } = await setUp();
    writeFileSync(secrets, 'OPENCLAW_GATEWAY_TOKEN="0123456789abcdef0123\n');
    const { status, stdout } = await openclaw(["gateway", "token"], { home });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    const list = await openclaw(["models", "list"], { home });
    expect(list.stderr).toContain(`is in no line of ${SECRETS} that can be read.`);
    expect(list.stderr).not.toContain("no value");
  });

  it("stops whoever would write it", async () => {
    const { home, secrets } = await setUp();
    const text = `${readFileSync(secrets, "utf8")}stray line\n`;
    writeFileSync(secrets, text);
    expect(await openclaw(OTHER_GATEWAY, { home })).toMatchObject({ status: 1 });
    expect(readFileSync(secrets, "utf8")).toBe(text);
  });

  it("does not make the doctor call the rest missing", async () => {
    const { home, secrets } = await setUp();
    writeFileSync(secrets, `stray line\n${readFileSync(secrets, "utf8")}`);
    const { stdout } = await openclaw(["doctor", "--offline", "--json"], { home });
    const { checks } = JSON.parse(stdout);
    const failed = checks.filter(({ status }: { status: string }) => status === "fail");
    expect(failed.map(({ id }: { id: string }) => id)).toEqual(["secrets.syntax"]);
    expect(stdout).not.toMatch(/no value|no variables/);
  });
});

describe("a variable that nothing sets", () => {
  it("is to be added to a file that is named with its path", async () => {
    const { home, secrets } = await setUp();
    rmSync(secrets);
    for (const args of [
      ["models", "list"],
      ["gateway", "token"],
    ]) {
      const { stderr } = await openclaw(args, { home });
      expect(stderr).toContain(`Add it to ${SECRETS}, or export it.`);
    }
  });
});

describe("the advice to run undo", () => {
  const damages = [
    ["damaged", "{ oops"],
    ["invalid", '{ "gateway": { "port": "x" } }'],
  ] as const;

  it.each(damages)("is given for a %s file only where undo helps", async (_, text) => {
    const { home, config } = await setUp();
    writeFileSync(config, text);
    for (const args of [DOCUMENTED, ["models", "list"], ["doctor", "--offline"]]) {
      const { status, stdout, stderr } = await openclaw(args, { home });
      expect(status).toBe(1);
      expect(stdout + stderr).not.toContain("openclaw undo");
    }
    writeFileSync(`${config}.bak`, "{}");
    for (const args of [DOCUMENTED, ["models", "list"], ["doctor", "--offline"]]) {
      const { stdout, stderr } = await openclaw(args, { home });
      expect(stdout + stderr).toContain("`openclaw undo`");
    }
    // A backup that undo would pass over is none.
    writeFileSync(`${config}.bak`, "{ oops, too");
    const { stderr } = await openclaw(["models", "list"], { home });
    expect(stderr).not.toContain("openclaw undo");
  });
});

describe.runIf(isRoot)("a file that the user may not read", () => {
  async function withFile(change: (folder: string) => string) {
    const alice = homeOfAlice();
    for (const args of [DOCUMENTED, OTHER_GATEWAY]) expect((await runAs(ALICE, args, alice)).status).toBe(0);
    const path = change(join(alice.home, ".openclaw"));
    const doctor = await runAs(ALICE, ["doctor", "--offline", "--json"], alice);
    const checks: { id: string; status: string; message: string; fix?: string }[] = JSON.parse(doctor.stdout).checks;
    return { alice, path, doctor, checks };
  }

  const toRoot = (name: string) => (folder: string) => {
    chownSync(join(folder, name), 0, 0);
    return join(folder, name);
  };

  it.each([[".env"], ["openclaw.json"], ["openclaw.json.bak"]])(
    "is named by the doctor with the chown: %s",
    async (name) => {
      const { checks, doctor } = await withFile(toRoot(name));
      const failed = checks.filter(({ status }) => status === "fail");
      expect(failed).toEqual([
        {
          id: "files.readable",
          status: "fail",
          message: `Cannot read ~/.openclaw/${name}: permission denied.`,
          fix: `~/.openclaw/${name} belongs to root. Run \`sudo chown ${ALICE} ~/.openclaw/${name}\`.`,
        },
      ]);
      const skipped = checks.filter(({ status }) => status === "skipped").map(({ id }) => id);
      if (name === ".env") expect(skipped).toContain("secrets.syntax");
      if (name === "openclaw.json") expect(skipped).toContain("config.syntax");
      expect(doctor.stdout).not.toMatch(/no value|no API key/);
    },
  );

  it("is named once where the whole folder is closed", async () => {
    const { checks } = await withFile(toRoot("."));
    const failed = checks.filter(({ id }) => id === "files.readable");
    expect(new Set(failed.map(({ fix }) => fix))).toEqual(
      new Set([`~/.openclaw belongs to root. Run \`sudo chown -R ${ALICE} ~/.openclaw\`.`]),
    );
    expect(failed).toHaveLength(2);
  });

  it("may be a lock that root left behind", async () => {
    const { checks } = await withFile((folder) => {
      writeFileSync(join(folder, "openclaw.json.lock"), "", { mode: 0o600 });
      return folder;
    });
    expect(checks.find(({ id }) => id === "files.readable")?.fix).toContain("openclaw.json.lock");
  });

  it("does not stop what does not need it, and is not called missing", async () => {
    const { alice } = await withFile(toRoot(".env"));
    const list = await runAs(ALICE, ["models", "list"], alice);
    expect(list).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(`Cannot read ${SECRETS}: permission denied.`),
    });
    expect(list.stderr).not.toContain("no value");
    const env = { OPENCLAW_GATEWAY_TOKEN: "0123456789abcdef0123" };
    const token = await runAs(ALICE, ["gateway", "token"], { ...alice, env });
    expect(token).toMatchObject({ status: 0, stdout: `${env.OPENCLAW_GATEWAY_TOKEN}\n` });
    const gateway = await runAs(ALICE, ["gateway", "status"], alice);
    expect(gateway.stdout).toContain(`OPENCLAW_GATEWAY_TOKEN may be in ${SECRETS}, which cannot be read`);
    expect(gateway.stdout).not.toContain("no value");
    const without = await runAs(ALICE, ["gateway", "token"], alice);
    expect(without).toMatchObject({ status: 1, stderr: expect.stringContaining(`sudo chown ${ALICE} ${SECRETS}`) });
  });

  it("may be the user's own, closed by mistake", async () => {
    const { checks } = await withFile((folder) => {
      chmodSync(join(folder, ".env"), 0);
      return folder;
    });
    expect(checks.find(({ id }) => id === "files.readable")?.fix).toContain("chmod u+rw ~/.openclaw/.env");
  });
});

describe("the doctor in a home without files", () => {
  it("passes nothing that it did not look at", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"));
    const { stdout } = await openclaw(["doctor", "--offline", "--json"], { home });
    const checks: readonly { id: string; status: string }[] = JSON.parse(stdout).checks;
    const skipped = checks.filter(({ status }) => status === "skipped").map(({ id }) => id);
    expect(skipped).toEqual(expect.arrayContaining(["config.syntax", "secrets.syntax"]));
  });
});

describe.skipIf(process.platform === "win32")("a file that is far too large, or no file", () => {
  const KINDS: Readonly<Record<string, (path: string) => unknown>> = {
    "3 GB": (path) => {
      writeFileSync(path, "");
      truncateSync(path, 3e9);
    },
    "a pipe": (path) => spawnSync("mkfifo", [path]),
  };
  const NAMES = ["openclaw.json", "openclaw.json.bak", "openclaw.json.bak.undo", ".openclaw.json.undo", ".env"];
  const cases = NAMES.flatMap((name) => Object.keys(KINDS).map((kind) => [name, kind] as const));

  it.each(cases)("is named, and nothing hangs or ends with a stack: %s, %s", async (name, kind) => {
    const { home } = await setUp();
    await openclaw([...DOCUMENTED, "--gateway-port", "4000"], { home });
    const path = join(home, ".openclaw", name);
    rmSync(path, { force: true });
    KINDS[kind]?.(path);
    const { stdout } = await openclaw(["doctor", "--offline"], { home });
    expect(stdout).toContain(`Cannot read ~/.openclaw/${name}: it is `);
    for (const args of [
      ["models", "list"],
      [...DOCUMENTED, "--gateway-port", "4001"],
      ["undo", "--yes"],
    ]) {
      const { stderr } = await openclaw(args, { home });
      expect([args, stderr]).toEqual([args, expect.not.stringContaining("This is a bug")]);
    }
  });
});
