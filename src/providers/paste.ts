import { scrub } from "../core/redact.ts";
import type { Message } from "../text/message.ts";
import type { Provider } from "./provider.ts";

interface Repaired {
  readonly value: string;
  readonly repairs: readonly Message[];
}

const ZERO_WIDTH = /[\u00AD\u200B-\u200D\u2060\uFEFF]/g;
const QUOTE_PAIRS = ['""', "''", "``", "“”", "‘’"];

/** A kind of wrapping that an answer may come in; `words` tell the person that it was removed. */
interface Wrapping {
  readonly words?: Message;
  readonly strip: (text: string, header?: string) => string;
}

const WRAPPINGS: readonly Wrapping[] = [
  { words: (t) => t.providers.removedInvisible, strip: (text) => text.replace(ZERO_WIDTH, "") },
  // Blanks around an answer are too common to mention.
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

/** Removes what a copy from a dashboard, a shell or a `curl` line has around the value, however deeply nested. */
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

/** Several lines, or a `curl` command: text that may answer more than the question it was pasted into. */
export function isBlock(raw: string): boolean {
  const text = raw.trim();
  return /[\r\n]/.test(text) || /^curl\s/.test(text);
}

/** A credential without a prefix, which no id looks like: 40 characters with upper case, lower case and digits. */
export const isBareToken = (text: string): boolean => /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w-]{40}$/.test(text);

/** True when a text shows that it contains a credential. */
export const showsCredential = (text: string): boolean => scrub(text) !== text || isBareToken(text.trim());

/**
 * True for what must not be typed onto the screen: several lines would be several answers, a credential would show, and
 * a control character could do anything.
 */
export const isHiddenPaste = (text: string, secret: boolean): boolean =>
  isBlock(text) || /\p{Cc}/u.test(text.trim()) || (!secret && showsCredential(text));

/**
 * True when a hidden paste is complete. One that a terminal does not mark may arrive in two parts, and answering with
 * the first would leave the second, half a credential, to be typed onto the screen.
 */
export const isWholePaste = (text: string, marked: boolean): boolean => marked || isBlock(text) || /[\r\n]$/.test(text);

/** A paste as an answer, with line ends as `\n`: terminals send them as Enter does. */
export const pastedLines = (text: string): string => text.replace(/\r\n?/g, "\n").trim();

/** True for `$NAME`, `{NAME}`, `<NAME>`, `%NAME%`: the placeholders of documentation and shells. */
export const isPlaceholder = (value: string): boolean => /^(?:\$|\{|<|%\w+%$)/.test(value);

/**
 * The raw answers that a pasted `.env` file, shell lines or `curl` command holds, by field id.
 * Placeholders are left out. An empty record means that nothing in it was recognised.
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

/** As in the command with which the dashboard has a new token tried. */
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
