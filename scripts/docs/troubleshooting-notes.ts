import type { DiagnosisCode } from "../../src/providers/cloudflare-ai-gateway/matcher.ts";

/** Background of a diagnosis that its message and fix leave out. */
export const NOTES = {
  "gateway.payment-required":
    "Machine Payments answer so where a request has the header `Payment-Method: x402`; so does a domain that sells access. The answer's header `PAYMENT-REQUIRED` says what it costs.",
  "gateway.key-or-token-rejected":
    "Since 2026-10-06 `/ai/run` has one code for both. At gateway.ai.cloudflare.com it is about the gateway token only.",
  "gateway.token-missing":
    "The gateway is authenticated: it requires a token of Cloudflare's besides the provider's key.",
  "gateway.token-rejected":
    "The token is wrong or expired, lacks the permission, or belongs to another account. An overloaded gateway has been seen to answer the same, so try again before you change anything.",
  "gateway.not-found": "With a base URL of your own, check that instead.",
  "gateway.policy-denied":
    "As soon as a gateway has one policy, whatever none allows is denied. A policy may look at the model, the provider, the user of Cloudflare Access, the country, or `cf-aig-metadata`. A change takes up to 15 minutes.",
  "gateway.billing-rate-limited":
    "Unified Billing allows 200 requests per 60 seconds and gateway. Requests with a key of your own, sent or stored, do not count.",
  "gateway.guardrails-unavailable":
    "A guardrail that blocks also blocks what it could not check. The next model would go through the same guardrail, so the local gateway asks the same one once more.",
  "gateway.guardrails-credits": "Guardrails run on Workers AI, which bills them, even if the request itself has a key.",
  "gateway.guarded": "`/ai/run` has one code for both.",
  "gateway.route-unsupported":
    "Dynamic routes (`dynamic/…`) work for chat completions only, the Auto Router (`cloudflare/auto`) for chat completions and Responses of the unified endpoint.",
  "gateway.rate-limited": "This limit is one of the gateway's settings.",
  "gateway.provider-unknown": "The part of the address after the gateway ID is not a provider.",
  "gateway.model-unprefixed": "At this address, models are called `anthropic/…`.",
  "gateway.key-missing":
    "The header that carries the key was lost on the way, or the key is empty, and the gateway has no stored key to use instead. Guardrails without credits have the same code, 2021.",
  "gateway.stored-key-missing": "The gateway's settings decide which of these answers it gives.",
  "gateway.answer-sensitive":
    "The gateway's log and the header `cf-aig-dlp` name the policy. Scanning answers also holds a stream back until it is complete.",
  "gateway.prompt-sensitive": "The gateway's log and the header `cf-aig-dlp` name the policy.",
  "gateway.alias-not-found": "The answer lists the aliases that exist.",
  "gateway.spend-limit": "It looks like a rate limit, but the provider is not involved.",
  "gateway.workers-ai-token": "The request was passed on to Workers AI, which requires a token of its own.",
  "gateway.unknown": "Cloudflare may have added a code since this version.",
  "anthropic.billing-unavailable":
    "Models that Unified Billing does not cover are requested from Anthropic without a key.",
  "anthropic.stored-key-rejected":
    "The stored key is wrong or revoked. A placeholder in `x-api-key` has the same effect, since it overrides the stored key.",
  "anthropic.key-rejected": "The key is wrong, incomplete or revoked.",
  "anthropic.model-not-found": "The name is wrong, or the model is retired.",
  "anthropic.path-not-found": "The address has a part too many or too few, often `/v1` twice.",
  "anthropic.prefill": "The conversation ends with an assistant message, which models since 4.6 do not continue.",
  "anthropic.thinking": "The model does not support this kind of thinking, or its thinking blocks were changed.",
  "anthropic.rate-limited": "The limit belongs to the key's account at Anthropic.",
  "anthropic.unknown": "Anthropic may have added an error since this version.",
  "openai.billing-unavailable": "Unified Billing adds a key only for models that it covers.",
  "openai.stored-key-rejected": "The stored key is wrong or deleted, or a header `Authorization` overrides it.",
  "openai.key-missing": "The header `Authorization` was lost on the way, or the key is empty.",
  "openai.no-credit": "It looks like a rate limit, but waiting does not help.",
  "openai.path-not-found": "The base URL may have one `/v1` too many.",
  "openai.unknown": "OpenAI may have added an error since this version.",
  "workers-ai.model-not-found": "The name is wrong, or the model was removed.",
  "workers-ai.model-not-allowed": "The model's terms have not been accepted, or the model is private.",
  "workers-ai.no-capacity": "The model is busy everywhere, or took too long.",
  "workers-ai.request-invalid": "For example, the prompt is longer than the model's context.",
  "api.token-malformed": "Something was copied along with the token, such as `Bearer` or a line break.",
  "api.token-unknown":
    "The token was mistyped, deleted or replaced. A token of an account is also unknown where a person's is expected.",
  "api.permission-missing":
    "The token works for something else. Listing gateways takes _AI Gateway Read_, creating one _AI Gateway Edit_, listing accounts _Account Settings Read_, and listing the models of Workers AI _Workers AI Read_. Requests through a gateway need none of these, except that Workers AI needs the last.",
  "api.account-token": "Such a token begins with `cfat_`.",
  "api.token-rejected":
    "Cloudflare gives the same answer for both. A token with only _AI Gateway Run_ still works for requests.",
  "api.account-not-found": "The token may also have no access to the account.",
  "api.gateway-not-found": "The name is wrong, or the gateway is in another account.",
  "api.gateway-limit": "Accounts on the free plan have 10 gateways at most, paid ones 20.",
  "api.path-not-found": "Cloudflare's API answers 405 with code 7001 where it has nothing, such as `/ai/v1/models`.",
  "api.parameter-invalid": "The API no longer accepts a request as this version sends it.",
  "api.unexpected": "`CLOUDFLARE_API_BASE_URL` leads to something else, or the API has changed since this version.",
  "api.unknown": "Cloudflare may have added a code since this version.",
  "edge.access-denied":
    "The request had a service token or a user's token of Access. An Access policy must include it; for a service token its action is Service Auth.",
  "edge.access-login":
    "The gateway's custom domain is behind Cloudflare Access. Its token replaces the gateway token. gateway.ai.cloudflare.com is never behind Access.",
  "edge.address-blocked": "A firewall rule blocks it, or the whole network or country is blocked.",
  "edge.rate-limited": "Others may share the address.",
  "edge.domain-unready": "The custom domain is not connected to the gateway, or not yet.",
  "edge.origin-slow": "Often because of long thinking.",
  "edge.unknown": "Cloudflare documents its 1xxx errors by number.",
  "network.name-not-found": "There is no network, a DNS filter blocks the name, or the base URL has a typo.",
  "network.connect-timeout": "Often a firewall that drops packets silently.",
  "network.not-http": "Another service listens there, or `http` and `https` are mixed up.",
  "tls.certificate":
    "Usually a company's proxy that decrypts traffic with a certificate of its own; also a wrong clock.",
  "tls.failed": "Usually a wrong port, a proxy or a virus scanner.",
  "answer.page": "The address leads to a web site instead of the gateway.",
} as const satisfies Readonly<Partial<Record<DiagnosisCode, string>>>;
