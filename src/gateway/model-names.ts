import { isAliasOf, type ModelRef, parseModelRef } from "../providers/model.ts";
import type { GatewaySettings } from "./settings.ts";

/** Whom a request asks for. */
export interface AskedModel {
  /** Set if the name begins with a provider's, set up or not. */
  readonly provider: string | undefined;
  readonly model: string;
}

/** @source Claude Code 2.1.197, which marks a model that it uses with a window of a million tokens, and mostly strips the mark. */
const WINDOW_MARK = /\[1m\]$/i;

/** True if both are the same model, one perhaps by its dated id. */
export const isSameModel = (one: string, other: string): boolean =>
  one === other || isAliasOf(one, other) || isAliasOf(other, one);

/**
 * Reads a model's name as people and tools write it: an alias, `provider/model` with the id of a provider or with its
 * maker's name (`anthropic/claude-sonnet-4-6`), with a mark of the client's behind it. A name that the configuration
 * describes as it stands is left alone.
 */
export function readModelName(
  wanted: string,
  settings: Pick<GatewaySettings, "upstreams" | "unusable" | "resolveAlias" | "makerOf" | "knownProviders">,
): AskedModel {
  const exact = settings.resolveAlias(wanted);
  const text = isDescribed(exact, settings) ? exact : settings.resolveAlias(exact.replace(WINDOW_MARK, ""));
  const named = parseModelRef(text);
  const whole = { provider: undefined, model: text };
  if (named === undefined || isDescribedAlone(text, settings)) return whole;
  const { upstreams, unusable, knownProviders, makerOf } = settings;
  const isSetUp = (id: string) => upstreams.has(id) || unusable.has(id);
  if (isSetUp(named.provider)) return withoutMaker(named, settings);
  if (knownProviders.has(named.provider)) return named;
  const maker = makerOf(named);
  return maker !== undefined && isSetUp(maker) ? { provider: maker, model: named.model } : whole;
}

/** A maker's name behind the provider's says the same again: `cloudflare-ai-gateway/anthropic/claude-sonnet-4-6`. */
function withoutMaker(ref: ModelRef, { upstreams, makerOf }: Pick<GatewaySettings, "upstreams" | "makerOf">): ModelRef {
  const inner = parseModelRef(ref.model);
  const isAgain = inner !== undefined && makerOf(inner) === ref.provider;
  return isAgain && !upstreams.get(ref.provider)?.describes(ref.model) ? { ...ref, model: inner.model } : ref;
}

type Described = Pick<GatewaySettings, "upstreams">;

const isDescribedAlone = (text: string, { upstreams }: Described) =>
  [...upstreams.values()].some(({ describes }) => describes(text));

function isDescribed(text: string, settings: Described): boolean {
  const named = parseModelRef(text);
  return (
    isDescribedAlone(text, settings) ||
    (named !== undefined && settings.upstreams.get(named.provider)?.describes(named.model) === true)
  );
}
