import { isObject, parseJsonObject } from "../core/json.ts";

/**
 * Tokens that an answer says it took; each is absent where it does not. `inputTokens` are as the protocol counts them:
 * OpenAI's include what was read from the cache, Anthropic's do not.
 */
export interface TokenCounts {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  /** All that was written to a cache, however long it is kept. */
  readonly cacheWriteTokens?: number;
  /** What of it is kept for an hour. */
  readonly cacheWrite1hTokens?: number;
  /** What came from a cache or went into it is part of `inputTokens`. */
  readonly isCacheInInput?: true;
}

const USAGE = Buffer.from('"usage"');
const OPENS = Buffer.from('"message_start"');
/** @why with its quotes it is never part of what a model says, where a quote is escaped. */
const CLOSES = Buffer.from('"message_delta"');

/**
 * The counts by the first and the last bytes of an answer in any of the three protocols, as a document or a stream.
 * Anthropic's stream says at its beginning what went in, and at its end what came out; the others say all at the end.
 */
export function countsIn(first: Buffer, end: Buffer): TokenCounts | undefined {
  const opened = first.indexOf(OPENS);
  if (opened < 0) return lastUsage(end, 0);
  const start = usageAt(first, first.indexOf(USAGE, opened));
  const closed = end.lastIndexOf(CLOSES);
  const last = closed < 0 ? undefined : lastUsage(end, closed);
  if (start === undefined) return last;
  // That is only what was there when it began.
  const { outputTokens: _, ...input } = start;
  return { ...input, ...last };
}

/** A chunk that only goes on with a chat completion says `"usage":null`. */
function lastUsage(bytes: Buffer, start: number): TokenCounts | undefined {
  for (let at = bytes.lastIndexOf(USAGE); at >= start; at = at === 0 ? -1 : bytes.lastIndexOf(USAGE, at - 1)) {
    const counts = usageAt(bytes, at);
    if (counts !== undefined) return counts;
  }
  return undefined;
}

/** @why with every detail that is known, it has less than 1 KB. */
const LONGEST_USAGE_BYTES = 4_096;

function usageAt(bytes: Buffer, at: number): TokenCounts | undefined {
  if (at < 0) return undefined;
  const start = at + USAGE.length;
  const text = bytes.toString("latin1", start, start + LONGEST_USAGE_BYTES);
  const object = objectIn(text);
  const usage = object === undefined ? undefined : parseJsonObject(object);
  return usage === undefined ? undefined : countsOf(usage);
}

/** The object after a name's colon; `undefined` if there is another value, or if it is cut. */
function objectIn(text: string): string | undefined {
  const start = /^\s*:\s*\{/.exec(text)?.[0].length ?? 0;
  if (start === 0) return undefined;
  let depth = 1;
  let isQuoted = false;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isQuoted) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isQuoted = false;
    } else if (code === QUOTE) isQuoted = true;
    else if (code === OPENING) depth += 1;
    else if (code === CLOSING) {
      depth -= 1;
      if (depth === 0) return text.slice(start - 1, index + 1);
    }
  }
  return undefined;
}

const [QUOTE, BACKSLASH, OPENING, CLOSING] = [0x22, 0x5c, 0x7b, 0x7d];

type Fields = Readonly<Record<string, unknown>>;

const count = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/**
 * @source docs.claude.com, "Messages" and "Prompt caching"; openai-openapi: `ResponseUsage`, `CompletionUsage` and the
 * usage of embeddings.
 */
function countsOf(usage: Fields): TokenCounts | undefined {
  const input = count(usage.input_tokens) ?? count(usage.prompt_tokens);
  const output = count(usage.output_tokens) ?? count(usage.completion_tokens);
  const details = usage.input_tokens_details ?? usage.prompt_tokens_details;
  const openai = isObject(details) ? details : undefined;
  const created = isObject(usage.cache_creation) ? usage.cache_creation : {};
  const compaction = compactionIn(usage.iterations);
  const add = (value: number | undefined, more = 0) => (value === undefined ? undefined : value + more);
  const counts = {
    inputTokens: add(input, compaction?.inputTokens),
    // Embeddings have no output.
    outputTokens:
      add(output, compaction?.outputTokens) ?? (input !== undefined && input === usage.total_tokens ? 0 : undefined),
    cacheReadTokens: count(usage.cache_read_input_tokens) ?? count(openai?.cached_tokens),
    cacheWriteTokens: count(usage.cache_creation_input_tokens) ?? count(openai?.cache_write_tokens),
    cacheWrite1hTokens: count(created.ephemeral_1h_input_tokens),
    isCacheInInput: openai === undefined ? undefined : (true as const),
  };
  const given = Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
  return given.inputTokens === undefined && given.outputTokens === undefined ? undefined : given;
}

/**
 * The tokens of compaction, which the sums beside them leave out.
 * @source platform.claude.com, "Compaction", on `usage.iterations`: all of its entries are billed.
 */
function compactionIn(iterations: unknown): { inputTokens: number; outputTokens: number } | undefined {
  if (!Array.isArray(iterations)) return undefined;
  const sum = { inputTokens: 0, outputTokens: 0 };
  for (const entry of iterations) {
    if (!isObject(entry) || entry.type !== "compaction") continue;
    sum.inputTokens += count(entry.input_tokens) ?? 0;
    sum.outputTokens += count(entry.output_tokens) ?? 0;
  }
  return sum;
}

const MODEL = Buffer.from('"model":');
const LONGEST_MODEL = 100;

/** The model that an answer says it is from, by its first bytes. */
export function modelIn(first: Buffer): string | undefined {
  const at = first.indexOf(MODEL);
  if (at < 0) return undefined;
  const start = at + MODEL.length;
  return /^\s?"([^"\\]{1,100})"/.exec(first.toString("latin1", start, start + LONGEST_MODEL + 4))?.[1];
}
