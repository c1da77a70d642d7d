import { join } from "node:path";
import { type Client, type ClientSetting, choiceOf, type GatewayAccess, token } from "./client.ts";

/**
 * @source Cline CLI 3.0.65, run: a provider without `apiKey` in its file takes that of the variable that its maker's SDK
 * reads; both base URLs end in `/v1`. Its `auth` command takes the key as an argument, and no base URL for Anthropic.
 */
export const CLINE: Client = {
  id: "cline",
  name: "Cline",
  apis: ["anthropic-messages", "openai-completions"],
  speaks: "one",
  means: "file",
  variables: (access) => [token(isAnthropic(access) ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY")],
  file: {
    format: "json",
    path: (home) => join(home, ".cline", "data", "settings", "providers.json"),
    settings: (access): readonly ClientSetting[] => {
      const provider = isAnthropic(access) ? "anthropic" : "openai-compatible";
      const model = choiceOf(CLINE, access)?.model;
      const own = ["providers", provider] as const;
      return [
        { path: ["version"], value: 1 },
        { path: ["lastUsedProvider"], value: provider },
        { path: [...own, "settings", "provider"], value: provider },
        ...(model === undefined ? [] : [{ path: [...own, "settings", "model"], value: model.id } as const]),
        { path: [...own, "settings", "baseUrl"], value: `${access.url}/v1` },
        // It wants a time, and nobody reads it.
        { path: [...own, "updatedAt"], value: "1970-01-01T00:00:00.000Z" },
        { path: [...own, "tokenSource"], value: "manual" },
      ];
    },
  },
};

const isAnthropic = (access: GatewayAccess) => choiceOf(CLINE, access)?.api === "anthropic-messages";
