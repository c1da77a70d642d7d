/** The shells whose language we speak; zsh and every other POSIX shell understand bash's. */
export const SHELLS = ["bash", "fish", "powershell"] as const;

export type Shell = (typeof SHELLS)[number];

/** A text, or what a command prints. */
export type Value = { readonly text: string } | { readonly outputOf: readonly string[] };

/** One word, whatever is in it. @source the quoting rules of POSIX, fish and PowerShell: all of them have quotes within which nearly nothing means anything. */
export function quoted(text: string, shell: Shell): string {
  if (/^[\w./:@%+,-]+$/.test(text) && shell !== "powershell") return text;
  // PowerShell takes typographic quotes for its own.
  if (shell === "powershell") return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
  return shell === "fish" ? `'${text.replace(/[\\']/g, "\\$&")}'` : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The command that gives a variable a value, here and in programs that are started from here. */
export function assignment(name: string, value: Value, shell: Shell): string {
  const words =
    "text" in value ? quoted(value.text, shell) : value.outputOf.map((word) => quoted(word, shell)).join(" ");
  const isText = "text" in value;
  if (shell === "fish") return `set -gx ${name} ${isText ? words : `(${words})`};`;
  if (shell === "powershell") return `$env:${name} = ${isText ? words : `& ${words}`};`;
  return `export ${name}=${isText ? words : `"$(${words})"`};`;
}

/** The command that takes a variable away, whether there is one or not. */
export function removal(name: string, shell: Shell): string {
  if (shell === "fish") return `set -e ${name};`;
  return shell === "powershell" ? `Remove-Item Env:${name} -ErrorAction SilentlyContinue;` : `unset ${name};`;
}

/** The command that has the shell do what another command prints. */
export function evaluation(command: string, shell: Shell): string {
  if (shell === "fish") return `${command} | source`;
  return shell === "powershell" ? `${command} | Out-String | Invoke-Expression` : `eval "$(${command})"`;
}
