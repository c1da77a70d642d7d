import { type Credentials, GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import { NAMED_TOKENS_VARIABLE } from "../config/named-tokens.ts";
import { type CredentialProblem, isWrong } from "../config/unresolved.ts";
import type { VariableValues } from "../config/variables.ts";
import type { Problem, Result } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import type { WorkerSecret } from "./worker-secrets.ts";

/** @source developers.cloudflare.com/workers/platform/limits, "Environment variables": 5 KB each. */
const MOST_BYTES = 5 * 1024;

export interface KnownValues {
  readonly variables: VariableValues;
  /** By the id of the provider. */
  readonly credentials: ReadonlyMap<string, Result<Credentials, readonly CredentialProblem[]>>;
  readonly token: Secret | undefined;
}

/** What is told besides: where values belong, and the commands that help. */
export interface Advice {
  /** The file in which a missing value belongs. */
  readonly path: string;
  readonly addToken: string;
  readonly writeAgain: string;
}

/** True if nobody may ask: no token has a value, and the configuration names no variable of its own for one. */
export const lacksToken = (secrets: readonly WorkerSecret[], variables: VariableValues): boolean =>
  secrets.some(({ name, origin }) => name === GATEWAY_TOKEN_VARIABLE && origin.kind === "variable") &&
  !variables.has(GATEWAY_TOKEN_VARIABLE) &&
  !variables.has(NAMED_TOKENS_VARIABLE);

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

/** The value of each name that a project lists, with all that is wrong. `written`: the names that we put there. */
export function secretValues(
  { listed, written }: { readonly listed: readonly string[]; readonly written: readonly string[] },
  secrets: readonly WorkerSecret[],
  known: KnownValues,
  { path, addToken, writeAgain }: Advice,
): HandedOver {
  const values = new Map<string, Secret>();
  const problems: Problem[] = [];
  const noToken = lacksToken(secrets, known.variables);
  if (noToken)
    problems.push({
      message: (t) => t.workerProject.noToken,
      hint: (t) => t.workerProject.makeToken({ add: addToken, again: writeAgain }),
    });
  problems.push(...credentialProblems(secrets, known));
  for (const name of listed) {
    const secret = secrets.find((one) => one.name === name);
    const value = valueHere(secret ?? { name, origin: { kind: "variable" } }, known);
    if (value === undefined || value.reveal() === "") {
      const isTold = (noToken && name === GATEWAY_TOKEN_VARIABLE) || secret?.origin.kind === "credential";
      const isOutdated = secret === undefined && written.includes(name);
      if (isOutdated)
        problems.push({
          message: (t) => t.workerProject.notNeeded(name),
          hint: (t) => t.workerProject.writeAgain(writeAgain),
        });
      else if (!isTold) problems.push({ message: (t) => t.workerProject.noOrigin({ name, path }) });
      continue;
    }
    const bytes = Buffer.byteLength(value.reveal());
    if (bytes > MOST_BYTES)
      problems.push({
        message: (t) => t.workerProject.tooLong({ name, bytes, most: MOST_BYTES }),
        hint: (t) => (name === NAMED_TOKENS_VARIABLE ? t.workerProject.shortenTokens : t.workerProject.shortenValue),
      });
    else values.set(name, value);
  }
  return { values, problems };
}

/** What stands in the place of a credential or cannot be read. A variable that is merely missing is told by its name. */
function credentialProblems(secrets: readonly WorkerSecret[], { credentials }: KnownValues): readonly Problem[] {
  const stored = new Set(secrets.flatMap(({ origin }) => (origin.kind === "credential" ? [origin.providerId] : [])));
  return [...credentials].flatMap(([id, found]) =>
    found.ok ? [] : found.error.filter((problem) => isWrong(problem) || stored.has(id)),
  );
}
