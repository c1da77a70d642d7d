import type { Figures, FiguresRow } from "./sums.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

interface Scale {
  readonly stepMs: number;
  /** Whole ones, besides the one that goes on. */
  readonly steps: number;
}

/** Periods up to now, and the steps in which each is shown; steps begin with days of UTC. */
export const SCALES = {
  "1h": { stepMs: MINUTE_MS, steps: 60 },
  "24h": { stepMs: 15 * MINUTE_MS, steps: 96 },
  "7d": { stepMs: 2 * HOUR_MS, steps: 84 },
  "30d": { stepMs: 6 * HOUR_MS, steps: 120 },
  "90d": { stepMs: 24 * HOUR_MS, steps: 90 },
} as const satisfies Readonly<Record<string, Scale>>;

export type LastPeriod = keyof typeof SCALES;

/** From the shortest to the longest. */
export const LAST_PERIODS = Object.keys(SCALES) as readonly LastPeriod[];

export const isLastPeriod = (text: string): text is LastPeriod => Object.hasOwn(SCALES, text);

/** A value for each step; null where it is not known, or where there was nothing to measure. */
export type Values = readonly (number | null)[];

/** Figures of a period: altogether, step by step, and by model, client and provider. */
export interface PeriodFigures {
  readonly period: LastPeriod;
  readonly since: string;
  readonly until: string;
  readonly stepMs: number;
  readonly total: Figures;
  /** Numbers of one place belong to the same step. */
  readonly series: {
    /** Beginnings of steps, in seconds since 1970. */
    readonly time: readonly number[];
    readonly requests: Values;
    readonly failures: Values;
    /** Without what a cache held or took in. */
    readonly inputTokens: Values;
    readonly outputTokens: Values;
    readonly cacheReadTokens: Values;
    readonly cacheWrite5mTokens: Values;
    readonly cacheWrite1hTokens: Values;
    readonly costUsd: Values;
    readonly firstByteP50Ms: Values;
    readonly firstByteP95Ms: Values;
  };
  readonly byModel: readonly FiguresRow[];
  readonly byClient: readonly FiguresRow[];
  readonly byProvider: readonly FiguresRow[];
}
