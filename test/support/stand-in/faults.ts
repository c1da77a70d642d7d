import type { HttpResponse } from "../../../src/core/http.ts";
import { anthropicError, cloudflareApiError, gatewayError } from "../answers.ts";

type Row = readonly [status: number, message: string];

/**
 * @source cloudflare/ai, 2026-07; public captures; developers.cloudflare.com/ai-gateway/features for guardrails and DLP.
 * The status of 2005 and 2019 is a guess.
 */
export const GATEWAY_FAULTS = {
  2001: [400, "Please configure AI Gateway in the Cloudflare dashboard"],
  2003: [429, "Rate limited"],
  2005: [500, "Failed to get response from provider"],
  2008: [400, "Invalid provider"],
  2009: [401, "Unauthorized"],
  2016: [424, "Prompt blocked due to security configurations"],
  2017: [424, "Response blocked due to security configurations"],
  2019: [400, "Invalid model: use provider/model"],
  2021: [
    402,
    "Insufficient wholesale credits. Please add additional credits on the AI Gateway Cloudflare dashboard to continue using provider models.",
  ],
  2029: [400, "Request blocked by a DLP policy"],
  2030: [400, "Response blocked by a DLP policy"],
  2040: [400, "Provider 'anthropic' has no BYOK credential named 'work'. Configured aliases: 'default'"],
  2041: [429, "Spend limit exceeded"],
  2044: [400, "Customer-provided provider credentials are required for this request"],
  2045: [
    429,
    "Spend limit exceeded: rule 'per-user' (cost limit 0.002 per 3600s, fixed) for anthropic claude-sonnet-4-6",
  ],
  7013: [503, "Guardrails are unavailable"],
} as const satisfies Record<number, Row>;

/** The answer of AI Gateway with that code, in its usual words unless told otherwise. */
export function gatewayFault(code: keyof typeof GATEWAY_FAULTS, message?: string): HttpResponse {
  const [status, usual] = GATEWAY_FAULTS[code];
  return gatewayError(code, status, message ?? usual);
}

/** @source Anthropic's "Errors" page for types and statuses; public captures for the words of most. */
export const ANTHROPIC_FAULTS = {
  invalid_request_error: [400, "messages: at least one message is required"],
  authentication_error: [401, "invalid x-api-key"],
  billing_error: [402, "There is a problem with your billing or payment information."],
  permission_error: [403, "Your API key does not have permission to use the specified resource."],
  not_found_error: [404, "Not found"],
  request_too_large: [413, "Request exceeds the maximum size"],
  rate_limit_error: [429, "This request would exceed your organization's rate limit."],
  api_error: [500, "Internal server error"],
  timeout_error: [504, "The request timed out."],
  overloaded_error: [529, "Overloaded"],
} as const satisfies Record<string, Row>;

export type AnthropicFault = keyof typeof ANTHROPIC_FAULTS;

/** The answer of Anthropic with that type, in its usual words unless told otherwise. */
export function anthropicFault(type: AnthropicFault, message?: string): HttpResponse {
  const [status, usual] = ANTHROPIC_FAULTS[type];
  return anthropicError(status, type, message ?? usual);
}

/** Words that mean something of their own although their type is a general one. */
export const ANTHROPIC_WORDS = {
  missing_key: ["authentication_error", "x-api-key header is required"],
  credit_balance: [
    "invalid_request_error",
    "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
  ],
  prefill: [
    "invalid_request_error",
    "This model does not support assistant message prefill. The conversation must end with a user message.",
  ],
  final_thinking: [
    "invalid_request_error",
    "messages.1: The final block in an assistant message cannot be `thinking`.",
  ],
} as const satisfies Record<string, readonly [AnthropicFault, string]>;

/** The answer of Anthropic in those words. */
export function anthropicWords(name: keyof typeof ANTHROPIC_WORDS): HttpResponse {
  const [type, message] = ANTHROPIC_WORDS[name];
  return anthropicFault(type, message);
}

/** @source cloudflare-typescript and wrangler's tests, 2026; the words of 971, 1000, 7001 and 7002 from memory. */
export const API_FAULTS = {
  971: [429, "Please wait and consider throttling your request rate"],
  1000: [401, "Invalid API Token"],
  1001: [400, "List accounts endpoint does not support account owned tokens."],
  6003: [400, "Invalid request headers"],
  7000: [500, "Internal error"],
  7001: [400, "Invalid parameter"],
  7002: [404, "Not found"],
  7003: [404, "Could not route to this path, perhaps your object identifier is invalid?"],
  9106: [400, "Missing X-Auth-Key, X-Auth-Email or Authorization headers"],
  9109: [403, "Unauthorized to access requested resource"],
  10000: [401, "Authentication error"],
} as const satisfies Record<number, Row>;

/** The answer of Cloudflare's API with that code. */
export function apiFault(code: keyof typeof API_FAULTS, { status = API_FAULTS[code][0] as number, message = "" } = {}) {
  return cloudflareApiError(code, status, message || API_FAULTS[code][1], code === 6003 ? [6111] : []);
}
