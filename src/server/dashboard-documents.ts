import type { UsageLine } from "../usage/line.ts";
import type { PeriodFigures } from "../usage/period-figures.ts";

/** `GET /dashboard/state`. Times are in ISO 8601 and UTC; sentences in the language that was asked for. */
export interface StateDocument {
  readonly time: string;
  /** False if requests for the default model cannot be served. */
  readonly ok: boolean;
  readonly version: string;
  /** Of the process that listens. */
  readonly pid: number;
  readonly startedAt: string;
  readonly problems: readonly ShownProblem[];
  readonly openRequests: number;
  /** Of bodies that wait to be sent. */
  readonly heldBytes: number;
  /** Absent where one process does it all. */
  readonly processes?: ShownProcesses;
  readonly cooldowns: readonly ShownCooldown[];
  readonly setup: ShownSetup;
}

export interface ShownProblem {
  readonly code: string;
  /** The layer to blame, in English. */
  readonly layer: string;
  readonly says: string;
  readonly hint: string;
  /** The next four only for what requests met: otherwise it holds now. */
  readonly model?: string;
  readonly last?: string;
  readonly times?: number;
  /** The same model has served since then. */
  readonly over?: boolean;
}

export interface ShownProcesses {
  readonly wanted: number;
  readonly serving: readonly {
    readonly pid: number;
    readonly startedAt: string;
    readonly openRequests: number;
    readonly heldBytes: number;
  }[];
}

interface ShownCredential {
  readonly name: string;
  readonly masked: string;
  /** Where it comes from, in words: a variable and its place, or a path of the configuration. */
  readonly source?: string;
}

interface ShownCooldown {
  readonly model: string;
  readonly until: string;
  readonly code: string;
  readonly says: string;
}

/** The configuration that is used, secrets masked. */
export interface ShownSetup {
  readonly profile: string | null;
  readonly listen: string;
  readonly configFile: string;
  readonly configVersion: string;
  /** 0 while the record is off. */
  readonly usageDays: number;
  /** The default model and its fallbacks. */
  readonly defaults: readonly string[];
  readonly providers: readonly {
    readonly id: string;
    readonly api: string | null;
    readonly baseUrl: string | null;
    readonly credentials: readonly ShownCredential[];
    /** Why it cannot be used. */
    readonly problem: string | null;
  }[];
  readonly auth: "none" | "token";
  /** Names of the clients' tokens; null for the one without a name. Empty where anybody may ask. */
  readonly tokens: readonly (string | null)[];
}

/** `GET /dashboard/figures`. */
export interface FiguresDocument extends PeriodFigures {
  readonly recordDays: number;
  /** False while files of the record are still being read. */
  readonly isRead: boolean;
  /** Requests that ended in the minute up to now, of whatever period. */
  readonly lastMinute: number;
  readonly damagedLines: number;
  /** Files of the record. */
  readonly unreadable: readonly string[];
  /** Dates of the tables of prices. */
  readonly prices: readonly string[];
}

/** An event `request` of `GET /dashboard/requests`: a line of the record. `costUsd` is null if it is not known. */
export type PricedLine = UsageLine & { readonly costUsd: number | null };
