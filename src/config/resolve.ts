import { readIfPresent } from "../core/atomic-file.ts";
import type { Context, Env } from "../core/context.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem, Result } from "../core/result.ts";
import {
  assertValid,
  decodeUtf8,
  type LoadedConfig,
  loadConfig,
  type ReadConfig,
  type ReadContext,
  readConfig,
} from "./config-file.ts";
import {
  type Credentials,
  gatewayTokenVariables,
  type ResolveContext,
  resolveCredentials,
  variablesNeeded,
} from "./credentials.ts";
import { isObject } from "./json5-value.ts";
import { type Config, type ProviderConfig, schemaProblems } from "./schema.ts";
import { type FileValues, findVariable, findVariables, type Variables } from "./variables.ts";

/*
 * The one way from files and environment to values, in four steps:
 * 1. `loadFiles` reads both files or throws; `inspectFiles` carries on past what is damaged. `withEnv` (core/context.ts)
 *    comes first where another environment counts, such as a service's.
 * 2. `resolveVariables` finds every variable that is wanted: its value, where it is set, and the values it hides.
 * 3. `resolveProviders` and `gatewayToken` (credentials.ts) resolve what requests and clients carry, or say what is wrong.
 * 4. `withProxy` makes requests go through the proxy that the files name.
 */

export interface LoadedSecrets {
  readonly path: string;
  /** Undefined when there is no file. */
  readonly bytes: Buffer | undefined;
  readonly text: string;
  readonly values: ReadonlyMap<string, string>;
}

/** Both files as they are. */
export interface LoadedFiles {
  readonly config: LoadedConfig;
  readonly secrets: LoadedSecrets;
}

/** What both files say. */
export const fileValues = ({ config, secrets }: LoadedFiles): FileValues => ({
  config: config.config,
  secrets: secrets.values,
});

/**
 * Reads both files. `onRead` hears of every file that counts, also of one that is missing or damaged.
 * Throws what `loadConfig` and `loadSecrets` throw.
 */
export async function loadFiles(
  { config, secrets }: Pick<Paths, "config" | "secrets">,
  context: ReadContext,
  onRead: (path: string) => void = () => {},
): Promise<LoadedFiles> {
  onRead(config);
  onRead(secrets);
  return { config: await loadConfig(config, context, onRead), secrets: await loadSecrets(secrets, context) };
}

/** Reads the secrets file; throws `secrets.syntax` with the place, or `file.access`. */
export async function loadSecrets(path: string, context: Pick<Context, "files">): Promise<LoadedSecrets> {
  const bytes = readIfPresent(path, context);
  if (bytes === undefined) return noSecrets(path);
  const text = decodeUtf8(bytes, path, "secrets.syntax");
  // Loaded only when there is something to read: a first `models list` does without the parser.
  const { parseDotenv } = await import("./dotenv-document.ts");
  const parsed = parseDotenv(text);
  if (parsed.ok) return { path, bytes, text, values: parsed.value };
  throw new OpenclawError((say) => say.config.secretsNotReadable, {
    code: "secrets.syntax",
    problems: [{ ...parsed.error, where: path }],
    hint: (say) => say.config.fixSecrets,
  });
}

const noSecrets = (path: string): LoadedSecrets => ({ path, bytes: undefined, text: "", values: new Map() });

/** Both files as far as they can be read. */
export interface InspectedFiles {
  /** Undefined where it cannot be read. */
  readonly config: ReadConfig | undefined;
  /** Empty where it cannot be read. */
  readonly secrets: LoadedSecrets;
  /** What they say, without the parts of the configuration that hold something that is not allowed. */
  readonly values: FileValues;
  /** Names of those parts, such as `agents`. */
  readonly invalidParts: readonly string[];
  /** Why the configuration cannot be read, or what it says that is not allowed. */
  readonly configError: OpenclawError | undefined;
  readonly secretsError: OpenclawError | undefined;
}

/** Reads both files as far as possible; throws nothing that a damaged file could be the reason of. */
export async function inspectFiles(
  paths: Pick<Paths, "config" | "secrets">,
  context: ReadContext,
): Promise<InspectedFiles> {
  const read = await attempt(() => readConfig(paths.config, context));
  const loaded = await attempt(() => loadSecrets(paths.secrets, context));
  const secrets = loaded.ok ? loaded.value : noSecrets(paths.secrets);
  const secretsError = loaded.ok ? undefined : loaded.error;
  if (!read.ok) {
    const values = { config: {}, secrets: secrets.values };
    return { config: undefined, secrets, values, invalidParts: [], configError: read.error, secretsError };
  }
  const { value, root, read: source } = read.value;
  const judged = await attempt(() => assertValid(value, root, source));
  const invalidParts = schemaProblems(value).flatMap(({ path: [part] }) => (part === undefined ? [] : [String(part)]));
  const parts = isObject(value) ? Object.entries(value).filter(([part]) => !invalidParts.includes(part)) : [];
  const config: Config = Object.fromEntries(parts);
  return {
    config: read.value,
    secrets,
    values: { config, secrets: secrets.values },
    invalidParts,
    configError: judged.ok ? undefined : judged.error,
    secretsError,
  };
}

/** An entry of `models.providers` and the variable that OpenClaw ties to it, if any; an endpoint is one. */
export interface KeyedProvider {
  readonly providerId: string;
  readonly keyVariable?: string | undefined;
}

/** Every entry of `models.providers`, with the variable that one of `known` ties to it. */
export const configuredProviders = ({ models }: Config, known: readonly KeyedProvider[]): readonly KeyedProvider[] =>
  Object.keys(models?.providers ?? {}).map(
    (id) => known.find(({ providerId }) => providerId === id) ?? { providerId: id },
  );

/** The provider's entry as it is; empty when there is none. */
export const providerEntry = (providerId: string, { models }: Config): ProviderConfig =>
  models?.providers?.[providerId] ?? {};

/** What is to be looked up. */
export interface Wanted {
  readonly providers?: readonly KeyedProvider[];
  /** The token that clients of the local gateway present. */
  readonly gatewayToken?: boolean;
  /** Further variables. */
  readonly variables?: Iterable<string>;
}

/** The variables that may be needed for what is wanted, each once. */
export function wantedVariables(
  { providers = [], gatewayToken, variables = [] }: Wanted,
  config: Config,
): readonly string[] {
  const ofProviders = providers.flatMap(({ providerId, keyVariable }) =>
    variablesNeeded(providerEntry(providerId, config), keyVariable),
  );
  return [...new Set([...ofProviders, ...(gatewayToken ? gatewayTokenVariables(config) : []), ...variables])];
}

/** What the files say, and every variable that is wanted. */
export interface ResolvedValues extends FileValues {
  readonly variables: Variables;
}

/** Finds every variable that may be needed for what is wanted. */
export async function resolveVariables(
  wanted: Wanted,
  files: FileValues,
  context: ResolveContext,
): Promise<ResolvedValues> {
  const names = wantedVariables(wanted, files.config);
  return { config: files.config, secrets: files.secrets, variables: await findVariables(names, files, context) };
}

/** What the requests of each provider carry, by its id, or why that cannot be resolved. */
export async function resolveProviders(
  providers: readonly KeyedProvider[],
  resolved: ResolvedValues,
  context: ResolveContext,
): Promise<ReadonlyMap<string, Result<Credentials, readonly Problem[]>>> {
  const credentials = new Map<string, Result<Credentials, readonly Problem[]>>();
  for (const { providerId, keyVariable } of providers) {
    const entry = providerEntry(providerId, resolved.config);
    credentials.set(providerId, await resolveCredentials(entry, keyVariable, resolved, context));
  }
  return credentials;
}

/** The variables that name a proxy, and the hosts that need none, in both spellings that programs read. */
export const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** The same with their values, wherever these are set but in the login shell. */
export const proxyVariables = (files: FileValues, env: Env): Env =>
  Object.fromEntries(PROXY_VARIABLES.map((name) => [name, findVariable(name, files, env)?.value.reveal()]));

/** The same context, in which requests also go through a proxy that only `.env` or the configuration names. */
export const withProxy = <C extends Pick<Context, "http" | "env">>(files: FileValues, context: C): C => ({
  ...context,
  http: (request: HttpRequest) => context.http({ proxyVariables: proxyVariables(files, context.env), ...request }),
});
