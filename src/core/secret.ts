const HIDDEN = "********";

/** Long enough that its last four characters give nothing away. */
const SHOW_TAIL_FROM = 20;

/** A value that must not be shown: it prints, serialises and inspects as its mask. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The only way to the value itself. */
  reveal(): string {
    return this.#value;
  }

  equals(other: Secret | undefined): boolean {
    return this.#value === other?.reveal();
  }

  /** Enough to recognise one's own key by: `********wXyZ`; short values show nothing, and none shows its length. */
  toString(): string {
    return this.#value.length >= SHOW_TAIL_FROM ? `${HIDDEN}${this.#value.slice(-4)}` : HIDDEN;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/**
 * Shapes of credentials that are recognised wherever they stand.
 * @source Anthropic key prefixes; Cloudflare's token formats `cfut_`, `cfat_`, `cfk_` (developers.cloudflare.com, "Token formats").
 */
const CREDENTIAL_SHAPES = [
  /\bsk-ant-[\w-]{6,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /\bcf(?:ut|at|k)_[\w-]{8,}/g,
  /(?<=\bBearer:?\s+)(?!\$\{)[\w.~+/=-]{8,}/gi,
];

/** Shorter than this, replacing would garble ordinary words without protecting anything. */
const SHORTEST = 6;

/** `text` without the given secrets, their URL-encoded and JSON-escaped forms, or anything shaped like a credential. */
export function scrub(text: string, secrets: Iterable<Secret | string> = []): string {
  const values = [...secrets].map((secret) => (typeof secret === "string" ? secret : secret.reveal()));
  const forms = values
    .filter((value) => value.length >= SHORTEST)
    .flatMap((value) => [value, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)])
    // The longest first, so that a secret that begins with another one does not leave its rest behind.
    .sort((a, b) => b.length - a.length);
  const known = forms.reduce((clean, form) => clean.replaceAll(form, HIDDEN), text);
  return CREDENTIAL_SHAPES.reduce((clean, shape) => clean.replace(shape, HIDDEN), known);
}
