import type { ListedModel } from "../providers/model.ts";
import type { ModelRef } from "../providers/model-ref.ts";
import { type Endpoint, retirementOf } from "../providers/provider.ts";

/**
 * `retired` or `retires:2026-11-30`, where an end is known: by the catalogue, or from what the provider lists. `today` is
 * an ISO date.
 */
export function retirementTags(
  { provider, model }: ModelRef,
  endpoints: readonly Endpoint[],
  listed: readonly ListedModel[],
  today: string,
): readonly string[] {
  const { retirements = {} } = endpoints.find(({ providerId }) => providerId === provider) ?? {};
  const date = retirementOf({ retirements }, { id: model, ...listed.find(({ id }) => id === model) });
  if (date === undefined) return [];
  return [date <= today ? "retired" : `retires:${date}`];
}
