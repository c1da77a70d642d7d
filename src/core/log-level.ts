/**
 * From nothing to everything.
 * @source `--log-level` and `logging.level` of the published OpenClaw.
 */
export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

export type LogThreshold = (typeof LOG_LEVELS)[number];

/** Threshold for an unknown word, or none. */
const USUAL: LogThreshold = "info";

export const thresholdCalled = (name: string | undefined): LogThreshold =>
  LOG_LEVELS.find((level) => level === name?.trim().toLowerCase()) ?? USUAL;

/** True if something of this level is shown or logged at this threshold. */
export const passes = (level: Exclude<LogThreshold, "silent">, threshold: LogThreshold): boolean =>
  LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(threshold);
