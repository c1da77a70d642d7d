import type { Api } from "../providers/provider.ts";
import { type Client, type ClientVariable, type GatewayAccess, removed, text, token } from "./client.ts";

/** @source `@anthropic-ai/sdk` 1.14.0, run: the base URL has no `/v1`; both credentials are sent where both are set. */
export const ANTHROPIC_SDK: Client = {
  id: "anthropic-sdk",
  name: "Anthropic SDK",
  apis: ["anthropic-messages"],
  speaks: "one",
  means: "variables",
  variables: ({ url }) => anthropicVariables(url),
};

/** @source `openai` 7.59.0, run: the base URL ends in `/v1`. */
export const OPENAI_SDK: Client = {
  id: "openai-sdk",
  name: "OpenAI SDK",
  apis: ["openai-responses", "openai-completions"],
  speaks: "each",
  means: "variables",
  variables: ({ url }) => openaiVariables(url),
};

/**
 * @source `@ai-sdk/anthropic` 4.0.105 and `@ai-sdk/openai` 4.0.118, run: both base URLs end in `/v1`; `openai()` speaks
 * Responses, `openai.chat()` chat completions.
 */
export const AI_SDK: Client = {
  id: "ai-sdk",
  name: "AI SDK",
  apis: ["anthropic-messages", "openai-responses", "openai-completions"],
  speaks: "each",
  means: "variables",
  variables: (access) => bothVariables(access, `${access.url}/v1`),
};

/**
 * @source `@langchain/anthropic` 1.5.11 and `@langchain/openai` 1.6.0, run, and their sources: `ANTHROPIC_API_URL` and
 * `OPENAI_API_BASE` are read before the names that the SDKs know.
 */
export const LANGCHAIN: Client = {
  id: "langchain",
  name: "LangChain",
  apis: ["anthropic-messages", "openai-responses", "openai-completions"],
  speaks: "each",
  means: "variables",
  variables: (access) =>
    bothVariables(access, access.url).flatMap((variable) =>
      Object.hasOwn(OTHER_NAMES, variable.name) ? [variable, removed(OTHER_NAMES[variable.name] ?? "")] : [variable],
    ),
};

const OTHER_NAMES: Readonly<Record<string, string>> = {
  ANTHROPIC_BASE_URL: "ANTHROPIC_API_URL",
  OPENAI_BASE_URL: "OPENAI_API_BASE",
};

const anthropicVariables = (baseUrl: string): readonly ClientVariable[] => [
  text("ANTHROPIC_BASE_URL", baseUrl),
  token("ANTHROPIC_API_KEY"),
  removed("ANTHROPIC_AUTH_TOKEN"),
];

/** @why an organisation or project of another account would be sent on, beside a key that does not belong to it. */
const openaiVariables = (url: string): readonly ClientVariable[] => [
  text("OPENAI_BASE_URL", `${url}/v1`),
  token("OPENAI_API_KEY"),
  removed("OPENAI_ORG_ID"),
  removed("OPENAI_PROJECT_ID"),
];

const OPENAI_APIS: readonly Api[] = ["openai-responses", "openai-completions"];

const bothVariables = ({ url, models }: GatewayAccess, anthropicUrl: string): readonly ClientVariable[] => [
  ...(models["anthropic-messages"] === undefined ? [] : anthropicVariables(anthropicUrl)),
  ...(OPENAI_APIS.every((api) => models[api] === undefined) ? [] : openaiVariables(url)),
];
