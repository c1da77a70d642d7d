import type { Context } from "../core/context.ts";
import type { Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message } from "../text/message.ts";
import type { Finding } from "./finding.ts";
import type { ListedModel } from "./model.ts";

/** Who looks an account up. */
export interface Inquiry {
  readonly token: Secret;
  readonly userAgent: string;
  /** Ends what is under way at once, with a finding that says so. */
  readonly signal?: AbortSignal;
}

/** `unknown`: the provider does not know it. `unchecked`: it could not be found out. */
export type TokenStatus = "active" | "disabled" | "expired" | "unknown" | "malformed" | "unchecked";

export interface TokenReport {
  readonly status: TokenStatus;
  /** Whose it is, a person's or an account's own, as far as that is known. */
  readonly kind?: "user" | "account";
  /**
   * Why it is not active. Absent from an account's own token that is unchecked: the account has to be known first.
   */
  readonly finding?: Finding;
}

export interface Account {
  readonly id: string;
  readonly name: string;
}

/** A gateway's settings, as far as they matter to who uses it. */
export interface Gateway {
  readonly id: string;
  /** Whether it asks every request for a token. */
  readonly authentication: boolean;
  /** Whether it refuses requests for which there is no key of a provider, neither sent nor stored. */
  readonly keyRequired: boolean;
  /** Whether the account is billed for those. */
  readonly billing: boolean;
  /** How long answers are kept and given again, in seconds; 0 for never. */
  readonly cacheSeconds: number;
  /** Whether prompts and answers are kept. */
  readonly logs: boolean;
  readonly rateLimit?: { readonly requests: number; readonly seconds: number };
}

export interface NewGateway {
  readonly id: string;
  readonly authentication: boolean;
  readonly logs: boolean;
}

/** What a gateway's settings ask of who uses it. */
export interface GatewayNeeds {
  /** Fields that have to be answered, by their ids, although they are optional elsewhere. */
  readonly needed: readonly string[];
  /** What its user should know, each a sentence. */
  readonly notes: readonly Message[];
}

/** A key that the gateway adds to requests; of the key itself nothing is known here. */
export interface StoredKey {
  readonly provider: string;
  readonly alias: string;
  /** Whether it is used when a request names no alias. */
  readonly isDefault: boolean;
}

/** Where a gateway is. */
export interface GatewayPlace {
  readonly accountId: string;
  readonly gatewayId: string;
}

export type Asking = Pick<Context, "http" | "delay" | "env">;

type Found<T> = Promise<Result<T, Finding>>;

/**
 * Looks up, and creates, what a user would otherwise have to copy from a dashboard. Whatever cannot be had comes back
 * as a finding, and keeps nobody from typing the answer. Ids are those of a listing, or checked by their fields; names
 * in the answers are fit to be shown.
 */
export interface Discovery {
  readonly examine: (inquiry: Inquiry, accountId: string | undefined, context: Asking) => Promise<TokenReport>;
  readonly accounts: (inquiry: Inquiry, context: Asking) => Found<readonly Account[]>;
  readonly gateways: (inquiry: Inquiry, accountId: string, context: Asking) => Found<readonly Gateway[]>;
  readonly settings: (inquiry: Inquiry, place: GatewayPlace, context: Asking) => Found<Gateway>;
  /** Not tried a second time by itself: what failed on the way may have been done. */
  readonly create: (inquiry: Inquiry, accountId: string, wanted: NewGateway, context: Asking) => Found<Gateway>;
  readonly needs: (gateway: Gateway, keys: readonly StoredKey[]) => GatewayNeeds;
  readonly storedKeys: (inquiry: Inquiry, place: GatewayPlace, context: Asking) => Found<readonly StoredKey[]>;
  /** The models that write text. */
  readonly models: (inquiry: Inquiry, accountId: string, context: Asking) => Found<readonly ListedModel[]>;
}
