import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const rooms = readdirSync(join(root, "src"));

/** A file with each of these texts is planted in every room. */
const TEXTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    rooms.map((room) => [room, `import { x } from "../../${room}/planted.ts";\nexport const y = x;\n`]),
  ),
  process: "export const x = process;\n",
  fetch: "export const x = fetch;\n",
  console: "export const x = console;\n",
};

/** What the linter says about them: `room/text rule` for each rule that is broken. */
function planted(): ReadonlySet<string> {
  const folders = new Map(rooms.map((room) => [mkdtempSync(join(root, "src", room, "planted-")), room]));
  try {
    for (const folder of folders.keys()) {
      for (const [name, text] of Object.entries(TEXTS)) writeFileSync(join(folder, `${name}.ts`), text);
    }
    const flags = ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none"];
    const biome = join(root, "node_modules", ".bin", "biome");
    const { stdout } = spawnSync(biome, [...flags, ...folders.keys()], { cwd: root, encoding: "utf8" });
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: readonly { category: string; location: { path: string } }[];
    };
    return new Set(
      diagnostics.map(({ category, location: { path } }) => {
        const [, room] = [...folders].find(([folder]) => join(root, path).startsWith(folder)) ?? [];
        return `${room}/${basename(path, ".ts")} ${category.replace(/.*\//, "")}`;
      }),
    );
  } finally {
    for (const folder of folders.keys()) rmSync(folder, { recursive: true, force: true });
  }
}

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
  const broken = planted();

  it("knows every room", () => {
    expect(Object.keys(FLOORS).sort()).toEqual([...rooms].sort());
  });

  it.each(rooms)("%s may import from below and nothing else", (room) => {
    for (const other of rooms.filter((candidate) => candidate !== room)) {
      const allowed = (FLOORS[other] ?? 0) < (FLOORS[room] ?? 0);
      expect([other, broken.has(`${room}/${other} noRestrictedImports`)]).toEqual([other, !allowed]);
    }
  });

  it.each(rooms)("%s takes process, fetch and console from the Context", (room) => {
    for (const name of ["process", "fetch", "console"]) {
      expect([...broken]).toContain(`${room}/${name} noRestrictedGlobals`);
    }
  });
});
