import { formatPath, isList, isObject, type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import { unresolvedInText } from "../config/unresolved.ts";
import { variablesIn } from "../config/variables.ts";
import { OpenclawError } from "../core/errors.ts";
import {
  isCredentialAt,
  isCredentialHeader,
  isHarmless,
  isSecretKey,
  isSecretReference,
  isSecretVariable,
  looksSecret,
} from "../core/redact.ts";

/** A value that a variable has already. */
interface TakenBy {
  readonly value: string;
  /** The file that says so; the environment if `undefined`. */
  readonly file?: string;
}

/** Where credentials belong, and what is there already. */
export interface SecretHome {
  /** The variable in which onboarding would store the credential at a path. */
  readonly variableFor: (path: JsonPath) => string | undefined;
  /** What environment and files say of a variable. */
  readonly valuesOf: (variable: string) => readonly TakenBy[];
}

/** A credential that was given as text, and the variable of `.env` that it goes to. */
export interface StoredSecret {
  readonly path: JsonPath;
  readonly variable: string;
  readonly value: string;
}

/** @why local servers take short words for a key, such as `ollama`. */
const SHORTEST = 12;

/** Of other features, whose keys say what they hold: `botToken`, but not `tokenMode` or `hotkey`. */
const CREDENTIAL_NAME = /(?:api_?key|token|secret|password|passphrase)$/i;

/** `env.NAME` or `env.vars.NAME`, where no reference is replaced. */
const isVariable = ([first, second, third]: JsonPath): boolean =>
  first === "env" && (third === undefined ? second !== undefined : second === "vars");

/** True for a credential in a place that may hold one as text. */
function isStorable(text: string, path: JsonPath): boolean {
  const key = String(path.findLast((step) => typeof step === "string") ?? "");
  if (isHarmless(key, text) || variablesIn(text).length > 0 || unresolvedInText(text) !== undefined) return false;
  const [first, second] = path;
  if (first === "gateway" && (second === "auth" || second === "remote") && path.length === 3)
    return key === "token" || key === "password";
  if (!isCredentialAt(path, text)) return false;
  if (looksSecret(text)) return true;
  if (isVariable(path)) return isSecretVariable(key) && text.length >= SHORTEST;
  if (path.at(-2) === "headers") return isCredentialHeader(key) || (isSecretKey(key) && text.length >= SHORTEST);
  return CREDENTIAL_NAME.test(key) && text.length >= SHORTEST;
}

/**
 * The value with a reference in place of each credential, and the credentials. A variable under `env` leaves the value, since
 * `.env` is what sets it then; nothing is left of a value that was one. Throws `usage.conflict` where the variable has
 * another value, which is not this command's to replace, and `usage.invalid` for a mask.
 */
export function withStoredSecrets(
  value: JsonValue,
  path: JsonPath,
  whole: JsonValue,
  home: SecretHome,
): { readonly value: JsonValue | undefined; readonly stored: readonly StoredSecret[] } {
  const stored: StoredSecret[] = [];
  const store = (text: string, at: JsonPath): string | undefined => {
    const scheme = /^Bearer:?\s+/i.exec(text)?.[0] ?? "";
    const secret = text.slice(scheme.length);
    const own = isVariable(at)
      ? String(at.at(-1))
      : (referredTo(secret, valueAt(whole, at), home) ?? nameFor(at, home));
    assertFree(own, { secret, at, whole }, home);
    stored.push({ path: at, variable: own, value: secret });
    return isVariable(at) ? undefined : `${scheme && "Bearer "}\${${own}}`;
  };
  const replaced = (item: JsonValue, at: JsonPath): JsonValue | undefined => {
    if (typeof item === "string") {
      assertNoMask(item, at);
      return isStorable(item, at) ? store(item, at) : item;
    }
    if (isList(item)) return item.map((one, index) => replaced(one, [...at, index]) ?? null);
    if (!isObject(item) || isSecretReference(item)) return item;
    const members = Object.entries(item).flatMap(([key, one]) => {
      const left = replaced(one, [...at, key]);
      return left === undefined ? [] : [[key, left] as const];
    });
    return Object.fromEntries(members);
  };
  return { value: replaced(value, path), stored };
}

/** The variable that today's text refers to, if it has this very value. */
function referredTo(secret: string, before: unknown, home: SecretHome): string | undefined {
  const [name, ...more] = typeof before === "string" ? variablesIn(before) : [];
  if (name === undefined || more.length > 0) return undefined;
  return home.valuesOf(name)[0]?.value === secret ? name : undefined;
}

/** @source the published OpenClaw's docs/concepts/model-providers.md: `<PROVIDER>_API_KEY`. */
function nameFor(path: JsonPath, home: SecretHome): string {
  const steps = path[0] === "models" ? path.slice(2) : path[0] === "gateway" ? ["openclaw", ...path] : path;
  return (
    home.variableFor(path) ??
    steps
      .filter((step) => step !== "headers")
      .join("_")
      .replace(/([a-z\d])([A-Z])/g, "$1_$2")
      .toUpperCase()
      .replace(/[^A-Z\d]+/g, "_")
      .replace(/^_+|_+$/g, "")
      .replace(/^(?=\d|$)/, "_")
  );
}

interface Given {
  readonly secret: string;
  readonly at: JsonPath;
  readonly whole: JsonValue;
}

function assertFree(variable: string, { secret, at, whole }: Given, { valuesOf }: SecretHome): void {
  const inConfig = [["env", "vars"], ["env"]].flatMap((env) => {
    const text = isVariable(at) ? undefined : valueAt(whole, [...env, variable]);
    return typeof text === "string" ? [{ value: text, file: formatPath([...env, variable]) }] : [];
  });
  const other = [...valuesOf(variable), ...inConfig].find(({ value }) => value !== "" && value !== secret);
  if (other === undefined) return;
  const isKey = at[0] === "models";
  throw new OpenclawError(({ settings }) => settings.variableTaken({ path: formatPath(at), variable, ...other }), {
    code: "usage.conflict",
    hint: ({ settings }) => (isKey ? settings.rotateInstead(variable) : settings.otherVariable),
  });
}

function assertNoMask(text: string, path: JsonPath): void {
  if (!isCredentialAt(path, text) || unresolvedInText(text)?.kind !== "masked") return;
  throw new OpenclawError(({ core }) => core.unresolved.masked(formatPath(path)), { code: "usage.invalid" });
}
