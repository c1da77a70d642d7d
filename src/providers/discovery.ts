import type { Context } from "../core/context.ts";
import type { Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message } from "../text/message.ts";
import type { Finding } from "./finding.ts";
import type { ListedModel } from "./model.ts";

export interface AccountAccess {
  readonly token: Secret;
  readonly userAgent: string;
  /** Aborting ends the request at once, with a finding that says so. */
  readonly signal?: AbortSignal;
}

/** `unknown`: the provider does not know the token. `unchecked`: the check itself failed. */
export type TokenStatus = "active" | "disabled" | "expired" | "unknown" | "malformed" | "unchecked";

export interface TokenReport {
  readonly status: TokenStatus;
  /** The owner of the token, a user or an account, if known. */
  readonly kind?: "user" | "account";
  /** Why it is not active. Absent for an unchecked account-owned token: the account must be known first. */
  readonly finding?: Finding;
}

export interface Account {
  readonly id: string;
  readonly name: string;
}

/** The gateway settings that matter to its user. */
export interface AccountGateway {
  readonly id: string;
  /** Every request must carry a token. */
  readonly authentication: boolean;
  /** Requests without a provider key, sent or stored, are rejected. */
  readonly keyRequired: boolean;
  /** Requests without a provider key are billed to the account. */
  readonly billing: boolean;
  /** The time responses are cached; 0 for never. */
  readonly cacheSeconds: number;
  readonly logs: boolean;
  readonly rateLimit?: { readonly requests: number; readonly seconds: number };
}

export interface NewGateway {
  readonly id: string;
  readonly authentication: boolean;
  readonly logs: boolean;
}

export interface GatewayRequirements {
  /** Ids of fields that are otherwise optional. */
  readonly required: readonly string[];
  readonly notes: readonly Message[];
}

/** A list; `isCut` if there may be more, since only so many pages are read. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly isCut: boolean;
}

/** A key that the gateway adds to requests; we never see the key itself. */
export interface StoredKey {
  readonly provider: string;
  readonly alias: string;
  /** Used if a request names no alias. */
  readonly isDefault: boolean;
}

export interface GatewayIds {
  readonly accountId: string;
  readonly gatewayId: string;
}

/** The finding for a token that lacks one permission, and may still have others. */
export const PERMISSION_MISSING = "api.permission-missing";

export type DiscoveryContext = Pick<Context, "http" | "delay" | "env">;

/**
 * Looks up, and creates, what a user would otherwise copy from a dashboard. Failures come back as findings, and the
 * answer can then be typed. Names in the results are sanitized. Ids passed in come from a listing or were checked by
 * their fields.
 */
export interface Discovery {
  readonly verifyToken: (
    access: AccountAccess,
    accountId: string | undefined,
    context: DiscoveryContext,
  ) => Promise<TokenReport>;
  readonly accounts: (access: AccountAccess, context: DiscoveryContext) => Promise<Result<Listing<Account>, Finding>>;
  readonly gateways: (
    access: AccountAccess,
    accountId: string,
    context: DiscoveryContext,
  ) => Promise<Result<Listing<AccountGateway>, Finding>>;
  readonly settings: (
    access: AccountAccess,
    ids: GatewayIds,
    context: DiscoveryContext,
  ) => Promise<Result<AccountGateway, Finding>>;
  /**
   * Never retried, since a request that failed on the way back may have succeeded. Where no answer tells, the gateway is
   * looked up.
   */
  readonly create: (
    access: AccountAccess,
    accountId: string,
    wanted: NewGateway,
    context: DiscoveryContext,
  ) => Promise<Result<AccountGateway, Finding>>;
  readonly requirements: (gateway: AccountGateway, keys: readonly StoredKey[]) => GatewayRequirements;
  readonly storedKeys: (
    access: AccountAccess,
    ids: GatewayIds,
    context: DiscoveryContext,
  ) => Promise<Result<readonly StoredKey[], Finding>>;
  readonly models: (
    access: AccountAccess,
    accountId: string,
    context: DiscoveryContext,
  ) => Promise<Result<readonly ListedModel[], Finding>>;
}
