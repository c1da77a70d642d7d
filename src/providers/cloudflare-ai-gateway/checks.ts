import { CREDENTIAL_HERE, isBareToken, looksLikeCredential } from "../../core/redact.ts";
import { fail, ok, type Problem, type Result } from "../../core/result.ts";
import { characterName } from "../../core/sendable.ts";
import type { Message, Texts } from "../../text/message.ts";
import { isJson, JSON_HERE, placeholderProblem, repairPaste, unexpectedCharacter } from "../paste.ts";
import type { CheckedAnswer, Field } from "../provider.ts";
import { COMPAT, idsInUrl, namedEndpoint } from "./address.ts";
import type { EndpointId } from "./endpoint-rows.ts";
import { TOKEN_HEADER } from "./headers.ts";

const ID = "cloudflare-ai-gateway";

/** Errors about a credential in the wrong field refer to the right flag by these. */
export const FLAGS = {
  apiKey: `${ID}-api-key`,
  openaiApiKey: `${ID}-openai-api-key`,
  gatewayToken: `${ID}-token`,
  baseUrl: `${ID}-base-url`,
} as const;

/** The first is the default. */
const ENDPOINT_IDS: readonly EndpointId[] = ["anthropic", "workers-ai", "openai"];

type Thing = keyof Texts["cloudflare"]["things"];

/**
 * Known credential prefixes, longest first.
 * @source Cloudflare's "Token formats" page for `cf??_`; Anthropic's and OpenAI's prefixes as seen throughout public
 * code.
 */
const CREDENTIAL_KINDS = [
  ["sk-ant-admin", "anthropicAdminKey"],
  ["sk-ant-oat", "claudeToken"],
  ["sk-ant-ort", "claudeRefreshToken"],
  ["sk-ant-", "anthropicKey"],
  ["sk-proj-", "openaiKey"],
  ["sk-svcacct-", "openaiKey"],
  ["sk-admin-", "openaiAdminKey"],
  ["cfut_", "apiToken"],
  ["cfat_", "apiToken"],
  ["cfk_", "globalKey"],
] as const satisfies readonly (readonly [prefix: string, kind: Thing])[];

type CredentialKind = (typeof CREDENTIAL_KINDS)[number][1];

function credentialKind(value: string): CredentialKind | undefined {
  return CREDENTIAL_KINDS.find(([prefix]) => value.startsWith(prefix))?.[1];
}

/** @source account ids are 32 lower-case hexadecimal digits in every published SDK example. */
export const ACCOUNT_ID = /^[0-9a-f]{32}$/;
/** @source Cloudflare's OpenAPI, quoted by two independent validators; at most 64 characters by its limits page. */
export const GATEWAY_ID = /^(?=.{1,64}$)[a-z0-9_]+(?:-[a-z0-9_]+)*$/;

/** With a known prefix, or of the older form. */
export const API_TOKEN = /^(?:cf[au]t_[\w-]{8,}|(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w-]{40})$/;

export const checkAccountId: Field["check"] = (raw) => {
  const ids = idsInAnswer(raw);
  const fault = endpointFault(ids?.endpoint);
  if (fault !== undefined) return fail(fault);
  const account = checkIdentifier(ids?.accountId ?? raw, "accountId", ACCOUNT_ID, (value) => value.toLowerCase());
  if (!account.ok || ids?.gatewayId === undefined) return account;
  const gateway = checkGatewayId(ids.gatewayId);
  if (!gateway.ok) return gateway;
  return ok({
    ...account.value,
    warnings: [...account.value.warnings, ...gateway.value.warnings],
    also: { gatewayId: gateway.value.value, ...namedEndpoint(ids.endpoint) },
  });
};

export const checkGatewayId: Field["check"] = (raw) => {
  const ids = idsInAnswer(raw);
  const fault = endpointFault(ids?.endpoint);
  if (fault !== undefined) return fail(fault);
  const gateway = checkIdentifier(ids?.gatewayId ?? raw, "gatewayId", GATEWAY_ID);
  return gateway.ok ? ok({ ...gateway.value, also: namedEndpoint(ids?.endpoint) }) : gateway;
};

/** The IDs in an answer that is a URL and nothing else: anything around it may be a part of it. */
function idsInAnswer(raw: string): ReturnType<typeof idsInUrl> {
  const { value } = repairPaste(raw);
  return /\s/.test(value) ? undefined : idsInUrl(value);
}

/** A URL of an endpoint that is not supported must not set up another one. */
function endpointFault(endpoint: string | undefined): Problem | undefined {
  if (endpoint === "compat") return COMPAT;
  const named = namedEndpoint(endpoint).endpoint;
  if (named === undefined || ENDPOINT_IDS.some((id) => id === named)) return undefined;
  const name = named.slice(0, 20).replace(/[^\w-]/g, "?");
  return looksLikeCredential(named)
    ? CREDENTIAL_HERE
    : { message: (t) => t.cloudflare.endpointInUrl(name), hint: (t) => t.cloudflare.endpointUrls };
}

export const checkEndpoint: Field["check"] = (raw) =>
  /(?:^|,)\s*compat\s*(?:,|$)/i.test(raw) ? fail(COMPAT) : checkChoice(ENDPOINT_IDS, { several: true })(raw);

const ODD_IDS = {
  accountId: (t: Texts) => t.cloudflare.oddAccountId,
  gatewayId: (t: Texts) => t.cloudflare.oddGatewayId,
};

/** An id becomes part of the URL, so it must not contain anything that could change the URL's meaning. */
function checkIdentifier(
  raw: string,
  wanted: keyof typeof ODD_IDS,
  usual: RegExp,
  normalise = (value: string) => value,
): Result<CheckedAnswer> {
  const { value: repaired, repairs } = repairPaste(raw);
  const value = normalise(repaired);
  const kind = credentialKind(repaired) ?? (isBareToken(repaired) ? "apiToken" : undefined);
  if (kind !== undefined) return wrongThing(kind, wanted, (t) => t.cloudflare.nothingStored);
  if (looksLikeCredential(repaired)) return fail(CREDENTIAL_HERE);
  if (isJson(value)) return fail(JSON_HERE);
  const placeholder = placeholderProblem(repaired);
  if (placeholder !== undefined) return fail(placeholder);
  if (/^[a-z][a-z\d+.-]*:\/\/|^[\w-]+(?:\.[\w-]+)+(?:\/|$)/i.test(value) && !/\s/.test(value))
    return fail({
      message: (t) => t.cloudflare.otherUrl(t.cloudflare.things[wanted]),
      hint: (t) => t.cloudflare.useBaseUrl(FLAGS.baseUrl),
    });
  // Of a broken URL, the break is what is wrong.
  const blank = value.search(/\s/);
  const index = blank >= 0 ? blank : value.search(/[^A-Za-z0-9_-]/);
  if (index >= 0) {
    const character = characterName(value.charAt(index));
    return fail({ message: (t) => t.cloudflare.idCharacter({ character: character(t), position: index + 1 }) });
  }
  return ok({
    value,
    repairs: value === repaired ? repairs : [...repairs, (t) => t.providers.madeLowerCase],
    warnings: usual.test(value) ? [] : [ODD_IDS[wanted]],
  });
}

const wrongThing = (found: Thing, wanted: Thing, hint: Message): Result<never> =>
  fail({
    message: ({ cloudflare: { things, wrongThing: sentence } }) =>
      sentence({ found: things[found], wanted: things[wanted] }),
    hint,
  });

type Advice = Partial<Record<CredentialKind, Message>>;

const belongsTo =
  (field: keyof typeof FLAGS): Message =>
  ({ cloudflare: { belongsTo: sentence, fields } }) =>
    sentence({ label: fields[field].label, flag: FLAGS[field] });

export const checkProviderKey: Field["check"] = (raw) =>
  checkCredential(raw, "x-api-key", "anthropicKey", (t) => t.cloudflare.createAnthropicKey, {
    anthropicAdminKey: (t) => t.cloudflare.adminKeyForAnthropic,
    claudeToken: (t) => t.cloudflare.claudeTokenForAnthropic,
    openaiKey: belongsTo("openaiApiKey"),
    apiToken: belongsTo("gatewayToken"),
    globalKey: (t) => t.cloudflare.globalKeyForProvider,
  });

export const checkOpenaiKey: Field["check"] = (raw) =>
  checkCredential(raw, "authorization", "openaiKey", (t) => t.cloudflare.createOpenaiKey, {
    openaiAdminKey: (t) => t.cloudflare.adminKeyForOpenai,
    anthropicKey: belongsTo("apiKey"),
    apiToken: belongsTo("gatewayToken"),
    globalKey: (t) => t.cloudflare.globalKeyForProvider,
  });

export const checkGatewayToken: Field["check"] = (raw) =>
  checkCredential(raw, TOKEN_HEADER, "apiToken", (t) => t.cloudflare.createGatewayToken, {
    anthropicKey: belongsTo("apiKey"),
    openaiKey: belongsTo("openaiApiKey"),
    globalKey: (t) => t.cloudflare.globalKeyForGateway,
  });

export function isApiToken(raw: string): boolean {
  const { value } = repairPaste(raw);
  return credentialKind(value) === "apiToken" || isBareToken(value);
}

export const checkApiToken: Field["check"] = (raw) =>
  checkCredential(raw, "authorization", "apiToken", (t) => t.cloudflare.createApiToken, {
    globalKey: (t) => t.cloudflare.globalKeyForAccount,
  });

/**
 * Credentials are sent as HTTP header values: visible ASCII, no blanks. Messages never contain the value. `create` is
 * the advice for a credential of the wrong kind, unless `advice` has something better.
 */
function checkCredential(
  raw: string,
  header: string,
  wanted: CredentialKind,
  create: Message,
  advice: Advice,
): Result<CheckedAnswer> {
  const { value, repairs } = repairPaste(raw, header);
  if (isJson(value)) return fail(JSON_HERE);
  const placeholder = placeholderProblem(raw.trim()) ?? placeholderProblem(value);
  if (placeholder !== undefined) return fail(placeholder);
  const index = value.search(/[^!-~]/);
  if (index >= 0) return fail(unexpectedCharacter(value, index));
  const kind = credentialKind(value.replace(/^[^\w-]+/, ""));
  if (kind !== undefined && kind !== wanted) return wrongThing(kind, wanted, advice[kind] ?? create);
  // A sentence's end, or the emphasis of a chat, would be sent with it.
  const odd = kind === undefined ? -1 : value.search(/[^\w-]/);
  if (odd >= 0) return fail(unexpectedCharacter(value, odd));
  return ok({ value, repairs, warnings: [] });
}

/** With `several`, accepts a comma-separated list. */
export function checkChoice(
  allowed: readonly string[],
  { several = false } = {},
): (raw: string) => Result<CheckedAnswer> {
  return (raw) => {
    const given = (several ? raw.split(",") : [raw]).map((part) => part.trim());
    const unknown = given.find((part) => !allowed.includes(part));
    if (looksLikeCredential(unknown ?? "")) return fail(CREDENTIAL_HERE);
    if (unknown !== undefined)
      return fail({
        message: (t) => t.core.invalidValue(unknown.slice(0, 20)),
        hint: (t) => t.core.useOneOf(allowed),
      });
    return ok({ value: allowed.filter((choice) => given.includes(choice)).join(","), repairs: [], warnings: [] });
  };
}

/** @source the dashboard's own form: letters, digits, `-` and `_`, at most 64. */
export function checkAlias(raw: string): Result<CheckedAnswer> {
  const { value, repairs } = repairPaste(raw);
  if (/^[\w-]{1,64}$/.test(value)) return ok({ value, repairs, warnings: [] });
  return fail({ message: (t) => t.cloudflare.aliasForm });
}
