import { type DiagnosisRows, keyField } from "../matcher.ts";

/**
 * What OpenAI answers, passed on by the gateway as it is.
 * @source developers.openai.com, "Error codes": statuses, types, and the codes that tell apart what has the same status.
 */
export const OPENAI_DIAGNOSES = {
  "openai.billing-unavailable": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [401], credentials: ["billing"] }],
    message: ({ model }) =>
      model === ""
        ? "OpenAI got no key that it accepts: Unified Billing seems not to cover this request."
        : `OpenAI got no key that it accepts: Unified Billing seems not to cover the model '${model}'.`,
    fix: "Choose a model that Unified Billing covers, or use an API key of your own.",
    field: ({ model }) => (model === undefined ? "credentials" : "model"),
    transient: false,
  },
  "openai.stored-key-rejected": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [401], credentials: ["stored"] }],
    message: ({ alias }) => `OpenAI did not accept the key that the gateway has stored under the alias '${alias}'.`,
    fix: "Replace the stored key in the dashboard, under the gateway's Provider Keys, and make sure that no Authorization is sent besides.",
    field: "credentials",
    transient: false,
  },
  "openai.key-missing": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [401], says: /provide an API key|missing/i }],
    message: "The gateway let the request through, but no API key reached OpenAI.",
    fix: "Give the OpenAI API key again, and check that nothing on the way removes the header Authorization.",
    field: "openaiApiKey",
    transient: false,
  },
  "openai.key-rejected": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [401] }],
    message: ({ quote }) => `The gateway let the request through, but OpenAI did not accept the API key${quote}.`,
    fix: "Copy the key again, or create a new one at platform.openai.com > API keys.",
    field: "openaiApiKey",
    transient: false,
  },
  "openai.no-credit": {
    layer: "openai",
    signs: [
      { from: "openai", types: ["insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached"] },
    ],
    message: "The key is valid, but its OpenAI account has no credit left.",
    fix: "Add credit at platform.openai.com > Billing.",
    transient: false,
  },
  "openai.country": {
    layer: "openai",
    signs: [
      { from: "openai", types: ["unsupported_country_region_territory"] },
      { from: "openai", statuses: [403], says: /country, region, or territory/i },
    ],
    message: "OpenAI serves no requests from the country where this one came out.",
    fix: "Check the supported countries on OpenAI's site, and where your proxy or VPN leaves the network.",
    transient: false,
  },
  "openai.permission": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [403] }],
    message: ({ model, quote }) =>
      model === "" ? `The key may not do this${quote}.` : `The key may not use the model '${model}'${quote}.`,
    fix: "Use a key of a project that may, or choose another model.",
    field: keyField,
    transient: false,
  },
  "openai.model-not-found": {
    layer: "openai",
    signs: [
      { from: "openai", types: ["model_not_found"] },
      { from: "openai", statuses: [404], says: /\bmodel\b/i },
    ],
    message: ({ model }) =>
      model === "" ? "OpenAI has no such model for this key." : `OpenAI has no model '${model}' for this key.`,
    fix: "Choose another model; `openclaw models list --live` shows those of the key.",
    field: "model",
    transient: false,
  },
  "openai.path-not-found": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [404] }],
    message: "OpenAI was reached, but not at an address that it has.",
    fix: ({ basePath }) => `Let the base URL end in ${basePath}, without /v1 after it.`,
    field: "baseUrl",
    transient: false,
  },
  "openai.request-invalid": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [400, 409, 413, 422] }],
    message: ({ quote }) => `OpenAI accepted the credentials but not the request${quote}.`,
    fix: "Change what the answer names; it is the request's form, not a key.",
    transient: false,
  },
  "openai.rate-limited": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [429] }],
    message: "OpenAI's rate limit is reached; the credentials were accepted.",
    fix: ({ wait }) => `Wait ${wait}; the limits stand at platform.openai.com > Limits.`,
    transient: true,
  },
  "openai.internal": {
    layer: "openai",
    signs: [{ from: "openai", statuses: [500, 502, 503, 504] }],
    message: ({ status }) => `Something failed inside OpenAI, or it has too much to do (HTTP ${status}).`,
    fix: "Try again in a minute; if it stays, look at status.openai.com.",
    transient: true,
  },
  "openai.unknown": {
    layer: "openai",
    signs: [{ from: "openai" }],
    message: ({ status, code, quote }) => `OpenAI refused with HTTP ${status} and the error '${code}'${quote}.`,
    fix: "Look the error up in OpenAI's documentation, and report it with the ids if it is not there.",
    transient: ({ status }) => status >= 500,
    excerpt: true,
  },
} satisfies DiagnosisRows;
