import {
  faultInGatewayToken,
  faultsInEntry,
  GATEWAY_TOKEN_VARIABLE,
  weakTokenFault,
  writtenGatewayToken,
} from "../config/credentials.ts";
import { fileValues, type LoadedFiles, loadFiles, providerEntry, resolveVariables } from "../config/resolve.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import { emptyFault, unresolvedInText, variableFault } from "../config/unresolved.ts";
import { type FileValues, type Variable, type Variables, variablesIn } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { spellingOf } from "../core/http.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import { Secret } from "../core/secret.ts";
import {
  checkAnswer,
  type Endpoint,
  endpointsOf,
  type Field,
  type Provider,
  type Values,
} from "../providers/provider.ts";
import type { Answer, AnswerSource, SettingId } from "./answers.ts";

/** Both files, and every variable with a value that onboarding may use. */
export interface CurrentState extends LoadedFiles {
  readonly variables: Variables;
  readonly providers: readonly Provider[];
  /** Faults of credentials that stand in place of answers, by the id of the field or setting, else by the place. */
  readonly faults: ReadonlyMap<string, Problem>;
  /** Why variables that a file sets have no value all the same, by name. */
  readonly empty: ReadonlyMap<string, Problem>;
  /** Values that dotenv probably reads otherwise than they were meant. */
  readonly warnings: readonly Problem[];
  readonly weakToken: Problem | undefined;
  /** True if a file says everything: then the environment answers no question, so that each machine gets the same. */
  readonly isDeclared: boolean;
  /** Secret providers that are about to be configured. */
  readonly sources: Config["secrets"];
}

/** Files and environment as references are resolved with them. */
export const referenceValues = (state: LoadedFiles & Pick<CurrentState, "sources">): FileValues => {
  const values = fileValues(state);
  const { sources } = state;
  if (sources === undefined) return values;
  const { secrets } = values.config;
  const providers = { ...secrets?.providers, ...sources.providers };
  return { ...values, config: { ...values.config, secrets: { ...secrets, ...sources, providers } } };
};

/** True for a variable that may answer what nobody was asked. */
export const isFoundHere = ({ source }: Variable, isDeclared: boolean): boolean =>
  !isDeclared || !isOutsideFiles({ source });

/** True for a variable of the environment, which may be gone at the next run. */
export const isOutsideFiles = ({ source }: Pick<Variable, "source">): boolean =>
  source === "process environment" || source === "login shell";

export const GATEWAY_TOKEN = "gateway.auth.token" satisfies SettingId;

interface ReadOptions {
  readonly providers: readonly Provider[];
  readonly named: readonly string[];
  readonly isDeclared?: boolean;
  readonly sources?: Config["secrets"];
}

export async function readCurrentState(
  { providers, named, isDeclared = false, sources }: ReadOptions,
  paths: Paths,
  context: Pick<Context, "files" | "env" | "homedir" | "run" | "cwd" | "uid">,
  known?: CurrentState,
): Promise<CurrentState> {
  const files = await loadFiles(paths, context, { known });
  const fieldVariables = providers.flatMap(({ fields }) => fields.flatMap(({ env }) => env));
  const wanted = {
    // Leaves out the variable OpenClaw assigns to a provider, which is not an answer to any field.
    providers: endpointsOf(providers).map(({ providerId }) => ({ providerId })),
    gatewayToken: true,
    variables: [GATEWAY_TOKEN_VARIABLE, ...named, ...fieldVariables],
  };
  const resolved = await resolveVariables(wanted, referenceValues({ ...files, sources }), context);
  const { variables, warnings } = resolved;
  const weakToken = await weakTokenFault(writtenGatewayToken(resolved), resolved);
  const state = {
    ...files,
    variables,
    providers,
    faults: new Map(),
    empty: new Map<string, Problem>(),
    weakToken,
    warnings,
    isDeclared,
    sources,
  };
  for (const name of wanted.variables.filter((one) => !variables.has(one))) {
    const why = await emptyFault(name, resolved);
    if (why !== undefined) state.empty.set(name, why);
  }
  return { ...state, faults: await faultsIn(state) };
}

async function faultsIn(state: CurrentState): Promise<ReadonlyMap<string, Problem>> {
  const known = { ...referenceValues(state), variables: state.variables };
  const faults = new Map<string, Problem>();
  for (const provider of state.providers) {
    for (const endpoint of configuredEndpoints(provider, state)) {
      const { providerId, keyField } = endpoint;
      const written = await faultsInEntry(entryOf(endpoint, state), known, ["models", "providers", providerId]);
      for (const [name, fault] of written) {
        const field = endpoint.fields.find(({ id, header }) =>
          name === "apiKey" ? id === keyField : header === name.toLowerCase(),
        );
        faults.set(field?.id ?? `${providerId} ${name}`, fault);
      }
    }
    const open = provider.fields.filter(
      (field) => field.stored !== false && !faults.has(field.id) && currentAnswer(field, provider, state) === undefined,
    );
    for (const { id, env, secret } of open) {
      for (const name of env) {
        const use = secret ? "credential" : "header";
        const fault = state.empty.get(name) ?? (await variableFault(name, { use }, known));
        if (fault !== undefined && !faults.has(id)) faults.set(id, fault);
      }
    }
  }
  const token = await faultInGatewayToken(known);
  return token === undefined ? faults : faults.set(GATEWAY_TOKEN, token);
}

export const entryOf = ({ providerId }: Endpoint, { config }: CurrentState): ProviderConfig =>
  providerEntry(providerId, config.config);

export const configuredEndpoints = ({ endpoints }: Provider, { config }: CurrentState): readonly Endpoint[] =>
  endpoints.filter(({ providerId }) => config.config.models?.providers?.[providerId] !== undefined);

/** The non-secret answers in the entries. Shared ones are taken from the first entry. */
export function configuredValues(provider: Provider, current: CurrentState): Values {
  const present = configuredEndpoints(provider, current);
  const held = present.map((endpoint) => endpoint.answersIn(entryOf(endpoint, current)));
  const ids = present.length === 0 ? {} : { endpoint: present.map(({ id }) => id).join(",") };
  return Object.assign({}, ...held.toReversed(), ids);
}

/**
 * The existing answer to a field. Ids come from the configuration, else from a variable. A secret stays if the
 * configuration has a reference that is not ours to fill; otherwise it is taken from the first variable with a value,
 * else from plain text in the configuration.
 */
export function currentAnswer(field: Field, provider: Provider, current: CurrentState): Answer | undefined {
  const file: AnswerSource = { kind: "file", path: current.config.root.path };
  if (!field.secret) {
    const value = configuredValues(provider, current)[field.id];
    return value === undefined ? answerInVariable(field, current) : { kind: "value", value, source: file };
  }
  const written = writtenSecret(field, provider, current);
  return keptReference(field, written, current) ?? answerInVariable(field, current) ?? literalSecret(written, file);
}

function answerInVariable(field: Field, { variables, isDeclared }: CurrentState): Answer | undefined {
  for (const name of field.env) {
    const found = variables.get(name);
    if (found !== undefined && !isFoundHere(found, isDeclared)) continue;
    const checked = found && checkAnswer(field, found.value.reveal());
    if (!found || !checked?.ok) continue;
    const { value } = checked.value;
    const source: AnswerSource = { kind: "variable", name, place: found.source };
    return field.secret ? { kind: "secret", value: new Secret(value), source } : { kind: "value", value, source };
  }
  return undefined;
}

/** The values the entries have in place of a secret: text or a structured reference. */
export function writtenSecret(field: Field, provider: Provider, current: CurrentState) {
  for (const endpoint of configuredEndpoints(provider, current)) {
    const { apiKey, headers = {} } = entryOf(endpoint, current);
    const name = spellingOf(headers, field.header);
    const input = field.id === endpoint.keyField ? apiKey : headers[name ?? ""];
    if (input !== undefined && input !== "") return input;
  }
  return undefined;
}

/** A reference of the user's own, or one of ours whose variable is deliberately kept outside `.env`. */
function keptReference(
  field: Field,
  written: ReturnType<typeof writtenSecret>,
  { variables, secrets, config }: CurrentState,
): Answer | undefined {
  const source: AnswerSource = { kind: "file", path: config.root.path };
  if (typeof written === "object") return { kind: "keep", source };
  const [variable] = variablesIn(written ?? "");
  if (variable === undefined || !variables.has(variable)) return undefined;
  const isOurs = variable === field.env[0] && secrets.values.has(variable);
  return isOurs ? undefined : { kind: "keep", variable, source };
}

/** A plain-text key in the configuration is moved to `.env`. */
function literalSecret(written: ReturnType<typeof writtenSecret>, source: AnswerSource): Answer | undefined {
  const value = typeof written === "string" ? written.replace(/^Bearer\s+/i, "") : "";
  if (value === "" || variablesIn(value).length > 0 || unresolvedInText(value) !== undefined) return undefined;
  return { kind: "secret", value: new Secret(value), source };
}
