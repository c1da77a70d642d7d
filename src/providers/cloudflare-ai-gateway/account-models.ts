import type { ListedModel } from "../model.ts";
import { usableId } from "../sanitize.ts";
import type { EntryReader } from "./account-readers.ts";
import { isObject } from "./response-body.ts";

/** @why far longer than any id there is, and short enough for a line and a URL. */
const MODEL_ID = /^@[^\s\p{C}]{1,200}$/u;

/**
 * A model of Workers AI. What requests call it is its `name`; its `id` is for Cloudflare alone. The rest is in a list of
 * properties, where numbers and booleans are texts.
 * @source developers.cloudflare.com, Workers AI's catalogue (cloudflare-docs, `workers-ai-models/*.json`, 2026).
 */
export const readModel: EntryReader<ListedModel> = (entry, token) => {
  const id = usableId(entry.name, MODEL_ID, [token]);
  if (id === undefined) return undefined;
  const properties = propertiesIn(entry.properties);
  const contextWindow = tokens(properties.get("context_window"));
  const retiresOn = day(properties.get("planned_deprecation_date"));
  const cost = costIn(properties.get("price"));
  return {
    id,
    ...(isYes(properties.get("vision")) && { input: ["text", "image"] }),
    ...(isYes(properties.get("reasoning")) && { reasoning: true }),
    ...(contextWindow !== undefined && { contextWindow }),
    ...(cost !== undefined && { cost }),
    ...(retiresOn !== undefined && { retiresOn }),
  };
};

function propertiesIn(list: unknown): ReadonlyMap<unknown, unknown> {
  const entries = Array.isArray(list) ? list.filter(isObject) : [];
  return new Map(entries.map(({ property_id, value }) => [property_id, value]));
}

/** Nothing says no: a model for which nobody filled a property in has none. */
const isYes = (value: unknown) => value === true || value === "true";

function tokens(value: unknown): number | undefined {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

/** Some are times and some only days. */
const day = (value: unknown) => /^\d{4}-\d\d-\d\d/.exec(String(value))?.[0];

function costIn(prices: unknown): ListedModel["cost"] {
  const list = Array.isArray(prices) ? prices.filter(isObject) : [];
  const per = (what: string) => {
    const found = list.find(({ unit, currency }) => unit === `per M ${what} tokens` && currency === "USD")?.price;
    return typeof found === "number" && found >= 0 ? found : undefined;
  };
  const [input, output, cacheRead] = [per("input"), per("output"), per("cached input")];
  if (input === undefined || output === undefined) return undefined;
  return { input, output, ...(cacheRead !== undefined && { cacheRead }) };
}
