import { readIfPresent } from "../core/atomic-file.ts";
import type { Context, Env } from "../core/context.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Paths } from "../core/paths.ts";
import type { Result } from "../core/result.ts";
import {
  assertValid,
  type ConfigContext,
  type LoadedConfig,
  loadConfig,
  type ReadConfig,
  readConfig,
} from "./config-file.ts";
import {
  type Credentials,
  gatewayTokenVariables,
  type KeyRules,
  remoteTokenVariables,
  resolveCredentials,
  variablesNeeded,
} from "./credentials.ts";
import { parseDotenv, readableValues } from "./dotenv-document.ts";
import { type ReadingProblem, usedReadings } from "./dotenv-readings.ts";
import { isObject } from "./json5-value.ts";
import { withRotation } from "./key-rotation.ts";
import { NAMED_TOKENS_VARIABLE } from "./named-tokens.ts";
import { type Config, type ProviderConfig, schemaProblems } from "./schema.ts";
import { passedVariables, type ReferenceInput, type ResolveContext } from "./secret-reference.ts";
import type { CredentialProblem } from "./unresolved.ts";
import { decodeUtf8 } from "./utf8.ts";
import { type FileValues, findVariable, findVariables, type ValueFiles, type Variables } from "./variables.ts";

/*
 * The one way from files and environment to values, in four steps:
 * 1. `loadFiles` reads both files or throws; `inspectFiles` reads as much as it can. For another environment, such as a
 *    service's, derive the context with `withEnv` (core/context.ts).
 * 2. `resolveVariables` finds each variable with its value, its source, and the values that it hides.
 * 3. `resolveProviders` and `clientTokens` (named-tokens.ts) resolve the credentials of requests and of clients, or return
 *    the problems.
 * 4. `withProxy` sends requests through the proxy that the files name.
 */

export interface LoadedSecrets {
  readonly path: string;
  readonly bytes: Buffer | undefined;
  readonly text: string;
  readonly values: ReadonlyMap<string, string>;
  /** Why not everything in it could be read; `values` holds the rest. */
  readonly error?: OpenclawError;
}

export interface LoadedFiles {
  readonly config: LoadedConfig;
  readonly secrets: LoadedSecrets;
  /** Another program's file: what is wrong with it stops no command. */
  readonly gatewayEnv: LoadedSecrets;
}

export const fileValues = ({ config, secrets, gatewayEnv }: LoadedFiles): FileValues => ({
  config: config.config,
  secrets: secrets.values,
  gatewayEnv: gatewayEnv.values,
  from: { secrets, gatewayEnv, locate: locator(config) },
});

/** @why positions need the scanner, which a command that finds nothing wrong never loads. */
const locator =
  ({ root, read }: Pick<ReadConfig, "root" | "read">): ValueFiles["locate"] =>
  async (path) =>
    (await import("./json5-document.ts")).placeOf(path, root, read);

interface LoadOptions {
  /** Called for every relevant file, even a missing or damaged one. */
  readonly onRead?: (path: string) => void;
  /** An earlier result; files with the same content are not parsed again. */
  readonly known?: LoadedFiles | undefined;
}

/**
 * For whoever writes, or needs all of `.env`. Throws the errors of `loadConfig`, `secrets.syntax` with the position, and
 * `file.access`.
 */
export async function loadFiles(paths: FilePaths, context: ConfigContext, options?: LoadOptions): Promise<LoadedFiles> {
  const loaded = await loadReadable(paths, context, options);
  if (loaded.secrets.error !== undefined) throw loaded.secrets.error;
  return loaded;
}

/**
 * For whoever only reads: a fault in `.env` does not stop what does not need the line. It is in `secrets.error`, for the
 * caller to report. Throws the errors of `loadConfig`.
 */
export async function loadReadable(
  { config, secrets, gatewayEnv }: FilePaths,
  context: ConfigContext,
  { onRead, known }: LoadOptions = {},
): Promise<LoadedFiles> {
  onRead?.(config);
  onRead?.(secrets);
  const service = await loadSecrets(gatewayEnv, context);
  if (service.bytes !== undefined || service.error !== undefined) onRead?.(service.path);
  const options = { onInclude: onRead, known: known?.config };
  return {
    config: await loadConfig(config, context, options),
    secrets: await loadSecrets(secrets, context),
    gatewayEnv: service,
  };
}

type FilePaths = Pick<Paths, "config" | "secrets" | "gatewayEnv">;

async function loadSecrets(path: string | undefined, context: Pick<Context, "files">): Promise<LoadedSecrets> {
  if (path === undefined) return noSecrets("");
  const read = await attempt(() => readIfPresent(path, context));
  if (!read.ok) return { ...noSecrets(path), error: read.error };
  const bytes = read.value;
  if (bytes === undefined) return noSecrets(path);
  const decoded = await attempt(() => decodeUtf8(bytes, path, "secrets.syntax"));
  if (!decoded.ok) {
    const text = bytes.toString("utf8");
    return { path, bytes, text, values: readableValues(text), error: decoded.error };
  }
  const text = decoded.value;
  const parsed = parseDotenv(text);
  if (parsed.ok) return { path, bytes, text, values: parsed.value };
  const error = new OpenclawError((say) => say.config.secretsNotReadable(path), {
    code: "secrets.syntax",
    problems: [{ ...parsed.error, where: path }],
    hint: (say) => say.config.fixSecrets,
  });
  return { path, bytes, text, values: readableValues(text), error };
}

const noSecrets = (path: string): LoadedSecrets => ({ path, bytes: undefined, text: "", values: new Map() });

export interface InspectedFiles {
  readonly config: ReadConfig | undefined;
  readonly secrets: LoadedSecrets;
  readonly gatewayEnv: LoadedSecrets;
  /** Without the invalid parts of the configuration. */
  readonly values: FileValues;
  /** Top-level keys left out of `values`, such as `agents`. */
  readonly invalidParts: readonly string[];
  /** Why the configuration is unreadable, or everything in it that is invalid. */
  readonly configError: OpenclawError | undefined;
}

/** Like `loadFiles`, but never throws because of a damaged file. */
export async function inspectFiles(
  paths: FilePaths,
  context: ConfigContext,
  known?: ReadConfig,
): Promise<InspectedFiles> {
  const read = await attempt(() => readConfig(paths.config, context, { known }));
  const secrets = await loadSecrets(paths.secrets, context);
  const gatewayEnv = await loadSecrets(paths.gatewayEnv, context);
  if (!read.ok) {
    const values = { config: {}, secrets: secrets.values, gatewayEnv: gatewayEnv.values };
    return { config: undefined, secrets, gatewayEnv, values, invalidParts: [], configError: read.error };
  }
  const { value, root, read: source } = read.value;
  const judged = await attempt(() => assertValid(value, root, source, context));
  const invalidParts = schemaProblems(value).flatMap(({ path: [part] }) => (part === undefined ? [] : [String(part)]));
  const parts = isObject(value) ? Object.entries(value).filter(([part]) => !invalidParts.includes(part)) : [];
  const config: Config = Object.fromEntries(parts);
  return {
    config: read.value,
    secrets,
    gatewayEnv,
    values: {
      config,
      secrets: secrets.values,
      gatewayEnv: gatewayEnv.values,
      from: { secrets, gatewayEnv, locate: locator(read.value) },
    },
    invalidParts,
    configError: judged.ok ? undefined : judged.error,
  };
}

/** A provider id and what is known of its keys. Every `Endpoint` is one. */
export interface KeyedProvider extends KeyRules {
  readonly providerId: string;
}

/** Every entry of `models.providers`, with the variable that `known` assigns to it. */
export const configuredProviders = ({ models }: Config, known: readonly KeyedProvider[]): readonly KeyedProvider[] =>
  Object.keys(models?.providers ?? {}).map(
    (id) => known.find(({ providerId }) => providerId === id) ?? { providerId: id },
  );

export const providerEntry = (providerId: string, { models }: Config): ProviderConfig =>
  models?.providers?.[providerId] ?? {};

export interface Wanted {
  readonly providers?: readonly KeyedProvider[];
  /** True to resolve the tokens that clients of the local gateway present. */
  readonly gatewayToken?: boolean;
  readonly variables?: Iterable<string>;
}

export function wantedVariables(
  { providers = [], gatewayToken, variables = [] }: Wanted,
  config: Config,
): readonly string[] {
  const ofProviders = providers.flatMap(({ providerId, keyVariable }) =>
    variablesNeeded(providerEntry(providerId, config), keyVariable),
  );
  const ofToken = gatewayToken ? [...gatewayTokenVariables(config), ...remoteTokenVariables(config)] : [];
  return [...new Set([...ofProviders, ...ofToken, ...passedVariables(config), ...variables])];
}

export interface ResolvedValues extends FileValues {
  readonly variables: Variables;
  /** Of the values used, those that dotenv probably reads otherwise than they were meant. */
  readonly warnings: readonly ReadingProblem[];
}

export async function resolveVariables(
  wanted: Wanted,
  files: FileValues,
  context: ResolveContext,
): Promise<ResolvedValues> {
  const names = wantedVariables(wanted, files.config);
  const { config, secrets, from } = files;
  const found = withRotation(names, await findVariables(names, files, context), files, context.env);
  // Most people have none, and need not wait for the login shell to say so.
  const tokens = wanted.gatewayToken ? findVariable(NAMED_TOKENS_VARIABLE, files, context.env) : undefined;
  const variables = tokens === undefined ? found : new Map([...found, [NAMED_TOKENS_VARIABLE, tokens]]);
  return {
    config,
    secrets,
    ...(from && { from }),
    variables,
    warnings: usedReadings([...variables.keys()], variables, from),
  };
}

/** The credentials of each provider by id, or why they cannot be resolved. */
export async function resolveProviders(
  providers: readonly KeyedProvider[],
  resolved: ReferenceInput,
  context: ResolveContext,
): Promise<ReadonlyMap<string, Result<Credentials, readonly CredentialProblem[]>>> {
  const credentials = new Map<string, Result<Credentials, readonly CredentialProblem[]>>();
  for (const provider of providers) {
    const { providerId } = provider;
    const entry = providerEntry(providerId, resolved.config);
    const path = ["models", "providers", providerId];
    credentials.set(providerId, await resolveCredentials(entry, provider, resolved, context, path));
  }
  return credentials;
}

/** Upper and lower case, since programs read both. */
export const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** The proxy variables that have a value, from anywhere except the login shell. */
export const proxyVariables = (files: FileValues, env: Env): Env =>
  Object.fromEntries(PROXY_VARIABLES.map((name) => [name, findVariable(name, files, env)?.value.reveal()]));

/** Makes the context's requests also use a proxy that is set only in `.env` or the configuration. */
export const withProxy = <C extends Pick<Context, "http" | "env">>(files: FileValues, context: C): C => ({
  ...context,
  http: (request: HttpRequest) => context.http({ proxyVariables: proxyVariables(files, context.env), ...request }),
});
