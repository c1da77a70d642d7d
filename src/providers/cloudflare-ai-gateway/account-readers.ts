import { isObject } from "../../core/json.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { Secret } from "../../core/secret.ts";
import type { Account, AccountGateway, StoredKey } from "../discovery.ts";
import type { ListedModel } from "../model.ts";
import { sanitize, validId } from "../sanitize.ts";
import type { Json } from "./response-body.ts";
import type { ContentProblem } from "./response-signals.ts";

/** Reads a successful response of Cloudflare's API: an envelope with a `result`. */
export type Reader<T> = (envelope: Json, token: Secret) => Result<T, ContentProblem>;

/** Reads one entry; `undefined` if it is not of the right kind. */
export type EntryReader<T> = (entry: Json, token: Secret) => T | undefined;

export interface Page<T> {
  readonly items: readonly T[];
  readonly isLast: boolean;
}

export interface PageQuestion {
  /** Counted from 1. */
  readonly page: number;
  readonly perPage: number;
  /** True if an empty list is a genuine answer rather than a sign of a missing permission. */
  readonly mayBeEmpty: boolean;
}

/** @why longer than any that Cloudflare accepts, and short enough for one line. */
const LONGEST_NAME = 100;

const ACCOUNT_ID = /^[0-9a-f]{32}$/;
const GATEWAY_ID = /^[\w-]{1,64}$/;
const SLUG = /^[\w-]{1,64}$/;

export const single =
  <T>(read: EntryReader<T>): Reader<T> =>
  ({ result }, token) => {
    const value = isObject(result) ? read(result, token) : undefined;
    return value === undefined ? fail("unreadable") : ok(value);
  };

/**
 * Reads one page of a list. Unusable entries are skipped, but a page with nothing else is unreadable.
 * @source cloudflare-typescript, `V4PagePaginationArray`: `result_info`, in which anything may be missing.
 */
export const pageOf =
  <T>(read: EntryReader<T>, { page, perPage, mayBeEmpty }: PageQuestion): Reader<Page<T>> =>
  ({ result, result_info }, token) => {
    if (!Array.isArray(result)) return fail("unreadable");
    if (result.length === 0 && !mayBeEmpty && page === 1) return fail("nothing");
    const items = result.filter(isObject).flatMap((entry) => read(entry, token) ?? []);
    if (items.length === 0 && result.length > 0) return fail("unreadable");
    const info = isObject(result_info) ? result_info : {};
    const total = amount(info.total_count);
    const isFull = total === undefined ? result.length >= perPage : page * (amount(info.per_page) ?? perPage) < total;
    return ok({ items, isLast: result.length === 0 || !isFull });
  };

export type AnalyticsRows = readonly Json[];

/** @source developers.cloudflare.com/analytics/analytics-engine/sql-reference, `FORMAT JSON`: `meta`, `data` and `rows`. */
export const readAnalytics: Reader<AnalyticsRows> = ({ data }) =>
  Array.isArray(data) && data.every(isObject) ? ok(data) : fail("unreadable");

/** @source cloudflare-typescript, `TokenVerifyResponse`. */
export const readStatus: Reader<"active"> = ({ result }) => {
  const status = isObject(result) ? result.status : undefined;
  if (status === "active") return ok(status);
  return fail(status === "disabled" || status === "expired" ? status : "unreadable");
};

/** @source cloudflare-typescript, `Account`. */
export const readAccount: EntryReader<Account> = (entry, token) => {
  const id = validId(entry.id, ACCOUNT_ID, [token]);
  return id === undefined ? undefined : { id, name: shown(entry.name, token) || id };
};

/**
 * Some gateway settings are secrets (`otel`, `stripe`, `logpush_public_key`) and are not read.
 * @source cloudflare-typescript, `AIGatewayGetResponse`; `wholesale` and `byok_only`: Cloudflare's changelog of
 * 2026-09-14 and answers seen in October 2026. Older answers lack them, and `authentication`.
 */
export const readGateway: EntryReader<AccountGateway> = (entry, token) => {
  const id = validId(entry.id, GATEWAY_ID, [token]);
  if (id === undefined) return undefined;
  const [requests, seconds] = [amount(entry.rate_limiting_limit), amount(entry.rate_limiting_interval)];
  return {
    id,
    authentication: entry.authentication === true,
    keyRequired: entry.byok_only === true,
    billing: entry.wholesale === true,
    cacheSeconds: amount(entry.cache_ttl) ?? 0,
    logs: entry.collect_logs === true,
    ...(requests && seconds && { rateLimit: { requests, seconds } }),
  };
};

/**
 * Ignores the preview of the key.
 * @source cloudflare-typescript, `ProviderConfigListResponse`.
 */
export const readStoredKey: EntryReader<StoredKey> = (entry, token) => {
  const provider = validId(entry.provider_slug, SLUG, [token]);
  const alias = validId(entry.alias, SLUG, [token]);
  if (provider === undefined || alias === undefined) return undefined;
  return { provider, alias, isDefault: entry.default_config === true };
};

const shown = (value: unknown, token: Secret) =>
  typeof value === "string" ? sanitize(value, LONGEST_NAME, [token]) : "";

const amount = (value: unknown) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** @why far longer than any real id, and short enough for one line and a URL. */
const MODEL_NAME = /^@[^\s\p{C}]{1,200}$/u;

/**
 * A Workers AI model. Requests use its `name`; its `id` is internal to Cloudflare. Everything else is in a list of
 * properties, where numbers and booleans are strings.
 * @source developers.cloudflare.com, Workers AI's catalog (cloudflare-docs, `workers-ai-models/*.json`, 2026).
 */
export const readModel: EntryReader<ListedModel> = (entry, token) => {
  const id = validId(entry.name, MODEL_NAME, [token]);
  if (id === undefined) return undefined;
  const properties = propertiesIn(entry.properties);
  const contextWindow = tokenCount(properties.get("context_window"));
  const retiresOn = day(properties.get("planned_deprecation_date"));
  const cost = costIn(properties.get("price"));
  return {
    id,
    ...(isYes(properties.get("vision")) && { input: ["text", "image"] }),
    ...(isYes(properties.get("reasoning")) && { reasoning: true }),
    ...(contextWindow !== undefined && { contextWindow }),
    ...(cost !== undefined && { cost }),
    ...(retiresOn !== undefined && { retiresOn }),
  };
};

function propertiesIn(list: unknown): ReadonlyMap<unknown, unknown> {
  const entries = Array.isArray(list) ? list.filter(isObject) : [];
  return new Map(entries.map(({ property_id, value }) => [property_id, value]));
}

/** A missing property means no. */
const isYes = (value: unknown) => value === true || value === "true";

function tokenCount(value: unknown): number | undefined {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

/** Some are timestamps, others only days. */
const day = (value: unknown) => /^\d{4}-\d\d-\d\d/.exec(String(value))?.[0];

function costIn(prices: unknown): ListedModel["cost"] {
  const list = Array.isArray(prices) ? prices.filter(isObject) : [];
  const per = (what: string) => {
    const found = list.find(({ unit, currency }) => unit === `per M ${what} tokens` && currency === "USD")?.price;
    return typeof found === "number" && found >= 0 ? found : undefined;
  };
  const [input, output, cacheRead] = [per("input"), per("output"), per("cached input")];
  if (input === undefined || output === undefined) return undefined;
  return { input, output, ...(cacheRead !== undefined && { cacheRead }) };
}
