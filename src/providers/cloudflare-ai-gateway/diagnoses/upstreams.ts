import { type DiagnosisRows, nextModelIfMissing, usedCredentialField } from "../matcher.ts";

/**
 * Responses of Anthropic, passed on by the gateway unchanged. Several of its errors share a type, so the messages tell
 * them apart.
 * @source docs.claude.com "Errors" and the migration guides; cloudflare/ai#408 and #632 (keys), openclaw/openclaw#72905
 * (prefill), deepset-ai/haystack-core-integrations#2146 (thinking), anthropics/anthropic-sdk-typescript#457
 * (countries).
 */
export const ANTHROPIC_DIAGNOSES = {
  "anthropic.billing-unavailable": {
    matchers: [{ author: "anthropic", types: ["authentication_error"], credentials: ["billing"] }],
    field: ({ model }) => (model === undefined ? "credentials" : "model"),
  },
  "anthropic.stored-key-rejected": {
    matchers: [{ author: "anthropic", types: ["authentication_error"], credentials: ["stored"] }],
    field: "credentials",
  },
  "anthropic.key-missing": {
    matchers: [{ author: "anthropic", types: ["authentication_error"], says: /required|missing/i }],
    field: "apiKey",
  },
  "anthropic.key-rejected": { matchers: [{ author: "anthropic", types: ["authentication_error"] }], field: "apiKey" },
  "anthropic.no-credit": {
    matchers: [{ author: "anthropic", says: /credit balance is too low/i }],
    recovery: "next-payer",
  },
  "anthropic.billing": {
    matchers: [
      { author: "anthropic", types: ["billing_error"] },
      { author: "anthropic", statuses: [402] },
    ],
    recovery: "next-payer",
  },
  "anthropic.country": {
    matchers: [
      { author: "anthropic", types: ["forbidden"] },
      { author: "anthropic", says: /^request not allowed/i },
    ],
  },
  "anthropic.permission": {
    matchers: [
      { author: "anthropic", types: ["permission_error"] },
      { author: "anthropic", statuses: [403] },
    ],
    field: usedCredentialField,
  },
  "anthropic.model-not-found": {
    matchers: [
      { author: "anthropic", types: ["not_found_error"], says: /\bmodel\b/i },
      { author: "anthropic", types: ["not_found_error"], says: /^(?!not found)/i, model: true },
    ],
    field: "model",
    recovery: nextModelIfMissing,
    blames: "model",
  },
  "anthropic.path-not-found": {
    matchers: [
      { author: "anthropic", types: ["not_found_error"] },
      { author: "anthropic", statuses: [404] },
    ],
    field: "baseUrl",
    blames: "path",
  },
  "anthropic.prefill": {
    matchers: [{ author: "anthropic", says: /\bprefill\b|must end with a user message/i }],
    field: "model",
    blames: "request",
  },
  "anthropic.thinking": {
    matchers: [
      {
        author: "anthropic",
        types: ["invalid_request_error"],
        says: /thinking\.type|budget_tokens|`(?:redacted_)?thinking`|thinking blocks?\b/i,
      },
    ],
    field: "model",
    blames: "request",
  },
  "anthropic.tool-pairing": {
    matchers: [
      {
        author: "anthropic",
        types: ["invalid_request_error"],
        says: /without `?tool_result|in `?tool_result`? blocks|`tool_use` block must/i,
      },
    ],
    blames: "request",
  },
  "anthropic.request-invalid": {
    matchers: [
      // A stream reports this with status 200. OpenAI's errors of this type look alike, and also come with 401.
      { author: "anthropic", types: ["invalid_request_error"], statuses: [200, 400] },
      { author: "anthropic", statuses: [400] },
    ],
    blames: "request",
  },
  "anthropic.conflict": {
    matchers: [
      { author: "anthropic", types: ["conflict_error"] },
      { author: "anthropic", statuses: [409] },
    ],
    transient: true,
    blames: "request",
  },
  "anthropic.too-large": {
    matchers: [
      { author: "anthropic", types: ["request_too_large"] },
      { author: "anthropic", statuses: [413] },
      { author: "edge", statuses: [413] },
    ],
    blames: "request",
  },
  "anthropic.rate-limited": {
    matchers: [
      { author: "anthropic", types: ["rate_limit_error"] },
      { author: "anthropic", statuses: [429] },
    ],
    transient: true,
  },
  "anthropic.timeout": {
    matchers: [
      { author: "anthropic", types: ["timeout_error"] },
      { author: "anthropic", statuses: [504] },
    ],
    transient: true,
  },
  "anthropic.overloaded": {
    matchers: [
      { author: "anthropic", types: ["overloaded_error"] },
      { author: "anthropic", statuses: [529] },
      { statuses: [529] },
    ],
    transient: true,
  },
  "anthropic.internal": {
    matchers: [
      { author: "anthropic", types: ["api_error"] },
      { author: "anthropic", statuses: [500] },
    ],
    transient: true,
  },
  "anthropic.unknown": {
    matchers: [{ author: "anthropic" }],
    transient: ({ status }) => status >= 500,
    excerpt: true,
    blames: "status",
  },
} satisfies DiagnosisRows;

/**
 * Responses of OpenAI, passed on by the gateway unchanged.
 * @source developers.openai.com, "Error codes": statuses, types, and the codes that tell apart what has the same
 * status.
 */
export const OPENAI_DIAGNOSES = {
  "openai.billing-unavailable": {
    matchers: [{ author: "openai", statuses: [401], credentials: ["billing"] }],
    field: ({ model }) => (model === undefined ? "credentials" : "model"),
  },
  "openai.stored-key-rejected": {
    matchers: [{ author: "openai", statuses: [401], credentials: ["stored"] }],
    field: "credentials",
  },
  "openai.key-missing": {
    matchers: [{ author: "openai", statuses: [401], says: /provide an API key|missing/i }],
    field: "openaiApiKey",
  },
  "openai.key-rejected": { matchers: [{ author: "openai", statuses: [401] }], field: "openaiApiKey" },
  "openai.no-credit": {
    matchers: [
      { author: "openai", types: ["insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached"] },
    ],
    recovery: "next-payer",
  },
  "openai.country": {
    matchers: [
      { author: "openai", types: ["unsupported_country_region_territory"] },
      { author: "openai", statuses: [403], says: /country, region, or territory/i },
    ],
  },
  "openai.permission": { matchers: [{ author: "openai", statuses: [403] }], field: usedCredentialField },
  "openai.model-not-found": {
    matchers: [
      { author: "openai", types: ["model_not_found"] },
      { author: "openai", statuses: [404], says: /\bmodel\b/i },
    ],
    field: "model",
    recovery: nextModelIfMissing,
    blames: "model",
  },
  "openai.path-not-found": { matchers: [{ author: "openai", statuses: [404] }], field: "baseUrl", blames: "path" },
  "openai.request-invalid": { matchers: [{ author: "openai", statuses: [400, 409, 413, 422] }], blames: "request" },
  "openai.rate-limited": { matchers: [{ author: "openai", statuses: [429] }], transient: true },
  "openai.internal": { matchers: [{ author: "openai", statuses: [500, 502, 503, 504] }], transient: true },
  "openai.unknown": {
    matchers: [{ author: "openai" }],
    transient: ({ status }) => status >= 500,
    excerpt: true,
    blames: "status",
  },
} satisfies DiagnosisRows;
