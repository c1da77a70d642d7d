import type { JsonValue } from "../config/json5-value.ts";
import type { ListedModel } from "../providers/model.ts";
import type { Endpoint } from "../providers/provider.ts";

/** What OpenClaw wants to hear of a price, where one is known. */
const NO_COST = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/**
 * A model as an entry describes it. What its provider says of it goes before what the catalogue does; one that neither
 * knows has only its id.
 */
export function describe(id: string, { models }: Endpoint, listed: readonly ListedModel[] = []): JsonValue {
  const isIt = (candidate: { readonly id: string }) => candidate.id === id;
  const known = models.find(isIt);
  const { retiresOn: _, cost, ...said }: Partial<ListedModel> = listed.find(isIt) ?? {};
  const prices = cost === undefined ? known?.cost : { ...NO_COST, ...cost };
  return { id, name: id, ...known, ...said, ...(prices && { cost: prices }) } as unknown as JsonValue;
}
