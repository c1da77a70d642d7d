import { isObject } from "../core/json.ts";
import { COOLDOWNS_MS, type Cooldown, type CooldownReason, Cooldowns, LONGEST_RETRY_AFTER_MS } from "./cooldowns.ts";

/** What one isolate or process tells the others about a target. `limits` names what is limited together. */
export type CooldownEvent =
  | {
      readonly kind: "failed";
      readonly limits: string;
      readonly id: string;
      readonly reason: CooldownReason;
      readonly random: number;
    }
  | { readonly kind: "served"; readonly limits: string; readonly id: string };

/** A cooldown by the time that is left, since clocks differ; less than 0 if it is over and still counts. */
export interface SharedCooldown extends Omit<Cooldown, "untilMs"> {
  readonly limits: string;
  readonly id: string;
  readonly leftMs: number;
}

/** @why limits are named by paths that the gateway knows; whatever else comes must not fill the memory. */
const MOST_LIMITS = 16;
/** @why names of models come from requests. */
const LONGEST_ID = 200;

/** The longest that the rules make, but for what is added at random. */
const LONGEST_MS = Math.max(LONGEST_RETRY_AFTER_MS, ...Object.values(COOLDOWNS_MS).flat());

/** Checks what came from another program; `undefined` if it is no list of cooldowns. */
export function sharedIn(value: unknown): readonly SharedCooldown[] | undefined {
  return Array.isArray(value) && value.every(isShared) ? value : undefined;
}

const isShared = (value: unknown): value is SharedCooldown =>
  isObject(value) &&
  typeof value.limits === "string" &&
  typeof value.id === "string" &&
  typeof value.why === "string" &&
  typeof value.isAsked === "boolean" &&
  typeof value.fault === "string" &&
  Object.hasOwn(COOLDOWNS_MS, value.fault) &&
  Number.isInteger(value.failures) &&
  typeof value.leftMs === "number" &&
  value.leftMs <= 2 * LONGEST_MS;

/** The cooldowns of all isolates or processes, by the same rules as those of one. */
export class CooldownBook {
  readonly #byLimits = new Map<string, Cooldowns>();

  apply(events: readonly CooldownEvent[], nowMs: number): void {
    for (const event of events) {
      if (event.id.length > LONGEST_ID) continue;
      const cooldowns = this.#of(event.limits);
      if (event.kind === "served") cooldowns?.served(event.id);
      else cooldowns?.failed(event.id, event.reason, nowMs, event.random);
    }
  }

  entries(nowMs: number): readonly SharedCooldown[] {
    return [...this.#byLimits].flatMap(([limits, cooldowns]) => sharedOf(limits, cooldowns, nowMs));
  }

  restore(entries: readonly SharedCooldown[], nowMs: number): void {
    for (const limits of new Set(entries.map((entry) => entry.limits)))
      this.#of(limits)?.replaceAll(ofLimits(entries, limits, nowMs));
  }

  #of(limits: string): Cooldowns | undefined {
    const known = this.#byLimits.get(limits);
    if (known !== undefined || this.#byLimits.size >= MOST_LIMITS) return known;
    const added = new Cooldowns();
    this.#byLimits.set(limits, added);
    return added;
  }
}

/** The cooldowns of one kind, for others. */
export const sharedOf = (limits: string, cooldowns: Cooldowns, nowMs: number): readonly SharedCooldown[] =>
  cooldowns
    .entries(nowMs)
    .map(([id, { untilMs, ...cooldown }]) => ({ limits, id, leftMs: untilMs - nowMs, ...cooldown }));

/** The cooldowns of one kind, by the clock that says `nowMs`. */
export const ofLimits = (
  entries: readonly SharedCooldown[],
  wanted: string,
  nowMs: number,
): readonly (readonly [id: string, cooldown: Cooldown])[] =>
  entries
    .filter(({ limits }) => limits === wanted)
    .map(({ limits: _, id, leftMs, ...cooldown }) => [id, { ...cooldown, untilMs: nowMs + leftMs }]);
