/** Work that stops after each slice of it, so that others are served in between. */
export type Sliced<T> = Generator<undefined, T, undefined>;

/** Resolves when whoever waits has been served. */
export type Pause = () => Promise<void>;

/** Does the work with a pause after each slice. Work of one slice is done at once. */
export function inSlices<T>(work: Sliced<T>, pause: Pause): T | Promise<T> {
  const first = work.next();
  return first.done ? first.value : rest(work, pause);
}

async function rest<T>(work: Sliced<T>, pause: Pause): Promise<T> {
  for (;;) {
    await pause();
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
 * Pauses that end one at a time, however many wait.
 * @why slices of many large requests in a row would keep others waiting as long as one whole request.
 */
export function pausesFor(others: (then: () => void) => void): Pause {
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
