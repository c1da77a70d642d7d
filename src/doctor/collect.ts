import { dirname, sep } from "node:path";
import { allLeftovers } from "../config/apply.ts";
import { authStores } from "../config/auth-stores.ts";
import { backupPaths, hasEarlierVersion, waitingPath } from "../config/backups.ts";
import { recordPath } from "../config/change-record.ts";
import { remoteToken } from "../config/credentials.ts";
import { readingProblems } from "../config/dotenv-readings.ts";
import { filesElsewhere } from "../config/elsewhere.ts";
import { duplicateKeys, placeOf } from "../config/json5-document.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import { formatPath } from "../config/json5-value.ts";
import { rotationVariables } from "../config/key-rotation.ts";
import { modelChoice, resolveAlias } from "../config/model-selection.ts";
import { clientTokens, NO_TOKENS, weakTokens } from "../config/named-tokens.ts";
import { loosePermissions } from "../config/permissions.ts";
import {
  configuredProviders,
  type InspectedFiles,
  inspectFiles,
  type LoadedSecrets,
  providerEntry,
  resolveProviders,
  resolveVariables,
  withProxy,
} from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import type { Variables } from "../config/variables.ts";
import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { attempt, type OpenclawError, problemsOf, unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { ok, type Problem } from "../core/result.ts";
import { parseModelRef } from "../providers/model.ts";
import { probe } from "../providers/probe.ts";
import type { Endpoint, ProbeKind } from "../providers/provider.ts";
import { faultsIn } from "./check.ts";
import { wrongFields } from "./checks/credentials.ts";
import { inspectBaseUrl } from "./checks/endpoint.ts";
import { unsendable } from "./checks/headers.ts";
import { neededVariables } from "./checks/variables.ts";
import type { WorkerOptions } from "./collect-worker.ts";
import {
  type ConfigInput,
  type DoctorInput,
  type InspectedProvider,
  inspectedProviders,
  type LiveResult,
  type SecretsInput,
  type ServiceInput,
  storedElsewhere,
  textAt,
} from "./input.ts";

export type CollectContext = Pick<
  Context,
  | "files"
  | "env"
  | "homedir"
  | "cwd"
  | "platform"
  | "run"
  | "now"
  | "pid"
  | "isAlive"
  | "http"
  | "delay"
  | "uid"
  | "randomBytes"
>;

interface Surroundings {
  readonly paths: Paths;
  readonly endpoints: readonly Endpoint[];
  readonly node: string;
}

interface LiveOptions {
  readonly userAgent: string;
  readonly offline: boolean;
  /** `message` makes each provider generate one token, which is billed. */
  readonly verify: ProbeKind;
}

export interface CollectOptions extends Surroundings, LiveOptions {
  /** Finds the service that starts the gateway, and which of these variables it gets. */
  readonly findService: (names: readonly string[]) => Promise<ServiceInput | undefined>;
  /** Reads the lists of models that providers gave before. */
  readonly readLists: (config: Config) => Promise<DoctorInput["listed"]>;
  /** A deployed Worker that is to be checked, in place of everything else. */
  readonly worker?: Pick<WorkerOptions, "url" | "wanted" | "about">;
}

/** Damaged files and folders become part of the result; they never throw. */
export async function collect(
  { findService, readLists, userAgent, offline, verify, worker, ...surroundings }: CollectOptions,
  context: CollectContext,
): Promise<DoctorInput> {
  const files = await inspectFiles(surroundings.paths, context);
  const read = await collectFrom(files, surroundings, context);
  const resolved = { ...files.values, variables: read.variables };
  const providers = configuredProviders(files.values.config, surroundings.endpoints);
  const tokens = await clientTokens(resolved, context);
  const input = {
    ...read,
    credentials: await resolveProviders(providers, resolved, context),
    clientTokens: tokens,
    remoteToken: await remoteToken(resolved, context),
    weakTokens: await weakTokens(tokens, resolved),
  };
  if (worker !== undefined) {
    const { collectWorker } = await import("./collect-worker.ts");
    const asking = { ...worker, userAgent, offline, verify };
    return { ...input, worker: await collectWorker(input, asking, withProxy(files.values, context)) };
  }
  const service = await findService(input.needed);
  const live = await askProviders(input, { userAgent, offline, verify }, withProxy(files.values, context));
  return { ...input, service, live, listed: await readLists(input.config.config) };
}

/** With the variables of further keys that have a value; one that stands for a key in a list is not named itself. */
function inRotation(needed: readonly string[], variables: Variables): readonly string[] {
  const own = needed.filter((name) => variables.get(name)?.listedIn === undefined);
  const more = needed.flatMap(rotationVariables).filter((name) => variables.has(name));
  return [...new Set([...own, ...more])];
}

/** Like `collect`, from files already read, without looking for a service or asking providers. */
export async function collectFrom(
  read: InspectedFiles,
  { paths, endpoints, node }: Surroundings,
  context: CollectContext,
): Promise<DoctorInput> {
  const { files, env, now } = context;
  const mayUndo = hasEarlierVersion(paths.config, (text) => parseJson5(text).ok, context);
  const config = { ...configInput(read), mayUndo };
  const needed = neededVariables({ config, endpoints });
  const wanted = { variables: needed, gatewayToken: true };
  const { variables } = await resolveVariables(wanted, read.values, context);
  const loose = await attempt(() => loosePermissions(paths, [...(read.config?.bytes.keys() ?? [])], context));
  const unreadable = await unreadableFiles(read, paths, context);
  // Only for shorter paths; a container may have no home folder.
  const home = await attempt(() => context.homedir());
  return {
    paths,
    stateDirExists:
      unlessRefused(() => files.statSync(paths.stateDir, { throwIfNoEntry: false }))?.isDirectory() ?? false,
    homedir: home.ok ? home.value : sep,
    now: now(),
    node,
    env,
    config,
    secrets: secretsInput(read.secrets),
    gatewayEnv: secretsInput(read.gatewayEnv),
    needed: inRotation(needed, variables),
    variables,
    credentials: new Map(),
    clientTokens: ok(NO_TOKENS),
    remoteToken: ok(undefined),
    unreadable,
    weakTokens: [],
    elsewhere: await filesElsewhere(paths, context),
    loosePermissions: loose.ok ? loose.value : [],
    permissionFaults: loose.ok ? [] : problemsOf(loose.error),
    leftovers: allLeftovers(paths, [...(read.config?.bytes.keys() ?? [])], context),
    service: undefined,
    authStores: authStores(paths, context),
    endpoints,
    live: [],
    listed: new Map(),
    headerAdvice: await adviceOf(endpoints),
  };
}

async function adviceOf(endpoints: readonly Endpoint[]): Promise<DoctorInput["headerAdvice"]> {
  const checks = await Promise.all(endpoints.map((endpoint) => endpoint.checks()));
  return [...new Set(checks.flatMap(({ headerAdvice }) => headerAdvice ?? []))];
}

/** A refusal of the system is no fault of the text, and is mended in another way. */
const isRefused = (error: OpenclawError | undefined): boolean => error?.code === "file.access";

const textFaults = (error: OpenclawError | undefined): readonly Problem[] =>
  error === undefined || isRefused(error) ? [] : problemsOf(error);

/** Also the backups and the lock, which the next `onboard` and `undo` read. */
async function unreadableFiles(
  { config, secrets, gatewayEnv, configError }: InspectedFiles,
  paths: Paths,
  context: Pick<Context, "files">,
): Promise<readonly Problem[]> {
  const inConfig = [paths.config, ...(config?.bytes.keys() ?? [])];
  const others = [...new Set(inConfig)].flatMap((path) => [
    ...backupPaths(path),
    waitingPath(path),
    recordPath(path),
    `${path}.lock`,
  ]);
  const errors = [configError, secrets.error, gatewayEnv.error].flatMap((error) =>
    error && isRefused(error) ? [error] : [],
  );
  // One refusal by the folder says all there is to say about what is in it.
  const isClosed = unlessRefused(() => context.files.readdirSync(dirname(paths.config))) === undefined;
  for (const path of isClosed ? [] : others) {
    const read = await attempt(() => readIfPresent(path, context));
    if (!read.ok) errors.push(read.error);
  }
  return errors.flatMap(problemsOf);
}

function configInput({
  config: read,
  values,
  invalidParts,
  configError,
}: InspectedFiles): Omit<ConfigInput, "mayUndo"> {
  const problems = textFaults(configError);
  if (read === undefined) {
    const nothing = { invalid: [], duplicates: [], value: {}, config: {}, invalidParts: [], locate: () => ({}) };
    return { state: "unreadable", faults: problems, ...nothing };
  }
  const { exists, root, value, bytes, read: source } = read;
  return {
    state: exists ? "readable" : "absent",
    faults: [],
    invalid: problems,
    duplicates: [...bytes].flatMap(([where, content]) =>
      duplicateKeys(content?.toString("utf8") ?? "").map(({ path, position }) => ({
        message: (t) => t.doctor.duplicate(formatPath(path)),
        where,
        position,
      })),
    ),
    value,
    config: values.config,
    invalidParts,
    locate: (path) => placeOf(path, root, source),
  };
}

const secretsInput = ({ path, bytes, text, values, error }: LoadedSecrets): SecretsInput => ({
  exists: error !== undefined || bytes !== undefined,
  faults: textFaults(error),
  values,
  error,
  readings: readingProblems({ path, text }),
});

/** Sends each configured built-in provider what its real requests would carry. */
async function askProviders(
  input: DoctorInput,
  options: LiveOptions,
  context: CollectContext,
): Promise<readonly LiveResult[]> {
  const results: LiveResult[] = [];
  for (const provider of inspectedProviders(input)) {
    const { entry, endpoint } = provider;
    if (endpoint === undefined) continue;
    const { label } = endpoint;
    const baseUrl = textAt(entry, ["baseUrl"]) ?? "";
    if (options.offline) results.push({ label, notAsked: "offline" });
    else if (storedElsewhere(provider.id, input)) results.push({ label, notAsked: "key elsewhere" });
    else if (!isUsable(provider, input)) results.push({ label, notAsked: "unusable" });
    else results.push({ label, ...(await askProvider(baseUrl, endpoint, input, options, context)) });
  }
  return results;
}

/**
 * False if the address or a credential is known to be wrong, since a request could leak a credential to the wrong host,
 * and if no request can be made.
 */
function isUsable(provider: InspectedProvider, input: DoctorInput): boolean {
  const known = [...inspectBaseUrl(provider, input), ...wrongFields(provider, input), ...unsendable(provider, input)];
  if (faultsIn(input.credentials.get(provider.id), "unresolved").length > 0) return false;
  const hasPlaceholder = /[{}]/.test(textAt(provider.entry, ["baseUrl"]) ?? "");
  return input.config.invalid.length === 0 && !hasPlaceholder && known.every(({ status }) => status !== "fail");
}

async function askProvider(
  baseUrl: string,
  endpoint: Endpoint,
  { config: { config }, credentials: known }: DoctorInput,
  { userAgent, verify: kind }: LiveOptions,
  context: CollectContext,
): Promise<Omit<LiveResult, "label">> {
  const { providerId } = endpoint;
  const credentials = known.get(providerId);
  // Other checks say which one.
  if (!credentials?.ok) return { notAsked: "no credentials" };
  const { apiKey, headers } = credentials.value;
  const values = endpoint.answersIn(providerEntry(providerId, config));
  const setup = { baseUrl, ...(apiKey && { apiKey }), headers, model: modelToTry(endpoint, config), values };
  return { diagnosis: await probe(endpoint, setup, { kind, userAgent }, context) };
}

/** The default model if the endpoint serves it, else the first one in its entry. */
function modelToTry({ providerId, defaultModel }: Endpoint, config: Config): string {
  const { primary = "" } = modelChoice(config.agents?.defaults?.model);
  const selected = parseModelRef(resolveAlias(primary, config));
  if (selected?.provider === providerId) return selected.model;
  return providerEntry(providerId, config).models?.[0]?.id ?? defaultModel;
}
