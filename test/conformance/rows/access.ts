import { VERSION } from "../../support/answering-gateway.ts";
import { HOP } from "../row.ts";
import {
  answers,
  asks,
  BY,
  differing,
  get,
  gets,
  HELLO,
  logs,
  loopBack,
  MESSAGE,
  post,
  refuses,
  row,
  says,
} from "../said.ts";
import { KEY, NAMED_TOKEN, PLAIN, setup, TOKEN } from "../setups.ts";

const served = [gets("/v1/messages"), says(200, MESSAGE), answers(200, MESSAGE, BY)];

const TEAM = setup({ variables: { OPENCLAW_GATEWAY_TOKENS: `ada=${NAMED_TOKEN}` } });

const NO_TOKEN =
  "The local gateway needs its own token as x-api-key or as a bearer token: gateway.auth.token, stored as OPENCLAW_GATEWAY_TOKEN or with a name in OPENCLAW_GATEWAY_TOKENS in .env. It does not accept the provider's API key.";

const unknown = refuses(401, "authentication_error", NO_TOKEN);
const sending = (headers: Readonly<Record<string, string | undefined>>) =>
  asks(post("/v1/messages", HELLO, { "x-api-key": undefined, ...headers }));

const PAGE = "https://app.example";
const PAGES = setup({ variables: { OPENCLAW_GATEWAY_ALLOWED_ORIGINS: PAGE } });
const CORS = { "access-control-allow-origin": PAGE, "access-control-expose-headers": "*", vary: "origin" };
const notFromPages = refuses(
  403,
  "permission_error",
  "The local gateway refuses requests from web pages. Allow this page's origin with `--allow-origin`.",
);

const noUpgrade = (headers: Readonly<Record<string, string>>) =>
  refuses(
    426,
    "invalid_request_error",
    "The local gateway serves HTTP alone, no WebSocket. Send the same request with POST.",
    headers,
  );

export const ACCESS = [
  row("the token as x-api-key", PLAIN, sending({ "x-api-key": TOKEN }), ...served),
  row("the token as a bearer token", PLAIN, sending({ authorization: `Bearer ${TOKEN}` }), ...served),
  row("the scheme in other letters", PLAIN, sending({ authorization: `bEARER   ${TOKEN}` }), ...served),
  row(
    "a placeholder beside the token",
    PLAIN,
    sending({ "x-api-key": "sk-unused", authorization: `Bearer ${TOKEN}` }),
    ...served,
  ),
  row("blanks around the token", PLAIN, sending({ "x-api-key": `  ${TOKEN} ` }), ...served),
  row("no token", PLAIN, sending({}), unknown, logs({ status: 401, ended: "authentication_error" })),
  row("an empty token", PLAIN, sending({ "x-api-key": "" }), unknown),
  row("a wrong token of the same length", PLAIN, sending({ "x-api-key": TOKEN.replace(/.$/, "X") }), unknown),
  row("the beginning of the token", PLAIN, sending({ "x-api-key": TOKEN.slice(0, -1) }), unknown),
  row("the token and more", PLAIN, sending({ "x-api-key": `${TOKEN}x` }), unknown),
  row("the provider's key in place of the token", PLAIN, sending({ "x-api-key": KEY }), unknown),
  row("the token in a header for proxies", PLAIN, sending({ "proxy-authorization": `Bearer ${TOKEN}` }), unknown),
  row("the token in the query", PLAIN, asks(get(`/v1/models?key=${TOKEN}`, { "x-api-key": undefined })), unknown),
  row(
    "a token with a name, which the provider is told",
    TEAM,
    sending({ "x-api-key": NAMED_TOKEN }),
    gets("/v1/messages", HELLO, { headers: { "cf-aig-metadata": '{"client":"ada"}' } }),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
    logs({ client: "ada", status: 200 }),
  ),
  row("the token without a name beside one with a name", TEAM, sending({ "x-api-key": TOKEN }), ...served),
  row("a name in place of its token", TEAM, sending({ "x-api-key": "ada" }), unknown),
  row(
    "somebody looks whether a server is there",
    PLAIN,
    asks(get("/", { "x-api-key": undefined }, "HEAD")),
    answers(200, "", { "content-type": undefined }),
    logs({ level: "debug", path: "/" }),
  ),
  differing(
    row(
      "alive, without a token",
      PLAIN,
      asks(get("/healthz", { "x-api-key": undefined })),
      answers(200, { ok: true, version: VERSION, pid: 4711 }),
      logs({ level: "debug", path: "/healthz" }),
    ),
    "a Worker has no process",
    asks(get("/healthz", { "x-api-key": undefined })),
    answers(200, { ok: true, version: VERSION, host: "workers" }),
    logs({ level: "debug", path: "/healthz" }),
  ),
  row(
    "ready, without a token",
    PLAIN,
    asks(get("/readyz", { "x-api-key": undefined })),
    answers(200, { ok: true }),
    logs({ level: "debug", path: "/readyz" }),
  ),
  row(
    "not to be posted to",
    PLAIN,
    asks(post("/healthz", {}, { "x-api-key": undefined })),
    unknown,
    logs({ level: "warn", path: "/healthz", status: 401 }),
  ),
  row(
    "not to be posted to, with a token",
    PLAIN,
    asks(post("/healthz", {})),
    refuses(405, "invalid_request_error", "The local gateway refuses this request. /healthz accepts GET, not POST.", {
      allow: "GET, HEAD, OPTIONS",
    }),
  ),
  row("a page that is not allowed", PLAIN, sending({ "x-api-key": TOKEN, origin: PAGE }), notFromPages),
  row(
    "a page that does not say its origin",
    PLAIN,
    sending({ "x-api-key": TOKEN, "sec-fetch-site": "cross-site" }),
    notFromPages,
  ),
  row("an address that a person typed", PLAIN, sending({ "x-api-key": TOKEN, "sec-fetch-site": "none" }), ...served),
  row(
    "a page that is allowed",
    PAGES,
    sending({ "x-api-key": TOKEN, origin: PAGE, referer: `${PAGE}/chat`, "sec-fetch-site": "cross-site" }),
    gets("/v1/messages"),
    says(200, MESSAGE),
    answers(200, MESSAGE, { ...BY, ...CORS }),
  ),
  row(
    "a page that is allowed, without a token",
    PAGES,
    sending({ origin: PAGE }),
    refuses(401, "authentication_error", NO_TOKEN, CORS),
  ),
  row(
    "a browser that asks for permission",
    PAGES,
    asks(
      get(
        "/v1/messages",
        {
          "x-api-key": undefined,
          origin: PAGE,
          "access-control-request-method": "POST",
          "access-control-request-headers": "x-api-key, content-type",
        },
        "OPTIONS",
      ),
    ),
    answers(200, "", {
      "content-type": undefined,
      ...CORS,
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": "x-api-key, content-type",
      "access-control-max-age": "600",
      "access-control-allow-private-network": "true",
    }),
  ),
  row(
    "a browser that asks for permission for another page",
    PAGES,
    asks(get("/v1/messages", { "x-api-key": undefined, origin: "https://evil.example" }, "OPTIONS")),
    notFromPages,
  ),
  row(
    "a page of another scheme of the allowed host",
    PAGES,
    sending({ "x-api-key": TOKEN, origin: "http://app.example" }),
    notFromPages,
  ),
  differing(
    row(
      "a name that leads here",
      PLAIN,
      sending({ "x-api-key": TOKEN, host: "gateway.example:8080" }),
      refuses(
        403,
        "permission_error",
        "The local gateway does not answer to the name in the Host header. Use 127.0.0.1, or allow the name with `--allow-host`.",
      ),
    ),
    "only requests for its own hosts reach a Worker, and no browser can be made to take it for another",
    sending({ "x-api-key": TOKEN, host: "gateway.example:8080" }),
    ...served,
  ),
  row(
    "a request that the gateway has sent itself",
    PLAIN,
    sending({ "x-api-key": TOKEN, via: `1.0 proxy, 1.1 ${HOP}` }),
    loopBack,
  ),
  row(
    "a proxy on the way here",
    PLAIN,
    sending({ "x-api-key": TOKEN, via: "1.0 proxy" }),
    gets("/v1/messages", HELLO, { headers: { via: "1.1 openclaw,1.0 proxy" } }),
    says(200, MESSAGE),
    answers(200, MESSAGE, BY),
  ),
  differing(
    row(
      "another protocol",
      PLAIN,
      asks(get("/v1/responses", { upgrade: "websocket", connection: "Upgrade" })),
      noUpgrade({ upgrade: "HTTP/1.1" }),
    ),
    "workerd sends no `Upgrade` but its own",
    asks(get("/v1/responses", { upgrade: "websocket", connection: "Upgrade" })),
    noUpgrade({}),
  ),
];
