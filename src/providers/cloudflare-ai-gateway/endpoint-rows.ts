import type { Model } from "../model.ts";
import type { Api, PathKind } from "../provider.ts";
import { CLAUDE_MODELS, CLAUDE_RETIREMENTS, CLAUDE_SUCCESSORS, GPT_MODELS, WORKERS_AI_MODELS } from "./models.ts";

export type EndpointId = "anthropic" | "workers-ai" | "openai";

export interface EndpointRow {
  readonly id: EndpointId;
  readonly upstream: string;
  /** If true, the provider's id and label are used without the upstream's name. */
  readonly isPlain?: true;
  readonly api: Api;
  readonly basePath: string;
  readonly keyField: string;
  readonly keyVariable?: string;
  /** The upstream has API keys of its own, so there is a choice of how to pay. */
  readonly hasOwnKey: boolean;
  readonly fields: readonly string[];
  readonly defaultModel: string;
  readonly models: readonly Model[];
  readonly retirements?: Readonly<Record<string, string>>;
  readonly successors?: Readonly<Record<string, string>>;
  readonly owns?: RegExp;
  readonly names?: RegExp;
  readonly isClosed?: true;
  readonly paths?: readonly PathKind[];
}

const SHARED_FIELDS = ["accountId", "gatewayId", "baseUrl", "gatewayToken"];
const PAYMENT_FIELDS = ["credentials", "byokAlias", "paidFallback"];

/**
 * @source https://developers.cloudflare.com/ai-gateway/ for the paths. Under the plain id the published OpenClaw puts
 * the key of an OpenAI-shaped entry into `cf-aig-authorization` (seen in 2026.5.28), so every endpoint has an id of its
 * own.
 */
export const ENDPOINT_ROWS = [
  {
    id: "anthropic",
    upstream: "Anthropic",
    isPlain: true,
    api: "anthropic-messages",
    basePath: "/anthropic",
    keyField: "apiKey",
    keyVariable: "CLOUDFLARE_AI_GATEWAY_API_KEY",
    hasOwnKey: true,
    fields: [...SHARED_FIELDS, ...PAYMENT_FIELDS, "apiKey"],
    defaultModel: "claude-sonnet-4-6",
    models: CLAUDE_MODELS,
    retirements: CLAUDE_RETIREMENTS,
    successors: CLAUDE_SUCCESSORS,
    names: /^claude-/,
    // @source platform.claude.com, "OpenAI SDK compatibility": Claude through chat completions, with the same key.
    paths: ["anthropic", "chat"],
  },
  {
    id: "workers-ai",
    upstream: "Workers AI",
    api: "openai-completions",
    basePath: "/workers-ai/v1",
    keyField: "gatewayToken",
    hasOwnKey: false,
    fields: SHARED_FIELDS,
    defaultModel: "@cf/openai/gpt-oss-120b",
    models: WORKERS_AI_MODELS,
    owns: /^@(?:cf|hf)\//,
    isClosed: true,
    paths: ["chat", "embeddings"],
  },
  {
    id: "openai",
    upstream: "OpenAI",
    api: "openai-responses",
    basePath: "/openai",
    keyField: "openaiApiKey",
    hasOwnKey: true,
    fields: [...SHARED_FIELDS, ...PAYMENT_FIELDS, "openaiApiKey"],
    defaultModel: "gpt-5.5",
    models: GPT_MODELS,
    // Models with open weights, `gpt-oss`, are served by others.
    owns: /^(?:gpt(?!-oss)|chatgpt|o\d)-/,
    names:
      /^(?:ft:)?(?:gpt(?!-oss)|chatgpt|codex|o\d|text-embedding|text-moderation|omni-moderation|dall-e|whisper|tts|sora|davinci|babbage)(?:-|$)/,
  },
] as const satisfies readonly EndpointRow[];

export const endpointRow = (id: EndpointId): EndpointRow =>
  ENDPOINT_ROWS.find((row) => row.id === id) ?? ENDPOINT_ROWS[0];
