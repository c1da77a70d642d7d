import type { Context } from "../core/context.ts";
import type { Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message } from "../text/message.ts";
import type { Finding } from "./finding.ts";
import type { ListedModel } from "./model.ts";

/** The token that an account is looked up with. */
export interface AccountAccess {
  readonly token: Secret;
  readonly userAgent: string;
  /** Ends a request at once, with a finding that says so. */
  readonly signal?: AbortSignal;
}

/** `unknown`: the provider does not know the token. `unchecked`: its status could not be found out. */
export type TokenStatus = "active" | "disabled" | "expired" | "unknown" | "malformed" | "unchecked";

export interface TokenReport {
  readonly status: TokenStatus;
  /** A person's or an account's own, if known. */
  readonly kind?: "user" | "account";
  /**
   * The reason why it is not active. Absent from an account's own token that is unchecked: the account has to be known
   * first.
   */
  readonly finding?: Finding;
}

export interface Account {
  readonly id: string;
  readonly name: string;
}

/** A gateway's settings, as far as they matter to its user. */
export interface AccountGateway {
  readonly id: string;
  /** It requires a token with every request. */
  readonly authentication: boolean;
  /** It refuses requests without a provider key, sent or stored. */
  readonly keyRequired: boolean;
  /** The account is billed for those. */
  readonly billing: boolean;
  /** Time for which answers are kept and given again; 0 for never. */
  readonly cacheSeconds: number;
  /** It keeps prompts and answers. */
  readonly logs: boolean;
  readonly rateLimit?: { readonly requests: number; readonly seconds: number };
}

export interface NewGateway {
  readonly id: string;
  readonly authentication: boolean;
  readonly logs: boolean;
}

/** The requirements of a gateway's settings. */
export interface GatewayRequirements {
  /** Fields that have to be answered although they are optional elsewhere, by their ids. */
  readonly required: readonly string[];
  /** Facts for its user, each a sentence. */
  readonly notes: readonly Message[];
}

/** A key that the gateway adds to requests; the key itself is not known here. */
export interface StoredKey {
  readonly provider: string;
  readonly alias: string;
  /** It is used when a request names no alias. */
  readonly isDefault: boolean;
}

/** The ids that a gateway is addressed by. */
export interface GatewayIds {
  readonly accountId: string;
  readonly gatewayId: string;
}

/** Code of a finding about a token that lacks a permission for one thing, and may have that for another. */
export const PERMISSION_MISSING = "api.permission-missing";

export type DiscoveryContext = Pick<Context, "http" | "delay" | "env">;

/**
 * Looks up, and creates, what a user would otherwise have to copy from a dashboard. What cannot be found comes back as
 * a finding, and the answer can be typed instead. Names in the answers are sanitized. IDs passed in come from a listing
 * or were checked by their fields.
 */
export interface Discovery {
  readonly verifyToken: (
    access: AccountAccess,
    accountId: string | undefined,
    context: DiscoveryContext,
  ) => Promise<TokenReport>;
  readonly accounts: (access: AccountAccess, context: DiscoveryContext) => Promise<Result<readonly Account[], Finding>>;
  readonly gateways: (
    access: AccountAccess,
    accountId: string,
    context: DiscoveryContext,
  ) => Promise<Result<readonly AccountGateway[], Finding>>;
  readonly settings: (
    access: AccountAccess,
    ids: GatewayIds,
    context: DiscoveryContext,
  ) => Promise<Result<AccountGateway, Finding>>;
  /** Never retried: a request that failed on the way may have succeeded. */
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
  /** The models that write text. */
  readonly models: (
    access: AccountAccess,
    accountId: string,
    context: DiscoveryContext,
  ) => Promise<Result<readonly ListedModel[], Finding>>;
}
