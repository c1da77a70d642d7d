import type { AuthStore } from "../config/auth-stores.ts";
import type { Credentials } from "../config/credentials.ts";
import type { ReadingProblem } from "../config/dotenv-readings.ts";
import type { Elsewhere } from "../config/elsewhere.ts";
import { isList, isObject, type JsonObject, type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import type { ClientTokens } from "../config/named-tokens.ts";
import type { LoosePermissions } from "../config/permissions.ts";
import type { Config } from "../config/schema.ts";
import type { CredentialProblem } from "../config/unresolved.ts";
import type { VariableSource, Variables } from "../config/variables.ts";
import type { Env } from "../core/context.ts";
import type { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { isSecretReference } from "../core/redact.ts";
import type { Problem, Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Finding } from "../providers/finding.ts";
import type { Endpoint, HeaderAdvice } from "../providers/provider.ts";
import type { Texts } from "../text/message.ts";
import type { WorkerFault } from "./worker-faults.ts";

export interface ConfigInput {
  readonly state: "absent" | "unreadable" | "readable";
  readonly faults: readonly Problem[];
  readonly invalid: readonly Problem[];
  readonly duplicates: readonly Problem[];
  /** The merged value of all files; an empty object if unreadable. */
  readonly value: JsonValue;
  /** The typed value, without the top-level parts that contain an invalid value. */
  readonly config: Config;
  /** Names of those parts, such as `agents`. */
  readonly invalidParts: readonly string[];
  readonly locate: (path: JsonPath) => Pick<Problem, "where" | "position">;
  /** True if `undo` would find something to go back to. */
  readonly mayUndo: boolean;
}

export interface SecretsInput {
  readonly exists: boolean;
  readonly faults: readonly Problem[];
  readonly values: ReadonlyMap<string, string>;
  /** Why not everything in it was read: what is not found may be there. */
  readonly error: OpenclawError | undefined;
  readonly readings: readonly ReadingProblem[];
}

/** The outcome of asking one provider: a diagnosis, nothing if all is well, or why it was not asked. */
export interface LiveResult {
  readonly label: string;
  readonly diagnosis?: Finding | undefined;
  readonly notAsked?: "offline" | "unusable" | "key elsewhere" | "no credentials";
}

/** What a deployed Worker says of itself to whoever proves to know its token. */
export interface WorkerReady {
  readonly isReady: boolean;
  /** Its own reasons, in English. */
  readonly problems: readonly string[];
  /** Of its configuration; earlier ones say none. */
  readonly version: string | undefined;
  /** It records its requests. */
  readonly hasUsage: boolean;
}

/** Everything that was learned of a deployed Worker. */
export interface WorkerInput {
  readonly url: string;
  /** The version of this program. */
  readonly about: string;
  /** Its version, or what is in the way. */
  readonly reached: Result<string, WorkerFault>;
  /** `status`: 0 if there was no response. `said`: the words of its error. */
  readonly refusals: readonly {
    readonly token: "none" | "wrong";
    readonly status: number;
    readonly said?: string;
    readonly servesNobody?: boolean;
  }[];
  /** This machine's tokens, and whether it has proved that it knows them. */
  readonly tokens: readonly { readonly name: string | undefined; readonly isKnown: boolean }[];
  /** What it lacks, as it tells everybody where it can serve nobody. */
  readonly lacks: readonly string[];
  readonly ready?: WorkerReady;
  readonly wanted?: Result<{ readonly version: string; readonly from: string }, readonly Problem[]>;
  readonly credentials: readonly { readonly label: string; readonly isSent: boolean }[];
  readonly upstream: readonly (LiveResult & { readonly isOnlyByMessage?: true })[];
}

export interface ServiceInput {
  readonly path: string;
  /** The variables the gateway will be started with; `undefined` if unknown. */
  readonly env: Env | undefined;
}

export interface DoctorInput {
  readonly paths: Paths;
  readonly stateDirExists: boolean;
  readonly homedir: string;
  readonly now: Date;
  /** As in `v20.19.0`. */
  readonly node: string;
  readonly env: Env;
  readonly config: ConfigInput;
  readonly secrets: SecretsInput;
  /** The file that the published OpenClaw reads for its service. */
  readonly gatewayEnv: SecretsInput;
  /** Names of the variables that the configuration and its providers need. */
  readonly needed: readonly string[];
  readonly variables: Variables;
  /** By provider. Empty while repairs are made, which need no credential. */
  readonly credentials: ReadonlyMap<string, Result<Credentials, readonly CredentialProblem[]>>;
  readonly clientTokens: Result<ClientTokens, readonly CredentialProblem[]>;
  /** The one that this machine presents to a remote gateway. */
  readonly remoteToken: Result<Secret | undefined, CredentialProblem>;
  /** Files that exist and that this user cannot read; neither of the two is judged any further. */
  readonly unreadable: readonly Problem[];
  readonly weakTokens: readonly Problem[];
  readonly elsewhere: readonly Elsewhere[];
  readonly loosePermissions: readonly LoosePermissions[];
  readonly permissionFaults: readonly Problem[];
  /** Temporary and lock files of ended processes. */
  readonly leftovers: readonly string[];
  readonly service: ServiceInput | undefined;
  /** Stores of credentials of the published OpenClaw. */
  readonly authStores: readonly AuthStore[];
  readonly endpoints: readonly Endpoint[];
  readonly live: readonly LiveResult[];
  /** Only if a deployed Worker is what is checked. */
  readonly worker?: WorkerInput;
  /** Ids of the models that a provider listed when it was last asked. */
  readonly listed: ReadonlyMap<string, readonly string[]>;
  /** Judges headers that are a provider's own. */
  readonly headerAdvice: readonly HeaderAdvice[];
}

/** An entry of `models.providers`, valid or not. */
export interface InspectedProvider {
  readonly id: string;
  readonly path: JsonPath;
  readonly entry: JsonObject;
  readonly endpoint: Endpoint | undefined;
}

export function inspectedProviders({
  config,
  endpoints,
}: Pick<DoctorInput, "config" | "endpoints">): readonly InspectedProvider[] {
  return Object.entries(objectAt(config.value, ["models", "providers"])).flatMap(([id, entry]) => {
    const endpoint = endpoints.find(({ providerId }) => providerId === id);
    return isObject(entry) ? [{ id, path: ["models", "providers", id], entry, endpoint }] : [];
  });
}

/**
 * The store in which the published OpenClaw has a key that this program lacks: what works there is no failure here.
 */
export function storedElsewhere(
  providerId: string,
  { authStores, credentials }: Pick<DoctorInput, "authStores" | "credentials">,
): AuthStore | undefined {
  const own = credentials.get(providerId);
  if (own === undefined || (own.ok && own.value.apiKey !== undefined)) return undefined;
  return authStores.find(({ providers }) => providers.includes(providerId));
}

export function textAt(value: JsonValue, path: JsonPath): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** Empty if there is something else or nothing at the path. */
export function objectAt(value: JsonValue, path: JsonPath): JsonObject {
  const found = valueAt(value, path) as JsonValue | undefined;
  return isObject(found) ? found : {};
}

export const sourceName = (source: VariableSource, { paths }: Pick<DoctorInput, "paths">, { config }: Texts): string =>
  (source === ".env" ? paths.secrets : source === "gateway.env" ? paths.gatewayEnv : undefined) ??
  config.variableSources[source];

/** A string of the configuration. */
export interface ConfigText {
  readonly path: JsonPath;
  readonly text: string;
  /** Set if the text is the `id` of a structured reference, which names a secret without being one. */
  readonly source?: string;
}

/** Every string at or below a value; of a structured reference only its `id`. */
export function textsIn(value: JsonValue, path: JsonPath = []): readonly ConfigText[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (isSecretReference(value)) return [{ path: [...path, "id"], text: value.id, source: value.source }];
  if (isList(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key])) : [];
}
