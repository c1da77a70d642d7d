import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { homeWith } from "../support/doctor.ts";
import { configPath } from "../support/home-files.ts";
import { CANARY_KEY, DOCUMENTED, filesBelow, openclaw, temporaryHome } from "../support/program.ts";
import { openTerminal } from "../support/terminal.ts";

/** Nothing listens on such a port, and nobody may. */
const NO_PORT = ["--gateway-port", "1"];

describe("openclaw alone", () => {
  it.each([
    [[], "openclaw"],
    [["--profile", "work"], "openclaw --profile work"],
    [["--dev"], "openclaw --profile dev"],
  ])("on a fresh machine without a terminal says what to do: %j", async (args, typed) => {
    const home = temporaryHome();
    expect(await openclaw(args, { home })).toEqual({
      status: 2,
      stdout: "",
      stderr: `openclaw: Nothing is set up yet.\nRun \`${typed} onboard\` at a terminal. For the flags that replace its questions, run \`${typed} onboard --help\`.\n`,
    });
    expect(filesBelow(home)).toEqual(new Map());
  });

  it.each([[[]], [["--profile", "work"]]])("at a terminal leads to onboard: %j", async (args) => {
    const home = temporaryHome();
    const terminal = openTerminal(args, { home });
    await terminal.waitFor("Nothing is set up yet. This starts `openclaw");
    await terminal.waitFor("Which provider?");
    terminal.press("ctrl-c");
    expect((await terminal.exit).status).toBe(130);
    expect(filesBelow(home)).toEqual(new Map());
  });

  it("else shows what is set up in a few lines, and no secret", async () => {
    const home = temporaryHome();
    await openclaw([...DOCUMENTED, ...NO_PORT], { home });
    const { status, stdout, stderr } = await openclaw([], { home });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(`Provider       cloudflare-ai-gateway: has its credentials
Default model  cloudflare-ai-gateway/claude-sonnet-4-6
Local gateway  does not run

To check everything, run \`openclaw doctor\`. For all commands, run \`openclaw --help\`.
`);
    writeFileSync(join(home, ".openclaw", ".env"), "");
    const lacking = await openclaw([], { home });
    expect(lacking.status).toBe(0);
    expect(lacking.stdout).toContain("cloudflare-ai-gateway: lacks a credential");
    expect(lacking.stderr).toContain("CLOUDFLARE_AI_GATEWAY_API_KEY has no value");
    expect(stdout + lacking.stdout + lacking.stderr).not.toContain(CANARY_KEY);
  });

  it("lists several providers, and says when there is no default model", async () => {
    const home = await homeWith((config) => {
      config.gateway.port = 1;
      config.models.providers.other = { baseUrl: "http://127.0.0.1:1/v1", api: "openai-completions", models: [] };
      config.agents = {};
    });
    const { stdout } = await openclaw([], { home });
    expect(stdout).toMatch(/^Providers +cloudflare-ai-gateway: has its credentials\n +other: /);
    expect(stdout).toContain("Default model  none\n");
  });

  it("ends like any command with a configuration that cannot be read, and knows no other flag", async () => {
    const home = await homeWith();
    writeFileSync(configPath(home), "{");
    expect((await openclaw([], { home })).status).toBe(1);
    expect(await openclaw(["--json"], { home })).toMatchObject({ status: 2 });
  });
});

describe("openclaw models", () => {
  it("shows the status, and takes the flags of the status", async () => {
    const home = await homeWith();
    for (const flags of [[], ["--plain"], ["--json"], ["--check"]])
      expect(await openclaw(["models", ...flags], { home })).toEqual(
        await openclaw(["models", "status", ...flags], { home }),
      );
  });
});
