import { isObject, type JsonObject, type JsonPath, type JsonValue } from "../config/json5-value.ts";
import { hostInUrl, isLocalUrl, isThisMachine, type ListenAddress, leadsTo } from "../config/listen-address.ts";
import { modelChoice } from "../config/model-selection.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import type { VariableValues } from "../config/variables.ts";
import { CREDENTIAL_HERE, isMisplacedCredential } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { parseModelRef } from "../providers/model.ts";
import { apiOf, type Endpoint } from "../providers/provider.ts";
import type { Message } from "../text/message.ts";
import { type WorkerSecret, writtenSecrets } from "./worker-secrets.ts";

/** What is wrong at a path of the configuration. */
export interface ConfigProblem extends Pick<Problem, "message" | "hint"> {
  readonly path: JsonPath;
}

export interface WorkerConfig {
  /** `openclaw.json` of the project: plain JSON, without a credential. */
  readonly document: JsonObject;
  readonly secrets: readonly WorkerSecret[];
  readonly warnings: readonly Message[];
}

export interface WorkerConfigInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  readonly variables: VariableValues;
  /** Where the gateway on this machine listens: providers that lead there are left out. */
  readonly listen: Pick<ListenAddress, "host" | "port">;
}

/** The text of `openclaw.json` of a new project. */
export const workerConfigText = (document: JsonObject): string => `${JSON.stringify(document, null, 2)}\n`;

/** The configuration as the Worker needs it, or all that is in its way. */
export function workerConfig({ config, endpoints, variables, listen }: WorkerConfigInput): WorkerConfig & {
  readonly problems: readonly ConfigProblem[];
} {
  const here = { hostname: hostInUrl(listen.host), port: listen.port };
  const all = Object.entries(config.models?.providers ?? {});
  const own = new Set(all.filter(([, { baseUrl }]) => leadsTo(baseUrl, here)).map(([id]) => id));
  const warnings: Message[] = [...own].map(
    (id): Message =>
      (t) =>
        t.workerProject.ownLeftOut(id),
  );
  const problems: ConfigProblem[] = [];
  const entries = new Map<string, ProviderConfig>();
  for (const [id, entry] of all) {
    if (own.has(id)) continue;
    const unusable = reasonToLeaveOut(id, entry, endpoints);
    if (unusable !== undefined) {
      warnings.push((t) => t.workerProject.leftOut(unusable(t)));
      continue;
    }
    const wrong = baseUrlProblem(id, entry.baseUrl ?? "");
    if (wrong !== undefined) problems.push({ ...wrong, path: ["models", "providers", id, "baseUrl"] });
    else entries.set(id, entry);
    const url = URL.canParse(entry.baseUrl ?? "") ? new URL(entry.baseUrl ?? "") : undefined;
    if (wrong === undefined && url?.protocol === "http:")
      warnings.push((t) => t.gateway.unencrypted({ id, host: url.hostname }));
  }
  if (entries.size === 0 && problems.length === 0)
    problems.push({ path: ["models", "providers"], message: (t) => t.gateway.noProvider });
  const { entries: written, token, secrets } = writtenSecrets(entries, config, endpoints, variables);
  const providers = [...entries].map(([id, entry]) => {
    const { apiKey, headers = {} } = written.get(id) ?? {};
    return [id, entryFor(entry, apiKey, headers)] as const;
  });
  const defaults = defaultsFor(config, own);
  const document: JsonObject = {
    models: { providers: Object.fromEntries(providers) },
    ...(defaults !== undefined && { agents: { defaults } }),
    // A Worker is open to everybody, so that there is no mode without a token.
    gateway: { auth: { mode: "token", token } },
  };
  return { document, secrets, warnings, problems: [...problems, ...misplaced(document)] };
}

/** Why the local gateway does not use an entry either. */
function reasonToLeaveOut(id: string, { api, baseUrl }: ProviderConfig, endpoints: readonly Endpoint[]) {
  if (apiOf(id, api, endpoints) === undefined)
    return ((t) => t.gateway.unsupportedProtocol({ id, protocol: api })) satisfies Message;
  return baseUrl ? undefined : (((t) => t.gateway.noBaseUrl(id)) satisfies Message);
}

function baseUrlProblem(id: string, baseUrl: string): Pick<Problem, "message" | "hint"> | undefined {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || /[{}]/.test(baseUrl))
    return { message: (t) => t.gateway.baseUrlNotUrl(id) };
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return { message: (t) => t.gateway.baseUrlParts(id) };
  const { hostname } = url;
  if (!isThisMachine(hostname) && !isLocalUrl(baseUrl)) return undefined;
  return {
    message: (t) => t.workerProject.localProvider({ id, host: hostname }),
    hint: (t) => t.workerProject.useReachable,
  };
}

/** What the gateway knows of a model. */
const MODEL_KEYS = ["id", "name", "input", "contextWindow", "contextTokens", "maxTokens"] as const;

function entryFor(
  { baseUrl = "", api, auth, models }: ProviderConfig,
  apiKey: string | undefined,
  headers: Readonly<Record<string, string>>,
): JsonObject {
  return {
    baseUrl,
    ...(api !== undefined && { api }),
    ...(auth !== undefined && { auth }),
    ...(apiKey !== undefined && { apiKey }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(models !== undefined && {
      models: models.map((model) =>
        Object.fromEntries(MODEL_KEYS.flatMap((key) => (model[key] === undefined ? [] : [[key, model[key]] as const]))),
      ),
    }),
  };
}

/** The default model with its fallbacks, and aliases. */
function defaultsFor({ agents }: Config, own: ReadonlySet<string>): JsonObject | undefined {
  const { model, models } = agents?.defaults ?? {};
  /** The published OpenClaw prefixes the models of other providers with the name of a gateway that it is the client of. */
  const meant = (text: string) => {
    const ref = parseModelRef(text);
    return ref !== undefined && own.has(ref.provider) ? ref.model : text;
  };
  const { primary, fallbacks } = modelChoice(model);
  const aliases = Object.entries(models ?? {}).flatMap(([ref, { alias }]) =>
    alias === undefined ? [] : [[meant(ref), { alias }] as const],
  );
  const defaults: JsonObject = {
    ...(primary !== undefined && {
      model: { primary: meant(primary), ...(fallbacks.length > 0 && { fallbacks: fallbacks.map(meant) }) },
    }),
    ...(aliases.length > 0 && { models: Object.fromEntries(aliases) }),
  };
  return Object.keys(defaults).length === 0 ? undefined : defaults;
}

/** Credentials where none belongs, such as a key in the place of a model's name. No sentence repeats one. */
function misplaced(value: JsonValue, path: JsonPath = []): readonly ConfigProblem[] {
  if (typeof value === "string") {
    const text = value.replace(/\$\{[A-Z_][A-Z0-9_]*\}/g, "");
    return isMisplacedCredential(path, text) ? [{ ...CREDENTIAL_HERE, path }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  if (!isObject(value)) return value.flatMap((item, index) => misplaced(item, [...path, index]));
  return Object.entries(value).flatMap(([key, item]) => [
    ...(isMisplacedCredential([], key) ? [{ ...CREDENTIAL_HERE, path }] : []),
    ...misplaced(item, [...path, key]),
  ]);
}
