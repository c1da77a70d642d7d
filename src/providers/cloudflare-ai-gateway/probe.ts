import type { HttpRequest, HttpResponse, NetworkFault } from "../../core/http.ts";
import type { Result } from "../../core/result.ts";
import { idsInUrl } from "../paste.ts";
import type { Finding, ProbeKind, Setup } from "../provider.ts";
import { isKeyless } from "./credentials.ts";
import { diagnose as diagnoseAnswer } from "./diagnose.ts";

/** @source https://docs.anthropic.com/en/api/versioning: the only version there is. */
const ANTHROPIC_VERSION = "2023-06-01";

/**
 * What keeps a check a check: an answer from the cache would prove nothing, the gateway's own retries would hide what
 * fails, and nothing may be billed to the account because a key is missing.
 * @source https://developers.cloudflare.com/ai-gateway/: request headers.
 */
const PROBE_HEADERS = {
  "cf-aig-skip-cache": "true",
  "cf-aig-max-attempts": "1",
  "cf-aig-collect-log-payload": "false",
};

/** A request without a provider key has none of these: the gateway would pass on whatever they say. */
const PROVIDER_KEY_HEADERS = ["x-api-key", "authorization"];

/** @why long enough for a slow mobile connection, short enough for a person who waits. */
const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 20_000;
const MAX_BODY_BYTES = 1024 * 1024;

export function probe(
  { baseUrl, apiKey, headers, model, values }: Setup,
  kind: ProbeKind,
  userAgent: string,
): HttpRequest {
  const keyless = isKeyless(values.credentials);
  const revealed = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.reveal()] as const)
    .filter(([name]) => !(keyless && PROVIDER_KEY_HEADERS.includes(name)));
  const common = {
    headers: {
      "anthropic-version": ANTHROPIC_VERSION,
      ...(apiKey && !keyless && { "x-api-key": apiKey.reveal() }),
      ...Object.fromEntries(revealed),
      ...PROBE_HEADERS,
      ...(values.credentials !== "billing" && { "cf-aig-no-wholesale": "true" }),
      "user-agent": userAgent,
    },
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    idleTimeoutMs: ANSWER_TIMEOUT_MS,
    maxBodyBytes: MAX_BODY_BYTES,
  };
  if (kind === "models") return { ...common, method: "GET", url: `${baseUrl}/v1/models?limit=1000` };
  return {
    ...common,
    method: "POST",
    url: `${baseUrl}/v1/messages`,
    headers: { ...common.headers, "content-type": "application/json" },
    body: JSON.stringify({ model, max_tokens: 1, messages: [{ role: "user", content: "Hi" }] }),
  };
}

export function diagnose(
  answer: Result<HttpResponse, NetworkFault>,
  { baseUrl, apiKey, headers, model, values }: Setup,
  kind: ProbeKind,
): Finding | undefined {
  const { gatewayId } = idsInUrl(baseUrl) ?? {};
  const asked = {
    host: new URL(baseUrl).hostname,
    ...(gatewayId !== undefined && { gatewayId }),
    ...(kind === "message" && { model }),
    credentials: isKeyless(values.credentials) ? values.credentials : ("key" as const),
    ...(values.byokAlias !== undefined && { alias: values.byokAlias }),
    hasGatewayToken: Object.keys(headers).some((name) => name.toLowerCase() === "cf-aig-authorization"),
  };
  const secrets = [...Object.values(headers), ...(apiKey ? [apiKey] : [])];
  return diagnoseAnswer(
    answer.ok ? { kind: "response", response: answer.value } : { kind: "fault", fault: answer.error },
    asked,
    secrets,
  );
}
