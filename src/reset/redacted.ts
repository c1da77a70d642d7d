import { editText } from "../config/json5-document.ts";
import { parseJson5 } from "../config/json5-parse.ts";
import { formatPath, type JsonPath } from "../config/json5-value.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Endpoint } from "../providers/provider.ts";
import { type Literal, literalsIn, maskedLines, referenceFor, scrubbed } from "./literals.ts";

export interface Redacted {
  readonly text: string;
  /** The paths of the credentials that the text no longer has. */
  readonly lost: readonly JsonPath[];
}

/**
 * A configuration without the credentials that stand in it as text: a reference takes the place of each, comments are
 * masked, and every other byte stays. What cannot be parsed is masked line by line. `more` are places that only the whole
 * configuration shows to be credentials.
 */
export function redacted(text: string, endpoints: readonly Endpoint[], more: readonly Literal[] = []): Redacted {
  const parsed = parseJson5(text);
  if (!parsed.ok) return { text: maskedLines(text), lost: [] };
  const found = new Map([...literalsIn(parsed.value), ...more].map((one) => [formatPath(one.path), one]));
  const literals = [...found.values()];
  const edits = literals.map((literal) => ({ path: literal.path, value: referenceFor(literal, endpoints) }));
  const lost = literals.map(({ path }) => path);
  try {
    const edited = edits.length === 0 ? text : editText({ text, value: parsed.value }, edits).text;
    return { text: scrubbed(edited, literals), lost };
  } catch (error) {
    if (!(error instanceof OpenclawError)) throw error;
    return { text: scrubbed(maskedLines(text), literals), lost };
  }
}
