import type { UsageLine } from "../usage/line.ts";
import type { figures } from "../usage/sums.ts";

/** `GET /dashboard/state`. */
export interface State {
  readonly time: string;
  readonly ok: boolean;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly problems: readonly Problem[];
  readonly openRequests: number;
  readonly heldBytes: number;
  /** Absent where one process does it all. */
  readonly processes?: { readonly wanted: number; readonly serving: readonly Serving[] };
  readonly cooldowns: readonly Cooldown[];
  readonly setup: Setup;
}

export interface Problem {
  readonly code: string;
  readonly layer: string;
  readonly says: string;
  readonly hint: string;
  /** The next three only for what requests met: otherwise it holds now. */
  readonly model?: string;
  readonly last?: string;
  readonly times?: number;
  /** The same model has served since. */
  readonly over?: boolean;
}

interface Serving {
  readonly pid: number;
  readonly startedAt: string;
  readonly openRequests: number;
  readonly heldBytes?: number;
}

interface Cooldown {
  readonly model: string;
  readonly until: string;
  readonly code?: string;
  readonly says?: string;
}

interface Setup {
  readonly profile: string | null;
  readonly listen: string;
  readonly configFile: string;
  readonly configVersion?: string | number | null;
  /** 0 while the record is off. */
  readonly usageDays: number;
  readonly defaults: readonly string[];
  readonly providers: readonly {
    readonly id: string;
    readonly baseUrl: string | null;
    readonly credentials: readonly { readonly name: string; readonly masked: string; readonly source?: string }[];
    /** Why it cannot be used. */
    readonly problem?: string | null;
  }[];
  /** Names of the clients' tokens; null for the one without a name. Empty where anybody may ask. */
  readonly tokens: readonly (string | null)[];
}

export const PERIODS = ["1h", "24h", "7d", "30d", "90d"] as const;

export type Period = (typeof PERIODS)[number];

export type Sums = ReturnType<typeof figures>;

/** `others`: it stands for so many more. */
export type SumsRow = Sums & { readonly key: string | null; readonly others?: number };

/** A value for each step; null where it is not known, or where there was nothing to measure. */
export type Values = readonly (number | null)[];

/** `GET /dashboard/figures`. */
export interface Figures {
  readonly period: Period;
  readonly since: string;
  readonly until: string;
  readonly stepMs: number;
  readonly recordDays: number;
  /** False while files of the record are still being read. */
  readonly isRead?: boolean;
  readonly damagedLines?: number;
  /** Files of the record. */
  readonly unreadable?: readonly string[];
  readonly total: Sums;
  readonly series: Series;
  readonly byModel: readonly SumsRow[];
  readonly byClient: readonly SumsRow[];
  readonly byProvider: readonly SumsRow[];
}

export interface Series {
  /** Beginnings of the steps, in seconds since 1970. */
  readonly time: readonly number[];
  readonly requests: Values;
  readonly failures: Values;
  /** Without what a cache held. */
  readonly inputTokens: Values;
  readonly outputTokens: Values;
  readonly cacheReadTokens?: Values;
  readonly cacheWrite5mTokens?: Values;
  readonly cacheWrite1hTokens?: Values;
  readonly costUsd: Values;
  readonly firstByteP50Ms: Values;
  readonly firstByteP95Ms: Values;
}

/** An event of `GET /dashboard/requests`. */
export type RequestLine = UsageLine & { readonly costUsd: number | null };
