import { mask } from "./redact.ts";

/** A value that must not be shown: it prints, serialises and inspects as a mask. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret | undefined): boolean {
    return this.#value === other?.reveal();
  }

  toString(): string {
    return mask(this.#value);
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
