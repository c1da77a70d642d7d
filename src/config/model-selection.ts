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
