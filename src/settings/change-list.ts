import type { ConfigEdit } from "../config/config-edit.ts";
import { definingFile, type ReadSource, type SourceFile } from "../config/include.ts";
import { formatPath, isBelow, type JsonPath, type JsonValue, sameValue, valueAt } from "../config/json5-value.ts";
import { shownJson } from "../core/json.ts";
import { maskedValue } from "./masked-value.ts";

/** A value that is written or removed, as it may be shown. */
export interface SettingChange {
  readonly kind: "add" | "change" | "remove";
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly changes: readonly SettingChange[];
}

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
): readonly ChangedFile[] {
  const paths = edits.map(({ path }) => path);
  const outermost = paths.filter(
    (path, index) =>
      !paths.some((other, at) => at !== index && isBelow(path, other) && (other.length < path.length || at < index)),
  );
  const files = new Map<string, SettingChange[]>();
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

function changeAt(path: JsonPath, before?: JsonValue, after?: JsonValue): SettingChange | undefined {
  const name = formatPath(path);
  const shown = (value: JsonValue) => shownJson(maskedValue(value, path));
  if (before === undefined) return after === undefined ? undefined : { kind: "add", name, after: shown(after) };
  if (after === undefined) return { kind: "remove", name, before: shown(before) };
  return sameValue(before, after) ? undefined : { kind: "change", name, before: shown(before), after: shown(after) };
}

/** A line as in onboard's preview. */
export function changeLine({ kind, name, before = "", after = "" }: SettingChange): string {
  if (kind === "remove") return `  - ${name}  ${before}`;
  return kind === "add" ? `  + ${name}  ${after}` : `  ~ ${name}  ${before} -> ${after}`;
}
