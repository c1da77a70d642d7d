import { isOpenText, isOrdinary, MASK, scrub } from "../core/redact.ts";
import type { Secret } from "../core/secret.ts";
import type { Upstream } from "./settings.ts";

/** @why replacing a shorter one wherever it occurs would garble every line; it counts only as a part of a path. */
const SHORTEST_REPLACED = 6;

/**
 * The gateway's tokens and the providers' keys, which nothing that clients and upstreams send may get into the log.
 * Those that are no longer used stay here.
 */
export class LogSecrets {
  readonly #texts = new Set<string>();
  #shortest = Number.POSITIVE_INFINITY;

  add(tokens: readonly Secret[], upstreams: Iterable<Upstream>): void {
    for (const text of [...tokens.map((token) => token.reveal()), ...keysOf([...upstreams])]) {
      if (text === "") continue;
      this.#texts.add(text);
      this.#shortest = Math.min(this.#shortest, text.length);
    }
  }

  /** The same text if there is nothing in it. @why nothing is made for an ordinary text, since every request has some. */
  without(text: string): string {
    if (text.length < this.#shortest) return text;
    const decoded = text.includes("%") ? text.replace(ESCAPE, unescaped) : text;
    for (const secret of this.#texts) if (decoded.includes(secret)) return this.#masked(text);
    return text;
  }

  /** Masks what is shaped like a credential, too. */
  scrubbed(text: string): string {
    return scrub(text, this.#texts);
  }

  #masked(text: string): string {
    const clean = this.scrubbed(text).split("/").map(this.#withoutShort).join("/");
    const decoded = clean.replace(ESCAPE, unescaped);
    // Written in an unusual way.
    const isLeft = [...this.#texts].some((secret) => secret.length >= SHORTEST_REPLACED && decoded.includes(secret));
    return isLeft ? MASK : clean;
  }

  readonly #withoutShort = (part: string): string =>
    part.length < SHORTEST_REPLACED && this.#texts.has(part) ? MASK : part;
}

/** @why secrets are ASCII, since headers carry them. */
const ESCAPE = /%([\da-f]{2})/gi;
const unescaped = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));

/** Values sent as credentials, but for words such as `none` or the provider's own name, as with servers at home. */
function keysOf(upstreams: readonly Upstream[]): readonly string[] {
  const all = upstreams.flatMap((upstream) => [upstream, ...upstream.nextKeys]);
  return all.flatMap(({ providerId, headers }) =>
    [...headers]
      .filter(([name, value]) => name !== "via" && !isOpenText(name, value))
      .map(([, value]) => value.replace(/^(?:Bearer|Basic) +/i, ""))
      .filter((key) => !isOrdinary("", key) && !providerId.includes(key)),
  );
}
