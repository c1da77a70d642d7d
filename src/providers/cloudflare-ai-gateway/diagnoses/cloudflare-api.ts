import { type DiagnosisRows, inAddress, tokenField } from "../matcher.ts";

/** The one permission that requests need as well. */
const WORKERS_AI = "Workers AI Read";

/**
 * What Cloudflare's API answers, which is asked about the account and its gateways.
 * @source cloudflare-typescript (envelope), cloudflare/workers-sdk tests (9106), public issues on 6003/6111, 7003 and
 * 9109, freellmapi#297 and others (1000), edgefirst-dev/starter#3 (1001); developers.cloudflare.com "API rate limits". The
 * code for a gateway that is not there, and the words for one that is, are not documented.
 */
export const CLOUDFLARE_API_DIAGNOSES = {
  "api.token-malformed": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", codes: [6003, 6111, 9106] }],
    message: "What was sent to Cloudflare's API as a token does not have the form of one.",
    fix: "Copy the token again, alone: without 'Bearer', quotes or line breaks.",
    field: tokenField,
    transient: false,
  },
  "api.token-unknown": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", codes: [1000] }],
    message: "Cloudflare does not know this token.",
    fix: "Copy it again, or create a new one in the dashboard, under API Tokens; it may also have been deleted or replaced.",
    field: tokenField,
    transient: false,
  },
  "api.token-expired": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", types: ["expired"] }],
    message: "The token was once valid, but has expired.",
    fix: "Give it a later end in the dashboard, under API Tokens, or create a new one.",
    field: tokenField,
    transient: false,
  },
  "api.token-disabled": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", types: ["disabled"] }],
    message: "The token is valid, but switched off.",
    fix: "Enable it in the dashboard, under API Tokens, or create a new one.",
    field: tokenField,
    transient: false,
  },
  "api.permission-missing": {
    layer: "cloudflare-api",
    signs: [
      { from: "cloudflare-api", types: ["nothing"] },
      { from: "cloudflare-api", codes: [10000, 9109], active: true },
    ],
    message: ({ purpose, permission }) =>
      `The token works, but may not ${purpose}: it lacks the permission ${permission}.`,
    fix: ({ permission }) =>
      `Add it in the dashboard, under API Tokens, for the account that is meant${permission === WORKERS_AI ? "." : ", or go on without: requests through a gateway do not need it."}`,
    transient: false,
  },
  "api.account-token": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", codes: [1001], says: /account owned token/i }],
    message: "The token belongs to an account and not to a person, and such a token cannot list accounts.",
    fix: "Give the account ID; it is in the dashboard's address: dash.cloudflare.com/<account ID>.",
    field: "accountId",
    transient: false,
  },
  "api.token-rejected": {
    layer: "cloudflare-api",
    signs: [
      { from: "cloudflare-api", codes: [10000] },
      { from: "cloudflare-api", codes: [9109], says: /invalid access token/i },
    ],
    message:
      "Cloudflare's API does not know the token, or the token lacks the permission for this; it answers both alike.",
    fix: ({ permission, purpose }) =>
      `Add the permission ${permission || "AI Gateway Read"} to the token if it is to ${permission === "" ? "look gateways up" : purpose}; a token that only has AI Gateway Run still works for requests.`,
    field: tokenField,
    transient: false,
  },
  "api.access-refused": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", codes: [9109] }],
    message: "The token is known to Cloudflare's API but may not look into this account.",
    fix: "Check that the account ID is the token's account, and that the token has the permission AI Gateway Read.",
    field: inAddress("accountId"),
    transient: false,
  },
  "api.model-not-found": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", codes: [7003], says: /^(?!.*route)/i, model: true }],
    message: ({ model, quote }) => `Cloudflare's API does not take the model '${model}' or the input for it${quote}.`,
    fix: "Check the model's name: this API writes it as author/model, with dots in versions.",
    field: "model",
    transient: false,
  },
  "api.account-not-found": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", codes: [7003] }],
    message: "Cloudflare's API finds nothing at this address, which mostly means that the account ID is wrong.",
    fix: "Copy the account ID from the dashboard's address: dash.cloudflare.com/<account ID>.",
    field: inAddress("accountId"),
    transient: false,
  },
  "api.gateway-not-found": {
    layer: "cloudflare-api",
    signs: [
      { from: "cloudflare-api", codes: [7002] },
      { from: "cloudflare-api", statuses: [404], account: true },
    ],
    message: ({ gateway }) =>
      gateway === "" ? "The account has nothing of that name." : `The account has no gateway named '${gateway}'.`,
    fix: "Compare the gateway ID and the account ID with the dashboard, under AI > AI Gateway, or create the gateway.",
    field: inAddress("gatewayId"),
    transient: false,
  },
  "api.gateway-exists": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", says: /\balready exists\b/i, account: true }],
    message: ({ gateway }) => `The account already has a gateway named '${gateway}'.`,
    fix: "Use it, or choose another name.",
    field: "gatewayId",
    transient: false,
  },
  "api.parameter-invalid": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", codes: [7001] }],
    message: ({ quote }) => `Cloudflare's API does not accept a parameter${quote}.`,
    fix: "Update openclaw, and report it with the ids if it stays.",
    transient: false,
  },
  "api.rate-limited": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", statuses: [429] }],
    message: "The rate limit of Cloudflare's API is reached.",
    fix: ({ wait }) => `Wait ${wait}; requests through the gateway are not affected.`,
    transient: true,
  },
  "api.internal": {
    layer: "cloudflare-api",
    signs: [
      { from: "cloudflare-api", codes: [7000] },
      { from: "cloudflare-api", statuses: [500, 502, 503, 504] },
    ],
    message: "Something failed inside Cloudflare's API.",
    fix: "Try again in a minute; if it stays, look at www.cloudflarestatus.com.",
    transient: true,
  },
  "api.unexpected": {
    layer: "unknown",
    signs: [
      { from: "cloudflare-api", types: ["unreadable"] },
      { from: "other", good: true, account: true },
      { from: "page", good: true, account: true, cloudflare: true },
      { from: "redirect", account: true, cloudflare: true },
    ],
    message: ({ host, status }) => `${host} answered HTTP ${status}, but not as Cloudflare's API answers.`,
    fix: "Try again; if it stays, check CLOUDFLARE_API_BASE_URL if it is set, and update openclaw.",
    transient: false,
    excerpt: true,
  },
  "api.unknown": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api" }],
    message: ({ status, code, quote }) =>
      `Cloudflare's API refused with HTTP ${status}${code === "" ? "" : ` and code ${code}`}${quote}.`,
    fix: "Check the account ID and the token's permissions, and report it with the ids if they are right.",
    transient: false,
    excerpt: true,
  },
} satisfies DiagnosisRows;
