import type { CooldownEvent } from "./cooldown-book.ts";
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
