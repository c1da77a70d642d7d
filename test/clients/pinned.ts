/** A client with everything it needs from npm, in exact versions. */
export interface PinnedClient {
  readonly name: string;
  /** The first one is the client. */
  readonly packages: Readonly<Record<string, string>>;
  /** Hosts that it tries besides its base URL, with telemetry off as far as it documents a way. */
  readonly alsoTries: readonly string[];
}

export const PINNED = {
  "claude-code": {
    name: "Claude Code",
    packages: { "@anthropic-ai/claude-code": "2.1.332" },
    alsoTries: [],
  },
  codex: {
    name: "Codex",
    packages: { "@openai/codex": "0.171.0" },
    alsoTries: ["ab.chatgpt.com", "api.github.com", "chatgpt.com", "github.com"],
  },
  opencode: { name: "opencode", packages: { "opencode-ai": "1.18.33" }, alsoTries: ["registry.npmjs.org"] },
  "anthropic-sdk": { name: "Anthropic's SDK", packages: { "@anthropic-ai/sdk": "1.14.0" }, alsoTries: [] },
  "openai-sdk": { name: "OpenAI's SDK", packages: { openai: "7.59.0" }, alsoTries: [] },
  "ai-sdk": {
    name: "AI SDK",
    packages: {
      ai: "7.0.173",
      "@ai-sdk/anthropic": "4.0.105",
      "@ai-sdk/openai": "4.0.118",
      "@ai-sdk/openai-compatible": "3.0.92",
    },
    alsoTries: [],
  },
  langchain: {
    name: "LangChain",
    packages: { "@langchain/core": "1.4.0", "@langchain/anthropic": "1.5.11", "@langchain/openai": "1.6.0" },
    alsoTries: [],
  },
  "qwen-code": { name: "Qwen Code", packages: { "@qwen-code/qwen-code": "0.24.4" }, alsoTries: [] },
  continue: { name: "Continue", packages: { "@continuedev/cli": "1.5.47" }, alsoTries: ["api.continue.dev"] },
  cline: { name: "Cline", packages: { cline: "3.0.65" }, alsoTries: ["data.cline.bot", "otel.cline.bot"] },
  pi: { name: "pi", packages: { "@mariozechner/pi-coding-agent": "0.73.1" }, alsoTries: [] },
} as const satisfies Readonly<Record<string, PinnedClient>>;

export type PinnedId = keyof typeof PINNED;
