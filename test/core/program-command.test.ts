import fs, { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { OpenclawError } from "../../src/core/errors.ts";
import { programCommand } from "../../src/core/program-command.ts";
import { temporaryHome } from "../support/program.ts";

/** A folder with the program and with a Node. */
function machine() {
  const folder = fs.realpathSync(temporaryHome());
  for (const name of ["oc/bin/openclaw.cjs", "bin/node"]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), "");
  }
  const started = { node: join(folder, "bin", "node"), script: join(folder, "oc", "bin", "openclaw.cjs") };
  const command = (given: {
    readonly PATH?: string;
    readonly cwd?: () => string;
    readonly script?: string;
    readonly platform?: NodeJS.Platform;
  }) =>
    programCommand({
      env: { PATH: given.PATH ?? join(folder, "bin") },
      files: fs,
      started: { ...started, script: given.script ?? started.script },
      cwd: given.cwd ?? (() => folder),
      platform: given.platform ?? "linux",
    });
  const link = (target: string, ...path: readonly string[]) => {
    const place = join(folder, ...path);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(target, place);
    return place;
  };
  return { folder, started, command, link };
}

describe("the command that starts this program", () => {
  it("is its name where that leads to this copy", () => {
    const { folder, started, command, link } = machine();
    link(started.script, "on", "openclaw");
    expect(command({ PATH: `relative:${join(folder, "on")}` })).toBe("openclaw");
  });

  it("is Node and the script where another copy has the name, or none", () => {
    const { folder, started, command, link } = machine();
    link(started.node, "other", "openclaw");
    link(started.script, "late", "openclaw");
    const PATH = ["other", "late", "bin"].map((name) => join(folder, name)).join(":");
    expect(command({ PATH })).toBe("node oc/bin/openclaw.cjs");
    expect(command({})).toBe("node oc/bin/openclaw.cjs");
  });

  it("names the script from the working folder, or by its path from outside", () => {
    const { folder, started, command } = machine();
    expect(command({ cwd: () => join(folder, "oc") })).toBe("node bin/openclaw.cjs");
    expect(command({ cwd: () => join(folder, "oc", "bin") })).toBe("node openclaw.cjs");
    expect(command({ cwd: () => join(folder, "bin") })).toBe(`node ${started.script}`);
    const gone = () => {
      throw new OpenclawError((t) => t.system.noWorkingFolder, { code: "file.access" });
    };
    expect(command({ cwd: gone })).toBe(`node ${started.script}`);
  });

  it("names Node by its path where another one is on the path", () => {
    const { folder, started, command } = machine();
    writeFileSync(join(folder, "oc", "node"), "");
    expect(command({ PATH: join(folder, "oc") })).toBe(`${started.node} oc/bin/openclaw.cjs`);
  });

  it("is quoted where a shell needs it", () => {
    const { folder, command, link } = machine();
    const script = link("openclaw.cjs", "oc", "bin", "it's mine.cjs");
    expect(command({ script })).toBe(`node 'oc/bin/it'\\''s mine.cjs'`);
    expect(command({ script, PATH: "", platform: "win32" })).toBe(
      `${join(folder, "bin", "node")} 'oc/bin/it'\\''s mine.cjs'`,
    );
  });

  it.each([
    ["openclaw", { _npx: { packages: ["openclaw"] } }, "npx openclaw"],
    ["a repository", { _npx: { packages: ["github:me/openclaw"] } }, "npx github:me/openclaw"],
    ["a version with a sign", { _npx: { packages: ["openclaw@>=1"] } }, "npx 'openclaw@>=1'"],
    ["a packed file", { _npx: { packages: ["/srv/openclaw-0.1.0.tgz"] } }, "npx -p /srv/openclaw-0.1.0.tgz openclaw"],
    ["several packages", { _npx: { packages: ["a", "b"] } }, undefined],
    ["nothing known", {}, undefined],
    ["damaged", "{", undefined],
  ])("is what npx was asked for: %s", (_, manifest, expected) => {
    const { folder, started, command, link } = machine();
    const script = link(started.script, "npm", "_npx", "1a2b", "node_modules", ".bin", "openclaw");
    writeFileSync(
      join(folder, "npm", "_npx", "1a2b", "package.json"),
      typeof manifest === "string" ? manifest : JSON.stringify(manifest),
    );
    // npm puts its folder in front of the path of what it starts.
    const PATH = `${dirname(script)}:${join(folder, "bin")}`;
    const elsewhere = () => join(folder, "oc");
    expect(command({ script, PATH, cwd: elsewhere })).toBe(expected ?? `node ${script}`);
  });

  it("is `npx openclaw` within the project that has it", () => {
    const { folder, started, command, link } = machine();
    const script = link(started.script, "project", "node_modules", ".bin", "openclaw");
    expect(command({ script, cwd: () => join(folder, "project", "src") })).toBe("npx openclaw");
    expect(command({ script, cwd: () => join(folder, "oc") })).toBe(`node ${script}`);
  });
});
