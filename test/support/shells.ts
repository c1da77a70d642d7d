import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import { describeInTerminal } from "./terminal.ts";

export type TestedShell = "bash" | "zsh" | "fish";

const isThere = (shell: TestedShell): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

/** `describe` for tests that need the real shell; skips them, loudly, where it is not installed. */
export function describeInShell(shell: TestedShell): typeof describe | typeof describe.skip {
  if (isThere(shell)) return describeInTerminal;
  console.warn(`SKIPPED: every test of completion in ${shell}, for ${shell} is not installed here.`);
  return describe.skip;
}
