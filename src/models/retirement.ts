import { isAliasOf, type ModelRef } from "../providers/model-ref.ts";
import type { Provider } from "../providers/provider.ts";

/** `retired` or `retires:2026-11-30`, where an end is known. `today` is an ISO date. */
export function retirementTags({ provider, model }: ModelRef, providers: readonly Provider[], today: string) {
  const endpoint = providers.find((candidate) => candidate.endpoint.providerId === provider)?.endpoint;
  if (endpoint === undefined) return [];
  const retiring = endpoint.models.flatMap(({ id, retires }) =>
    retires === undefined ? [] : [[id, retires] as const],
  );
  const [, date] =
    [...retiring, ...Object.entries(endpoint.retired)].find(([id]) => id === model || isAliasOf(model, id)) ?? [];
  if (date === undefined) return [];
  return [date <= today ? "retired" : `retires:${date}`];
}
