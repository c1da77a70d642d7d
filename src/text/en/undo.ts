import { allOf } from "./words.ts";

export const undo = () => ({
  description: "Undo the last change to the configuration, after showing it and asking. Secrets in .env stay.",
  yesFlag: "undo without asking",

  nothingToUndo: "There is nothing to undo.",
  whenBackedUp: (path: string) =>
    `No backup holds an earlier version of ${path}. openclaw makes one when it changes the file.`,
  wouldRestore: ({ path, backup }: { path: string; backup: string }) => `This restores ${path} from ${backup}:`,
  ask: "Undo this change?",
  passYes: "To undo without asking, pass `--yes`.",
  done: (paths: readonly string[]) => `Restored ${allOf(paths)}. To switch back, run \`openclaw undo\` again.`,
});
