import type { Config } from "./schema.ts";

type ConfiguredChoice = NonNullable<NonNullable<Config["agents"]>["defaults"]>["model"];

/** A model and what takes its place when it fails; texts as the configuration has them. */
export interface ModelChoice {
  readonly primary?: string;
  readonly fallbacks: readonly string[];
}

/** The two spellings of a choice, a text or `{primary, fallbacks}`, as one. */
export function modelChoice(choice: ConfiguredChoice): ModelChoice {
  const { primary, fallbacks = [] } = typeof choice === "object" ? choice : { primary: choice };
  return primary ? { primary, fallbacks } : { fallbacks };
}

/**
 * What gives the reference an alias stands for, and any other text unchanged; the first of two equal aliases counts.
 * Made once for all the texts of a configuration.
 */
export function aliasResolver(config: Config): (text: string) => string {
  const refs = new Map<string, string>();
  for (const [ref, { alias }] of Object.entries(config.agents?.defaults?.models ?? {})) {
    if (alias !== undefined && !refs.has(alias)) refs.set(alias, ref);
  }
  return (text) => refs.get(text) ?? text;
}

/** The reference one alias stands for; for many texts, `aliasResolver`. */
export const resolveAlias = (text: string, config: Config): string => aliasResolver(config)(text);
