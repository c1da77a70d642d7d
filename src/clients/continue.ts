import { join } from "node:path";
import type { JsonValue } from "../config/json5-value.ts";
import { type Api, PLACEHOLDER_KEY } from "../providers/provider.ts";
import { type Client, type GatewayAccess, TOKEN_VARIABLE, token, usableApis } from "./client.ts";

/**
 * Continue's name of the provider that speaks each protocol.
 * @source Continue CLI 1.5.47, run: its `openai` asks chat completions, and Responses for models such as gpt-5.5.
 */
const PROVIDER_OF: Readonly<Partial<Record<Api, string>>> = {
  "anthropic-messages": "anthropic",
  "openai-completions": "openai",
};

/**
 * @source Continue CLI 1.5.47, run, and the source of its `CLIPlatformClient`: a secret is looked for in the
 * environment, then in `~/.continue/.env` and in `.env` of the project.
 */
export const CONTINUE: Client = {
  id: "continue",
  name: "Continue",
  apis: ["anthropic-messages", "openai-completions"],
  speaks: "each",
  means: "file",
  variables: ({ tokenCommand }) => (tokenCommand === undefined ? [] : [token(TOKEN_VARIABLE)]),
  file: {
    format: "yaml",
    path: (home) => join(home, ".continue", "config.yaml"),
    settings: (access) => [
      { path: ["name"], value: "openclaw" },
      { path: ["version"], value: "1.0.0" },
      { path: ["schema"], value: "v1" },
      { path: ["models"], value: models(access) },
    ],
  },
};

function models(access: GatewayAccess): readonly JsonValue[] {
  const apiKey = access.tokenCommand === undefined ? PLACEHOLDER_KEY : `\${{ secrets.${TOKEN_VARIABLE} }}`;
  const seen = new Set<string>();
  return usableApis(CONTINUE, access).flatMap((api) =>
    (access.models[api] ?? []).flatMap(({ id, name }): readonly JsonValue[] => {
      const provider = PROVIDER_OF[api];
      if (provider === undefined || seen.has(id)) return [];
      seen.add(id);
      return [{ name: name ?? id, provider, model: id, apiBase: `${access.url}/v1`, apiKey }];
    }),
  );
}
