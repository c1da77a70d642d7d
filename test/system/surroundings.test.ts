import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { homeFolder } from "../../src/system/system-context.ts";
import { DOCUMENTED, finished, openclaw, PROGRAM, temporaryHome } from "../support/program.ts";
import { saying } from "../support/saying.ts";

/** Runs a line of shell in which `$OPENCLAW` is the program, with exactly this environment. */
async function shell(line: string, cwd: string, env: Readonly<Record<string, string>>) {
  const child = spawn("/bin/sh", ["-c", line.replaceAll("$OPENCLAW", `'${process.execPath}' '${PROGRAM}'`)], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return finished(child);
}

const flagsAsText = DOCUMENTED.join(" ");

describe.skipIf(process.platform === "win32")("surroundings that lack something", () => {
  it("need no working directory where no path is relative to it", async () => {
    const home = temporaryHome();
    const gone = "mkdir d; cd d; rmdir ../d;";
    expect(await shell(`${gone} $OPENCLAW --help`, home, { HOME: home })).toMatchObject({ status: 0, stderr: "" });
    expect(await shell(`${gone} $OPENCLAW ${flagsAsText}`, home, { HOME: home })).toMatchObject({ status: 0 });
    const relative = await shell(`${gone} $OPENCLAW models list`, home, { HOME: home, OPENCLAW_HOME: "x" });
    expect(relative).toMatchObject({ status: 2, stderr: expect.stringContaining("to an absolute path") });
    expect(relative.stderr.split("\n")).toHaveLength(3);
  });

  it("write no secrets into the working directory when HOME is relative", async () => {
    const folder = temporaryHome();
    const { status, stderr } = await shell(`$OPENCLAW ${flagsAsText}`, folder, { HOME: "somewhere" });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "openclaw: HOME is not an absolute path.\nSet HOME to an absolute path, or unset it.\n",
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("count an empty HOME as unset", async () => {
    const folder = temporaryHome();
    const { status, stdout } = await shell(`$OPENCLAW ${flagsAsText} --dry-run --json`, folder, { HOME: "" });
    expect(status).toBe(0);
    expect(stdout).not.toContain(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("need no HOME where OPENCLAW_HOME says which folder", async () => {
    const folder = temporaryHome();
    const env = { OPENCLAW_HOME: join(folder, "x") };
    expect(await shell(`$OPENCLAW ${flagsAsText}`, folder, env)).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder, "x", ".openclaw"))).toContain(".env");
  });

  it("say what to set for a user whom the system does not know", () => {
    const unknown = () => {
      throw Object.assign(new Error("uv_os_get_passwd returned ENOENT"), { code: "ERR_SYSTEM_ERROR" });
    };
    expect(() => homeFolder(undefined, unknown)).toThrow(
      expect.objectContaining({ code: "file.access", hint: saying("Set HOME") }),
    );
    expect(() => homeFolder("", () => "")).toThrow(expect.objectContaining({ code: "file.access" }));
    expect(homeFolder("/home/me", unknown)).toBe("/home/me");
  });
});

describe.runIf(process.platform === "linux")("output to a full disk", () => {
  it.each([["--version"], ["--help"], ["models list --json"], [`${flagsAsText} --dry-run`]])(
    "of %s is an error in a line or two, and no bug",
    async (args) => {
      const home = temporaryHome();
      const { status, stderr } = await shell(`$OPENCLAW ${args} > /dev/full`, home, { HOME: home });
      expect(status).toBe(1);
      expect(stderr).toMatch(/^openclaw: Cannot write to standard output: .*\.\n(?:.*\n)?$/);
    },
  );

  it("of an error still ends with the status of that error", async () => {
    const home = temporaryHome();
    expect(await shell("$OPENCLAW nope 2> /dev/full", home, { HOME: home })).toMatchObject({ status: 2, stderr: "" });
    const json = await shell("$OPENCLAW nope --json > /dev/full", home, { HOME: home });
    expect(json).toMatchObject({ status: 2, stderr: expect.stringContaining("Unknown command") });
  });
});

describe("the configuration", () => {
  function configured(config: unknown): string {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"));
    writeFileSync(
      join(home, ".openclaw", "openclaw.json"),
      typeof config === "string" ? config : JSON.stringify(config),
    );
    return home;
  }

  it("has to name the program or file of a secret provider", async () => {
    const home = configured({
      secrets: { providers: { a: { source: "exec" }, b: { source: "file" }, c: { source: "env" } } },
    });
    const { status, stderr } = await openclaw(["models", "list"], { home });
    expect(status).toBe(1);
    expect(stderr).toContain('secrets.providers.a.command is missing; it is required when source is "exec".');
    expect(stderr).toContain('secrets.providers.b.path is missing; it is required when source is "file".');
    expect(stderr).not.toContain("providers.c");
  });

  it.each([[".env"], ["openclaw.json"]])("cannot be waited for where %s is a pipe", async (name) => {
    const home = configured({});
    const path = join(home, ".openclaw", name);
    rmSync(path, { force: true });
    execFileSync("mkfifo", [path]);
    for (const args of [["models", "list"], DOCUMENTED, ...(name === ".env" ? [] : [["undo", "--yes"]])]) {
      const { status, stderr } = await openclaw(args, { home });
      // A list does not need `.env`, and says what it did without.
      expect(status).toBe(name === ".env" && args[0] === "models" ? 0 : 1);
      expect(stderr).toMatch(new RegExp(`Cannot read \\S+${name}: it is not a regular file\\.`));
    }
  });

  it("may be a link to a file", async () => {
    const home = configured("");
    const path = join(home, ".openclaw", "openclaw.json");
    writeFileSync(join(home, "real.json5"), `{ models: { providers: { p: { models: [{ id: "m", name: "M" }] } } } }`);
    rmSync(path);
    symlinkSync(join(home, "real.json5"), path);
    const { status, stdout } = await openclaw(["models", "list", "--plain"], { home });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "p/m\n" });
  });

  it("includes a file however the key is spelled", async () => {
    for (const key of [`"$incl\\u0075de"`, `"$incl\\x75de"`, `$incl\\u0075de`]) {
      const home = configured(`{ "models": { ${key}: "./m.json5" } }`);
      writeFileSync(join(home, ".openclaw", "m.json5"), `{ providers: { p: { models: [{ id: "m", name: "M" }] } } }`);
      const { stdout, stderr } = await openclaw(["models", "list", "--plain"], { home });
      expect({ stdout, stderr }).toEqual({ stdout: "p/m\n", stderr: "" });
    }
  });

  it("brings no terminal codes into a plain list", async () => {
    const home = configured({ models: { providers: { p: { models: [{ id: "a\u001b[31m\nb", name: "x" }] } } } });
    const { stdout } = await openclaw(["models", "list", "--plain"], { home });
    expect(stdout).toBe("p/a [31m b\n");
  });

  it.each([
    ["exec", { command: "/a\0b" }],
    ["file", { path: "/a\0b" }],
  ])("cannot make a bug of a path that the system does not take, for the source %s", async (source, settings) => {
    const home = configured({
      models: { providers: { p: { apiKey: { source, provider: "a", id: "k" } } } },
      secrets: { providers: { a: { source, ...settings } } },
    });
    const { status, stderr } = await openclaw(["models", "list"], { home });
    expect(status).toBe(0);
    expect(stderr).toContain("secrets.providers.a: The path contains a NUL character.");
  });

  it.each([["Infinity"], ["1.5"], ["0"]])("cannot give a model %s tokens", async (tokens) => {
    const home = configured(
      `{ models: { providers: { p: { models: [{ id: "a", name: "a", contextWindow: ${tokens} }] } } } }`,
    );
    const { status, stderr } = await openclaw(["models", "list"], { home });
    expect(status).toBe(1);
    expect(stderr).toContain("contextWindow must be a whole number of at least 1.");
  });

  it("may name 20,000 models, each by its alias", async () => {
    const count = 20_000;
    const numbers = Array.from({ length: count }, (_, index) => index);
    const home = configured({
      models: { providers: { p: { models: numbers.map((n) => ({ id: `m${n}`, name: `M ${n}` })) } } },
      agents: {
        defaults: {
          model: { primary: "a0", fallbacks: numbers.slice(1).map((n) => `a${n}`) },
          models: Object.fromEntries(numbers.map((n) => [`p/m${n}`, { alias: `a${n}` }])),
        },
      },
    });
    const { status, stdout } = await openclaw(["models", "list", "--json"], { home });
    expect(status).toBe(0);
    const { models } = JSON.parse(stdout);
    expect(models.map(({ key }: { key: string }) => key)).toEqual(numbers.map((n) => `p/m${n}`));
    expect(models.at(-1)).toMatchObject({ tags: [`fallback#${count - 1}`, "configured", `alias:a${count - 1}`] });
  });
});
