import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import config from "../rolldown.config.ts";
import { cleanEnv, DOCUMENTED, temporaryHome } from "./support/program.ts";

const ROOT = join(import.meta.dirname, "..");
/** What a package may hold at its top. */
const CONTENTS = ["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "man", "package.json"];

const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
let work: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "openclaw-package-"));
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Runs npm without a network and without anything of the developer's own. */
function npm(args: readonly string[], cwd: string): void {
  const npmEnv = { npm_config_cache: join(work, "cache"), npm_config_update_notifier: "false" };
  execFileSync("npm", [...args, "--offline", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    env: cleanEnv(work, npmEnv),
    stdio: ["ignore", "ignore", "inherit"],
  });
}

describe("the package", () => {
  let installed: string;

  beforeAll(() => {
    // Packing builds, and the other tests run what is in `dist` at this moment: it is done on a copy.
    const source = join(work, "source");
    mkdirSync(source);
    for (const name of [
      "src",
      "scripts",
      "bench",
      "test",
      "rolldown.config.ts",
      "tsconfig.json",
      ".npmrc",
      ".gitignore",
      ...CONTENTS,
    ]) {
      if (name !== "dist" && existsSync(join(ROOT, name)))
        cpSync(join(ROOT, name), join(source, name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(source, "node_modules"));
    npm(["pack", "--pack-destination", work], source);
    const folder = join(work, "user");
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), "{}");
    npm(["install", "--ignore-scripts", join(work, `openclaw-${manifest.version}.tgz`)], folder);
    installed = join(folder, "node_modules");
  });

  const run = (args: readonly string[], home: string) =>
    execFileSync(join(installed, ".bin", "openclaw"), args, { cwd: home, env: cleanEnv(home), encoding: "utf8" });

  it("holds the program and its papers, nothing else, and needs no other package", () => {
    const here = readdirSync(join(installed, "openclaw"));
    expect(here.filter((name) => !CONTENTS.includes(name))).toEqual([]);
    expect(here).toEqual(
      expect.arrayContaining(CONTENTS.filter((name) => name === "dist" || existsSync(join(ROOT, name)))),
    );
    expect(readdirSync(join(installed, "openclaw", "bin"))).toEqual(["openclaw.cjs"]);
    const dist = readdirSync(join(installed, "openclaw", "dist"));
    expect(dist).toEqual(expect.arrayContaining(["main.cjs", "dashboard.html", "THIRD-PARTY-LICENSES.txt"]));
    expect(
      dist.filter((name) => !/\.cjs$|^worker\.mjs$|^dashboard\.html$|^THIRD-PARTY-LICENSES\.txt$/.test(name)),
    ).toEqual([]);
    expect(readdirSync(installed).filter((name) => !name.startsWith("."))).toEqual(["openclaw"]);
  });

  it("runs from where npm puts it: version, documented command, model list", () => {
    const home = temporaryHome();
    expect(run(["--version"], home)).toBe(`${manifest.version}\n`);
    expect(run(DOCUMENTED, home)).toContain("Wrote ");
    expect(run(["models", "list"], home)).toContain("cloudflare-ai-gateway/");
  });

  it("says how to build it where it is not built, as in a clone whose install scripts were left out", () => {
    const clone = join(work, "clone");
    cpSync(join(ROOT, "bin"), join(clone, "bin"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(clone, "package.json"));
    const { status, stderr } = spawnSync(process.execPath, [join(clone, "bin", "openclaw.cjs"), "onboard"], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toBe("openclaw is not built: dist/main.cjs is missing.\nTry: npm run build\n");
  });

  it("brings the licence of everything it contains", () => {
    const dist = join(installed, "openclaw", "dist");
    const papers = readFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), "utf8");
    const code = readdirSync(dist).filter((name) => name.endsWith(".cjs"));
    const named = code.flatMap((name) => [
      ...readFileSync(join(dist, name), "utf8").matchAll(/^\s*\/\/ \S*node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\/\S+$/gm),
    ]);
    // What only one module imports may be bundled as a part of that one, without a comment that names it.
    const bundled = new Set([...named.map(([, name = ""]) => name), "dotenv"]);
    expect([...bundled]).toEqual(expect.arrayContaining(["@inquirer/core", "chalk", "commander", "json5"]));
    for (const name of bundled) expect(papers).toMatch(new RegExp(`^${name} \\d+\\.\\S+ \\([\\w.-]+\\)\\n\\n\\S`, "m"));
  });
});

describe("the build", () => {
  const [program] = config;

  /** Builds a program of one line with the plugins of the real one, against a package of the test's own. */
  async function build(name: string, files: Record<string, string>, entry: string): Promise<readonly string[]> {
    const folder = mkdtempSync(join(work, "build-"));
    const root = join(folder, "node_modules", name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, path, ".."), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    writeFileSync(join(folder, "entry.js"), entry);
    const bundle = await rolldown({ input: join(folder, "entry.js"), platform: "node", plugins: program?.plugins });
    const { output } = await bundle.generate({ format: "cjs" });
    await bundle.close();
    return output.map((file) => (file.type === "asset" ? String(file.source) : file.code));
  }

  const papers = (files: Record<string, string>) =>
    build(
      "left",
      { "index.js": "export default (text) => console.log(text);", ...files },
      `import left from "left"; left("");`,
    );
  const about = JSON.stringify({ name: "left", version: "1.0.0", main: "index.js", license: "MIT" });

  it("writes the licence of what it bundles", async () => {
    const output = await papers({ "package.json": about, LICENSE: "Do as you like.\n" });
    expect(output.join("\n")).toContain("left 1.0.0 (MIT)\n\nDo as you like.\n");
  });

  it("fails for a package without a licence, or without its text", async () => {
    await expect(papers({ "package.json": about })).rejects.toThrow(/left has no licence/);
    const nameless = JSON.stringify({ name: "left", version: "1.0.0", main: "index.js" });
    await expect(papers({ "package.json": nameless, LICENSE: "?" })).rejects.toThrow(/left has no licence/);
  });

  it("fails when commander is no longer written as expected", async () => {
    const files = {
      "package.json": JSON.stringify({ name: "commander", version: "99.0.0", main: "lib/command.js", license: "MIT" }),
      LICENSE: "MIT",
      "lib/command.js": `const { spawn } = require("node:child_process");\nexports.Command = spawn;\n`,
    };
    await expect(build("commander", files, `import { Command } from "commander"; Command();`)).rejects.toThrow(
      /command\.js does not say require\('node:child_process'\)/,
    );
  });
});

it("every package of the lock file has an integrity, those for other machines too", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const without = Object.keys(packages).filter((path) => path !== "" && !/^sha512-/.test(packages[path].integrity));
  expect(without).toEqual([]);
});
