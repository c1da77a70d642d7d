import { fail, ok, type Result } from "../../core/result.ts";
import type { AccountAccess, DiscoveryContext } from "../discovery.ts";
import type { Finding } from "../finding.ts";
import { analyticsQuery } from "./account-api.ts";
import { callApi } from "./account-client.ts";
import type { AnalyticsRows } from "./account-readers.ts";
import { clarified } from "./discovery.ts";

export interface AnalyticsAccess extends AccountAccess {
  readonly accountId: string;
}

/** Asks the SQL API of Workers Analytics Engine. The token needs the permission Account Analytics Read. */
export const queryAnalytics = (
  sql: string,
  access: AnalyticsAccess,
  context: DiscoveryContext,
): Promise<Result<AnalyticsRows, Finding>> =>
  clarified(callApi(analyticsQuery(access.accountId, sql), access, context), access.accountId, access, context);

/** Answers of Cloudflare to SQL about a dataset that is not there. @why its words are not documented. */
const MAY_BE_MISSING = /^(?:answer\.unknown|api\.(?:unknown|unexpected|parameter-invalid|gateway-not-found))$/;

/**
 * Like `queryAnalytics`, for the first question about a dataset: `missing` if the account has none of that name, as before
 * the first data point is written.
 */
export async function queryDataset(
  dataset: string,
  sql: string,
  access: AnalyticsAccess,
  context: DiscoveryContext,
): Promise<Result<AnalyticsRows | "missing", Finding>> {
  const asked = await queryAnalytics(sql, access, context);
  if (asked.ok || !MAY_BE_MISSING.test(asked.error.code)) return asked;
  const tables = await queryAnalytics("SHOW TABLES", access, context);
  const isThere = !tables.ok || tables.value.some((row) => Object.values(row).includes(dataset));
  return isThere ? fail(asked.error) : ok("missing");
}
