import type { Model } from "../model.ts";
import type { Api, Endpoint, PathKind, Setup } from "../provider.ts";
import { addressIn, baseUrlFor, ownUrl } from "./address.ts";
import { ATTRIBUTION } from "./attribution.ts";
import { ENDPOINT_FLAG, FIELDS } from "./fields.ts";
import { ALIAS_HEADER, isKeyless, paymentHeaders, paymentIn, requestHeaders, TOKEN_HEADER } from "./headers.ts";
import {
  CATALOG_DATE,
  CLAUDE_MODELS,
  CLAUDE_RETIREMENTS,
  CLAUDE_SUCCESSORS,
  GPT_MODELS,
  WORKERS_AI_MODELS,
} from "./models.ts";

export type EndpointId = "anthropic" | "workers-ai" | "openai";

interface EndpointRow {
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
const ROWS = [
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

const ID = "cloudflare-ai-gateway";
const LABEL = "Cloudflare AI Gateway";

export const endpointRow = (id: EndpointId): EndpointRow => ROWS.find((row) => row.id === id) ?? ROWS[0];

const [anthropic, ...others] = ROWS;

export const ENDPOINTS: readonly [Endpoint, ...Endpoint[]] = [endpointOf(anthropic), ...others.map(endpointOf)];

function endpointOf(row: EndpointRow): Endpoint {
  const {
    id,
    upstream,
    isPlain,
    api,
    basePath,
    keyField,
    keyVariable,
    defaultModel,
    models,
    retirements = {},
    successors,
    owns,
    names = owns,
    isClosed,
    paths,
  }: EndpointRow = row;
  const label = isPlain ? LABEL : `${LABEL} (${upstream})`;
  const carried = (setup: Setup) => requestHeaders(row.hasOwnKey ? setup : withOwnKey(setup), keyHeaderOf(api));
  return {
    id,
    providerId: isPlain ? ID : `${ID}-${id}`,
    label,
    api,
    basePath,
    keyField,
    ...(keyVariable !== undefined && { keyVariable }),
    setUpFlags: `--${ENDPOINT_FLAG} ${id}`,
    fields: FIELDS.filter((field) => row.fields.includes(field.id)),
    defaultModel,
    alias: isPlain ? LABEL : `Cloudflare ${upstream}`,
    models,
    catalogDate: CATALOG_DATE,
    retirements,
    ...(successors !== undefined && { successors }),
    owns: (model) => owns?.test(model) ?? false,
    names: (model) => names?.test(model) ?? false,
    ...(isClosed && { isClosed }),
    ...(paths !== undefined && { paths }),
    entry: (values, { gatewayToken }) => ({
      baseUrl: baseUrlFor(values, basePath),
      api,
      ...(row.hasOwnKey && isKeyless(values.credentials) && { auth: "token" }),
      headers: {
        ...(gatewayToken !== undefined && { [TOKEN_HEADER]: `Bearer \${${gatewayToken}}` }),
        ...(row.hasOwnKey && paymentHeaders(values)),
      },
    }),
    answersIn: ({ baseUrl, auth, headers = {} }) => ({
      ...addressIn(baseUrl, basePath),
      ...(row.hasOwnKey && paymentIn(auth, headers)),
    }),
    ownUrl,
    reservedHeaders: [TOKEN_HEADER, ALIAS_HEADER],
    logIdHeader: "cf-aig-log-id",
    cacheStatusHeader: "cf-aig-cache-status",
    hasFee: ({ values }) => row.hasOwnKey && values.credentials === "billing",
    attribution: ATTRIBUTION,
    requestHeaders: carried,
    checks: async () => ({
      ...(await import("./probe.ts")).checksOf(row, carried),
      headerAdvice: (await import("./header-values.ts")).headerAdvice,
      ...(id === "workers-ai" && { also: (await import("./listing.ts")).verifyAgainstApi }),
    }),
    listing: async () => {
      const { listWorkersAi, listingOf } = await import("./listing.ts");
      return id === "workers-ai" ? listWorkersAi : listingOf(row, label, carried);
    },
    prices: async () => (await import("./prices.ts")).priceTable(id),
  };
}

const keyHeaderOf = (api: Api) => (key: string) =>
  api === "anthropic-messages" ? (["x-api-key", key] as const) : (["authorization", `Bearer ${key}`] as const);

/** Cloudflare's own models are always paid for with the request's token. */
function withOwnKey({ values: { credentials: _, ...values }, ...setup }: Setup): Setup {
  return { ...setup, values };
}
