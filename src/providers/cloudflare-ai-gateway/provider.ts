import { idsInUrl, isPlaceholder } from "../paste.ts";
import type { Provider, ProviderEntry, Values } from "../provider.ts";
import { checkAccountId, checkBaseUrl, checkGatewayId, checkGatewayToken, checkProviderKey } from "./checks.ts";
import { CREDENTIALS, checkAlias, checkCredentials, isKeyless } from "./credentials.ts";
import { CATALOGUE, CATALOGUED_IN, RETIREMENTS } from "./models.ts";

const ID = "cloudflare-ai-gateway";

/** @source https://developers.cloudflare.com/ai-gateway/: base of the provider-native endpoints. */
const GATEWAY_ORIGIN = "https://gateway.ai.cloudflare.com";

const TOKEN_HEADER = "cf-aig-authorization";

/** Forbids the gateway to bill the account for a request whose key is missing. It marks a stored key in our entry. */
const NO_BILLING_HEADER = "cf-aig-no-wholesale";

/** Chooses a key stored at Cloudflare other than `default`. */
const ALIAS_HEADER = "cf-aig-byok-alias";

function entry(
  { baseUrl, accountId, gatewayId, credentials, byokAlias }: Values,
  { gatewayToken }: Readonly<Record<string, string>>,
): ProviderEntry {
  return {
    baseUrl: baseUrl ?? `${GATEWAY_ORIGIN}/v1/${accountId}/${gatewayId}/anthropic`,
    api: "anthropic-messages",
    ...(isKeyless(credentials) && { auth: "token" }),
    headers: {
      ...(gatewayToken !== undefined && { [TOKEN_HEADER]: `Bearer \${${gatewayToken}}` }),
      [NO_BILLING_HEADER]: credentials === "stored" ? "true" : undefined,
      [ALIAS_HEADER]: credentials === "stored" ? byokAlias : undefined,
    },
  };
}

const answersIn: Provider["answersIn"] = ({ baseUrl, auth, headers = {} }) => {
  const alias = headers[ALIAS_HEADER];
  const stored = headers[NO_BILLING_HEADER] === "true";
  return {
    ...addressIn(baseUrl),
    ...(auth === "token" && { credentials: stored ? "stored" : "billing" }),
    ...(auth === "token" && stored && typeof alias === "string" && { byokAlias: alias }),
  };
};

function addressIn(baseUrl: string | undefined): Values {
  if (baseUrl === undefined) return {};
  const { accountId, gatewayId } = idsInUrl(baseUrl) ?? {};
  if (accountId === undefined || gatewayId === undefined) return { baseUrl };
  return isPlaceholder(accountId) || isPlaceholder(gatewayId) ? { baseUrl } : { accountId, gatewayId };
}

export const cloudflareAiGateway: Provider = {
  id: ID,
  label: "Cloudflare AI Gateway",
  alias: "Cloudflare AI Gateway",
  authChoice: `${ID}-api-key`,
  keyField: "apiKey",
  replaces: { baseUrl: ["accountId", "gatewayId"] },
  fields: [
    {
      id: "accountId",
      label: "Account ID",
      help: "In the dashboard's address: dash.cloudflare.com/<account ID>. A gateway's URL will do.",
      flag: `${ID}-account-id`,
      env: ["CLOUDFLARE_ACCOUNT_ID"],
      secret: false,
      need: "required",
      asked: "always",
      check: checkAccountId,
    },
    {
      id: "gatewayId",
      label: "Gateway ID",
      help: "The gateway's name in the dashboard, under AI > AI Gateway.",
      flag: `${ID}-gateway-id`,
      env: ["CLOUDFLARE_GATEWAY_ID"],
      secret: false,
      need: "required",
      asked: "always",
      check: checkGatewayId,
    },
    {
      id: "credentials",
      label: "Who pays the provider",
      help: "Requests carry your own key, the gateway adds a key that is stored at Cloudflare, or Cloudflare bills you.",
      flag: `${ID}-credentials`,
      env: [],
      secret: false,
      need: "optional",
      choices: CREDENTIALS,
      asked: "never",
      check: checkCredentials,
    },
    {
      id: "apiKey",
      label: "API key",
      help: "Your Anthropic key (sk-ant-…): console.anthropic.com > API keys.",
      flag: `${ID}-api-key`,
      env: ["CLOUDFLARE_AI_GATEWAY_API_KEY", "ANTHROPIC_API_KEY"],
      header: "x-api-key",
      secret: true,
      need: ({ credentials }) => (isKeyless(credentials) ? "none" : "required"),
      implies: { credentials: "key" },
      asked: "always",
      check: checkProviderKey,
    },
    {
      id: "gatewayToken",
      label: "Gateway token",
      help: "For authenticated gateways: a Cloudflare API token with AI Gateway Run.",
      flag: `${ID}-token`,
      env: ["CF_AIG_TOKEN"],
      header: "cf-aig-authorization",
      secret: true,
      need: ({ credentials }) => (isKeyless(credentials) ? "required" : "optional"),
      asked: "advanced",
      check: checkGatewayToken,
    },
    {
      id: "byokAlias",
      label: "Alias of the stored key",
      help: "Only for a key that is stored at Cloudflare under another name than 'default'.",
      flag: `${ID}-byok-alias`,
      env: [],
      secret: false,
      need: ({ credentials }) => (credentials === "stored" ? "optional" : "none"),
      asked: "never",
      check: checkAlias,
    },
    {
      id: "baseUrl",
      label: "Base URL",
      help: "For a custom domain: it replaces the account ID and the gateway ID.",
      flag: `${ID}-base-url`,
      env: [],
      secret: false,
      need: "optional",
      asked: "never",
      check: checkBaseUrl,
    },
  ],
  endpoint: {
    providerId: ID,
    api: "anthropic-messages",
    defaultModel: "claude-sonnet-4-6",
    models: CATALOGUE,
    cataloguedIn: CATALOGUED_IN,
    retirements: RETIREMENTS,
  },
  entry,
  answersIn,
  checks: () => import("./probe.ts"),
  listing: () => import("./listing.ts"),
};
