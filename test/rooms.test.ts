import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const rooms = readdirSync(join(root, "src"));

/** A file with each of these texts is planted in every room. */
const TEXTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    rooms.map((room) => [room, `import { x } from "../../${room}/planted.ts";\nexport const y = x;\n`]),
  ),
  circle: 'import { y } from "./back.ts";\nexport const x = () => y();\n',
  back: 'import type { x } from "./circle.ts";\nexport const y = (): ReturnType<typeof x> => "";\n',
  process: "export const x = process;\n",
  fetch: "export const x = fetch;\n",
  console: "export const x = console;\n",
  runtime: 'import { createServer } from "node:http";\nexport const x = createServer;\n',
};

/**
 * What the linter says about them: `room/text rule` for each rule that is broken. They are planted in a folder of
 * their own with the project's rules, so that nothing is ever written into the tree under test.
 */
function planted(): ReadonlySet<string> {
  const copy = mkdtempSync(join(tmpdir(), "openclaw-rooms-"));
  try {
    copyFileSync(join(root, "biome.json"), join(copy, "biome.json"));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (const room of rooms) {
      const folder = join(copy, "src", room, "planted");
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of Object.entries(TEXTS)) writeFileSync(join(folder, `${name}.ts`), text);
    }
    const flags = ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none"];
    const biome = join(root, "node_modules", ".bin", "biome");
    const { stdout } = spawnSync(biome, [...flags, "src"], { cwd: copy, encoding: "utf8" });
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: readonly { category: string; location: { path: string } }[];
    };
    return new Set(
      diagnostics.map(({ category, location: { path } }) => {
        const room = basename(dirname(dirname(path)));
        return `${room}/${basename(path, ".ts")} ${category.replace(/.*\//, "")}`;
      }),
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const FLOORS: Readonly<Record<string, number>> = {
  text: 0,
  core: 0,
  config: 1,
  providers: 1,
  clients: 2,
  completion: 2,
  doctor: 2,
  gateway: 2,
  models: 2,
  onboard: 2,
  reset: 2,
  service: 2,
  settings: 2,
  undo: 2,
  usage: 2,
  "worker-project": 2,
  http: 3,
  server: 3,
  system: 3,
  terminal: 3,
  worker: 3,
  commands: 4,
  dashboard: 4,
};

/** Errors and problems carry their sentences, so `core` names the type of a language's texts. */
const isExempt = (room: string, other: string) => room === "core" && other === "text";

describe("the linter keeps the rooms apart", () => {
  const broken = planted();

  it("knows every room", () => {
    expect(Object.keys(FLOORS).sort()).toEqual([...rooms].sort());
  });

  it.each(rooms)("%s may import from below and nothing else", (room) => {
    for (const other of rooms.filter((candidate) => candidate !== room)) {
      const allowed = (FLOORS[other] ?? 0) < (FLOORS[room] ?? 0) || isExempt(room, other);
      expect([other, broken.has(`${room}/${other} noRestrictedImports`)]).toEqual([other, !allowed]);
    }
  });

  it.each(rooms)("%s has no circle of imports", (room) => {
    expect([...broken]).toEqual(
      expect.arrayContaining([`${room}/circle noImportCycles`, `${room}/back noImportCycles`]),
    );
  });

  it("the gateway takes what it needs of a runtime from its host", () => {
    expect([...broken]).toContain("gateway/runtime noRestrictedImports");
    expect([...broken]).not.toContain("server/runtime noRestrictedImports");
  });

  it.each(rooms)("%s takes process, fetch and console from the Context", (room) => {
    for (const name of ["process", "fetch", "console"]) {
      expect([...broken]).toContain(`${room}/${name} noRestrictedGlobals`);
    }
  });
});
