import { scrub } from "../core/redact.ts";
import { fail, ok, type Result } from "../core/result.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model.ts";
import type { Api } from "../providers/provider.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";

export interface Target {
  readonly upstream: Upstream;
  readonly model: string;
  readonly ref: string;
  /** The same, safe for a header or a log: part of it may come from a client. */
  readonly shown: string;
}

type Resolved = Result<readonly [Target, ...Target[]], ErrorResponse>;

/** Finds a request's targets by the model it names and its protocol. */
export type Router = (wanted: string | undefined, api: Api) => Resolved;

/** @why a client uses a handful of models; names beyond that are resolved each time. */
const CACHED_NAMES = 256;
const LONGEST_NAME = 200;

/** Caches resolved names for as long as the settings hold. */
export function createRouter(settings: GatewaySettings): Router {
  const cache = new Map<string, Resolved>();
  return (wanted, api) => {
    if (wanted !== undefined && wanted.length > LONGEST_NAME) return NAME_TOO_LONG;
    const key = `${api} ${wanted ?? ""}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const resolved = targetsFor(wanted, api, settings);
    if (cache.size < CACHED_NAMES) cache.set(key, resolved);
    return resolved;
  };
}

/**
 * The model that a request names, or the default. Only the default has fallbacks, limited to those with the same
 * protocol. Model ids are never validated: the upstream knows best.
 */
function targetsFor(wanted: string | undefined, api: Api, settings: GatewaySettings): Resolved {
  const { upstreams, unusable, defaults, resolveAlias } = settings;
  const [primary] = defaults;
  const [first, ...others] = defaults.flatMap((ref) => targetOf(ref, api, upstreams) ?? []);
  const text = wanted ? resolveAlias(wanted) : primary && formatModelRef(primary);
  if (text === undefined) return refuse("No default model is set. Name a model in the request.");
  const named = parseModelRef(text);
  const why = unusable.get(named?.provider ?? "");
  if (why !== undefined) return fail(unavailable(why));
  if (first !== undefined && (!wanted || text === first.model || text === first.ref)) return found(first, others);
  const provider = upstreams.get(named?.provider ?? "");
  if (named !== undefined && provider !== undefined) {
    const chosen = targetOf(named, api, upstreams);
    return chosen === undefined
      ? refuse(`Provider ${named.provider} uses the protocol ${provider.api}, not ${api}.`)
      : found(chosen, []);
  }
  const upstream = upstreamFor(text, api, first, settings);
  return upstream === undefined ? noProvider(api, settings) : found(newTarget(upstream, text), []);
}

/** The upstream for a model without a provider: one that describes it, else the default's, else the first. */
function upstreamFor(
  model: string,
  api: Api,
  first: Target | undefined,
  { upstreams }: GatewaySettings,
): Upstream | undefined {
  const candidates = [...upstreams.values()].filter((upstream) => upstream.api === api);
  if (first?.upstream.serves(model)) return first.upstream;
  return candidates.find(({ serves }) => serves(model)) ?? first?.upstream ?? candidates[0];
}

function targetOf(ref: ModelRef, api: Api, upstreams: GatewaySettings["upstreams"]): Target | undefined {
  const upstream = upstreams.get(ref.provider);
  return upstream?.api === api ? newTarget(upstream, ref.model) : undefined;
}

export const targetWithoutModel = (upstream: Upstream): Target => ({
  upstream,
  model: "",
  ref: upstream.providerId,
  shown: upstream.providerId,
});

function newTarget(upstream: Upstream, model: string): Target {
  const ref = formatModelRef({ provider: upstream.providerId, model });
  return { upstream, model, ref, shown: scrub(ref.replace(/[^!-~]/g, "?")) };
}

const found = (first: Target, others: readonly Target[]): Resolved => ok([first, ...others]);

const refuse = (why: string): Resolved =>
  fail(errorResponse("not_found_error", `The local gateway cannot route this request. ${why}`));

/** An unusable provider may be the one that would have served the request. */
function noProvider(api: Api, { unusable }: GatewaySettings): Resolved {
  const [why] = unusable.values();
  return why === undefined ? refuse(`No configured provider uses the protocol ${api}.`) : fail(unavailable(why));
}

const NAME_TOO_LONG: Resolved = fail(
  errorResponse(
    "invalid_request_error",
    `model: the local gateway accepts names of at most ${LONGEST_NAME} characters.`,
  ),
);

/** Tells clients not to retry, since only a configuration change helps. */
export const unavailable = (why: string): ErrorResponse => ({
  ...errorResponse("api_error", `The local gateway has no usable provider for this request. ${why}`),
  status: 503,
  isWorthRetrying: false,
});

/**
 * The upstream for requests that name no model: the default's if it uses Anthropic's protocol, else the first that
 * does.
 */
export function upstreamForAnyPath({ defaults, upstreams }: GatewaySettings): Upstream | undefined {
  const byDefault = upstreams.get(defaults[0]?.provider ?? "");
  if (byDefault?.api === "anthropic-messages") return byDefault;
  const all = [...upstreams.values()];
  return all.find(({ api }) => api === "anthropic-messages") ?? byDefault ?? all[0];
}
