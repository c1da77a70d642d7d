import { basename } from "node:path";
import { backupPath } from "../config/backups.ts";
import type { FileChanges } from "../config/described-edits.ts";
import { type LoosePermissions, octal } from "../config/permissions.ts";
import { jsonDocument } from "../core/json.ts";
import { loadTexts } from "../text/language.ts";
import { type Message, say, type Texts } from "../text/message.ts";

/** The files that a change was written to, and those that it closed to others. */
export interface WrittenFiles {
  readonly files: readonly FileChanges[];
  /** The written files whose previous content was backed up. */
  readonly backups: readonly string[];
  readonly loose: readonly LoosePermissions[];
}

/** A line for each file. */
export const writtenLines = ({ files, backups, loose }: WrittenFiles, { onboard: t }: Texts): readonly string[] => [
  ...files.map(({ path, changes: { length: values } }) =>
    backups.includes(path)
      ? t.wroteWithBackup({ path, values, backup: basename(backupPath(path, 0)) })
      : t.wrote({ path, values }),
  ),
  ...loose.map(({ path, wanted }) => t.closed({ path, mode: octal(wanted) })),
];

/** The outcome of a change of the configuration. */
interface ChangeOutcome extends Pick<WrittenFiles, "files" | "backups"> {
  readonly warnings: readonly Message[];
  readonly dryRun: boolean;
  readonly isChanged: boolean;
}

/** The same for a JSON document, with what the command says besides. */
export async function changeJson({ isChanged, dryRun, warnings, ...written }: ChangeOutcome, about: object) {
  const english = await loadTexts("en");
  return jsonDocument({
    ok: true,
    changed: !dryRun && isChanged,
    dryRun,
    ...about,
    warnings: warnings.map((warning) => say(warning, english)),
    files: filesJson(written),
  });
}

/** The files in a JSON document, with every change. */
export const filesJson = ({ files, backups }: Pick<WrittenFiles, "files" | "backups">) =>
  files.map((file) => ({ ...file, ...(backups.includes(file.path) && { backup: backupPath(file.path, 0) }) }));
