import { CANARY_CLIENT_TOKEN } from "./gateway-process.ts";
import { CANARY_KEY } from "./program.ts";

export const CLAUDE = "cloudflare-ai-gateway";
export const GPT = "cloudflare-ai-gateway-openai";
const OPENAI_KEY = "sk-proj-CANARYopenaiCANARYopenaiCANARYopenai";

/** What the configurations below refer to. */
export const GATEWAY_SECRETS = {
  CLOUDFLARE_AI_GATEWAY_API_KEY: CANARY_KEY,
  OPENAI_API_KEY: OPENAI_KEY,
  OPENCLAW_GATEWAY_TOKEN: CANARY_CLIENT_TOKEN,
};

/** An entry of `models.providers` for Anthropic's protocol. */
export const claudeAt = (url: string, more: object = {}) => ({
  [CLAUDE]: {
    baseUrl: `${url}/anthropic`,
    api: "anthropic-messages",
    apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
    ...more,
  },
});

/** The same for OpenAI's. */
export const gptAt = (url: string, more: object = {}) => ({
  [GPT]: { baseUrl: `${url}/openai`, api: "openai-responses", apiKey: "${OPENAI_API_KEY}", ...more },
});

/** A configuration of a gateway with a token: models of Claude, the default one first. */
export const gatewayConfig = <Providers extends object>(
  providers: Providers,
  [primary, ...fallbacks]: readonly [string, ...string[]] = ["claude-sonnet-5-5"],
) => ({
  models: { providers },
  agents: {
    defaults: {
      model: {
        primary: `${CLAUDE}/${primary}`,
        ...(fallbacks.length > 0 && { fallbacks: fallbacks.map((model) => `${CLAUDE}/${model}`) }),
      },
    },
  },
  gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
});

/** The same of a provider that `onboard` did not set up. */
export const foreignConfig = (baseUrl: string, model: string) => ({
  models: { providers: { foreign: { baseUrl, api: "anthropic-messages", apiKey: "a-key-of-the-tests" } } },
  agents: { defaults: { model: { primary: `foreign/${model}` } } },
  gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
});
