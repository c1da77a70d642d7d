import type { Plan } from "../config/apply.ts";
import type { ConfigEdit } from "../config/config-edit.ts";
import { hasInclude, type SourceFile } from "../config/include.ts";
import { hasCommentIn, type ParsedText, valueAfter } from "../config/json5-document.ts";
import {
  formatPath,
  isList,
  isObject,
  type JsonPath,
  type JsonValue,
  sameValue,
  valueAt,
} from "../config/json5-value.ts";
import { OpenclawError } from "../core/errors.ts";
import { CREDENTIAL_HERE, isMisplacedCredential, maskUrls } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { nearest } from "../core/similar.ts";
import { merged } from "./given-value.ts";
import { newFaults } from "./judge.ts";
import { pathIn, type WrittenStep } from "./path-syntax.ts";
import { type SecretHome, type StoredSecret, withStoredSecrets } from "./stored-secrets.ts";

export type SettingsChange =
  | {
      readonly kind: "set";
      readonly at: readonly WrittenStep[];
      readonly value: JsonValue;
      /** Of an object that holds entries of the user's, `guard` refuses to lose one. */
      readonly how: "guard" | "replace" | "merge";
    }
  | { readonly kind: "unset"; readonly at: readonly WrittenStep[] };

/** The configuration as it is. */
export interface CurrentSettings {
  readonly root: SourceFile;
  /** With what it includes. */
  readonly value: JsonValue;
}

export interface PlannedSettings {
  readonly plan: Plan;
  /** The configuration as it will be. */
  readonly after: JsonValue;
  /** Credentials that go to `.env`, with references in their place. */
  readonly stored: readonly StoredSecret[];
  /** Where a URL with a credential is written out. */
  readonly literals: readonly JsonPath[];
}

/**
 * Entries of these are the user's own, so that one is not lost by a value that names the others only.
 * @source the published OpenClaw 2026.9.6, docs/cli/config.md, "Values".
 */
const OWN_ENTRIES = [
  "agents.defaults.models",
  "agents.entries",
  "models.providers",
  "models.providers.*",
  "models.providers.*.models",
  "plugins.entries",
  "auth.profiles",
].map((path) => path.split("."));

/**
 * Turns changes, made in this order, into edits. `earlier` are texts of the same file from which only changes like these
 * led to today's: whoever takes those back gets the text, byte for byte. Credentials go to their `home`. Throws `config.path` for
 * what is not there to be unset, `config.invalid` if OpenClaw would reject the result, `config.edit`, and `usage.*`.
 */
export function planSettings(
  changes: readonly SettingsChange[],
  { root, value: before }: CurrentSettings,
  earlier: readonly ParsedText[],
  home: SecretHome,
): PlannedSettings {
  const stored: StoredSecret[] = [];
  const known: SecretHome = {
    ...home,
    valuesOf: (name) => [...stored.filter(({ variable }) => variable === name), ...home.valuesOf(name)],
  };
  const edits: ConfigEdit[] = [];
  const literals: JsonPath[] = [];
  const removed: JsonPath[] = [];
  const isWhole = !hasInclude(root.value);
  let after = before;
  let alone = before;
  const make = (edit: ConfigEdit) => {
    edits.push(edit);
    after = valueAfter({ text: root.text, value: after }, edit);
  };
  for (const change of changes) {
    const path = pathIn(change.at, after);
    assertNoInclude(path, change);
    if (change.kind === "set") {
      assertNoCredential(change.value, path);
      const given = withStoredSecrets(change.value, path, after, known);
      stored.push(...given.stored);
      if (given.value === undefined) {
        // What `.env` sets from now on need not be set here.
        if (valueAt(after, path) !== undefined) make({ path, value: undefined });
        continue;
      }
      const value = newValue({ ...change, value: given.value }, path, after);
      literals.push(...literalsIn(value, path));
      if (value === valueAt(after, path)) continue;
      make({ path, value });
      alone = valueAfter({ text: root.text, value: alone }, { path, value });
      continue;
    }
    assertThere(path, after);
    removed.push(path);
    make({ path, value: undefined });
    alone = valueAfter({ text: root.text, value: alone }, { path, value: undefined });
    for (
      let parent = path.slice(0, -1);
      isWhole && isLeftOver(parent, after, root, earlier);
      parent = parent.slice(0, -1)
    )
      make({ path: parent, value: undefined });
  }
  const secrets = stored.map(({ variable, value }) => ({ name: variable, value: new Secret(value) }));
  if (sameValue(before, after)) return { plan: { config: [], secrets }, after, stored, literals: [] };
  assertValid(before, after);
  const taken = isWhole ? earlier.find(({ value }) => sameValue(value, withoutMade(alone, removed, value))) : undefined;
  return {
    plan: { config: edits, secrets, ...(taken && { text: taken.text }) },
    after: taken?.value ?? after,
    stored,
    literals,
  };
}

/** The value without what is empty after a removal and did not exist before. */
function withoutMade(value: JsonValue, removed: readonly JsonPath[], before: JsonValue): JsonValue {
  let left = value;
  for (const path of removed) {
    let parent = path.slice(0, -1);
    while (parent.length > 0 && isEmptyAt(left, parent) && valueAt(before, parent) === undefined) {
      left = valueAfter({ text: "", value: left }, { path: parent, value: undefined });
      parent = parent.slice(0, -1);
    }
  }
  return left;
}

function isEmptyAt(whole: JsonValue, path: JsonPath): boolean {
  const value = valueAt(whole, path);
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The value to write, or today's own where it is the same. Throws `usage.conflict`, `usage.invalid`. */
function newValue(
  { value, how }: Extract<SettingsChange, { kind: "set" }>,
  path: JsonPath,
  whole: JsonValue,
): JsonValue {
  const before = valueAt(whole, path) as JsonValue | undefined;
  const wanted = how === "merge" ? merged(before, value) : value;
  if (before === undefined) return wanted;
  if (sameValue(before, wanted)) return before;
  const lost = how === "guard" && holdsOwnEntries(path) ? lostEntries(before, wanted) : [];
  if (lost.length === 0) return wanted;
  throw new OpenclawError(({ settings }) => settings.wouldLose({ path: formatPath(path), lost }), {
    code: "usage.conflict",
    hint: ({ settings }) => settings.mergeOrReplace,
  });
}

const holdsOwnEntries = (path: JsonPath): boolean =>
  OWN_ENTRIES.some(
    (pattern) => pattern.length === path.length && pattern.every((step, index) => step === "*" || step === path[index]),
  );

function lostEntries(before: JsonValue, after: JsonValue): readonly string[] {
  const names = (value: JsonValue) => {
    if (isList(value)) return value.map((item) => String(valueAt(item, ["id"]) ?? JSON.stringify(item)));
    return isObject(value) ? Object.keys(value) : [];
  };
  const kept = names(after);
  return names(before).filter((name) => !kept.includes(name));
}

/** Calls back for every text in a value, with its path. */
function eachText(value: JsonValue, path: JsonPath, tell: (text: string, path: JsonPath) => void): void {
  if (typeof value === "string") tell(value, path);
  else if (isList(value)) for (const [index, item] of value.entries()) eachText(item, [...path, index], tell);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) eachText(item, [...path, key], tell);
}

function assertNoCredential(value: JsonValue, path: JsonPath): void {
  eachText(value, path, (text, at) => {
    if (!isMisplacedCredential(at, text)) return;
    const where = formatPath(at);
    throw new OpenclawError(({ settings }) => settings.credentialThere(where), {
      code: "usage.invalid",
      problems: [{ ...CREDENTIAL_HERE, where }],
    });
  });
}

function literalsIn(value: JsonValue, path: JsonPath): readonly JsonPath[] {
  const found: JsonPath[] = [];
  eachText(value, path, (text, at) => {
    if (maskUrls(text) !== text) found.push(at);
  });
  return found;
}

/** @why an include decides which file a value belongs to, and is followed before anything is edited. */
function assertNoInclude(path: JsonPath, change: SettingsChange): void {
  if (!path.includes("$include") && !(change.kind === "set" && hasInclude(change.value))) return;
  throw new OpenclawError(({ settings }) => settings.includeByHand, {
    code: "config.include",
    hint: ({ settings }) => settings.runEdit,
  });
}

function assertThere(path: JsonPath, whole: JsonValue): void {
  if (path.length === 0 || valueAt(whole, path) === undefined) throw notThere(path, whole);
}

/** The error of a path without a value, with the nearest one that has. */
export function notThere(path: JsonPath, whole: JsonValue): OpenclawError {
  const depth = path.findIndex((_, index) => valueAt(whole, path.slice(0, index + 1)) === undefined);
  const parent = path.slice(0, Math.max(depth, 0));
  const node = valueAt(whole, parent) as JsonValue;
  const similar = isObject(node) ? nearest(String(path[depth] ?? ""), Object.keys(node)) : undefined;
  return new OpenclawError(({ settings }) => settings.notSet(formatPath(path)), {
    code: "config.path",
    hint: ({ config, settings }) => {
      if (similar !== undefined) return config.didYouMean(formatPath([...parent, similar, ...path.slice(depth + 1)]));
      return isList(node) ? settings.listHas({ path: formatPath(parent), items: node.length }) : settings.seeAll;
    },
  });
}

/**
 * True for an object that lost its last member, without a comment in it, and that was not empty in an earlier text either:
 * setting a value makes the objects that it needs, and unsetting takes them away again.
 */
function isLeftOver(path: JsonPath, whole: JsonValue, { text }: SourceFile, earlier: readonly ParsedText[]): boolean {
  const isMember = typeof path.at(-1) === "string" && isObject(valueAt(whole, path) as JsonValue);
  if (!isMember || !isEmptyAt(whole, path)) return false;
  return !hasCommentIn(text, path) && !earlier.some(({ value }) => isEmptyAt(value, path));
}

function assertValid(before: JsonValue, after: JsonValue): void {
  const faults = newFaults(before, after);
  if (faults.length === 0) return;
  throw new OpenclawError(({ settings }) => settings.wouldBeInvalid, {
    code: "config.invalid",
    problems: faults.map(({ message, hint, path }): Problem => {
      const given = valueAt(after, path);
      const asText = typeof given === "number" || typeof given === "boolean" ? true : undefined;
      return {
        message,
        ...(hint !== undefined ? { hint } : asText && { hint: ({ settings }) => settings.forText }),
      };
    }),
  });
}
