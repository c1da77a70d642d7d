import { idsInUrl, isPlaceholder } from "../paste.ts";
import type { Provider } from "../provider.ts";
import { checkAccountId, checkBaseUrl, checkGatewayId, checkGatewayToken, checkProviderKey } from "./checks.ts";
import { CATALOGUE, RETIREMENTS } from "./models.ts";

const ID = "cloudflare-ai-gateway";

/** @source https://developers.cloudflare.com/ai-gateway/: base of the provider-native endpoints. */
const GATEWAY_ORIGIN = "https://gateway.ai.cloudflare.com";

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
      required: true,
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
      required: true,
      asked: "always",
      check: checkGatewayId,
    },
    {
      id: "apiKey",
      label: "API key",
      help: "Your Anthropic key (sk-ant-…): console.anthropic.com > API keys.",
      flag: `${ID}-api-key`,
      env: ["CLOUDFLARE_AI_GATEWAY_API_KEY", "ANTHROPIC_API_KEY"],
      header: "x-api-key",
      secret: true,
      required: true,
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
      required: false,
      asked: "advanced",
      check: checkGatewayToken,
    },
    {
      id: "baseUrl",
      label: "Base URL",
      help: "For a custom domain: it replaces the account ID and the gateway ID.",
      flag: `${ID}-base-url`,
      env: [],
      secret: false,
      required: false,
      asked: "never",
      check: checkBaseUrl,
    },
  ],
  endpoint: {
    providerId: ID,
    api: "anthropic-messages",
    defaultModel: "claude-sonnet-4-6",
    models: CATALOGUE,
    retirements: RETIREMENTS,
  },
  entry: ({ baseUrl, accountId, gatewayId }, { gatewayToken }) => ({
    baseUrl: baseUrl ?? `${GATEWAY_ORIGIN}/v1/${accountId}/${gatewayId}/anthropic`,
    api: "anthropic-messages",
    headers: gatewayToken === undefined ? {} : { "cf-aig-authorization": `Bearer \${${gatewayToken}}` },
  }),
  answersIn: ({ baseUrl }) => {
    if (baseUrl === undefined) return {};
    const { accountId, gatewayId } = idsInUrl(baseUrl) ?? {};
    if (accountId === undefined || gatewayId === undefined) return { baseUrl };
    return isPlaceholder(accountId) || isPlaceholder(gatewayId) ? { baseUrl } : { accountId, gatewayId };
  },
  checks: () => import("./probe.ts"),
};
