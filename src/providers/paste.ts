import { looksLikeCredential } from "../core/redact.ts";
import type { Problem } from "../core/result.ts";
import { unresolvedIn } from "../core/unresolved.ts";
import type { Message } from "../text/message.ts";
import type { Provider } from "./provider.ts";

interface Repaired {
  readonly value: string;
  readonly repairs: readonly Message[];
}

const ZERO_WIDTH = /[\u00AD\u200B-\u200D\u2060\uFEFF]/g;
const QUOTE_PAIRS = ['""', "''", "``", "“”", "‘’"];

/**
 * Something an answer may come wrapped in. `words` tells the user that it was removed; absent if not worth mentioning.
 */
interface Wrapping {
  readonly words?: Message;
  readonly strip: (text: string, header?: string) => string;
}

const WRAPPINGS: readonly Wrapping[] = [
  { words: (t) => t.providers.removedInvisible, strip: (text) => text.replace(ZERO_WIDTH, "") },
  { strip: (text) => text.trim() },
  { words: (t) => t.providers.removedQuotes, strip: stripQuotes },
  {
    words: (t) => t.providers.removedVariable,
    strip: (text) => text.replace(/^(?:export\s+[A-Za-z_]\w*|[A-Z]+(?:_[A-Z0-9]+)+)\s*=\s*(?=[^\s=])/, ""),
  },
  { words: (t) => t.providers.removedHeader, strip: (text, header) => stripHeaderName(text, header) },
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

/** Several lines, or a `curl` command, which may answer more than one question. */
export function isBlock(raw: string): boolean {
  const text = raw.trim();
  return /[\r\n]/.test(text) || /^curl\s/.test(text);
}

/**
 * True for text that must not be echoed: several lines would answer several questions, a credential would be exposed,
 * and control characters could do anything.
 */
export const isHiddenPaste = (text: string, secret: boolean): boolean =>
  isBlock(text) || /\p{Cc}/u.test(text.trim()) || (!secret && looksLikeCredential(text));

/**
 * True if a hidden paste is complete. Without paste markers from the terminal it may arrive in two parts; answering
 * with the first would let the rest of a credential be typed onto the screen.
 */
export const isWholePaste = (text: string, marked: boolean): boolean => marked || isBlock(text) || /[\r\n]$/.test(text);

/** Normalises line ends to `\n`: terminals send them as Enter does. */
export const pastedLines = (text: string): string => text.replace(/\r\n?/g, "\n").trim();

/** Why a text is no answer but stands for one. No answer of ours begins like a reference of some program. */
export function placeholderProblem(value: string): Problem | undefined {
  const kind = unresolvedIn(value)?.kind ?? (/^[${<]/.test(value) ? "placeholder" : undefined);
  if (kind === undefined) return undefined;
  return { message: (t) => t.core.unresolved[kind](), hint: (t) => t.providers.placeholderHint };
}

export const isPlaceholder = (value: string): boolean => placeholderProblem(value) !== undefined;

/**
 * The raw answers in a pasted `.env` file, shell lines or `curl` command, by field id. Placeholders are left out. Empty
 * if nothing was recognised.
 */
export function answersInBlock(
  block: string,
  { fields, answersInUrl }: Pick<Provider, "fields" | "answersInUrl">,
): Readonly<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const [id, value] of Object.entries(answersInUrl?.(block) ?? {})) {
    if (!isPlaceholder(value)) answers[id] = value;
  }
  for (const field of fields) {
    const bearer = field.matches && BEARER.exec(block)?.[1];
    const found = [
      ...field.env.map((name) => assignedTo(name, block)),
      headerValue(field.header, block),
      bearer && field.matches?.(bearer) ? bearer : undefined,
    ];
    const value = found.find((candidate) => candidate !== undefined && !isPlaceholder(repairPaste(candidate).value));
    if (value !== undefined) answers[field.id] = value;
  }
  return answers;
}

/** Matches the command that the dashboard shows for testing a new token. */
const BEARER = /(?<![\w-])authorization\s*:\s*Bearer\s+([^\s"'`\\]+)/i;

function assignedTo(name: string, block: string): string | undefined {
  return new RegExp(`(?:^|[\\s;])${name}\\s*[=:][^\\S\\r\\n]*("[^"\\r\\n]*"|'[^'\\r\\n]*'|[^\\s;#]+)`, "m").exec(
    block,
  )?.[1];
}

function headerValue(header: string | undefined, block: string): string | undefined {
  return header === undefined
    ? undefined
    : new RegExp(`\\b${header}\\s*:\\s*((?:Bearer:?\\s+)?[^\\s"'\`\\\\]+)`, "i").exec(block)?.[1];
}
