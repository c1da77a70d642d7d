import type { Row } from "../row.ts";
import { answers, asks, BY, explained, explains, gets, logs, passes, post, row, says } from "../said.ts";
import { setup } from "../setups.ts";

const ask = asks(post("/v1/messages"));
const first = gets("/v1/messages");
const EDGE = { "cf-ray": "9d3a1ccbaab15ec6-FRA", server: "cloudflare" };

const RAY = "cf-ray 9d3a1ccbaab15ec6-FRA";

interface Told {
  /** That of the upstream unless told otherwise. */
  readonly status?: number;
  /** An error with a meaning of its own; without one, the upstream's words are as they are. */
  readonly words?: object;
  readonly retry?: boolean | undefined;
  readonly isStream?: boolean;
}

const asItIs: Told = {};
const meant = (status: number, type: string, code: string, message: string, retry?: boolean): Told => ({
  status,
  words: explained(type, code, message),
  retry,
});
const redirected = (status: number) =>
  meant(
    502,
    "api_error",
    "answer.redirected",
    `127.0.0.1 redirects to another address (HTTP ${status}), where no credentials are sent. (unknown, answer.redirected) Set the base URL to the address that answers directly.`,
    false,
  );
const unknown = (sent: number, status: number, more = "") =>
  meant(
    status,
    "api_error",
    "answer.unknown",
    `127.0.0.1 answered HTTP ${sent} in an unknown form. (unknown, answer.unknown) Try again later. If it keeps failing, report it with the IDs and the beginning of the answer.${more}`,
    true,
  );

/** Of what describes the body or leads elsewhere, nothing is left. */
const REPLACED = ["content-type", "location", "proxy-authenticate"];

/** What the client is told of an upstream's answer. */
function told(
  name: string,
  sent: number,
  body: object | string,
  headers: Readonly<Record<string, string | undefined>>,
  { status = sent, words, retry, isStream = false }: Told,
): Row {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !REPLACED.includes(name)));
  const shown = { ...BY, ...kept, ...(retry !== undefined && { "x-should-retry": String(retry) }) };
  const answer = answers(status, words ?? body, shown, { isStream });
  return row(name, setup(), ask, first, says(sent, body, headers), answer, logs({ status }));
}

const gatewayError = (code: number, message: string) => ({
  success: false,
  result: [],
  messages: [],
  error: [{ code, message }],
});
const anthropic = (type: string, message: string) => ({ type: "error", error: { type, message }, request_id: "req_1" });
const PAGE = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body>nginx</body></html>\n";

export const ERRORS = [
  told(
    "an error of the provider, as it is",
    400,
    anthropic("invalid_request_error", "max_tokens: required"),
    { ...EDGE, "request-id": "req_1" },
    asItIs,
  ),
  told(
    "a key that the provider does not know",
    401,
    anthropic("authentication_error", "invalid x-api-key"),
    EDGE,
    asItIs,
  ),
  told(
    "a gateway that does not exist",
    400,
    gatewayError(2001, "Please configure AI Gateway in the Cloudflare dashboard"),
    EDGE,
    meant(
      400,
      "invalid_request_error",
      "gateway.not-found",
      `There is no gateway at this address. (ai-gateway, gateway.not-found) Compare the gateway ID and the account ID with the dashboard (AI > AI Gateway), or create the gateway. ${RAY}`,
      false,
    ),
  ),
  told(
    "a gateway that limits requests",
    429,
    gatewayError(2003, "Rate limited"),
    EDGE,
    meant(
      429,
      "rate_limit_error",
      "gateway.rate-limited",
      `The gateway's own rate limit is reached. Anthropic was not called. (ai-gateway, gateway.rate-limited) Wait 60 seconds, or raise the rate limit in the gateway's settings. ${RAY}`,
      true,
    ),
  ),
  told(
    "a gateway whose budget is used up",
    429,
    gatewayError(2021, "Spend limit exceeded"),
    EDGE,
    meant(
      429,
      "rate_limit_error",
      "gateway.spend-limit",
      `A spend limit of the gateway is used up (Spend limit exceeded). (ai-gateway, gateway.spend-limit) Wait until it resets, or raise it in the gateway's settings. It is not a limit of Anthropic. ${RAY}`,
      false,
    ),
  ),
  told(
    "a guardrail that refuses the prompt",
    424,
    gatewayError(2016, "Prompt blocked due to security configurations"),
    EDGE,
    meant(
      424,
      "invalid_request_error",
      "gateway.prompt-guarded",
      `A guardrail of the gateway blocked the prompt (Prompt blocked due to security configurations). (ai-gateway, gateway.prompt-guarded) Change the prompt, or the guardrail in the gateway's settings. The credentials work. ${RAY}`,
      false,
    ),
  ),
  told(
    "the edge refuses the program",
    403,
    "error code: 1010\n",
    { ...EDGE, "content-type": "text/plain; charset=UTF-8" },
    meant(
      403,
      "permission_error",
      "edge.client-blocked",
      `Cloudflare blocks this kind of client. The credentials are not the cause. (cloudflare-edge, edge.client-blocked) Check whether a proxy changes the User-Agent, and try another network. ${RAY}`,
      false,
    ),
  ),
  told(
    "a page of a proxy",
    502,
    PAGE,
    { "content-type": "text/html" },
    meant(
      502,
      "api_error",
      "answer.page",
      "127.0.0.1 answered with a web page (HTTP 502). (unknown, answer.page) Check the base URL: it must point to the gateway and end in /anthropic. It answered: Bad gateway",
    ),
  ),
  told(
    "a time limit between edge and origin",
    524,
    "error code: 524\n",
    { ...EDGE, "content-type": "text/plain" },
    meant(
      504,
      "timeout_error",
      "edge.origin-slow",
      `The server behind Cloudflare sent nothing for about 100 seconds. (cloudflare-edge, edge.origin-slow) Try again, and stream long answers. ${RAY}`,
      true,
    ),
  ),
  told(
    "a proxy that wants to be paid with a password",
    407,
    "",
    { "content-type": undefined, "proxy-authenticate": "Basic" },
    meant(
      502,
      "api_error",
      "proxy.login-required",
      "The proxy requires a user name and password, or rejected yours. (proxy, proxy.login-required) URL-encode them and set HTTPS_PROXY to `http://user:password@proxy:port`.",
      false,
    ),
  ),
  told("a redirect", 302, "", { location: "https://elsewhere.example/", "content-type": undefined }, redirected(302)),
  told(
    "a redirect that keeps method and body",
    308,
    "",
    { location: "/v1/other", "content-type": undefined },
    redirected(308),
  ),
  told(
    "a login of Cloudflare Access",
    302,
    "",
    {
      ...EDGE,
      location: "https://team.cloudflareaccess.com/cdn-cgi/access/login/ai.example.com?kid=1",
      "content-type": undefined,
    },
    meant(
      502,
      "api_error",
      "edge.access-login",
      `Cloudflare Access protects 127.0.0.1. A gateway token alone does not pass it. (cloudflare-edge, edge.access-login) Add the headers CF-Access-Client-Id and CF-Access-Client-Secret of a service token, or use gateway.ai.cloudflare.com. ${RAY}`,
      false,
    ),
  ),
  told(
    "a page with 200",
    200,
    PAGE,
    { "content-type": "text/html" },
    meant(
      502,
      "api_error",
      "answer.page",
      "127.0.0.1 answered with a web page (HTTP 200). (unknown, answer.page) Check the base URL: it must point to the gateway and end in /anthropic. It answered: Bad gateway",
    ),
  ),
  told(
    "nothing with 200",
    200,
    "",
    {},
    meant(
      502,
      "api_error",
      "answer.unexpected",
      "127.0.0.1 answered HTTP 200, but not as Anthropic does. (unknown, answer.unexpected) Check the base URL: it must point to the gateway and end in /anthropic.",
    ),
  ),
  told("an error with 200", 200, anthropic("overloaded_error", "Overloaded"), {}, { status: 529, isStream: true }),
  row(
    "an error of the gateway with 200 is tried again",
    setup(),
    ask,
    first,
    says(200, gatewayError(2009, "Unauthorized"), EDGE),
    passes(2, 2_000),
    first,
    says(200, gatewayError(2009, "Unauthorized"), EDGE),
    explains(
      401,
      "authentication_error",
      "gateway.token-missing",
      `The gateway requires a gateway token, and none was sent. (ai-gateway, gateway.token-missing) Create a Cloudflare API token with the permission AI Gateway Run and enter it as the gateway token. ${RAY}`,
      true,
      { ...BY, ...EDGE },
    ),
  ),
  told("text with 500", 500, "oops", { "content-type": "text/plain" }, unknown(500, 500, " It answered: oops")),
  told("nothing with 500", 500, "", { "content-type": undefined }, unknown(500, 500)),
  told("a status that nobody knows", 599, "", { "content-type": undefined }, unknown(599, 502)),
  told(
    "when to come back",
    429,
    anthropic("rate_limit_error", "slow"),
    { "retry-after": "7", "x-should-retry": "true" },
    asItIs,
  ),
];
