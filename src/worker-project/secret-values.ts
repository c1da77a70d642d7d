import type { Credentials } from "../config/credentials.ts";
import { NAMED_TOKENS_VARIABLE } from "../config/named-tokens.ts";
import type { VariableValues } from "../config/variables.ts";
import type { Problem, Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import type { WorkerSecret } from "./worker-secrets.ts";

/** @source developers.cloudflare.com/workers/platform/limits, "Environment variables": 5 KB each. */
const MOST_BYTES = 5 * 1024;

export interface KnownValues {
  readonly variables: VariableValues;
  /** By the id of the provider. */
  readonly credentials: ReadonlyMap<string, Result<Credentials, readonly Problem[]>>;
  readonly token: Secret | undefined;
}

/** The value of a secret of the Worker; `undefined` if it has none here. */
function valueHere({ name, origin }: WorkerSecret, { variables, credentials, token }: KnownValues): Secret | undefined {
  if (origin.kind === "variable") return variables.get(name)?.value;
  if (origin.kind === "token") return token;
  const found = credentials.get(origin.providerId);
  if (found === undefined || !found.ok) return undefined;
  const { apiKey, headers } = found.value;
  const whole = origin.header === undefined ? apiKey : headers[origin.header];
  // The scheme before it stands in the Worker's configuration.
  return whole && new Secret(whole.reveal().slice(origin.scheme.length));
}

export interface HandedOver {
  readonly values: ReadonlyMap<string, Secret>;
  readonly problems: readonly Problem[];
}

/** The value of each wanted name, with what is wrong. `path` is the file in which a missing one belongs. */
export function secretValues(
  wanted: readonly string[],
  known: readonly WorkerSecret[],
  found: KnownValues,
  path: string,
): HandedOver {
  const values = new Map<string, Secret>();
  const problems: Problem[] = [];
  for (const name of wanted) {
    const secret = known.find((one) => one.name === name) ?? { name, origin: { kind: "variable" as const } };
    const value = valueHere(secret, found);
    if (value === undefined || value.reveal() === "") {
      problems.push({ message: (t) => t.workerProject.noOrigin({ name, path }) });
      continue;
    }
    const bytes = Buffer.byteLength(value.reveal());
    if (bytes > MOST_BYTES) {
      problems.push({
        message: (t) => t.workerProject.tooLong({ name, bytes, most: MOST_BYTES }),
        hint: (t) => (name === NAMED_TOKENS_VARIABLE ? t.workerProject.shortenTokens : t.workerProject.shortenValue),
      });
    } else values.set(name, value);
  }
  return { values, problems };
}
