import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";

const FIX = ["doctor", "--offline", "--fix", "--yes"];

describe("doctor --fix takes care", () => {
  it("not to speak of undo where it changed no configuration", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    chmodSync(join(home, ".openclaw", "openclaw.json"), 0o644);
    const { stdout } = await openclaw(FIX, { home });
    expect(stdout).toContain("Repaired.\n");
    expect(stdout).not.toContain("openclaw undo");
  });

  it("not to move a key under a variable that has another value in the configuration", async () => {
    const home = temporaryHome();
    const folder = join(home, ".openclaw");
    mkdirSync(folder, { mode: 0o700 });
    const own = "sk-proj-BBBBBBBBBBBBBBBBBBBB";
    const provider = { baseUrl: "https://a.example/v1", api: "openai-completions", apiKey: own, models: [] };
    const env = { vars: { OPENAI_API_KEY: "sk-proj-AAAAAAAAAAAAAAAAAAAA" } };
    writeFileSync(join(folder, "openclaw.json"), JSON.stringify({ env, models: { providers: { openai: provider } } }), {
      mode: 0o600,
    });
    await openclaw(FIX, { home });
    const { models } = JSON.parse(readFileSync(join(folder, "openclaw.json"), "utf8"));
    expect(models.providers.openai.apiKey).toBe(own);
  });
});
