import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @why lines are written once a second, which is longer than a run and the one between. */
const RUNS_BEHIND = 2;

/** The record of a gateway of ours, which has to have a line for each request, or none at all. */
export class CountedRecord {
  readonly #folder: string;
  readonly #isOn: boolean;
  /** Of all requests, after each run. */
  readonly #totals: number[] = [0];

  constructor(home: string, isOn: boolean) {
    this.#folder = join(home, ".openclaw", "usage");
    this.#isOn = isOn;
  }

  /** The fault, if any. */
  holdTo(requests: number): string | undefined {
    const lines = this.lines();
    const due = this.#totals.at(-RUNS_BEHIND) ?? 0;
    this.#totals.push((this.#totals.at(-1) ?? 0) + requests);
    if (this.#isOn) return lines >= due ? undefined : `${lines} lines in the record for ${due} requests`;
    return lines === 0 ? undefined : `${lines} lines in a record that is off`;
  }

  lines(): number {
    try {
      const texts = readdirSync(this.#folder).map((name) => readFileSync(join(this.#folder, name), "latin1"));
      return texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
    } catch {
      return 0;
    }
  }
}
