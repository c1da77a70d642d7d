import type { HttpResponse, NetworkFault } from "../../src/core/http.ts";
import { DIAGNOSES, DIAGNOSIS_CODES } from "../../src/providers/cloudflare-ai-gateway/diagnose.ts";
import type { DiagnosisCode, DiagnosisRow } from "../../src/providers/cloudflare-ai-gateway/matcher.ts";
import type { ResponseSignals, SentRequest } from "../../src/providers/cloudflare-ai-gateway/response-signals.ts";
import type { Finding } from "../../src/providers/finding.ts";
import {
  accessChallenge,
  accessLogin,
  accessRedirect,
  answer,
  anthropicError,
  challengePage,
  cloudflareApiError,
  EDGE_HEADERS,
  edgeJson,
  edgePage,
  edgeText,
  events,
  fault,
  gatewayError,
  oldGatewayError,
  openaiError,
  page,
  policyError,
  redirect,
} from "./answers.ts";

/** An authenticated gateway, asked with a key in the request; the others differ by what their names say. */
export const GATEWAY: SentRequest = {
  endpoint: "anthropic",
  host: "gateway.ai.cloudflare.com",
  gatewayId: "team-gateway",
  model: "claude-sonnet-4-6",
  credentials: "key",
  hasGatewayToken: true,
};
export const OPEN: SentRequest = { ...GATEWAY, hasGatewayToken: false };
export const STORED: SentRequest = { ...GATEWAY, credentials: "stored" };
export const BILLING: SentRequest = { ...GATEWAY, credentials: "billing" };
export const LIST: SentRequest = {
  endpoint: "anthropic",
  host: GATEWAY.host,
  gatewayId: "team-gateway",
  credentials: "key",
  hasGatewayToken: true,
};
export const API: SentRequest = {
  endpoint: "anthropic",
  host: "api.cloudflare.com",
  gatewayId: "team-gateway",
  credentials: "key",
  hasGatewayToken: true,
};
/** The account asked about in another of Cloudflare's environments; with `ACTIVE` the token is known to be in force. */
export const ACCOUNT: SentRequest = {
  endpoint: "anthropic",
  host: "api.fed.cloudflare.com",
  credentials: "key",
  hasGatewayToken: false,
  account: { permission: "AI Gateway Read" },
};
export const ACTIVE: SentRequest = asking({ isActive: true });
const RUN: SentRequest = { ...GATEWAY, host: "api.cloudflare.com" };
export const DOMAIN: SentRequest = {
  endpoint: "anthropic",
  host: "ai.example.com",
  credentials: "key",
  hasGatewayToken: true,
};
/** Its domain is behind Access, and the request carries a service token. */
const WITH_ACCESS: SentRequest = { ...DOMAIN, hasAccessToken: true };
/** Names that the endpoint does not serve. */
const ROUTE: SentRequest = { ...GATEWAY, model: "dynamic/support" };
const ELSEWHERE: SentRequest = { ...GATEWAY, model: "@cf/openai/gpt-oss-120b" };
/** The same for the gateway's other endpoints. */
const OPENAI: SentRequest = { ...GATEWAY, endpoint: "openai", model: "gpt-5.5" };
const WORKERS_AI: SentRequest = { ...GATEWAY, endpoint: "workers-ai", model: "@cf/openai/gpt-oss-120b" };

const NO_CREDITS =
  "Insufficient wholesale credits. Please add additional credits on the AI Gateway Cloudflare dashboard to continue using provider models.";
const KEY_REQUIRED = "Customer-provided provider credentials are required for this request";
/** What an unknown alias is answered with. */
export const NO_ALIAS =
  "Provider 'anthropic' has no BYOK credential named 'work'. Configured aliases: 'default', 'other-studio'";
/** What a spend limit says of itself. */
export const SPEND =
  "Spend limit exceeded: rule 'per-user' (cost limit 0.002 per 3600s, fixed) for anthropic claude-sonnet-4-6";
const LOW_BALANCE =
  "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.";
const PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message.";
const THINKING_FIRST =
  "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks).";
const UNPAIRED =
  "messages.2: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_01. Each `tool_use` block must have a corresponding `tool_result` block in the next message.";
const NO_OPENAI_KEY =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth";
const NO_ROUTE =
  "Could not route to /client/v4/accounts/abc/ai-gateway/gateways, perhaps your object identifier is invalid?";

const NOT_FOR_ACCOUNTS = "List accounts endpoint does not support account owned tokens.";
/** What is wrong with it is in its content. */
const GOOD = '{"success":true,"errors":[],"messages":[],"result":[]}';

type Case = readonly [code: DiagnosisCode, what: HttpResponse | NetworkFault, sent: SentRequest, field?: string];

/** Every form in which a diagnosis has been met, and the answer it blames. */
export const CASES: readonly Case[] = [
  ["gateway.token-missing", gatewayError(2009, 401, "Unauthorized"), OPEN, "gatewayToken"],
  ["gateway.token-missing", oldGatewayError(2009, 401, "Unauthorized", "bare"), OPEN, "gatewayToken"],
  ["gateway.token-rejected", gatewayError(2009, 401, "Unauthorized"), GATEWAY, "gatewayToken"],
  ["gateway.token-rejected", oldGatewayError(2009, 401, "Unauthorized", "unnamed"), STORED, "gatewayToken"],
  [
    "gateway.token-rejected",
    answer(401, '{"name":"AiGatewayError","message":"Unauthorized"}'),
    GATEWAY,
    "gatewayToken",
  ],
  ["gateway.token-rejected", answer(401, '{"success":false,"error":[{"code":2009,"mess'), GATEWAY, "gatewayToken"],
  [
    "gateway.not-found",
    gatewayError(2001, 400, "Please configure AI Gateway in the Cloudflare dashboard"),
    OPEN,
    "gatewayId",
  ],
  ["gateway.not-found", oldGatewayError(2001, 400, "Please configure AI Gateway", "bare"), DOMAIN, "baseUrl"],
  ["gateway.rate-limited", gatewayError(2003, 429, "Rate limited"), GATEWAY],
  ["gateway.rate-limited", gatewayError(2003, 429, "Rate limited"), STORED],
  ["gateway.billing-rate-limited", gatewayError(2003, 429, "Rate limited"), BILLING],
  ["gateway.billing-rate-limited", policyError(429, "Too many requests"), BILLING],
  ["gateway.policy-denied", policyError(403, "Access denied by policy"), GATEWAY, "model"],
  ["gateway.policy-denied", policyError(403, "Access denied by policy"), LIST],
  ["gateway.policy-denied", policyError(403, "Access denied by policy"), OPENAI, "model"],
  ["gateway.policy-denied", policyError(403, "Access denied by policy"), WORKERS_AI, "model"],
  [
    "gateway.policy-denied",
    answer(403, '{"success":false,"error":{"message":"Access denied by policy"},"name":"AiGatewayError"}'),
    DOMAIN,
  ],
  ["gateway.policy-denied", answer(403, '{"success":false,"error":{"message":"Access denied by policy"'), DOMAIN],
  ["gateway.spend-limit", policyError(429, "Spending limit exceeded", { bucket: "b1", spent: 1.5, limit: 1 }), GATEWAY],
  ["gateway.spend-limit", policyError(429, "Spending limit exceeded"), OPENAI],
  ["gateway.spend-limit", policyError(429, "Spending limit exceeded"), BILLING],
  ["gateway.unknown", policyError(500, "Something else"), GATEWAY],
  ["gateway.payment-required", answer(402, "{}", { "payment-required": "eyJ4NDAyVmVyc2lvbiI6Mn0=" }), RUN],
  ["gateway.payment-required", answer(402, "", { "payment-required": "eyJ4NDAyVmVyc2lvbiI6Mn0=" }), DOMAIN],
  ["gateway.key-or-token-rejected", gatewayError(2009, 401, "Unauthorized"), RUN],
  ["gateway.guardrails-unavailable", gatewayError(7013, 503, "Guardrails are unavailable"), GATEWAY],
  ["gateway.guardrails-unavailable", gatewayError(7013, 503, "Guardrails are unavailable"), RUN],
  ["gateway.guardrails-unavailable", cloudflareApiError(7013, 503, "Guardrails are unavailable"), WORKERS_AI],
  ["gateway.guardrails-credits", gatewayError(2021, 402, "Guardrails scanner: insufficient credits"), GATEWAY],
  ["gateway.guarded", gatewayError(2017, 422, "Blocked due to security configurations"), RUN],
  ["gateway.prompt-guarded", gatewayError(2016, 424, "Prompt blocked due to security configurations"), GATEWAY],
  ["gateway.answer-guarded", gatewayError(2017, 424, "Response blocked due to security configurations"), GATEWAY],
  ["gateway.route-unsupported", gatewayError(2099, 400, "Not supported"), ROUTE, "model"],
  ["gateway.route-unsupported", anthropicError(404, "not_found_error", "model: dynamic/support"), ROUTE, "model"],
  [
    "gateway.route-unsupported",
    anthropicError(400, "invalid_request_error", "model: unknown"),
    { ...GATEWAY, model: "cloudflare/auto" },
    "model",
  ],
  [
    "gateway.route-unsupported",
    openaiError(404, "invalid_request_error", "model_not_found", "The model does not exist"),
    { ...OPENAI, model: "dynamic/support" },
    "model",
  ],
  ["gateway.token-rejected", gatewayError(2009, 401, "Unauthorized"), ROUTE, "gatewayToken"],
  ["gateway.prompt-sensitive", gatewayError(2029, 400, "Request content blocked"), ROUTE],
  ["gateway.model-elsewhere", anthropicError(404, "not_found_error", "model: @cf/x"), ELSEWHERE, "model"],
  ["gateway.model-elsewhere", gatewayError(7003, 400, "Model not found"), ELSEWHERE, "model"],
  ["gateway.model-elsewhere", cloudflareApiError(7003, 400, "Not found"), { ...ELSEWHERE, host: RUN.host }, "model"],
  ["gateway.provider-failed", gatewayError(2005, 500, "Failed to get response from provider"), GATEWAY, "model"],
  ["gateway.provider-failed", gatewayError(2005, 500, "Failed to get response from provider"), LIST],
  [
    "gateway.provider-unknown",
    answer(400, '{"name":"AiGatewayError","internalCode":2008,"message":"Invalid provider"}'),
    GATEWAY,
    "baseUrl",
  ],
  ["gateway.prompt-guarded", gatewayError(2016, 400, "Prompt blocked due to security configurations"), GATEWAY],
  ["gateway.answer-guarded", gatewayError(2017, 400, "Response blocked due to security configurations"), GATEWAY],
  ["gateway.model-unprefixed", gatewayError(2019, 400, "Model must be provider/model"), GATEWAY, "model"],
  ["gateway.key-missing", gatewayError(2021, 402, NO_CREDITS), GATEWAY, "apiKey"],
  ["gateway.key-missing", gatewayError(2044, 400, KEY_REQUIRED), GATEWAY, "apiKey"],
  ["gateway.stored-key-missing", gatewayError(2021, 402, NO_CREDITS), STORED, "credentials"],
  ["gateway.stored-key-missing", gatewayError(2044, 400, KEY_REQUIRED), STORED, "credentials"],
  [
    "gateway.stored-key-missing",
    anthropicError(401, "authentication_error", "x-api-key header is required"),
    STORED,
    "credentials",
  ],
  ["gateway.no-credits", gatewayError(2021, 402, NO_CREDITS), BILLING, "credentials"],
  ["gateway.billing-refused", gatewayError(2044, 400, KEY_REQUIRED), BILLING, "credentials"],
  [
    "gateway.prompt-sensitive",
    gatewayError(2029, 400, "Request content blocked due to DLP policy violations"),
    GATEWAY,
  ],
  [
    "gateway.answer-sensitive",
    gatewayError(2030, 400, "Response content blocked due to DLP policy violations"),
    GATEWAY,
  ],
  ["gateway.alias-not-found", gatewayError(2040, 400, NO_ALIAS), { ...STORED, alias: "work" }, "byokAlias"],
  ["gateway.alias-not-found", gatewayError(2040, 400, NO_ALIAS), STORED, "credentials"],
  ["gateway.spend-limit", gatewayError(2041, 429, SPEND), GATEWAY],
  ["gateway.spend-limit", gatewayError(2045, 429, SPEND), BILLING],
  ["gateway.route-not-found", gatewayError(7003, 404, "Model not found"), GATEWAY, "model"],
  ["gateway.route-not-found", gatewayError(7003, 404, "Could not route"), LIST, "baseUrl"],
  ["gateway.workers-ai-token", cloudflareApiError(10000, 401, "Authentication error"), GATEWAY, "gatewayToken"],
  ["gateway.workers-ai-token", gatewayError(10000, 401, "Authentication error"), GATEWAY, "gatewayToken"],
  ["gateway.unknown", gatewayError(2099, 400, "Something new"), GATEWAY],

  [
    "anthropic.billing-unavailable",
    anthropicError(401, "authentication_error", "x-api-key header is required"),
    BILLING,
    "model",
  ],
  [
    "anthropic.stored-key-rejected",
    anthropicError(401, "authentication_error", "invalid x-api-key"),
    STORED,
    "credentials",
  ],
  [
    "anthropic.key-missing",
    anthropicError(401, "authentication_error", "x-api-key header is required"),
    GATEWAY,
    "apiKey",
  ],
  ["anthropic.key-rejected", anthropicError(401, "authentication_error", "invalid x-api-key"), GATEWAY, "apiKey"],
  [
    "anthropic.key-rejected",
    answer(401, '{"type":"error","error":{"type":"authentication_error","message":"inv'),
    GATEWAY,
    "apiKey",
  ],
  ["anthropic.no-credit", anthropicError(400, "invalid_request_error", LOW_BALANCE), GATEWAY],
  ["anthropic.billing", anthropicError(402, "billing_error", "Payment required"), GATEWAY],
  ["anthropic.country", answer(403, '{"error":{"type":"forbidden","message":"Request not allowed"}}'), GATEWAY],
  [
    "anthropic.permission",
    anthropicError(403, "permission_error", "Your API key does not have permission"),
    GATEWAY,
    "apiKey",
  ],
  ["anthropic.permission", anthropicError(403, "permission_error", "No permission"), STORED, "credentials"],
  ["anthropic.model-not-found", anthropicError(404, "not_found_error", "model: claude-2.1"), LIST, "model"],
  [
    "anthropic.model-not-found",
    anthropicError(404, "not_found_error", "claude-3-opus-20240229 is retired"),
    GATEWAY,
    "model",
  ],
  ["anthropic.path-not-found", anthropicError(404, "not_found_error", "Not Found"), GATEWAY, "baseUrl"],
  ["anthropic.prefill", anthropicError(400, "invalid_request_error", PREFILL), GATEWAY, "model"],
  ["anthropic.thinking", anthropicError(400, "invalid_request_error", THINKING_FIRST), GATEWAY, "model"],
  [
    "anthropic.thinking",
    anthropicError(
      400,
      "invalid_request_error",
      "messages.1: The final block in an assistant message cannot be `thinking`.",
    ),
    GATEWAY,
    "model",
  ],
  [
    "anthropic.thinking",
    anthropicError(400, "invalid_request_error", '"thinking.type.enabled" is not supported for this model.'),
    GATEWAY,
    "model",
  ],
  ["anthropic.tool-pairing", anthropicError(400, "invalid_request_error", UNPAIRED), GATEWAY],
  ["anthropic.request-invalid", anthropicError(400, "invalid_request_error", "max_tokens: Field required"), GATEWAY],
  ["anthropic.conflict", anthropicError(409, "conflict_error", "Conflict"), GATEWAY],
  ["anthropic.too-large", anthropicError(413, "request_too_large", "Request exceeds the maximum size"), GATEWAY],
  ["anthropic.too-large", page(413, "413 Request Entity Too Large", "", EDGE_HEADERS), GATEWAY],
  ["anthropic.rate-limited", anthropicError(429, "rate_limit_error", "Too many", { "retry-after": "17" }), GATEWAY],
  ["anthropic.timeout", anthropicError(504, "timeout_error", "Timed out"), GATEWAY],
  ["anthropic.overloaded", anthropicError(529, "overloaded_error", "Overloaded"), GATEWAY],
  ["anthropic.overloaded", answer(529, ""), GATEWAY],
  ["anthropic.overloaded", events({ type: "message_start" }, errorEvent("overloaded_error")), GATEWAY],
  ["anthropic.internal", anthropicError(500, "api_error", "Internal server error"), GATEWAY],
  ["anthropic.unknown", anthropicError(418, "teapot_error", "Short and stout"), GATEWAY],

  [
    "openai.billing-unavailable",
    openaiError(401, "invalid_request_error", null, NO_OPENAI_KEY),
    { ...OPENAI, credentials: "billing" },
    "model",
  ],
  [
    "openai.stored-key-rejected",
    openaiError(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided: sk-proj-****abcd."),
    { ...OPENAI, credentials: "stored" },
    "credentials",
  ],
  [
    "gateway.stored-key-missing",
    openaiError(401, "invalid_request_error", null, NO_OPENAI_KEY),
    { ...OPENAI, credentials: "stored" },
    "credentials",
  ],
  ["gateway.key-missing", gatewayError(2044, 400, KEY_REQUIRED), OPENAI, "openaiApiKey"],
  ["openai.key-missing", openaiError(401, "invalid_request_error", null, NO_OPENAI_KEY), OPENAI, "openaiApiKey"],
  [
    "openai.key-rejected",
    openaiError(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    OPENAI,
    "openaiApiKey",
  ],
  ["openai.no-credit", openaiError(429, "insufficient_quota", "insufficient_quota", "You exceeded your quota"), OPENAI],
  ["openai.no-credit", openaiError(429, "insufficient_quota", "credit_balance_exhausted", "No credit"), OPENAI],
  [
    "openai.country",
    openaiError(
      403,
      "request_forbidden",
      "unsupported_country_region_territory",
      "Country, region, or territory not supported",
    ),
    OPENAI,
  ],
  [
    "openai.permission",
    openaiError(403, "invalid_request_error", null, "Project does not have access to model"),
    OPENAI,
    "openaiApiKey",
  ],
  [
    "openai.model-not-found",
    openaiError(404, "invalid_request_error", "model_not_found", "The model `gpt-x` does not exist"),
    OPENAI,
    "model",
  ],
  [
    "openai.path-not-found",
    openaiError(404, "invalid_request_error", "unknown_url", "Invalid URL (GET /v1/v1/x)"),
    OPENAI,
    "baseUrl",
  ],
  ["openai.request-invalid", openaiError(400, "invalid_request_error", null, "Missing required parameter"), OPENAI],
  [
    "openai.rate-limited",
    openaiError(429, "requests", "rate_limit_exceeded", "Rate limit reached", { "retry-after": "3" }),
    OPENAI,
  ],
  ["openai.internal", openaiError(503, "service_unavailable_error", "server_is_overloaded", "Overloaded"), OPENAI],
  ["openai.unknown", openaiError(418, "teapot", null, "Short and stout"), OPENAI],

  ["gateway.workers-ai-token", cloudflareApiError(10000, 401, "Authentication error"), WORKERS_AI, "gatewayToken"],
  [
    "gateway.workers-ai-token",
    cloudflareApiError(10000, 401, "Authentication error"),
    { ...WORKERS_AI, host: "ai.example.com" },
    "gatewayToken",
  ],
  ["workers-ai.model-not-found", cloudflareApiError(5007, 400, "No such model @cf/x or task"), WORKERS_AI, "model"],
  ["workers-ai.model-not-found", cloudflareApiError(3042, 404, "Invalid model ID"), WORKERS_AI, "model"],
  ["workers-ai.model-not-allowed", cloudflareApiError(5016, 403, "Model terms"), WORKERS_AI, "model"],
  ["workers-ai.account-blocked", cloudflareApiError(3023, 403, "Service unavailable for account"), WORKERS_AI],
  ["workers-ai.allocation-used", cloudflareApiError(3036, 429, "You have used up your daily allocation"), WORKERS_AI],
  ["workers-ai.allocation-used", cloudflareApiError(4006, 429, "free allocation of 10,000 neurons"), WORKERS_AI],
  ["workers-ai.no-capacity", cloudflareApiError(3040, 429, "No more data centers"), WORKERS_AI],
  ["workers-ai.no-capacity", openaiError(503, "server_error", null, "Try again"), WORKERS_AI],
  ["workers-ai.request-invalid", cloudflareApiError(5006, 400, "messages: must be an array"), WORKERS_AI],
  ["workers-ai.request-invalid", openaiError(400, "BadRequestError", null, "context length"), WORKERS_AI],

  ["api.token-malformed", cloudflareApiError(6003, 400, "Invalid request headers", [6111]), API, "gatewayToken"],
  [
    "api.token-malformed",
    cloudflareApiError(6111, 400, "Invalid format for Authorization header"),
    API,
    "gatewayToken",
  ],
  ["api.token-malformed", cloudflareApiError(9106, 400, "Missing X-Auth-Key"), API, "gatewayToken"],
  ["api.token-malformed", cloudflareApiError(6003, 400, "Invalid request headers", [6111]), ACCOUNT],
  ["api.token-unknown", cloudflareApiError(1000, 401, "Invalid API Token"), ACCOUNT],
  ["api.token-unknown", cloudflareApiError(1000, 400, "Invalid API Token"), API, "gatewayToken"],
  ["api.token-expired", answer(200, GOOD), asking({ problem: "expired" })],
  ["api.token-disabled", answer(200, GOOD), asking({ problem: "disabled" })],
  ["api.permission-missing", answer(200, GOOD), asking({ problem: "nothing" })],
  ["api.permission-missing", cloudflareApiError(10000, 403, "Authentication error"), ACTIVE],
  ["api.permission-missing", cloudflareApiError(9109, 403, "Unauthorized to access requested resource"), ACTIVE],
  ["api.account-token", cloudflareApiError(1001, 400, NOT_FOR_ACCOUNTS), ACCOUNT, "accountId"],
  ["api.token-rejected", cloudflareApiError(10000, 401, "Authentication error"), API, "gatewayToken"],
  ["api.token-rejected", cloudflareApiError(10000, 403, "Authentication error"), API, "gatewayToken"],
  ["api.token-rejected", cloudflareApiError(9109, 403, "Invalid access token"), API, "gatewayToken"],
  ["api.token-rejected", cloudflareApiError(10000, 401, "Authentication error"), ACCOUNT],
  ["api.access-refused", cloudflareApiError(9109, 403, "Unauthorized to access requested resource"), API, "accountId"],
  [
    "api.model-not-found",
    cloudflareApiError(7003, 404, "Model not found"),
    { ...API, model: "anthropic/claude" },
    "model",
  ],
  ["api.account-not-found", cloudflareApiError(7003, 404, NO_ROUTE), API, "accountId"],
  [
    "api.account-not-found",
    cloudflareApiError(7003, 403, NO_ROUTE),
    { ...API, model: "anthropic/claude" },
    "accountId",
  ],
  ["api.gateway-not-found", cloudflareApiError(7002, 404, "Not found"), API, "gatewayId"],
  ["api.gateway-not-found", cloudflareApiError(1234, 404, "gateway not found"), ACCOUNT, "gatewayId"],
  [
    "api.gateway-exists",
    cloudflareApiError(7001, 400, "id: already exists"),
    { ...ACCOUNT, gatewayId: "team-gateway" },
    "gatewayId",
  ],
  ["api.path-not-found", cloudflareApiError(7001, 405, "Method not allowed"), API, "baseUrl"],
  ["api.path-not-found", cloudflareApiError(7001, 405, "Method not allowed"), ACCOUNT],
  ["api.gateway-limit", cloudflareApiError(7001, 400, "You have reached the maximum number of gateways"), ACCOUNT],
  ["api.gateway-limit", cloudflareApiError(1234, 403, "Gateway limit exceeded for this account"), ACCOUNT],
  ["api.parameter-invalid", cloudflareApiError(7001, 400, "Invalid parameter: per_page"), API],
  ["api.rate-limited", cloudflareApiError(971, 429, "Please wait and consider throttling"), API],
  ["api.internal", cloudflareApiError(7000, 500, "Internal error"), API],
  ["api.unexpected", answer(200, GOOD), asking({ problem: "unreadable" })],
  ["api.unexpected", answer(200, '{"data":[]}'), ACCOUNT],
  ["api.unexpected", answer(200, "OK"), ACCOUNT],
  ["api.unexpected", page(200, "Cloudflare Docs", "", EDGE_HEADERS), ACCOUNT],
  ["api.unexpected", redirect("https://dash.cloudflare.com/", EDGE_HEADERS), ACCOUNT],
  ["api.unknown", cloudflareApiError(1234, 400, "Something new"), API],
  ["api.unknown", answer(400, '[{"code":1234,"message":"Something new"}]'), API],

  ["edge.access-login", accessLogin(), DOMAIN, "baseUrl"],
  ["edge.access-login", accessRedirect(), DOMAIN, "baseUrl"],
  ["edge.access-login", accessChallenge(401), DOMAIN, "baseUrl"],
  ["edge.access-login", accessChallenge(403), { ...DOMAIN, hasGatewayToken: false }, "baseUrl"],
  ["edge.access-denied", accessRedirect(), WITH_ACCESS, "baseUrl"],
  ["edge.access-denied", accessChallenge(403), WITH_ACCESS, "baseUrl"],
  ["edge.access-denied", page(403, "Error ・ Cloudflare Access", "", EDGE_HEADERS), WITH_ACCESS, "baseUrl"],
  ["edge.challenge", challengePage(), GATEWAY],
  ["edge.challenge", page(503, "Just a moment..."), DOMAIN, "baseUrl"],
  ["edge.client-blocked", edgeText(1010, 403), GATEWAY],
  ["edge.client-blocked", edgePage(1010, 403, "Access denied"), GATEWAY],
  ["edge.client-blocked", edgeJson(1010, 403, "Access denied"), GATEWAY],
  ["edge.address-blocked", edgeText(1020, 403), DOMAIN, "baseUrl"],
  ["edge.address-blocked", page(403, "Access denied | ai.example.com used Cloudflare to restrict access"), GATEWAY],
  ["edge.rate-limited", edgeText(1015, 429), GATEWAY],
  ["edge.domain-unready", edgeText(1016, 530), DOMAIN, "baseUrl"],
  ["edge.origin-slow", edgePage(524, 524, "524: A timeout occurred"), GATEWAY],
  ["edge.origin-slow", edgeText(524, 524), GATEWAY],
  ...[520, 521, 522, 523].map((status): Case => ["edge.origin-failed", answer(status, ""), GATEWAY]),
  ["edge.origin-failed", edgePage(522, 522, "522: Connection timed out"), GATEWAY],
  ["edge.unavailable", edgeJson(502, 502, "Bad gateway"), GATEWAY],
  ["edge.unavailable", page(503, "503 Service Temporarily Unavailable", "", EDGE_HEADERS), GATEWAY],
  ["edge.unknown", edgeText(1101, 400), GATEWAY],

  // Each way to recognise a diagnosis decides at least one case, so that none hides another unnoticed.
  ["gateway.token-missing", answer(401, '{"name":"AiGatewayError","message":"Unauthorized"}'), OPEN, "gatewayToken"],
  ["gateway.route-unsupported", cloudflareApiError(7003, 400, "Not found"), { ...ROUTE, host: RUN.host }, "model"],
  [
    "gateway.model-elsewhere",
    openaiError(404, "invalid_request_error", "model_not_found", "The model does not exist"),
    { ...OPENAI, model: "@hf/x" },
    "model",
  ],
  ...(
    [
      [402, "anthropic.billing"],
      [409, "anthropic.conflict"],
      [413, "anthropic.too-large"],
      [429, "anthropic.rate-limited"],
      [504, "anthropic.timeout"],
      [529, "anthropic.overloaded"],
      [500, "anthropic.internal"],
      [400, "anthropic.request-invalid"],
    ] as const
  ).map(([status, code]): Case => [code, anthropicError(status, "new_error", "New"), GATEWAY]),
  ["anthropic.country", anthropicError(403, "new_error", "Request not allowed from here"), GATEWAY],
  ["anthropic.permission", anthropicError(403, "new_error", "New"), GATEWAY, "apiKey"],
  ["anthropic.path-not-found", anthropicError(404, "new_error", "New"), GATEWAY, "baseUrl"],
  ["openai.country", openaiError(403, "x", null, "Country, region, or territory not supported"), OPENAI],
  ["openai.model-not-found", openaiError(404, "x", null, "No such model"), OPENAI, "model"],
  ["workers-ai.model-not-found", openaiError(400, "x", null, "No such model"), WORKERS_AI, "model"],
  ["workers-ai.allocation-used", openaiError(429, "x", null, "You used up your neurons"), WORKERS_AI],
  ["workers-ai.no-capacity", cloudflareApiError(9999, 503, "New"), WORKERS_AI],
  ["api.internal", cloudflareApiError(9999, 503, "New"), API],
  ["edge.rate-limited", page(429, "Slow down", "", EDGE_HEADERS), GATEWAY],
  ["edge.origin-slow", edgeJson(524, 504, "A timeout occurred"), GATEWAY],
  ["edge.origin-failed", edgeJson(522, 504, "Connection timed out"), GATEWAY],

  ["proxy.login-required", fault("proxy", { proxy: "http://proxy:3128", proxyStatus: 407 }), GATEWAY],
  ["proxy.login-required", page(407, "Proxy Authentication Required"), GATEWAY],
  ["proxy.setting-invalid", fault("proxy", { systemCode: "ERR_INVALID_URL" }), GATEWAY],
  ["proxy.setting-invalid", fault("proxy", { systemCode: "ERR_INVALID_CREDENTIALS" }), GATEWAY],
  [
    "proxy.setting-invalid",
    fault("proxy", { systemCode: "ERR_INVALID_PROTOCOL", proxy: "socks5://127.0.0.1:1080" }),
    GATEWAY,
  ],
  ["proxy.unreachable", fault("proxy", { systemCode: "ECONNREFUSED", proxy: "http://proxy:3128" }), GATEWAY],
  ["proxy.unreachable", fault("connect-timeout", { proxy: "http://proxy:3128" }), GATEWAY],
  ["proxy.refused", fault("proxy", { proxy: "http://proxy:3128", proxyStatus: 403 }), GATEWAY],
  ["proxy.page", page(403, "ERR_ACCESS_DENIED", "squid"), GATEWAY],
  ["proxy.page", page(403, "ERR_ACCESS_DENIED", "squid"), ACCOUNT],
  ["network.captive-portal", page(200, "Hotel Wi-Fi"), GATEWAY],
  ["network.captive-portal", page(200, "Hotel Wi-Fi"), ACCOUNT],
  ["network.captive-portal", redirect("http://login.hotel.example/"), GATEWAY],
  ["network.captive-portal", page(511, "Network Authentication Required"), DOMAIN],
  ["network.name-not-found", fault("name-not-found", { systemCode: "ENOTFOUND" }), GATEWAY],
  ["network.name-not-found", fault("name-not-found", { systemCode: "EAI_AGAIN" }), DOMAIN, "baseUrl"],
  ["network.refused", fault("refused", { systemCode: "ECONNREFUSED" }), DOMAIN, "baseUrl"],
  ["network.unreachable", fault("unreachable", { systemCode: "ENETUNREACH" }), GATEWAY],
  ["network.connect-timeout", fault("connect-timeout"), GATEWAY],
  ["network.answer-timeout", fault("answer-timeout", { proxy: "http://proxy:3128" }), GATEWAY],
  ["network.cut-off", fault("cut-off", { systemCode: "ECONNRESET" }), GATEWAY],
  ["network.not-http", fault("not-http"), DOMAIN, "baseUrl"],
  ["network.refused", fault("refused", { systemCode: "ECONNREFUSED" }), ACCOUNT],
  ["network.aborted", fault("aborted"), GATEWAY],
  ["tls.certificate", fault("certificate", { systemCode: "SELF_SIGNED_CERT_IN_CHAIN" }), GATEWAY],
  ["tls.failed", fault("tls", { systemCode: "EPROTO" }), GATEWAY],

  ["answer.redirected", redirect("https://www.example.com/"), DOMAIN, "baseUrl"],
  ["answer.page", page(200, "Welcome to nginx!"), DOMAIN, "baseUrl"],
  ["answer.page", page(200, "Cloudflare Docs", "", EDGE_HEADERS), GATEWAY],
  ["answer.incomplete", answer(200, '{"data":[{"type":"model","id":"claude-so'), GATEWAY],
  ["answer.unexpected", answer(200, '{"ok":true}'), DOMAIN, "baseUrl"],
  ["answer.unexpected", answer(200, "OK"), GATEWAY],
  ["answer.unexpected", answer(204, ""), GATEWAY],
  ["answer.unexpected", answer(200, '{"success":true,"result":[]}'), GATEWAY],
  ["answer.unknown", answer(404, '{"message":"no Route matched with those values"}'), GATEWAY],
  ["answer.unknown", answer(401, "Unauthorized"), GATEWAY],
];

function asking(more: Partial<SentRequest["account"]>): SentRequest {
  return { ...ACCOUNT, account: { permission: "Account Settings Read", ...more } };
}

function errorEvent(type: string) {
  return { type: "error", error: { type, message: "Overloaded" } };
}

/** What the diagnosis of that code says about recovery; nothing where there is no such diagnosis. */
export function recoveryIn(code: string, status: number): Pick<Finding, "recovery"> {
  const { recovery }: Partial<DiagnosisRow> = DIAGNOSIS_CODES.includes(code as DiagnosisCode)
    ? DIAGNOSES[code as DiagnosisCode]
    : {};
  const found = typeof recovery === "function" ? recovery({ status } as ResponseSignals) : recovery;
  return found === undefined ? {} : { recovery: found };
}
