/** Work that stops after each slice of it, so that others are served in between. */
export type Sliced<T> = Generator<undefined, T, undefined>;

/** Resolves when whoever waits has been served. */
export type Turn = () => Promise<void>;

/** What takes one slice is done at once. */
export function inSlices<T>(work: Sliced<T>, turn: Turn): T | Promise<T> {
  const first = work.next();
  return first.done ? first.value : rest(work, turn);
}

async function rest<T>(work: Sliced<T>, turn: Turn): Promise<T> {
  for (;;) {
    await turn();
    const next = work.next();
    if (next.done) return next.value;
  }
}

/** All of it, while others wait. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const next = work.next();
    if (next.done) return next.value;
  }
}

/**
 * One turn at a time, however many wait for theirs.
 * @why slices of many large requests in a row would keep others waiting as long as one whole request.
 */
export function turnsAfter(others: (then: () => void) => void): Turn {
  const waiting: (() => void)[] = [];
  const next = () => {
    waiting.shift()?.();
    if (waiting.length > 0) others(next);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) others(next);
    });
}
