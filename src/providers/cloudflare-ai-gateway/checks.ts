import { fail, ok, type Result } from "../../core/result.ts";
import { idsInUrl, isBareToken, isPlaceholder, repairPaste } from "../paste.ts";
import type { CheckedAnswer } from "../provider.ts";

type Check = (raw: string) => Result<CheckedAnswer>;

/**
 * Prefixes of credentials and what each is, longest first.
 * @source Cloudflare's "Token formats" page for `cf??_`; Anthropic's and OpenAI's prefixes as seen throughout public code.
 */
const CREDENTIAL_KINDS = [
  ["sk-ant-admin", "an Anthropic admin key"],
  ["sk-ant-oat", "a Claude subscription token"],
  ["sk-ant-ort", "a Claude subscription refresh token"],
  ["sk-ant-", "an Anthropic API key"],
  ["sk-proj-", "an OpenAI API key"],
  ["sk-svcacct-", "an OpenAI API key"],
  ["sk-admin-", "an OpenAI admin key"],
  ["cfut_", "a Cloudflare API token"],
  ["cfat_", "a Cloudflare API token"],
  ["cfk_", "a Cloudflare global API key"],
] as const;

type CredentialKind = (typeof CREDENTIAL_KINDS)[number][1];

function credentialKind(value: string): CredentialKind | undefined {
  return CREDENTIAL_KINDS.find(([prefix]) => value.startsWith(prefix))?.[1];
}

/** @source account ids are 32 lower-case hexadecimal digits in every published SDK example. */
const ACCOUNT_ID = /^[0-9a-f]{32}$/;
/** @source Cloudflare's OpenAPI, quoted by two independent validators; at most 64 characters by its limits page. */
const GATEWAY_ID = /^(?=.{1,64}$)[a-z0-9_]+(?:-[a-z0-9_]+)*$/;

export const checkAccountId: Check = (raw) => {
  const ids = idsInUrl(raw);
  if (ids === undefined) return checkIdentifier("account ID", raw, accountWarning, (value) => value.toLowerCase());
  const account = checkIdentifier("account ID", ids.accountId, accountWarning, (value) => value.toLowerCase());
  if (!account.ok || ids.gatewayId === undefined) return account;
  const gateway = checkGatewayId(ids.gatewayId);
  if (!gateway.ok) return gateway;
  return ok({
    ...account.value,
    warnings: [...account.value.warnings, ...gateway.value.warnings],
    also: { gatewayId: gateway.value.value },
  });
};

export const checkGatewayId: Check = (raw) =>
  checkIdentifier("gateway ID", idsInUrl(raw)?.gatewayId ?? raw, (value) =>
    GATEWAY_ID.test(value)
      ? undefined
      : "Gateway IDs are normally 1 to 64 of a-z, 0-9, '_' and single inner '-'; this one is not.",
  );

function accountWarning(value: string): string | undefined {
  return ACCOUNT_ID.test(value) ? undefined : "Account IDs are normally 32 hexadecimal digits; this one is not.";
}

/** An id becomes a part of the URL, so nothing may stand in it that could change the URL. */
function checkIdentifier(
  what: string,
  raw: string,
  warningFor: (value: string) => string | undefined,
  normalise = (value: string) => value,
): Result<CheckedAnswer> {
  const { value: repaired, repairs } = repairPaste(raw);
  const value = normalise(repaired);
  const kind = credentialKind(repaired) ?? (isBareToken(repaired) ? "a Cloudflare API token" : undefined);
  if (kind !== undefined) return fail({ message: `This is ${kind}, not the ${what}.`, hint: "Nothing was stored." });
  if (isPlaceholder(value)) return fail({ message: `This is a placeholder for the ${what}, not the ${what} itself.` });
  const index = value.search(/[^A-Za-z0-9_-]/);
  if (index >= 0) {
    return fail({
      message: `The ${what} has ${characterName(value.charAt(index))} at character ${index + 1}, which could change the URL.`,
      hint: "It may hold letters, digits, '-' and '_' only.",
    });
  }
  const warning = warningFor(value);
  const changed = value === repaired ? repairs : [...repairs, "changed to lower case"];
  return ok({ value, repairs: changed, warnings: warning === undefined ? [] : [warning] });
}

/** What belongs to Cloudflare, said where the key of somebody behind the gateway is asked for. */
const NO_PROVIDER_KEYS = {
  "a Cloudflare API token": "It belongs to the gateway token (--cloudflare-ai-gateway-token).",
  "a Cloudflare global API key": "It opens the whole account: never use it here; create an API key at your provider.",
} as const;

export const checkProviderKey: Check = (raw) =>
  checkCredential("API key", "x-api-key", raw, {
    "an Anthropic admin key": "Admin keys cannot send messages: create an API key at console.anthropic.com.",
    "a Claude subscription token": "It works as a bearer token only: create an API key at console.anthropic.com.",
    "a Claude subscription refresh token": "Create an API key at console.anthropic.com.",
    "an OpenAI API key": "It belongs to the OpenAI API key (--cloudflare-ai-gateway-openai-api-key).",
    "an OpenAI admin key": "This is Anthropic's place: create an API key at console.anthropic.com.",
    ...NO_PROVIDER_KEYS,
  });

export const checkOpenaiKey: Check = (raw) =>
  checkCredential("OpenAI API key", "authorization", raw, {
    "an Anthropic API key": "It belongs to the API key (--cloudflare-ai-gateway-api-key).",
    "an Anthropic admin key": "Create an API key at platform.openai.com.",
    "a Claude subscription token": "Create an API key at platform.openai.com.",
    "a Claude subscription refresh token": "Create an API key at platform.openai.com.",
    "an OpenAI admin key": "Admin keys cannot be used for models: create an API key at platform.openai.com.",
    ...NO_PROVIDER_KEYS,
  });

export const checkGatewayToken: Check = (raw) =>
  checkCredential("gateway token", "cf-aig-authorization", raw, {
    "an Anthropic API key": "It belongs to the API key (--cloudflare-ai-gateway-api-key).",
    "an Anthropic admin key": "Create a Cloudflare API token with the permission AI Gateway Run.",
    "a Claude subscription token": "Create a Cloudflare API token with the permission AI Gateway Run.",
    "a Claude subscription refresh token": "Create a Cloudflare API token with the permission AI Gateway Run.",
    "an OpenAI API key": "It belongs to the OpenAI API key (--cloudflare-ai-gateway-openai-api-key).",
    "an OpenAI admin key": "Create a Cloudflare API token with the permission AI Gateway Run.",
    "a Cloudflare global API key":
      "It opens the whole account: create an API token with the permission AI Gateway Run.",
  });

/** Whether a text is nothing but a token of Cloudflare's API. */
export function isApiToken(raw: string): boolean {
  const { value } = repairPaste(raw);
  return credentialKind(value) === "a Cloudflare API token" || isBareToken(value);
}

const CREATE_TOKEN = "Create an API token in the Cloudflare dashboard, under API Tokens.";

/** A token of Cloudflare's API, of whatever permissions. */
export const checkApiToken: Check = (raw) =>
  checkCredential("API token", "authorization", raw, {
    "an Anthropic API key": CREATE_TOKEN,
    "an Anthropic admin key": CREATE_TOKEN,
    "a Claude subscription token": CREATE_TOKEN,
    "a Claude subscription refresh token": CREATE_TOKEN,
    "an OpenAI API key": CREATE_TOKEN,
    "an OpenAI admin key": CREATE_TOKEN,
    "a Cloudflare global API key": "It opens the whole account and was not sent: create an API token instead.",
  });

/** Credentials travel as HTTP header values: visible ASCII, no blanks. The value itself is never in a message. */
function checkCredential(
  what: string,
  header: string,
  raw: string,
  refused: Partial<Record<CredentialKind, string>>,
): Result<CheckedAnswer> {
  const { value, repairs } = repairPaste(raw, header);
  const index = value.search(/[^!-~]/);
  if (index >= 0) {
    return fail({
      message: `The ${what} has ${characterName(value.charAt(index))} at character ${index + 1}.`,
      hint: "Copy it again, in one piece.",
    });
  }
  if (isPlaceholder(value)) {
    return fail({
      message: `This is a placeholder for the ${what}, not the ${what} itself.`,
      hint: "The variable is probably not exported.",
    });
  }
  const kind = credentialKind(value);
  const hint = kind === undefined ? undefined : refused[kind];
  if (hint !== undefined) return fail({ message: `This is ${kind}, not the ${what}.`, hint });
  return ok({ value, repairs, warnings: [] });
}

/** A character as it can be named on one line without harm. */
function characterName(character: string): string {
  if (character === "\n" || character === "\r") return "a line break";
  if (/\s/.test(character)) return "a space or tab";
  if (/[!-~]/.test(character)) return `'${character}'`;
  return /\p{Cc}/u.test(character) ? "a control character" : "a character outside ASCII";
}

/** Host names of this machine, as `URL` writes them. */
export const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Cloudflare's own address of a gateway, without a provider's segment. */
const GATEWAY_ROOT = /^https:\/\/gateway\.ai\.cloudflare\.com\/v1\/[^/]+\/[^/]+$/;

/** The end of a base URL that names an endpoint, with what clients append to it themselves. */
const ENDPOINT_PATH =
  /\/(?:(?:anthropic|workers-ai)(?:\/v1(?:\/.*)?)?|openai(?:\/v1)?(?:\/(?:responses|models|chat\/completions))?)$/;

/**
 * A base URL for Anthropic's endpoint, e.g. `https://ai.example.com/anthropic`, whichever endpoint's was given: the
 * others are made from it. What clients append themselves (`/v1`, `/v1/messages`) is dropped, and the endpoint is added
 * where only the gateway is named.
 */
export const checkBaseUrl: Check = (raw) => {
  const { value: text, repairs } = repairPaste(raw);
  if (!URL.canParse(text)) return fail({ message: "The base URL is not a URL.", hint: "It starts with https://." });
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return fail({ message: "The base URL holds a user name or password.", hint: "Leave it out." });
  }
  if (url.search !== "" || url.hash !== "") {
    return fail({ message: "The base URL has a '?' or '#' part.", hint: "Leave it out." });
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.test(url.hostname))) {
    return fail({
      message: `The base URL starts with ${url.protocol}//, which does not protect the credentials on their way.`,
      hint: "Use https://; http:// is for this machine only.",
    });
  }
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(ENDPOINT_PATH, "/anthropic");
  const value = base === url.origin || GATEWAY_ROOT.test(base) ? `${base}/anthropic` : base;
  return ok({ value, repairs: value === text ? repairs : [...repairs, `using ${value}`], warnings: [] });
};
