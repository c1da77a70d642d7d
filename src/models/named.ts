import { aliasResolver } from "../config/model-selection.ts";
import type { Config } from "../config/schema.ts";
import { OpenclawError } from "../core/errors.ts";
import { CREDENTIAL_HERE, looksLikeCredential } from "../core/redact.ts";
import { nearest } from "../core/similar.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model.ts";
import type { Endpoint } from "../providers/provider.ts";
import type { Message } from "../text/message.ts";
import { catalogOf, type ListedByProvider } from "./catalog.ts";
import { configuredRefs, knownProviders } from "./list.ts";

/** The lists in which a model's name is looked up. */
export interface KnownNames {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  readonly listed: ListedByProvider;
}

/**
 * The model that a person names: by alias, by `provider/model`, or by its id alone where only one configured model has it,
 * else only one that a configured provider offers. Throws `provider.unknown` or `model.unknown`, with what was probably
 * meant, and `usage.invalid` for a credential.
 */
export function namedModel(text: string, known: KnownNames): ModelRef {
  const { config, endpoints } = known;
  const wanted = text.trim();
  if (looksLikeCredential(wanted))
    throw new OpenclawError(CREDENTIAL_HERE.message, {
      code: "usage.invalid",
      ...(CREDENTIAL_HERE.hint && { hint: CREDENTIAL_HERE.hint }),
    });
  const resolved = aliasResolver(config)(wanted);
  const ref = parseModelRef(resolved);
  const providers = knownProviders(known);
  const setUp = Object.keys(config.models?.providers ?? {});
  const isBuiltIn = endpoints.some(({ providerId }) => providerId === ref?.provider);
  if (ref !== undefined && (setUp.includes(ref.provider) || (providers.includes(ref.provider) && !isBuiltIn)))
    return ref;
  const byId =
    onlyOne(resolved, configuredModels(known)) ?? onlyOne(resolved, offeredModels(known)) ?? owned(resolved, known);
  if (byId !== undefined) return byId;
  if (ref === undefined) throw unknownModel(wanted, known);
  if (isBuiltIn) throw notSetUp(ref.provider);
  throw unknownProvider(ref, providers, known);
}

/** Throws `model.unknown`, naming them, if several models have the id. */
function onlyOne(id: string, refs: readonly ModelRef[]): ModelRef | undefined {
  const found = refs.filter(({ model }) => model === id);
  if (found.length <= 1) return found[0];
  throw new OpenclawError((t) => t.modelEdits.severalModels(id), {
    code: "model.unknown",
    hint: (t) => t.modelEdits.nameOneOf(found.map(formatModelRef)),
  });
}

/** Those that the configuration describes, selects or allows, each once. */
function configuredModels({ config }: KnownNames): readonly ModelRef[] {
  const described = Object.entries(config.models?.providers ?? {}).flatMap(([provider, entry]) =>
    (entry.models ?? []).map(({ id }) => ({ provider, model: id })),
  );
  const refs = [...configuredRefs(config).map(({ ref }) => ref), ...described].filter(
    ({ provider }) => provider !== "",
  );
  return [...new Map(refs.map((ref) => [formatModelRef(ref), ref])).values()];
}

/** Those of the lists of the configured providers, and those that are retired: whoever names one is told. */
const offeredModels = (known: KnownNames): readonly ModelRef[] =>
  Object.keys(known.config.models?.providers ?? {}).flatMap((provider) => {
    const { retirements = {} } = known.endpoints.find(({ providerId }) => providerId === provider) ?? {};
    const ids = new Set([...catalogOf(provider, known).keys(), ...Object.keys(retirements)]);
    return [...ids].map((model) => ({ provider, model }));
  });

/** An id that shows where it is served. */
function owned(model: string, { config, endpoints }: KnownNames): ModelRef | undefined {
  const owner = endpoints.find(
    ({ providerId, owns }) => config.models?.providers?.[providerId] !== undefined && owns(model),
  );
  return owner && { provider: owner.providerId, model };
}

const didYouMean =
  (meant: string): Message =>
  (t) =>
    t.config.didYouMean(meant);

function unknownModel(wanted: string, known: KnownNames): OpenclawError {
  const aliases = Object.values(known.config.agents?.defaults?.models ?? {}).flatMap(({ alias }) => alias ?? []);
  const refs = [...configuredModels(known), ...offeredModels(known)];
  const names = [...aliases, ...refs.map(({ model }) => model)];
  // `opus-4-8` and `claude-haiku-4-5` are parts of one name, and so are better told from it than from one as long.
  const meant = onlyOneWith(wanted, names) ?? nearest(wanted, names);
  const ref = aliases.includes(meant ?? "") ? undefined : refs.find(({ model }) => model === meant);
  return new OpenclawError((t) => t.modelEdits.unknownModel(wanted), {
    code: "model.unknown",
    hint: meant === undefined ? (t) => t.modelEdits.writeReference : didYouMean(ref ? formatModelRef(ref) : meant),
  });
}

/** Letters below which a part of a name says too little. */
const SHORTEST_PART = 3;

/** The name that contains a text, where no other does. */
function onlyOneWith(text: string, names: readonly string[]): string | undefined {
  const containing = new Set(names.filter((name) => name.toLowerCase().includes(text.toLowerCase())));
  return text.length >= SHORTEST_PART && containing.size === 1 ? [...containing][0] : undefined;
}

const notSetUp = (provider: string): OpenclawError =>
  new OpenclawError((t) => t.modelEdits.providerNotSetUp(provider), {
    code: "provider.unknown",
    hint: (t) => t.providers.runOnboard,
  });

function unknownProvider(ref: ModelRef, providers: readonly string[], known: KnownNames): OpenclawError {
  const { config, endpoints } = known;
  // A maker's name, as in `anthropic/claude-sonnet-4-6`, is meant for the provider that serves its models.
  const server = endpoints.find(
    ({ providerId, names }) => config.models?.providers?.[providerId] !== undefined && names?.(ref.model),
  );
  const provider = nearest(ref.provider, providers) ?? server?.providerId;
  return new OpenclawError((t) => t.models.unknownProvider(ref.provider), {
    code: "provider.unknown",
    hint:
      provider === undefined
        ? (t) => t.models.knownProviders(providers)
        : didYouMean(formatModelRef({ provider, model: ref.model })),
  });
}
