import { fail, ok, type Result } from "../../core/result.ts";
import type { Message } from "../../text/message.ts";
import type {
  AccountAccess,
  AccountGateway,
  Discovery,
  DiscoveryContext,
  GatewayRequirements,
  StoredKey,
  TokenReport,
  TokenStatus,
} from "../discovery.ts";
import type { Finding } from "../finding.ts";
import { unreadable } from "../list-models.ts";
import {
  accountList,
  gatewayList,
  newGateway,
  oneGateway,
  storedKeyList,
  textModelList,
  verification,
} from "./account-api.ts";
import { type ApiFailure, callApi, fetchAll, openConnection } from "./account-client.ts";

// This module implements `Discovery`, where each function is documented.

export const accounts: Discovery["accounts"] = (access, context) =>
  clarified(fetchAll(accountList, access, context), undefined, access, context);

export const gateways: Discovery["gateways"] = (access, accountId, context) =>
  clarified(fetchAll(gatewayList(accountId), access, context), accountId, access, context);

export const settings: Discovery["settings"] = (access, ids, context) =>
  clarified(callApi(oneGateway(ids), access, context), ids.accountId, access, context);

export const create: Discovery["create"] = async (access, accountId, wanted, context) => {
  const created = await clarified(callApi(newGateway(accountId, wanted), access, context), accountId, access, context);
  if (created.ok || !LOST.test(created.error.code) || access.signal?.aborted) return created;
  const found = await callApi(oneGateway({ accountId, gatewayId: wanted.id }), access, context);
  return found.ok ? found : created;
};

/** Findings after which a request may have done its work although no answer says so. */
const LOST =
  /^(?:answer\..*|network\.(?:answer-timeout|cut-off|not-http)|proxy\.page|api\.(?:internal|unexpected)|edge\.(?:origin-slow|origin-failed|unavailable|unknown))$/;

export const storedKeys: Discovery["storedKeys"] = async (access, ids, context) => {
  const listed = await clarified(fetchAll(storedKeyList(ids), access, context), ids.accountId, access, context);
  return listed.ok ? ok(listed.value.items) : listed;
};

export const models: Discovery["models"] = async (access, accountId, context) => {
  const listed = await clarified(fetchAll(textModelList(accountId), access, context), accountId, access, context);
  if (!listed.ok) return listed;
  const { items, isCut } = listed.value;
  return isCut ? unreadable((t) => t.cloudflare.endlessModels(items.length)) : ok(items);
};

/**
 * Returns the result, or the fitting finding. The API rejects a token without the permission exactly like an unknown
 * one: where the two findings differ, the token itself is verified.
 */
export async function clarified<T>(
  request: Promise<Result<T, ApiFailure>>,
  accountId: string | undefined,
  access: AccountAccess,
  context: DiscoveryContext,
): Promise<Result<T, Finding>> {
  const result = await request;
  if (result.ok) return result;
  const { finding, ifActive } = result.error;
  if (ifActive.code === finding.code) return fail(finding);
  const token = await verifyToken(access, accountId, context);
  if (token.status === "active") return fail(ifActive);
  return fail(token.status === "unchecked" ? finding : (token.finding ?? finding));
}

/** The token status that an error code implies. Other codes say nothing about it. */
const STATUSES: Readonly<Record<string, TokenStatus>> = {
  "credentials.malformed": "malformed",
  "api.token-malformed": "malformed",
  "api.token-expired": "expired",
  "api.token-disabled": "disabled",
  "api.token-unknown": "unknown",
  "api.token-rejected": "unknown",
  "api.access-refused": "unknown",
};

/**
 * User tokens and account-owned tokens are verified at different URLs, neither of which knows the other kind. Older
 * tokens do not show which kind they are.
 * @source developers.cloudflare.com, "Token formats": `cfut_` and `cfat_`.
 */
export async function verifyToken(
  access: AccountAccess,
  accountId: string | undefined,
  context: DiscoveryContext,
): Promise<TokenReport> {
  const connection = openConnection(access, context);
  if (!connection.ok) return report(connection.error);
  const token = connection.value.access.token.reveal();
  if (token.startsWith("cfat_")) {
    return accountId === undefined
      ? { status: "unchecked", kind: "account" }
      : { kind: "account", ...(await verifyIn(accountId, access, context)) };
  }
  const asUser = await verifyIn(undefined, access, context);
  if (token.startsWith("cfut_") || asUser.status === "active") return { kind: "user", ...asUser };
  if (asUser.status !== "unknown" || accountId === undefined) return asUser;
  const asAccount = await verifyIn(accountId, access, context);
  return asAccount.status === "unknown" ? asUser : { kind: "account", ...asAccount };
}

async function verifyIn(
  accountId: string | undefined,
  access: AccountAccess,
  context: DiscoveryContext,
): Promise<TokenReport> {
  const verified = await callApi(verification(accountId), access, context);
  return verified.ok ? { status: verified.value } : report(verified.error);
}

const report = ({ finding }: ApiFailure): TokenReport => ({ status: STATUSES[finding.code] ?? "unchecked", finding });

/**
 * The fields that a gateway's settings require, and facts for its user.
 * @source developers.cloudflare.com, AI Gateway: authentication, caching, logging, rate limiting, unified billing, and
 * the changelog of 2026-09-14 ("require provider credentials").
 */
export function requirements(
  { authentication, keyRequired, billing, cacheSeconds, logs, rateLimit }: AccountGateway,
  keys: readonly StoredKey[],
): GatewayRequirements {
  const stored = keys.map(({ provider, alias, isDefault }) => (isDefault ? provider : `${provider} (${alias})`));
  const notes: readonly (Message | false | undefined)[] = [
    authentication && ((t) => t.cloudflare.tokenRequired),
    keyRequired && ((t) => t.cloudflare.keyRequired),
    stored.length > 0 && ((t) => t.cloudflare.hasStoredKeys(stored)),
    // Billing needs an authenticated gateway; an open one passes such requests on, and they fail.
    authentication && billing && !keyRequired && ((t) => t.cloudflare.mayBill),
    cacheSeconds > 0 && ((t) => t.cloudflare.hasCache(cacheSeconds)),
    logs && ((t) => t.cloudflare.keepsLogs),
    rateLimit && ((t) => t.cloudflare.hasRateLimit(rateLimit)),
  ];
  return {
    required: authentication ? ["gatewayToken"] : [],
    notes: notes.filter((note) => note !== false && note !== undefined),
  };
}
