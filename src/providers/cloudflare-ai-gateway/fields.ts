import type { Field, Need, Values } from "../provider.ts";
import {
  checkAccountId,
  checkApiToken,
  checkBaseUrl,
  checkGatewayId,
  checkGatewayToken,
  checkOpenaiKey,
  checkProviderKey,
  isApiToken,
} from "./checks.ts";
import { CREDENTIALS, checkAlias, checkChoice, isKeyless } from "./credentials.ts";

const ID = "cloudflare-ai-gateway";

/** The first is set up where nobody says otherwise. */
const ENDPOINT_IDS = ["anthropic", "workers-ai", "openai"] as const;

/** Whether one of these endpoints is to be set up. */
const uses = ({ endpoint = ENDPOINT_IDS[0] }: Values, ...ids: readonly (typeof ENDPOINT_IDS)[number][]): boolean =>
  ids.some((id) => endpoint.split(",").includes(id));

const keyNeed =
  (id: (typeof ENDPOINT_IDS)[number]) =>
  (values: Values): Need =>
    uses(values, id) && !isKeyless(values.credentials) ? "required" : "none";

/** Everything that the provider has to know, in the order in which it is asked. */
export const FIELDS: readonly Field[] = [
  {
    id: "accountId",
    label: "Account ID",
    help: "In the dashboard's address: dash.cloudflare.com/<account ID>. A gateway's URL will do.",
    flag: `${ID}-account-id`,
    env: ["CLOUDFLARE_ACCOUNT_ID"],
    secret: false,
    found: "account",
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
    found: "gateway",
    need: "required",
    asked: "always",
    check: checkGatewayId,
  },
  {
    id: "endpoint",
    label: "Endpoints",
    help: "Who answers through this gateway; each becomes a provider of its own.",
    flag: `${ID}-endpoint`,
    env: [],
    secret: false,
    need: "optional",
    choices: [
      { value: "anthropic", label: "anthropic: Claude, with an Anthropic key" },
      { value: "workers-ai", label: "workers-ai: models that Cloudflare runs, with a Cloudflare token" },
      { value: "openai", label: "openai: GPT, with an OpenAI key" },
    ],
    several: true,
    asked: "advanced",
    check: checkChoice(ENDPOINT_IDS, { several: true }),
  },
  {
    id: "credentials",
    label: "Who pays the provider",
    help: "Requests carry your own key, the gateway adds a key that is stored at Cloudflare, or Cloudflare bills you.",
    flag: `${ID}-credentials`,
    env: [],
    secret: false,
    need: (values) => (uses(values, "anthropic", "openai") ? "optional" : "none"),
    choices: CREDENTIALS,
    asked: "advanced",
    check: checkChoice(CREDENTIALS.map(({ value }) => value)),
  },
  {
    id: "apiKey",
    label: "API key",
    help: "Your Anthropic key (sk-ant-…): console.anthropic.com > API keys.",
    flag: `${ID}-api-key`,
    env: ["CLOUDFLARE_AI_GATEWAY_API_KEY", "ANTHROPIC_API_KEY"],
    header: "x-api-key",
    secret: true,
    need: keyNeed("anthropic"),
    implies: { credentials: "key" },
    without: "credentials",
    asked: "always",
    check: checkProviderKey,
  },
  {
    id: "openaiApiKey",
    label: "OpenAI API key",
    help: "Your OpenAI key (sk-…): platform.openai.com > API keys.",
    flag: `${ID}-openai-api-key`,
    env: ["OPENAI_API_KEY"],
    secret: true,
    need: keyNeed("openai"),
    implies: { credentials: "key" },
    without: "credentials",
    asked: "always",
    check: checkOpenaiKey,
  },
  {
    id: "gatewayToken",
    label: "Gateway token",
    help: "A Cloudflare API token with the permission AI Gateway Run, and Workers AI Read for that endpoint; better no more.",
    flag: `${ID}-token`,
    env: ["CF_AIG_TOKEN"],
    header: "cf-aig-authorization",
    secret: true,
    lentBy: "apiToken",
    need: (values) => (isKeyless(values.credentials) || uses(values, "workers-ai") ? "required" : "optional"),
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
    implies: { credentials: "stored" },
    asked: "advanced",
    check: checkAlias,
  },
  {
    id: "paidFallback",
    label: "Paid fallback",
    help: "Whether Cloudflare may bill you (Unified Billing) for a request that has no usable key.",
    flag: `${ID}-paid-fallback`,
    env: [],
    secret: false,
    need: (values) => (values.credentials !== "billing" && uses(values, "anthropic", "openai") ? "optional" : "none"),
    choices: [
      { value: "no", label: "no: such a request is refused" },
      { value: "yes", label: "yes: such a request is billed" },
    ],
    asked: "never",
    check: checkChoice(["no", "yes"]),
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
  {
    id: "apiToken",
    label: "Cloudflare API token",
    help: "Looks up your accounts and gateways (AI Gateway Read); it is not stored.",
    flag: "cloudflare-api-token",
    env: ["CLOUDFLARE_API_TOKEN"],
    secret: true,
    stored: false,
    need: "optional",
    asked: "never",
    check: checkApiToken,
    recognises: isApiToken,
  },
];
