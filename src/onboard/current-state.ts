import { GATEWAY_TOKEN_VARIABLE } from "../config/credentials.ts";
import { fileValues, type LoadedFiles, loadFiles, providerEntry, resolveVariables } from "../config/resolve.ts";
import type { ProviderConfig } from "../config/schema.ts";
import { type Variables, variablesIn } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { Secret } from "../core/secret.ts";
import { type Endpoint, endpointsOf, type Field, type Provider, type Values } from "../providers/provider.ts";
import type { Answer, AnswerSource } from "./answers.ts";

/** Both files as they are, and every variable that onboarding may use and that has a value. */
export interface CurrentState extends LoadedFiles {
  readonly variables: Variables;
  /** The providers to choose from. */
  readonly providers: readonly Provider[];
}

interface ReadOptions {
  readonly providers: readonly Provider[];
  /** Variables that answers refer to. */
  readonly named: readonly string[];
}

/** Reads both files; throws what they throw. */
export async function readCurrentState(
  { providers, named }: ReadOptions,
  paths: Paths,
  context: Pick<Context, "files" | "env" | "homedir" | "run">,
): Promise<CurrentState> {
  const files = await loadFiles(paths, context);
  const fieldVariables = providers.flatMap(({ fields }) => fields.flatMap(({ env }) => env));
  const wanted = {
    // The variable that OpenClaw ties to a provider answers no field.
    providers: endpointsOf(providers).map(({ providerId }) => ({ providerId })),
    gatewayToken: true,
    variables: [GATEWAY_TOKEN_VARIABLE, ...named, ...fieldVariables],
  };
  const { variables } = await resolveVariables(wanted, fileValues(files), context);
  return { ...files, variables, providers };
}

/** The endpoint's entry as it is; empty when there is none. */
export const entryOf = ({ providerId }: Endpoint, { config }: CurrentState): ProviderConfig =>
  providerEntry(providerId, config.config);

/** The endpoints that have an entry. */
export const configuredEndpoints = ({ endpoints }: Provider, { config }: CurrentState): readonly Endpoint[] =>
  endpoints.filter(({ providerId }) => config.config.models?.providers?.[providerId] !== undefined);

/** The answers that the entries hold, secrets left out; what they share is taken from the first. */
export function configuredValues(provider: Provider, current: CurrentState): Values {
  const present = configuredEndpoints(provider, current);
  const held = present.map((endpoint) => endpoint.answersIn(entryOf(endpoint, current)));
  const ids = present.length === 0 ? {} : { endpoint: present.map(({ id }) => id).join(",") };
  return Object.assign({}, ...held.toReversed(), ids);
}

/**
 * The answer that is there already. An id is taken from the configuration, else from a variable. A secret stays as the
 * configuration refers to it where that reference is not ours to fill; else it is taken from the best variable that has a
 * value, else from the configuration, where it stands in clear.
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

function answerInVariable(field: Field, { variables }: CurrentState): Answer | undefined {
  for (const name of field.env) {
    const found = variables.get(name);
    const checked = found && field.check(found.value.reveal());
    if (!found || !checked?.ok) continue;
    const { value } = checked.value;
    const source: AnswerSource = { kind: "variable", name, place: found.source };
    return field.secret ? { kind: "secret", value: new Secret(value), source } : { kind: "value", value, source };
  }
  return undefined;
}

/** The text that the entries have in the place of a secret, or the structured kind of reference. */
function writtenSecret(field: Field, provider: Provider, current: CurrentState) {
  for (const endpoint of configuredEndpoints(provider, current)) {
    const { apiKey, headers = {} } = entryOf(endpoint, current);
    const name = Object.keys(headers).find((header) => header.toLowerCase() === field.header);
    const input = field.id === endpoint.keyField ? apiKey : headers[name ?? ""];
    if (input !== undefined && input !== "") return input;
  }
  return undefined;
}

/** A reference of the user's own, or one of ours whose variable is kept outside `.env` on purpose. */
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

/** A key that stands in the configuration in clear moves to `.env`. */
function literalSecret(written: ReturnType<typeof writtenSecret>, source: AnswerSource): Answer | undefined {
  const value = typeof written === "string" ? written.replace(/^Bearer\s+/i, "") : "";
  if (value === "" || variablesIn(value).length > 0) return undefined;
  return { kind: "secret", value: new Secret(value), source };
}
