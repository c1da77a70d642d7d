import { allOf, count, oneOf } from "./words.ts";

/** The lists of models: `openclaw models`. */
export const models = () => ({
  // The commands.
  commands: {
    status: {
      summary: "show the default model, the fallbacks and the credentials",
      description:
        "Show the default model, its fallbacks, the aliases, and what each provider is asked with. `openclaw models` alone is the same.",
    },
    list: {
      summary: "list models",
      description: "List the configured models. With --provider or --all, also list the models that providers offer.",
    },
    set: {
      summary: "choose the default model",
      description: "Make a model the default one. Without a model, choose from a list at a terminal.",
    },
    fallbacks: {
      summary: "list or change the fallbacks",
      description: "List or change the models that are tried, in this order, when the default one fails.",
    },
    aliases: {
      summary: "list or change short names of models",
      description: "List or change short names that stand for models.",
    },
    refresh: {
      summary: "ask providers for their models",
      description: "Ask every configured provider for its models, and save the answers for `models list`.",
    },
    auth: {
      summary: "store the API key of a provider",
      description:
        "Store the API key of a provider. To replace a key after checking it, see `openclaw onboard --rotate-key`.",
    },
  },
  fallbackCommands: {
    list: "list the fallbacks",
    add: "add a fallback behind the others",
    remove: "remove a fallback",
    clear: "remove all fallbacks",
    move: "change the place of a fallback",
  },
  aliasCommands: {
    list: "list the aliases",
    add: "give a model an alias",
    remove: "remove an alias",
  },
  allFlag: "add the models of every known provider",
  providerFlag: "list only this provider, with every model it offers",
  liveFlag: "ask the providers now; without --provider, implies --all",
  refreshFlag: "ask the providers now, and save their answers, before listing",
  localFlag: "list only models served from this machine or its network",
  plainFlag: "print one model per line, nothing else",
  refreshProviderFlag: "ask only this provider",

  // The table.
  model: "Model",
  input: "Input",
  context: "Ctx",
  local: "Local",
  auth: "Auth",
  tags: "Tags",
  yes: "yes",
  no: "no",

  // Notes below it.
  nothingSetUp: "No provider is set up yet. Run `openclaw onboard`.",
  noModels: "No models found. To add a provider, run `openclaw onboard`.",
  damagedCache: (path: string) => `${path} is damaged and was ignored. To replace it, run \`openclaw models refresh\`.`,
  fromCacheNow: "Listed by the gateway just now. To ask again, run `openclaw models refresh`.",
  fromCache: ({ unit, number }: { unit: "day" | "hour" | "minute"; number: number }) =>
    `Listed by the gateway ${count(number, unit)} ago. To ask again, run \`openclaw models refresh\`.`,
  fromBuiltIn: (date: string) => `Built-in list of ${date}. To ask the gateway, run \`openclaw models refresh\`.`,
  notSaved: (problem: string) => `The list was not saved. ${problem}`,
  saved: ({ provider, models, file }: { provider: string; models: number; file: string }) =>
    `${provider}: ${count(models, "model")}, saved in ${file}`,

  // Errors.
  keyElsewhere: (path: string) =>
    `The published OpenClaw has a key of its own, which it stores in ${path}. This program does not use it.`,
  unknownProvider: (provider: string) => `Unknown provider "${provider}".`,
  knownProviders: (providers: readonly string[]) => `Known providers: ${allOf(providers)}.`,
  cannotList: (provider: string) => `Provider "${provider}" cannot list its models.`,
  canList: (providers: readonly string[]) => `Use ${oneOf(providers)}.`,
  noneListed: "No provider listed its models.",
  noneReady: "No provider is ready to list its models.",
  notSetUp: "Not set up yet.",
  noCredential: "No API key or token is configured.",
});
