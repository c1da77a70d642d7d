import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROVIDER, readConfig } from "../support/doctor.ts";
import { startGateway } from "../support/gateway.ts";
import { secretsText } from "../support/home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, temporaryHome, WITHOUT_PAUSES } from "../support/program.ts";
import { httpServer } from "../support/sockets.ts";
import { KNOWN } from "../support/stand-in/world.ts";
import { standIn } from "../support/stand-in.ts";
import { answer, describeInTerminal, leaks, openTerminal, openTerminalProcess } from "../support/terminal.ts";

const WRONG_KEY = "sk-ant-api03-not-the-right-one-at-all";

const wizard = (baseUrl: string) => [
  "onboard",
  "--auth-choice",
  "cloudflare-ai-gateway-api-key",
  "--cloudflare-ai-gateway-base-url",
  baseUrl,
];

describe("the wizard checks before it saves", () => {
  it("and says that the set-up works", async () => {
    const { baseUrl } = await startGateway();
    const home = temporaryHome();
    const terminal = openTerminal(wizard(baseUrl), { context: WITHOUT_PAUSES, home });
    await answer(terminal, "API key", CANARY_KEY);
    await terminal.waitFor("Everything works.");
    await answer(terminal, "Default model");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(leaks(home, terminal.bytes)).toEqual([]);
  });

  it("asks for the gateway token then and there when the gateway wants one", async () => {
    const { baseUrl, next: _ } = await startGateway({ authenticated: true });
    const home = temporaryHome();
    const terminal = openTerminal(wizard(baseUrl), { context: WITHOUT_PAUSES, home });
    await answer(terminal, "API key", CANARY_KEY);
    await answer(terminal, "Gateway token", CANARY_TOKEN);
    await terminal.waitFor("Everything works.");
    await answer(terminal, "Default model");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(secretsText(home)).toContain(`CF_AIG_TOKEN=${CANARY_TOKEN}`);
  });

  it("has only the answer corrected that is to blame", async () => {
    const { baseUrl } = await startGateway();
    const home = temporaryHome();
    const terminal = openTerminal(wizard(baseUrl), { context: WITHOUT_PAUSES, home });
    await answer(terminal, "API key", WRONG_KEY);
    await answer(terminal, "How do you want to continue?");
    await answer(terminal, "API key", CANARY_KEY);
    await terminal.waitFor("Everything works.");
    await answer(terminal, "Default model");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(secretsText(home)).toContain(`CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}`);
  });

  it("tries again, saves anyway, or leaves, as the person wants", async () => {
    const { baseUrl, received } = await startGateway();
    for (const [downs, status, saved] of [
      [4, 0, true],
      [5, 130, false],
    ] as const) {
      const home = temporaryHome();
      const terminal = openTerminal(wizard(baseUrl), { context: WITHOUT_PAUSES, home });
      await answer(terminal, "API key", WRONG_KEY);
      await terminal.waitFor("How do you want to continue?");
      const before = received.length;
      terminal.press("down", 2);
      terminal.press("enter");
      await terminal.waitFor("✔ How do you want to continue? Try again");
      await terminal.waitFor(/How do you want to continue\?\n.*Change the API key/);
      expect(received.length).toBe(before + 1);
      for (let press = 0; press < downs; press += 1) terminal.press("down");
      terminal.press("enter");
      if (saved) await answer(terminal, "Save these changes?");
      expect(await terminal.exit).toMatchObject({ status });
      expect(existsSync(join(home, ".openclaw", ".env"))).toBe(saved);
      // What did not work when it was checked is not asked for its models either.
      expect(received.length).toBe(before + 1);
    }
  });

  it("shows that on one line, also where that is short", async () => {
    const { baseUrl, next } = await startGateway();
    next("silence");
    const terminal = openTerminal(wizard(baseUrl), { context: WITHOUT_PAUSES, home: temporaryHome(), columns: 20 });
    await answer(terminal, "API key", CANARY_KEY);
    await terminal.waitFor(() => /⠋.*⠙.*⠹.*⠸/s.test(terminal.bytes));
    expect(terminal.screen().match(/Checking/g)).toHaveLength(1);
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 130 });
  });

  it("is left with Escape while it checks, and returns to the question before", async () => {
    const { baseUrl, next, received } = await startGateway();
    next("silence");
    const home = temporaryHome();
    const terminal = openTerminal(wizard(baseUrl), { context: WITHOUT_PAUSES, home });
    await answer(terminal, "API key", CANARY_KEY);
    await terminal.waitFor(() => received.length === 1);
    terminal.type("what was typed meanwhile");
    terminal.press("escape");
    await terminal.waitFor("What you typed meanwhile was not used.");
    await terminal.waitFor(/\? API key \(\*{8}wXyZ\)$/m);
    terminal.press("enter");
    await terminal.waitFor("✔ Everything works.");
  });

  it.each([[], ["--accessible"]])("does without the check once that is skipped (%s)", async (...flags) => {
    const { baseUrl, next, received } = await startGateway();
    next("silence");
    const home = temporaryHome();
    const terminal = openTerminal([...wizard(baseUrl), ...flags], { context: WITHOUT_PAUSES, home });
    await terminal.waitFor(/(?:\?|1\.) API key/);
    terminal.type(CANARY_KEY);
    terminal.press("enter");
    await terminal.waitFor(() => received.length === 1);
    terminal.press("tab");
    await terminal.waitFor("The answers were not checked. To check them later, run `openclaw doctor`.");
    await terminal.waitFor("Save these changes?");
    terminal.press("enter");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(received.length).toBe(1);
    expect(secretsText(home)).toContain(CANARY_KEY);
  });

  it("offers the gateway's own models, found by typing, and describes the chosen one as the gateway does", async () => {
    const { gatewayBase } = await standIn();
    const home = temporaryHome();
    const terminal = openTerminal(wizard(`${gatewayBase()}/anthropic`), { context: WITHOUT_PAUSES, home });
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await terminal.waitFor("❯ claude-sonnet-4-6");
    terminal.type("opus 4.8");
    await terminal.waitFor("❯ claude-opus-4-8");
    terminal.press("enter");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(readConfig(home)).toMatchObject({
      models: { providers: { [PROVIDER]: { models: [{ id: "claude-opus-4-8", contextWindow: 1_000_000 }] } } },
      agents: { defaults: { model: { primary: `${PROVIDER}/claude-opus-4-8` } } },
    });
  });

  it("takes a model that nobody lists, when it is typed", async () => {
    const { gatewayBase } = await standIn();
    const home = temporaryHome();
    const terminal = openTerminal(wizard(`${gatewayBase()}/anthropic`), { context: WITHOUT_PAUSES, home });
    await answer(terminal, "API key", KNOWN.anthropicKey);
    await terminal.waitFor("? Default model");
    terminal.type("claude-next-9");
    await terminal.waitFor("❯ claude-next-9 (not in the list)");
    terminal.press("enter");
    await answer(terminal, "Save these changes?");
    expect(await terminal.exit).toMatchObject({ status: 0 });
    expect(readConfig(home).agents.defaults.model.primary).toBe(`${PROVIDER}/claude-next-9`);
  });
});

// The process has to end, whatever it was waiting for.
describeInTerminal("the wizard that checks", () => {
  it("stops at once at Ctrl-C while it waits for an answer", async () => {
    const { baseUrl, next } = await startGateway();
    next("silence");
    const home = temporaryHome();
    const terminal = openTerminalProcess(wizard(baseUrl), { home });
    await answer(terminal, "API key", CANARY_KEY);
    await terminal.waitFor("Checking your answers");
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 130 });
    expect(existsSync(join(home, ".openclaw"))).toBe(false);
  });

  it("asks nobody a second time when Ctrl-C comes in the pause before that", async () => {
    let asked = 0;
    const { port, idle } = await httpServer((_, response) => {
      asked += 1;
      // The second one would be waited for, which keeps the program from ending.
      if (asked === 1) response.writeHead(529, { "content-type": "text/plain" }).end("overloaded");
    });
    const home = temporaryHome();
    const terminal = openTerminalProcess(wizard(`http://127.0.0.1:${port}/anthropic`), { home });
    await answer(terminal, "API key", CANARY_KEY);
    await terminal.waitFor(() => asked === 1);
    await idle();
    terminal.press("ctrl-c");
    expect(await terminal.exit).toMatchObject({ status: 130 });
    expect(asked).toBe(1);
  });
});
