import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

interface Situation {
  readonly name: string;
  readonly files: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly where: string;
  readonly says: RegExp;
}

const SITUATIONS: readonly Situation[] = [
  {
    name: "OPENCLAW_HOME is the state folder",
    files: [".openclaw/openclaw.json"],
    env: { OPENCLAW_HOME: "HOME/.openclaw" },
    where: "~/.openclaw",
    says: /OPENCLAW_HOME takes the place of the home folder, so the files are in ~\/\.openclaw\/\.openclaw\. Set OPENCLAW_HOME to ~, or/,
  },
  {
    name: "OPENCLAW_HOME is the state folder of a profile, which is not there yet",
    files: [],
    env: { OPENCLAW_HOME: "~/.openclaw-work/" },
    where: "~/.openclaw-work",
    says: /so the files are in ~\/\.openclaw-work\/\.openclaw\./,
  },
  {
    name: "the configuration is one folder up",
    files: [".openclaw/openclaw.json"],
    env: { OPENCLAW_STATE_DIR: "HOME/.openclaw/state" },
    where: "~/.openclaw/openclaw.json",
    says: /one folder above .* To use it, set OPENCLAW_STATE_DIR to ~\/\.openclaw\./,
  },
  {
    name: "the configuration is in the home folder itself",
    files: ["openclaw.json", ".openclaw/.env"],
    where: "~/openclaw.json",
    says: /one folder above .* run `mv ~\/openclaw\.json ~\/\.openclaw\/openclaw\.json`\./,
  },
  {
    name: "the configuration is one folder down",
    files: ["data/.openclaw/openclaw.json"],
    env: { OPENCLAW_STATE_DIR: "HOME/data" },
    where: "~/data/.openclaw/openclaw.json",
    says: /one folder below .* To use it, set OPENCLAW_STATE_DIR to ~\/data\/\.openclaw\./,
  },
  {
    name: "a folder of Clawdbot",
    files: [".clawdbot/clawdbot.json"],
    where: "~/.clawdbot",
    says: /former name of OpenClaw; nothing reads it once ~\/\.openclaw exists\. To keep its settings, cancel and run `mv ~\/\.clawdbot ~\/\.openclaw`\./,
  },
  {
    name: "a folder of Moltbot beside ours",
    files: [".moltbot/moltbot.json", ".openclaw/.env"],
    where: "~/.moltbot",
    says: /Move what you still need to ~\/\.openclaw, and remove the folder\./,
  },
  {
    name: "a profile of Clawdbot",
    files: [".clawdbot-work/clawdbot.json"],
    flags: ["--profile", "work"],
    where: "~/.clawdbot-work",
    says: /`mv ~\/\.clawdbot-work ~\/\.openclaw-work`/,
  },
  {
    name: "a configuration of Clawdbot in our folder",
    files: [".openclaw/clawdbot.json"],
    where: "~/.openclaw/clawdbot.json",
    says: /former name of OpenClaw.* run `mv ~\/\.openclaw\/clawdbot\.json ~\/\.openclaw\/openclaw\.json`\./,
  },
  {
    name: "a configuration of Moltbot beside ours",
    files: [".openclaw/moltbot.json", ".openclaw/openclaw.json"],
    where: "~/.openclaw/moltbot.json",
    says: /Move what you still need into ~\/\.openclaw\/openclaw\.json, and remove it\./,
  },
];

describe("files that are not read", () => {
  it.each(SITUATIONS)(
    "are named by onboard and doctor: $name",
    async ({ files, env = {}, flags = [], where, says }) => {
      const home = temporaryHome();
      for (const file of files) {
        mkdirSync(dirname(join(home, file)), { recursive: true });
        writeFileSync(join(home, file), file.endsWith(".json") ? "{}" : "");
      }
      const options = {
        home,
        env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace("HOME", home)])),
      };
      const doctor = await openclaw([...flags, "doctor", "--offline"], options);
      expect(doctor.stdout).toContain(where);
      const checks = JSON.parse((await openclaw([...flags, "doctor", "--offline", "--json"], options)).stdout).checks;
      const found = checks.filter(({ id }: { id: string }) => id === "files.elsewhere");
      expect(found).toMatchObject([{ status: "warn", where }]);
      expect(`${found[0].message} ${found[0].fix}`).toMatch(says);
      const dryRun = await openclaw([...flags, ...DOCUMENTED, "--dry-run"], options);
      expect(dryRun.stderr).toMatch(says);
      expect(dryRun.stderr).toContain(`Note: ${where}: `);
      const json = await openclaw([...flags, ...DOCUMENTED, "--json"], options);
      expect(JSON.parse(json.stdout).warnings.join("\n")).toContain(where.replace("~", home));
    },
  );

  it("are not a link that the published program left, nor what the variables name", async () => {
    const home = temporaryHome();
    expect((await openclaw(DOCUMENTED, { home })).stderr).toBe("");
    symlinkSync(".openclaw", join(home, ".clawdbot"));
    const again = await openclaw(DOCUMENTED, { home });
    expect(again).toMatchObject({ status: 0, stderr: "" });
    renameSync(join(home, ".openclaw", "openclaw.json"), join(home, ".openclaw", "clawdbot.json"));
    const env = { OPENCLAW_CONFIG_PATH: join(home, ".openclaw", "clawdbot.json") };
    expect(await openclaw(DOCUMENTED, { home, env })).toMatchObject({ status: 0, stderr: "" });
    const doctor = await openclaw(["doctor", "--offline"], { home, env });
    expect(doctor.stdout).not.toContain("former name");
  });

  it("are said before the first question", async () => {
    const home = temporaryHome();
    mkdirSync(join(home, ".clawdbot"));
    let asked = "";
    const prompter = () => Promise.reject(new Error("asked"));
    const context = {
      terminal: { stdin: true, stdout: true, stderr: true },
      prompter,
      err: (text: string) => {
        asked += text;
      },
    };
    await openclaw(["onboard", "--no-verify"], { home, context });
    expect(asked).toContain("Note: ~/.clawdbot: This folder has a former name of OpenClaw");
  });
});
