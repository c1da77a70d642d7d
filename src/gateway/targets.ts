import { scrub } from "../core/redact.ts";
import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import type { Api } from "../providers/provider.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";

/** A model that a request may be sent to. */
export interface Target {
  readonly upstream: Upstream;
  readonly model: string;
  /** `provider/model`. */
  readonly ref: string;
  /** The same as it may stand in a header and in a log: a client chose a part of it. */
  readonly shown: string;
}

type Resolved =
  | { readonly ok: true; readonly targets: readonly [Target, ...Target[]] }
  | { readonly ok: false; readonly refusal: Refusal };

/** Finds who serves a request, by the model it names and the protocol it speaks. */
export type Router = (wanted: string | undefined, api: Api) => Resolved;

/** @why a client uses a handful of models; what is asked beyond that is worked out each time. */
const REMEMBERED_NAMES = 256;
const LONGEST_NAME = 200;

/** Remembers what each name came to, for as long as the settings hold. */
export function createRouter(settings: GatewaySettings): Router {
  const remembered = new Map<string, Resolved>();
  return (wanted, api) => {
    if (wanted !== undefined && wanted.length > LONGEST_NAME) return NO_NAME;
    const key = `${api} ${wanted ?? ""}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const resolved = targetsFor(wanted, api, settings);
    if (remembered.size < REMEMBERED_NAMES) remembered.set(key, resolved);
    return resolved;
  };
}

/**
 * Who serves a request: the model it names, or the default. Only the default has others that take its place, and of them
 * those that speak the same protocol. A model's id is never judged: the upstream knows best.
 */
function targetsFor(wanted: string | undefined, api: Api, settings: GatewaySettings): Resolved {
  const { upstreams, unusable, defaults, resolveAlias } = settings;
  const [primary] = defaults;
  const [first, ...others] = defaults.flatMap((ref) => targetOf(ref, api, upstreams) ?? []);
  const text = wanted ? resolveAlias(wanted) : primary && formatModelRef(primary);
  if (text === undefined) return refuse("It has no default model: name one.");
  const named = parseModelRef(text);
  const why = unusable.get(named?.provider ?? "");
  if (why !== undefined) return { ok: false, refusal: unavailable(why) };
  if (first !== undefined && (!wanted || text === first.model || text === first.ref)) return found(first, others);
  const provider = upstreams.get(named?.provider ?? "");
  if (named !== undefined && provider !== undefined) {
    const chosen = targetOf(named, api, upstreams);
    return chosen === undefined ? refuse(`${named.provider} speaks ${provider.api}, not ${api}.`) : found(chosen, []);
  }
  const upstream = servedBy(text, api, first, settings);
  return upstream === undefined ? nobody(api, settings) : found(newTarget(upstream, text), []);
}

/** Who serves an id that no provider is named for: one that describes it, else the default's provider, else the first. */
function servedBy(
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

/** What a request that names no model is sent to. */
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

const found = (first: Target, others: readonly Target[]): Resolved => ({ ok: true, targets: [first, ...others] });

const refuse = (message: string): Resolved => ({
  ok: false,
  refusal: refusal("not_found_error", `The local gateway does not know where to send this. ${message}`),
});

/** One that cannot be used may be the one that would have served it. */
function nobody(api: Api, { unusable }: GatewaySettings): Resolved {
  const [why] = unusable.values();
  return why === undefined
    ? refuse(`No provider is configured that speaks ${api}.`)
    : { ok: false, refusal: unavailable(why) };
}

const NO_NAME: Resolved = {
  ok: false,
  refusal: refusal("invalid_request_error", "model: the local gateway knows no model whose name is that long."),
};

/** Sent back as it is, since only a change of the configuration helps. */
export const unavailable = (why: string): Refusal => ({
  ...refusal("api_error", `The local gateway has no provider for this. ${why}`),
  status: 503,
  isWorthRetrying: false,
});

/** Who gets the requests that name no model: the default's provider, where it is Anthropic's kind, else the first such. */
export function upstreamForAnyPath({ defaults, upstreams }: GatewaySettings): Upstream | undefined {
  const byDefault = upstreams.get(defaults[0]?.provider ?? "");
  if (byDefault?.api === "anthropic-messages") return byDefault;
  const all = [...upstreams.values()];
  return all.find(({ api }) => api === "anthropic-messages") ?? byDefault ?? all[0];
}

/** A path under `/v1/` as the upstream has it: a base URL of the OpenAI kind has its own `/v1`, or does without. */
export const pathAt = ({ api, basePath }: Upstream, path: string): string =>
  basePath + (api === "anthropic-messages" ? path : path.replace(/^\/v1(?=\/)/, ""));
