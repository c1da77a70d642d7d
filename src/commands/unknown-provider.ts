import { OpenclawError } from "../core/errors.ts";
import { nearest } from "../core/similar.ts";

/** A provider that is none of the known ones, with the one that was probably meant. */
export function unknownProvider(wanted: string, known: readonly string[]): OpenclawError {
  const meant = nearest(wanted, known);
  return new OpenclawError((t) => t.models.unknownProvider(wanted), {
    code: "provider.unknown",
    hint: (t) => (meant === undefined ? t.models.knownProviders(known) : t.config.didYouMean(meant)),
  });
}
