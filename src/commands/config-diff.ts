import { backupPaths } from "../config/backups.ts";
import { readIfPresent } from "../core/atomic-file.ts";
import { attempt } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { difference } from "../undo/difference.ts";
import { lastChange } from "../undo/undo.ts";
import { differenceLine } from "./difference-line.ts";
import type { Invocation } from "./invocation.ts";
import { linePrinter } from "./print.ts";

/** The change that `undo` would take back, seen from before: a line that is new begins with `+`. */
export async function diff(
  { json }: { readonly json?: boolean },
  { context, paths, shown }: Invocation,
): Promise<void> {
  const { config } = paths();
  const found = await attempt(() => lastChange(config, context));
  if (!found.ok && (found.error.code !== "backup.missing" || differsFromBackup(config, context))) throw found.error;
  const change = found.ok ? found.value : { swaps: [], damaged: [] };
  const files = change.swaps.map(({ path, backup, current, before }) => ({
    path,
    backup: backup ?? null,
    difference: difference(before?.toString("utf8") ?? "", current?.toString("utf8") ?? ""),
  }));
  if (json) return context.out(jsonDocument({ ok: true, files, skipped: change.damaged }));
  const { settings, undo } = context.text;
  for (const path of change.damaged) context.err(`${undo.skippedDamaged(path)}\n`);
  const print = linePrinter(context.out, context, shown);
  if (files.length === 0) return print(settings.noBackup(config));
  const painted = await differenceLine(context.terminal.stdout, context);
  for (const { path, backup, difference } of files) {
    print(backup === null ? settings.diffNew(path) : settings.diffOf({ path, backup }));
    if (backup !== null) context.out(`${difference.map(painted).join("\n")}\n`);
  }
}

function differsFromBackup(path: string, context: Parameters<typeof readIfPresent>[1]): boolean {
  const today = readIfPresent(path, context);
  return backupPaths(path).some((backup) => {
    const content = readIfPresent(backup, context);
    return content !== undefined && !(today?.equals(content) ?? false);
  });
}
