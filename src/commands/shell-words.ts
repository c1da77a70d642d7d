import type { Context } from "../core/context.ts";
import { quotedWord } from "../core/shell-quoting.ts";

/** Shells by the syntax that each understands; zsh and other POSIX shells read what is for bash. */
const SYNTAX_OF = {
  bash: "bash",
  zsh: "bash",
  sh: "bash",
  fish: "fish",
  powershell: "powershell",
  pwsh: "powershell",
} as const;

export type Shell = (typeof SYNTAX_OF)[keyof typeof SYNTAX_OF];

/** Values of `--shell`; `auto` is the user's own. */
export const SHELLS = [...(Object.keys(SYNTAX_OF) as (keyof typeof SYNTAX_OF)[]), "auto"] as const;

/** The syntax for a shell that was asked for, or for the user's own. */
export const shellCalled = (
  name: (typeof SHELLS)[number] | undefined,
  context: Pick<Context, "env" | "platform">,
): Shell => (name === undefined || name === "auto" ? userShell(context) : SYNTAX_OF[name]);

export type ShellValue = { readonly text: string } | { readonly outputOf: readonly string[] };

/**
 * Quotes text as one word.
 * @source the quoting rules of POSIX, fish and PowerShell.
 */
export function quoted(text: string, shell: Shell): string {
  if (/^[\w./:@%+,-]+$/.test(text) && shell !== "powershell") return text;
  // PowerShell accepts typographic quotes as quotes.
  if (shell === "powershell") return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
  return shell === "fish" ? `'${text.replace(/[\\']/g, "\\$&")}'` : quotedWord(text);
}

/** Sets an environment variable in the shell and the programs it starts. */
export function assignment(name: string, value: ShellValue, shell: Shell): string {
  const isText = "text" in value;
  const words = (isText ? [value.text] : value.outputOf).map((word) => quoted(word, shell)).join(" ");
  if (shell === "fish") return `set -gx ${name} ${isText ? words : `(${words})`};`;
  if (shell === "powershell") return `$env:${name} = ${isText ? words : `& ${words}`};`;
  return `export ${name}=${isText ? words : `"$(${words})"`};`;
}

/** Unsets a variable, without failing if it is not set. */
export function removal(name: string, shell: Shell): string {
  if (shell === "fish") return `set -e ${name};`;
  return shell === "powershell" ? `Remove-Item Env:${name} -ErrorAction SilentlyContinue;` : `unset ${name};`;
}

export function evaluation(command: string, shell: Shell): string {
  if (shell === "fish") return `${command} | source`;
  return shell === "powershell" ? `${command} | Out-String | Invoke-Expression` : `eval "$(${command})"`;
}

export function userShell({ env: { SHELL = "" }, platform }: Pick<Context, "env" | "platform">): Shell {
  const [, name = ""] = /([^/\\]+?)(?:\.exe)?$/.exec(SHELL) ?? [];
  if (Object.hasOwn(SYNTAX_OF, name)) return SYNTAX_OF[name as keyof typeof SYNTAX_OF];
  return platform === "win32" ? "powershell" : "bash";
}
