import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/commands/main.ts";
import { type FaultyFiles, faultyFiles } from "../support/faulty-files.ts";
import { ACCOUNT, CANARY_KEY, CANARY_TOKEN, filesBelow } from "../support/program.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";

const ABOUT = { version: "1.2.3", node: process.version, platform: process.platform };
/** A process id that no process has, as of one that has died. */
const NOBODY = 2 ** 22 + 1;

const CONFIG = `// mine
{
  models: { providers: {
    "cloudflare-ai-gateway": { baseUrl: "https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/gw/anthropic", models: [], apiKey: "\${MY_KEY}" },
    mine: { baseUrl: "https://x.example", apiKey: "${CANARY_KEY}", models: [] },
  } },
}
`;
const OLDER = CONFIG.replace("mine\n", "older\n");
const SECRETS = `# mine\nOTHER=1\nMY_KEY=${CANARY_KEY}\nCF_AIG_TOKEN=${CANARY_TOKEN}\n`;

function home(): string {
  const homedir = temporaryFolder();
  const folder = join(homedir, ".openclaw");
  mkdirSync(join(folder, "cache"), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, "openclaw.json"), CONFIG, { mode: 0o600 });
  writeFileSync(join(folder, "openclaw.json.bak"), OLDER, { mode: 0o600 });
  writeFileSync(join(folder, ".env"), SECRETS, { mode: 0o600 });
  writeFileSync(join(folder, "cache", "models-x.json"), "{}");
  mkdirSync(join(folder, "usage"), { mode: 0o700 });
  writeFileSync(join(folder, "usage", "2026-11-28.jsonl"), "");
  return homedir;
}

async function run(args: readonly string[], homedir: string, files: FaultyFiles, pid = process.pid) {
  const context = testContext({
    homedir: () => homedir,
    files,
    pid,
    isAlive: (id) => id === process.pid,
    run: async () => ({ status: null, stdout: "", failure: "not-found" }),
    http: async () => ({ ok: false, error: { kind: "refused", code: "ECONNREFUSED" } }) as never,
  });
  const status = await main(args, ABOUT, context);
  return { status, printed: [...context.written.out, ...context.written.err].join("") };
}

const withReference = (text: string) => text.replace(`"${CANARY_KEY}"`, '"${OPENCLAW_REMOVED_CREDENTIAL}"');

/** Every text below the home folder but `.env`, and its names. */
function contents(homedir: string) {
  const all = [...filesBelow(homedir)];
  return {
    texts: all.filter(([path]) => !path.endsWith("/.env")).map(([, text]) => text),
    secrets: all.find(([path]) => path.endsWith("/.openclaw/.env"))?.[1] ?? "",
    folders: readdirSync(join(homedir, ".openclaw")).filter((name) => name.startsWith("backup-")),
  };
}

const ERRNOS = ["death", "EIO", "ENOSPC"];

describe.each(ERRNOS)("a reset, interrupted by %s", (errno) => {
  it.each(["config+creds", "full"])(
    "anywhere with the scope %s, loses nothing, and goes on to the end when it is repeated",
    async (scope) => {
      const args = ["onboard", "--reset", "--reset-scope", scope, "--yes"];
      for (let at = 1, finished = false; !finished; at += 4) {
        const homedir = home();
        const files = faultyFiles({ at, errno });
        await run(args, homedir, files, NOBODY).catch(() => {});
        finished = files.log.length < at;
        const half = contents(homedir);
        const where = `operation ${at}: ${files.log[at - 1]}`;
        // Each content is somewhere, as it was or with references.
        for (const text of [CONFIG, OLDER])
          expect(
            half.texts.some((found) => found === text || found === withReference(text)),
            where,
          ).toBe(true);
        expect(half.secrets, where).toContain("OTHER=1");
        // The key that the configuration refers to is not gone before the configuration.
        if (half.texts.includes(CONFIG)) expect([where, half.secrets]).toEqual([where, SECRETS]);

        const again = await run(args, homedir, faultyFiles());
        expect([where, again.status]).toEqual([where, 0]);
        const whole = contents(homedir);
        expect([where, whole.secrets]).toEqual([where, "# mine\nOTHER=1\n"]);
        expect(whole.texts.filter((text) => text.includes("CANARY"))).toEqual([]);
        for (const text of [CONFIG, OLDER]) expect(whole.texts, where).toContain(withReference(text));
        expect(whole.folders, where).toHaveLength(1);
        const folder = join(homedir, ".openclaw", whole.folders[0] ?? "");
        expect(readdirSync(folder)).not.toContain(".unfinished");
        expect(statSync(folder).mode & 0o777).toBe(0o700);
        expect(readdirSync(join(homedir, ".openclaw"))).not.toContain("openclaw.json");
        expect(again.printed).not.toContain("CANARY");
        const undone = await run(["undo", "--yes"], homedir, faultyFiles());
        expect([where, undone.printed, undone.status]).toEqual([where, undone.printed, 0]);
        expect(readFileSync(join(homedir, ".openclaw", "openclaw.json"), "utf8"), where).toBe(withReference(CONFIG));
      }
    },
  );
});

describe.each(ERRNOS)("uninstall, interrupted by %s", (errno) => {
  it("anywhere, loses nothing, and the next one goes on to the end", async () => {
    for (let at = 1, finished = false; !finished; at += 6) {
      const homedir = home();
      const files = faultyFiles({ at, errno });
      await run(["uninstall", "--yes"], homedir, files, NOBODY).catch(() => {});
      finished = files.log.length < at;
      const where = `operation ${at}: ${files.log[at - 1]}`;
      for (const text of [CONFIG, OLDER])
        expect(
          contents(homedir).texts.some((found) => found === text || found === withReference(text)),
          where,
        ).toBe(true);
      expect([where, (await run(["uninstall", "--yes"], homedir, faultyFiles())).status]).toEqual([where, 0]);
      const { texts, secrets, folders } = contents(homedir);
      expect([where, secrets, folders.length]).toEqual([where, "# mine\nOTHER=1\n", 1]);
      expect(texts.filter((text) => text.includes("CANARY"))).toEqual([]);
      const left = readdirSync(join(homedir, ".openclaw")).filter((name) => !name.startsWith("backup-"));
      expect([where, left]).toEqual([where, [".env"]]);
    }
  });
});

describe.each(ERRNOS)("logout, interrupted by %s", (errno) => {
  it("anywhere, leaves all credentials or none, and the next one goes on", async () => {
    for (let at = 1, finished = false; !finished; at += 2) {
      const homedir = home();
      const files = faultyFiles({ at, errno });
      const pid = NOBODY;
      await run(["logout", "--yes"], homedir, files, pid).catch(() => {});
      finished = files.log.length < at;
      expect([SECRETS, "# mine\nOTHER=1\n"]).toContain(contents(homedir).secrets);
      expect((await run(["logout", "--yes"], homedir, faultyFiles())).status).toBe(0);
      expect(contents(homedir).secrets).toBe("# mine\nOTHER=1\n");
      expect(readFileSync(join(homedir, ".openclaw", "openclaw.json"), "utf8")).toBe(CONFIG);
    }
  });
});

describe.each(ERRNOS)("--rotate-key, interrupted by %s", (errno) => {
  it("anywhere, leaves the old key or the new one, whole", async () => {
    const value = `${CANARY_KEY}2`;
    const args = ["onboard", "--rotate-key", "--no-verify", "--yes", "--cloudflare-ai-gateway-api-key", value];
    const next = SECRETS.replace(CANARY_KEY, value);
    for (let at = 1, finished = false; !finished; at += 2) {
      const homedir = home();
      const files = faultyFiles({ at, errno });
      const pid = NOBODY;
      await run(args, homedir, files, pid).catch(() => {});
      finished = files.log.length < at;
      expect([SECRETS, next]).toContain(contents(homedir).secrets);
      expect((await run(args, homedir, faultyFiles())).status).toBe(0);
      expect(contents(homedir).secrets).toBe(next);
    }
  });
});
