import type { ModelRef } from "../providers/model-ref.ts";
import type { Endpoint } from "../providers/provider.ts";

/** `retired` or `retires:2026-11-30`, where an end is known. `today` is an ISO date. */
export function retirementTags({ provider, model }: ModelRef, endpoints: readonly Endpoint[], today: string) {
  const dates = endpoints.find(({ providerId }) => providerId === provider)?.retirements ?? {};
  const date = Object.hasOwn(dates, model) ? dates[model] : undefined;
  if (date === undefined) return [];
  return [date <= today ? "retired" : `retires:${date}`];
}
