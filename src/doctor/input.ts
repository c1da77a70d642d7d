import { valueAt } from "../config/config-edit.ts";
import type { AuthProfiles } from "../config/credentials.ts";
import { isObject, type JsonObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import type { LooseMode } from "../config/modes.ts";
import type { Config } from "../config/schema.ts";
import type { SourcedValue } from "../config/variables.ts";
import type { Env } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import type { Finding as Diagnosis } from "../providers/finding.ts";
import type { Endpoint } from "../providers/provider.ts";

/** The configuration as far as it can be read. */
export interface ConfigFacts {
  readonly state: "absent" | "unreadable" | "readable";
  /** Why it cannot be read. */
  readonly faults: readonly Problem[];
  /** What it says that is not allowed. */
  readonly misfits: readonly Problem[];
  readonly duplicates: readonly Problem[];
  /** What it says; an empty object when it cannot be read. */
  readonly value: JsonValue;
  /** The same with its types, without the parts of it that hold something that is not allowed. */
  readonly config: Config;
  /** Names of those parts, such as `agents`. */
  readonly unjudged: readonly string[];
  /** Where a value stands. */
  readonly placeOf: (path: JsonPath) => Pick<Problem, "where" | "position">;
}

/** What `.env` says. */
export interface SecretsFacts {
  readonly exists: boolean;
  readonly faults: readonly Problem[];
  readonly values: ReadonlyMap<string, string>;
}

/** How a provider answered: a diagnosis, nothing when all is well, or why it was not asked. */
export interface LiveFacts {
  readonly label: string;
  readonly diagnosis?: Diagnosis | undefined;
  readonly notAsked?: "offline" | "unusable";
}

/** The file by which the system starts the gateway. */
export interface ServiceFacts {
  readonly path: string;
  /** Those of the variables that the gateway will be started with; undefined where that cannot be known. */
  readonly env: Env | undefined;
}

/** Everything the checks look at, gathered once. */
export interface Facts {
  readonly paths: Paths;
  readonly stateDirExists: boolean;
  readonly homedir: string;
  readonly now: Date;
  /** The version of Node, as in `v20.19.0`. */
  readonly node: string;
  readonly env: Env;
  readonly config: ConfigFacts;
  readonly secrets: SecretsFacts;
  /** Every variable that is needed, with all the values it has, best first. */
  readonly variables: ReadonlyMap<string, readonly SourcedValue[]>;
  readonly loose: readonly LooseMode[];
  /** Files of ended processes. */
  readonly leftBehind: readonly string[];
  /** What starts the gateway; undefined where nothing does. */
  readonly service: ServiceFacts | undefined;
  readonly profiles: AuthProfiles;
  readonly endpoints: readonly Endpoint[];
  readonly live: readonly LiveFacts[];
}

/** An entry of `models.providers`, whatever is in it. */
export interface ProviderEntry {
  readonly id: string;
  readonly path: JsonPath;
  readonly entry: JsonObject;
  /** The endpoint of this program that it belongs to. */
  readonly ours: Endpoint | undefined;
}

/** Every entry of `models.providers` that is an object. */
export function providerEntries({ config, endpoints }: Pick<Facts, "config" | "endpoints">): readonly ProviderEntry[] {
  const entries = objectAt(config.value, ["models", "providers"]);
  return Object.entries(entries).flatMap(([id, entry]) =>
    isObject(entry)
      ? [
          {
            id,
            path: ["models", "providers", id],
            entry,
            ours: endpoints.find(({ providerId }) => providerId === id),
          },
        ]
      : [],
  );
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
