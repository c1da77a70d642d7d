import { BINDS, meantBind } from "../config/bind.ts";
import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import { locate } from "../config/json5-document.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import {
  formatPath,
  isList,
  isObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  valueAt,
} from "../config/json5-value.ts";
import { type SecretReference, schemaProblems } from "../config/schema.ts";
import {
  anyText,
  either,
  listOf,
  object,
  oneOf,
  type Shape,
  text,
  violationsIn,
  wholeNumber,
  yesOrNo,
} from "../config/shape.ts";
import {
  isCredentialAt,
  isReference,
  isSecretReference,
  isSecretVariable,
  looksLikeCredential,
} from "../core/redact.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { nearest } from "../core/similar.ts";
import type { Field, Provider } from "../providers/provider.ts";
import type { Message } from "../text/message.ts";
import { SKIP } from "./answers.ts";
import { REMOTE_TOKEN_VARIABLE } from "./remote-token.ts";

/*
 * A file of answers, JSON5: what `onboard` would be told by flags, under the ids of fields and settings. A secret in it is
 * a reference: `"${NAME}"` is filled in when the file is read, `{source, provider, id}` is written as it is. `config` is
 * merged into the configuration after the answers, as RFC 7396 merges: null removes.
 */

/** The place that a file names for a secret. */
export type SecretAnswer =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "reference"; readonly input: SecretReference };

export interface AnswersFile {
  readonly path: string;
  /** The texts of fields that are no secrets, by the field's id; `${NAME}` is not filled in yet. */
  readonly texts: Readonly<Record<string, string>>;
  /** By the field's id, `gateway.auth.token` and `gateway.remote.token`. */
  readonly secrets: Readonly<Record<string, SecretAnswer>>;
  /** Everything else, by its path: `gateway.port`. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** Merged into the configuration. */
  readonly patch: JsonObject;
  /** The place of what is merged, by its path in the configuration. */
  readonly placeInPatch: (path: JsonPath) => Pick<Problem, "where" | "position">;
  /** The place of an answer, by the same names; that of the file if it is not in it. */
  readonly placeOf: (name: string) => Pick<Problem, "where" | "position">;
  readonly has: (name: string) => boolean;
}

export const TOKEN_ANSWER = "gateway.auth.token";
export const REMOTE_TOKEN_ANSWER = "gateway.remote.token";
const SECRET_SETTINGS: readonly string[] = [TOKEN_ANSWER, REMOTE_TOKEN_ANSWER];

/** Settings by their paths, in the order of the documentation. */
const SETTINGS = [
  "authChoice",
  "secretInputMode",
  "model",
  "setDefault",
  "service",
  "clients",
  "gateway.mode",
  "gateway.port",
  "gateway.bind",
  "gateway.customBindHost",
  "gateway.auth.mode",
  TOKEN_ANSWER,
  "gateway.remote.url",
  REMOTE_TOKEN_ANSWER,
] as const;

const MERGED = ["secrets", "config"] as const;

/** A variable that stands for a whole answer. */
const VARIABLE = /^\$\{([A-Z_][A-Z0-9_]*)\}$/;

export const variableIn = (answer: string): string | undefined => VARIABLE.exec(answer)?.[1];

/** Reads and judges a whole file. Problems have line and column, and quote nothing that may be a secret. */
export function readAnswers(
  content: string,
  path: string,
  providers: readonly Provider[],
  clients: readonly string[],
): Result<AnswersFile, readonly Problem[]> {
  const parsed = parseJson5(content);
  if (!parsed.ok) return fail([{ ...parsed.error, where: path }]);
  const root = parsed.value;
  const placeAt = (at: JsonPath) => {
    const position = locate(content, at);
    return { where: path, ...(position && { position }) };
  };
  if (!isObject(root))
    return fail([{ message: (t) => t.config.mustBe({ path: "", expected: t.config.expected.object }), where: path }]);
  const fields = providers.flatMap((provider) => provider.fields);
  const problems: Problem[] = [];
  const report = (at: JsonPath, message: Message, hint?: Message) =>
    problems.push({ message, ...(hint && { hint }), ...placeAt(at) });
  unknownKeys(root, fields, report);
  for (const { path: at, message, hint } of violationsIn(shapeOf(fields, providers, clients), root))
    report(at, message, hint);
  const secretNames = [...fields.filter(({ secret }) => secret).map(({ id }) => id), ...SECRET_SETTINGS];
  for (const name of secretNames) judgeSecret(name, valueAt(root, name.split(".")), fields, report);
  for (const field of fields) judgeText(field, root[field.id], report);
  judgeMerged(root, report);
  if (problems.length > 0) return fail(problems);
  const answered = (name: string) => valueAt(root, name.split(".")) as JsonValue | undefined;
  const settings = SETTINGS.filter((name) => !SECRET_SETTINGS.includes(name) && answered(name) !== undefined);
  const texts = fields.flatMap(({ id, secret }) => {
    const value = root[id];
    return secret || value === undefined ? [] : [[id, isList(value) ? value.join(",") : String(value)] as const];
  });
  const secrets = secretNames.flatMap((name) => {
    const value = answered(name);
    return value === undefined ? [] : [[name, secretAnswer(value)] as const];
  });
  const { config = {}, secrets: sources } = root;
  return ok({
    path,
    texts: Object.fromEntries(texts),
    secrets: Object.fromEntries(secrets),
    settings: Object.fromEntries(settings.map((name) => [name, answered(name) ?? null])),
    patch: { ...(config as JsonObject), ...(sources !== undefined && { secrets: sources }) },
    placeInPatch: (at) => placeAt(at[0] === "secrets" && sources !== undefined ? at : ["config", ...at]),
    placeOf: (name) => (answered(name) === undefined ? { where: path } : placeAt(name.split("."))),
    has: (name) => answered(name) !== undefined,
  });
}

const secretAnswer = (value: JsonValue): SecretAnswer =>
  typeof value === "string"
    ? { kind: "variable", name: variableIn(value) ?? "" }
    : { kind: "reference", input: value as unknown as SecretReference };

type Report = (at: JsonPath, message: Message, hint?: Message) => void;

/** The keys that may stand in an object of the file, by the path of the object. */
function knownKeys(fields: readonly Field[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  const add = (path: string) => {
    const steps = path.split(".");
    for (const [depth, step] of steps.entries()) {
      const parent = steps.slice(0, depth).join(".");
      const known = keys.get(parent) ?? [];
      if (!known.includes(step)) known.push(step);
      keys.set(parent, known);
    }
  };
  for (const path of ["$schema", ...SETTINGS, ...fields.map(({ id }) => id), ...MERGED]) add(path);
  return keys;
}

function unknownKeys(root: JsonObject, fields: readonly Field[], report: Report): void {
  for (const [parent, known] of knownKeys(fields)) {
    const at = parent === "" ? [] : parent.split(".");
    const value = valueAt(root, at);
    if (!isObject(value as JsonValue)) continue;
    for (const key of Object.keys(value as JsonObject)) {
      if (known.includes(key)) continue;
      const meant = nearest(key, known);
      const shown = looksLikeCredential(key) ? "" : formatPath([...at, key]);
      report(
        [...at, key],
        (t) => t.onboard.answers.unknownKey(shown),
        meant === undefined ? (t) => t.onboard.answers.useKeys(known) : (t) => t.config.didYouMean(meant),
      );
    }
  }
}

/** The kinds of values. What they say is judged as that of flags is. */
function shapeOf(fields: readonly Field[], providers: readonly Provider[], clients: readonly string[]): Shape<unknown> {
  const shapes: Record<string, Shape<unknown>> = {
    authChoice: oneOf(...providers.map(({ authChoice }) => authChoice), SKIP),
    secretInputMode: oneOf("plaintext", "ref"),
    model: text,
    setDefault: yesOrNo,
    service: yesOrNo,
    clients: listOf(oneOf(...clients)),
    gateway: object({
      mode: oneOf("local", "remote"),
      port: either(wholeNumber(1, 65_535), reference),
      bind: { ...oneOf(...BINDS), meant: meantBind },
      customBindHost: text,
      auth: object({ mode: oneOf("token", "none") }),
      remote: object({ url: text }),
    }),
    secrets: object({}),
    config: object({}),
  };
  for (const { id, secret, several } of fields)
    if (!secret) shapes[id] = several ? either(anyText, listOf(text)) : anyText;
  return object(shapes);
}

/** `${NAME}` in place of something that is no text. */
const reference: Shape<string> = {
  expected: (words) => words.variable,
  accepts: (value) => typeof value === "string" && variableIn(value) !== undefined,
  structure: { kind: "text", mayBeEmpty: false },
};

function judgeSecret(name: string, value: unknown, fields: readonly Field[], report: Report): void {
  if (value === undefined) return;
  const at = name.split(".");
  const field = fields.find(({ id }) => id === name);
  const variable = field?.env[0] ?? (name === TOKEN_ANSWER ? GATEWAY_TOKEN_VARIABLE : REMOTE_TOKEN_VARIABLE);
  const hint: Message = (t) => t.onboard.answers.referTo(`"\${${variable}}"`);
  if (typeof value === "string") {
    if (variableIn(value) === undefined) report(at, (t) => t.onboard.answers.plainSecret(name), hint);
  } else if (!isSecretReference(value)) report(at, (t) => t.onboard.answers.noReference(name), hint);
  else if (value.source === "store")
    report(
      at,
      (t) => t.config.unsupportedSecretSource({ place: name, source: "store" }),
      (t) => t.config.useSupportedSource,
    );
}

/** A credential in place of another answer. */
function judgeText({ id, secret }: Field, value: JsonValue | undefined, report: Report): void {
  if (secret || typeof value !== "string" || !looksLikeCredential(value)) return;
  report(
    [id],
    (t) => t.core.credentialHere,
    (t) => t.onboard.answers.onlyReferences,
  );
}

/** Refuses a merge that holds a secret, or something that the configuration may not say. */
function judgeMerged(root: JsonObject, report: Report): void {
  const sources = root.secrets;
  const merged = root.config;
  const judge = (value: JsonValue, at: JsonPath, inConfig: JsonPath) => {
    if (isSecretReference(value)) return;
    if (typeof value === "string") {
      if (isPlainSecret(inConfig, value))
        report(
          at,
          (t) => t.onboard.answers.plainSecret(formatPath(inConfig)),
          (t) => t.onboard.answers.onlyReferences,
        );
    } else if (isList(value))
      for (const [index, item] of value.entries()) judge(item, [...at, index], [...inConfig, index]);
    else if (isObject(value))
      for (const [key, item] of Object.entries(value)) {
        if (key === "$include") report([...at, key], (t) => t.onboard.answers.noInclude);
        else judge(item, [...at, key], [...inConfig, key]);
      }
  };
  const prefixes: readonly (readonly [JsonValue | undefined, JsonPath, JsonPath])[] = [
    [sources, ["secrets"], ["secrets"]],
    [merged, ["config"], []],
  ];
  for (const [value, at, inConfig] of prefixes) {
    if (value === undefined) continue;
    judge(value, at, inConfig);
    const whole = withoutNull(inConfig.length === 0 ? value : { secrets: value });
    for (const { path, message, hint } of schemaProblems(whole))
      report(inConfig.length === 0 ? [...at, ...path] : path, message, hint);
  }
}

/** True for a text of the configuration that is a secret itself, rather than the name of one. */
export function isPlainSecret(path: JsonPath, value: string): boolean {
  if (isReference(value)) return false;
  const [first, second, , fourth, name] = path;
  const isPassed = first === "secrets" && second === "providers" && fourth === "env";
  return (
    looksLikeCredential(value) || isCredentialAt(path, value) || (isPassed && isSecretVariable(String(name ?? "")))
  );
}

/** Leaves out what a merge removes, which is not judged. */
const withoutNull = (value: JsonValue): JsonValue =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNull(item)]])),
      )
    : value;
