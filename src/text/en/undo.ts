import { allOf } from "./words.ts";

export const undo = () => ({
  description: "Undo the last change to the configuration, after showing it and asking. Secrets in .env stay.",
  yesFlag: "undo without asking",

  allDamaged: (paths: readonly string[]) => `Every backup is damaged: ${paths.join(", ")}.`,
  repairBackup: "Repair one of them by hand and run `openclaw undo` again, or fix the configuration itself.",
  skippedDamaged: (path: string) => `${path} is damaged. It is skipped.`,
  backupLost: (path: string) =>
    `The backup of ${path} from before the last change is damaged or gone. No files were changed.`,
  restoreByHand: (paths: readonly string[]) =>
    `The last change covers ${allOf(paths)}. Compare the \`.bak\` files beside them and copy those that belong together.`,
  nothingToUndo: "There is nothing to undo.",
  whenBackedUp: (path: string) =>
    `No backup holds an earlier version of ${path}. openclaw makes one when it changes the file.`,
  wouldRestore: ({ path, backup }: { path: string; backup: string }) => `This restores ${path} from ${backup}:`,
  wouldRemove: (path: string) => `This removes ${path}, which did not exist before. Its content goes to its backup.`,
  noLineEnd: "No line break at the end",
  ask: "Undo this change?",
  passYes: "To undo without asking, pass `--yes`.",
  secretsStay: (path: string) => `The keys in ${path} stay. To remove them, run \`openclaw logout\`.`,
  secretsGone: (path: string) =>
    `Credentials that were removed from ${path} do not come back. To enter them again, run \`openclaw onboard\`.`,
  removed: (paths: readonly string[]) => `Removed ${allOf(paths)}. To switch back, run \`openclaw undo\` again.`,
  done: (paths: readonly string[]) => `Restored ${allOf(paths)}. To switch back, run \`openclaw undo\` again.`,
});
