import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensurePrivateFolder } from "../../src/core/atomic-file.ts";
import { withLock } from "../../src/core/lock.ts";
import { cachePath, writeEntry } from "../../src/models/cache.ts";
import { ALICE, BOB, homeOfAlice, isRoot, runAs } from "../support/other-user.ts";
import { ACCOUNT, CANARY_KEY, DOCUMENTED, shownPath } from "../support/program.ts";
import { testContext } from "../support/real-context.ts";

const OTHER_GATEWAY = DOCUMENTED.map((word) => (word === "my-gw" ? "other-gw" : word));

/** Every path below a folder with its owner, for those that are not Alice's. */
function notAlices(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return [folder, ...paths].filter((path) => statSync(path).uid !== ALICE || statSync(path).gid !== ALICE);
}

describe.runIf(isRoot)("root in somebody's home", () => {
  it("leaves nothing there that is not that user's", async () => {
    const alice = homeOfAlice();
    expect(await runAs(0, DOCUMENTED, alice)).toMatchObject({ status: 0 });
    expect(notAlices(alice.home)).toEqual([]);
    expect(await runAs(0, OTHER_GATEWAY, alice)).toMatchObject({ status: 0 });
    expect(readdirSync(join(alice.home, ".openclaw"))).toContain("openclaw.json.bak");
    expect(notAlices(alice.home)).toEqual([]);
  });

  it("hinders neither that user's next onboard nor undo", async () => {
    const alice = homeOfAlice();
    for (const args of [DOCUMENTED, OTHER_GATEWAY]) await runAs(0, args, alice);
    expect(await runAs(ALICE, DOCUMENTED, alice)).toMatchObject({ status: 0, stderr: "" });
    expect(await runAs(ALICE, ["undo", "--yes"], alice)).toMatchObject({ status: 0, stderr: "" });
    expect(await runAs(0, ["undo", "--yes"], alice)).toMatchObject({ status: 0 });
    expect(await runAs(ALICE, ["undo", "--yes"], alice)).toMatchObject({ status: 0, stderr: "" });
    expect(notAlices(alice.home)).toEqual([]);
  });

  it("gives a backup its file's owner, also over one that an older version left to root", async () => {
    const alice = homeOfAlice();
    await runAs(ALICE, DOCUMENTED, alice);
    const backup = join(alice.home, ".openclaw", "openclaw.json.bak");
    writeFileSync(backup, "{}", { mode: 0o600 });
    expect(await runAs(0, OTHER_GATEWAY, alice)).toMatchObject({ status: 0 });
    expect(statSync(backup).uid).toBe(ALICE);
    expect(notAlices(alice.home)).toEqual([]);
  });

  it("keeps the list of models where that user can read it", () => {
    const { home } = homeOfAlice();
    const stateDir = join(home, ".openclaw");
    const entry = { fetchedAt: "2026-11-27T00:00:00Z", baseUrl: "https://example.com", models: [] };
    writeEntry(cachePath({ stateDir }, "p"), entry, testContext());
    expect(notAlices(home)).toEqual([]);
  });

  it("leaves that user no lock of root's, were it killed there", async () => {
    const { home } = homeOfAlice();
    const stateDir = join(home, ".openclaw");
    const context = testContext();
    ensurePrivateFolder(stateDir, context);
    await withLock(join(stateDir, "openclaw.json"), () => expect(notAlices(home)).toEqual([]), context);
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it("keeps the owner of a file that differs from its folder's", async () => {
    const alice = homeOfAlice();
    await runAs(ALICE, DOCUMENTED, alice);
    const config = join(alice.home, ".openclaw", "openclaw.json");
    chownSync(config, BOB, BOB);
    expect(await runAs(0, OTHER_GATEWAY, alice)).toMatchObject({ status: 0 });
    expect([statSync(config).uid, statSync(`${config}.bak`).uid]).toEqual([BOB, BOB]);
  });
});

describe.runIf(isRoot)("a file of another user", () => {
  const files = [
    { name: ".env", command: (path: string) => `sudo chown ${ALICE} ${path}` },
    { name: "openclaw.json", command: (path: string) => `sudo chown ${ALICE} ${path}` },
    { name: "openclaw.json.bak", command: (path: string) => `sudo chown ${ALICE} ${path}` },
    { name: ".", command: (path: string) => `sudo chown -R ${ALICE} ${path}` },
  ];

  it.each(files)("is named with its owner and what mends it, not as a syntax error: $name", async (file) => {
    const alice = homeOfAlice();
    for (const args of [DOCUMENTED, OTHER_GATEWAY]) await runAs(ALICE, args, alice);
    const path = join(alice.home, ".openclaw", file.name);
    chownSync(path, 0, 0);
    const args = file.name.endsWith(".bak") ? DOCUMENTED : ["onboard", "--non-interactive", "--auth-choice", "skip"];
    const { status, stderr } = await runAs(ALICE, args, alice);
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining("permission denied") });
    const shown = shownPath(path, alice.home);
    expect(stderr).toContain(`${shown} belongs to root. Run \`${file.command(shown)}\`.`);
    expect(stderr).not.toMatch(/JSON5|syntax|UTF-8|no value/);
  });

  it("that is the user's own but closed is opened with chmod", async () => {
    const alice = homeOfAlice();
    await runAs(ALICE, DOCUMENTED, alice);
    const path = join(alice.home, ".openclaw", ".env");
    chmodSync(path, 0);
    const { status, stderr } = await runAs(ALICE, DOCUMENTED, alice);
    expect(status).toBe(1);
    expect(stderr).toContain("~/.openclaw/.env is yours, but has mode 0000. Run `chmod u+rw ~/.openclaw/.env`.");
  });

  it("may be the file of a flag", async () => {
    const alice = homeOfAlice();
    const file = join(alice.home, "key");
    writeFileSync(file, CANARY_KEY, { mode: 0o600 });
    const flags = [...DOCUMENTED.slice(0, -2), "--cloudflare-ai-gateway-api-key-file", file];
    const { status, stderr } = await runAs(ALICE, flags, alice);
    expect(status).toBe(2);
    expect(stderr).toContain("The file cannot be read (EACCES).");
    expect(stderr).toMatch(new RegExp(`key belongs to root\\. Run \`sudo chown ${ALICE} \\S+/key\`\\.`));
  });

  it("is no reason to take over a system's folder", async () => {
    const alice = homeOfAlice();
    const etc = join(alice.home, "..", "etc");
    mkdirSync(etc, { mode: 0o755 });
    const { status, stderr } = await runAs(ALICE, DOCUMENTED, {
      ...alice,
      env: { OPENCLAW_CONFIG_PATH: join(etc, "oc.json") },
    });
    expect(status).toBe(1);
    expect(stderr).toContain(`${etc} belongs to root. Run openclaw as root, or use another folder.`);
    expect(stderr).not.toContain("chown");
    expect(readdirSync(alice.home)).not.toContain(".env");
  });

  it("is another user's home", async () => {
    const alice = homeOfAlice();
    const { status, stderr } = await runAs(BOB, ["models", "list"], alice);
    expect(status).toBe(1);
    expect(stderr).toContain(`~ belongs to ${ALICE}.`);
    expect(stderr).not.toContain(ACCOUNT);
  });
});
