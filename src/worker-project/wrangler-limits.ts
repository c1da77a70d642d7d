import {
  CLIENT_LIMITS_VARIABLE,
  type GivenLimit,
  judgeLimits,
  limitsText,
  mergeLimits,
  NO_LIMITS,
  rateBindings,
} from "../config/client-limits.ts";
import type { ValueEdit } from "../config/json5-document.ts";
import { isList, isObject, type JsonObject, type JsonValue, valueAt } from "../config/json5-value.ts";
import { OpenclawError } from "../core/errors.ts";

const VARIABLE = ["vars", CLIENT_LIMITS_VARIABLE];

/** Bindings that follow from the variable. */
const OWN_BINDING = /^OPENCLAW_LIMIT_\d+_PER_\d+S$/;

/**
 * The limits of clients stand in one variable of `wrangler.jsonc`, with what its user put there; the bindings that count
 * follow from it. Throws `project.syntax` for a variable that cannot be read.
 */
export function limitEdits(
  found: JsonObject,
  given: readonly GivenLimit[],
  worker: string,
  path: string,
): readonly ValueEdit[] {
  const text = valueAt(found, VARIABLE);
  const before = judgeLimits(typeof text === "string" ? text : "", VARIABLE.join("."));
  if (!before.ok)
    throw new OpenclawError((t) => t.workerProject.limitsUnreadable(path), {
      code: "project.syntax",
      problems: before.error,
      hint: (t) => t.workerProject.fixLimits,
    });
  const limits = mergeLimits(mergeLimits(NO_LIMITS, before.value), given);
  const wanted = limitsText(limits);
  const edits: ValueEdit[] = [];
  if (wanted === "" && text !== undefined && given.length > 0) edits.push({ path: VARIABLE, value: undefined });
  else if (given.length > 0 && wanted !== "" && wanted !== text) edits.push({ path: VARIABLE, value: wanted });
  const list = valueAt(found, ["ratelimits"]) as JsonValue | undefined;
  const bindings = isList(list) ? list : [];
  const needed = rateBindings(limits, worker);
  const isNeeded = (binding: JsonValue) => {
    const name = nameOf(binding);
    return name === undefined || !OWN_BINDING.test(name) || needed.some((one) => one.name === name);
  };
  const added = needed
    .filter(({ name }) => !bindings.some((binding) => nameOf(binding) === name))
    .map(({ name, namespaceId, rate: { requests, periodS } }) => ({
      name,
      namespace_id: namespaceId,
      simple: { limit: requests, period: periodS },
    }));
  // From the end, so that the places of the others stay.
  const removed = bindings.flatMap((binding, index) => (isNeeded(binding) ? [] : [index])).reverse();
  const isAllGone = removed.length > 0 && removed.length === bindings.length && added.length === 0;
  if (isAllGone) return [...edits, { path: ["ratelimits"], value: undefined }];
  return [
    ...edits,
    ...added.map((value, index) => ({ path: ["ratelimits", bindings.length + index], value })),
    ...removed.map((index) => ({ path: ["ratelimits", index], value: undefined })),
  ];
}

const nameOf = (binding: JsonValue): string | undefined =>
  isObject(binding) && typeof binding.name === "string" ? binding.name : undefined;
