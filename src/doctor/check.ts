import type { AuthProfiles } from "../config/credentials.ts";
import { isList, isObject, type JsonObject, type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import type { LoosePermissions } from "../config/permissions.ts";
import type { Config } from "../config/schema.ts";
import type { VariableSource, Variables } from "../config/variables.ts";
import type { Env } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { Position, Problem } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Finding } from "../providers/finding.ts";
import type { Endpoint } from "../providers/provider.ts";
import type { Message, Texts } from "../text/message.ts";

/** The configuration, as far as it can be read. */
export interface ConfigInput {
  readonly state: "absent" | "unreadable" | "readable";
  /** Why it cannot be read. */
  readonly faults: readonly Problem[];
  /** Values that the schema does not allow. */
  readonly invalid: readonly Problem[];
  readonly duplicates: readonly Problem[];
  /** The merged value of all files; an empty object when it cannot be read. */
  readonly value: JsonValue;
  /** The same with its types, without the top-level parts that hold an invalid value. */
  readonly config: Config;
  /** Names of those parts, such as `agents`. */
  readonly invalidParts: readonly string[];
  /** The file and position of a value. */
  readonly locate: (path: JsonPath) => Pick<Problem, "where" | "position">;
}

/** The content of `.env`. */
export interface SecretsInput {
  readonly exists: boolean;
  readonly faults: readonly Problem[];
  readonly values: ReadonlyMap<string, string>;
}

/** One provider's answer to a live check: a diagnosis, nothing when all is well, or the reason it was not asked. */
export interface LiveResult {
  readonly label: string;
  readonly diagnosis?: Finding | undefined;
  readonly notAsked?: "offline" | "unusable";
}

/** The file from which the system starts the gateway. */
export interface ServiceInput {
  readonly path: string;
  /** Variables the gateway will be started with; undefined where that cannot be known. */
  readonly env: Env | undefined;
}

/** Everything the checks look at, collected once. */
export interface DoctorInput {
  readonly paths: Paths;
  readonly stateDirExists: boolean;
  readonly homedir: string;
  readonly now: Date;
  /** The version of Node, as in `v20.19.0`. */
  readonly node: string;
  readonly env: Env;
  readonly config: ConfigInput;
  readonly secrets: SecretsInput;
  /** Names of the variables that the configuration and its providers need. */
  readonly needed: readonly string[];
  /** Those of them that have a value. */
  readonly variables: Variables;
  readonly loosePermissions: readonly LoosePermissions[];
  /** Why permissions could not be read. */
  readonly permissionFaults: readonly Problem[];
  /** Temporary and lock files of ended processes. */
  readonly leftovers: readonly string[];
  /** Undefined where no service starts the gateway. */
  readonly service: ServiceInput | undefined;
  readonly profiles: AuthProfiles;
  readonly endpoints: readonly Endpoint[];
  readonly live: readonly LiveResult[];
}

/** A change that `--fix` may make. None loses anything, and `undo` takes back the ones in the configuration. */
export type Repair =
  | { readonly kind: "set"; readonly path: JsonPath; readonly value: string }
  | {
      /** Moves a secret from the configuration to `.env`, and leaves a reference to it. */
      readonly kind: "move";
      readonly path: JsonPath;
      readonly variable: string;
      readonly secret: Secret;
      readonly reference: string;
    }
  | { readonly kind: "close"; readonly path: string; readonly wanted: number }
  | { readonly kind: "remove"; readonly path: string };

/** One result of a check. Its messages may hold secrets: they are masked when they are shown. */
export interface CheckResult {
  readonly status: "ok" | "warn" | "fail";
  /** One sentence. */
  readonly message: Message;
  /** One sentence: what to do about it. */
  readonly fix?: Message;
  readonly where?: string;
  readonly position?: Position;
  readonly repair?: Repair;
}

/** One row of the table of checks. */
export interface Check {
  readonly id: string;
  /** The message when nothing was found. */
  readonly title: Message;
  /** True when it looks into the configuration, and is skipped while that is absent or unreadable. */
  readonly readsConfig: boolean;
  readonly run: (input: DoctorInput) => readonly CheckResult[];
}

/** An entry of `models.providers`, whatever is in it. */
export interface InspectedProvider {
  readonly id: string;
  readonly path: JsonPath;
  readonly entry: JsonObject;
  /** The built-in endpoint of that id. */
  readonly endpoint: Endpoint | undefined;
}

/** Every entry of `models.providers` that is an object. */
export function inspectedProviders({
  config,
  endpoints,
}: Pick<DoctorInput, "config" | "endpoints">): readonly InspectedProvider[] {
  return Object.entries(objectAt(config.value, ["models", "providers"])).flatMap(([id, entry]) => {
    const endpoint = endpoints.find(({ providerId }) => providerId === id);
    return isObject(entry) ? [{ id, path: ["models", "providers", id], entry, endpoint }] : [];
  });
}

/** The text at a path, or undefined when something else or nothing is there. */
export function textAt(value: JsonValue, path: JsonPath): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The object at a path; an empty one when something else or nothing is there. */
export function objectAt(value: JsonValue, path: JsonPath): JsonObject {
  const found = valueAt(value, path) as JsonValue | undefined;
  return isObject(found) ? found : {};
}

/** True for a member of a structured reference `{source, provider, id}`: it names a secret, and is none. */
export function isReferencePart(path: JsonPath): boolean {
  const [first, second, , member] = path;
  const isInProvider = first === "models" && second === "providers";
  const isInGateway = first === "gateway" && second === "auth";
  const depth = isInGateway
    ? 4
    : isInProvider && member === "apiKey"
      ? 5
      : isInProvider && member === "headers"
        ? 6
        : 0;
  return path.length === depth && ["source", "provider", "id"].includes(String(path.at(-1)));
}

/** The name of a variable's source in a sentence. */
export const sourceName = (source: VariableSource, { paths }: Pick<DoctorInput, "paths">, { config }: Texts): string =>
  source === ".env" ? paths.secrets : config.variableSources[source];

/** Every text at or below a value, with its path. */
export function textsIn(value: JsonValue, path: JsonPath = []): readonly { path: JsonPath; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (isList(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key])) : [];
}
