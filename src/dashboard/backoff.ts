const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/**
 * Milliseconds to wait after so many failures in a row, doubled each time. `random` is from 0 to 1: pages that lost the same
 * gateway do not all come back at once.
 */
export const waitMs = (failures: number, random: number): number =>
  Math.round(Math.min(FIRST_MS * 2 ** Math.max(failures - 1, 0), LONGEST_MS) * (0.8 + 0.2 * random));
