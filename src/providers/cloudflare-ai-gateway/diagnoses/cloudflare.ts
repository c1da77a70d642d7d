import { addressField, customBaseUrl, type DiagnosisRows, gatewayTokenField, nextModelIfMissing } from "../matcher.ts";

/**
 * Responses of Cloudflare's API, which is asked about the account and its gateways.
 * @source cloudflare-typescript (envelope), cloudflare/workers-sdk tests (9106), public issues on 6003/6111, 7003 and
 * 9109, freellmapi#297 and others (1000), edgefirst-dev/starter#3 (1001), cloudflare/ai#549 (405 with 7001);
 * developers.cloudflare.com "API rate limits". The code for a missing gateway, and the messages for one that exists and
 * for one too many, are not documented.
 */
export const CLOUDFLARE_API_DIAGNOSES = {
  "api.token-malformed": {
    matchers: [{ author: "cloudflare-api", codes: [6003, 6111, 9106] }],
    field: gatewayTokenField,
  },
  "api.token-unknown": { matchers: [{ author: "cloudflare-api", codes: [1000] }], field: gatewayTokenField },
  "api.token-expired": { matchers: [{ author: "cloudflare-api", types: ["expired"] }], field: gatewayTokenField },
  "api.token-disabled": { matchers: [{ author: "cloudflare-api", types: ["disabled"] }], field: gatewayTokenField },
  "api.permission-missing": {
    matchers: [
      { author: "cloudflare-api", types: ["nothing"] },
      { author: "cloudflare-api", codes: [10000, 9109], active: true },
    ],
  },
  "api.account-token": {
    matchers: [{ author: "cloudflare-api", codes: [1001], says: /account owned token/i }],
    field: "accountId",
  },
  "api.token-rejected": {
    matchers: [
      { author: "cloudflare-api", codes: [10000] },
      { author: "cloudflare-api", codes: [9109], says: /invalid access token/i },
    ],
    field: gatewayTokenField,
  },
  "api.access-refused": { matchers: [{ author: "cloudflare-api", codes: [9109] }], field: addressField("accountId") },
  "api.model-not-found": {
    matchers: [{ author: "cloudflare-api", codes: [7003], says: /^(?!.*route)/i, model: true }],
    field: "model",
    recovery: nextModelIfMissing,
    blames: "model",
  },
  "api.account-not-found": {
    matchers: [{ author: "cloudflare-api", codes: [7003] }],
    field: addressField("accountId"),
  },
  "api.gateway-not-found": {
    matchers: [
      { author: "cloudflare-api", codes: [7002] },
      { author: "cloudflare-api", statuses: [404], account: true },
    ],
    field: addressField("gatewayId"),
  },
  "api.gateway-exists": {
    matchers: [{ author: "cloudflare-api", says: /\balready exists\b/i, account: true }],
    field: "gatewayId",
  },
  "api.gateway-limit": {
    matchers: [
      {
        author: "cloudflare-api",
        says: /\b(?:limit|maximum|quota|too many)\b.*\bgateways?\b|\bgateways?\b.*\b(?:limit|maximum|quota|too many)\b/i,
        account: true,
      },
    ],
  },
  "api.path-not-found": {
    matchers: [{ author: "cloudflare-api", codes: [7001], statuses: [405] }],
    field: ({ account }) => (account === undefined ? "baseUrl" : undefined),
  },
  "api.parameter-invalid": { matchers: [{ author: "cloudflare-api", codes: [7001] }], blames: "request" },
  "api.rate-limited": { matchers: [{ author: "cloudflare-api", statuses: [429] }], transient: true },
  "api.internal": {
    matchers: [
      { author: "cloudflare-api", codes: [7000] },
      { author: "cloudflare-api", statuses: [500, 502, 503, 504] },
    ],
    transient: true,
  },
  "api.unexpected": {
    layer: "unknown",
    matchers: [
      { author: "cloudflare-api", types: ["unreadable"] },
      { author: "other", good: true, account: true },
      { author: "page", good: true, account: true, cloudflare: true },
      { author: "redirect", account: true, cloudflare: true },
    ],
    excerpt: true,
  },
  "api.unknown": { matchers: [{ author: "cloudflare-api" }], excerpt: true },
} satisfies DiagnosisRows;

/**
 * Responses of Cloudflare's edge, before any credential was checked.
 * @source developers.cloudflare.com "Cloudflare 1xxx errors", "Cloudflare 5xx errors", "Detect a challenge page
 * response" and AI Gateway "Custom domains"; 1010: public projects that met it on gateway.ai.cloudflare.com.
 */
export const EDGE_DIAGNOSES = {
  "edge.access-denied": { matchers: [{ author: "access", access: true }], field: customBaseUrl },
  "edge.access-login": { matchers: [{ author: "access" }], field: customBaseUrl },
  "edge.challenge": { matchers: [{ author: "challenge" }], field: customBaseUrl },
  "edge.client-blocked": { matchers: [{ author: "edge", codes: [1010] }] },
  "edge.address-blocked": {
    matchers: [
      { author: "edge", codes: [1005, 1006, 1007, 1008, 1009, 1012, 1020, 1106] },
      { author: "edge", statuses: [403] },
    ],
    field: customBaseUrl,
  },
  "edge.rate-limited": {
    matchers: [
      { author: "edge", codes: [1015] },
      { author: "edge", statuses: [429] },
    ],
    transient: true,
  },
  "edge.domain-unready": {
    matchers: [{ author: "edge", codes: [1000, 1001, 1002, 1014, 1016, 1018, 1023, 1033] }],
    field: customBaseUrl,
  },
  "edge.origin-slow": {
    matchers: [
      { author: "edge", statuses: [524] },
      { author: "edge", codes: [524] },
    ],
    transient: true,
  },
  "edge.origin-failed": {
    matchers: [
      { author: "edge", statuses: [520, 521, 522, 523, 525, 526, 527, 530] },
      { author: "edge", codes: [520, 521, 522, 523] },
    ],
    transient: true,
  },
  "edge.unavailable": { matchers: [{ author: "edge", statuses: [500, 502, 503, 504] }], transient: true },
  "edge.unknown": { matchers: [{ author: "edge" }], transient: ({ status }) => status >= 500, excerpt: true },
} satisfies DiagnosisRows;

/**
 * Responses of Workers AI, in the format of Cloudflare's API or of OpenAI.
 * @source developers.cloudflare.com/workers-ai/platform/errors, 29 July 2026.
 */
export const WORKERS_AI_DIAGNOSES = {
  "workers-ai.model-not-found": {
    matchers: [
      { codes: [5007, 3042], endpoints: ["workers-ai"] },
      { author: "workers-ai", says: /no such model/i },
    ],
    field: "model",
    recovery: nextModelIfMissing,
    blames: "model",
  },
  "workers-ai.model-not-allowed": {
    matchers: [{ codes: [5016, 5018, 3041], endpoints: ["workers-ai"] }],
    field: "model",
  },
  "workers-ai.account-blocked": { matchers: [{ codes: [3023], endpoints: ["workers-ai"] }] },
  "workers-ai.allocation-used": {
    matchers: [
      { codes: [3036, 4006], endpoints: ["workers-ai"] },
      { endpoints: ["workers-ai"], statuses: [429], says: /free allocation|neurons/i },
    ],
    recovery: "next-payer",
  },
  "workers-ai.no-capacity": {
    matchers: [
      { codes: [3040, 3007, 3008], endpoints: ["workers-ai"] },
      {
        author: "cloudflare-api",
        endpoints: ["workers-ai"],
        statuses: [408, 429, 500, 502, 503, 504],
        at: ["gateway", "own"],
      },
      { author: "workers-ai", statuses: [408, 429, 500, 502, 503, 504] },
    ],
    transient: true,
  },
  "workers-ai.request-invalid": {
    matchers: [{ codes: [5004, 5005, 5006, 3003, 3006], endpoints: ["workers-ai"] }, { author: "workers-ai" }],
    blames: "request",
  },
} satisfies DiagnosisRows;
