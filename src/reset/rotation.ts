import type { ConfigEdit } from "../config/config-edit.ts";
import { formatPath, type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import { rotatedKeys } from "../config/key-rotation.ts";
import type { Config } from "../config/schema.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { unsendableKey } from "../core/sendable.ts";
import { type CheckedAnswer, checkAnswer, endpointsOf, type Field, type Provider } from "../providers/provider.ts";
import { type StoredCredential, storedCredentials } from "./credentials.ts";
import { literalsIn, referenceFor, variableFor } from "./literals.ts";

/** A credential that can be replaced, each key of a list by itself. */
export interface Rotatable {
  /** A variable, and for a key of a list its place from 1: `NAME_KEYS:2`. */
  readonly id: string;
  readonly variable: string;
  readonly position?: number;
  readonly field?: Field;
  /** The configured providers whose requests carry it. */
  readonly usedBy: readonly string[];
  readonly old: Secret;
  /** Paths at which it stands as text in the configuration, from which it moves to `.env`. */
  readonly literals: readonly JsonPath[];
  /** Credentials of other kinds, whose values are none for this one. */
  readonly others?: readonly StoredCredential[];
}

/** A rotatable credential with its new value. */
export interface Rotation extends Rotatable {
  readonly value: Secret;
}

/** Every credential in `.env` that requests carry, and those that stand as text where `.env` would hold them. */
export function rotatables(
  config: Config,
  values: ReadonlyMap<string, string>,
  providers: readonly Provider[],
): readonly Rotatable[] {
  const all = storedCredentials(config, values, providers);
  const stored = all
    .filter(({ of, usedBy, field }) => of === "provider" && usedBy.length > 0 && field?.stored !== false)
    .flatMap(({ name, field, usedBy, value }): readonly Rotatable[] => {
      const shared = { variable: name, ...(field && { field }), usedBy, literals: [] };
      if (!/_KEYS$/.test(name)) return [{ ...shared, id: name, old: value }];
      const keys = rotatedKeys(name.slice(0, -1), new Map([[name, { value }]]));
      return keys.map(({ value: old, position = 1 }) => ({ ...shared, id: `${name}:${position}`, position, old }));
    });
  const found = [...stored, ...asText(config, stored, providers)];
  return found.map((one) => ({ ...one, others: ofOtherKind(one, all) }));
}

/** Credentials as text in an entry of a known provider, one for each variable that it would move to. */
function asText(config: Config, stored: readonly Rotatable[], providers: readonly Provider[]): readonly Rotatable[] {
  const endpoints = endpointsOf(providers);
  const found = new Map<string, Rotatable>();
  for (const { path, text } of literalsIn((config.models ?? {}) as JsonValue, ["models"])) {
    const variable = variableFor(path, endpoints);
    const [, , providerId = ""] = path.map(String);
    const endpoint = endpoints.find((one) => one.providerId === providerId);
    const field = endpoint?.fields.find(({ env }) => env[0] === variable);
    // Its own variable wins over the text, so that one is replaced.
    if (variable === undefined || field === undefined || stored.some((one) => one.variable === variable)) continue;
    const known = found.get(variable);
    found.set(variable, {
      id: variable,
      variable,
      field,
      usedBy: [...(known?.usedBy ?? []), providerId],
      old: known?.old ?? new Secret(text.replace(/^Bearer\s+/i, "")),
      literals: [...(known?.literals ?? []), path],
    });
  }
  return [...found.values()];
}

/** Cleans and judges a new value by the credential's field; any other needs only be sendable. */
export function checkValue(
  { field, variable, others = [] }: Pick<Rotatable, "field" | "variable" | "others">,
  raw: string,
): Result<CheckedAnswer> {
  const checked = field === undefined ? sendable(raw, variable) : checkAnswer(field, raw);
  const other = checked.ok ? others.find(({ value }) => value.reveal() === checked.value.value) : undefined;
  if (other === undefined) return checked;
  return fail({ message: (t) => t.reset.rotate.isAnother(other.name), hint: (t) => t.reset.rotate.checkCopied });
}

function sendable(raw: string, variable: string): Result<CheckedAnswer> {
  const value = raw.trim();
  const fault = unsendableKey(value, [variable]);
  return fault === undefined ? ok({ value, repairs: [], warnings: [] }) : fail(fault);
}

/** What must not become the value of a credential, since it is one of another kind. Copies of the same kind may be. */
export const ofOtherKind = (
  { field, variable }: Pick<Rotatable, "field" | "variable">,
  stored: readonly StoredCredential[],
): readonly StoredCredential[] =>
  stored.filter(
    ({ name, of, field: other }) =>
      name !== variable && (of === "gateway" || (field && other && field.id !== other.id) === true),
  );

/** The new text of its variable: the value, or the list with one key replaced. `undefined` if the old key is not there. */
export function newText(
  { variable, position, old, value }: Rotation,
  values: ReadonlyMap<string, string>,
): string | undefined {
  const text = values.get(variable) ?? "";
  if (position === undefined) return value.reveal();
  let found = false;
  const next = text.replace(/[^\s,;]+/g, (key) => {
    if (key !== old.reveal()) return key;
    found = true;
    return value.reveal();
  });
  return found ? next : undefined;
}

/** The edits that make references of what stands as text. */
export const literalEdits = (
  { literals }: Rotation,
  config: Config,
  providers: readonly Provider[],
): readonly ConfigEdit[] =>
  literals.flatMap((path) => {
    const text = valueAt(config, path);
    return typeof text === "string" ? [{ path, value: referenceFor({ path, text }, endpointsOf(providers)) }] : [];
  });

/** Variables with the same old value that no request uses. */
export const otherCopies = ({ variable, old }: Rotation, values: ReadonlyMap<string, string>): readonly string[] =>
  [...values].flatMap(([name, text]) => (name !== variable && text === old.reveal() ? [name] : []));

/** The credential that a text names: by its id, its variable, or the flag of its field. */
export function namedRotatable(name: string, candidates: readonly Rotatable[]): Rotatable | undefined {
  const flag = name.replace(/^--/, "");
  return (
    candidates.find(({ id }) => id === name) ??
    candidates.find(({ variable }) => variable === name) ??
    candidates.find(({ field, position }) => field?.flag === flag && position === undefined) ??
    candidates.find(({ literals }) => literals.some((path) => formatPath(path) === name))
  );
}

/** The one that a new value's form belongs to, where only one fits. */
export function byForm(raw: string, candidates: readonly Rotatable[]): Rotatable | undefined {
  const fitting = candidates.filter(({ field }) => {
    const checked = field?.form === undefined ? undefined : checkAnswer(field, raw);
    return checked?.ok === true && field?.form?.test(checked.value.value) === true;
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}
