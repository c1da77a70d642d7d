/** Whoever serves connections, such as another process. */
export interface Taker<C> {
  /** Hands it on, to be answered by `taken`; false if it cannot be reached any more. */
  readonly hand: (connection: C) => boolean;
}

interface Load<C> {
  connections: number;
  /** Those of them that are on their way, and still held here. */
  handed: C[];
}

/** @why a taker that hangs must not get all that come; one that is busy for a moment still gets its share. */
const MOST_HANDED = 16;

/**
 * Hands each connection to the taker with the fewest, and holds it until it is taken: what is on its way to a taker that is
 * gone goes to another.
 * @why connections are kept alive for hours, so that turns alone would leave a replaced worker with nothing to do.
 */
export class Spread<C extends { readonly destroyed: boolean; readonly destroy: () => unknown }> {
  readonly #loads = new Map<Taker<C>, Load<C>>();
  readonly #most: number;
  #waiting: C[] = [];

  /** At most that many wait for a taker. */
  constructor(most: number) {
    this.#most = most;
  }

  accept(connection: C): void {
    if (this.#waiting.length >= this.#most) return void connection.destroy();
    this.#waiting.push(connection);
    this.#handOn();
  }

  join(taker: Taker<C>): void {
    this.#loads.set(taker, { connections: 0, handed: [] });
    this.#handOn();
  }

  leave(taker: Taker<C>): void {
    const { handed = [] } = this.#loads.get(taker) ?? {};
    this.#loads.delete(taker);
    this.#waiting.unshift(...handed);
    this.#handOn();
  }

  /** The next of those that were handed to it is its own now, and is let go here. */
  taken(taker: Taker<C>): void {
    this.#loads.get(taker)?.handed.shift()?.destroy();
    this.#handOn();
  }

  closed(taker: Taker<C>, count: number): void {
    const load = this.#loads.get(taker);
    if (load !== undefined) load.connections -= count;
  }

  /** Lets go of all that wait. */
  drop(): void {
    for (const connection of this.#waiting) connection.destroy();
    this.#waiting = [];
  }

  #handOn(): void {
    for (;;) {
      const [connection] = this.#waiting;
      if (connection?.destroyed) {
        // It broke off while it waited.
        this.#waiting.shift();
        continue;
      }
      const next = this.#next();
      if (connection === undefined || next === undefined) return;
      const [taker, load] = next;
      if (taker.hand(connection)) {
        this.#waiting.shift();
        load.handed.push(connection);
        load.connections += 1;
      } else {
        // Its end is about to be reported.
        this.#loads.delete(taker);
        this.#waiting.unshift(...load.handed);
      }
    }
  }

  #next(): readonly [Taker<C>, Load<C>] | undefined {
    let best: readonly [Taker<C>, Load<C>] | undefined;
    for (const entry of this.#loads) {
      const [, { handed, connections }] = entry;
      if (handed.length < MOST_HANDED && (best === undefined || connections < best[1].connections)) best = entry;
    }
    return best;
  }
}
