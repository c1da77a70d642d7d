import type { HttpRequest } from "../../core/http.ts";
import { TIMEOUTS } from "../probe.ts";
import { ANTHROPIC_VERSION, type Checks, type Endpoint, type ProbeKind, type Setup } from "../provider.ts";
import { idsInUrl } from "./address.ts";
import { bucketOf } from "./buckets.ts";
import { diagnose } from "./diagnose.ts";
import type { EndpointId } from "./endpoint-rows.ts";
import { isKeyless, TOKEN_HEADER } from "./headers.ts";
import type { SentRequest } from "./response-signals.ts";

/**
 * A check must reach the provider: a cached response proves nothing, and the gateway's own retries would hide failures.
 * @source https://developers.cloudflare.com/ai-gateway/: request headers.
 */
const PROBE_HEADERS = {
  "cf-aig-skip-cache": "true",
  "cf-aig-max-attempts": "1",
  "cf-aig-collect-log-payload": "false",
};

const MAX_BODY_BYTES = 1024 * 1024;

const HI = [{ role: "user", content: "Hi" }];

/**
 * The shortest message that gets an answer, by protocol.
 * @source OpenAI's reference of "responses": 16 tokens at least.
 */
const MESSAGES: Readonly<Record<Endpoint["api"], readonly [path: string, body: (model: string) => object]>> = {
  "anthropic-messages": ["/v1/messages", (model) => ({ model, max_tokens: 1, messages: HI })],
  "openai-completions": ["/chat/completions", (model) => ({ model, max_tokens: 1, messages: HI })],
  "openai-responses": ["/responses", (model) => ({ model, max_output_tokens: 16, input: "Hi", store: false })],
};

/** A request for the list of models, carrying everything a real request does. */
export function modelsRequest(
  api: Endpoint["api"],
  setup: Setup,
  carried: CarriedHeaders,
  userAgent: string,
): HttpRequest {
  const path = api === "anthropic-messages" ? "/v1/models?limit=1000" : "/models";
  return { ...common(api, setup, carried, userAgent), method: "GET", url: setup.baseUrl + path };
}

export type CarriedHeaders = (setup: Setup) => Readonly<Record<string, string>>;

function common(api: Endpoint["api"], setup: Setup, carried: CarriedHeaders, userAgent: string) {
  return {
    headers: {
      ...(api === "anthropic-messages" && { "anthropic-version": ANTHROPIC_VERSION }),
      ...carried(setup),
      ...PROBE_HEADERS,
      "user-agent": userAgent,
    },
    ...TIMEOUTS,
    maxBodyBytes: MAX_BODY_BYTES,
  };
}

export interface CheckedRow {
  readonly id: EndpointId;
  readonly api: Endpoint["api"];
}

/** `carried` builds the headers of the endpoint's real requests. */
export function checksOf({ id, api }: CheckedRow, carried: CarriedHeaders): Checks {
  return {
    bucketOf,
    probes: (setup, kind, userAgent) => {
      if (kind === "models") return [modelsRequest(api, setup, carried, userAgent)];
      const [path, body] = MESSAGES[api];
      const request = common(api, setup, carried, userAgent);
      const headers = { ...request.headers, "content-type": "application/json" };
      return [
        { ...request, method: "POST", url: setup.baseUrl + path, headers, body: JSON.stringify(body(setup.model)) },
      ];
    },
    diagnose: (response, setup, kind) =>
      diagnose(response, sentRequest(id, setup, kind), [
        ...Object.values(setup.headers),
        ...(setup.apiKey ? [setup.apiKey] : []),
      ]),
  };
}

/** @source developers.cloudflare.com, Cloudflare One "Service tokens" and "Authenticate coding agents". */
const ACCESS_HEADERS = ["cf-access-client-id", "cf-access-client-secret", "cf-access-token"];

function sentRequest(endpoint: EndpointId, { baseUrl, headers, model, values }: Setup, kind: ProbeKind): SentRequest {
  const { gatewayId } = idsInUrl(baseUrl) ?? {};
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return {
    endpoint,
    host: new URL(baseUrl).hostname,
    ...(gatewayId !== undefined && { gatewayId }),
    ...(kind === "message" && { model }),
    credentials: endpoint !== "workers-ai" && isKeyless(values.credentials) ? values.credentials : "key",
    ...(values.byokAlias !== undefined && { alias: values.byokAlias }),
    hasGatewayToken: names.includes(TOKEN_HEADER),
    ...(ACCESS_HEADERS.some((name) => names.includes(name)) && { hasAccessToken: true }),
  };
}
