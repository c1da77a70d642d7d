import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configPath } from "./home-files.ts";
import { CANARY_KEY, CANARY_TOKEN, type Finished, openclaw, temporaryHome } from "./program.ts";

export const CLAUDE = "cloudflare-ai-gateway";
export const GPT = "cloudflare-ai-gateway-openai";

/** Two endpoints of a gateway, a provider of the user's own, and comments where a person puts them. */
export const COMMENTED = `{
  // my models
  models: {
    mode: "merge",
    providers: {
      "${CLAUDE}": {
        baseUrl: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw/anthropic",
        api: "anthropic-messages",
        apiKey: "\${CLOUDFLARE_AI_GATEWAY_API_KEY}", // in .env
        models: [
          { id: "claude-sonnet-4-6", name: "Sonnet", contextWindow: 1000000 },
          { id: "claude-opus-5", name: "Opus", contextWindow: 1000000 },
        ],
      },
      "${GPT}": {
        baseUrl: "https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/my-gw/openai",
        api: "openai-responses",
        apiKey: "\${OPENAI_API_KEY}",
        models: [{ id: "gpt-5.5", name: "GPT" }],
      },
      mine: {
        baseUrl: "http://127.0.0.1:11434/v1",
        models: [{ id: "local", name: "Local" }, { id: "gpt-5.5", name: "Another" }],
      },
    },
  },
  agents: {
    defaults: {
      model: {
        primary: "${CLAUDE}/claude-sonnet-4-6", // the cheap one
        fallbacks: [
          "${CLAUDE}/claude-opus-5", // when it has to be good
        ],
      },
      models: {
        "${CLAUDE}/claude-sonnet-4-6": { alias: "main" },
        "${CLAUDE}/claude-opus-5": {},
        "mine/local": {},
      },
    },
  },
}
`;

const SECRETS = `CLOUDFLARE_AI_GATEWAY_API_KEY=${CANARY_KEY}\nOPENAI_API_KEY=sk-CANARYopenaiCANARYopenaiCANARY00001111\nCF_AIG_TOKEN=${CANARY_TOKEN}\n`;

/** A home with that configuration. */
export function homeOf(config: string | object = COMMENTED, secrets = SECRETS): string {
  const home = temporaryHome();
  mkdirSync(join(home, ".openclaw"), { mode: 0o700 });
  writeFileSync(configPath(home), typeof config === "string" ? config : `${JSON.stringify(config, null, 2)}\n`, {
    mode: 0o600,
  });
  writeFileSync(join(home, ".openclaw", ".env"), secrets, { mode: 0o600 });
  return home;
}

/** A day on which no model of these tests is retired or about to be. */
export const QUIET_DAY = new Date("2026-09-01T10:00:00Z");

/** Runs `openclaw models …` on a day. */
export const models = (home: string, args: readonly string[], now = QUIET_DAY): Promise<Finished> =>
  openclaw(["models", ...args], { home, context: { now: () => now } });
