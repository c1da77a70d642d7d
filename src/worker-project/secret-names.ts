import { type Endpoint, storedUnder } from "../providers/provider.ts";

/** The names of variables that already mean something, with what each means; equal meanings share a name. */
export class SecretNames {
  readonly #meanings = new Map<string, string>();

  /** Claims a name for a meaning. False if it means something else. */
  claim(name: string, meaning: string): boolean {
    const known = this.#meanings.get(name);
    if (known === undefined) this.#meanings.set(name, meaning);
    return known === undefined || known === meaning;
  }

  /** The first of the candidates that is free or means the same, else the last with a number. */
  nameFor(candidates: readonly string[], meaning: string): string {
    const free = candidates.find((name) => this.claim(name, meaning));
    if (free !== undefined) return free;
    const base = candidates.at(-1) ?? "OPENCLAW_SECRET";
    for (let number = 2; ; number += 1) if (this.claim(`${base}_${number}`, meaning)) return `${base}_${number}`;
  }
}

/** Names for a credential of a provider that has none: the variable in which onboarding would store it, then one made of its place. */
export function candidates(
  providerId: string,
  header: string | undefined,
  endpoint: Pick<Endpoint, "fields" | "keyField"> | undefined,
): readonly string[] {
  const field = endpoint?.fields.find(({ id, header: own }) =>
    header === undefined ? id === endpoint.keyField : own === header.toLowerCase(),
  );
  const usual = endpoint === undefined || field === undefined ? "" : storedUnder(endpoint, field.id);
  const own = `OPENCLAW_${inVariable(providerId)}_${header === undefined ? "API_KEY" : inVariable(header)}`;
  return usual === "" ? [own] : [usual, own];
}

const inVariable = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toUpperCase();
