import { allOf } from "./words.ts";

export const undo = {
  description: "Show what the last change did to the configuration, and undo it after asking. Secrets in .env stay.",
  yesFlag: "do not ask",
  dryRunFlag: "show what would change, and change nothing",

  nothingToUndo: "Nothing to undo yet.",
  whenBackedUp: (path: string) => `No backup of ${path} differs from it. Each change by this program makes one.`,
  wouldRestore: ({ path, backup }: { path: string; backup: string }) => `${path} would get the content of ${backup}:`,
  ask: "Undo this change?",
  passYes: "Pass --yes to undo without being asked.",
  nothingChanged: "Nothing was changed.",
  done: (paths: readonly string[]) =>
    `Restored ${allOf(paths)}. To get back what you just undid, run \`openclaw undo\` again.`,
};
