import { allOf } from "./words.ts";

export const undo = () => ({
  description: "Undo the last change to the configuration, after showing it and asking. Secrets in .env stay.",
  yesFlag: "undo without asking",

  nothingToUndo: "There is nothing to undo.",
  whenBackedUp: (path: string) => `openclaw makes a backup when it changes ${path}. None differs from the file.`,
  wouldRestore: ({ path, backup }: { path: string; backup: string }) => `This restores ${path} from ${backup}:`,
  ask: "Undo this change?",
  passYes: "To undo without asking, pass `--yes`.",
  done: (paths: readonly string[]) => `Restored ${allOf(paths)}. To redo the change, run \`openclaw undo\` again.`,
});
