import { type DiagnosisRows, inAddress } from "../diagnosis-row.ts";

/**
 * What Cloudflare's API answers, which is asked about the account and its gateways.
 * @source cloudflare-typescript (envelope), cloudflare/workers-sdk tests (9106), public issues on 6003/6111, 7003 and
 * 9109; developers.cloudflare.com "API rate limits".
 */
export const CLOUDFLARE_API_DIAGNOSES = {
  "api.token-malformed": {
    layer: "cloudflare-api",
    signs: [{ from: "cloudflare-api", codes: [6003, 6111, 9106] }],
    message: "What was sent to Cloudflare's API as a token does not have the form of one.",
    fix: "Copy the token again, alone: without 'Bearer', quotes or line breaks.",
    field: "gatewayToken",
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
    fix: "Add the permission AI Gateway Read to the token if it is to look gateways up; a token that only has AI Gateway Run still works for requests.",
    field: "gatewayToken",
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
