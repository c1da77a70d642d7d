import { join } from "node:path";
import type { Client, ClientSetting, GatewayAccess } from "./client.ts";

const PROVIDER = ["model_providers", "openclaw"] as const;

/** @source Codex, `ModelProviderInfo::validate`: "provider auth cannot be combined with" any of these. */
const OTHER_CREDENTIALS = ["env_key", "experimental_bearer_token", "requires_openai_auth"];

/**
 * @source Codex 0.171.0, run: `OPENAI_BASE_URL` is ignored, `wire_api` is `responses` only, and a provider of one's own
 * sends POST at once. `auth` runs a command for the bearer token, again after 401: openai/codex#16288.
 */
export const CODEX: Client = {
  id: "codex",
  name: "Codex",
  program: "codex",
  apis: ["openai-responses"],
  speaks: "one",
  means: "file",
  file: {
    format: "toml",
    isEdited: true,
    path: (home, { CODEX_HOME: folder }) => join(folder || join(home, ".codex"), "config.toml"),
    settings: ({ url, tokenCommand, models }: GatewayAccess): readonly ClientSetting[] => {
      const [model] = models["openai-responses"] ?? [];
      const [command, ...args] = tokenCommand ?? [];
      return [
        ...(model === undefined ? [] : [{ path: ["model"], value: model.id } as const]),
        { path: ["model_provider"], value: "openclaw" },
        { path: [...PROVIDER, "name"], value: "OpenClaw" },
        { path: [...PROVIDER, "base_url"], value: `${url}/v1` },
        { path: [...PROVIDER, "wire_api"], value: "responses" },
        ...(command === undefined
          ? []
          : ([
              { path: [...PROVIDER, "auth", "command"], value: command },
              { path: [...PROVIDER, "auth", "args"], value: args },
            ] as const)),
      ];
    },
    obstacles: ({ tokenCommand }) =>
      tokenCommand === undefined ? [] : OTHER_CREDENTIALS.map((name): ClientSetting["path"] => [...PROVIDER, name]),
  },
};
