import { join } from "node:path";
import type { JsonValue } from "../config/json5-value.ts";
import { type Api, PLACEHOLDER_KEY } from "../providers/provider.ts";
import {
  type Client,
  type ClientSetting,
  type GatewayAccess,
  type ServedModel,
  TOKEN_VARIABLE,
  token,
} from "./client.ts";

/** A provider of each protocol, since the package that speaks it is the provider's. */
const PROVIDERS = [
  { api: "anthropic-messages", id: "openclaw", npm: "@ai-sdk/anthropic", name: "OpenClaw" },
  { api: "openai-responses", id: "openclaw-openai", npm: "@ai-sdk/openai", name: "OpenClaw (Responses)" },
  { api: "openai-completions", id: "openclaw-chat", npm: "@ai-sdk/openai-compatible", name: "OpenClaw (Chat)" },
] as const satisfies readonly { readonly api: Api; readonly id: string; readonly npm: string; readonly name: string }[];

/** @source opencode 1.18.33, https://opencode.ai/docs/providers/, "Custom provider"; `{env:NAME}` in docs/config/. */
export const OPENCODE: Client = {
  id: "opencode",
  name: "opencode",
  program: "opencode",
  apis: ["anthropic-messages", "openai-responses", "openai-completions"],
  speaks: "each",
  means: "file",
  variables: ({ tokenCommand }) => (tokenCommand === undefined ? [] : [token(TOKEN_VARIABLE)]),
  file: {
    format: "jsonc",
    isEdited: true,
    path: (home, { XDG_CONFIG_HOME: folder }) => join(folder || join(home, ".config"), "opencode", "opencode.json"),
    settings,
  },
};

function settings({ url, tokenCommand, models, preferred }: GatewayAccess): readonly ClientSetting[] {
  const apiKey = tokenCommand === undefined ? PLACEHOLDER_KEY : `{env:${TOKEN_VARIABLE}}`;
  // Claude by its own protocol, and OpenAI's models by theirs, are not repeated as chat completions.
  const elsewhere = new Set(
    [...(models["anthropic-messages"] ?? []), ...(models["openai-responses"] ?? [])].map(({ id }) => id),
  );
  const served = PROVIDERS.map((provider) => ({
    ...provider,
    models: (models[provider.api] ?? []).filter(
      ({ id }) => provider.api !== "openai-completions" || !elsewhere.has(id),
    ),
  })).filter((provider) => provider.models.length > 0);
  const first = served.find(({ api }) => api === preferred) ?? served[0];
  return [
    ...(first === undefined ? [] : [{ path: ["model"], value: `${first.id}/${first.models[0]?.id}` } as const]),
    ...served.flatMap(({ id, npm, name, models: own }): readonly ClientSetting[] => [
      { path: ["provider", id, "npm"], value: npm },
      { path: ["provider", id, "name"], value: name },
      { path: ["provider", id, "options", "baseURL"], value: `${url}/v1` },
      { path: ["provider", id, "options", "apiKey"], value: apiKey },
      ...own.map((model) => ({ path: ["provider", id, "models", model.id], value: described(model) }) as const),
    ]),
  ];
}

/** @source the schema at https://opencode.ai/config.json: `limit` needs both numbers. */
const described = ({ id, name, contextWindow, maxTokens }: ServedModel): JsonValue => ({
  name: name ?? id,
  ...(contextWindow !== undefined &&
    maxTokens !== undefined && { limit: { context: contextWindow, output: maxTokens } }),
});
