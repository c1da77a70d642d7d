import { leadsTo, portOf } from "../config/listen-address.ts";
import { aliasResolver, modelChoice } from "../config/model-selection.ts";
import type { Config, ProviderConfig } from "../config/schema.ts";
import { parseModelRef } from "../providers/model.ts";
import { type Api, apiOf, type Endpoint, type PathKind, pathKindsOf } from "../providers/provider.ts";
import type { GatewayAccess, ServedModel, ServedModels } from "./client.ts";

const KIND_OF: Readonly<Record<Api, PathKind>> = {
  "anthropic-messages": "anthropic",
  "openai-responses": "responses",
  "openai-completions": "chat",
};

export interface ServedInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  /** The local gateway's address: an entry that leads to it is not served by it. */
  readonly url: string;
}

/**
 * Models that the gateway serves, by protocol. A provider whose own protocol it is comes before one that offers it
 * besides, and the default model before the rest of its provider's.
 */
export function servedModels(input: ServedInput): Pick<GatewayAccess, "models" | "preferred"> {
  const preferred = chosenApi(input);
  return { models: modelsByApi(input), ...(preferred !== undefined && { preferred }) };
}

const modelsByApi = (input: ServedInput): ServedModels =>
  Object.fromEntries(
    APIS.flatMap((api) => {
      const models = modelsBy(api, input);
      return models === undefined ? [] : [[api, models]];
    }),
  );

/** `undefined` if no provider serves the protocol. */
function modelsBy(api: Api, { config, endpoints, url }: ServedInput): readonly ServedModel[] | undefined {
  const ours = new URL(url);
  const here = { hostname: ours.hostname, port: portOf(ours) };
  const entries = Object.entries(config.models?.providers ?? {}).filter(([, { baseUrl }]) => !leadsTo(baseUrl, here));
  const chosen = chosenModel(config);
  const serving = entries.flatMap(([providerId, entry]) => {
    const endpoint = endpointCalled(providerId, endpoints);
    const own = apiOf(providerId, entry.api, endpoints);
    if (own === undefined || !pathKindsOf(own, endpoint).includes(KIND_OF[api])) return [];
    const isDefault = chosen?.provider === providerId;
    const models = modelsOf(entry, endpoint, isDefault ? chosen.model : undefined);
    return [{ providerId, rank: (isGuest(own, api) ? 2 : 0) + (isDefault ? 0 : 1), models }];
  });
  if (serving.length === 0) return undefined;
  const seen = new Set<string>();
  return serving
    .toSorted((a, b) => a.rank - b.rank)
    .flatMap(({ providerId, models }) =>
      models.map((model) => {
        const id = seen.has(model.id) ? `${providerId}/${model.id}` : model.id;
        seen.add(model.id);
        return { ...model, id };
      }),
    );
}

function chosenApi({ config, endpoints }: ServedInput): Api | undefined {
  const provider = chosenModel(config)?.provider ?? "";
  const entry = config.models?.providers?.[provider];
  return entry && apiOf(provider, entry.api, endpoints);
}

const endpointCalled = (id: string, endpoints: readonly Endpoint[]) =>
  endpoints.find(({ providerId }) => providerId === id);

const APIS = Object.keys(KIND_OF) as Api[];

/** Claude through chat completions leaves out thinking and prompt caching. */
const isGuest = (own: Api, api: Api): boolean => own === "anthropic-messages" && api !== own;

function chosenModel(config: Config) {
  const { primary } = modelChoice(config.agents?.defaults?.model);
  return primary === undefined ? undefined : parseModelRef(aliasResolver(config)(primary));
}

/** The default one, then those that the configuration describes, then the built-in ones that stay. */
function modelsOf(
  { models = [] }: ProviderConfig,
  endpoint: Endpoint | undefined,
  chosen: string | undefined,
): readonly ServedModel[] {
  const lasting = (endpoint?.models ?? []).filter(({ id }) => !Object.hasOwn(endpoint?.retirements ?? {}, id));
  const known = new Map([...lasting, ...models].map((model) => [model.id, model]));
  const first = chosen ?? (models.length > 0 ? models[0]?.id : endpoint?.defaultModel);
  const ids = new Set([...(first === undefined ? [] : [first]), ...models.map(({ id }) => id), ...known.keys()]);
  return [...ids].map((id) => asServed(known.get(id) ?? { id }));
}

const asServed = ({ id, name, contextWindow, maxTokens }: ServedModel): ServedModel => ({
  id,
  ...(name !== undefined && { name }),
  ...(contextWindow !== undefined && { contextWindow }),
  ...(maxTokens !== undefined && { maxTokens }),
});
