import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import JSON5 from "json5";
import { describe, expect, it } from "vitest";
import { modeOf } from "../support/home-files.ts";
import {
  ACCOUNT,
  CANARY_KEY,
  CANARY_TOKEN,
  DOCUMENTED,
  filesBelow,
  openclaw,
  temporaryHome,
} from "../support/program.ts";
import {
  answer,
  answerQuickstart,
  describeInTerminal,
  leaks,
  leftSane,
  ONBOARD,
  openTerminal,
  openTerminalProcess,
} from "../support/terminal.ts";

const folder = (home: string) => join(home, ".openclaw");
const config = (home: string) => JSON5.parse(readFileSync(join(folder(home), "openclaw.json"), "utf8"));
const secrets = (home: string) => readFileSync(join(folder(home), ".env"), "utf8");
/** What a touched file would not have kept. */
const state = (home: string) =>
  [...filesBelow(home)].map(([path, text]) => [path, text, statSync(path).mtimeMs, statSync(path).ino]);

const OWN_KEY = "sk-ant-api03-ownKEYownKEYownKEYownKEY-efghQrSt";
const DONE = { status: 0, signal: undefined };
const LEFT = { status: 130, signal: undefined };

describeInTerminal("openclaw onboard", () => {
  it("sets everything up from the first question to the next commands", async () => {
    const home = temporaryHome();
    const terminal = openTerminalProcess(["onboard", "--no-verify"], { home });
    await terminal.waitFor("? Which provider?");
    expect(terminal.screen()).toContain("❯ Cloudflare AI Gateway\n  Skip for now");
    terminal.press("enter");
    await answerQuickstart(terminal);
    expect(filesBelow(home).size).toBe(0);
    terminal.press("enter");
    expect(await terminal.exit).toEqual(DONE);

    expect(config(home)).toMatchObject({
      models: {
        providers: {
          "cloudflare-ai-gateway": {
            baseUrl: `https://gateway.ai.cloudflare.com/v1/${ACCOUNT}/my-gw/anthropic`,
            apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
          },
        },
      },
      agents: { defaults: { model: { primary: "cloudflare-ai-gateway/claude-sonnet-4-6" } } },
      gateway: { mode: "local", port: 18789, bind: "loopback", auth: { mode: "token" } },
    });
    expect(secrets(home)).toMatch(
      new RegExp(`^CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nOPENCLAW_GATEWAY_TOKEN=\\S{43}\n$`),
    );
    expect(readdirSync(folder(home)).sort()).toEqual([".env", ".openclaw.json.undo", "openclaw.json"]);
    expect([folder(home), ...filesBelow(home).keys()].map(modeOf).sort()).toEqual(["600", "600", "600", "700"]);
    expect(terminal.screen()).toContain("openclaw models list --provider cloudflare-ai-gateway  list the models");
    expect(terminal.screen()).toMatch(/openclaw doctor +check everything/);
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expect(leftSane(terminal.bytes)).toBe(true);
  });

  it("names each command on a line of its own in a narrow window", async () => {
    const terminal = openTerminalProcess(["onboard", "--no-verify", "--auth-choice", "skip"], {
      home: temporaryHome(),
      columns: 30,
    });
    await terminal.waitFor("Save these changes?");
    terminal.press("enter");
    expect(await terminal.exit).toEqual(DONE);
    expect(terminal.screen()).toContain("  openclaw models list --all\n    list the models\n  openclaw doctor\n");
  });

  it("keeps one of two wizards' answers whole when both are confirmed at the same moment", async () => {
    const home = temporaryHome();
    const keys = new Map([
      ["gw-one", CANARY_KEY],
      ["gw-two", OWN_KEY],
    ]);
    const terminals = [...keys].map(([gatewayId, key]) => ({
      gatewayId,
      key,
      terminal: openTerminalProcess(ONBOARD, { home }),
    }));
    await Promise.all(terminals.map(({ gatewayId, key, terminal }) => answerQuickstart(terminal, gatewayId, key)));
    for (const { terminal } of terminals) terminal.press("enter");
    expect(await Promise.all(terminals.map(({ terminal }) => terminal.exit))).toEqual([DONE, DONE]);

    const { baseUrl } = config(home).models.providers["cloudflare-ai-gateway"];
    const gatewayId = baseUrl.split("/").at(-2);
    expect(secrets(home).split("\n")).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${keys.get(gatewayId)}`);
    expect(secrets(home).match(/^OPENCLAW_GATEWAY_TOKEN=/gm)).toHaveLength(1);
    // The second to write found the first one's file and kept it.
    const backup = JSON5.parse(readFileSync(join(folder(home), "openclaw.json.bak"), "utf8"));
    expect(backup.models.providers["cloudflare-ai-gateway"].baseUrl).not.toBe(baseUrl);
    expect(readdirSync(folder(home)).sort()).toEqual([
      ".env",
      ".openclaw.json.undo",
      "openclaw.json",
      "openclaw.json.bak",
    ]);
    expect(leaks(home, ...terminals.map(({ terminal }) => terminal.bytes))).toEqual([]);
  });
});

describe("the wizard's way through", () => {
  it("sets up the local gateway only when the provider is skipped", async () => {
    const home = temporaryHome();
    const terminal = openTerminal(["onboard", "--no-verify"], { home });
    await terminal.waitFor("? Which provider?");
    terminal.press("down");
    await terminal.waitFor("❯ Skip for now");
    terminal.press("enter");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toEqual(DONE);
    expect(Object.keys(config(home))).toEqual(["gateway", "wizard"]);
  });

  it("touches nothing when every answer is kept with Enter", async () => {
    const home = temporaryHome();
    expect(await openclaw(DOCUMENTED, { home })).toMatchObject({ status: 0 });
    const before = state(home);
    const terminal = openTerminal(["onboard", "--no-verify"], { home });
    await answer(terminal, "Which provider?");
    await terminal.waitFor(`? Account ID (${ACCOUNT})`);
    terminal.press("enter");
    await terminal.waitFor("? Gateway ID (my-gw)");
    terminal.press("enter");
    await terminal.waitFor("? API key (********wXyZ, from");
    terminal.press("enter");
    expect(await terminal.exit).toEqual(DONE);
    expect(terminal.screen()).toContain("Already up to date");
    expect(state(home)).toEqual(before);
    expect(leaks(home, terminal.bytes)).toEqual([]);
    expect(leftSane(terminal.bytes)).toBe(true);
  });

  it.each(["advanced", "manual"])(
    "asks for endpoints, who pays, token, model, port and reach with --flow %s",
    async (flow) => {
      const home = temporaryHome();
      const terminal = openTerminal([...ONBOARD, "--flow", flow], { home });
      await answer(terminal, "Account ID", ACCOUNT);
      await answer(terminal, "Gateway ID", "my-gw");
      await answer(terminal, "Which models do you want to use?");
      await answer(terminal, "How do you pay for the models?");
      await answer(terminal, "API key", CANARY_KEY);
      await answer(terminal, "Gateway token (optional)", CANARY_TOKEN);
      await terminal.waitFor("❯ claude-sonnet-4-6");
      terminal.press("down");
      await terminal.waitFor("❯ claude-opus-4-6");
      terminal.press("enter");
      await terminal.waitFor("? Port of the local gateway (18789)");
      await answer(terminal, "Port of the local gateway", "4000");
      await terminal.waitFor("❯ This machine only (loopback)");
      terminal.press("down");
      await terminal.waitFor("❯ The local network (lan)");
      terminal.press("enter");
      await answer(terminal, "Save these changes?", "y");
      expect(await terminal.exit).toEqual(DONE);
      expect(config(home)).toMatchObject({
        models: {
          providers: { "cloudflare-ai-gateway": { headers: { "cf-aig-authorization": "Bearer ${CF_AIG_TOKEN}" } } },
        },
        agents: { defaults: { model: { primary: "cloudflare-ai-gateway/claude-opus-4-6" } } },
        gateway: { port: 4000, bind: "lan" },
      });
      expect(secrets(home)).toContain(`CF_AIG_TOKEN=${CANARY_TOKEN}\n`);
      expect(leaks(home, terminal.bytes)).toEqual([]);
      expect(leftSane(terminal.bytes)).toBe(true);
    },
  );

  it("offers a key from the environment masked, and takes it on Enter", async () => {
    const home = temporaryHome();
    const terminal = openTerminal(ONBOARD, { home, env: { ANTHROPIC_API_KEY: CANARY_KEY } });
    await answer(terminal, "Account ID", ACCOUNT);
    await answer(terminal, "Gateway ID", "my-gw");
    await terminal.waitFor("? API key (********wXyZ, from ANTHROPIC_API_KEY)");
    terminal.press("enter");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toEqual(DONE);
    expect(secrets(home)).toContain(CANARY_KEY);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it("says that the environment wins over another key that is saved", async () => {
    const home = temporaryHome();
    const terminal = openTerminal(ONBOARD, { home, env: { CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY } });
    await answerQuickstart(terminal, "my-gw", OWN_KEY);
    terminal.press("enter");
    expect(await terminal.exit).toEqual(DONE);
    expect(terminal.screen().replace(/\s+/g, " ")).toContain(
      "CLOUDFLARE_AI_GATEWAY_API_KEY has a different value in this environment, which",
    );
    expect(secrets(home)).toContain(OWN_KEY);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it("asks about another provider's default model and keeps it when told no", async () => {
    const home = temporaryHome();
    await openclaw(["onboard", "--non-interactive", "--auth-choice", "skip"], { home });
    const path = join(folder(home), "openclaw.json");
    writeFileSync(path, '// mine\n{ agents: { defaults: { model: { primary: "openai/gpt-5" } } } }\n');
    const terminal = openTerminal(ONBOARD, { home });
    await answer(terminal, "Account ID", ACCOUNT);
    await answer(terminal, "Gateway ID", "my-gw");
    await answer(terminal, "API key", CANARY_KEY);
    await terminal.waitFor("? Make cloudflare-ai-gateway/claude-sonnet-4-6 the default model? (y/N)");
    expect(terminal.screen()).toContain("Your default model is openai/gpt-5.\n");
    terminal.press("enter");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toEqual(DONE);
    expect(config(home).agents.defaults.model.primary).toBe("openai/gpt-5");
    expect(readFileSync(path, "utf8")).toMatch(/^\/\/ mine\n/);
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it("writes nothing when the last answer is no", async () => {
    const home = temporaryHome();
    const terminal = openTerminal(ONBOARD, { home });
    await answerQuickstart(terminal);
    terminal.type("n");
    terminal.press("enter");
    expect(await terminal.exit).toEqual(LEFT);
    expect(terminal.screen()).toContain("No files were changed.");
    expect(readdirSync(home)).toEqual([]);
    expect(leftSane(terminal.bytes)).toBe(true);
  });

  it("shows a folder that others may read, and closes it only after asking", async () => {
    const home = temporaryHome();
    await openclaw(DOCUMENTED, { home });
    chmodSync(join(home, ".openclaw"), 0o755);
    const terminal = openTerminal(ONBOARD, { home });
    for (const question of ["Account ID", "Gateway ID", "API key"]) await answer(terminal, question);
    await terminal.waitFor("mode 0755 -> 0700");
    await answer(terminal, "Save these changes?", "n");
    expect(await terminal.exit).toMatchObject({ status: 130 });
    expect(statSync(join(home, ".openclaw")).mode & 0o777).toBe(0o755);
  });
});
