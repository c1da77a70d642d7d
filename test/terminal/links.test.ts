import { describe, expect, it } from "vitest";
import { linked, wantsLinks } from "../../src/terminal/links.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { openTerminal } from "../support/terminal.ts";

const link = (url: string, text = url) => `\u001b]8;;${url}\u0007${text}\u001b]8;;\u0007`;

describe("an address in a text", () => {
  it.each([
    ["See https://a.example/x.", `See ${link("https://a.example/x")}.`],
    ["It is at http://127.0.0.1:18789, and free", `It is at ${link("http://127.0.0.1:18789")}, and free`],
    ["`https://a.example/` (docs)", `\`${link("https://a.example/")}\` (docs)`],
    [
      "Create one at console.anthropic.com > API keys.",
      `Create one at ${link("https://console.anthropic.com", "console.anthropic.com")} > API keys.`,
    ],
    [
      "at dash.cloudflare.com/profile/api-tokens, with only",
      `at ${link("https://dash.cloudflare.com/profile/api-tokens", "dash.cloudflare.com/profile/api-tokens")}, with only`,
    ],
    ["dash.cloudflare.com/<account ID>", `${link("https://dash.cloudflare.com/", "dash.cloudflare.com/")}<account ID>`],
    ["See status.claude.com.", `See ${link("https://status.claude.com", "status.claude.com")}.`],
  ])("is a link: %s", (text, wanted) => {
    expect(linked(text)).toBe(wanted);
  });

  it.each([
    "The host gateway.ai.cloudflare.com does not answer.",
    "me@anthropic.com",
    "not.anthropic.company",
    "@cf/openai/gpt-oss-120b, openai/gpt-5",
    "~/.openclaw/openclaw.json and node.com",
    "https://",
  ])("is none in: %s", (text) => {
    expect(linked(text)).toBe(text);
  });

  it("never carries what is masked", () => {
    expect(linked("https://user:********@a.example/x?key=********")).not.toContain("********\u0007");
  });
});

describe("links are made", () => {
  it.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ TERM: "xterm-256color" }, false],
    [{ TERM_PROGRAM: "iTerm.app" }, true],
    [{ TERM_PROGRAM: "vscode" }, true],
    [{ TERM_PROGRAM: "Apple_Terminal" }, false],
    [{ VTE_VERSION: "5000" }, false],
    [{ VTE_VERSION: "7600" }, true],
    [{ VTE_VERSION: "many" }, false],
    [{ KONSOLE_VERSION: "220401" }, true],
    [{ KONSOLE_VERSION: "180401" }, false],
    [{ WT_SESSION: "1" }, true],
    [{ TERM: "xterm-kitty" }, true],
    [{ TERM: "tmux-256color", TERM_PROGRAM: "iTerm.app" }, false],
    [{ TMUX: "/tmp/x", VTE_VERSION: "7600" }, false],
    [{ STY: "1.pts", VTE_VERSION: "7600" }, false],
    [{ CI: "true", TERM_PROGRAM: "vscode" }, false],
    [{ FORCE_HYPERLINK: "1" }, true],
    [{ FORCE_HYPERLINK: "0", TERM_PROGRAM: "vscode" }, false],
    [{ OPENCLAW_ACCESSIBLE: "1", FORCE_HYPERLINK: "1" }, false],
    [{ TERM: "dumb", FORCE_HYPERLINK: "1" }, false],
  ])("in a terminal with %o: %s", (env, wanted) => {
    expect(wantsLinks(true, false, { env })).toBe(wanted);
    expect(wantsLinks(false, false, { env })).toBe(false);
    expect(wantsLinks(true, true, { env })).toBe(false);
  });

  it("at a question, and in errors, where the terminal is known", async () => {
    const env = { TERM_PROGRAM: "ghostty" };
    const args = ["onboard", "--no-verify", "--auth-choice", "cloudflare-ai-gateway-api-key"];
    const terminal = openTerminal(args, { home: temporaryHome(), env });
    await terminal.waitFor("dash.cloudflare.com/<account ID>");
    expect(terminal.bytes).toContain(link("https://dash.cloudflare.com/", "dash.cloudflare.com/"));
    terminal.press("ctrl-c");
    await terminal.exit;
    const plain = openTerminal([...args, "--accessible"], { home: temporaryHome(), env });
    await plain.waitFor("dash.cloudflare.com/<account ID>");
    expect(plain.bytes).not.toContain("\u001b]8");
    plain.press("ctrl-c");
    await plain.exit;
  });

  it.each<[string, Record<string, boolean>, readonly string[], boolean]>([
    ["a terminal", { stdout: true, stderr: true }, [], true],
    ["a pipe", { stdout: false, stderr: false }, [], false],
    ["JSON at a terminal", { stdout: true, stderr: false }, ["--json"], false],
  ])("in the report to %s: %s", async (_, terminal, flags, wanted) => {
    const args = ["onboard", "--non-interactive", "--auth-choice", "cloudflare-ai-gateway-api-key", ...flags];
    const { stdout, stderr } = await openclaw(args, {
      home: temporaryHome(),
      env: { TERM_PROGRAM: "vscode" },
      context: { terminal: { stdin: false, stdout: false, stderr: false, ...terminal } },
    });
    expect(`${stdout}${stderr}`).toContain("dash.cloudflare.com");
    expect(`${stdout}${stderr}`.includes("\u001b]8;;")).toBe(wanted);
  });
});
