import { isSecretAt, mask, maskUrls, scrub } from "../core/redact.ts";
import type { ConfigEdit } from "./config-edit.ts";
import type { ReadConfig } from "./config-file.ts";
import { definingFile } from "./include.ts";
import { formatPath, type JsonPath, type JsonValue, valueAt } from "./json5-value.ts";
import type { Config } from "./schema.ts";

/** A value to be written or removed; secrets are masked. */
export interface Change {
  readonly kind: "add" | "change" | "remove";
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export interface FileChanges {
  readonly path: string;
  readonly changes: readonly Change[];
}

export function changeOf(name: string, before: string | undefined, after: string | undefined): Change {
  if (after === undefined) return { kind: "remove", name, ...(before !== undefined && { before }) };
  return before === undefined ? { kind: "add", name, after } : { kind: "change", name, before, after };
}

/** A line of a preview. */
export function changeLine({ kind, name, before = "", after = "" }: Change): string {
  if (kind === "remove") return `  - ${name}  ${before}`;
  return kind === "add" ? `  + ${name}  ${after}` : `  ~ ${name}  ${before} -> ${after}`;
}

/** Edits for display, each with the file that it is made in. */
export function describeEdits(
  edits: readonly ConfigEdit[],
  { root, read, config }: Pick<ReadConfig, "root" | "read"> & { readonly config: Config },
): readonly FileChanges[] {
  const files = new Map<string, Change[]>();
  for (const { path, value } of edits) {
    const file = definingFile(root, path, read).file.path;
    const before = valueAt(config, path) as JsonValue | undefined;
    const change = changeOf(formatPath(path), shownValue(path, before), shownValue(path, value));
    files.set(file, [...(files.get(file) ?? []), change]);
  }
  return [...files].map(([path, changes]) => ({ path, changes }));
}

function shownValue(path: JsonPath, value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && isSecretAt(path, value)) return mask(value);
  return maskUrls(scrub(JSON.stringify(brief(value))));
}

/** A model is shown by its id only; the figures that come with it are not interesting. */
function brief(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(brief);
  return typeof value === "object" && value !== null && "id" in value ? (value.id ?? null) : value;
}
