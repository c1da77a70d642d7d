import { editText, type ParsedText, type ValueEdit } from "../config/json5-document.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import {
  isList,
  isObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  memberOf,
  valueAt,
} from "../config/json5-value.ts";
import { COOLDOWNS_BINDING, USAGE_BINDING, usageDataset } from "../config/worker-bindings.ts";
import { OpenclawError } from "../core/errors.ts";
import { isSecretVariable, looksLikeCredential } from "../core/redact.ts";
import { DEFAULT_NAME } from "./names.ts";
import { type Merged, mergeNames, mergeThreeWay } from "./three-way.ts";

export const WRANGLER_FILE = "wrangler.jsonc";
export const WORKER_FILE = "worker.mjs";
export const CONFIG_FILE = "openclaw.json";

/**
 * The newest date that the runtime of `wrangler dev` knows, which refuses to start with a later one.
 * @source workerd 1.20260426.1, `compatibilityDate`: that of wrangler 4.86.0, the newest for Node 20.
 */
export const NEWEST_DATE = "2026-04-26";

/** Today in UTC, or the newest date that can be used. */
export function compatibilityDate(now: Date): string {
  const today = now.toISOString().slice(0, NEWEST_DATE.length);
  return today < NEWEST_DATE ? today : NEWEST_DATE;
}

/**
 * What the Worker needs of the runtime: Node's hashes and buffers, to learn that a client has gone, and to reach hosts in its
 * own zone as everybody does.
 */
export const FLAGS = ["nodejs_compat", "enable_request_signal", "global_fetch_strictly_public"] as const;

/** What `wrangler.jsonc` is to say. What is absent stays as it is. */
export interface WranglerWanted {
  readonly name?: string;
  readonly customDomain?: string;
  readonly sharedCooldowns?: boolean;
  readonly usage?: boolean;
  readonly date: string;
  /** Names of the secrets, and those that were written last. */
  readonly secrets: readonly string[];
  readonly secretsBefore: readonly string[];
  /** Settings of the gateway, which are no secrets, and those that were written last. */
  readonly vars: JsonObject;
  readonly varsBefore: JsonObject;
  /** The custom domain that was written last. */
  readonly domainBefore?: string | undefined;
}

const COOLDOWNS = { name: COOLDOWNS_BINDING, class_name: "SharedCooldowns" } as const;
const MIGRATION = { tag: "shared-cooldowns", new_sqlite_classes: [COOLDOWNS.class_name] } as const;

/** A new file, before its edits. `comments` are lines of text. */
export const newWrangler = (comments: readonly string[]): ParsedText => {
  const text = `${comments.map((line) => `// ${line}\n`).join("")}{}\n`;
  return { text, value: {} };
};

/** The values of a new file, in the order in which they are written. */
function newValues({ name = DEFAULT_NAME, date, secrets }: WranglerWanted): readonly ValueEdit[] {
  const values: JsonObject = {
    $schema: "https://unpkg.com/wrangler@4/config-schema.json",
    name,
    main: WORKER_FILE,
    compatibility_date: date,
    compatibility_flags: FLAGS,
    minify: true,
    secrets: { required: secrets },
    observability: { enabled: true },
  };
  return Object.entries(values).map(([key, value]) => ({ path: [key], value }));
}

/** The edits that are needed; everything else in the file is its user's. */
export function wranglerEdits(found: JsonObject | undefined, wanted: WranglerWanted): readonly ValueEdit[] {
  const edits: ValueEdit[] = [...(found === undefined ? newValues(wanted) : neededValues(found, wanted))];
  const base = found ?? {};
  edits.push(...varsEdits(base, wanted).edits);
  if (wanted.customDomain !== undefined) edits.push(...domainEdits(base, wanted.customDomain, wanted.domainBefore));
  if (wanted.sharedCooldowns === true) edits.push(...cooldownEdits(base));
  if (wanted.sharedCooldowns === false) edits.push(...withoutCooldowns(base));
  if (wanted.usage === true) edits.push(...usageEdits(base, wanted.name));
  if (wanted.usage === false) edits.push(...withoutUsage(base));
  return edits;
}

/** Settings that its user gave another value stay. */
export function varsEdits(
  found: JsonObject,
  { vars, varsBefore }: Pick<WranglerWanted, "vars" | "varsBefore">,
): Merged {
  const names = [...new Set([...Object.keys(varsBefore), ...Object.keys(vars)])];
  const here = memberOf(found, "vars");
  const parts = names.map((name) => {
    const value = isObject(here) ? memberOf(here, name) : undefined;
    return mergeThreeWay(memberOf(varsBefore, name), value, memberOf(vars, name), ["vars", name]);
  });
  return { edits: parts.flatMap(({ edits }) => edits), kept: parts.flatMap(({ kept }) => kept) };
}

/** For a file that is there. */
function neededValues(found: JsonObject, wanted: WranglerWanted): readonly ValueEdit[] {
  const edits: ValueEdit[] = [];
  const lacks = (key: string) => memberOf(found, key) === undefined;
  const { name } = wanted;
  if (name !== undefined ? found.name !== name : lacks("name"))
    edits.push({ path: ["name"], value: name ?? DEFAULT_NAME });
  if (lacks("main")) edits.push({ path: ["main"], value: WORKER_FILE });
  if (lacks("compatibility_date")) edits.push({ path: ["compatibility_date"], value: wanted.date });
  edits.push(...missingFlags(found));
  const required = namesAt(found, ["secrets", "required"]);
  const names = mergeNames(wanted.secretsBefore, required, wanted.secrets);
  if (names.join() !== required.join()) edits.push({ path: ["secrets", "required"], value: names });
  return edits;
}

function missingFlags(found: JsonObject): readonly ValueEdit[] {
  const path = ["compatibility_flags"];
  const flags = namesAt(found, path);
  const missing = FLAGS.filter((flag) => !flags.includes(flag));
  return missing.map((value, index) => ({ path: [...path, flags.length + index], value }));
}

/** An item at the end of a list that has none like it. */
function listed(
  found: JsonObject,
  path: JsonPath,
  isIt: (item: JsonValue) => boolean,
  item: JsonValue,
): readonly ValueEdit[] {
  const list = listAt(found, path);
  return list.some(isIt) ? [] : [{ path: [...path, list.length], value: item }];
}

const listAt = (found: JsonObject, path: JsonPath): readonly JsonValue[] => {
  const value = valueAt(found, path) as JsonValue | undefined;
  return isList(value) ? value : [];
};

const namesAt = (found: JsonObject, path: JsonPath): readonly string[] =>
  listAt(found, path).filter((name) => typeof name === "string");

/** The names of `secrets.required`. */
export const requiredSecrets = (found: JsonObject): readonly string[] => namesAt(found, ["secrets", "required"]);

/** Variables that everybody can read who reads the file, and that are or look like secrets. */
export function openSecrets(found: JsonObject): readonly string[] {
  const vars = memberOf(found, "vars");
  return isObject(vars)
    ? Object.entries(vars).flatMap(([name, value]) =>
        typeof value === "string" && value !== "" && (isSecretVariable(name) || looksLikeCredential(value))
          ? [name]
          : [],
      )
    : [];
}

/** The custom domains of a file. */
export const customDomains = (found: JsonObject): readonly string[] =>
  listAt(found, ["routes"]).flatMap((route) =>
    isObject(route) && route.custom_domain === true && typeof route.pattern === "string" ? [route.pattern] : [],
  );

function domainEdits(found: JsonObject, domain: string, before: string | undefined): readonly ValueEdit[] {
  if (memberOf(found, "route") !== undefined)
    throw new OpenclawError((t) => t.workerProject.routeInTheWay, {
      code: "project.syntax",
      hint: (t) => t.workerProject.moveRoute,
    });
  if (customDomains(found).includes(domain)) return [];
  const routes = listAt(found, ["routes"]);
  const old = routes.findIndex((route) => isObject(route) && route.custom_domain === true && route.pattern === before);
  const edit: ValueEdit =
    old === -1
      ? { path: ["routes", routes.length], value: { pattern: domain, custom_domain: true } }
      : { path: ["routes", old, "pattern"], value: domain };
  const isOff = found.workers_dev === false;
  return [edit, ...(isOff ? [] : [{ path: ["workers_dev"], value: false }])];
}

const hasClass = (binding: JsonValue): boolean => isObject(binding) && binding.name === COOLDOWNS.name;
const BINDINGS: JsonPath = ["durable_objects", "bindings"];

function cooldownEdits(found: JsonObject): readonly ValueEdit[] {
  const migrations = listAt(found, ["migrations"]).filter((one) => isObject(one));
  const isIn = (migration: JsonObject, key: string) => namesAt(migration, [key]).includes(COOLDOWNS.class_name);
  // The last word counts: a user may have deleted the class since.
  const last = migrations.filter((one) => isIn(one, "new_sqlite_classes") || isIn(one, "deleted_classes")).at(-1);
  const isThere = last !== undefined && isIn(last, "new_sqlite_classes");
  const tags = new Set(migrations.map(({ tag }) => tag));
  let tag: string = MIGRATION.tag;
  for (let number = 2; tags.has(tag); number += 1) tag = `${MIGRATION.tag}-${number}`;
  return [
    ...listed(found, BINDINGS, hasClass, COOLDOWNS),
    ...(isThere ? [] : listed(found, ["migrations"], () => false, { ...MIGRATION, tag })),
  ];
}

/** The migration stays: Cloudflare has the class, and only a further migration could delete it. */
function withoutCooldowns(found: JsonObject): readonly ValueEdit[] {
  const bindings = listAt(found, BINDINGS);
  const at = bindings.findIndex(hasClass);
  if (at === -1) return [];
  return [{ path: bindings.length === 1 ? ["durable_objects"] : [...BINDINGS, at], value: undefined }];
}

const DATASETS: JsonPath = ["analytics_engine_datasets"];
const isUsage = (binding: JsonValue): boolean => isObject(binding) && binding.binding === USAGE_BINDING;

function usageEdits(found: JsonObject, name: string | undefined): readonly ValueEdit[] {
  const worker = name ?? (typeof found.name === "string" ? found.name : DEFAULT_NAME);
  return listed(found, DATASETS, isUsage, { binding: USAGE_BINDING, dataset: usageDataset(worker) });
}

function withoutUsage(found: JsonObject): readonly ValueEdit[] {
  const datasets = listAt(found, DATASETS);
  // From the end, so that the places of the others stay.
  const removed = datasets.flatMap((binding, index) => (isUsage(binding) ? [index] : [])).reverse();
  if (removed.length > 0 && removed.length === datasets.length) return [{ path: DATASETS, value: undefined }];
  return removed.map((at) => ({ path: [...DATASETS, at], value: undefined }));
}

/** The dataset that a Worker's record of usage is written to; `undefined` if it writes none. */
export function boundDataset(found: JsonObject): string | undefined {
  const binding = listAt(found, DATASETS).find(isUsage);
  if (!isObject(binding ?? null)) return undefined;
  const { dataset } = binding as JsonObject;
  // @source wrangler's documentation: the binding's name, if there is none.
  return typeof dataset === "string" ? dataset : USAGE_BINDING;
}

/** Throws `project.syntax` where the file cannot be read as wrangler reads it. */
export function parseWrangler(text: string, path: string): ParsedText & { readonly value: JsonObject } {
  const parsed = parseJson5(text);
  if (parsed.ok && isObject(parsed.value)) return { text, value: parsed.value };
  throw new OpenclawError((t) => t.workerProject.wranglerUnreadable(path), {
    code: "project.syntax",
    problems: parsed.ok
      ? [{ message: (t) => t.workerProject.wranglerNoObject, where: path }]
      : [{ ...parsed.error, where: path }],
    hint: (t) => t.workerProject.fixWrangler,
  });
}

/** The text after its edits. Throws `project.syntax` where a value is in the way of one. */
export function editedWrangler(source: ParsedText, edits: readonly ValueEdit[], path: string): ParsedText {
  try {
    return editText(source, edits);
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    const problems = error.problems.length > 0 ? error.problems : [{ message: error.says }];
    throw new OpenclawError((t) => t.workerProject.wranglerUnreadable(path), {
      code: "project.syntax",
      problems: problems.map((problem) => ({ ...problem, where: path })),
      hint: (t) => t.workerProject.fixWrangler,
      cause: error,
    });
  }
}
