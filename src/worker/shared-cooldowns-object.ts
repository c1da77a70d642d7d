import { DurableObject } from "cloudflare:workers";
import { CooldownBook, type CooldownEvent, type SharedCooldown } from "../gateway/cooldown-book.ts";
import type { DurableState } from "./durable.ts";

const KEY = "cooldowns";

interface Kept {
  readonly savedMs: number;
  readonly entries: readonly SharedCooldown[];
}

/** One object keeps the cooldowns of a Worker's isolates. `class_name` in wrangler.jsonc is its name. */
export class SharedCooldowns extends DurableObject {
  readonly #book = new CooldownBook();
  readonly #state: DurableState;

  constructor(state: DurableState, bindings: unknown) {
    super(state, bindings);
    this.#state = state;
    void state.blockConcurrencyWhile(async () => {
      // Without what it kept it knows less, and works.
      const kept = await state.storage.get<Kept>(KEY).catch(() => undefined);
      const nowMs = Date.now();
      const sinceMs = nowMs - (kept?.savedMs ?? nowMs);
      this.#book.restore(
        (kept?.entries ?? []).map((entry) => ({ ...entry, leftMs: entry.leftMs - sinceMs })),
        nowMs,
      );
    });
  }

  sync(events: readonly CooldownEvent[]): readonly SharedCooldown[] {
    const savedMs = Date.now();
    this.#book.apply(events, savedMs);
    const entries = this.#book.entries(savedMs);
    // The object is put away after ten quiet seconds, and cooldowns last longer. Nobody waits for the disk.
    if (events.length > 0)
      this.#state.storage.put<Kept>(KEY, { savedMs, entries }, { allowUnconfirmed: true }).catch(() => {});
    return entries;
  }
}
