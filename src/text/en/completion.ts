import { inBrackets } from "./words.ts";

/** `openclaw completion`. */
export const completion = () => ({
  description:
    "Print the script that completes commands, flags and values in your shell, or install it. At each Tab, the script asks openclaw.",
  shellFlag: "another way to name the shell",
  installFlag: "install it for your user: the script, and a line in the shell's start file",
  uninstallFlag: "take out what --install put in",
  yesFlag: "do not ask",

  noShell: (shell: string) => `Completion for your shell${inBrackets(shell)} is not supported.`,
  nameShell: (shells: readonly string[]) =>
    `Name one that is: ${shells.map((shell) => `\`openclaw completion ${shell}\``).join(", ")}.`,
  twoShells: ({ one, other }: { one: string; other: string }) => `Two shells are named: ${one} and ${other}.`,
  notOnPath: "`openclaw` is not on your path. Completion starts to work when it is, for the command `openclaw`.",

  willCreate: (path: string) => `Creates ${path}`,
  willReplace: (path: string) => `Replaces ${path}`,
  willRemove: (path: string) => `Removes ${path}`,
  willAdd: (path: string) => `Adds to ${path}:`,
  willTakeOut: (path: string) => `Takes out of ${path}:`,
  askInstall: "Install it?",
  askUninstall: "Take it out?",
  passYes: "To go on without a question, pass `--yes`.",
  upToDate: (shell: string) => `Completion for ${shell} is already installed. No files were changed.`,
  nothingInstalled: (shell: string) => `Completion for ${shell} is not installed. No files were changed.`,
  installed: (shell: string) => `Completion for ${shell} is installed. New shells have it.`,
  tryNow: (command: string) => `To have it in this shell, run \`${command}\`.`,
  takeOut: (command: string) => `To take it out again, run \`${command}\`.`,
  uninstalled: (shell: string) => `Completion for ${shell} is removed. New shells do not have it.`,
});
