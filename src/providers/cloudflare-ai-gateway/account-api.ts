import type { Account, AccountGateway, GatewayIds, NewGateway, StoredKey } from "../discovery.ts";
import type { ListedModel } from "../model.ts";
import {
  type AnalyticsRows,
  type EntryReader,
  type Page,
  pageOf,
  type Reader,
  readAccount,
  readAnalytics,
  readGateway,
  readModel,
  readStatus,
  readStoredKey,
  single,
} from "./account-readers.ts";
import type { Json } from "./response-body.ts";
import { type AccountRequest, ANALYTICS_READ } from "./response-signals.ts";

export interface ApiRequest<T> extends Pick<AccountRequest, "permission"> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Text is sent as it is. */
  readonly body?: Json | string;
  /** It changes nothing, although it has a body. */
  readonly isSafe?: true;
  /** The answer is read as it is: nothing in it says that it is a success. */
  readonly isBare?: true;
  readonly gatewayId?: string;
  readonly read: Reader<T>;
}

export interface ApiListRequest<T> extends Omit<ApiRequest<never>, "body" | "isSafe" | "isBare" | "read"> {
  readonly entry: EntryReader<T>;
  readonly mayBeEmpty: boolean;
}

/** @source cloudflare/workers-sdk, which asks for as many models per page. */
const PER_PAGE = 50;

const inAccount = (accountId: string, rest: string) => `/accounts/${encodeURIComponent(accountId)}${rest}`;

const inGateway = ({ accountId, gatewayId }: GatewayIds, rest = "") =>
  inAccount(accountId, `/ai-gateway/gateways/${encodeURIComponent(gatewayId)}${rest}`);

/** Asks whether the token is active. With an account id it asks for account-owned tokens, otherwise for user tokens. */
export const verification = (accountId?: string): ApiRequest<"active"> => ({
  path: accountId === undefined ? "/user/tokens/verify" : inAccount(accountId, "/tokens/verify"),
  read: readStatus,
});

/**
 * The token's accounts. Without the permission the list is empty.
 * @source cloudflare-go#725; the permission's name: developers.cloudflare.com, "API token permissions".
 */
export const accountList: ApiListRequest<Account> = {
  permission: "Account Settings Read",
  path: "/accounts",
  entry: readAccount,
  mayBeEmpty: false,
};

/** @source developers.cloudflare.com, AI Gateway "Getting started": the names of the two permissions. */
const READ = "AI Gateway Read";
const EDIT = "AI Gateway Edit";

export const gatewayList = (accountId: string): ApiListRequest<AccountGateway> => ({
  permission: READ,
  path: inAccount(accountId, "/ai-gateway/gateways"),
  entry: readGateway,
  mayBeEmpty: true,
});

export const oneGateway = (ids: GatewayIds): ApiRequest<AccountGateway> => ({
  permission: READ,
  path: inGateway(ids),
  gatewayId: ids.gatewayId,
  read: single(readGateway),
});

/**
 * Creates a gateway without cache and rate limit. All fields are required except `authentication` and the technique,
 * which older versions of the API insisted on.
 * @source cloudflare-typescript, `AIGatewayCreateParams`.
 */
export const newGateway = (
  accountId: string,
  { id, authentication, logs }: NewGateway,
): ApiRequest<AccountGateway> => ({
  permission: EDIT,
  path: inAccount(accountId, "/ai-gateway/gateways"),
  body: {
    id,
    authentication,
    collect_logs: logs,
    cache_invalidate_on_update: true,
    cache_ttl: 0,
    rate_limiting_interval: 0,
    rate_limiting_limit: 0,
    rate_limiting_technique: "fixed",
  },
  gatewayId: id,
  read: single(readGateway),
});

export const storedKeyList = (ids: GatewayIds): ApiListRequest<StoredKey> => ({
  permission: READ,
  path: inGateway(ids, "/provider_configs"),
  gatewayId: ids.gatewayId,
  entry: readStoredKey,
  mayBeEmpty: true,
});

export const textModelList = (accountId: string): ApiListRequest<ListedModel> => ({
  permission: "Workers AI Read",
  path: inAccount(accountId, "/ai/models/search"),
  query: { task: "Text Generation" },
  entry: readModel,
  mayBeEmpty: true,
});

/** @source developers.cloudflare.com/analytics/analytics-engine/sql-api. */
export const analyticsQuery = (accountId: string, sql: string): ApiRequest<AnalyticsRows> => ({
  permission: ANALYTICS_READ,
  path: inAccount(accountId, "/analytics_engine/sql"),
  body: sql,
  isSafe: true,
  isBare: true,
  read: readAnalytics,
});

/** Pages are counted from 1. */
export const onPage = <T>({ entry, mayBeEmpty, ...rest }: ApiListRequest<T>, page: number): ApiRequest<Page<T>> => ({
  ...rest,
  query: { ...rest.query, page: String(page), per_page: String(PER_PAGE) },
  read: pageOf(entry, { page, perPage: PER_PAGE, mayBeEmpty }),
});
