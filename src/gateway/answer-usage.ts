import {
  BACKSLASH,
  CLOSING_BRACE,
  COLON,
  COMMA,
  DIGIT_0,
  DIGIT_9,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
} from "../core/ascii.ts";
import { isObject, parseJsonObject } from "../core/json.ts";
import { isBlank } from "./json-tokens.ts";

/**
 * Tokens that an answer says it took; each is absent where it does not. `inputTokens` are as the protocol counts them:
 * OpenAI's include what was read from the cache, Anthropic's do not.
 */
export interface TokenCounts {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  /** All that was written to a cache, however long it is kept. */
  readonly cacheWriteTokens?: number | undefined;
  /** What of it is kept for an hour. */
  readonly cacheWrite1hTokens?: number | undefined;
  /** What came from a cache or went into it is part of `inputTokens`. */
  readonly isCacheInInput?: true | undefined;
}

const USAGE = '"usage"';
const OPENS = '"message_start"';
/** @why with its quotes it is never part of what a model says, where a quote is escaped. */
const CLOSES = '"message_delta"';

/**
 * The counts by the first and the last bytes of an answer in any of the three protocols, as a document or a stream.
 * Anthropic's stream says at its beginning what went in, and at its end what came out; the others say all at the end.
 */
export function countsIn(first: Buffer, end: Buffer): TokenCounts | undefined {
  const tail = end.toString("latin1");
  const head = first[0] === OPENING_BRACE ? "" : first.toString("latin1");
  const opened = head.indexOf(OPENS);
  if (opened < 0) return lastUsage(tail);
  const closed = tail.lastIndexOf(CLOSES);
  const last = closed < 0 ? undefined : usageAt(tail, tail.indexOf(USAGE, closed));
  if (last !== undefined && isComplete(last)) return last;
  const start = usageAt(head, head.indexOf(USAGE, opened));
  if (start === undefined) return last;
  // That is only what was there when it began.
  start.outputTokens = last?.outputTokens;
  if (last === undefined) return start;
  last.inputTokens ??= start.inputTokens;
  last.cacheReadTokens ??= start.cacheReadTokens;
  last.cacheWriteTokens ??= start.cacheWriteTokens;
  last.cacheWrite1hTokens ??= start.cacheWrite1hTokens;
  return last;
}

/** Nothing that it may leave out is said at the beginning only. */
const isComplete = ({ inputTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens }: Counts) =>
  inputTokens !== undefined &&
  cacheReadTokens !== undefined &&
  (cacheWriteTokens === 0 || (cacheWriteTokens !== undefined && cacheWrite1hTokens !== undefined));

/** A chunk that only goes on with a chat completion says `"usage":null`. */
function lastUsage(text: string): Counts | undefined {
  for (let at = text.lastIndexOf(USAGE); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(USAGE, at - 1)) {
    const counts = usageAt(text, at);
    if (counts !== undefined) return counts;
  }
  return undefined;
}

/** Of the object after a name's colon; `undefined` if there is another value, if it is cut, or says nothing. */
function usageAt(text: string, at: number): Counts | undefined {
  if (at < 0) return undefined;
  const start = valueAfter(text, at + USAGE.length);
  if (text.charCodeAt(start) !== OPENING_BRACE) return undefined;
  const counts: Counts = { ...NOTHING };
  const reading = readCounts(text, start, counts);
  const read = reading === "unusual" ? parsedUsage(text, start) : reading === "whole" ? counts : undefined;
  return read?.inputTokens === undefined && read?.outputTokens === undefined ? undefined : read;
}

function valueAfter(text: string, nameEnd: number): number {
  let index = nameEnd;
  for (let code = text.charCodeAt(index); isBlank(code) || code === COLON; code = text.charCodeAt(index)) index += 1;
  return index;
}

type Counts = { -readonly [Key in keyof TokenCounts]: TokenCounts[Key] };

const NOTHING: Counts = {
  inputTokens: undefined,
  outputTokens: undefined,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  cacheWrite1hTokens: undefined,
  isCacheInInput: undefined,
};

/**
 * Reads an object from its brace in one go. `unusual`: there is a list, a deeper level or an escape in it, for which it has
 * to be parsed. `cut`: its end is missing.
 * @measured a fifth of the time that parsing takes.
 */
function readCounts(text: string, start: number, counts: Counts): "whole" | "cut" | "unusual" {
  let depth = 1;
  let total: number | undefined;
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === OPENING_BRACKET || code === BACKSLASH) return "unusual";
    if (code === OPENING_BRACE) {
      depth += 1;
      if (depth > 2) return "unusual";
    } else if (code === CLOSING_BRACE) {
      depth -= 1;
      if (depth > 0) continue;
      // Embeddings have no output.
      if (counts.outputTokens === undefined && total !== undefined && total === counts.inputTokens)
        counts.outputTokens = 0;
      return "whole";
    } else if (code === QUOTE) {
      const name = index + 1;
      const end = text.indexOf('"', name);
      if (end < 0) return "cut";
      index = end;
      const value = valueAfter(text, end + 1);
      const digit = text.charCodeAt(value);
      if (digit === QUOTE) {
        index = text.indexOf('"', value + 1);
        if (index < 0) return "cut";
        // The quote may be an escaped one.
        if (text.charCodeAt(index - 1) === BACKSLASH) return "unusual";
      } else if (digit >= DIGIT_0 && digit <= DIGIT_9) {
        const number = numberAt(text, value);
        if (number === undefined) continue;
        if (depth === 1 && isNamed(text, name, end, "total_tokens")) total = number;
        else setCount(counts, text, name, end, depth, number);
      } else if (digit === OPENING_BRACE && depth === 1 && text.startsWith("_tokens_details", end - 15)) {
        if (
          !isNamed(text, name, end, "output_tokens_details") &&
          !isNamed(text, name, end, "completion_tokens_details")
        )
          counts.isCacheInInput = true;
      }
    }
  }
  return "cut";
}

const isNamed = (text: string, start: number, end: number, name: string) =>
  end - start === name.length && text.startsWith(name, start);

/** Names by their length, which tells nearly all of them apart. */
function setCount(counts: Counts, text: string, start: number, end: number, depth: number, value: number): void {
  const is = (name: string) => text.startsWith(name, start);
  switch (end - start) {
    case 12:
      if (depth === 1 && is("input_tokens")) counts.inputTokens = value;
      break;
    case 13:
      if (depth === 1 && is("output_tokens")) counts.outputTokens = value;
      else if (depth === 1 && is("prompt_tokens")) counts.inputTokens ??= value;
      else if (depth === 2 && is("cached_tokens")) counts.cacheReadTokens ??= value;
      break;
    case 17:
      if (depth === 1 && is("completion_tokens")) counts.outputTokens ??= value;
      break;
    case 18:
      if (depth === 2 && is("cache_write_tokens")) counts.cacheWriteTokens ??= value;
      break;
    case 23:
      if (depth === 1 && is("cache_read_input_tokens")) counts.cacheReadTokens = value;
      break;
    case 25:
      if (depth === 2 && is("ephemeral_1h_input_tokens")) counts.cacheWrite1hTokens = value;
      break;
    case 27:
      if (depth === 1 && is("cache_creation_input_tokens")) counts.cacheWriteTokens = value;
      break;
  }
}

/** `undefined` if it is no whole number. */
function numberAt(text: string, start: number): number | undefined {
  let value = 0;
  let index = start;
  let code = text.charCodeAt(index);
  for (; code >= DIGIT_0 && code <= DIGIT_9; code = text.charCodeAt(index)) {
    value = value * 10 + code - DIGIT_0;
    index += 1;
  }
  const isWhole = code === COMMA || code === CLOSING_BRACE || isBlank(code);
  return isWhole && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** The object that begins there; `undefined` if its end is missing. */
function objectAt(text: string, start: number): string | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isQuoted) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isQuoted = false;
    } else if (code === QUOTE) isQuoted = true;
    else if (code === OPENING_BRACE) depth += 1;
    else if (code === CLOSING_BRACE) {
      depth -= 1;
      if (depth === 0) return text.slice(start, index + 1);
    }
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const count = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/**
 * @source docs.claude.com, "Messages" and "Prompt caching"; openai-openapi: `ResponseUsage`, `CompletionUsage` and the
 * usage of embeddings.
 */
function parsedUsage(text: string, start: number): Counts | undefined {
  const usage: Fields | undefined = parseJsonObject(objectAt(text, start) ?? "");
  if (usage === undefined) return undefined;
  const input = count(usage.input_tokens) ?? count(usage.prompt_tokens);
  const output = count(usage.output_tokens) ?? count(usage.completion_tokens);
  const details = usage.input_tokens_details ?? usage.prompt_tokens_details;
  const openai = isObject(details) ? details : undefined;
  const created = isObject(usage.cache_creation) ? usage.cache_creation : {};
  const more = compactionIn(usage.iterations);
  return {
    inputTokens: input === undefined ? undefined : input + more.inputTokens,
    outputTokens: output === undefined ? undefined : output + more.outputTokens,
    cacheReadTokens: count(usage.cache_read_input_tokens) ?? count(openai?.cached_tokens),
    cacheWriteTokens: count(usage.cache_creation_input_tokens) ?? count(openai?.cache_write_tokens),
    cacheWrite1hTokens: count(created.ephemeral_1h_input_tokens),
    isCacheInInput: openai === undefined ? undefined : true,
  };
}

/**
 * The tokens of compaction, which the sums beside them leave out.
 * @source platform.claude.com, "Compaction", on `usage.iterations`: all of its entries are billed.
 */
function compactionIn(iterations: unknown): { readonly inputTokens: number; readonly outputTokens: number } {
  const sum = { inputTokens: 0, outputTokens: 0 };
  for (const entry of Array.isArray(iterations) ? iterations : []) {
    if (!isObject(entry) || entry.type !== "compaction") continue;
    sum.inputTokens += count(entry.input_tokens) ?? 0;
    sum.outputTokens += count(entry.output_tokens) ?? 0;
  }
  return sum;
}

const MODEL = Buffer.from('"model":');
const LONGEST_MODEL = 100;
const ASCII = /^[ -~]*$/;

/** The model that an answer says it is from, by its first bytes. */
export function modelIn(first: Buffer): string | undefined {
  const at = first.indexOf(MODEL);
  if (at < 0) return undefined;
  const start = at + MODEL.length;
  const found = /^\s?"([^"\\]{1,100})"/.exec(first.toString("latin1", start, start + LONGEST_MODEL + 4))?.[1];
  return found === undefined || ASCII.test(found) ? found : Buffer.from(found, "latin1").toString();
}
