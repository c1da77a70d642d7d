import { isList, isObject, type JsonValue, valueAt } from "./json5-value.ts";
import type { Config } from "./schema.ts";

type ConfiguredChoice = NonNullable<NonNullable<Config["agents"]>["defaults"]>["model"];

export interface ModelChoice {
  readonly primary?: string;
  readonly fallbacks: readonly string[];
}

/** Normalises a choice, which may be a string or `{primary, fallbacks}`. */
export function modelChoice(choice: ConfiguredChoice): ModelChoice {
  const { primary, fallbacks = [] } = typeof choice === "object" ? choice : { primary: choice };
  return primary ? { primary, fallbacks } : { fallbacks };
}

const resolvers = new WeakMap<Config, (text: string) => string>();

/**
 * Returns a function that replaces an alias with its model reference and leaves other text unchanged. The first of two
 * equal aliases wins. Made once for a configuration, which may list thousands of models and is asked many times.
 */
export function aliasResolver(config: Config): (text: string) => string {
  const known = resolvers.get(config);
  if (known !== undefined) return known;
  const refs = new Map<string, string>();
  for (const [ref, { alias }] of Object.entries(config.agents?.defaults?.models ?? {})) {
    if (alias !== undefined && !refs.has(alias)) refs.set(alias, ref);
  }
  const resolve = (text: string) => refs.get(text) ?? text;
  resolvers.set(config, resolve);
  return resolve;
}

export const resolveAlias = (text: string, config: Config): string => aliasResolver(config)(text);

/**
 * Every model that the configuration names for some purpose: of an agent, its subagents, for images, and so on; aliases
 * are resolved. In schema order, without repetitions.
 * @source `agents.defaults`, `agents.list[]` and, since 2026.9, `agents.entries.*` of the published schema: the keys end
 * in `model` (`model`, `imageModel`, `pdfModel`, `subagents.model`) and hold a text or `{primary, fallbacks}`. The map
 * `models` and `modelPolicy` name what may be used, not what is.
 */
export function modelsInUse(config: Config): readonly string[] {
  const resolve = aliasResolver(config);
  const agents = (config.agents ?? {}) as JsonValue;
  const members = [valueAt(agents, ["defaults"]), valueAt(agents, ["list"]), valueAt(agents, ["entries"])];
  return [...new Set(members.flatMap((member) => chosenIn(member as JsonValue | undefined)).map(resolve))];
}

const CHOICE_KEY = /^(?:[a-z]+M|m)odel$/;
const PERMISSION_KEYS = ["models", "modelPolicy"];

function chosenIn(value: JsonValue | undefined): readonly string[] {
  if (isList(value)) return value.flatMap(chosenIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]): readonly string[] => {
    if (PERMISSION_KEYS.includes(key)) return [];
    if (!CHOICE_KEY.test(key)) return chosenIn(member);
    const { primary, fallbacks } = isObject(member) ? member : { primary: member };
    const texts = [primary, ...(isList(fallbacks) ? fallbacks : [])];
    return texts.flatMap((text) => (typeof text === "string" && text !== "" ? [text] : []));
  });
}
