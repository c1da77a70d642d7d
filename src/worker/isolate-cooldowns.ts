import { type CooldownEvent, type SharedCooldown, sharedIn } from "../gateway/cooldown-book.ts";
import type { Cooldowns } from "../gateway/cooldowns.ts";
import { ToldByLimits } from "../gateway/told-cooldowns.ts";
import { type BindingCallDeps, BindingCalls } from "./binding-calls.ts";

/*
 * The cooldowns of an isolate, told to the others of the Worker through a Durable Object and learned from it. Each
 * isolate decides by its own alone, and what the object says takes their place when it comes: a request waits for it
 * once in an isolate's life, shortly, and never fails because of it.
 */

/** The object, in one of the isolates. */
export interface CooldownStore {
  /** Takes in what happened here, and says what holds for all. */
  readonly sync: (events: readonly CooldownEvent[]) => Promise<readonly SharedCooldown[]>;
}

export interface IsolateCooldownDeps extends BindingCallDeps {
  /** Makes a stub for the request that is being served; one must not be kept. */
  readonly store: () => CooldownStore;
  /** Keeps the request's context alive until the work is done. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly clockMs: () => number;
}

/** @why a new isolate is worth waiting for what the others know: a request to a dead model takes far longer. */
const FIRST_WAIT_MS = 100;
/** @why asking costs a request to the object; what others found out helps as much some seconds later. */
const REFRESH_MS = 10_000;
/** @why the object usually responds in less than a tenth of that. */
const LONGEST_SYNC_MS = 3_000;
const MOST_WAITING = 64;

/** @why the object may be of another version, or another class in its place. */
function understood(answer: unknown): readonly SharedCooldown[] {
  const entries = sharedIn(answer);
  if (entries === undefined) throw new Error("its answer is no list of cooldowns");
  return entries;
}

export class IsolateCooldowns {
  readonly #deps: IsolateCooldownDeps;
  readonly #calls: BindingCalls;
  readonly #byLimits = new ToldByLimits((event) => this.#tell(event));
  /** What the object has not confirmed. */
  #waiting: CooldownEvent[] = [];
  /** The time from which on the object may be asked again, whatever became of the last question. */
  #askAgainMs = 0;
  #isAsking = false;
  #hasAsked = false;

  constructor(deps: IsolateCooldownDeps) {
    this.#deps = deps;
    this.#calls = new BindingCalls(LONGEST_SYNC_MS, deps);
  }

  readonly of = (limits: string): Cooldowns => this.#byLimits.of(limits);

  /** To be called before each request. Returns a promise for the first one of an isolate, which settles soon. */
  refresh(): Promise<void> | undefined {
    if (this.#deps.clockMs() < this.#askAgainMs) return undefined;
    const isFirst = !this.#hasAsked;
    const synced = this.#sync();
    return isFirst ? Promise.race([synced, this.#deps.delay(FIRST_WAIT_MS)]) : undefined;
  }

  #tell(event: CooldownEvent): void {
    this.#waiting = [...this.#waiting, event].slice(-MOST_WAITING);
    if (!this.#isAsking || this.#deps.clockMs() >= this.#askAgainMs) void this.#sync();
  }

  #sync(): Promise<void> {
    this.#hasAsked = true;
    this.#isAsking = true;
    const work = this.#syncAll().finally(() => {
      this.#isAsking = false;
    });
    this.#deps.waitUntil(work);
    return work;
  }

  async #syncAll(): Promise<void> {
    const { clockMs, store } = this.#deps;
    do {
      this.#askAgainMs = clockMs() + LONGEST_SYNC_MS;
      const told = this.#waiting;
      this.#waiting = [];
      const entries = await this.#calls.ask(async () => understood(await store().sync(told)));
      this.#askAgainMs = clockMs() + REFRESH_MS;
      if (entries === undefined) {
        this.#waiting = [...told, ...this.#waiting].slice(-MOST_WAITING);
        return;
      }
      this.#adopt(entries);
    } while (this.#waiting.length > 0);
  }

  /** What happened here while the object was asked is put on top of what it says. */
  #adopt(entries: readonly SharedCooldown[]): void {
    const nowMs = this.#deps.clockMs();
    this.#byLimits.replaceAll(entries, nowMs);
    for (const event of this.#waiting) this.#byLimits.repeat(event, nowMs);
  }
}
