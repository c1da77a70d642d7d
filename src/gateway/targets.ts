import { formatModelRef, type ModelRef, parseModelRef } from "../providers/model-ref.ts";
import { type Refusal, refusal } from "./refusal.ts";
import type { Api, GatewaySettings, Upstream } from "./settings.ts";

/** A model that a request may be sent to. */
export interface Target {
  readonly upstream: Upstream;
  readonly model: string;
  /** `provider/model`. */
  readonly ref: string;
}

export type Resolved =
  | { readonly ok: true; readonly targets: readonly [Target, ...Target[]] }
  | { readonly ok: false; readonly refusal: Refusal };

/** Finds who serves a request, by the model it names and the protocol it speaks. */
export type Router = (wanted: string | undefined, api: Api) => Resolved;

/** @why a client uses a handful of models; what is asked beyond that many names is worked out each time. */
const REMEMBERED_NAMES = 256;

/** Remembers what each name came to, for as long as the settings hold. */
export function createRouter(settings: GatewaySettings): Router {
  const remembered = new Map<string, Resolved>();
  return (wanted, api) => {
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
export function targetsFor(wanted: string | undefined, api: Api, settings: GatewaySettings): Resolved {
  const defaults = settings.defaults.flatMap((ref) => target(ref, api, settings) ?? []);
  const [first, ...others] = defaults;
  if (wanted === undefined || wanted === "") {
    return first === undefined ? refuse(`There is no default model that speaks ${api}: name one.`) : found(first, others);
  }
  const text = settings.resolveAlias(wanted);
  const named = parseModelRef(text);
  const provider = named && settings.upstreams.get(named.provider);
  if (named !== undefined && provider !== undefined) {
    const chosen = target(named, api, settings);
    if (chosen === undefined) return refuse(`${named.provider} speaks ${provider.api}, not ${api}.`);
    return chosen.ref === first?.ref ? found(first, others) : found(chosen, []);
  }
  if (first?.model === text) return found(first, others);
  const upstream = servedBy(text, api, first, settings);
  if (upstream === undefined) return refuse(`No provider is configured that speaks ${api}.`);
  return found({ upstream, model: text, ref: formatModelRef({ provider: upstream.providerId, model: text }) }, []);
}

/** Who serves an id that no provider is named for: one that describes it, else the default's provider, else the first. */
function servedBy(
  model: string,
  api: Api,
  first: Target | undefined,
  { upstreams }: GatewaySettings,
): Upstream | undefined {
  const candidates = [...upstreams.values()].filter((upstream) => upstream.api === api);
  if (first?.upstream.models.has(model)) return first.upstream;
  return candidates.find(({ models }) => models.has(model)) ?? first?.upstream ?? candidates[0];
}

function target(ref: ModelRef, api: Api, { upstreams }: GatewaySettings): Target | undefined {
  const upstream = upstreams.get(ref.provider);
  return upstream?.api === api ? { upstream, model: ref.model, ref: formatModelRef(ref) } : undefined;
}

const found = (first: Target, others: readonly Target[]): Resolved => ({ ok: true, targets: [first, ...others] });

const refuse = (message: string): Resolved => ({
  ok: false,
  refusal: refusal("not_found_error", `The local gateway does not know where to send this. ${message}`),
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
