import { type DiagnosisRows, keyField } from "../matcher.ts";

/**
 * What Anthropic answers, passed on by the gateway as it is. Anthropic types several of its refusals alike, so they
 * are told apart by their words.
 * @source docs.claude.com "Errors" and the migration guides; cloudflare/ai#408 and #632 (keys), openclaw/openclaw#72905
 * (prefill), deepset-ai/haystack-core-integrations#2146 (thinking), anthropics/anthropic-sdk-typescript#457 (countries).
 */
export const ANTHROPIC_DIAGNOSES = {
  "anthropic.billing-unavailable": {
    layer: "anthropic",
    signs: [{ from: "anthropic", types: ["authentication_error"], credentials: ["billing"] }],
    message: ({ model }) =>
      model === ""
        ? "Anthropic got no key that it accepts: Unified Billing seems not to cover this request."
        : `Anthropic got no key that it accepts: Unified Billing seems not to cover the model '${model}'.`,
    fix: "Choose a model that Unified Billing covers, or use an API key of your own.",
    field: ({ model }) => (model === undefined ? "credentials" : "model"),
    transient: false,
  },
  "anthropic.stored-key-rejected": {
    layer: "anthropic",
    signs: [{ from: "anthropic", types: ["authentication_error"], credentials: ["stored"] }],
    message: ({ alias }) => `Anthropic did not accept the key that the gateway has stored under the alias '${alias}'.`,
    fix: "Replace the stored key in the dashboard, under the gateway's Provider Keys, and make sure that no x-api-key is sent besides.",
    field: "credentials",
    transient: false,
  },
  "anthropic.key-missing": {
    layer: "anthropic",
    signs: [{ from: "anthropic", types: ["authentication_error"], says: /required|missing/i }],
    message: "The gateway let the request through, but no API key reached Anthropic.",
    fix: "Give the API key again, and check that nothing on the way removes the header x-api-key.",
    field: "apiKey",
    transient: false,
  },
  "anthropic.key-rejected": {
    layer: "anthropic",
    signs: [{ from: "anthropic", types: ["authentication_error"] }],
    message: "The gateway let the request through, but Anthropic did not accept the API key.",
    fix: "Copy the key again, or create a new one at console.anthropic.com > API keys.",
    field: "apiKey",
    transient: false,
  },
  "anthropic.no-credit": {
    layer: "anthropic",
    signs: [{ from: "anthropic", says: /credit balance is too low/i }],
    message: "The key is valid, but its Anthropic account has no credit left.",
    fix: "Add credit at console.anthropic.com > Plans & Billing.",
    transient: false,
  },
  "anthropic.billing": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["billing_error"] },
      { from: "anthropic", statuses: [402] },
    ],
    message: ({ quote }) => `Anthropic reports a problem with the payment of the key's account${quote}.`,
    fix: "Look at console.anthropic.com > Plans & Billing.",
    transient: false,
  },
  "anthropic.country": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["forbidden"] },
      { from: "anthropic", says: /^request not allowed/i },
    ],
    message: "Anthropic serves no requests from where this one came out, which is mostly a matter of the country.",
    fix: "Check the supported countries on Anthropic's site, and where your proxy or VPN leaves the network.",
    transient: false,
  },
  "anthropic.permission": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["permission_error"] },
      { from: "anthropic", statuses: [403] },
    ],
    message: ({ model, quote }) =>
      model === "" ? `The key may not do this${quote}.` : `The key may not use the model '${model}'${quote}.`,
    fix: "Use a key of a workspace that may, or choose another model.",
    field: keyField,
    transient: false,
  },
  "anthropic.model-not-found": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["not_found_error"], says: /\bmodel\b/i },
      { from: "anthropic", types: ["not_found_error"], says: /^(?!not found)/i, model: true },
    ],
    message: ({ model }) =>
      model === ""
        ? "Anthropic has no such model, or has it no longer."
        : `Anthropic has no model '${model}', or has it no longer.`,
    fix: "Choose another model: retired ones are listed in Anthropic's model deprecations.",
    field: "model",
    transient: false,
  },
  "anthropic.path-not-found": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["not_found_error"] },
      { from: "anthropic", statuses: [404] },
    ],
    message: "Anthropic was reached, but not at an address that it has.",
    fix: "Let the base URL end in /anthropic, without /v1 after it.",
    field: "baseUrl",
    transient: false,
  },
  "anthropic.prefill": {
    layer: "anthropic",
    signs: [{ from: "anthropic", says: /\bprefill\b|must end with a user message/i }],
    message: ({ model }) =>
      `${model === "" ? "The model" : `The model '${model}'`} does not continue an answer that was begun for it (prefill).`,
    fix: "Let the conversation end with a user's message.",
    field: "model",
    transient: false,
  },
  "anthropic.thinking": {
    layer: "anthropic",
    signs: [
      {
        from: "anthropic",
        types: ["invalid_request_error"],
        says: /thinking\.type|budget_tokens|`(?:redacted_)?thinking`|thinking blocks?\b/i,
      },
    ],
    message: ({ quote }) => `The thinking setting or the thinking blocks do not suit the model${quote}.`,
    fix: "Set thinking as the model wants it, and send its thinking blocks back unchanged.",
    field: "model",
    transient: false,
  },
  "anthropic.tool-pairing": {
    layer: "anthropic",
    signs: [
      {
        from: "anthropic",
        types: ["invalid_request_error"],
        says: /without `?tool_result|in `?tool_result`? blocks|`tool_use` block must/i,
      },
    ],
    message: "A tool call in the conversation lacks its result, or a result its call.",
    fix: "Let the message after each tool call hold its result, or begin a new conversation.",
    transient: false,
  },
  "anthropic.request-invalid": {
    layer: "anthropic",
    signs: [
      // A stream says so under status 200. OpenAI's errors of this type look alike, and come with 401 as well.
      { from: "anthropic", types: ["invalid_request_error"], statuses: [200, 400] },
      { from: "anthropic", statuses: [400] },
    ],
    message: ({ quote }) => `Anthropic accepted the credentials but not the request${quote}.`,
    fix: "Change what the answer names; it is the request's form, not a key.",
    transient: false,
  },
  "anthropic.conflict": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["conflict_error"] },
      { from: "anthropic", statuses: [409] },
    ],
    message: "The request got in the way of another one at Anthropic.",
    fix: "Send it again.",
    transient: true,
  },
  "anthropic.too-large": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["request_too_large"] },
      { from: "anthropic", statuses: [413] },
      { from: "edge", statuses: [413] },
    ],
    message: "The request is larger than Anthropic takes, which is 32 MB for messages.",
    fix: "Send less at once: fewer or smaller images and files.",
    transient: false,
  },
  "anthropic.rate-limited": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["rate_limit_error"] },
      { from: "anthropic", statuses: [429] },
    ],
    message: "Anthropic's rate limit is reached; the credentials were accepted.",
    fix: ({ wait }) => `Wait ${wait}; the limits stand at console.anthropic.com > Limits.`,
    transient: true,
  },
  "anthropic.timeout": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["timeout_error"] },
      { from: "anthropic", statuses: [504] },
    ],
    message: "Anthropic did not finish the answer in time.",
    fix: "Try again, and let long answers be streamed.",
    transient: true,
  },
  "anthropic.overloaded": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["overloaded_error"] },
      { from: "anthropic", statuses: [529] },
      { statuses: [529] },
    ],
    message: "Anthropic has more requests than it can take at the moment.",
    fix: "Try again in a minute, or choose another model.",
    transient: true,
  },
  "anthropic.internal": {
    layer: "anthropic",
    signs: [
      { from: "anthropic", types: ["api_error"] },
      { from: "anthropic", statuses: [500] },
    ],
    message: "Something failed inside Anthropic.",
    fix: "Try again in a minute; if it stays, look at status.claude.com.",
    transient: true,
  },
  "anthropic.unknown": {
    layer: "anthropic",
    signs: [{ from: "anthropic" }],
    message: ({ status, code, quote }) => `Anthropic refused with HTTP ${status} and the error '${code}'${quote}.`,
    fix: "Look the error up in Anthropic's documentation, and report it with the ids if it is not there.",
    transient: ({ status }) => status >= 500,
    excerpt: true,
  },
} satisfies DiagnosisRows;
