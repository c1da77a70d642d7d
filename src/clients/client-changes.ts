import { isObject, isSamePath, type JsonValue, sameValue, valueAt } from "../config/json5-value.ts";
import { OpenclawError } from "../core/errors.ts";
import { isSecretAssignment, isSecretAt, looksLikeCredential, maskUrls, secretArguments } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { PLACEHOLDER_KEY } from "../providers/provider.ts";
import type { ClientSetting } from "./client.ts";
import type { ClientDocument, DocumentEdit, SettingPath } from "./client-document.ts";

/** A value that we put into a client's file, or took out of it. Never a credential. */
interface RecordedValue {
  readonly path: SettingPath;
  /** Text of the value before; null if there was none. */
  readonly before: string | null;
  /** Absent if we took the value out. */
  readonly after?: JsonValue;
}

export interface RecordedValues {
  readonly values: readonly RecordedValue[];
  /** Objects and tables that we made, outermost first. */
  readonly made: readonly SettingPath[];
}

export interface WantedSettings {
  readonly settings: readonly ClientSetting[];
  /** Settings that would win over ours. */
  readonly obstacles: readonly SettingPath[];
}

export interface ClientPlan extends RecordedValues {
  readonly edits: readonly DocumentEdit[];
}

export const valueIn = ({ value }: Pick<ClientDocument, "value">, path: readonly string[]): JsonValue | undefined =>
  valueAt(value, path) as JsonValue | undefined;

export const isSame = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameValue(a, b);

/** Keys whose value prints or names a credential, and is none. */
const NAMES_CREDENTIAL = /^(?:apiKeyHelper|command|args|env_key)$/;
/** @source opencode's documentation: variables and files that it reads in place of a value. */
const CLIENT_REFERENCE = /^\{(?:env|file):[^{}]+\}$/;

/** A variable, what another command prints, a file or a flag. */
const NO_LITERAL = /^["']?(?:$|[$`~/.-])/;

/** True for a command that is given a credential, or prints one that it is given, rather than finds it elsewhere. */
function saysCredential(words: readonly string[]): boolean {
  const given = [
    ...secretArguments(words),
    ...words.flatMap((word) => (isSecretAssignment(word) ? [word.slice(word.indexOf("=") + 1)] : [])),
    ...words.flatMap((word, index) =>
      PRINTS.test(word) ? [words.slice(index + 1).find((text) => !FORMAT.test(text)) ?? ""] : [],
    ),
  ];
  return given.some((text) => !NO_LITERAL.test(text));
}

/** A flag of `echo`, or what `printf` fills in. */
const FORMAT = /^(?:-|["']?%)/;
const PRINTS = /^["'(]*(?:\/(?:usr\/)?bin\/)?(?:echo|printf)$/;

function holdsCredential(path: SettingPath, value: JsonValue): boolean {
  if (typeof value === "string") {
    if (value === PLACEHOLDER_KEY || CLIENT_REFERENCE.test(value)) return false;
    // Of variables only those that are called so, since all that a client is told may stand there.
    const place = path[0] === "env" ? path.slice(1) : path;
    if (looksLikeCredential(value) || maskUrls(value) !== value) return true;
    return NAMES_CREDENTIAL.test(path.at(-1) ?? "") ? saysCredential(value.split(/\s+/)) : isSecretAt(place, value);
  }
  if (typeof value !== "object" || value === null) return false;
  if (path.at(-1) === "args" && saysCredential(Object.values(value).flatMap((one) => String(one).split(/\s+/))))
    return true;
  return Object.entries(value).some(([key, inner]) =>
    holdsCredential(Array.isArray(value) ? path : [...path, key], inner),
  );
}

/**
 * The edits that have the file say what the client needs. A value that we wrote before keeps what was there before that.
 * Throws `config.edit` where a credential would be lost, which is neither copied nor thrown away.
 */
export function planWrite(
  document: ClientDocument,
  { settings, obstacles }: WantedSettings,
  known: RecordedValues | undefined,
  where: string,
): ClientPlan {
  const wanted = [
    ...settings.map(({ path, value }) => ({ path: path as SettingPath, value: value as JsonValue | undefined })),
    ...obstacles.map((path) => ({ path, value: undefined })),
  ];
  const ours = (path: SettingPath) =>
    known?.values.find((one) => isSamePath(one.path, path) && isSame(one.after, valueIn(document, path)));
  const problems: Problem[] = [];
  const edits: DocumentEdit[] = [];
  const values: RecordedValue[] = [];
  for (const { path, value } of wanted) {
    const current = valueIn(document, path);
    const earlier = ours(path);
    if (earlier !== undefined)
      values.push({ path, before: earlier.before, ...(value !== undefined && { after: value }) });
    // An empty text is no value to any client.
    if (isSame(current, value) || (value === undefined && current === "")) continue;
    edits.push({ path, to: value === undefined ? undefined : { value } });
    if (earlier !== undefined) continue;
    if (current !== undefined && holdsCredential(path, current)) problems.push(lost(document, path, where));
    values.push({ path, before: document.sourceAt(path) ?? null, ...(value !== undefined && { after: value }) });
  }
  if (problems.length > 0)
    throw new OpenclawError((t) => t.clientFiles.credentialInTheWay, { code: "config.edit", problems });
  for (const { path, before } of known?.values ?? []) {
    const isWanted = wanted.some((one) => isSamePath(one.path, path));
    if (!isWanted && ours(path) !== undefined)
      edits.push({ path, to: before === null ? undefined : { source: before } });
  }
  return { edits, values, made: madeBy(document, values, known) };
}

const lost = ({ positionAt }: ClientDocument, path: SettingPath, where: string): Problem => {
  const position = positionAt(path);
  return {
    message: (t) => t.clientFiles.removeCredential(path.join(".")),
    where,
    ...(position !== undefined && { position }),
  };
};

function madeBy(document: ClientDocument, values: readonly RecordedValue[], known: RecordedValues | undefined) {
  const parents = values.flatMap(({ path, after }) =>
    after === undefined ? [] : path.slice(0, -1).map((_, depth) => path.slice(0, depth + 1) as unknown as SettingPath),
  );
  const made: SettingPath[] = [];
  for (const parent of [...(known?.made ?? []), ...parents.filter((path) => valueIn(document, path) === undefined)]) {
    if (!made.some((path) => isSamePath(path, parent))) made.push(parent);
  }
  return made;
}

export interface Undone {
  readonly text: string;
  readonly edits: readonly DocumentEdit[];
  /** Values that were changed since, and stay. */
  readonly left: readonly SettingPath[];
}

/** The text without what we wrote. `reopen` reads the text of an edited document. */
export function planUndo(
  document: ClientDocument,
  { values, made }: RecordedValues,
  reopen: (text: string) => ClientDocument,
): Undone {
  const edits: DocumentEdit[] = [];
  const left: SettingPath[] = [];
  for (const { path, before, after } of values) {
    const isBack = (document.sourceAt(path) ?? null) === before && !isSame(valueIn(document, path), after);
    if (isBack) continue;
    if (!isSame(valueIn(document, path), after)) left.push(path);
    else edits.push({ path, to: before === null ? undefined : { source: before } });
  }
  let text = document.edited(edits);
  for (const path of made.toReversed()) {
    const now = reopen(text);
    const value = valueIn(now, path);
    const isEmpty = isObject(value) && Object.keys(value).length === 0;
    if (isEmpty) text = now.edited([{ path, to: undefined }]);
  }
  return { text, edits, left };
}
