import type { ConfigEdit } from "../config/config-edit.ts";
import { type Change, changeOf, type FileChanges } from "../config/described-edits.ts";
import { definingFile, type ReadSource, type SourceFile } from "../config/include.ts";
import { formatPath, isBelow, type JsonPath, type JsonValue, sameValue, valueAt } from "../config/json5-value.ts";
import { shownJson } from "../core/json.ts";
import { maskedValue } from "./masked-value.ts";

interface Whole {
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** Sums edits up, file by file; of several at one place, or within one, their sum. */
export function changedFiles(
  edits: readonly ConfigEdit[],
  { before, after }: Whole,
  root: SourceFile,
  read: ReadSource,
): readonly FileChanges[] {
  const paths = edits.map(({ path }) => path);
  const outermost = paths.filter(
    (path, index) =>
      !paths.some((other, at) => at !== index && isBelow(path, other) && (other.length < path.length || at < index)),
  );
  const files = new Map<string, Change[]>();
  for (const path of outermost) {
    // Of a list, the next item takes the place of one that goes.
    const isRemoved = edits.every((edit) => !isBelow(edit.path, path) || edit.value === undefined);
    const now = isRemoved ? undefined : (valueAt(after, path) as JsonValue);
    const change = changeAt(path, valueAt(before, path) as JsonValue, now);
    if (change === undefined) continue;
    const file = definingFile(root, path, read).file.path;
    files.set(file, [...(files.get(file) ?? []), change]);
  }
  return [...files].map(([path, changes]) => ({ path, changes }));
}

function changeAt(path: JsonPath, before?: JsonValue, after?: JsonValue): Change | undefined {
  if (before === after || (before !== undefined && after !== undefined && sameValue(before, after))) return undefined;
  const shown = (value?: JsonValue) => (value === undefined ? undefined : shownJson(maskedValue(value, path)));
  return changeOf(formatPath(path), shown(before), shown(after));
}
