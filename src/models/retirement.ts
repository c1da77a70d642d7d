import type { ModelRef } from "../providers/model-ref.ts";
import type { Provider } from "../providers/provider.ts";

/** `retired` or `retires:2026-11-30`, where an end is known. `today` is an ISO date. */
export function retirementTags({ provider, model }: ModelRef, providers: readonly Provider[], today: string) {
  const endpoint = providers.find((candidate) => candidate.endpoint.providerId === provider)?.endpoint;
  const dates = endpoint?.retirements ?? {};
  const date = Object.hasOwn(dates, model) ? dates[model] : undefined;
  if (date === undefined) return [];
  return [date <= today ? "retired" : `retires:${date}`];
}
