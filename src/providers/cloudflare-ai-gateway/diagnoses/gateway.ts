import type { EndpointId } from "../endpoint-rows.ts";
import { addressField, type DiagnosisRows, type Matcher, upstreamKeyField } from "../matcher.ts";
import type { SentRequest } from "../response-signals.ts";

const modelIfNamed = ({ model }: SentRequest) => (model === undefined ? undefined : "model");

/** A refusal of a model by whoever looked at its name. */
const refusedModel = (named: RegExp, endpoints: readonly EndpointId[]): readonly Matcher[] =>
  (["gateway", "cloudflare-api", "anthropic", "openai"] as const).map((author) => ({
    author,
    endpoints,
    statuses: [400, 404],
    named,
  }));

/**
 * Responses of AI Gateway itself.
 * @source codes and texts: cloudflare/ai (packages/ai-gateway-provider), developers.cloudflare.com/ai-gateway
 * ("Authentication", "Bring your own keys", "Unified billing", changelog of 14 September 2026),
 * openclaw/openclaw#34788, anomalyco/opencode#44827 (2008), devoxx/DevoxxGenieIDEAPlugin#1210 (2005),
 * can1357/oh-my-pi#11327 (2009 under load), 4sh0u0/opencode-cloudflare-ai-gateway-auth (2044),
 * cloudflare/cloudflare-docs#31050 (401 of models not enrolled). Seen in developers.cloudflare.com/ai-gateway on 27
 * November 2026: features/policies, features/guardrails (424, 422, 7013 and the scanner's credits), features/dlp,
 * features/machine-payments, reference/limits (the rate of Unified Billing), features/dynamic-routing, features/auto-router,
 * changelog of 5 October 2026 (2009 on `/ai/run`).
 */
export const GATEWAY_DIAGNOSES = {
  "gateway.payment-required": {
    matchers: [{ statuses: [402], header: "payment-required" }],
    recovery: "next-payer",
  },
  "gateway.key-or-token-rejected": { matchers: [{ author: "gateway", codes: [2009], at: ["api"] }] },
  // @source can1357/oh-my-pi#11327: 2009 as the answer to too many requests at once, the token being fine.
  "gateway.token-missing": {
    matchers: [
      { author: "gateway", codes: [2009], token: false },
      { author: "gateway", says: /^unauthorized$/i, token: false },
    ],
    field: "gatewayToken",
    transient: true,
    recovery: "retry-same",
  },
  "gateway.token-rejected": {
    matchers: [
      { author: "gateway", codes: [2009] },
      { author: "gateway", says: /^unauthorized$/i },
    ],
    field: "gatewayToken",
    transient: true,
    recovery: "retry-same",
  },
  "gateway.not-found": { matchers: [{ author: "gateway", codes: [2001] }], field: addressField("gatewayId") },
  "gateway.policy-denied": {
    matchers: [{ author: "gateway", says: /\bdenied by policy\b/i }],
    field: modelIfNamed,
    recovery: "next-model",
    blames: "model",
  },
  "gateway.spend-limit": {
    matchers: [
      { author: "gateway", codes: [2041, 2045] },
      { author: "gateway", statuses: [429], says: /\bspend(?:ing)? limit\b/i },
    ],
    recovery: "next-payer",
  },
  "gateway.billing-rate-limited": {
    matchers: [{ author: "gateway", statuses: [429], credentials: ["billing"] }],
    transient: true,
  },
  "gateway.rate-limited": { matchers: [{ author: "gateway", codes: [2003] }], transient: true },
  "gateway.provider-failed": {
    matchers: [{ author: "gateway", codes: [2005] }],
    field: modelIfNamed,
    transient: true,
  },
  "gateway.provider-unknown": { matchers: [{ author: "gateway", codes: [2008] }], field: "baseUrl" },
  // Every model goes through the same scanner, so another one does not help; one of another provider would evade it.
  "gateway.guardrails-unavailable": { matchers: [{ codes: [7013] }], transient: true, recovery: "retry-same" },
  "gateway.guardrails-credits": {
    matchers: [{ author: "gateway", codes: [2021], says: /guardrail|scanner|moderation/i }],
  },
  // Whoever set the rule up does not want another model to get the prompt.
  "gateway.guarded": {
    matchers: [{ author: "gateway", codes: [2017], statuses: [422] }],
    recovery: "stop",
    blames: "request",
  },
  "gateway.prompt-guarded": { matchers: [{ author: "gateway", codes: [2016] }], recovery: "stop", blames: "request" },
  "gateway.answer-guarded": { matchers: [{ author: "gateway", codes: [2017] }], recovery: "stop", blames: "request" },
  "gateway.model-unprefixed": { matchers: [{ author: "gateway", codes: [2019] }], field: "model" },
  "gateway.key-missing": {
    matchers: [{ author: "gateway", codes: [2021, 2044], credentials: ["key"] }],
    field: upstreamKeyField,
  },
  "gateway.stored-key-missing": {
    matchers: [
      { author: "gateway", codes: [2021, 2044], credentials: ["stored"] },
      { author: "anthropic", types: ["authentication_error"], says: /required|missing/i, credentials: ["stored"] },
      { author: "openai", statuses: [401], says: /provide an API key|missing/i, credentials: ["stored"] },
    ],
    field: "credentials",
  },
  "gateway.no-credits": {
    matchers: [{ author: "gateway", codes: [2021] }],
    field: "credentials",
    recovery: "next-payer",
  },
  "gateway.billing-refused": { matchers: [{ author: "gateway", codes: [2044] }], field: "credentials" },
  "gateway.prompt-sensitive": { matchers: [{ author: "gateway", codes: [2029] }], recovery: "stop", blames: "request" },
  "gateway.answer-sensitive": { matchers: [{ author: "gateway", codes: [2030] }], recovery: "stop", blames: "request" },
  "gateway.alias-not-found": {
    matchers: [{ author: "gateway", codes: [2040] }],
    field: ({ alias }) => (alias === undefined ? "credentials" : "byokAlias"),
  },
  "gateway.route-unsupported": {
    matchers: refusedModel(/^(?:dynamic\/|cloudflare\/auto$)/, ["anthropic", "openai"]),
    field: "model",
    recovery: "next-model",
    blames: "model",
  },
  "gateway.model-elsewhere": {
    matchers: refusedModel(/^@(?:cf|hf)\//, ["anthropic", "openai"]),
    field: "model",
    recovery: "next-model",
    blames: "model",
  },
  "gateway.route-not-found": {
    matchers: [{ author: "gateway", codes: [7003] }],
    field: ({ model }) => (model === undefined ? "baseUrl" : "model"),
    blames: "model",
  },
  "gateway.workers-ai-token": {
    matchers: [
      { author: "gateway", codes: [10000] },
      { author: "cloudflare-api", codes: [10000], at: ["gateway"] },
      { author: "cloudflare-api", codes: [10000], endpoints: ["workers-ai"], at: ["own"] },
    ],
    field: "gatewayToken",
  },
  "gateway.unknown": {
    matchers: [{ author: "gateway" }],
    transient: ({ status }) => status === 429 || status >= 500,
    excerpt: true,
  },
} satisfies DiagnosisRows;
