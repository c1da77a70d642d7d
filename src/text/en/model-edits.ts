import { grouped } from "../numbers.ts";
import { count, oneOf } from "./words.ts";

/** `openclaw models set`, `fallbacks` and `aliases`. */
export const modelEdits = () => ({
  // Flags and arguments.
  modelArgument: "an alias, provider/model, or the model's id if only one provider has it",
  fallbackArgument: "a fallback, or an alias of it",
  positionArgument: "its new place, counted from 1",
  aliasArgument: "letters, digits, '.', '_', ':' and '-'",
  aliasToRemove: "an alias",
  plainListFlag: "print one a line, nothing else",
  fallbackHelp: {
    list: "List the fallbacks in the order in which they are tried.",
    add: "Add a fallback behind the others. It is tried when the default model and the fallbacks before it fail.",
    remove: "Remove a fallback.",
    clear: "Remove all fallbacks.",
    move: "Move a fallback to another place.",
  },
  aliasHelp: {
    list: "List the aliases and their models.",
    add: "Give a model an alias, in place of the one that it has.",
    remove: "Remove an alias. Its model stays.",
  },

  // Lists.
  fallbacks: (number: number) => `Fallbacks (${grouped(number)}):`,
  aliases: (number: number) => `Aliases (${grouped(number)}):`,
  none: "none",

  // Choosing.
  whichModel: "Which model?",
  shownFacts: "Each line shows the context, the price in USD per million tokens (in/out), and when the model retires.",
  current: "now the default",
  retired: (date: string) => `retired ${date}`,
  until: (date: string) => `until ${date}`,
  useSuccessor: ({ model, date, successor }: { model: string; date: string; successor: string }) =>
    `${model} was retired on ${date}. Use ${successor} instead?`,
  defaultRetired: ({ model, date, isOver, successor }: Retires) =>
    `The default model ${model} ${isOver ? "was retired" : "retires"} on ${date}.${successor === undefined ? "" : ` Its successor is ${successor}.`}`,
  passModel:
    "Pass the model, such as `openclaw models set provider/model`. To see all, run `openclaw models list --all`.",

  // Results.
  isDefault: (model: string) => `Default model: ${model}`,
  fallbackAdded: ({ model, position }: { model: string; position: number }) => `Fallback ${position}: ${model}`,
  fallbackThere: ({ model, position }: { model: string; position: number }) =>
    `Fallback ${position} is ${model} already.`,
  fallbackRemoved: (model: string) => `Removed the fallback ${model}.`,
  fallbacksCleared: (number: number) => `Removed ${count(number, "fallback")}.`,
  noFallbacks: "There are no fallbacks.",
  fallbackMoved: ({ model, position }: { model: string; position: number }) => `Fallback ${position}: ${model}`,
  aliasAdded: ({ alias, model }: { alias: string; model: string }) => `Alias ${alias}: ${model}`,
  aliasReplaced: ({ alias, before }: { alias: string; before: string }) => `${alias} replaces the alias ${before}.`,
  aliasRemoved: ({ alias, models }: { alias: string; models: readonly string[] }) =>
    `Removed the alias ${alias} of ${models.join(", ")}.`,

  nextProbe: "To check it, run `openclaw models status --probe`.",

  // Doubts.
  retires: ({ model, date, isOver, successor }: Retires) => {
    const fact = isOver
      ? `${model} was retired on ${date}; requests for it fail.`
      : `Requests for ${model} fail from ${date} on.`;
    return successor === undefined ? fact : `${fact} Its successor: \`openclaw models set ${successor}\`.`;
  },
  inNoList: ({ model, provider, meant }: { model: string; provider: string; meant?: string }) =>
    `"${model}" is in no known list of ${provider}'s models. Requests fail if it does not exist.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
  providerElsewhere: (provider: string) =>
    `Provider "${provider}" is not in models.providers, so this program cannot check the model.`,
  otherProtocol: ({ model, api, wanted }: { model: string; api: string; wanted: string }) =>
    `${model} uses ${api}, and the default model ${wanted}. The local gateway skips a fallback of another protocol.`,
  alsoFallback: (model: string) =>
    `${model} is also a fallback, which has no effect. To remove it there, run \`openclaw models fallbacks remove ${model}\`.`,
  noDefault: "There is no default model yet. To choose one, run `openclaw models set`.",

  // Errors.
  nothingSetUp: "No provider is set up yet.",
  severalModels: (id: string) => `Several providers have a model "${id}".`,
  nameOneOf: (refs: readonly string[]) => `Name one of them: ${oneOf(refs)}.`,
  unknownModel: (name: string) => `"${name}" is no alias and no model of a configured provider.`,
  writeReference: "Write it as provider/model. To see all models, run `openclaw models list --all`.",
  providerNotSetUp: (provider: string) => `Provider "${provider}" is not set up.`,
  noFallback: (name: string) => `"${name}" is not a fallback.`,
  fallbacksAre: (refs: readonly string[]) => `The fallbacks are: ${refs.join(", ")}.`,
  isTheDefault: (model: string) => `${model} is the default model. A fallback must be another one.`,
  positionNotAllowed: (number: number) => `The place must be a number from 1 to ${number}.`,
  aliasNotAllowed: "The alias may have letters, digits, '.', '_', ':' and '-' only.",
  aliasTaken: ({ alias, model }: { alias: string; model: string }) => `The alias ${alias} belongs to ${model}.`,
  removeAliasFirst: (alias: string) => `To free it, run \`openclaw models aliases remove ${alias}\`.`,
  unknownAlias: (alias: string) => `There is no alias "${alias}".`,
  aliasesAre: (aliases: readonly string[]) => `The aliases are: ${aliases.join(", ")}.`,
  noAliases: "There are no aliases.",
  noListPossible:
    "An alias needs an entry in agents.defaults.models, which some versions take for the list of allowed models. The model in use cannot be in it, because it has no provider.",
  setDefaultFirst: "Choose the default model again, with its provider: `openclaw models set`.",
});

interface Retires {
  readonly model: string;
  readonly date: string;
  readonly isOver: boolean;
  readonly successor: string | undefined;
}
