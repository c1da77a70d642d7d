import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolveCredentials } from "../../src/config/credentials.ts";
import type { Context, RunResult } from "../../src/core/context.ts";
import { runChild } from "../../src/system/run-child.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";
import { inEnglish } from "../support/saying.ts";

type SecretProvider = Readonly<Record<string, unknown>> & { readonly source: string };

/** The API key that a reference to the secret provider `p` gives, or the sentences that say why there is none. */
async function keyFrom(settings: SecretProvider | undefined, id: string, overrides: object = {}, source = "") {
  const config = { secrets: { providers: settings === undefined ? {} : { p: settings } } };
  const apiKey = { source: source || (settings?.source ?? "file"), provider: "p", id };
  const known = { config, variables: new Map() };
  const resolved = await resolveCredentials({ apiKey }, {}, known, testContext(overrides));
  if (resolved.ok) return resolved.value.apiKey?.reveal();
  return resolved.error.map(({ message, hint }) => `${inEnglish(message)} ${inEnglish(hint)}`.trim()).join("\n");
}

const file = (content: string) => {
  const path = join(temporaryFolder(), "secrets.json");
  fs.writeFileSync(path, content);
  return path;
};

describe("a secret in a file", () => {
  it("is the string at its pointer, or the whole of a file with one value", async () => {
    const path = file(`{ "a": { "b/c": "one" }, "d": "two" }`);
    expect(await keyFrom({ source: "file", path }, "/a/b~1c")).toBe("one");
    expect(await keyFrom({ source: "file", path }, "d")).toBe("two");
    expect(await keyFrom({ source: "file", path: file("three\r\n"), mode: "singleValue" }, "value")).toBe("three");
  });

  it("that does not exist is named", async () => {
    const path = join(temporaryFolder(), "none");
    expect(await keyFrom({ source: "file", path }, "a")).toBe(`secrets.providers.p: ${path} does not exist.`);
  });

  it("that may not be read is told apart from one that is not JSON", async () => {
    const path = file("not JSON");
    const files = faultyFiles({ on: ["readFileSync"], errno: "EACCES" });
    expect(await keyFrom({ source: "file", path }, "a", { files })).toBe(
      `secrets.providers.p: Cannot read ${path}: permission denied. Check the owner and the permissions of the file and its folder.`,
    );
    expect(await keyFrom({ source: "file", path }, "a")).toBe(
      `secrets.providers.p: ${path} is not JSON. If the file contains only the secret, set \`mode\` to "singleValue".`,
    );
  });

  it("that is a folder, empty, or has nothing at the pointer is told apart as well", async () => {
    const folder = temporaryFolder();
    expect(await keyFrom({ source: "file", path: folder }, "a")).toContain(`Cannot read ${folder}: it is a folder.`);
    const empty = file("\n");
    expect(await keyFrom({ source: "file", path: empty, mode: "singleValue" }, "a")).toContain(`${empty} is empty.`);
    for (const content of [`{ "a": 1 }`, `{ "a": "" }`, "[]", "null"]) {
      const path = file(content);
      expect(await keyFrom({ source: "file", path }, "/a")).toContain(`${path} has no string at "/a".`);
    }
  });

  it("has a limit of size, and a pipe is not waited for", async () => {
    const path = file(`{ "a": "one" }`);
    expect(await keyFrom({ source: "file", path, maxBytes: 14 }, "/a")).toBe("one");
    expect(await keyFrom({ source: "file", path, maxBytes: 13 }, "/a")).toBe(
      `secrets.providers.p: ${path} is larger than 13 bytes, the limit of \`maxBytes\`.`,
    );
    const pipe = join(temporaryFolder(), "pipe");
    execFileSync("mkfifo", [pipe]);
    expect(await keyFrom({ source: "file", path: pipe }, "/a")).toContain(`${pipe} is not a regular file.`);
  });

  it("is never quoted in a problem", async () => {
    expect(await keyFrom({ source: "file", path: file("CANARY") }, "a")).not.toContain("CANARY");
  });
});

const NOT_JSON = "The program `/bin/vault` did not print JSON. If it prints only the secret, set `jsonOnly` to false.";

describe("a secret from a program", () => {
  const answering = (result: Partial<RunResult>) => ({
    run: async (): Promise<RunResult> => ({ status: 0, stdout: "", ...result }),
  });
  const program = { source: "exec", command: "/bin/vault" };

  it("is the value of its id", async () => {
    const stdout = JSON.stringify({ protocolVersion: 1, values: { "a/b": "one" } });
    expect(await keyFrom(program, "a/b", answering({ stdout }))).toBe("one");
  });

  it.each<[string, Partial<RunResult>, string]>([
    ["cannot be found", { status: null, failure: "not-found" }, "The program `/bin/vault` was not found."],
    ["takes too long", { status: null, failure: "timed-out" }, "The program `/bin/vault` did not finish in time."],
    ["prints too much", { status: null, failure: "too-much-output" }, "The program `/bin/vault` printed too much."],
    ["fails", { status: 3, stdout: "CANARY" }, "The program `/bin/vault` failed with status 3."],
    ["prints something else", { stdout: "CANARY" }, NOT_JSON],
    ["prints nothing", { stdout: "" }, NOT_JSON],
    [
      "speaks another protocol",
      { stdout: `{"protocolVersion":2,"values":{"a":"CANARY"}}` },
      "The program `/bin/vault` does not answer in version 1 of the protocol.",
    ],
    [
      "finds nothing",
      { stdout: `{"protocolVersion":1,"values":{},"errors":{"a":{"code":"NOT_FOUND","message":"CANARY"}}}` },
      'The program `/bin/vault` finds no "a".',
    ],
    [
      "finds too much",
      { stdout: `{"protocolVersion":1,"errors":{"a":{"code":"AMBIGUOUS_DUPLICATE_KEY"}}}` },
      'The program `/bin/vault` finds several "a".',
    ],
    [
      "says what may be the secret",
      { stdout: `{"protocolVersion":1,"errors":{"a":{"code":"CANARY"}}}` },
      'The program `/bin/vault` gave no value for "a".',
    ],
    ["has no values", { stdout: "null" }, 'The program `/bin/vault` gave no value for "a".'],
    ["has another value", { stdout: `{"values":{"b":"CANARY"}}` }, 'The program `/bin/vault` gave no value for "a".'],
    ["has no text", { stdout: `{"values":{"a":["CANARY"]}}` }, 'The program `/bin/vault` gave no value for "a".'],
  ])("that %s has a problem of its own", async (_, result, sentence) => {
    expect(await keyFrom(program, "a", answering(result))).toBe(`secrets.providers.p: ${sentence}`);
  });
});

describe("a program that is really run", () => {
  /** A program of our own, which gets the request on its standard input. */
  const script = (lines: string) => {
    const path = join(temporaryFolder(), "resolver");
    fs.writeFileSync(path, `#!/bin/sh\n${lines}\n`, { mode: 0o700 });
    return path;
  };
  const run = (settings: object, lines: string, id = "a/b") =>
    keyFrom({ source: "exec", command: script(lines), ...settings }, id, { env: ENV, run: started });
  const started: Context["run"] = (command, args, options) =>
    runChild(command, args, options, (pid) => process.kill(-pid, "SIGKILL"));
  const ENV = { PATH: process.env.PATH, HOME: "/home/someone", VAULT_ADDR: "https://vault", CANARY: "CANARY" };

  it("is asked in the published protocol", async () => {
    const echo = `read -r line; printf '{"protocolVersion":1,"values":{"a/b":%s}}' "$(printf '%s' "$line" | sed 's/"/\\\\"/g; s/.*/"&"/')"`;
    expect(await run({}, echo)).toBe('{"protocolVersion":1,"provider":"p","ids":["a/b"]}');
  });

  it("gets the variables that are named for it, and no other", async () => {
    const names = `env | cut -d= -f1 | grep -v '^_$\\|^PWD$\\|^SHLVL$\\|^OLDPWD$' | sort | tr '\\n' ' '`;
    expect(await run({ jsonOnly: false }, names)).toBe("HOME PATH ");
    const settings = { jsonOnly: false, passEnv: ["VAULT_ADDR", "UNSET"], env: { MORE: "1" } };
    expect(await run(settings, names)).toBe("HOME MORE PATH VAULT_ADDR ");
    expect(await run(settings, `printf %s "$VAULT_ADDR"`)).toBe("https://vault");
  });

  it("may print the secret alone where `jsonOnly` is false", async () => {
    expect(await run({ jsonOnly: false }, "echo one")).toBe("one");
    expect(await run({ jsonOnly: false }, `echo '{"key":"one"}'`)).toBe('{"key":"one"}');
    expect(await run({ jsonOnly: false }, `echo '{"protocolVersion":1,"values":{"a/b":"two"}}'`)).toBe("two");
    expect(await run({ jsonOnly: false }, "true")).toContain("gave no value");
    expect(await run({}, "echo one")).toContain("did not print JSON");
  });

  it("is ended when it takes too long, is silent too long, or prints too much", async () => {
    expect(await run({ timeoutMs: 50 }, "sleep 600")).toContain("did not finish in time");
    expect(await run({ timeoutMs: 600_000, noOutputTimeoutMs: 50 }, "sleep 600")).toContain("did not finish in time");
    expect(await run({ maxOutputBytes: 100 }, "yes")).toContain("printed too much");
    expect(await run({ jsonOnly: false, maxOutputBytes: 4 }, "echo one")).toBe("one");
  });
});

describe("a path of a secret reference", () => {
  const vault = (mode: number, folderMode = 0o755) => {
    const folder = temporaryFolder();
    const path = join(folder, "vault");
    fs.writeFileSync(path, `{ "a": "one" }`);
    fs.chmodSync(path, mode);
    fs.chmodSync(folder, folderMode);
    return path;
  };
  const started: string[] = [];
  const overrides = {
    run: async (command: string): Promise<RunResult> => {
      started.push(command);
      return { status: 0, stdout: `{"values":{"a":"one"}}` };
    },
  };
  const resolve = (source: "file" | "exec", path: string, more: object = {}, context: object = {}) =>
    keyFrom({ source, [source === "file" ? "path" : "command"]: path, ...more }, "a", { ...overrides, ...context });

  it.each(["file", "exec"] as const)("is absolute, for the source %s", async (source) => {
    started.length = 0;
    for (const path of ["vault", "./vault", "../vault", ".."])
      expect(await resolve(source, path)).toBe(
        `secrets.providers.p: The path "${path}" is relative, so it depends on the folder the command runs in. Write the full path.`,
      );
    expect(started).toEqual([]);
  });

  it.each([
    ["writable by the group", 0o620, 0o755],
    ["writable by all", 0o602, 0o755],
    ["in a folder that all may write", 0o600, 0o777],
  ])("is refused where it is %s, unless that is allowed", async (_, mode, folderMode) => {
    for (const source of ["file", "exec"] as const) {
      started.length = 0;
      const path = vault(mode, folderMode);
      expect(await resolve(source, path)).toMatch(
        /^secrets\.providers\.p: Other users can change .* Run `chmod (?:go|o)-w /,
      );
      expect(started).toEqual([]);
      const link = join(temporaryFolder(), "link");
      fs.symlinkSync(path, link);
      expect(await resolve(source, link)).toContain("Other users can change");
      expect(await resolve(source, path, { allowInsecurePath: true })).toBe("one");
    }
  });

  it.each([
    ["a folder above", (open: string, path: string) => fs.renameSync(join(path, ".."), join(open, "a"))],
    [
      "the folder of a link on the way",
      (open: string, path: string) => {
        fs.symlinkSync(path, join(open, "second"));
        fs.mkdirSync(join(open, "a"));
        fs.symlinkSync("../second", join(open, "a", "vault"));
      },
    ],
  ])("is refused where all may write to %s", async (_, move) => {
    const open = fs.realpathSync(temporaryFolder());
    const path = vault(0o700);
    move(open, path);
    for (const mode of [0o777, 0o1777, 0o755]) {
      fs.chmodSync(open, mode);
      for (const source of ["file", "exec"] as const)
        expect(await resolve(source, join(open, "a", "vault"))).toBe(
          mode === 0o777
            ? `secrets.providers.p: Other users can change ${open}. Run \`chmod o-w ${open}\`, or set \`allowInsecurePath\`.`
            : "one",
        );
    }
  });

  it("is no link of somebody else in a sticky folder", async () => {
    const open = fs.realpathSync(temporaryFolder());
    fs.chmodSync(open, 0o1777);
    const link = join(open, "link");
    fs.symlinkSync(vault(0o700), link);
    const files = {
      ...fs,
      lstatSync: (at: string, options: object) =>
        Object.assign(fs.lstatSync(at, options) ?? {}, at === link && { uid: 4_294_967 }),
    };
    for (const source of ["file", "exec"] as const) {
      expect(await resolve(source, link, {}, { files })).toBe(`secrets.providers.p: Other users can change ${link}.`);
      expect(await resolve(source, link)).toBe("one");
    }
  });

  it("may vanish while it is judged", async () => {
    const path = vault(0o700);
    const files = {
      ...fs,
      statSync: (at: string, options: object) => {
        if (at === fs.realpathSync(path)) throw Object.assign(new Error("gone"), { code: "ENOENT" });
        return fs.statSync(at, options);
      },
    };
    expect(await resolve("exec", path, {}, { files })).toBe("one");
  });

  it("may lie in a sticky folder, and where the home folder is", async () => {
    const path = vault(0o600, 0o1777);
    expect(await resolve("file", path)).toBe("one");
    expect(await resolve("exec", path)).toBe("one");
    const homedir = () => join(path, "..");
    expect(await resolve("file", "~/vault", {}, { homedir })).toBe("one");
    started.length = 0;
    expect(await resolve("exec", "~/vault", {}, { homedir })).toBe("one");
    expect(started).toEqual([path]);
  });

  it("to a program leads to one of this user or of root", async () => {
    const path = vault(0o700);
    const files = {
      ...fs,
      statSync: (at: string, options: object) => Object.assign(fs.statSync(at, options) ?? {}, { uid: 4_294_967 }),
    };
    expect(await resolve("exec", path, {}, { files, uid: 1000 })).toBe(
      `secrets.providers.p: The program ${fs.realpathSync(path)} belongs to 4294967. It must belong to you or to root.`,
    );
    expect(await resolve("file", path, {}, { files, uid: 1000 })).toBe("one");
  });

  it("is in a trusted folder, where such are named", async () => {
    const path = vault(0o700);
    const elsewhere = temporaryFolder();
    expect(await resolve("exec", path, { trustedDirs: [elsewhere, join(path, "..")] })).toBe("one");
    expect(await resolve("exec", path, { trustedDirs: [elsewhere] })).toContain("is in none of its `trustedDirs`.");
    const link = join(elsewhere, "link");
    fs.symlinkSync(path, link);
    expect(await resolve("exec", link, { trustedDirs: [elsewhere] })).toContain("is in none of its `trustedDirs`.");
  });
});

describe("a reference", () => {
  it("needs a secret provider of that source, which this program knows", async () => {
    expect(await keyFrom(undefined, "a")).toBe('secrets.providers.p is not configured for the source "file".');
    expect(await keyFrom({ source: "exec" }, "a", {}, "file")).toContain('not configured for the source "file"');
    expect(await keyFrom({ source: "vault" }, "a")).toBe('secrets.providers.p has the unknown source "vault".');
  });

  it("to the store of the published program is named as not supported", async () => {
    const said = 'secrets.providers.p: the source "store" is not supported here. Use the source env, file or exec.';
    expect(await keyFrom({ source: "store" }, "A")).toBe(said);
    expect(await keyFrom(undefined, "A", {}, "store")).toBe(said);
    const plugin = { source: "exec", pluginIntegration: { pluginId: "onepassword", integrationId: "onepassword" } };
    expect(await keyFrom(plugin, "A")).toContain("run by a plugin of the published OpenClaw");
  });

  it("to a variable names the default provider, or one that is configured", async () => {
    expect(await keyFrom(undefined, "A", {}, "env")).toBe(
      'secrets.providers.p is not configured for the source "env".',
    );
    expect(await keyFrom({ source: "file", path: "/a" }, "A", {}, "env")).toContain("not configured");
  });

  it("to a variable needs a value, and a place in the allowlist", async () => {
    expect(await keyFrom({ source: "env", allowlist: ["B"] }, "A")).toBe(
      "The allowlist of secrets.providers.p does not contain A.",
    );
    expect(await keyFrom({ source: "env" }, "A")).toContain("A has no value.");
  });
});
