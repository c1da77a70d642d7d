import { type CooldownEvent, ofLimits, type SharedCooldown, sharedOf } from "./cooldown-book.ts";
import { type CooldownReason, Cooldowns } from "./cooldowns.ts";

type Told = CooldownEvent extends infer E ? (E extends CooldownEvent ? Omit<E, "limits"> : never) : never;

/** Cooldowns that tell what changes them. */
export class ToldCooldowns extends Cooldowns {
  readonly #tell: (event: Told) => void;

  constructor(tell: (event: Told) => void) {
    super();
    this.#tell = tell;
  }

  override failed(id: string, reason: CooldownReason, nowMs: number, random: number): void {
    const before = this.untilMs(id);
    super.failed(id, reason, nowMs, random);
    // Failures during a cooldown change nothing, and may be many.
    if (this.untilMs(id) !== before) this.#tell({ kind: "failed", id, reason, random });
  }

  override served(id: string): void {
    if (this.get(id) === undefined) return;
    super.served(id);
    this.#tell({ kind: "served", id });
  }

  /** Without telling anybody. */
  repeat(event: CooldownEvent, nowMs: number): void {
    if (event.kind === "failed") super.failed(event.id, event.reason, nowMs, event.random);
    else super.served(event.id);
  }
}

/** The cooldowns of one isolate or process by what is limited together: it tells what changes them, and takes in what others tell. */
export class ToldByLimits {
  readonly #tell: (event: CooldownEvent) => void;
  readonly #byLimits = new Map<string, ToldCooldowns>();

  constructor(tell: (event: CooldownEvent) => void) {
    this.#tell = tell;
  }

  readonly of = (limits: string): ToldCooldowns => {
    const known = this.#byLimits.get(limits) ?? new ToldCooldowns((event) => this.#tell({ ...event, limits }));
    this.#byLimits.set(limits, known);
    return known;
  };

  /** What another one has told. */
  repeat(event: CooldownEvent, nowMs: number): void {
    this.of(event.limits).repeat(event, nowMs);
  }

  /** What the others know takes the place of all that is known here. */
  replaceAll(entries: readonly SharedCooldown[], nowMs: number): void {
    for (const { limits } of entries) this.of(limits);
    for (const [limits, cooldowns] of this.#byLimits) cooldowns.replaceAll(ofLimits(entries, limits, nowMs));
  }

  entries(nowMs: number): readonly SharedCooldown[] {
    return [...this.#byLimits].flatMap(([limits, cooldowns]) => sharedOf(limits, cooldowns, nowMs));
  }

  /** A changed configuration begins anew. */
  clear(): void {
    this.#byLimits.clear();
  }
}
