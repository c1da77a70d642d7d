import { aliasResolver, modelChoice } from "../config/model-selection.ts";
import { formatModelRef, isAliasOf, parseModelRef } from "../providers/model.ts";
import type { Retirement } from "../providers/retirement.ts";
import { catalogOf } from "./catalog.ts";
import { retirementOfModel } from "./doubts.ts";
import type { KnownNames } from "./named.ts";

/** A model that can be chosen, with what is known of it. */
export interface OfferedModel {
  readonly ref: string;
  readonly name: string;
  /** In tokens. */
  readonly contextWindow?: number;
  /** USD per million tokens. */
  readonly price?: { readonly input: number; readonly output: number };
  readonly retirement?: Retirement;
  readonly isDefault: boolean;
}

/** The choices of `models set`: everything that the configured providers list, the default and the models in use first. */
export interface Offer {
  readonly models: readonly OfferedModel[];
  /** The default one as it is now, if there is one. */
  readonly current?: { readonly ref: string; readonly retirement?: Retirement };
  /** The one to begin with: the default, or what takes its place. */
  readonly initial?: string;
}

export function offerOf(known: KnownNames, now: Date): Offer {
  const { config, endpoints } = known;
  const { primary } = modelChoice(config.agents?.defaults?.model);
  const current = primary === undefined ? undefined : aliasResolver(config)(primary);
  const models = Object.keys(config.models?.providers ?? {}).flatMap((provider) =>
    [...catalogOf(provider, known)].map(([model, { name = model, contextWindow, cost }]): OfferedModel => {
      const ref = formatModelRef({ provider, model });
      const retirement = retirementOfModel({ provider, model }, known, now);
      const builtIn = endpoints.find(({ providerId }) => providerId === provider)?.models ?? [];
      const price = priceIn(cost) ?? priceIn(builtIn.find(({ id }) => id === model || isAliasOf(model, id))?.cost);
      return {
        ref,
        name,
        ...(contextWindow !== undefined && { contextWindow }),
        ...(price && { price }),
        ...(retirement && { retirement }),
        isDefault: ref === current,
      };
    }),
  );
  const parsed = parseModelRef(current ?? "");
  const retirement = parsed && retirementOfModel(parsed, known, now);
  const isLeaving = retirement !== undefined && retirement.state !== "later";
  const wanted = (isLeaving ? retirement.successor : undefined) ?? current;
  const initial = models.find(({ ref }) => ref === wanted) ?? models.find(({ ref }) => isAliasOf(wanted ?? "", ref));
  return {
    models,
    ...(current !== undefined && { current: { ref: current, ...(isLeaving && { retirement }) } }),
    ...(initial && { initial: initial.ref }),
  };
}

/** OpenClaw writes zeros where it knows no prices. */
function priceIn(cost: { readonly input?: number; readonly output?: number } | undefined): OfferedModel["price"] {
  const { input, output } = cost ?? {};
  return input !== undefined && output !== undefined && input + output > 0 ? { input, output } : undefined;
}
