import { join } from "node:path";
import { quotedWord } from "../core/shell-quoting.ts";
import type { CompletedShell } from "./scripts.ts";

export interface Homes {
  readonly home: string;
  readonly stateDir: string;
  readonly platform: NodeJS.Platform;
  /** The folder in which zsh looks for its files, if not the home folder. */
  readonly zshFolder: string | undefined;
  readonly configFolder: string | undefined;
}

export interface InstallPlan {
  /** The file of the script. */
  readonly script: string;
  /** The shell's start file and the lines in it that read the script; fish finds it by itself. */
  readonly startFile?: { readonly path: string; readonly lines: string };
}

const SUFFIX: Readonly<Record<CompletedShell, string>> = { bash: "bash", zsh: "zsh", fish: "fish", powershell: "ps1" };

/**
 * The files by which completion is installed for one user.
 * @source the manuals: bash reads `.bashrc`, and as a login shell, which macOS starts, `.bash_profile`; zsh reads
 * `$ZDOTDIR/.zshrc`, fish everything in its folder `completions`, PowerShell its profile.
 */
export function installPlan(shell: CompletedShell, homes: Homes): InstallPlan {
  const { home, stateDir, platform, zshFolder = home, configFolder = join(home, ".config") } = homes;
  if (shell === "fish") return { script: join(configFolder, "fish", "completions", "openclaw.fish") };
  const script = join(stateDir, "completions", `openclaw.${SUFFIX[shell]}`);
  const startFile = {
    bash: join(home, platform === "darwin" ? ".bash_profile" : ".bashrc"),
    zsh: join(zshFolder, ".zshrc"),
    powershell: join(
      platform === "win32" ? join(home, "Documents", "PowerShell") : join(configFolder, "powershell"),
      "Microsoft.PowerShell_profile.ps1",
    ),
  }[shell];
  return { script, startFile: { path: startFile, lines: readingLines(shell, script, home) } };
}

/** A script that is gone, with the folder it was in, stops no shell from starting. */
function readingLines(shell: CompletedShell, script: string, home: string): string {
  if (shell === "powershell") {
    const path = `'${script.replaceAll("'", "''")}'`;
    return `if (Test-Path ${path}) { . ${path} }`;
  }
  // The start file may be shared with machines where the home folder is another.
  const inHome = script.startsWith(`${home}/`);
  const path = inHome ? `"$HOME"/${quotedWord(script.slice(home.length + 1))}` : quotedWord(script);
  return `if [ -r ${path} ]; then . ${path}; fi`;
}
