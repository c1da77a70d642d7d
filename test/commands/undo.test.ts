import { existsSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configPath, configText } from "../support/home-files.ts";
import { CANARY_TOKEN, DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";

/** A home that was set up twice, with what the configuration said after each time. */
async function changedHome() {
  const home = temporaryHome();
  await openclaw(DOCUMENTED, { home });
  const first = configText(home);
  await openclaw([...DOCUMENTED, "--cloudflare-ai-gateway-gateway-id", "second-gw"], { home });
  return { home, first, second: configText(home) };
}

describe("undo", () => {
  it("shows what changed and goes back; a second time returns", async () => {
    const { home, first, second } = await changedHome();
    const { status, stdout } = await openclaw(["undo", "--yes"], { home });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^-\s+"baseUrl": ".*\/second-gw\/anthropic",$/m);
    expect(stdout).toMatch(/^\+\s+"baseUrl": ".*\/my-gw\/anthropic",$/m);
    expect(configText(home)).toBe(first);
    await openclaw(["undo", "--yes"], { home });
    expect(configText(home)).toBe(second);
  });

  it("does not ask without a terminal: it shows the difference and says what to pass", async () => {
    const { home, second } = await changedHome();
    const { status, stdout, stderr } = await openclaw(["undo"], { home });
    expect(status).toBe(2);
    expect(stdout).toContain("second-gw");
    expect(stderr).toContain("pass `--yes`");
    expect(configText(home)).toBe(second);
  });

  it("prints one document with --json", async () => {
    const { home, first } = await changedHome();
    const { status, stdout } = await openclaw(["undo", "--yes", "--json"], { home });
    expect([status, JSON.parse(stdout)]).toMatchObject([
      0,
      { ok: true, files: [{ path: configPath(home), from: `${configPath(home)}.bak` }] },
    ]);
    expect(configText(home)).toBe(first);
  });

  it("shows on a trial what would change, without asking, and changes nothing", async () => {
    const { home } = await changedHome();
    const before = filesBelow(home);
    const { status, stdout } = await openclaw(["undo", "--dry-run"], { home });
    expect(status).toBe(0);
    expect(stdout).toContain("second-gw");
    expect(stdout).toMatch(/no files were changed\.\n$/);
    const asJson = await openclaw(["undo", "--dry-run", "--json"], { home });
    expect([asJson.status, asJson.stderr]).toEqual([0, ""]);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: true, dryRun: true, files: [{ path: configPath(home) }] });
    expect(filesBelow(home)).toEqual(before);
  });

  it("brings a damaged configuration back", async () => {
    const { home, second } = await changedHome();
    await openclaw(["undo", "--yes"], { home });
    writeFileSync(configPath(home), `{ "models": { "apiKey": "${CANARY_TOKEN}", `);
    const listed = await openclaw(["models", "list"], { home });
    expect(listed.status).toBe(1);
    expect(listed.stderr).toContain("openclaw undo");
    const { status, stdout } = await openclaw(["undo", "--yes"], { home });
    expect(status).toBe(0);
    expect(stdout).not.toContain("CANARY");
    // The undo before left what it took away in the place of the backup.
    expect(configText(home)).toBe(second);
  });

  it("masks credentials that stand in the configuration in clear, whatever their shape", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const literal = {
      models: {
        providers: {
          p: {
            baseUrl: "https://p.example",
            apiKey: "CANARY-of-no-known-shape",
            headers: { "x-thing": "Bearer CANARY-header" },
            models: [],
          },
        },
      },
    };
    writeFileSync(configPath(home), JSON.stringify(literal, null, 2));
    await openclaw(DOCUMENTED, { home });
    const { stdout } = await openclaw(["undo"], { home });
    expect(stdout).toContain("This restores ");
    expect(stdout).not.toContain("CANARY");
  });

  it("says when there is nothing to go back to", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
    writeFileSync(configPath(home), "{}");
    const { status, stdout, stderr } = await openclaw(["undo", "--yes"], { home });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("There is nothing to undo.");
  });

  it("takes the first set-up back, says that the keys stay, and returns", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const whole = filesBelow(home);
    const secrets = join(home, ".openclaw", ".env");
    const shown = await openclaw(["undo", "--dry-run"], { home });
    expect(shown.stdout).toContain("which did not exist before");
    expect(filesBelow(home)).toEqual(whole);
    const undone = await openclaw(["undo", "--yes"], { home });
    expect([undone.status, undone.stdout.match(/^(?:Removed|The keys).*$/gm)]).toEqual([
      0,
      [expect.stringContaining("openclaw.json"), expect.stringContaining(".env stay.")],
    ]);
    expect(existsSync(configPath(home))).toBe(false);
    expect(filesBelow(home).get(secrets)).toEqual(whole.get(secrets));
    // A second set-up in between changes nothing about that.
    for (let round = 0; round < 2; round += 1) {
      const redone = await openclaw(["undo", "--yes", "--json"], { home });
      expect(JSON.parse(redone.stdout)).toMatchObject({ files: [{ action: "restore" }] });
      expect(configText(home)).toBe(whole.get(configPath(home))?.toString());
      const again = await openclaw(["undo", "--yes", "--json"], { home });
      expect(JSON.parse(again.stdout)).toMatchObject({ files: [{ action: "remove", from: null }] });
      expect(existsSync(configPath(home))).toBe(false);
    }
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    expect((await openclaw(["undo", "--yes"], { home })).status).toBe(0);
    expect(existsSync(configPath(home))).toBe(false);
  });

  it("takes the first set-up back through a link, which stays", async () => {
    const home = temporaryHome();
    const real = join(home, "dotfiles.json");
    mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
    symlinkSync(real, configPath(home));
    expect((await openclaw(DOCUMENTED, { home })).status).toBe(0);
    const set = readFileSync(real, "utf8");
    expect((await openclaw(["undo", "--yes"], { home })).status).toBe(0);
    expect([existsSync(real), readlinkSync(configPath(home))]).toEqual([false, real]);
    await openclaw(["undo", "--yes"], { home });
    expect(readFileSync(real, "utf8")).toBe(set);
  });

  it.each([
    ["cut short", "{"],
    ["empty", ""],
    ["binary", "\xff\xfe\x00"],
  ])("says that a backup is damaged: %s", async (_, damage) => {
    const { home, first } = await changedHome();
    await openclaw([...DOCUMENTED, "--gateway-port", "4000"], { home });
    writeFileSync(`${configPath(home)}.bak`, damage, "latin1");
    const { status, stderr } = await openclaw(["undo", "--yes"], { home });
    expect([status, stderr]).toEqual([0, expect.stringContaining("openclaw.json.bak is damaged. It is skipped.")]);
    expect(configText(home)).toBe(first);
  });

  it("says that all backups are damaged, and changes nothing", async () => {
    const { home, second } = await changedHome();
    writeFileSync(`${configPath(home)}.bak`, "{");
    const { status, stderr } = await openclaw(["undo", "--yes"], { home });
    expect([status, stderr]).toEqual([1, expect.stringContaining("Every backup is damaged:")]);
    expect(configText(home)).toBe(second);
  });

  it("takes back everything that one run changed, in included files as well, and nothing that an earlier one did", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    const included = join(home, ".openclaw", "models.json5");
    const { models, ...rest } = JSON.parse(configText(home));
    writeFileSync(included, JSON.stringify(models));
    writeFileSync(configPath(home), JSON.stringify({ models: { $include: "./models.json5" }, ...rest }));
    const both = () => [configText(home), readFileSync(included, "utf8")];
    const change = (...flags: string[]) => openclaw([...DOCUMENTED, ...flags], { home });
    const [root, first] = both();
    await change("--cloudflare-ai-gateway-gateway-id", "second-gw");
    const second = both();
    expect([second[0] === root, second[1] === first]).toEqual([false, false]);
    await openclaw(["undo", "--yes"], { home });
    expect(both()).toEqual([root, first]);
    await openclaw(["undo", "--yes"], { home });
    expect(both()).toEqual(second);
    await change("--cloudflare-ai-gateway-gateway-id", "second-gw", "--gateway-port", "4000");
    await openclaw(["undo", "--yes"], { home });
    expect(both()).toEqual(second);
  });

  it("brings an included file back that is damaged or gone", async () => {
    const home = temporaryHome();
    const folder = join(home, ".openclaw");
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(configPath(home), '{ $include: "./b.json" }');
    writeFileSync(join(folder, "b.json"), "{}");
    await openclaw(DOCUMENTED, { home });
    writeFileSync(join(folder, "b.json"), "{ x");
    expect((await openclaw(["undo", "--yes"], { home })).status).toBe(0);
    expect(readFileSync(join(folder, "b.json"), "utf8")).toBe("{}");
  });

  it("never goes back to a text that is damaged as well", async () => {
    const { home, first } = await changedHome();
    writeFileSync(configPath(home), "{x1");
    await openclaw(["undo", "--yes"], { home });
    writeFileSync(configPath(home), "{x2");
    const { status } = await openclaw(["undo", "--yes"], { home });
    expect([status, configText(home)]).not.toEqual([0, "{x1"]);
    expect(first).toContain("my-gw");
  });
});
