import type { Plan } from "../config/apply.ts";
import { valueAt } from "../config/config-edit.ts";
import { ownerOf } from "../config/include.ts";
import { formatPath, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import { scrub } from "../core/redact.ts";
import { Secret } from "../core/secret.ts";
import type { Today } from "./current-state.ts";

/** One line of the list that is shown before anything is written; every secret is masked. */
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

/** The plan as people read it, file by file, in the order in which the files are written. */
export function describePlan({ config, secrets }: Plan, today: Today): readonly FileChanges[] {
  const inSecrets = secrets.map(({ name, value }) => {
    const before = today.secrets.values.get(name);
    return change(name, before === undefined ? undefined : String(new Secret(before)), String(value));
  });
  const files = new Map<string, Change[]>([[today.secrets.path, inSecrets]]);
  const add = (path: JsonPath, entry: Change) => {
    const file = ownerOf(today.config.root, path, today.config.read).file.path;
    files.set(file, [...(files.get(file) ?? []), entry]);
  };
  for (const { path, value } of config.filter(({ path: [first] }) => first !== "wizard")) {
    const before = valueAt(today.config.config, path) as JsonValue | undefined;
    add(path, change(formatPath(path), shown(path, before), shown(path, value)));
  }
  // The record of the run is one line; its four values are nothing to decide about.
  const record = config.find(({ path: [first] }) => first === "wizard");
  if (record !== undefined) add(record.path, change("wizard", undefined, "when and by which version this was set up"));
  return [...files].map(([path, changes]) => ({ path, changes })).filter(({ changes }) => changes.length > 0);
}

/** What the configuration says at `path` once the plan is carried out. */
export function valueAfter({ config }: Plan, today: Today, path: JsonPath): unknown {
  const edit = config.findLast((candidate) => formatPath(candidate.path) === formatPath(path));
  return edit === undefined ? valueAt(today.config.config, path) : edit.value;
}

function change(name: string, before: string | undefined, after: string | undefined): Change {
  if (after === undefined) return { kind: "remove", name, ...(before !== undefined && { before }) };
  return before === undefined ? { kind: "add", name, after } : { kind: "change", name, before, after };
}

/** Places whose value is a credential unless it is nothing but a reference. */
const SECRET_PLACE = /^(?:apiKey|token|password|headers)$/;

/** Headers that are switches and names, and nobody's secret. @source https://developers.cloudflare.com/ai-gateway/: request headers. */
const OPEN_HEADER = /^cf-aig-(?:no-wholesale|byok-alias)$/i;

function shown(path: JsonPath, value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const isOpen = OPEN_HEADER.test(String(path.at(-1)));
  const secret = !isOpen && path.some((step) => typeof step === "string" && SECRET_PLACE.test(step));
  if (secret && typeof value === "string" && !/^(?:Bearer )?\$\{\w+\}$/.test(value)) return String(new Secret(value));
  return scrub(JSON.stringify(brief(value)));
}

/** A described model is shown by its id; the figures that come with it are not news. */
function brief(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(brief);
  return typeof value === "object" && value !== null && "id" in value ? (value.id ?? null) : value;
}
