import { count, inBrackets } from "./words.ts";

interface AboutProvider {
  provider: string;
}
interface Said {
  said: string;
}
interface Status {
  status: number;
}
interface RefusedWith extends Said, Status {
  code: string;
}
interface AboutModel {
  model: string;
}
interface AboutHost {
  host: string;
}
interface Wait {
  waitSeconds: number;
}
interface BasePath {
  basePath: string;
}

const seconds = ({ waitSeconds }: Wait) => count(waitSeconds, "second");
const theProxy = (proxy: string) => (proxy === "" ? "The proxy" : `The proxy ${proxy}`);
const refusedWith = ({ status, code, said }: RefusedWith, word: string) =>
  `HTTP ${status}${code === "" ? "" : `, ${word} ${code}`}${inBrackets(said)}`;

const OWN_KEY_OR_COVERED = "Choose a model that Unified Billing covers, or use your own API key.";
const GUARDRAIL = "Change the prompt, or the guardrail in the gateway's settings. The credentials work.";
const COMPARE_IDS =
  "Compare the gateway ID and the account ID with the dashboard (AI > AI Gateway), or create the gateway.";
const REQUEST_FORM = "Change what the error names. The credentials work.";
const COPY_ACCOUNT_ID = "Copy the account ID from the dashboard's URL: dash.cloudflare.com/<account ID>.";
const CLOUDFLARE_STATUS = "Try again in a minute. If it keeps failing, check www.cloudflarestatus.com.";
const WITHOUT_PROXY = "Try again. If it keeps failing, try without a VPN or proxy.";
const CHECK_BASE_URL = ({ basePath }: BasePath) =>
  `Check the base URL: it must point to the gateway and end in ${basePath}.`;

/**
 * The fault and the fix by the code of the diagnosis. Values that are not known are empty texts;
 * `said` is what the other side said itself.
 */
export const diagnoses = () => ({
  "gateway.payment-required": {
    message: ({ host }: AboutHost) => `${host} asks for a payment by x402, which openclaw does not make.`,
    fix: "Use your own API key or Unified Billing, and no header Payment-Method.",
  },
  "gateway.key-or-token-rejected": {
    message: "Cloudflare rejected the API token, or the provider rejected the key stored with the gateway.",
    fix: "Check the token's permissions, then the gateway's Provider Keys in the dashboard.",
  },
  "gateway.token-missing": {
    message: "The gateway requires a gateway token, and none was sent.",
    fix: "Create a Cloudflare API token with the permission AI Gateway Run and enter it as the gateway token.",
  },
  "gateway.token-rejected": {
    message: "The gateway rejected the gateway token. It did not check the API key.",
    fix: "Check that the token belongs to this account, has not expired, and has the permission AI Gateway Run.",
  },
  "gateway.not-found": {
    message: ({ gateway }: { gateway: string }) =>
      gateway === "" ? "There is no gateway at this address." : `The account has no gateway "${gateway}".`,
    fix: COMPARE_IDS,
  },
  "gateway.policy-denied": {
    message: ({ model }: AboutModel) =>
      model === ""
        ? "A policy of the gateway denies this request, or none of its policies allows it."
        : `A policy of the gateway denies the model "${model}", or none of its policies allows it.`,
    fix: ({ model }: AboutModel): string =>
      model === ""
        ? "A list names no model that a policy could allow. Check with `--verify=message`, or change the policies."
        : "Choose another model, or change the gateway's policies in the dashboard. The credentials work.",
  },
  "gateway.spend-limit": {
    message: ({ said }: Said) => `A spend limit of the gateway is used up${inBrackets(said)}.`,
    fix: ({ provider }: AboutProvider) =>
      `Wait until it resets, or raise it in the gateway's settings. It is not a limit of ${provider}.`,
  },
  "gateway.billing-rate-limited": {
    message: "The rate limit of Unified Billing, or the gateway's own, is reached.",
    fix: (wait: Wait) => `Wait ${seconds(wait)}, or use your own API key, which Unified Billing does not limit.`,
  },
  "gateway.rate-limited": {
    message: ({ provider }: AboutProvider) => `The gateway's own rate limit is reached. ${provider} was not called.`,
    fix: (wait: Wait) => `Wait ${seconds(wait)}, or raise the rate limit in the gateway's settings.`,
  },
  "gateway.provider-failed": {
    message: ({ model, provider, said }: AboutModel & AboutProvider & Said) =>
      model === ""
        ? `The gateway got no answer from ${provider}${inBrackets(said)}.`
        : `The gateway got no answer from ${provider} for the model "${model}"${inBrackets(said)}.`,
    fix: "Try again in a minute. If it keeps failing, check the model's name and the provider's status page.",
  },
  "gateway.provider-unknown": {
    message: "The base URL names a provider that the gateway does not know.",
    fix: ({ basePath }: BasePath) => `Set a base URL that ends in ${basePath}.`,
  },
  "gateway.guardrails-unavailable": {
    message: "The gateway's guardrails did not answer, so it blocked the request.",
    fix: "Try again in a minute. If it keeps failing, set the guardrails to Flag in the gateway's settings.",
  },
  "gateway.guardrails-credits": {
    message: "The gateway's guardrails need credits, and the Cloudflare account has none left.",
    fix: "Add credits in the dashboard (AI > AI Gateway), or turn the guardrails off. The API key is not the cause.",
  },
  "gateway.guarded": {
    message: ({ said }: Said) => `A guardrail of the gateway blocked the prompt or the answer${inBrackets(said)}.`,
    fix: GUARDRAIL,
  },
  "gateway.prompt-guarded": {
    message: ({ said }: Said) => `A guardrail of the gateway blocked the prompt${inBrackets(said)}.`,
    fix: GUARDRAIL,
  },
  "gateway.answer-guarded": {
    message: ({ said }: Said) => `A guardrail of the gateway blocked the answer${inBrackets(said)}.`,
    fix: GUARDRAIL,
  },
  "gateway.model-unprefixed": {
    message: "This base URL expects model names that begin with the provider.",
    fix: ({ basePath }: BasePath) => `Set a base URL that ends in ${basePath}, where models go by their own names.`,
  },
  "gateway.key-missing": {
    message: "The request reached the gateway without an API key.",
    fix: "Enter the API key again, and check that no proxy removes its header.",
  },
  "gateway.stored-key-missing": {
    message: ({ gateway, provider }: { gateway: string } & AboutProvider) =>
      gateway === ""
        ? `The gateway has no stored key for ${provider}.`
        : `The gateway "${gateway}" has no stored key for ${provider}.`,
    fix: "Store a key in the dashboard, under the gateway's Provider Keys, or enter an API key here.",
  },
  "gateway.no-credits": {
    message: "The Cloudflare account has no credits left for Unified Billing.",
    fix: "Add credits in the dashboard (AI > AI Gateway), or use your own API key.",
  },
  "gateway.billing-refused": {
    message: "The gateway accepts only requests with an API key, so Unified Billing cannot be used.",
    fix: "Enter or store an API key, or allow Unified Billing in the gateway's settings.",
  },
  "gateway.prompt-sensitive": {
    message: ({ said }: Said) => `The gateway's data loss prevention blocked the prompt${inBrackets(said)}.`,
    fix: "Remove the sensitive data from the prompt, or change the gateway's DLP policy.",
  },
  "gateway.answer-sensitive": {
    message: ({ said }: Said) => `The gateway's data loss prevention blocked the answer${inBrackets(said)}.`,
    fix: "Ask for something else, or change the gateway's DLP policy.",
  },
  "gateway.alias-not-found": {
    message: ({ alias, said }: { alias: string } & Said) =>
      `The gateway has no stored key under the alias "${alias}"${inBrackets(said)}.`,
    fix: "Use an alias that the gateway has, or store a key under this one.",
  },
  "gateway.route-unsupported": {
    message: ({ model }: AboutModel) => `"${model}" is a route of Cloudflare's, which this endpoint does not have.`,
    fix: ({ provider }: AboutProvider) => `Choose a model of ${provider}.`,
  },
  "gateway.model-elsewhere": {
    message: ({ model }: AboutModel) => `The model "${model}" runs on Workers AI, which is another endpoint.`,
    fix: "To set it up, run `openclaw onboard --cloudflare-ai-gateway-endpoint workers-ai`.",
  },
  "gateway.route-not-found": {
    message: ({ said }: Said) => `The gateway does not know this address or model${inBrackets(said)}.`,
    fix: ({ basePath }: BasePath) => `Set a base URL that ends in ${basePath}, and check the model's name.`,
  },
  "gateway.workers-ai-token": {
    message: "Workers AI rejected the token that the gateway passed on.",
    fix: ({ isWorkersAi, basePath }: { isWorkersAi: boolean } & BasePath) =>
      isWorkersAi
        ? "Add the permission Workers AI Read to the token, and check that it belongs to this account."
        : `Set a base URL that ends in ${basePath}. For Workers AI, add the permission Workers AI Read to the token.`,
  },
  "gateway.unknown": {
    message: (refused: RefusedWith) => `The gateway refused the request with ${refusedWith(refused, "code")}.`,
    fix: "Find the request in the gateway's logs. If they do not help, report it with the IDs.",
  },

  "anthropic.billing-unavailable": {
    message: ({ model }: AboutModel) =>
      model === ""
        ? "Anthropic received no key it accepts. Unified Billing may not cover this request."
        : `Anthropic received no key it accepts. Unified Billing may not cover the model "${model}".`,
    fix: OWN_KEY_OR_COVERED,
  },
  "anthropic.stored-key-rejected": {
    message: ({ alias }: { alias: string }) => `Anthropic rejected the key stored under the alias "${alias}".`,
    fix: "Replace it in the dashboard, under the gateway's Provider Keys, and send no x-api-key header.",
  },
  "anthropic.key-missing": {
    message: "The gateway accepted the request, but no API key reached Anthropic.",
    fix: "Enter the API key again, and check that no proxy removes the header x-api-key.",
  },
  "anthropic.key-rejected": {
    message: "The gateway accepted the request, but Anthropic rejected the API key.",
    fix: "Copy the key again, or create a new one at console.anthropic.com > API keys.",
  },
  "anthropic.no-credit": {
    message: "The key is valid, but its Anthropic account has no credit left.",
    fix: "Add credit at console.anthropic.com > Plans & Billing.",
  },
  "anthropic.billing": {
    message: ({ said }: Said) => `Anthropic reports a billing problem with the key's account${inBrackets(said)}.`,
    fix: "Check console.anthropic.com > Plans & Billing.",
  },
  "anthropic.country": {
    message: "Anthropic does not serve the location that this request came from.",
    fix: "Check the supported countries on Anthropic's site, and where your proxy or VPN leaves the network.",
  },
  "anthropic.permission": {
    message: ({ model, said }: AboutModel & Said) =>
      model === ""
        ? `The key is not allowed to do this${inBrackets(said)}.`
        : `The key is not allowed to use the model "${model}"${inBrackets(said)}.`,
    fix: "Use a key from a workspace that is allowed to, or choose another model.",
  },
  "anthropic.model-not-found": {
    message: ({ model }: AboutModel) =>
      model === "" ? "Anthropic does not have this model." : `Anthropic does not have the model "${model}".`,
    fix: 'Choose another model. Anthropic\'s page "Model deprecations" lists retired ones.',
  },
  "anthropic.path-not-found": {
    message: "Anthropic does not have this address.",
    fix: "Set a base URL that ends in /anthropic, without /v1 after it.",
  },
  "anthropic.prefill": {
    message: ({ model }: AboutModel) =>
      model === ""
        ? "The model does not accept a conversation that ends with an assistant message (prefill)."
        : `The model "${model}" does not accept a conversation that ends with an assistant message (prefill).`,
    fix: "End the conversation with a user message.",
  },
  "anthropic.thinking": {
    message: ({ said }: Said) => `The model does not accept these thinking settings or blocks${inBrackets(said)}.`,
    fix: "Set thinking as the model requires, and send its thinking blocks back unchanged.",
  },
  "anthropic.tool-pairing": {
    message: "A tool call in the conversation has no result, or a result has no call.",
    fix: "Put each result into the message after its tool call, or start a new conversation.",
  },
  "anthropic.request-invalid": {
    message: ({ said }: Said) => `Anthropic accepted the credentials but not the request${inBrackets(said)}.`,
    fix: REQUEST_FORM,
  },
  "anthropic.conflict": {
    message: "The request conflicts with another one at Anthropic.",
    fix: "Try again.",
  },
  "anthropic.too-large": {
    message: "The request is larger than Anthropic accepts, which is 32 MB for messages.",
    fix: "Send less at once, such as fewer or smaller images and files.",
  },
  "anthropic.rate-limited": {
    message: "Anthropic's rate limit is reached. The credentials were accepted.",
    fix: (wait: Wait) => `Wait ${seconds(wait)}. The limits are listed at console.anthropic.com > Limits.`,
  },
  "anthropic.timeout": {
    message: "Anthropic did not finish the answer in time.",
    fix: "Try again, and stream long answers.",
  },
  "anthropic.overloaded": {
    message: "Anthropic is overloaded.",
    fix: "Try again in a minute, or choose another model.",
  },
  "anthropic.internal": {
    message: "Anthropic had an internal error.",
    fix: "Try again in a minute. If it keeps failing, check status.claude.com.",
  },
  "anthropic.unknown": {
    message: (refused: RefusedWith) => `Anthropic refused the request with ${refusedWith(refused, "error")}.`,
    fix: "Look the error up in Anthropic's documentation. If it is not there, report it with the IDs.",
  },

  "openai.billing-unavailable": {
    message: ({ model }: AboutModel) =>
      model === ""
        ? "OpenAI received no key it accepts. Unified Billing may not cover this request."
        : `OpenAI received no key it accepts. Unified Billing may not cover the model "${model}".`,
    fix: OWN_KEY_OR_COVERED,
  },
  "openai.stored-key-rejected": {
    message: ({ alias }: { alias: string }) => `OpenAI rejected the key stored under the alias "${alias}".`,
    fix: "Replace it in the dashboard, under the gateway's Provider Keys, and send no Authorization header.",
  },
  "openai.key-missing": {
    message: "The gateway accepted the request, but no API key reached OpenAI.",
    fix: "Enter the OpenAI API key again, and check that no proxy removes the header Authorization.",
  },
  "openai.key-rejected": {
    message: ({ said }: Said) =>
      `The gateway accepted the request, but OpenAI rejected the API key${inBrackets(said)}.`,
    fix: "Copy the key again, or create a new one at platform.openai.com > API keys.",
  },
  "openai.no-credit": {
    message: "The key is valid, but its OpenAI account has no credit left.",
    fix: "Add credit at platform.openai.com > Billing.",
  },
  "openai.country": {
    message: "OpenAI does not serve the country that this request came from.",
    fix: "Check the supported countries on OpenAI's site, and where your proxy or VPN leaves the network.",
  },
  "openai.permission": {
    message: ({ model, said }: AboutModel & Said) =>
      model === ""
        ? `The key is not allowed to do this${inBrackets(said)}.`
        : `The key is not allowed to use the model "${model}"${inBrackets(said)}.`,
    fix: "Use a key from a project that is allowed to, or choose another model.",
  },
  "openai.model-not-found": {
    message: ({ model }: AboutModel) =>
      model === ""
        ? "OpenAI does not have this model for the key."
        : `OpenAI does not have the model "${model}" for the key.`,
    fix: "Choose another model. To list those of the key, run `openclaw models list --live`.",
  },
  "openai.path-not-found": {
    message: "OpenAI does not have this address.",
    fix: ({ basePath }: BasePath) => `Set a base URL that ends in ${basePath}, without /v1 after it.`,
  },
  "openai.request-invalid": {
    message: ({ said }: Said) => `OpenAI accepted the credentials but not the request${inBrackets(said)}.`,
    fix: REQUEST_FORM,
  },
  "openai.rate-limited": {
    message: "OpenAI's rate limit is reached. The credentials were accepted.",
    fix: (wait: Wait) => `Wait ${seconds(wait)}. The limits are listed at platform.openai.com > Limits.`,
  },
  "openai.internal": {
    message: ({ status }: Status) => `OpenAI had an internal error or is overloaded (HTTP ${status}).`,
    fix: "Try again in a minute. If it keeps failing, check status.openai.com.",
  },
  "openai.unknown": {
    message: (refused: RefusedWith) => `OpenAI refused the request with ${refusedWith(refused, "error")}.`,
    fix: "Look the error up in OpenAI's documentation. If it is not there, report it with the IDs.",
  },

  "workers-ai.model-not-found": {
    message: ({ model }: AboutModel) =>
      model === "" ? "Workers AI does not have this model." : `Workers AI does not have the model "${model}".`,
    fix: "Choose another model from developers.cloudflare.com/workers-ai/models. Their names begin with @cf/.",
  },
  "workers-ai.model-not-allowed": {
    message: ({ model, said }: AboutModel & Said) =>
      model === ""
        ? `The account is not allowed to use this model${inBrackets(said)}.`
        : `The account is not allowed to use the model "${model}"${inBrackets(said)}.`,
    fix: "Accept the model's terms in the dashboard (AI > Workers AI), or choose another model.",
  },
  "workers-ai.account-blocked": {
    message: "Workers AI is not available to this account.",
    fix: "Contact Cloudflare support.",
  },
  "workers-ai.allocation-used": {
    message: "The account has used up its free daily allocation of Workers AI.",
    fix: "Wait until tomorrow (UTC), or switch to the paid Workers plan.",
  },
  "workers-ai.no-capacity": {
    message: ({ status }: Status) => `Workers AI has no capacity at the moment (HTTP ${status}).`,
    fix: (wait: Wait) => `Try again in ${seconds(wait)}, or choose another model.`,
  },
  "workers-ai.request-invalid": {
    message: ({ said }: Said) => `Workers AI accepted the token but not the request${inBrackets(said)}.`,
    fix: REQUEST_FORM,
  },

  "api.token-malformed": {
    message: "Cloudflare's API cannot read the token.",
    fix: 'Copy the token again, without "Bearer", quotes or line breaks.',
  },
  "api.token-unknown": {
    message: "Cloudflare does not know this token.",
    fix: "Copy it again, or create a new one in the dashboard, under API Tokens.",
  },
  "api.token-expired": {
    message: "The token has expired.",
    fix: "Extend it in the dashboard, under API Tokens, or create a new one.",
  },
  "api.token-disabled": {
    message: "The token is disabled.",
    fix: "Enable it in the dashboard, under API Tokens, or create a new one.",
  },
  "api.permission-missing": {
    message: ({ permission }: { permission: string }) => `The token is valid but lacks the permission ${permission}.`,
    fix: ({ isWorkersAi, isAnalytics }: { isWorkersAi: boolean; isAnalytics: boolean }): string =>
      isWorkersAi || isAnalytics
        ? "Add it in the dashboard, under API Tokens, for this account."
        : "Add it in the dashboard, under API Tokens, or go on without it: requests do not need it.",
  },
  "api.account-token": {
    message: "The token belongs to an account, not to a user, and cannot list accounts.",
    fix: "Enter the account ID. It is in the dashboard's URL: dash.cloudflare.com/<account ID>.",
  },
  "api.token-rejected": {
    message: "Cloudflare's API rejected the token: it is unknown or lacks a permission.",
    fix: ({ permission, isAnalytics }: { permission: string; isAnalytics: boolean }) =>
      isAnalytics
        ? `Check the token in the dashboard, under API Tokens: it needs the permission ${permission} for this account.`
        : `Add the permission ${permission} to the token. Requests to the gateway only need AI Gateway Run.`,
  },
  "api.access-refused": {
    message: "The token is valid but has no access to this account.",
    fix: ({ permission }: { permission: string }) =>
      `Check that the account ID is the token's account, and that the token has the permission ${permission}.`,
  },
  "api.model-not-found": {
    message: ({ model, said }: AboutModel & Said) =>
      `Cloudflare's API does not accept the model "${model}" or its input${inBrackets(said)}.`,
    fix: "Check the model's name. This API writes it as author/model, with dots in versions.",
  },
  "api.account-not-found": {
    message: "Cloudflare's API has nothing at this address. The account ID is probably wrong.",
    fix: COPY_ACCOUNT_ID,
  },
  "api.gateway-not-found": {
    message: ({ gateway }: { gateway: string }) =>
      gateway === "" ? "The account has nothing with that name." : `The account has no gateway "${gateway}".`,
    fix: COMPARE_IDS,
  },
  "api.gateway-exists": {
    message: ({ gateway }: { gateway: string }) => `The account already has a gateway "${gateway}".`,
    fix: "Use it, or choose another name.",
  },
  "api.gateway-limit": {
    message: ({ said }: Said) => `The account cannot have another gateway${inBrackets(said)}.`,
    fix: "Choose one of its gateways, or delete one in the dashboard. The limit is 10, or 20 on a paid plan.",
  },
  "api.path-not-found": {
    message: ({ host }: AboutHost) => `${host} does not have this address, such as a list of models.`,
    fix: "Set up the gateway's own address, gateway.ai.cloudflare.com, with `openclaw onboard`.",
  },
  "api.parameter-invalid": {
    message: ({ said }: Said) => `Cloudflare's API rejected a parameter${inBrackets(said)}.`,
    fix: "Update openclaw. If it keeps failing, report it with the IDs.",
  },
  "api.rate-limited": {
    message: "The rate limit of Cloudflare's API is reached.",
    fix: (wait: Wait) => `Wait ${seconds(wait)}. Requests to the gateway are not affected.`,
  },
  "api.internal": {
    message: "Cloudflare's API had an internal error.",
    fix: CLOUDFLARE_STATUS,
  },
  "api.unexpected": {
    message: ({ host, status }: AboutHost & Status) =>
      `${host} answered HTTP ${status}, but not as Cloudflare's API does.`,
    fix: "Try again. If it keeps failing, check CLOUDFLARE_API_BASE_URL if it is set, and update openclaw.",
  },
  "api.unknown": {
    message: (refused: RefusedWith) => `Cloudflare's API refused the request with ${refusedWith(refused, "code")}.`,
    fix: "Check the account ID and the token's permissions. If they are right, report it with the IDs.",
  },

  "edge.access-denied": {
    message: ({ host }: AboutHost) => `Cloudflare Access rejected the Access token for ${host}.`,
    fix: "Check that the token has not expired, and that an Access policy with the action Service Auth allows it.",
  },
  "edge.access-login": {
    message: ({ host }: AboutHost) => `Cloudflare Access protects ${host}. A gateway token alone does not pass it.`,
    fix: "Add the headers CF-Access-Client-Id and CF-Access-Client-Secret of a service token, or use gateway.ai.cloudflare.com.",
  },
  "edge.challenge": {
    message: ({ host }: AboutHost) => `Cloudflare requires a browser at ${host}. It did not check the credentials.`,
    fix: "Exempt the domain from the bot rules, or try another network, or without a VPN.",
  },
  "edge.client-blocked": {
    message: "Cloudflare blocks this kind of client. The credentials are not the cause.",
    fix: "Check whether a proxy changes the User-Agent, and try another network.",
  },
  "edge.address-blocked": {
    message: "Cloudflare blocks this network address or country. The credentials are not the cause.",
    fix: "Try another network, or without a VPN. On your own domain, check its security events.",
  },
  "edge.rate-limited": {
    message: "Cloudflare received too many requests from this network address.",
    fix: (wait: Wait) => `Wait ${seconds(wait)} before the next one.`,
  },
  "edge.domain-unready": {
    message: ({ host, code }: AboutHost & { code: string }) =>
      `${host} is on Cloudflare but points nowhere (error ${code}).`,
    fix: "Check in the dashboard that the gateway's custom domain is active.",
  },
  "edge.origin-slow": {
    message: "The server behind Cloudflare sent nothing for about 100 seconds.",
    fix: "Try again, and stream long answers.",
  },
  "edge.origin-failed": {
    message: ({ status }: Status) => `Cloudflare could not reach the server behind it (HTTP ${status}).`,
    fix: CLOUDFLARE_STATUS,
  },
  "edge.unavailable": {
    message: ({ status }: Status) => `Cloudflare, or the server behind it, had an error (HTTP ${status}).`,
    fix: CLOUDFLARE_STATUS,
  },
  "edge.unknown": {
    message: (refused: RefusedWith) => `Cloudflare's edge refused the request with ${refusedWith(refused, "error")}.`,
    fix: "Look the error up in Cloudflare's documentation. If it is not there, report it with the IDs.",
  },

  "proxy.login-required": {
    message: ({ proxy }: { proxy: string }) =>
      `${theProxy(proxy)} requires a user name and password, or rejected yours.`,
    fix: "URL-encode them and set HTTPS_PROXY to `http://user:password@proxy:port`.",
  },
  "proxy.setting-invalid": {
    message: ({ proxy, said }: { proxy: string } & Said) => {
      if (said === "ERR_INVALID_PROTOCOL") return `${theProxy(proxy)} is of a kind that is not supported.`;
      return said === "ERR_INVALID_CREDENTIALS"
        ? "The user name or password in the proxy's address contains characters that must be URL-encoded, such as @, # or /."
        : "The proxy's address in the environment is not valid.";
    },
    fix: "Set HTTPS_PROXY to `http://proxy:port`, or to `http://user:password@proxy:port` with both URL-encoded.",
  },
  "proxy.unreachable": {
    message: ({ proxy, host, said }: { proxy: string } & AboutHost & Said) =>
      `${theProxy(proxy)} cannot be used to reach ${host}${inBrackets(said)}.`,
    fix: "Check HTTPS_PROXY, and list hosts that need no proxy in NO_PROXY.",
  },
  "proxy.refused": {
    message: ({ proxy, host, status }: { proxy: string } & AboutHost & Status) =>
      `${theProxy(proxy)} does not allow connections to ${host} (HTTP ${status}).`,
    fix: "Ask whoever runs the proxy to allow the host, or list it in NO_PROXY if it needs no proxy.",
  },
  "proxy.page": {
    message: ({ status, host }: Status & AboutHost) =>
      `Something between this machine and ${host} answered with its own page (HTTP ${status}).`,
    fix: "Ask whoever runs the network to allow the host, or try another network.",
  },
  "network.captive-portal": {
    message: ({ host }: AboutHost) =>
      `A page of the network answered instead of ${host}, such as the login of a hotel or a proxy.`,
    fix: "Open a browser and log in to the network, or try another network.",
  },
  "network.name-not-found": {
    message: ({ host, said }: AboutHost & Said) => `The host name ${host} has no address${inBrackets(said)}.`,
    fix: "Check the network, and the spelling of the host name.",
  },
  "network.refused": {
    message: ({ host, said }: AboutHost & Said) => `${host} refused the connection${inBrackets(said)}.`,
    fix: "Check the host and port, and whether a firewall blocks them.",
  },
  "network.unreachable": {
    message: ({ host, said }: AboutHost & Said) => `${host} cannot be reached from here${inBrackets(said)}.`,
    fix: "Check the network. Behind a company's proxy, set HTTPS_PROXY.",
  },
  "network.connect-timeout": {
    message: ({ host }: AboutHost) => `${host} did not accept the connection in time.`,
    fix: "Try again, and check the firewall. Behind a company's proxy, set HTTPS_PROXY.",
  },
  "network.answer-timeout": {
    message: ({ host }: AboutHost) => `${host} accepted the connection but did not answer in time.`,
    fix: "Try again.",
  },
  "network.cut-off": {
    message: ({ host, said }: AboutHost & Said) =>
      `The connection to ${host} broke off before the answer was complete${inBrackets(said)}.`,
    fix: WITHOUT_PROXY,
  },
  "network.not-http": {
    message: ({ host }: AboutHost) => `The server at ${host} does not speak HTTP.`,
    fix: "Check the port, and whether the address begins with https:// or http://.",
  },
  "network.aborted": {
    message: "The request was stopped before an answer arrived.",
    fix: "Try again.",
  },
  "tls.certificate": {
    message: ({ host, said }: AboutHost & Said) => `The certificate of ${host} is not trusted here${inBrackets(said)}.`,
    fix: "If a company's proxy reads the traffic, set NODE_EXTRA_CA_CERTS to its certificate. Also check the clock and the host.",
  },
  "tls.failed": {
    message: ({ host, said }: AboutHost & Said) => `The TLS connection to ${host} failed${inBrackets(said)}.`,
    fix: "Check the port, and whether a proxy or virus scanner interferes.",
  },

  "answer.redirected": {
    message: ({ host, status }: AboutHost & Status) =>
      `${host} redirects to another address (HTTP ${status}), where no credentials are sent.`,
    fix: "Set the base URL to the address that answers directly.",
  },
  "answer.page": {
    message: ({ host, status }: AboutHost & Status) => `${host} answered with a web page (HTTP ${status}).`,
    fix: CHECK_BASE_URL,
  },
  "answer.incomplete": {
    message: ({ host, status }: AboutHost & Status) => `The answer from ${host} is incomplete (HTTP ${status}).`,
    fix: WITHOUT_PROXY,
  },
  "answer.unexpected": {
    message: ({ host, status, provider }: AboutHost & Status & AboutProvider) =>
      `${host} answered HTTP ${status}, but not as ${provider} does.`,
    fix: CHECK_BASE_URL,
  },
  "answer.unknown": {
    message: ({ host, status, said }: AboutHost & Status & Said) =>
      `${host} answered HTTP ${status} in an unknown form${inBrackets(said)}.`,
    fix: "Try again later. If it keeps failing, report it with the IDs and the beginning of the answer.",
  },
});
