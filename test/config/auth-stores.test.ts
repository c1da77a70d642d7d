import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { authStores } from "../../src/config/auth-stores.ts";
import { doctor, faults, homeWith, PROVIDER } from "../support/doctor.ts";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";

/** Databases with the tables of 2026.9.6, written by SQLite itself. */
const FIXTURES = join(import.meta.dirname, "..", "fixtures", "auth-stores");
const STATE = "state/openclaw.sqlite";
const MAIN = "agents/main/agent/auth-profiles.json";

const put = (stateDir: string, name: string, content: string | Buffer) => {
  mkdirSync(dirname(join(stateDir, name)), { recursive: true });
  writeFileSync(join(stateDir, name), content);
};

const fixture = (name: string) => readFileSync(join(FIXTURES, name));
const profiles = (provider: string) => JSON.stringify({ version: 1, profiles: { x: { provider, key: "CANARY" } } });

/** The stores as `path agent providers`, or `?` where one cannot be read. */
function stores(files: Readonly<Record<string, string | Buffer>>): readonly string[] {
  const stateDir = temporaryFolder();
  for (const [name, content] of Object.entries(files)) put(stateDir, name, content);
  return found(stateDir);
}

const found = (stateDir: string) =>
  authStores({ stateDir }, testContext()).map(({ path, agent = "all", providers, isUnreadable }) =>
    [path.slice(stateDir.length + 1), agent, isUnreadable ? "?" : providers.join("+")].join(" "),
  );

describe("the published OpenClaw's stores of credentials", () => {
  it.each<readonly [string, Readonly<Record<string, string | Buffer>>, readonly string[]]>([
    ["nothing", {}, []],
    ["a file of the main agent", { [MAIN]: profiles("x") }, [`${MAIN} main x`]],
    [
      "files of several agents",
      { [MAIN]: profiles("x"), "agents/second/agent/auth-profiles.json": profiles(PROVIDER), "agents/notes.txt": "" },
      [`${MAIN} main x`, `agents/second/agent/auth-profiles.json second ${PROVIDER}`],
    ],
    ["an agent without keys", { [MAIN]: `{"profiles":{"b":{},"c":null}}` }, [`${MAIN} main `]],
    ["a database", { [STATE]: fixture("one.sqlite") }, [`${STATE} all ${PROVIDER}+anthropic`]],
    ["a database without keys", { [STATE]: fixture("empty.sqlite") }, [`${STATE} all `]],
    ["a database with a key that was deleted", { [STATE]: fixture("deleted.sqlite") }, [`${STATE} all `]],
    [
      "a database with many pages, and a key that is longer than one",
      { [STATE]: fixture("many.sqlite") },
      [`${STATE} all other+${PROVIDER}`],
    ],
    ["a database before its log was taken up", { [STATE]: fixture("wal.sqlite") }, [`${STATE} all anthropic`]],
    [
      "a database with a newer log",
      { [STATE]: fixture("wal.sqlite"), [`${STATE}-wal`]: fixture("wal.sqlite-wal") },
      [`${STATE} all ${PROVIDER}`],
    ],
    [
      "a database with a log that was cut off",
      { [STATE]: fixture("wal.sqlite"), [`${STATE}-wal`]: fixture("wal.sqlite-wal").subarray(0, 700) },
      [`${STATE} all anthropic`],
    ],
    [
      "a database of an agent",
      { "agents/second/agent/openclaw-agent.sqlite": fixture("agent.sqlite") },
      ["agents/second/agent/openclaw-agent.sqlite second cloudflare-ai-gateway-openai"],
    ],
    ["a database of another kind", { [STATE]: fixture("agent.sqlite") }, [`${STATE} all `]],
  ])("are found: %s", (_, files, expected) => {
    expect(stores(files)).toEqual(expected);
  });

  it.each<readonly [string, string, string | Buffer]>([
    ["an empty file of profiles", MAIN, ""],
    ["half a file of profiles", MAIN, profiles("x").slice(0, -5)],
    ["a list in place of profiles", MAIN, "null"],
    ["an empty database", STATE, ""],
    ["something else in place of a database", STATE, "SQLite format 4"],
    ["a database that is cut off", STATE, fixture("many.sqlite").subarray(0, 2_000)],
    ["a database of zeros", STATE, Buffer.concat([fixture("one.sqlite").subarray(0, 100), Buffer.alloc(6_000)])],
  ])("say that they cannot be read: %s", (_, name, content) => {
    expect(stores({ [name]: content })).toEqual([`${name} ${name === MAIN ? "main" : "all"} ?`]);
  });

  it("that are damaged anywhere neither crash nor hang", () => {
    const whole = fixture("many.sqlite");
    for (let at = 0; at < whole.length; at += 97) {
      const damaged = Buffer.from(whole);
      damaged.fill(0xff, at, Math.min(at + 9, whole.length));
      expect(stores({ [STATE]: damaged })[0]).toMatch(/^state\/openclaw\.sqlite all /);
    }
  });

  it("that are a folder, a dangling link or enormous are not read", () => {
    const stateDir = temporaryFolder();
    mkdirSync(join(stateDir, STATE), { recursive: true });
    mkdirSync(join(stateDir, "agents/a/agent"), { recursive: true });
    symlinkSync("nowhere", join(stateDir, "agents/a/agent/auth-profiles.json"));
    put(stateDir, "agents/b/agent/auth-profiles.json", "{");
    truncateSync(join(stateDir, "agents/b/agent/auth-profiles.json"), 2 ** 32);
    expect(found(stateDir)).toEqual([`${STATE} all ?`, "agents/b/agent/auth-profiles.json b ?"]);
  });

  it("are not written to", () => {
    const stateDir = temporaryFolder();
    mkdirSync(join(stateDir, "state"));
    for (const end of ["", "-wal"]) copyFileSync(join(FIXTURES, `wal.sqlite${end}`), join(stateDir, STATE + end));
    found(stateDir);
    expect(readdirSync(join(stateDir, "state"))).toEqual(["openclaw.sqlite", "openclaw.sqlite-wal"]);
    expect(readFileSync(join(stateDir, `${STATE}-wal`)).equals(fixture("wal.sqlite-wal"))).toBe(true);
  });
});

describe("a key that the published OpenClaw stores", () => {
  it.each([
    [STATE, fixture("one.sqlite"), "and uses it before the one in .env."],
    [
      "agents/second/agent/auth-profiles.json",
      profiles(PROVIDER),
      'and its agent "second" uses it before the one in .env.',
    ],
  ])("in %s is named by `doctor` and `onboard`", async (name, content, words) => {
    const home = await homeWith();
    put(join(home, ".openclaw"), name, content);
    const report = await doctor(home);
    const [warning] = faults(report, "credentials.auth-profiles");
    expect(warning).toMatchObject({ status: "warn", where: `~/.openclaw/${name}` });
    expect(warning?.message).toContain(words);
    const { status, stderr, stdout } = await openclaw(DOCUMENTED, { home });
    expect(status).toBe(0);
    expect(stderr).toContain(`${name} also has a key for Cloudflare AI Gateway,`);
    expect(report.stdout + stdout + stderr).not.toContain("CANARY-in");
  });

  it("is named also where onboarding stores no key", async () => {
    const home = temporaryHome();
    put(join(home, ".openclaw"), STATE, fixture("one.sqlite"));
    const env = { CLOUDFLARE_AI_GATEWAY_API_KEY: "sk-ant-api03-of-the-environment" };
    const args = [...DOCUMENTED.slice(0, -2), "--secret-input-mode", "ref"];
    const { status, stderr } = await openclaw(args, { home, env });
    expect(status).toBe(0);
    expect(stderr).toContain("openclaw.sqlite also has a key for Cloudflare AI Gateway,");
  });

  it.each([STATE, MAIN])("in a damaged %s may be there, as both say", async (name) => {
    const home = await homeWith();
    put(join(home, ".openclaw"), name, "damaged");
    const [warning] = faults(await doctor(home), "credentials.auth-profiles");
    expect(warning).toMatchObject({ status: "warn", where: `~/.openclaw/${name}` });
    expect(warning?.message).toContain("cannot be read");
    const { stderr } = await openclaw(DOCUMENTED, { home });
    expect(stderr).toContain(`${name} cannot be read.`);
  });
});
