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

/** The reference an alias stands for; any other text unchanged. */
export function resolveAlias(text: string, config: Config): string {
  const entries = Object.entries(config.agents?.defaults?.models ?? {});
  return entries.find(([, { alias }]) => alias === text)?.[0] ?? text;
}
