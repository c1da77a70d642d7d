/**
 * From nothing to everything.
 * @source `--log-level` and `logging.level` of the published OpenClaw.
 */
export const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

export type LogThreshold = (typeof LOG_LEVELS)[number];

/** What an unknown word or none stands for. */
const USUAL: LogThreshold = "info";

export const thresholdCalled = (name: string | undefined): LogThreshold =>
  LOG_LEVELS.find((level) => level === name?.trim().toLowerCase()) ?? USUAL;

/** Whether something of a level is shown or logged at a threshold. */
export const passes = (level: Exclude<LogThreshold, "silent">, threshold: LogThreshold): boolean =>
  LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(threshold);
