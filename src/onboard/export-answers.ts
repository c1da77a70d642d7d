import { variablesOf } from "../config/credentials.ts";
import {
  formatPath,
  isList,
  isObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  valueAt,
} from "../config/json5-value.ts";
import { isSecretReference } from "../core/redact.ts";
import { formatModelRef, parseModelRef } from "../providers/model.ts";
import { type Field, needOf, type Provider } from "../providers/provider.ts";
import { SKIP } from "./answers.ts";
import { isPlainSecret } from "./answers-file.ts";
import { type CurrentState, configuredEndpoints, configuredValues, writtenSecret } from "./current-state.ts";
import { currentPrimary } from "./default-model.ts";
import { patchBetween } from "./merge-patch.ts";

/** Keys that every run writes anew, and that belong to no set-up. */
const RECORDS = ["wizard", "meta"];

/** The configuration without the records of runs. */
export const withoutRecords = (config: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !RECORDS.includes(key)));

/** The answers that a set-up would be the result of, as far as they are answers; the rest is for `config`. */
export function answersOf(current: CurrentState): JsonObject {
  const { gateway } = current.config.config;
  const provider = current.providers.find((one) => configuredEndpoints(one, current).length > 0);
  if (provider === undefined && gateway?.mode === "remote") return remoteAnswers(current);
  const ofProvider = provider === undefined ? {} : providerAnswers(provider, current);
  return { authChoice: provider?.authChoice ?? SKIP, ...ofProvider, ...gatewayAnswers(current) };
}

/** The answers of a set-up without a provider. */
export const localAnswersOf = (current: CurrentState): JsonObject => ({
  authChoice: SKIP,
  ...gatewayAnswers(current),
});

function providerAnswers(provider: Provider, current: CurrentState): JsonObject {
  const values = configuredValues(provider, current);
  const open = provider.fields.filter((field) => needOf(field, values) !== "none" && field.stored !== false);
  const answers = open.flatMap((field): readonly [string, JsonValue][] => {
    if (field.secret) return secretAnswer(field, provider, current);
    const value = values[field.id];
    if (value === undefined) return [];
    return [[field.id, field.several && value.includes(",") ? value.split(",") : value]];
  });
  const primary = parseModelRef(currentPrimary(current) ?? "");
  const isOwn = configuredEndpoints(provider, current).some(({ providerId }) => providerId === primary?.provider);
  return {
    ...Object.fromEntries(answers),
    ...(isReferred(Object.fromEntries(answers), current) && { secretInputMode: "ref" }),
    ...(primary !== undefined && isOwn && { model: formatModelRef(primary) }),
  };
}

/** A secret in plain text becomes the variable that it would be stored as. */
function secretAnswer(field: Field, provider: Provider, current: CurrentState): readonly [string, JsonValue][] {
  const written = writtenSecret(field, provider, current);
  if (written === undefined) return [];
  if (typeof written === "object") return [[field.id, { ...written }]];
  const [variable = field.env[0] ?? ""] = variablesOf(written);
  return [[field.id, `\${${variable}}`]];
}

/** True if the variables of secrets are kept outside `.env`. */
function isReferred(answers: JsonObject, { secrets }: CurrentState): boolean {
  const names = Object.values(answers).flatMap((value) => (typeof value === "string" ? variablesOf(value) : []));
  return names.length > 0 && names.every((name) => !secrets.values.has(name));
}

function gatewayAnswers({ config: { config } }: CurrentState): JsonObject {
  const { port, bind, customBindHost, auth } = config.gateway ?? {};
  const { mode, token } = auth ?? {};
  const isOwnMode = mode === "token" || mode === "none";
  const ofAuth = {
    ...(isOwnMode && { mode }),
    ...(mode === "token" && isSecretReference(token) && { token: { ...token } }),
  };
  const gateway = {
    ...(port !== undefined && { port }),
    ...(bind !== undefined && { bind }),
    ...(bind === "custom" && customBindHost !== undefined && { customBindHost }),
    ...(Object.keys(ofAuth).length > 0 && { auth: ofAuth }),
  };
  return Object.keys(gateway).length > 0 ? { gateway } : {};
}

function remoteAnswers({ config: { config }, secrets }: CurrentState): JsonObject {
  const { url, token } = config.gateway?.remote ?? {};
  const [variable] = variablesOf(token);
  const answer = isSecretReference(token) ? { ...token } : variable && `\${${variable}}`;
  return {
    ...(variable !== undefined && !secrets.values.has(variable) && { secretInputMode: "ref" }),
    gateway: {
      mode: "remote",
      remote: { ...(url !== undefined && { url }), ...(answer !== undefined && { token: answer }) },
    },
  };
}

/** A file of answers, and the paths of the secrets that it leaves out. */
export interface Exported {
  readonly answers: JsonObject;
  readonly leftOut: readonly string[];
}

/**
 * The answers with what they alone would not make of an empty machine; `made` is what they make of one.
 */
export function exported(answers: JsonObject, made: JsonObject, config: JsonObject): Exported {
  const leftOut: string[] = [];
  const { secrets: sources, ...others } = withoutPlainSecrets(config, [], { made, leftOut }) as JsonObject;
  const { secrets: _, ...rest } = made;
  const patch = patchBetween(rest, others);
  return {
    answers: {
      ...answers,
      ...(sources !== undefined && { secrets: sources }),
      ...(Object.keys(patch).length > 0 && { config: patch }),
    },
    leftOut,
  };
}

interface LeftOut {
  readonly made: JsonObject;
  readonly leftOut: string[];
}

/** Secrets in plain text are as the answers make them, if they make any. */
function withoutPlainSecrets(value: JsonValue, at: JsonPath, out: LeftOut): JsonValue | undefined {
  if (isSecretReference(value)) return value;
  if (typeof value === "string") {
    if (!isPlainSecret(at, value)) return value;
    out.leftOut.push(formatPath(at));
    return valueAt(out.made, at) as JsonValue | undefined;
  }
  if (isList(value))
    return value.flatMap((item, index) => {
      const kept = withoutPlainSecrets(item, [...at, index], out);
      return kept === undefined ? [] : [kept];
    });
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const kept = withoutPlainSecrets(item, [...at, key], out);
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
}
