import type { Command } from "commander";
import type { Texts } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { defineList, defineRefresh } from "./models-list.ts";

type Define = (command: Command, invocation: Invocation) => void;
type ModelsCommand = keyof Texts["models"]["commands"];

/** The command that `openclaw models` alone is, as in the published OpenClaw since 2026.9. */
const DEFAULT: ModelsCommand = "status";

/** A command's module is loaded only if the command line names it; that of the list, which is the fastest, comes along. */
const COMMANDS: Readonly<Record<ModelsCommand, () => Promise<Define>>> = {
  status: async () => (await import("./models-status.ts")).defineStatus,
  list: async () => defineList,
  set: async () => (await import("./models-set.ts")).defineSet,
  fallbacks: async () => (await import("./models-fallbacks.ts")).defineFallbacks,
  aliases: async () => (await import("./models-aliases.ts")).defineAliases,
  refresh: async () => defineRefresh,
  auth: async () => (await import("./models-auth.ts")).defineAuth,
};

export async function define(models: Command, invocation: Invocation): Promise<void> {
  const { commands: text } = invocation.context.text.models;
  const named = namedIn(invocation.argv);
  for (const [name, load] of Object.entries(COMMANDS) as [ModelsCommand, () => Promise<Define>][]) {
    const command = models
      .command(name, { isDefault: name === DEFAULT })
      .summary(text[name].summary)
      .description(text[name].description);
    if (named.includes(name)) (await load())(command, invocation);
  }
}

/** The default one, too, where flags stand in the place of a command. */
function namedIn(argv: readonly string[]): readonly string[] {
  const words = argv.slice(argv.indexOf("models") + 1);
  const isNamed = words[0] !== undefined && Object.hasOwn(COMMANDS, words[0]);
  return isNamed ? words.slice(0, 1) : [...words, DEFAULT];
}
