import type { ConfigEdit } from "./config-edit.ts";
import { isList, type JsonPath, type JsonValue, valueAt } from "./json5-value.ts";
import { modelChoice, modelsInUse, resolveAlias } from "./model-selection.ts";
import type { Config } from "./schema.ts";

/*
 * Edits of what `agents.defaults` says about models. References are `provider/model`. Each function returns only what has to
 * change, so that an empty list means that the configuration says it already.
 */

const DEFAULTS = ["agents", "defaults"];
const MODEL = [...DEFAULTS, "model"];
const ALLOWED = [...DEFAULTS, "models"];
const POLICY = [...DEFAULTS, "modelPolicy", "allow"];

const isReference = (text: string): boolean => /^[^/]+\/./.test(text);

/** Makes a model the default one. A choice that is spelled as a text stays a text. */
export function defaultEdits(ref: string, config: Config): readonly ConfigEdit[] {
  const choice = config.agents?.defaults?.model;
  const { primary } = modelChoice(choice);
  if (primary !== undefined && resolveAlias(primary, config) === ref) return [];
  return [{ path: typeof choice === "string" ? MODEL : [...MODEL, "primary"], value: ref }];
}

/** The fallbacks as they stand in the configuration, each with the reference that it means. */
export const fallbacksIn = (config: Config): readonly { readonly text: string; readonly ref: string }[] =>
  modelChoice(config.agents?.defaults?.model).fallbacks.map((text) => ({ text, ref: resolveAlias(text, config) }));

/** Puts a fallback behind the others. */
export function addFallback(ref: string, config: Config): readonly ConfigEdit[] {
  const choice = config.agents?.defaults?.model;
  const { primary, fallbacks } = modelChoice(choice);
  if (fallbacksIn(config).some((one) => one.ref === ref)) return [];
  if (typeof choice === "string")
    return [{ path: MODEL, value: primary === undefined ? { fallbacks: [ref] } : { primary, fallbacks: [ref] } }];
  const at = [...MODEL, "fallbacks"];
  return [
    choice?.fallbacks === undefined ? { path: at, value: [ref] } : { path: [...at, fallbacks.length], value: ref },
  ];
}

/** Takes the fallback at an index out; the last one takes the list with it. */
export function removeFallback(index: number, config: Config): readonly ConfigEdit[] {
  const at = [...MODEL, "fallbacks"];
  const isOnly = modelChoice(config.agents?.defaults?.model).fallbacks.length === 1;
  return [{ path: isOnly ? at : [...at, index], value: undefined }];
}

export const clearFallbacks = (config: Config): readonly ConfigEdit[] =>
  modelChoice(config.agents?.defaults?.model).fallbacks.length === 0
    ? []
    : [{ path: [...MODEL, "fallbacks"], value: undefined }];

/** Moves the fallback at an index to another; those between move by one. */
export function moveFallback(from: number, to: number, config: Config): readonly ConfigEdit[] {
  const { fallbacks } = modelChoice(config.agents?.defaults?.model);
  const moved = fallbacks[from];
  if (moved === undefined || from === to) return [];
  const value = fallbacks.toSpliced(from, 1).toSpliced(to, 0, moved);
  return [{ path: [...MODEL, "fallbacks"], value }];
}

/** Gives a model an alias in place of the one that it has. */
export function aliasEdits(alias: string, ref: string, config: Config): readonly ConfigEdit[] {
  const entry = config.agents?.defaults?.models?.[ref];
  if (entry?.alias === alias) return [];
  if (entry !== undefined) return [{ path: [...ALLOWED, ref, "alias"], value: alias }];
  return entriesFor([ref], config, () => ({ alias }));
}

/** Takes an alias away from every model that has it; the models stay. */
export const removeAlias = (alias: string, config: Config): readonly ConfigEdit[] =>
  Object.entries(config.agents?.defaults?.models ?? {})
    .filter(([, entry]) => entry.alias === alias)
    .map(([ref]) => ({ path: [...ALLOWED, ref, "alias"], value: undefined }));

/** Lets models be used where a list says which ones may be. */
export function allowEdits(refs: readonly string[], config: Config): readonly ConfigEdit[] {
  const allowed = Object.keys(config.agents?.defaults?.models ?? {});
  const missing = refs.filter((ref) => !isAllowedBy(allowed, ref));
  return [...(allowed.length === 0 ? [] : entriesFor(missing, config)), ...allowedByPolicy(refs, config)];
}

/**
 * Entries of `agents.defaults.models`, which some versions take for the list of what may be used: the first ones must not lock
 * out the models in use, which get entries beside them. `newEntry` is asked for `refs` only.
 */
export function entriesFor(
  refs: readonly string[],
  config: Config,
  newEntry: (ref: string) => JsonValue = () => ({}),
): readonly ConfigEdit[] {
  const allowed = config.agents?.defaults?.models ?? {};
  const selected = Object.keys(allowed).length === 0 ? modelsInUse(config) : [];
  // One that is not `provider/model` cannot have an entry, so there must be no list at all.
  if (selected.some((text) => !isReference(text))) return [];
  const wanted = new Set([...selected.filter((other) => !refs.includes(other)), ...refs]);
  return [...wanted]
    .filter((ref) => !Object.hasOwn(allowed, ref))
    .map((ref) => ({ path: [...ALLOWED, ref], value: refs.includes(ref) ? newEntry(ref) : {} }));
}

/**
 * Adds models to `agents.defaults.modelPolicy.allow` where there is such a list.
 * @source the published OpenClaw 2026.9.6, docs/concepts/models.md: references, aliases, and prefixes such as `openai/*`.
 */
export function allowedByPolicy(refs: readonly string[], config: Config): readonly ConfigEdit[] {
  const list = valueAt(config, POLICY) as JsonValue | undefined;
  if (!isList(list) || list.length === 0) return [];
  const allowed = list.flatMap((text) => (typeof text === "string" ? resolveAlias(text, config) : []));
  const missing = [...new Set(refs)].filter((ref) => !isAllowedBy(allowed, ref));
  return missing.map(
    (ref, index): ConfigEdit => ({ path: [...(POLICY as JsonPath), list.length + index], value: ref }),
  );
}

const isAllowedBy = (allowed: readonly string[], ref: string): boolean =>
  allowed.some((text) => text === ref || (text.endsWith("/*") && ref.startsWith(text.slice(0, -1))));
