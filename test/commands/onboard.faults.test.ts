import { randomBytes as realRandomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/commands/main.ts";
import { type FaultyFiles, faultyFiles } from "../support/faulty-files.ts";
import { ACCOUNT, CANARY_KEY, DOCUMENTED } from "../support/program.ts";
import { temporaryFolder, testContext } from "../support/real-context.ts";

const ABOUT = { version: "1.2.3", node: process.version, platform: process.platform };
const NOW = new Date("2026-11-23T10:00:00Z");

const OLD_CONFIG = `// mine\n{ models: { providers: { "cloudflare-ai-gateway": { baseUrl: "https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/old/anthropic", models: [] } } } }\n`;
const OLD_SECRETS = "# mine\nCLOUDFLARE_AI_GATEWAY_API_KEY=old-key\n";

interface Ending {
  readonly status: number;
  readonly err: string;
  readonly config: string;
  readonly secrets: string;
  readonly names: readonly string[];
}

/** The gateway's token is the same in every run, so that files can be compared; names of temporary files are not. */
const randomBytes = (size: number) => (size === 32 ? Buffer.alloc(size, 7) : realRandomBytes(size));

/** Runs the documented command in this process, in a home that was set up before, with files that fail. */
async function onboard(files: FaultyFiles, homedir = oldHome(), pid = process.pid): Promise<Ending> {
  const context = testContext({ homedir: () => homedir, files, pid, now: () => NOW, randomBytes });
  const status = await main(DOCUMENTED, ABOUT, context);
  const folder = join(homedir, ".openclaw");
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return {
    status,
    err: context.written.err.join(""),
    config: read("openclaw.json"),
    secrets: read(".env"),
    names: readdirSync(folder),
  };
}

function oldHome(): string {
  const homedir = temporaryFolder();
  mkdirSync(join(homedir, ".openclaw"), { mode: 0o700 });
  writeFileSync(join(homedir, ".openclaw", "openclaw.json"), OLD_CONFIG, { mode: 0o600 });
  writeFileSync(join(homedir, ".openclaw", ".env"), OLD_SECRETS, { mode: 0o600 });
  return homedir;
}

/** A process id that no process has, as of one that has died. */
const NOBODY = 2 ** 22 + 1;

const OURS = /^(?:\.openclaw\.json\.undo|\.env|openclaw\.json(?:\.bak(?:\.\d)?)?)$/;

describe("onboard, whatever fails", () => {
  it.each(["EIO", "ENOSPC", "EACCES"])(
    "leaves each file old or new when operation n fails with %s, for every n",
    async (errno) => {
      const whole = await onboard(faultyFiles());
      expect(whole.status).toBe(0);
      expect(whole.config).not.toBe(OLD_CONFIG);
      let failures = 0;
      for (let at = 1; ; at += 1) {
        const files = faultyFiles({ at, errno });
        const ending = await onboard(files);
        if (files.log.length < at) break;
        if (ending.status !== 0) failures += 1;
        const told = [at, files.log[at - 1], ending.err];
        expect([OLD_CONFIG, whole.config], String(told)).toContain(ending.config);
        expect([OLD_SECRETS, whole.secrets], String(told)).toContain(ending.secrets);
        // A configuration never refers to a key that was not stored.
        if (ending.config === whole.config) expect(ending.secrets).toBe(whole.secrets);
        expect(ending.err, String(told)).not.toMatch(/a bug in|CANARY|old-key/);
        // What cannot be removed, or a lock that cannot be looked at, stays for the next run, which sweeps it.
        if (!/^unlinkSync|\.lock$/.test(files.log[at - 1] ?? "")) {
          expect(
            ending.names.filter((name) => !OURS.test(name)),
            String(told),
          ).toEqual([]);
        }
      }
      expect(failures).toBeGreaterThan(20);
    },
  );

  it("finishes the job on the run after a death at any moment, and leaves no litter", async () => {
    const whole = await onboard(faultyFiles());
    for (let at = 1; ; at += 1) {
      const homedir = oldHome();
      const dying = faultyFiles({ at, errno: "death" });
      const died = await onboard(dying, homedir, NOBODY);
      if (dying.log.length < at) break;
      expect([OLD_CONFIG, whole.config]).toContain(died.config);
      expect([OLD_SECRETS, whole.secrets]).toContain(died.secrets);
      const again = await onboard(faultyFiles(), homedir);
      expect(again.names.filter((name) => !OURS.test(name))).toEqual([]);
      expect([again.status, again.config, again.secrets], `${at} ${dying.log[at - 1]}`).toEqual([
        0,
        whole.config,
        whole.secrets,
      ]);
    }
  });

  it("makes the edit afresh when another program writes in between, and keeps what it wrote", async () => {
    const homedir = oldHome();
    const path = join(homedir, ".openclaw", "openclaw.json");
    let meddled = false;
    const files = faultyFiles({
      before: (operation, target) => {
        if (
          meddled ||
          operation !== "fsyncSync" ||
          !readdirSync(join(homedir, ".openclaw")).some((name) => /openclaw\.json\.\d+.*tmp/.test(name))
        )
          return;
        meddled = true;
        writeFileSync(path, OLD_CONFIG.replace("// mine", "// theirs"));
        void target;
      },
    });
    const { status, config } = await onboard(files, homedir);
    expect([status, meddled]).toEqual([0, true]);
    expect(config).toMatch(/^\/\/ theirs\n.*\/my-gw\/anthropic/s);
  });

  it("gives up, and says so, when another program never stops writing", async () => {
    const homedir = oldHome();
    const path = join(homedir, ".openclaw", "openclaw.json");
    let writes = 0;
    const files = faultyFiles({
      before: (operation) => {
        if (operation !== "fsyncSync") return;
        writes += 1;
        writeFileSync(path, OLD_CONFIG.replace("// mine", `// theirs ${writes}`));
      },
    });
    const { status, err, config } = await onboard(files, homedir);
    expect(status).toBe(1);
    expect(err).toContain("openclaw.json");
    expect(config).toMatch(/^\/\/ theirs \d+\n/);
    expect(err).not.toContain(CANARY_KEY);
  });

  it("says which bug it is when the program itself is at fault, without credentials", async () => {
    const context = testContext({
      files: faultyFiles(),
      randomBytes: () => {
        throw new TypeError(`broken near ${CANARY_KEY}`);
      },
    });
    expect(await main(DOCUMENTED, ABOUT, context)).toBe(1);
    const err = context.written.err.join("");
    expect(err).toContain("This is a bug in openclaw 1.2.3");
    expect(err).not.toContain("CANARY");
  });
});
