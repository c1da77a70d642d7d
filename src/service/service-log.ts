/** launchd's file of a service holds no more; then it becomes its predecessor, of which there is one. */
export const MOST_LOG_BYTES = 10 * 1024 * 1024;

/** The file that has the log of a launchd agent before the one that is written now. */
export const predecessorOf = (log: string): string => `${log}.1`;

/** @source POSIX, find: a size without a unit is in blocks of 512 bytes, rounded up. */
const MOST_BLOCKS = MOST_LOG_BYTES / 512;

/**
 * Bounds the log, `$0`, before it starts the program, the other arguments.
 * @why a Node that does not start, or does not find the program, prints that at each of launchd's attempts, for months
 * where nobody looks; launchd itself bounds nothing. Emptied instead of renamed, because launchd has opened it already.
 */
const BOUND_AND_START = [
  "umask 077",
  `if [ -n "$(/usr/bin/find "$0" -size +${MOST_BLOCKS} 2>/dev/null)" ]; then /bin/rm -f "$0.1"; /bin/cp "$0" "$0.1"; : >"$0"; fi`,
  'exec "$@"',
].join("; ");

/** The command of a service whose output goes to the file `log`, which it keeps from growing without end. */
export const boundedCommand = (command: readonly string[], log: string): readonly string[] => [
  "/bin/sh",
  "-c",
  BOUND_AND_START,
  log,
  ...command,
];
