import { join } from "node:path";
import { quotedWord } from "../core/shell-quoting.ts";
import { PLACEHOLDER_KEY } from "../providers/provider.ts";
import { type Client, type ClientSetting, removed, text, token } from "./client.ts";

/** Has it offer the gateway's models. */
const DISCOVERY = "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY";

const TOKEN = ["env", "ANTHROPIC_AUTH_TOKEN"] as const;

/**
 * @source Claude Code 2.1.332, run: `ANTHROPIC_AUTH_TOKEN` is a gateway's token, a key besides is reported as a
 * conflict; `apiKeyHelper` is a shell command whose output it sends; variables under `env` win over the shell's.
 */
export const CLAUDE_CODE: Client = {
  id: "claude-code",
  name: "Claude Code",
  program: "claude",
  apis: ["anthropic-messages"],
  speaks: "one",
  means: "variables",
  variables: ({ url }) => [
    text("ANTHROPIC_BASE_URL", url),
    token("ANTHROPIC_AUTH_TOKEN"),
    removed("ANTHROPIC_API_KEY"),
    text(DISCOVERY, "1"),
  ],
  file: {
    format: "json",
    isEdited: true,
    path: (home, { CLAUDE_CONFIG_DIR: folder }) => join(folder || join(home, ".claude"), "settings.json"),
    settings: ({ url, tokenCommand }): readonly ClientSetting[] => [
      { path: ["env", "ANTHROPIC_BASE_URL"], value: url },
      { path: ["env", DISCOVERY], value: "1" },
      tokenCommand === undefined
        ? { path: TOKEN, value: PLACEHOLDER_KEY }
        : { path: ["apiKeyHelper"], value: tokenCommand.map(quotedWord).join(" ") },
    ],
    obstacles: ({ tokenCommand }) => [["env", "ANTHROPIC_API_KEY"], ...(tokenCommand === undefined ? [] : [TOKEN])],
  },
};
