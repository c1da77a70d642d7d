import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDotenv } from "../../src/config/dotenv-document.ts";
import { CANARY_KEY, filesBelow } from "../support/program.ts";
import { formsOf, machine, modified, WORKER } from "../support/worker-project.ts";

const jsonc = (text: string): Record<string, unknown> => JSON.parse(text.replace(/^\s*\/\/.*$/gm, ""));

describe("gateway worker", () => {
  it("writes a project for wrangler", async () => {
    const { write, read, folder } = await machine();
    const { status, stdout, stderr } = await write();
    expect([status, stderr]).toEqual([0, ""]);
    expect(readdirSync(folder).sort()).toEqual([
      ".dev.vars.example",
      ".gitignore",
      ".openclaw-worker.json",
      "README.md",
      "openclaw.json",
      "worker.mjs",
      "wrangler.jsonc",
    ]);
    expect(jsonc(read("wrangler.jsonc"))).toEqual({
      $schema: "https://unpkg.com/wrangler@4/config-schema.json",
      name: "openclaw-gateway",
      main: "worker.mjs",
      compatibility_date: "2026-04-26",
      compatibility_flags: ["nodejs_compat"],
      rules: [{ type: "Text", globs: ["**/openclaw.json"], fallthrough: true }],
      secrets: { required: ["CLOUDFLARE_AI_GATEWAY_API_KEY", "OPENCLAW_GATEWAY_TOKEN"] },
      observability: { enabled: true },
    });
    expect(read("worker.mjs")).toBe(WORKER);
    expect(stdout).toContain("Wrote ~/gw/wrangler.jsonc (8 values)");
    for (const command of [
      "npx wrangler login",
      "secrets . | npx wrangler secret bulk",
      "npx wrangler deploy",
      "doctor --worker",
    ]) {
      expect(read("README.md")).toContain(command);
      expect(stdout).toContain(command);
    }
  });

  it("puts no secret into any file, and none on the screen", async () => {
    const { write, folder, secrets } = await machine();
    const parsed = parseDotenv(readFileSync(secrets, "utf8"));
    const values = parsed.ok ? [...parsed.value.values()] : [];
    expect(values).toContain(CANARY_KEY);
    const outputs = [await write(["--dry-run"]), await write(["--json", "--dry-run"]), await write(["--json"])];
    const texts = [...filesBelow(folder).values(), ...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr])];
    for (const form of values.flatMap(formsOf)) expect(texts.filter((text) => text.includes(form))).toEqual([]);
  });

  it("changes nothing when it is run again", async () => {
    const { write, folder } = await machine();
    await write();
    const times = [...filesBelow(folder).keys()].map((path) => [path, modified(path)]);
    const { status, stdout } = await write();
    expect([status, stdout]).toEqual([0, "~/gw is up to date.\n"]);
    expect([...filesBelow(folder).keys()].map((path) => [path, modified(path)])).toEqual(times);
  });

  it("writes nothing in a dry run", async () => {
    const { write, folder } = await machine();
    const { stdout } = await write(["--dry-run"]);
    expect(existsSync(folder)).toBe(false);
    expect(stdout).toContain("  + wrangler.jsonc\n");
    expect(stdout).toContain("Dry run: no files were changed.");
  });

  it.each([
    ["a file", (path: string) => writeFileSync(path, ""), "is not a folder", 2],
    ["another package", (path: string) => plant(path, "package.json"), "holds another project: package.json", 1],
    ["another Worker", (path: string) => plant(path, "wrangler.toml"), "holds another project: wrangler.toml", 1],
    ["a link to nowhere", (path: string) => symlinkSync("/nowhere/else", path), "leads nowhere", 2],
  ])("refuses a folder that is %s", async (_, prepare, sentence, expected) => {
    const { write, folder } = await machine();
    prepare(folder);
    const { status, stderr, stdout } = await write();
    expect([status, stdout]).toEqual([expected, ""]);
    expect(stderr).toContain(sentence);
  });
});

function plant(folder: string, name: string) {
  mkdirSync(folder);
  writeFileSync(join(folder, name), "{}");
}
