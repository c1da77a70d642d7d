import type { Problem } from "../core/result.ts";
import { type TextUse, type Unresolved, unresolvedIn } from "../core/unresolved.ts";
import type { Message, Texts } from "../text/message.ts";
import { positionOfVariable } from "./dotenv-document.ts";
import { allReadings, type ReadingProblem } from "./dotenv-readings.ts";
import { formatPath, type JsonPath, valueAt } from "./json5-value.ts";
import type { Config, SecretReference } from "./schema.ts";
import { type FoundVariable, type Place, skippedVariable, type ValueFiles, variablesIn } from "./variables.ts";

/*
 * Applies the rule of core/unresolved.ts to files and variables: a problem has its file, line and column, and says what
 * to write there. No message quotes the text, which may contain a secret.
 */

export interface CredentialProblem extends Problem {
  /**
   * No variable that may still come mends it: something that is no credential stands in its place, or the value is there
   * and HTTP cannot carry it, or it is a credential of another kind than this one.
   */
  readonly fault?: "unresolved" | "unsendable" | "refused";
}

export const isWrong = ({ fault }: CredentialProblem): boolean => fault !== undefined;

/** A place of the configuration that is for a secret. */
export interface SecretPlace {
  readonly path: JsonPath;
  /** The variable it is usually kept in. */
  readonly variable?: string;
  /** A credential unless said otherwise. */
  readonly use?: TextUse;
}

/** A finding of core/sendable.ts, with its place. */
export const sendFault = (
  { message, hint }: Pick<Problem, "message" | "hint">,
  place: Place | undefined,
): CredentialProblem => ({ message, ...(hint && { hint }), ...place, fault: "unsendable" });

/** Stands for a reference that is replaced: it fits into no form. */
const REPLACED = '"';

/** A text of the configuration, apart from its references that are replaced. */
export async function textFault(
  text: string,
  { path, variable, use }: SecretPlace,
  from: ValueFiles | undefined,
): Promise<CredentialProblem | undefined> {
  const found = unresolvedInText(text, use);
  if (found === undefined) return undefined;
  const [scheme = ""] = /^(?:Bearer|Basic|Token|ApiKey)\s/i.exec(text.trim()) ?? [];
  const name = found.kind === "reference" ? found.name : variable;
  return {
    message: (t) => t.core.unresolved[found.kind](formatPath(path)),
    hint: name === undefined ? (t) => t.config.referToVariable : (t) => t.config.writeReference(`${scheme}\${${name}}`),
    ...(await from?.locate(path)),
    fault: "unresolved",
  };
}

/** Like `unresolvedIn`, for text in which `${NAME}` is replaced. */
export function unresolvedInText(text: string, use: TextUse = "credential"): Unresolved | undefined {
  const names = variablesIn(text);
  const rest = names.reduce((left, name) => left.replace(new RegExp(`(?<!\\$)\\$\\{${name}\\}`, "g"), REPLACED), text);
  // An escaped reference may be meant in a header, but not in a credential.
  return unresolvedIn(use === "header" ? rest.replace(/\$\$\{[A-Z_][A-Z0-9_]*\}/g, REPLACED) : rest, use);
}

interface KnownVariables {
  readonly config: Config;
  readonly variables: ReadonlyMap<string, Pick<FoundVariable, "value"> & Partial<FoundVariable>>;
  readonly from?: ValueFiles;
}

/** The value of a variable that stands for a secret. Nothing is replaced in it, wherever it is set. */
export async function variableFault(
  name: string,
  { use }: Pick<SecretPlace, "use">,
  { config, variables, from }: KnownVariables,
): Promise<CredentialProblem | undefined> {
  const { value, source } = variables.get(name) ?? {};
  const found = value && unresolvedIn(value.reveal(), use);
  if (found === undefined) return undefined;
  const what = ({ config: text }: Texts) =>
    source === undefined || source === ".env" || source === "gateway.env"
      ? name
      : text.variableIn({ name, place: text.variableSources[source] });
  return {
    message: (t) => t.core.unresolved[found.kind](what(t)),
    hint: (t) => (found.kind === "reference" ? t.config.nothingReplaced : t.config.writeValue),
    ...(source && (await placeOfVariable(name, source, config, from))),
    fault: "unresolved",
  };
}

/** For the local gateway's token, which the configuration need not name: the place is that of its variable, if it is set. */
export async function placeOfToken(
  [name = ""]: readonly string[],
  { path }: SecretPlace,
  { config, variables, from }: KnownVariables,
): Promise<Place> {
  const { source } = variables.get(name) ?? {};
  return source === undefined ? ((await from?.locate(path)) ?? {}) : placeOfVariable(name, source, config, from);
}

/** For the value that a file or program gives for a reference. */
export const storedFault = async (
  { kind }: Unresolved,
  { provider }: SecretReference,
  { path }: SecretPlace,
  from: ValueFiles | undefined,
): Promise<CredentialProblem> => ({
  message: (t) => t.core.unresolved[kind](`secrets.providers.${provider}`),
  hint: (t) => t.config.storeValue,
  ...(await from?.locate(path)),
  fault: "unresolved",
});

/** A variable that is set in a file, and why it has no value all the same. */
export interface EmptyVariable {
  readonly problem: Problem;
  /** The place of the value, if that stands in the configuration. */
  readonly path?: JsonPath;
}

export function emptyVariable(
  name: string,
  config: Config,
  readings: readonly ReadingProblem[],
): EmptyVariable | undefined {
  const problem = readings.find((reading) => reading.name === name && reading.isEmpty);
  if (problem !== undefined) return { problem };
  const path = skippedVariable(name, config);
  if (path === undefined) return undefined;
  const message: Message = (t) => t.config.variableSkipped(formatPath(path));
  return { problem: { message, hint: (t) => t.config.writeValue }, path };
}

/** The problem of such a variable, with its place. */
export async function emptyFault(
  name: string,
  { config, from }: Pick<KnownVariables, "config" | "from">,
): Promise<CredentialProblem | undefined> {
  if (from === undefined) return undefined;
  const { problem, path } = emptyVariable(name, config, allReadings(from)) ?? {};
  return problem && { ...problem, ...(path && (await from.locate(path))) };
}

/** Empty if the variable is not set in a file. `within`: a place in its text. */
export async function placeOfVariable(
  name: string,
  source: FoundVariable["source"],
  config: Config,
  from: ValueFiles | undefined,
  within?: { readonly text: string; readonly at: number },
): Promise<Place> {
  if (from === undefined) return {};
  if (source === "config env") {
    const path = ["env", "vars", name];
    return from.locate(valueAt(config, path) === undefined ? ["env", name] : path);
  }
  const file = source === ".env" ? from.secrets : source === "gateway.env" ? from.gatewayEnv : undefined;
  if (file === undefined) return {};
  const position = positionOfVariable(file.text, name, within);
  return { where: file.path, ...(position && { position }) };
}
