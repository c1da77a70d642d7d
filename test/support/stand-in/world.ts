import type { Datasets } from "./analytics-sql.ts";
import { ANTHROPIC_MODELS, type AnthropicModel } from "./anthropic-models.ts";

/** What a Cloudflare API token may do; `accounts` is to list them. */
export type Permission = "run" | "read" | "edit" | "workers-ai" | "accounts" | "analytics";

interface Account {
  readonly id: string;
  readonly name: string;
}

export interface Token {
  readonly value: string;
  readonly kind: "user" | "account";
  /** The accounts that it is for; an account's own is for one. */
  readonly accountIds: readonly string[];
  readonly status: "active" | "disabled" | "expired";
  readonly permissions: readonly Permission[];
}

export interface Gateway {
  readonly id: string;
  readonly accountId: string;
  /** Whether a token is asked for. */
  readonly authentication: boolean;
  /** Whether Unified Billing may never pay. */
  readonly byokOnly: boolean;
  /** Whether Unified Billing pays where there is no key. */
  readonly wholesale: boolean;
  /** For how long answers are kept; 0 for not at all. */
  readonly cacheSeconds: number;
  readonly logs: boolean;
  /** Shown only: nothing is counted. */
  readonly rateLimit: { readonly requests: number; readonly seconds: number };
  /** Keys stored with the gateway: by provider, then by alias. */
  readonly storedKeys: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface AnthropicKey {
  readonly value: string;
  /** Whether the account behind it has credit left. */
  readonly credit: boolean;
}

/** All that the stand-in knows; what it is asked to create is added. */
export interface World {
  readonly accounts: readonly Account[];
  readonly tokens: readonly Token[];
  readonly gateways: Gateway[];
  readonly anthropicKeys: readonly AnthropicKey[];
  readonly openaiKeys: readonly string[];
  readonly models: readonly AnthropicModel[];
  /** Unified Billing's balance in USD. */
  readonly credits: number;
  /** Of Workers Analytics Engine, in every account. */
  readonly datasets: Datasets;
}

export interface WorldOptions extends Partial<Omit<World, "gateways" | "tokens" | "anthropicKeys">> {
  /** What is not said is as with `KNOWN.gatewayId`: open, Unified Billing allowed, no key stored. */
  readonly gateways?: readonly Partial<Gateway>[];
  readonly tokens?: readonly (Partial<Token> & Pick<Token, "value">)[];
  readonly anthropicKeys?: readonly (Partial<AnthropicKey> & Pick<AnthropicKey, "value">)[];
}

/** What works unless told otherwise. The credentials are shaped like the real things, and are none. */
export const KNOWN = {
  accountId: "0123456789abcdef0123456789abcdef",
  gatewayId: "my-gw",
  anthropicKey: "sk-ant-api03-MADEUPXkeyMADEUPXkeyMADEUPXkey-abcdwXyZ",
  openaiKey: "sk-proj-MADEUPXkeyMADEUPXkeyMADEUPXkey",
  /** May use gateways, and cannot even list them. */
  runToken: "cfut_MADEUPXrunMADEUPXrunMADEUPXrunMADEUPX12345678",
  /** May do everything. */
  fullToken: "cfut_MADEUPXallMADEUPXallMADEUPXallMADEUPX12345678",
} as const;

const ALL: readonly Permission[] = ["run", "read", "edit", "workers-ai", "accounts", "analytics"];

/** A gateway as it is unless told otherwise. */
export const gateway = (settings: Partial<Gateway> = {}): Gateway => ({
  id: KNOWN.gatewayId,
  accountId: KNOWN.accountId,
  authentication: false,
  byokOnly: false,
  wholesale: true,
  cacheSeconds: 0,
  logs: true,
  rateLimit: { requests: 0, seconds: 0 },
  storedKeys: {},
  ...settings,
});

export function createWorld({ gateways, tokens, anthropicKeys, ...rest }: WorldOptions): World {
  const known = [{ value: KNOWN.runToken, permissions: ["run"] as const }, { value: KNOWN.fullToken }];
  return {
    accounts: [{ id: KNOWN.accountId, name: "Stand-in" }],
    openaiKeys: [KNOWN.openaiKey],
    models: ANTHROPIC_MODELS,
    credits: 0,
    datasets: {},
    ...rest,
    gateways: (gateways ?? [{}]).map(gateway),
    anthropicKeys: (anthropicKeys ?? [{ value: KNOWN.anthropicKey }]).map((key) => ({ credit: true, ...key })),
    tokens: (tokens ?? known).map((token) => ({
      kind: token.value.startsWith("cfat_") ? "account" : "user",
      accountIds: [KNOWN.accountId],
      status: "active",
      permissions: ALL,
      ...token,
    })),
  };
}

/** The token that a `Bearer` header carries, if it is one of the world's and in force. */
export function tokenIn(header: string | undefined, { tokens }: World): Token | undefined {
  const value = /^Bearer (\S+)$/i.exec(header ?? "")?.[1];
  return tokens.find((token) => token.value === value && token.status === "active");
}
