import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";
import { DOCUMENTED, openclaw, temporaryHome } from "../support/program.ts";
import { describeInShell, type TestedShell } from "../support/shells.ts";
import { openProgram, type TestTerminal } from "../support/terminal.ts";

/** Each shell, started without anything of the machine's own, with a prompt that can be waited for. */
const START: Readonly<Record<TestedShell, readonly string[]>> = {
  bash: ["--noprofile", "--norc", "-i"],
  zsh: ["-f", "-i"],
  fish: ["--no-config", "--interactive"],
};

/** Reads the script as the documentation says. */
const READ: Readonly<Record<TestedShell, string>> = {
  bash: `PS1='ready> '; bind 'set bell-style none'; source <(openclaw completion bash)`,
  zsh: `PS1='ready> '; unsetopt beep; autoload -Uz compinit && compinit -u -d "$HOME/.zcompdump"; source <(openclaw completion zsh)`,
  fish: `function fish_prompt; echo -n 'ready> '; end; function fish_greeting; end; openclaw completion fish | source`,
};

/** A shell in a home that is set up, with completion. */
async function shellWith(shell: TestedShell): Promise<TestTerminal> {
  const home = temporaryHome();
  await openclaw(DOCUMENTED, { home });
  mkdirSync(join(home, ".openclaw-work"));
  writeFileSync(join(home, "answers.json5"), "{}");
  const terminal = openProgram(shell, START[shell], { home, columns: 120 });
  terminal.type(`${READ[shell]}; clear\r`);
  await terminal.waitFor(/^ready> *$/m);
  return terminal;
}

/** The text before Tab, and the line or the list that the shell then shows. */
const LINES: readonly (readonly [typed: string, shown: string | RegExp])[] = [
  ["openclaw comp", "> openclaw completion"],
  ["openclaw models refr", "> openclaw models refresh"],
  ["openclaw models list --pl", "> openclaw models list --plain"],
  ["openclaw onboard --model cloudflare-ai-gateway/claude-fable-5-", "claude-fable-5-1"],
  ["openclaw onboard --gateway-bind=loo", "--gateway-bind=loopback"],
  ["openclaw onboard --gateway-bind loo", "--gateway-bind loopback"],
  ["openclaw --profile wo", "> openclaw --profile work"],
  ["openclaw onboard --cloudflare-ai-gateway-api-key-file ans", "-file answers.json5"],
  ["openclaw gateway env --client code", "--client codex"],
  ["openclaw models set Cloud", /set (?:Cloudflare\\ AI\\ Gateway|'Cloudflare AI Gateway'?)/],
  ["openclaw models set 'Cloud", /set 'Cloudflare AI Gateway'/],
  ["openclaw config get models.providers.cl", "get models.providers.cloudflare-ai-gateway"],
  ["openclaw config get 'models.providers[\"clou", `get 'models.providers["cloudflare-ai-gateway"]`],
  ['openclaw config get models.providers\\[\\"clou', /get models\.providers\\\[\\"cloudflare-ai-gateway\\"\\\]/],
];

for (const shell of ["bash", "zsh", "fish"] as const) {
  describeInShell(shell)(`completion in a real ${shell}`, () => {
    it.each(LINES)("%s", async (typed, shown) => {
      const terminal = await shellWith(shell);
      terminal.type(typed);
      terminal.press("tab");
      await terminal.waitFor(shown);
    });
  });
}
