import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

/** No process has this id. */
const NOBODY = 2 ** 22 + 1;
const OFFLINE = ["doctor", "--offline", "--verbose"];

function homeWithInclude() {
  const home = temporaryHome();
  const path = (name: string) => join(home, ".openclaw", name);
  mkdirSync(path("parts"), { recursive: true, mode: 0o700 });
  writeFileSync(path("openclaw.json"), '{ models: { $include: "./parts/models.json5" } }\n', { mode: 0o600 });
  writeFileSync(path("parts/models.json5"), "{}\n", { mode: 0o600 });
  return { home, path };
}

describe("an included file, like the root", () => {
  it.each(["openclaw.json", "parts/models.json5"])("has its litter found and removed: %s", async (name) => {
    const { home, path } = homeWithInclude();
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const [folder = "", base = ""] = name.includes("/") ? name.split("/") : [".", name];
    const litter = () => {
      const names = [
        `${folder}/.${base}.${NOBODY}.0123456789ab.tmp`,
        `${folder}/.${base}.bak.${NOBODY}.0123456789ab.tmp`,
      ];
      for (const each of names) writeFileSync(path(each), "");
      writeFileSync(path(`${name}.bak.undo`), readFileSync(path(`${name}.bak`)));
      return [...names, `${name}.bak.undo`].map(path);
    };
    for (const args of [
      DOCUMENTED,
      [...DOCUMENTED, "--gateway-port", "4000"],
      ["doctor", "--offline", "--fix", "--yes"],
    ]) {
      const left = litter();
      const { stdout } = await openclaw(OFFLINE, { home });
      for (const each of left) expect(stdout).toContain(each.slice(home.length + 1));
      await openclaw(args, { home });
      expect([args, left.filter((each) => existsSync(each))]).toEqual([args, []]);
    }
  });

  it.each(["openclaw.json", "parts/models.json5"])("keeps what only an interrupted undo holds: %s", async (name) => {
    const { home, path } = homeWithInclude();
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    writeFileSync(path(`${name}.bak.undo`), "{ only: 'here' }", { mode: 0o600 });
    await openclaw(["doctor", "--offline", "--fix", "--yes"], { home });
    await openclaw([...DOCUMENTED, "--gateway-port", "4000"], { home });
    expect(readFileSync(path(`${name}.bak.undo`), "utf8")).toBe("{ only: 'here' }");
  });

  it.each([
    ["parts/models.json5", 0o644, DOCUMENTED],
    ["parts/models.json5.bak", 0o640, DOCUMENTED],
    ["parts/models.json5", 0o604, ["doctor", "--offline", "--fix", "--yes"]],
    ["parts/models.json5.bak.3", 0o666, ["doctor", "--offline", "--fix", "--yes"]],
  ])("has its mode judged and closed: %s", async (name, mode, args) => {
    const { home, path } = homeWithInclude();
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    writeFileSync(path(name), existsSync(path(name)) ? readFileSync(path(name)) : "{}");
    chmodSync(path(name), mode);
    const { stdout } = await openclaw(OFFLINE, { home });
    expect(stdout).toContain(name);
    await openclaw(args, { home });
    expect((statSync(path(name)).mode & 0o777).toString(8)).toBe((mode & 0o600).toString(8));
  });
});
