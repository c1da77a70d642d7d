import type { Field, Need, Values } from "../provider.ts";
import { checkBaseUrl } from "./address.ts";
import {
  ACCOUNT_ID,
  API_TOKEN,
  checkAccountId,
  checkAlias,
  checkApiToken,
  checkChoice,
  checkEndpoint,
  checkGatewayId,
  checkGatewayToken,
  checkOpenaiKey,
  checkProviderKey,
  FLAGS,
  GATEWAY_ID,
  isApiToken,
} from "./checks.ts";
import type { EndpointId } from "./endpoint-rows.ts";
import { isKeyless, TOKEN_HEADER } from "./headers.ts";

const ID = "cloudflare-ai-gateway";

/** @source developers.cloudflare.com, "Deep links": `?to=/:account/…` leads to the chosen account's page. */
const PAGES = {
  dashboard: "https://dash.cloudflare.com/",
  gateways: "https://dash.cloudflare.com/?to=/:account/ai/ai-gateway",
  tokens: "https://dash.cloudflare.com/profile/api-tokens",
  anthropicKeys: "https://console.anthropic.com/settings/keys",
  openaiKeys: "https://platform.openai.com/api-keys",
} as const;

/**
 * Charged on the credits that are bought for Unified Billing; the models themselves cost what their providers charge.
 * @source developers.cloudflare.com/ai-gateway/reference/pricing, seen on 27 November 2026.
 */
const BILLING_FEE = { percent: 5 };

const uses = ({ endpoint = "anthropic" }: Values, ...ids: readonly EndpointId[]): boolean =>
  ids.some((id) => endpoint.split(",").includes(id));

const keyNeed =
  (id: EndpointId) =>
  (values: Values): Need =>
    uses(values, id) && !isKeyless(values.credentials) ? "required" : "none";

export const ENDPOINT_FLAG = `${ID}-endpoint`;

export const FIELDS: readonly Field[] = [
  {
    id: "accountId",
    label: (t) => t.cloudflare.fields.accountId.label,
    help: (t) => t.cloudflare.fields.accountId.help,
    page: PAGES.dashboard,
    correction: (t) => t.cloudflare.fields.accountId.correction,
    flag: `${ID}-account-id`,
    env: ["CLOUDFLARE_ACCOUNT_ID"],
    // @source wrangler reads the first; moltworker, and guides for the published OpenClaw, name the others.
    otherNames: ["CF_ACCOUNT_ID", "CLOUDFLARE_AI_GATEWAY_ACCOUNT_ID", "CF_AI_GATEWAY_ACCOUNT_ID"],
    form: ACCOUNT_ID,
    secret: false,
    // @source account ids are 32 hexadecimal digits in every published SDK example; wrangler reads the second variable.
    privacy: {
      shape: /(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])/gi,
      env: ["CLOUDFLARE_ACCOUNT_ID", "CF_ACCOUNT_ID"],
    },
    lookup: "account",
    need: "required",
    asked: "always",
    check: checkAccountId,
  },
  {
    id: "gatewayId",
    label: (t) => t.cloudflare.fields.gatewayId.label,
    help: (t) => t.cloudflare.fields.gatewayId.help,
    page: PAGES.gateways,
    correction: (t) => t.cloudflare.fields.gatewayId.correction,
    flag: `${ID}-gateway-id`,
    env: ["CLOUDFLARE_GATEWAY_ID"],
    otherNames: ["CLOUDFLARE_AI_GATEWAY_GATEWAY_ID", "CLOUDFLARE_AI_GATEWAY_ID", "CF_AI_GATEWAY_GATEWAY_ID"],
    form: GATEWAY_ID,
    secret: false,
    lookup: "gateway",
    need: "required",
    asked: "always",
    check: checkGatewayId,
  },
  {
    id: "endpoint",
    label: (t) => t.cloudflare.fields.endpoint.label,
    question: (t) => t.cloudflare.fields.endpoint.question,
    help: (t) => t.cloudflare.fields.endpoint.help,
    correction: (t) => t.cloudflare.fields.endpoint.correction,
    flag: ENDPOINT_FLAG,
    env: [],
    secret: false,
    need: "optional",
    choices: [
      { value: "anthropic", label: (t) => t.cloudflare.fields.endpoint.choices.anthropic },
      { value: "workers-ai", label: (t) => t.cloudflare.fields.endpoint.choices["workers-ai"] },
      { value: "openai", label: (t) => t.cloudflare.fields.endpoint.choices.openai },
    ],
    several: true,
    asked: "advanced",
    check: checkEndpoint,
  },
  // @source https://developers.cloudflare.com/ai-gateway/configuration/bring-your-own-keys/ and unified billing: a key
  // in the request takes precedence over a stored one, and that over billing; the latter two need an authenticated
  // gateway.
  {
    id: "credentials",
    label: (t) => t.cloudflare.fields.credentials.label,
    question: (t) => t.cloudflare.fields.credentials.question,
    help: (t) => t.cloudflare.fields.credentials.help,
    correction: (t) => t.cloudflare.fields.credentials.correction,
    flag: `${ID}-credentials`,
    env: [],
    secret: false,
    need: (values) => (uses(values, "anthropic", "openai") ? "optional" : "none"),
    choices: [
      { value: "key", label: (t) => t.cloudflare.fields.credentials.choices.key },
      { value: "stored", label: (t) => t.cloudflare.fields.credentials.choices.stored },
      { value: "billing", label: (t) => t.cloudflare.fields.credentials.choices.billing(BILLING_FEE) },
    ],
    asked: "advanced",
    check: checkChoice(["key", "stored", "billing"]),
  },
  {
    id: "apiKey",
    label: (t) => t.cloudflare.fields.apiKey.label,
    help: (t) => t.cloudflare.fields.apiKey.help,
    page: PAGES.anthropicKeys,
    correction: (t) => t.cloudflare.fields.apiKey.correction,
    flag: FLAGS.apiKey,
    env: ["CLOUDFLARE_AI_GATEWAY_API_KEY", "ANTHROPIC_API_KEY"],
    header: "x-api-key",
    form: /^sk-ant-[\w-]+$/,
    secret: true,
    need: keyNeed("anthropic"),
    implies: { credentials: "key" },
    alternative: "credentials",
    asked: "always",
    check: checkProviderKey,
  },
  {
    id: "openaiApiKey",
    label: (t) => t.cloudflare.fields.openaiApiKey.label,
    help: (t) => t.cloudflare.fields.openaiApiKey.help,
    page: PAGES.openaiKeys,
    correction: (t) => t.cloudflare.fields.openaiApiKey.correction,
    flag: FLAGS.openaiApiKey,
    env: ["OPENAI_API_KEY"],
    form: /^sk-(?!ant-)[\w-]{20,}$/,
    secret: true,
    need: keyNeed("openai"),
    implies: { credentials: "key" },
    alternative: "credentials",
    asked: "always",
    check: checkOpenaiKey,
  },
  {
    id: "gatewayToken",
    label: (t) => t.cloudflare.fields.gatewayToken.label,
    help: (t) => t.cloudflare.fields.gatewayToken.help,
    page: PAGES.tokens,
    correction: (t) => t.cloudflare.fields.gatewayToken.correction,
    flag: FLAGS.gatewayToken,
    env: ["CF_AIG_TOKEN"],
    header: TOKEN_HEADER,
    scheme: "Bearer",
    form: API_TOKEN,
    secret: true,
    fallbackField: "apiToken",
    need: (values) => (isKeyless(values.credentials) || uses(values, "workers-ai") ? "required" : "optional"),
    asked: "advanced",
    check: checkGatewayToken,
  },
  {
    id: "byokAlias",
    label: (t) => t.cloudflare.fields.byokAlias.label,
    help: (t) => t.cloudflare.fields.byokAlias.help,
    correction: (t) => t.cloudflare.fields.byokAlias.correction,
    flag: `${ID}-byok-alias`,
    env: [],
    secret: false,
    need: ({ credentials }) => (credentials === "stored" ? "optional" : "none"),
    implies: { credentials: "stored" },
    asked: "advanced",
    check: checkAlias,
  },
  {
    id: "paidFallback",
    label: (t) => t.cloudflare.fields.paidFallback.label,
    help: (t) => t.cloudflare.fields.paidFallback.help,
    flag: `${ID}-paid-fallback`,
    env: [],
    secret: false,
    need: (values) => (values.credentials !== "billing" && uses(values, "anthropic", "openai") ? "optional" : "none"),
    choices: [
      { value: "no", label: (t) => t.cloudflare.fields.paidFallback.choices.no },
      { value: "yes", label: (t) => t.cloudflare.fields.paidFallback.choices.yes },
    ],
    asked: "never",
    check: checkChoice(["no", "yes"]),
  },
  {
    id: "baseUrl",
    label: (t) => t.cloudflare.fields.baseUrl.label,
    help: (t) => t.cloudflare.fields.baseUrl.help,
    correction: (t) => t.cloudflare.fields.baseUrl.correction,
    flag: FLAGS.baseUrl,
    env: [],
    form: /^https?:\/\//,
    secret: false,
    need: "optional",
    asked: "never",
    check: checkBaseUrl,
  },
  {
    id: "apiToken",
    label: (t) => t.cloudflare.fields.apiToken.label,
    help: (t) => t.cloudflare.fields.apiToken.help,
    flag: "cloudflare-api-token",
    env: ["CLOUDFLARE_API_TOKEN"],
    secret: true,
    stored: false,
    need: "optional",
    asked: "never",
    check: checkApiToken,
    matches: isApiToken,
  },
];
