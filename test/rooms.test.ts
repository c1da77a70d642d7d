import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

const root = join(import.meta.dirname, "..");
const rooms = readdirSync(join(root, "src"));

/** What the linter says about a file with that text, planted in a folder of a room. */
function lint(room: string, text: string): string {
  const folder = mkdtempSync(join(root, "src", room, "planted-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "planted.ts");
  writeFileSync(path, text);
  try {
    return execFileSync(join(root, "node_modules", ".bin", "biome"), ["lint", "--vcs-enabled=false", path], {
      cwd: root,
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}

const importing = (room: string) => `import { x } from "../../${room}/planted.ts";\nexport const y = x;\n`;

const FLOORS: Readonly<Record<string, number>> = {
  core: 0,
  config: 1,
  providers: 1,
  doctor: 2,
  gateway: 2,
  models: 2,
  onboard: 2,
  service: 2,
  undo: 2,
  cli: 3,
};

describe("the linter keeps the rooms apart", () => {
  it("knows every room", () => {
    expect(Object.keys(FLOORS).sort()).toEqual([...rooms].sort());
  });

  it.each(rooms)("%s may import from below and nothing else", (room) => {
    for (const other of rooms.filter((candidate) => candidate !== room)) {
      const allowed = (FLOORS[other] ?? 0) < (FLOORS[room] ?? 0);
      expect([other, /noRestrictedImports/.test(lint(room, importing(other)))]).toEqual([other, !allowed]);
    }
  });

  it.each(rooms)("%s takes process, fetch and console from the Context", (room) => {
    for (const name of ["process", "fetch", "console"]) {
      expect(lint(room, `export const x = ${name};\n`)).toContain("noRestrictedGlobals");
    }
  });
});
