import { describe, expect, it } from "vitest";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { ONBOARD, openTerminal } from "../support/terminal.ts";

const named = (model: string, ...flags: readonly string[]) => {
  const base = model.startsWith("@cf/") ? KEYLESS : DOCUMENTED;
  return openclaw([...base, "--model", model, ...flags], { home: temporaryHome() });
};

const TOKEN = ["--cloudflare-ai-gateway-token", "cfut_MADEUPXrunMADEUPXrunMADEUPXrunMADEUPX12345678"];
/** The documented flags without the key, which Workers AI has no use for. */
const KEYLESS = DOCUMENTED.slice(0, -2);

describe("a model that a flag names", () => {
  it.each<[string, readonly string[], string]>([
    [
      "claude-sonet-4-6",
      [],
      `"claude-sonet-4-6" is not in the built-in list of Cloudflare AI Gateway's models. Requests fail if it does not exist. Did you mean claude-sonnet-4-6?`,
    ],
    [
      "cloudflare-ai-gateway/gibberish",
      [],
      `"gibberish" is not in the built-in list of Cloudflare AI Gateway's models. Requests fail if it does not exist.\n`,
    ],
    ["@cf/zai-org/glm-5.4", TOKEN, "Did you mean @cf/zai-org/glm-5.3?"],
    ["claude-3-opus-latest", [], "Requests for claude-3-opus-latest fail from 2026-01-05 on."],
  ])("is warned of without a check: %s", async (model, flags, warning) => {
    const { status, stderr } = await named(model, ...flags);
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining(`Note: `) });
    expect(stderr).toContain(warning);
    const { stdout } = await named(model, ...flags, "--json");
    expect(JSON.parse(stdout).warnings.join("\n")).toContain(warning.trim());
  });

  it.each(["claude-sonnet-4-6", "cloudflare-ai-gateway/claude-opus-5", "claude-opus-4-5"])(
    "is not, where it is known: %s",
    async (model) => {
      expect((await named(model)).stderr).not.toContain("Note:");
    },
  );

  it("is not, where the configuration has it", async () => {
    const home = temporaryHome();
    const args = [...DOCUMENTED, "--model", "claude-private-1"];
    expect((await openclaw(args, { home })).stderr).toContain("not in the built-in list");
    expect((await openclaw(args, { home })).stderr).not.toContain("not in the built-in list");
  });

  it("is warned of once in the wizard, before anything is written", async () => {
    const home = temporaryHome();
    const terminal = openTerminal([...ONBOARD, "--model", "claude-sonet-4-6"], { home });
    await terminal.waitFor("? Account ID");
    expect(terminal.screen()).toContain("Did you mean claude-sonnet-4-6?");
    terminal.press("ctrl-c");
    await terminal.exit;
  });
});
