import type { Context } from "../core/context.ts";
import { isCredentialHeader } from "../core/redact.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import { type Unsendable, unsendableHeader, unsendableKey, unsendableToken } from "../core/sendable.ts";
import { type TextUse, unresolvedIn } from "../core/unresolved.ts";
import { formatPath, type JsonPath } from "./json5-value.ts";
import { furtherKeyFault, type KeyForm, type RotatedKey, rotatedKeys } from "./key-rotation.ts";
import { isLocalUrl } from "./listen-address.ts";
import type { Config, ProviderConfig, SecretInput, SecretReference } from "./schema.ts";
import { type ReferenceInput, type ResolveContext, readReference } from "./secret-reference.ts";
import {
  type CredentialProblem,
  emptyFault,
  placeOfToken,
  type SecretPlace,
  sendFault,
  storedFault,
  textFault,
  variableFault,
} from "./unresolved.ts";
import { substitute, type VariableValues, variablesIn } from "./variables.ts";

export interface Credentials {
  /** Absent if neither the configuration nor a variable provides one. */
  readonly apiKey?: Secret;
  /** Further keys, to be taken in this order where one is limited. */
  readonly moreKeys?: readonly RotatedKey[];
  readonly headers: Readonly<Record<string, Secret>>;
}

/** A bare variable name, which OpenClaw treats as a reference in `apiKey`. */
const BARE_NAME = /^\$?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/;

export function keyAsText(apiKey: SecretInput | undefined): SecretInput | undefined {
  return typeof apiKey === "string" ? apiKey.replace(BARE_NAME, (_, name: string) => `\${${name}}`) : apiKey;
}

export function variablesOf(input: SecretInput | undefined): readonly string[] {
  if (input === undefined) return [];
  if (typeof input === "string") return variablesIn(input);
  return input.source === "env" ? [input.id] : [];
}

/** The value as far as variables tell; `undefined` if one is missing, or if a file or program has it. */
export function valueFromVariables(input: SecretInput, variables: VariableValues): string | undefined {
  if (typeof input === "string") {
    const filled = substitute(input, variables);
    return filled.ok ? filled.value.reveal() : undefined;
  }
  return input.source === "env" ? variables.get(input.id)?.value.reveal() : undefined;
}

/** Every variable that resolving a provider may need; `keyVariable` is the one OpenClaw assigns to it. */
export function variablesNeeded(
  { apiKey, headers }: ProviderConfig,
  keyVariable: string | undefined,
): readonly string[] {
  const inputs = [keyAsText(apiKey), ...Object.values(headers ?? {})];
  return [...(keyVariable === undefined ? [] : [keyVariable]), ...inputs.flatMap(variablesOf)];
}

/** A provider's knowledge of its keys. Every `Endpoint` is one. */
export interface KeyRules {
  /** The variable OpenClaw assigns to it, if any. */
  readonly keyVariable?: string | undefined;
  /** The id of the field that is its key. */
  readonly keyField?: string | undefined;
  readonly fields?: readonly (KeyForm & { readonly id: string })[];
}

/**
 * Resolves a provider's key and headers. The provider's own variable takes precedence over `apiKey`, as in the
 * published OpenClaw (seen in 2026.5.28). An unresolved reference is a problem; it is never sent as literal text. So is
 * what HTTP cannot carry. `at` is the entry's path in the configuration.
 */
export async function resolveCredentials(
  { baseUrl, apiKey, headers = {} }: ProviderConfig,
  { keyVariable, keyField, fields }: KeyRules,
  known: ReferenceInput,
  context: ResolveContext,
  at: JsonPath = [],
): Promise<Result<Credentials, readonly CredentialProblem[]>> {
  const problems: CredentialProblem[] = [];
  const resolve = async (input: SecretInput, place: SecretPlace, judge: Judge): Promise<Secret | undefined> => {
    const resolved = await resolveSecret(input, place, known, context);
    if (!resolved.ok) {
      problems.push(resolved.error);
      return undefined;
    }
    const fault = judge(resolved.value.reveal(), variablesOf(input));
    if (fault !== undefined) problems.push(sendFault(fault, await known.from?.locate(place.path)));
    return resolved.value;
  };
  const rotated = keysInRotation(apiKey, keyVariable, known.variables);
  const form = fields?.find(({ id }) => id === keyField);
  problems.push(...rotated.flatMap((one) => furtherKeyFault(one, keyUse(baseUrl), form) ?? []));
  // The first of them may stand in for the key.
  if (problems.length > 0) return fail(problems);
  const written = keyInput(apiKey, keyVariable, known.variables);
  const keyPlace = {
    path: [...at, "apiKey"],
    use: keyUse(baseUrl),
    ...(keyVariable !== undefined && { variable: keyVariable }),
  };
  const isBlank = typeof written === "string" && written.trim() === "";
  const key = written === undefined || isBlank ? undefined : await resolve(written, keyPlace, unsendableKey);
  const resolvedHeaders = new Map<string, Secret>();
  for (const [name, input] of Object.entries(headers)) {
    const judge: Judge = (text, variables) => unsendableHeader(name, text, variables);
    const value = await resolve(input, headerPlace(name, at), judge);
    if (value !== undefined) resolvedHeaders.set(name, value);
  }
  if (problems.length > 0) return fail(problems);
  const moreKeys = rotated.filter(({ value }) => key !== undefined && !value.equals(key));
  return ok({
    ...(key !== undefined && { apiKey: key }),
    ...(moreKeys.length > 0 && { moreKeys }),
    headers: Object.fromEntries(resolvedHeaders),
  });
}

/** The input from which the key is read: the provider's own variable takes the place of `apiKey`. */
function keyInput(
  apiKey: SecretInput | undefined,
  keyVariable: string | undefined,
  variables: VariableValues,
): SecretInput | undefined {
  const own = variables.get(keyVariable ?? "");
  // The first of several keys takes the place of a missing one only.
  const isWritten = Boolean(apiKey) && variablesOf(keyAsText(apiKey)).every((name) => variables.has(name));
  const isOwn = own !== undefined && (own.listedIn === undefined || !isWritten);
  return isOwn ? `\${${keyVariable}}` : keyAsText(apiKey);
}

/** A secret of an entry, and what it is read from. */
export interface SecretOrigin {
  /** The name of the header as it is written; without one it is the key. */
  readonly header?: string;
  readonly input: SecretInput;
  /** Another key in the configuration, of which the provider's own variable takes the place. */
  readonly replaced?: SecretInput;
}

/** The secrets that requests to a provider carry, the key first. Headers that only say something are left out. */
export function secretOrigins(
  { apiKey, headers = {} }: ProviderConfig,
  keyVariable: string | undefined,
  variables: VariableValues,
): readonly SecretOrigin[] {
  const input = keyInput(apiKey, keyVariable, variables);
  const written = keyAsText(apiKey);
  const isReplaced = Boolean(written) && JSON.stringify(written) !== JSON.stringify(input);
  const key = input ? [{ input, ...(isReplaced && written !== undefined && { replaced: written }) }] : [];
  const others = Object.entries(headers)
    .filter(([name, value]) => isCredentialHeader(name) || typeof value === "object" || variablesOf(value).length > 0)
    .map(([header, value]) => ({ header, input: value }));
  return [...key, ...others];
}

/** The keys beside that of the provider's own variable, and of the one that `apiKey` names. */
function keysInRotation(
  apiKey: SecretInput | undefined,
  keyVariable: string | undefined,
  variables: VariableValues,
): readonly RotatedKey[] {
  const names = new Set([...(keyVariable === undefined ? [] : [keyVariable]), ...variablesOf(keyAsText(apiKey))]);
  const keys = [...names].flatMap((name) => rotatedKeys(name, variables));
  return keys.filter(({ value }, index) => keys.findIndex((other) => other.value.equals(value)) === index);
}

type Judge = (value: string, variables: readonly string[]) => Unsendable | undefined;

/** The fault of a secret as the files have it; files and programs that a reference names are not asked. */
async function writtenFault(
  input: SecretInput,
  place: SecretPlace,
  known: ReferenceInput,
): Promise<CredentialProblem | undefined> {
  const fault = typeof input === "string" ? await textFault(input, place, known.from) : undefined;
  if (fault !== undefined) return fault;
  for (const name of variablesOf(input)) {
    const wrong = await variableFault(name, place, known);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** The same for all secrets of an entry: by the name of the header, and by `apiKey`. */
export async function faultsInEntry(
  { baseUrl, apiKey, headers = {} }: ProviderConfig,
  known: ReferenceInput,
  at: JsonPath,
): Promise<ReadonlyMap<string, CredentialProblem>> {
  const faults = new Map<string, CredentialProblem>();
  const look = async (name: string, input: SecretInput, place: SecretPlace) => {
    const fault = await writtenFault(input, place, known);
    if (fault !== undefined) faults.set(name, fault);
  };
  await look("apiKey", keyAsText(apiKey) ?? "", { path: [...at, "apiKey"], use: keyUse(baseUrl) });
  for (const [name, input] of Object.entries(headers)) await look(name, input, headerPlace(name, at));
  return faults;
}

/** A server on this machine takes any text for a key, such as the placeholder of its documentation. */
export const keyUse = (baseUrl: string | undefined): TextUse => (isLocalUrl(baseUrl) ? "local key" : "credential");

export const headerUse = (name: string): TextUse => (isCredentialHeader(name) ? "credential" : "header");

const headerPlace = (name: string, at: JsonPath): SecretPlace => ({
  path: [...at, "headers", name],
  use: headerUse(name),
});

/** The same for the local gateway's token. */
export async function faultInGatewayToken(known: ReferenceInput): Promise<CredentialProblem | undefined> {
  if (known.config.gateway?.auth?.mode === "none") return undefined;
  const { input, place } = gatewayTokenInput(known.config);
  return writtenFault(input, place, known);
}

async function resolveSecret(
  input: SecretInput,
  place: SecretPlace,
  known: ReferenceInput,
  context: ResolveContext,
): Promise<Result<Secret, CredentialProblem>> {
  const fault = await writtenFault(input, place, known);
  if (fault !== undefined) return fail(fault);
  const resolved =
    typeof input === "string"
      ? substitute(input, known.variables, known.from)
      : await readReference(input, known, context);
  if (!resolved.ok) {
    const missing = variablesOf(input).filter((name) => !known.variables.has(name));
    for (const name of missing) {
      const why = await emptyFault(name, known);
      if (why !== undefined) return fail(why);
    }
    return resolved;
  }
  const wrong = typeof input === "string" || input.source === "env" ? undefined : unresolvedIn(resolved.value.reveal());
  return wrong === undefined ? resolved : fail(await storedFault(wrong, input as SecretReference, place, known.from));
}

/** Holds the local gateway's token unless the configuration refers to another variable. */
export const GATEWAY_TOKEN_VARIABLE = "OPENCLAW_GATEWAY_TOKEN";

/** The same kinds of reference are allowed as in a provider's key. */
function gatewayTokenInput({ gateway }: Config): { readonly input: SecretInput; readonly place: SecretPlace } {
  const { mode, token, password } = gateway?.auth ?? {};
  const [member, written] = mode === "password" ? (["password", password] as const) : (["token", token] as const);
  const input = keyAsText(written || `\${${GATEWAY_TOKEN_VARIABLE}}`) ?? "";
  return { input, place: { path: ["gateway", "auth", member], variable: GATEWAY_TOKEN_VARIABLE } };
}

export const gatewayTokenVariables = (config: Config): readonly string[] =>
  variablesOf(gatewayTokenInput(config).input);

/** Our gateways take either in the same header. */
function remoteInput(gateway: Config["gateway"]) {
  const { token, password } = gateway?.remote ?? {};
  const member = token === undefined || token === "" ? "password" : "token";
  return { input: member === "token" ? token : password, place: { path: ["gateway", "remote", member] } };
}

export const remoteTokenVariables = ({ gateway }: Config): readonly string[] => variablesOf(remoteInput(gateway).input);

/** The token or password clients of the local gateway must present; `undefined` if none is required. */
export async function gatewayToken(
  known: ReferenceInput,
  context: ResolveContext,
): Promise<Result<Secret | undefined, readonly CredentialProblem[]>> {
  if (known.config.gateway?.auth?.mode === "none") return ok(undefined);
  const { input, place } = gatewayTokenInput(known.config);
  const resolved = await resolveSecret(input, place, known, context);
  if (!resolved.ok) return fail([resolved.error]);
  const fault = unsendableToken(resolved.value.reveal(), variablesOf(input));
  return fault === undefined
    ? resolved
    : fail([sendFault(fault, await placeOfToken(variablesOf(input), place, known))]);
}

/** The token, or else the password, that this machine presents to a remote gateway; `undefined` if the configuration names none. */
export async function remoteToken(
  known: ReferenceInput,
  context: ResolveContext,
): Promise<Result<Secret | undefined, CredentialProblem>> {
  const { input, place } = remoteInput(known.config.gateway);
  if (input === undefined || input === "") return ok(undefined);
  const resolved = await resolveSecret(input, place, known, context);
  if (!resolved.ok) return resolved;
  const fault = unsendableToken(resolved.value.reveal(), variablesOf(input));
  return fault === undefined ? resolved : fail(sendFault(fault, await placeOfToken(variablesOf(input), place, known)));
}

/**
 * Shorter tokens can be guessed.
 * @why 16 characters of any kind are out of reach over a network.
 */
export const MIN_TOKEN_LENGTH = 16;

/** @why 32 bytes cannot be guessed, and are half again as long as the tokens of the published OpenClaw. */
const TOKEN_BYTES = 32;

export const randomToken = ({ randomBytes }: Pick<Context, "randomBytes">): Secret =>
  new Secret(randomBytes(TOKEN_BYTES).toString("base64url"));

export const isWeakToken = (token: Secret): boolean => token.reveal().trim().length < MIN_TOKEN_LENGTH;

/** The fault of a token that others can guess, wherever it comes from. */
export async function weakTokenFault(token: Secret | undefined, known: ReferenceInput): Promise<Problem | undefined> {
  if (token === undefined || !isWeakToken(token)) return undefined;
  const { input, place } = gatewayTokenInput(known.config);
  const variables = variablesOf(input);
  const [name = formatPath(place.path)] = variables;
  return {
    message: (t) => t.config.tokenShort({ name, least: MIN_TOKEN_LENGTH }),
    // Onboarding generates tokens only.
    hint: (t) => (place.path.at(-1) === "password" ? t.config.replacePassword : t.config.replaceToken),
    ...(await placeOfToken(variables, place, known)),
  };
}

/** The token as far as the files and variables have it; none that a file or program gives for a reference. */
export function writtenGatewayToken(known: ReferenceInput): Secret | undefined {
  const { input } = gatewayTokenInput(known.config);
  const token = typeof input === "string" ? substitute(input, known.variables) : undefined;
  return token?.ok && known.config.gateway?.auth?.mode !== "none" ? token.value : undefined;
}
