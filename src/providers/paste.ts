import type { Problem } from "../core/result.ts";
import { characterName } from "../core/sendable.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import type { Message } from "../text/message.ts";

interface Repaired {
  readonly value: string;
  readonly repairs: readonly Message[];
}

const ZERO_WIDTH = /[\u00AD\u200B-\u200D\u2060\uFEFF]/g;
const QUOTE_PAIRS = ['""', "''", "``", "“”", "‘’"];

export const withoutInvisible = (text: string): string => text.replace(ZERO_WIDTH, "");

/**
 * Something an answer may come wrapped in. `words` tells the user that it was removed; absent if not worth mentioning.
 */
interface Wrapping {
  readonly words?: Message;
  readonly strip: (text: string, header?: string) => string;
}

const WRAPPINGS: readonly Wrapping[] = [
  { words: (t) => t.providers.removedInvisible, strip: withoutInvisible },
  { strip: (text) => text.trim() },
  { words: (t) => t.providers.removedQuotes, strip: stripQuotes },
  {
    words: (t) => t.providers.removedVariable,
    strip: (text) => text.replace(/^(?:export\s+[A-Za-z_]\w*|[A-Z]+(?:_[A-Z0-9]+)+)\s*=\s*(?=[^\s=])/, ""),
  },
  { words: (t) => t.providers.removedHeader, strip: (text, header) => stripHeaderName(text, header) },
  // Says nothing about whose credential it is, so every field may have it.
  { words: (t) => t.providers.removedHeader, strip: (text) => text.replace(/^authorization\s*:\s*(?=Bearer\b)/i, "") },
  { words: (t) => t.providers.removedBearer, strip: (text) => text.replace(/^Bearer(?::\s*|\s+)/i, "") },
];

function stripQuotes(text: string): string {
  const quoted = QUOTE_PAIRS.some(
    (pair) => text.length > 2 && text.startsWith(pair.charAt(0)) && text.endsWith(pair.charAt(1)),
  );
  return quoted ? text.slice(1, -1) : text;
}

function stripHeaderName(text: string, header = ""): string {
  const start = `${header}:`;
  return header !== "" && text.toLowerCase().startsWith(start) ? text.slice(start.length) : text;
}

/** Removes whatever a dashboard, a shell or a `curl` line puts around a copied value, however nested. */
export function repairPaste(raw: string, header?: string): Repaired {
  const repairs = new Set<Message>();
  let value = raw;
  for (let before: string | undefined; before !== value; ) {
    before = value;
    for (const { words, strip } of WRAPPINGS) {
      const stripped = strip(value, header);
      if (stripped !== value && words !== undefined) repairs.add(words);
      value = stripped;
    }
  }
  return { value, repairs: [...repairs] };
}

/** Why a text is no answer but stands for one. No answer of ours begins like a reference of some program. */
export function placeholderProblem(value: string): Problem | undefined {
  const kind = unresolvedIn(value)?.kind ?? (/^[${<]/.test(value) ? "placeholder" : undefined);
  if (kind === undefined) return undefined;
  return { message: (t) => t.core.unresolved[kind](), hint: (t) => t.providers.placeholderHint };
}

export const isPlaceholder = (value: string): boolean => placeholderProblem(value) !== undefined;

/** JSON, or a part of it, where a single value is wanted. */
export const isJson = (text: string): boolean => /^\s*(?:\{\s*(?:["'}]|$)|\[\s*(?:["'\]{[]|$))/.test(text);

export const JSON_HERE: Problem = {
  message: (t) => t.providers.json,
  hint: (t) => t.providers.copyValueOnly,
};

/** The problem of a value with a character, by its index, that does not belong to it. */
export const unexpectedCharacter = (value: string, index: number): Problem => ({
  message: (t) => t.providers.character({ character: characterName(value.charAt(index))(t), position: index + 1 }),
  hint: (t) => t.providers.copyAgain,
});
