import { printableName } from "../core/printable.ts";
import { scrub } from "../core/redact.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { formatModelRef, isAliasOf, type ModelRef } from "../providers/model.ts";
import type { Api, PathKind } from "../providers/provider.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import { type AskedModel, isSameModel, readModelName } from "./model-names.ts";
import { EXAMPLES, PROTOCOLS } from "./path-families.ts";
import type { GatewaySettings, ModelOwner, Upstream } from "./settings.ts";

export interface Target {
  readonly upstream: Upstream;
  /** Of the request, since a provider of several kinds does not say it. */
  readonly protocol: Api;
  readonly model: string;
  readonly ref: string;
  /** The same, safe for a log or a terminal: part of it may come from a client. */
  readonly shown: string;
  /** The same in ASCII, which is all that a header can have. */
  readonly inHeader: string;
  /** The position of its key, from 1, if there are several. */
  readonly key?: number;
}

type Resolved = Result<readonly [Target, ...Target[]], ErrorResponse>;

/** Finds a request's targets by the model it names and what its path is for. */
export type Router = (wanted: string | undefined, kind: PathKind) => Resolved;

/** @why a client uses a handful of models; names beyond that are resolved each time. */
const CACHED_NAMES = 256;
const LONGEST_NAME = 200;

/** Caches resolved names for as long as the settings hold. */
export function createRouter(settings: GatewaySettings): Router {
  const cache = new Map<string, Resolved>();
  return (wanted, kind) => {
    if (wanted !== undefined && wanted.length > LONGEST_NAME) return NAME_TOO_LONG;
    const key = `${kind} ${wanted ?? ""}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const resolved = targetsFor(wanted, kind, settings);
    if (cache.size < CACHED_NAMES) cache.set(key, resolved);
    return resolved;
  };
}

/**
 * The model that a request names, or the default. Only the default has fallbacks, limited to those that serve the same
 * kind of path. Model ids are never validated, but none is sent to a provider that it shows not to be its own.
 */
function targetsFor(wanted: string | undefined, kind: PathKind, settings: GatewaySettings): Resolved {
  const { upstreams, unusable, defaults, knownProviders } = settings;
  const [primary] = defaults;
  const [first, ...others] = defaults.flatMap((ref) => targetOf(ref, kind, upstreams) ?? []);
  const asked = wanted ? readModelName(wanted, settings) : primary;
  if (asked === undefined) return refuse("No default model is set. Name a model in the request.");
  const { provider: id, model } = asked;
  const why = unusable.get(id ?? "");
  if (why !== undefined) return fail(unavailable(why));
  if (first !== undefined && (!wanted || isDefault(asked, first))) return found(asDated(model, first), others);
  if (id === undefined) {
    const broken = primary && isSameModel(model, primary.model) ? unusable.get(primary.provider) : undefined;
    const isElsewhere = [...upstreams.values()].some(({ describes }) => describes(model));
    if (broken !== undefined && !isElsewhere) return fail(unavailable(broken));
    const upstream = upstreamFor(model, kind, first, settings);
    return upstream === undefined ? noProvider(model, kind, settings) : found(newTarget(upstream, model, kind), []);
  }
  const provider = upstreams.get(id);
  if (provider === undefined) {
    const { label = id, setUp = "openclaw onboard" } = knownProviders.get(id) ?? {};
    return notSetUp(model, { label, setUp });
  }
  const chosen = targetOf({ provider: id, model }, kind, upstreams);
  return chosen === undefined
    ? refuse(
        `Provider ${id} uses the protocol ${provider.api} and does not serve ${EXAMPLES[kind]}. ${sendTo(provider.paths)}`,
      )
    : found(chosen, []);
}

const isDefault = ({ provider = "", model }: AskedModel, { upstream, model: usual }: Target) =>
  isSameModel(model, usual) && (provider === "" || provider === upstream.providerId);

/** The default model by its dated id if the client names that; it fails and cools down as the default all the same. */
function asDated(model: string, target: Target): Target {
  if (!isAliasOf(target.model, model)) return target;
  const { upstream } = target;
  return { ...target, model, ...namesOf(formatModelRef({ provider: upstream.providerId, model })) };
}

/**
 * The upstream for a model without a provider: one that describes it, else the one whose it is by its id, else the
 * default's, else the first.
 */
function upstreamFor(
  model: string,
  kind: PathKind,
  first: Target | undefined,
  { upstreams }: GatewaySettings,
): Upstream | undefined {
  const able = [...upstreams.values()].filter((upstream) => mayServe(upstream, model, kind));
  const usual = able.find((upstream) => upstream === first?.upstream);
  if (usual?.describes(model)) return usual;
  const describing = able.find(({ describes }) => describes(model));
  if (describing !== undefined) return describing;
  // Described for another kind of path only, so that is where it belongs.
  if ([...upstreams.values()].some(({ describes }) => describes(model))) return able.find(({ names }) => names(model));
  return (
    able.find(({ owns }) => owns(model)) ??
    usual ??
    able.find(({ names }) => names(model)) ??
    firstOf(PROTOCOLS[kind], able)
  );
}

/** Serves such paths in a protocol of its own, or else only what is its own. */
const mayServe = ({ api, paths, describes, names, maySend }: Upstream, model: string, kind: PathKind): boolean =>
  paths.has(kind) && maySend(model) && (PROTOCOLS[kind].includes(api) || describes(model) || names(model));

const firstOf = (protocols: readonly Api[], upstreams: readonly Upstream[]): Upstream | undefined =>
  protocols.flatMap((protocol) => upstreams.find(({ api }) => api === protocol) ?? [])[0];

function targetOf(ref: ModelRef, kind: PathKind, upstreams: GatewaySettings["upstreams"]): Target | undefined {
  const upstream = upstreams.get(ref.provider);
  return upstream?.paths.has(kind) ? newTarget(upstream, ref.model, kind) : undefined;
}

export const targetWithoutModel = (upstream: Upstream): Target => ({
  upstream,
  protocol: upstream.api,
  model: "",
  ref: upstream.providerId,
  shown: upstream.providerId,
  inHeader: upstream.providerId,
});

function newTarget(upstream: Upstream, model: string, kind: PathKind): Target {
  const ref = formatModelRef({ provider: upstream.providerId, model });
  const [usual] = PROTOCOLS[kind];
  // Embeddings count their tokens as completions do, whoever serves them.
  return {
    upstream,
    protocol: kind === "embeddings" ? "openai-completions" : usual,
    model,
    ref,
    ...namesOf(ref),
  };
}

function namesOf(ref: string): Pick<Target, "shown" | "inHeader"> {
  const shown = shownName(ref);
  return { shown, inHeader: shown.replace(/[^!-~]/g, "?") };
}

/** Letters and signs of any script stay. */
export const shownName = (text: string): string => scrub(printableName(text).replaceAll(" ", "?"));

function found(first: Target, others: readonly Target[]): Resolved {
  const [start = first, ...rest] = [first, ...others].flatMap(withEachKey);
  return ok([start, ...rest]);
}

/** The next key of a model comes before the next model. */
function withEachKey(target: Target): readonly Target[] {
  const { nextKeys } = target.upstream;
  if (nextKeys.length === 0) return [target];
  return [target.upstream, ...nextKeys].map((upstream, index) => ({ ...target, upstream, key: index + 1 }));
}

const refusal = (why: string): ErrorResponse =>
  errorResponse("not_found_error", `The local gateway cannot route this request. ${why}`);

const refuse = (why: string): Resolved => fail(refusal(why));

const sendTo = (paths: Iterable<PathKind>) => `Send it to ${[...paths].map((kind) => EXAMPLES[kind]).join(" or ")}.`;

/** Names whoever would serve the model. An unusable provider may be the one. */
function noProvider(model: string, kind: PathKind, settings: GatewaySettings): Resolved {
  const { upstreams, unusable, ownerOf } = settings;
  const describing = [...upstreams.values()].find(({ describes }) => describes(model));
  if (describing !== undefined) {
    return refuse(
      `Provider ${describing.providerId} has the model ${shownName(model)}, but does not serve ${EXAMPLES[kind]}. ${sendTo(describing.paths)}`,
    );
  }
  const owner = ownerOf(model);
  const why = unusable.get(owner?.providerId ?? "");
  if (why !== undefined) return fail(unavailable(why));
  if (owner !== undefined && upstreams.has(owner.providerId)) {
    return refuse(
      `${shownName(model)} is a model of ${owner.label}, which does not serve ${EXAMPLES[kind]}. ${sendTo(owner.paths)}`,
    );
  }
  if (owner !== undefined) {
    return notSetUp(model, owner);
  }
  const able = [...upstreams.values()].some(({ paths }) => paths.has(kind));
  return able
    ? refuse(`No configured provider is known to serve the model ${shownName(model)} at ${EXAMPLES[kind]}.`)
    : fail(notServed([kind], settings));
}

const notSetUp = (model: string, { label, setUp }: Pick<ModelOwner, "label" | "setUp">) =>
  refuse(`${shownName(model)} is a model of ${label}, which is not set up. Run \`${setUp}\`.`);

const NAME_TOO_LONG: Resolved = fail(
  errorResponse(
    "invalid_request_error",
    `model: the local gateway accepts names of at most ${LONGEST_NAME} characters.`,
  ),
);

/** Tells clients not to retry, since only a configuration change helps. */
const unavailable = (why: string): ErrorResponse => ({
  ...errorResponse("api_error", `The local gateway has no usable provider for this request. ${why}`),
  status: 503,
  isWorthRetrying: false,
});

function notServed(
  kinds: readonly PathKind[],
  { unusable, problems, upstreams, knownProviders }: GatewaySettings,
): ErrorResponse {
  const [why = upstreams.size === 0 ? problems[0] : undefined] = unusable.values();
  if (why !== undefined) return unavailable(why);
  const served = kinds.map((kind) => EXAMPLES[kind]).join(" or ");
  const protocols = [...new Set(kinds.flatMap((kind) => PROTOCOLS[kind]))].join(" or ");
  const able = [...knownProviders.values()].find(
    ({ providerId, paths }) => !upstreams.has(providerId) && kinds.some((kind) => paths.includes(kind)),
  );
  const advice = able === undefined ? "" : ` For ${able.label}, run \`${able.setUp}\`.`;
  return refusal(`No configured provider serves ${served}: that takes one with the protocol ${protocols}.${advice}`);
}

/** The upstream for requests that name no model: the default's if such paths are its own, else the first that has them. */
export function upstreamForPath(
  kinds: readonly PathKind[],
  settings: GatewaySettings,
): Result<Upstream, ErrorResponse> {
  const { defaults, upstreams, unusable } = settings;
  // A request that either may serve goes to no second choice while the first may just be broken.
  for (const kind of unusable.size > 0 ? kinds.slice(0, 1) : kinds) {
    const able = [...upstreams.values()].filter(({ api, paths }) => paths.has(kind) && PROTOCOLS[kind].includes(api));
    const usual = able.find(({ providerId }) => providerId === defaults[0]?.provider);
    const upstream = usual ?? firstOf(PROTOCOLS[kind], able);
    if (upstream !== undefined) return ok(upstream);
  }
  return fail(notServed(kinds, settings));
}
