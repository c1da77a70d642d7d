import type { Finding } from "../providers/finding.ts";
import type { Message } from "../text/message.ts";

/** A problem that requests met, as a diagnosis has it. */
export interface MetProblem {
  readonly code: string;
  /** The layer to blame, in English. */
  readonly layer: string;
  readonly says: Message;
  readonly hint: Message;
  /** `provider/model`, or a provider alone. */
  readonly model: string;
  readonly lastMs: number;
  readonly times: number;
  /** The model has served since then. */
  readonly isOver: boolean;
}

/** @why what has not happened for that long is probably mended. */
const TOLD_MS = 15 * 60_000;

/** @why names of models come from requests, and must not fill the memory. */
const MOST = 50;

const MODEL_CHARS = 200;

/**
 * Remembers what requests have met lately, each problem of each model once, without a word of what was said. Times are of the clock
 * of this machine.
 */
export class MetProblems {
  readonly #known = new Map<string, MetProblem>();

  meet(
    { code, layer, message, unquoted = message, fix }: Pick<Finding, "code" | "layer" | "message" | "unquoted" | "fix">,
    model: string,
    nowMs: number,
  ) {
    const shown = model.slice(0, MODEL_CHARS);
    const key = JSON.stringify([code, shown]);
    const times = (this.#known.get(key)?.times ?? 0) + 1;
    this.#known.delete(key);
    this.#known.set(key, { code, layer, says: unquoted, hint: fix, model: shown, lastMs: nowMs, times, isOver: false });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
  }

  served(model: string | undefined): void {
    if (this.#known.size === 0 || model === undefined) return;
    for (const [key, known] of this.#known) {
      if (known.model === model && !known.isOver) this.#known.set(key, { ...known, isOver: true });
    }
  }

  /** The latest first. */
  list(nowMs: number): readonly MetProblem[] {
    for (const [key, { lastMs }] of this.#known) if (lastMs < nowMs - TOLD_MS) this.#known.delete(key);
    return [...this.#known.values()].toReversed();
  }

  /** A changed configuration begins anew. */
  clear(): void {
    this.#known.clear();
  }
}
