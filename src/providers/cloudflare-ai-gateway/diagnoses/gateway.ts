import { type DiagnosisRows, inAddress, ownKey } from "../matcher.ts";

/**
 * What AI Gateway itself answers.
 * @source codes and texts: cloudflare/ai (packages/ai-gateway-provider), developers.cloudflare.com/ai-gateway
 * ("Authentication", "Bring your own keys", "Unified billing", changelog of 14 September 2026), openclaw/openclaw#34788,
 * anomalyco/opencode#44827 (2008), devoxx/DevoxxGenieIDEAPlugin#1210 (2005), can1357/oh-my-pi#11327 (2009 under load),
 * 4sh0u0/opencode-cloudflare-ai-gateway-auth (2044), cloudflare/cloudflare-docs#31050 (401 of models not enrolled).
 */
export const GATEWAY_DIAGNOSES = {
  "gateway.token-missing": {
    layer: "ai-gateway",
    signs: [
      { from: "gateway", codes: [2009], token: false },
      { from: "gateway", says: /^unauthorized$/i, token: false },
    ],
    message: "The gateway asks for a gateway token, and none was sent.",
    fix: "Create a Cloudflare API token with the permission AI Gateway Run and give it as the gateway token.",
    field: "gatewayToken",
    transient: true,
  },
  "gateway.token-rejected": {
    layer: "ai-gateway",
    signs: [
      { from: "gateway", codes: [2009] },
      { from: "gateway", says: /^unauthorized$/i },
    ],
    message: "The gateway did not accept the gateway token; the API key has not been looked at yet.",
    fix: "Check that the token is an API token of this gateway's account, has the permission AI Gateway Run and has not expired, and that the account ID is right.",
    field: "gatewayToken",
    transient: true,
  },
  "gateway.not-found": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2001] }],
    message: ({ gateway }) =>
      gateway === ""
        ? "There is no such gateway behind this address."
        : `The account has no gateway named '${gateway}'.`,
    fix: "Compare the gateway ID and the account ID with the dashboard, under AI > AI Gateway, or create the gateway there.",
    field: inAddress("gatewayId"),
    transient: false,
  },
  "gateway.rate-limited": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2003] }],
    message: ({ provider }) => `The gateway's own rate limit is reached; ${provider} was not asked.`,
    fix: ({ wait }) => `Wait ${wait}, or raise the rate limit in the gateway's settings.`,
    transient: true,
  },
  "gateway.provider-failed": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2005] }],
    message: ({ model, provider, quote }) =>
      model === ""
        ? `The gateway could not get an answer from ${provider}${quote}.`
        : `The gateway could not get an answer from ${provider} for the model '${model}'${quote}.`,
    fix: "Try again in a minute; if it stays, check the model's name and the provider's status page.",
    field: ({ model }) => (model === undefined ? undefined : "model"),
    transient: true,
  },
  "gateway.provider-unknown": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2008] }],
    message: "The address names a provider that the gateway does not know.",
    fix: ({ basePath }) => `Let the base URL end in ${basePath}, and in nothing after it.`,
    field: "baseUrl",
    transient: false,
  },
  "gateway.prompt-guarded": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2016] }],
    message: ({ quote }) => `A guardrail of the gateway stopped the prompt${quote}.`,
    fix: "Change the prompt, or the guardrail in the gateway's settings; the credentials are fine.",
    transient: false,
  },
  "gateway.answer-guarded": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2017] }],
    message: ({ quote }) => `A guardrail of the gateway held the answer back${quote}.`,
    fix: "Change the prompt, or the guardrail in the gateway's settings; the credentials are fine.",
    transient: false,
  },
  "gateway.model-unprefixed": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2019] }],
    message: "The address wants the model with its provider in front.",
    fix: ({ basePath }) => `Let the base URL end in ${basePath}, where models go by their own names.`,
    field: "model",
    transient: false,
  },
  "gateway.key-missing": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2021, 2044], credentials: ["key"] }],
    message: "The gateway saw no API key in the request.",
    fix: "Give the API key again, and check that nothing on the way removes the header that carries it.",
    field: ownKey,
    transient: false,
  },
  "gateway.stored-key-missing": {
    layer: "ai-gateway",
    signs: [
      { from: "gateway", codes: [2021, 2044], credentials: ["stored"] },
      { from: "anthropic", types: ["authentication_error"], says: /required|missing/i, credentials: ["stored"] },
      { from: "openai", statuses: [401], says: /provide an API key|missing/i, credentials: ["stored"] },
    ],
    message: ({ gateway, provider }) =>
      gateway === ""
        ? `The gateway has no stored key for ${provider}.`
        : `The gateway '${gateway}' has no stored key for ${provider}.`,
    fix: "Store the key in the dashboard, under the gateway's Provider Keys, or give an API key here.",
    field: "credentials",
    transient: false,
  },
  "gateway.no-credits": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2021] }],
    message: "The Cloudflare account has no credits left for Unified Billing.",
    fix: "Add credits in the dashboard, under AI > AI Gateway, or use an API key of your own.",
    field: "credentials",
    transient: false,
  },
  "gateway.billing-refused": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2044] }],
    message: "The gateway takes requests with a provider key only, so Unified Billing cannot be used.",
    fix: "Give an API key or store one with the gateway, or allow Unified Billing in the gateway's settings.",
    field: "credentials",
    transient: false,
  },
  "gateway.prompt-sensitive": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2029] }],
    message: ({ quote }) => `The gateway's data loss prevention stopped the prompt${quote}.`,
    fix: "Take the sensitive data out of the prompt, or change the DLP policy of the gateway.",
    transient: false,
  },
  "gateway.answer-sensitive": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2030] }],
    message: ({ quote }) => `The gateway's data loss prevention held the answer back${quote}.`,
    fix: "Ask for something else, or change the DLP policy of the gateway.",
    transient: false,
  },
  "gateway.alias-not-found": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2040] }],
    message: ({ alias, quote }) => `The gateway has no stored key under the alias '${alias}'${quote}.`,
    fix: "Use an alias that the gateway has, or store a key under this one.",
    field: ({ alias }) => (alias === undefined ? "credentials" : "byokAlias"),
    transient: false,
  },
  "gateway.spend-limit": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [2041, 2045] }],
    message: ({ quote }) => `A spend limit of the gateway is used up${quote}.`,
    fix: ({ provider }) =>
      `Wait until its time is over, or raise the limit in the gateway's settings; it is not a limit of ${provider}.`,
    transient: false,
  },
  "gateway.route-not-found": {
    layer: "ai-gateway",
    signs: [{ from: "gateway", codes: [7003] }],
    message: ({ quote }) => `The gateway knows no such address or model${quote}.`,
    fix: ({ basePath }) => `Let the base URL end in ${basePath}, and check the model's name.`,
    field: ({ model }) => (model === undefined ? "baseUrl" : "model"),
    transient: false,
  },
  "gateway.workers-ai-token": {
    layer: "ai-gateway",
    signs: [
      { from: "gateway", codes: [10000] },
      { from: "cloudflare-api", codes: [10000], at: ["gateway"] },
      { from: "cloudflare-api", codes: [10000], endpoints: ["workers-ai"], at: ["own"] },
    ],
    message: "The gateway passed the request on to Workers AI, which got no token it accepts.",
    fix: ({ basePath }) =>
      basePath === "/workers-ai/v1"
        ? "Give the token the permission Workers AI Read besides AI Gateway Run, and check that it is of this account."
        : `Let the base URL end in ${basePath}; for Workers AI the token also needs the permission Workers AI Read.`,
    field: "gatewayToken",
    transient: false,
  },
  "gateway.unknown": {
    layer: "ai-gateway",
    signs: [{ from: "gateway" }],
    message: ({ status, code, quote }) =>
      `The gateway refused with HTTP ${status}${code === "" ? "" : ` and code ${code}`}${quote}.`,
    fix: "Look the request up in the gateway's logs, and report it with the ids if it says nothing.",
    transient: ({ status }) => status === 429 || status >= 500,
    excerpt: true,
  },
} satisfies DiagnosisRows;
