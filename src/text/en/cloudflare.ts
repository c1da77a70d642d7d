import { count, oneOf } from "./words.ts";

/** Sentences about Cloudflare AI Gateway: its fields, their checks, and the account. */
export const cloudflare = () => ({
  fields: {
    accountId: {
      label: "Account ID",
      help: "It is in the dashboard's URL: dash.cloudflare.com/<account ID>. You can also paste a gateway URL.",
      correction: "Change the account ID",
    },
    gatewayId: {
      label: "Gateway ID",
      help: "It is the gateway's name in the dashboard, under AI > AI Gateway.",
      correction: "Change the gateway ID",
    },
    endpoint: {
      label: "Endpoints",
      question: "Which models do you want to use?",
      help: "Each choice becomes a separate provider in openclaw.json.",
      correction: "Change which models you use",
      choices: {
        anthropic: "Claude, with an Anthropic key",
        "workers-ai": "Models on Workers AI, with a Cloudflare token",
        openai: "GPT, with an OpenAI key",
      },
    },
    credentials: {
      label: "Payment",
      question: "How do you pay for the models?",
      help: "A key in the request is used first, then a stored key, then Unified Billing.",
      correction: "Change how you pay",
      choices: {
        key: "My own key, sent with each request",
        stored: "My own key, stored at Cloudflare",
        billing: ({ percent }: { percent: number }) => `Unified Billing (Cloudflare, ${percent}% fee)`,
      },
    },
    apiKey: {
      label: "API key",
      help: "Use an Anthropic key (sk-ant-…). Create one at console.anthropic.com > API keys.",
      correction: "Change the API key",
    },
    openaiApiKey: {
      label: "OpenAI API key",
      help: "Use an OpenAI key (sk-…). Create one at platform.openai.com > API keys.",
      correction: "Change the OpenAI API key",
    },
    gatewayToken: {
      label: "Gateway token",
      help: "Create one at dash.cloudflare.com/profile/api-tokens, with only AI Gateway Run and, for Workers AI, Workers AI Read.",
      correction: "Change the gateway token",
    },
    byokAlias: {
      label: "Alias of the stored key",
      help: 'Only needed if the key is not stored under the alias "default".',
      correction: "Change the alias of the stored key",
    },
    paidFallback: {
      label: "Paid fallback",
      help: "Decides if Cloudflare bills you (Unified Billing) for a request without a usable key.",
      choices: { no: "No: refuse the request", yes: "Yes: bill the request" },
    },
    baseUrl: {
      label: "Base URL",
      help: "Use it for a custom domain, instead of the account ID and the gateway ID.",
      correction: "Change the base URL",
    },
    apiToken: {
      label: "Cloudflare API token",
      help: "It finds your accounts and gateways, and is not stored. It needs AI Gateway Read.",
    },
  },

  /** Kinds of credentials and IDs, as nouns. */
  things: {
    accountId: "an account ID",
    gatewayId: "a gateway ID",
    anthropicKey: "an Anthropic API key",
    anthropicAdminKey: "an Anthropic admin key",
    claudeToken: "a Claude subscription token",
    claudeRefreshToken: "a Claude subscription refresh token",
    openaiKey: "an OpenAI API key",
    openaiAdminKey: "an OpenAI admin key",
    apiToken: "a Cloudflare API token",
    globalKey: "a Cloudflare global API key",
  },
  wrongThing: ({ found, wanted }: { found: string; wanted: string }) => `This is ${found}, not ${wanted}.`,
  nothingStored: "It was not stored.",
  belongsTo: ({ label, flag }: { label: string; flag: string }) => `It belongs in "${label}" (\`--${flag}\`).`,
  createAnthropicKey: "Create an API key at console.anthropic.com.",
  adminKeyForAnthropic: "Admin keys cannot send messages. Create an API key at console.anthropic.com.",
  claudeTokenForAnthropic: "It works as a bearer token only. Create an API key at console.anthropic.com.",
  createOpenaiKey: "Create an API key at platform.openai.com.",
  adminKeyForOpenai: "Admin keys cannot call models. Create an API key at platform.openai.com.",
  createGatewayToken: "Create a Cloudflare API token with the permission AI Gateway Run.",
  createApiToken: "Create an API token in the Cloudflare dashboard, under API Tokens.",
  globalKeyForProvider: "It opens the whole Cloudflare account. Never use it here.",
  globalKeyForGateway:
    "It opens the whole Cloudflare account. Create an API token with the permission AI Gateway Run instead.",
  globalKeyForAccount: "It opens the whole Cloudflare account and was not sent. Create an API token instead.",

  idCharacter: ({ character, position }: { character: string; position: number }) =>
    `It contains ${character} at character ${position}; only letters, digits, '-' and '_' are allowed.`,
  oddAccountId: "This does not look like an account ID. Account IDs have 32 hexadecimal digits.",
  oddGatewayId: "This does not look like a gateway ID. Gateway IDs have up to 64 of a-z, 0-9, '_' and single '-'.",
  aliasForm: "This is not an alias. Use 1 to 64 letters, digits, '-' and '_'.",

  otherUrl: (wanted: string) => `This URL is not Cloudflare's, or does not contain ${wanted}.`,
  useBaseUrl: (flag: string) => `If it is the address of a custom domain, pass it with \`--${flag}\`.`,
  compatEndpoint: "The OpenAI-compatible endpoint /compat is not supported.",
  endpointInUrl: (endpoint: string) => `The URL is that of the endpoint /${endpoint}, which is not supported.`,
  endpointUrls: "Use the URL that ends in /anthropic, /workers-ai/v1 or /openai.",
  baseUrlForm: "This is not a URL.",
  baseUrlFormHint: "Use a URL that starts with https://.",
  baseUrlPassword: "The base URL contains a user name or password.",
  baseUrlQuery: "The base URL contains '?' or '#'.",
  removeIt: "Remove it.",
  baseUrlPlain: (protocol: string) => `${protocol}// sends the credentials unencrypted.`,
  useHttps: "Use https://; http:// is allowed only for this machine.",
  apiBaseForm: (variable: string) => `${variable} is not a URL.`,
  correctOrUnset: "Fix it, or unset it.",
  apiBasePlain: (variable: string) => `${variable} would send the token unencrypted.`,
  apiBaseExtra: (variable: string) => `${variable} contains more than a host and a path.`,
  removeRest: "Remove the rest.",

  // Facts about a gateway that was looked up.
  tokenRequired: "The gateway requires a token with every request.",
  keyRequired: "The gateway requires an API key, either sent with the request or stored.",
  hasStoredKeys: (keys: readonly string[]) =>
    `The gateway has stored keys, which you can use instead of your own: ${keys.join(", ")}.`,
  mayBill:
    "Cloudflare can bill you for requests without an API key. openclaw forbids that unless you choose Unified Billing.",
  hasCache: (seconds: number) =>
    `The gateway answers identical requests from its cache for ${count(seconds, "second")}.`,
  keepsLogs: "The gateway keeps prompts and answers in its logs.",
  hasRateLimit: ({ requests, seconds }: { requests: number; seconds: number }) =>
    `The gateway allows ${count(requests, "request")} every ${count(seconds, "second")}.`,

  /** Says what the gateway makes of a header's value; the header is named before. */
  header: {
    oneOf: (values: readonly string[]) => `The gateway only understands ${oneOf(values)}.`,
    between: ({ min, max }: { min: number; max: number }) =>
      `The gateway only understands a whole number from ${min} to ${max}.`,
    cacheKey: "Every request gets the answer that is cached under this key, whatever it asks.",
    metadataForm: "The gateway ignores what is not a JSON object.",
    metadataNested: (key: string) =>
      `The gateway ignores all of it, because "${key}" is not a string, a number or a boolean.`,
    metadataReserved: (key: string) => `The gateway drops "${key}", because names with "cf." are its own.`,
    metadataMany: (entries: number) => `The gateway keeps the first 5 of ${count(entries, "entry", "entries")}.`,
    metadataBytes: "The gateway may misread non-ASCII characters. Write them as \\u escapes.",
  },

  endlessModels: (number: number) => `Workers AI lists models without end; stopped after ${count(number, "model")}.`,
  noAccountInUrl: "Workers AI lists models by account, and the base URL does not contain an account ID.",
});
