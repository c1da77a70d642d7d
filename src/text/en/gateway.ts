import { allOf } from "./words.ts";

/** Why a provider cannot be used, and what the local gateway makes of the configured models. */
export const gateway = () => ({
  unsupportedProtocol: ({ id, protocol }: { id: string; protocol: string | undefined }) =>
    `models.providers.${id} uses the protocol ${protocol}, which the local gateway does not support.`,
  providerProblem: ({ id, sentences }: { id: string; sentences: readonly string[] }) =>
    `models.providers.${id}: ${sentences.join(" ")}`,
  noApiKey: (id: string) => `models.providers.${id} has no API key. Run \`openclaw onboard\`.`,
  noBaseUrl: (id: string) => `models.providers.${id} has no baseUrl. Run \`openclaw onboard\`.`,
  baseUrlNotUrl: (id: string) =>
    `models.providers.${id}.baseUrl is not a URL that starts with https:// and contains no placeholders.`,
  baseUrlParts: (id: string) => `models.providers.${id}.baseUrl contains a user name, '?' or '#'. Remove it.`,
  unencrypted: ({ id, host }: { id: string; host: string }) =>
    `Provider ${id} is reached without encryption: whoever is between here and ${host} can read its key and every prompt. Use https://.`,
  noProvider: "No provider is set up yet. Run `openclaw onboard`.",

  ownProvider: (id: string) =>
    `models.providers.${id} points to this gateway itself. Other providers serve its models.`,
  modelOfNoProvider: (model: string) => `The model "${model}" belongs to no configured provider and is skipped.`,
  fallbackOfOtherProtocol: ({ fallback, primary }: { fallback: string; primary: string }) =>
    `The fallback "${fallback}" uses a different protocol from "${primary}" and is skipped.`,
  noDefaultModel: "No default model is set, so every request must name a model.",
  defaultModel: (model: string) => `The default model is ${model}.`,
  defaultModels: ({ model, fallbacks }: { model: string; fallbacks: readonly string[] }) =>
    `The default model is ${model}. When it fails, requests go to ${allOf(fallbacks)}.`,
});
