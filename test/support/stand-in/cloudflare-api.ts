import type { HttpResponse } from "../../../src/core/http.ts";
import { answerSql } from "./analytics-sql.ts";
import { type Call, count, json, objectIn } from "./call.ts";
import { apiFault } from "./faults.ts";
import { describeWorkersAiModel, WORKERS_AI_MODELS } from "./openai-shaped.ts";
import { type Gateway, gateway, type Permission, type Token, type World } from "./world.ts";

interface Asking {
  readonly call: Call;
  readonly token: Token;
  readonly world: World;
  /** The parts of the path that the pattern captured. */
  readonly ids: readonly string[];
}

type Route = readonly [
  method: string,
  pattern: RegExp,
  permission: Permission | undefined,
  answer: (asking: Asking) => HttpResponse,
];

const ACCOUNT = "/accounts/([^/]+)";
const GATEWAYS = `${ACCOUNT}/ai-gateway/gateways`;
const route = (path: string) => new RegExp(`^${path}$`);

/** Every path the API knows. A permission is asked for in the account that the path names. */
const ROUTES: readonly Route[] = [
  ["GET", route("/user/tokens/verify"), undefined, ({ token }) => verify(token, "user")],
  ["GET", route(`${ACCOUNT}/tokens/verify`), undefined, ({ token }) => verify(token, "account")],
  ["GET", route("/accounts"), undefined, listAccounts],
  ["GET", route(GATEWAYS), "read", listGateways],
  ["POST", route(GATEWAYS), "edit", createGateway],
  ["GET", route(`${GATEWAYS}/([^/]+)`), "read", oneGateway],
  ["GET", route(`${GATEWAYS}/([^/]+)/provider_configs`), "read", listStoredKeys],
  ["GET", route(`${ACCOUNT}/ai-gateway/billing/credit-balance`), "read", creditBalance],
  ["GET", route(`${ACCOUNT}/ai/models/search`), "workers-ai", searchModels],
  [
    "POST",
    route(`${ACCOUNT}/analytics_engine/sql`),
    "analytics",
    ({ call, world }) => answerSql(call.body, world.datasets),
  ],
];

/** Visible characters that a token may have, once. */
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/;

/** Cloudflare's API; the path is what follows `/client/v4`. */
export function cloudflareApi(call: Call, world: World): HttpResponse {
  const { authorization } = call.headers;
  if (authorization === undefined) return apiFault(9106);
  const value = BEARER.exec(authorization)?.[1];
  if (value === undefined) return apiFault(6003);
  const found = ROUTES.find(([method, pattern]) => method === call.method && pattern.test(call.path));
  if (found === undefined) return apiFault(7003);
  const [, pattern, permission, answer] = found;
  const token = world.tokens.find((candidate) => candidate.value === value);
  const isVerification = call.path.endsWith("/tokens/verify");
  if (token === undefined) return apiFault(isVerification ? 1000 : 10000);
  const ids = pattern.exec(call.path)?.slice(1) ?? [];
  const [accountId] = ids;
  if (accountId !== undefined && !/^[0-9a-f]{32}$/.test(accountId)) return apiFault(7003);
  if (accountId !== undefined && !token.accountIds.includes(accountId)) return apiFault(9109);
  if (!isVerification && token.status !== "active") return apiFault(10000);
  if (permission !== undefined && !token.permissions.includes(permission)) return apiFault(10000);
  return answer({ call, token, world, ids });
}

const result = (value: unknown, rest: object = {}) =>
  json(200, { result: value, success: true, errors: [], messages: [], ...rest });

/** One page of what there is. */
function list(items: readonly unknown[], call: Call): HttpResponse {
  const page = count(call, "page", { min: 1, max: 1_000_000, usual: 1 });
  const perPage = count(call, "per_page", { min: 1, max: 100, usual: 20 });
  if (page === undefined || perPage === undefined) return apiFault(7001);
  const shown = items.slice((page - 1) * perPage, page * perPage);
  const result_info = {
    page,
    per_page: perPage,
    count: shown.length,
    total_count: items.length,
    total_pages: Math.ceil(items.length / perPage),
  };
  return result(shown, { result_info });
}

function verify(token: Token, kind: Token["kind"]): HttpResponse {
  if (token.kind !== kind) return apiFault(1000);
  const message = { code: 10000, message: `This API Token is valid and ${token.status}` };
  return result({ id: "ed17574386854bf78a67040be0a770b0", status: token.status }, { messages: [message] });
}

function listAccounts({ call, token, world }: Asking): HttpResponse {
  const name = call.query.get("name") ?? "";
  if (token.kind === "account") return apiFault(1001);
  // Without the permission nothing is refused: the list is empty.
  const mine = token.permissions.includes("accounts") ? token.accountIds : [];
  const accounts = world.accounts.filter((account) => mine.includes(account.id) && account.name.includes(name));
  return list(
    accounts.map((account) => ({ ...account, type: "standard" })),
    call,
  );
}

/** A secret that some gateways have among their settings. */
export const OTEL_SECRET = "otel-STANDINsecretSTANDINsecret";

/** @source cloudflare-typescript, 2026-08, and live answers of 2026-10 for the last two. */
const describe = ({ id, authentication, byokOnly, wholesale, cacheSeconds, logs, rateLimit }: Gateway) => ({
  id,
  authentication,
  cache_invalidate_on_update: true,
  cache_ttl: cacheSeconds,
  collect_logs: logs,
  rate_limiting_interval: rateLimit.seconds,
  rate_limiting_limit: rateLimit.requests,
  rate_limiting_technique: "fixed",
  otel: [{ url: "https://otel.example.com", authorization: OTEL_SECRET, headers: {} }],
  created_at: "2026-10-02T00:00:00Z",
  modified_at: "2026-10-02T00:00:00Z",
  is_default: id === "default",
  wholesale,
  byok_only: byokOnly,
});

const gatewaysOf = ([accountId]: readonly string[], world: World) =>
  world.gateways.filter((candidate) => candidate.accountId === accountId);

const find = ({ ids, world }: Asking) => gatewaysOf(ids, world).find(({ id }) => id === ids[1]);

function listGateways({ call, ids, world }: Asking): HttpResponse {
  const search = call.query.get("search") ?? "";
  const found = gatewaysOf(ids, world).filter(({ id }) => id.includes(search));
  return list(found.map(describe), call);
}

function oneGateway(asking: Asking): HttpResponse {
  const found = find(asking);
  return found === undefined ? apiFault(7002) : result(describe(found));
}

/** @source cloudflare-typescript, `AIGatewayCreateParams`. */
const NEEDED = [
  "id",
  "cache_invalidate_on_update",
  "cache_ttl",
  "collect_logs",
  "rate_limiting_interval",
  "rate_limiting_limit",
];

function createGateway({ call, ids, world }: Asking): HttpResponse {
  const fields = objectIn(call.body) ?? {};
  const missing = NEEDED.find((name) => fields[name] === undefined);
  if (missing !== undefined) return apiFault(7001, { message: `${missing}: required` });
  const id = String(fields.id);
  if (id.length > 64 || !/^[a-z0-9_]+(?:-[a-z0-9_]+)*$/.test(id)) return apiFault(7001, { message: "id: invalid" });
  if (gatewaysOf(ids, world).some((existing) => existing.id === id)) {
    return apiFault(7001, { message: "id: already exists" });
  }
  const created = gateway({
    id,
    accountId: String(ids[0]),
    authentication: fields.authentication === true,
    logs: fields.collect_logs === true,
    cacheSeconds: Number(fields.cache_ttl),
  });
  world.gateways.push(created);
  return result(describe(created));
}

function listStoredKeys(asking: Asking): HttpResponse {
  const found = find(asking);
  if (found === undefined) return apiFault(7002);
  const configs = Object.entries(found.storedKeys).flatMap(([provider_slug, keys]) =>
    Object.entries(keys).map(([alias, value]) => ({
      id: `${found.id}-${provider_slug}-${alias}`,
      provider_slug,
      alias,
      default_config: alias === "default",
      secret_id: `${found.id}_${provider_slug}_${alias}`,
      secret_preview: value.slice(-4),
      modified_at: "2026-10-02T00:00:00Z",
    })),
  );
  return list(configs, asking.call);
}

function creditBalance({ world: { credits } }: Asking): HttpResponse {
  return result({ balance: credits, has_default_payment_method: credits > 0, first_topup_success: credits > 0 });
}

function searchModels({ call }: Asking): HttpResponse {
  const [task = "", author = "", search = ""] = ["task", "author", "search"].map((name) => call.query.get(name) ?? "");
  const found = WORKERS_AI_MODELS.filter(
    (model) => model.task.includes(task) && model.name.startsWith(`@cf/${author}`) && model.name.includes(search),
  );
  return list(found.map(describeWorkersAiModel), call);
}
