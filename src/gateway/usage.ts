import type { Api } from "./settings.ts";

/** What an answer says that it cost; undefined where it does not say. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** The names of the two counts, as they stand in the answers of each protocol. */
const NAMES: Readonly<Record<Api, readonly [input: string, output: string]>> = {
  "anthropic-messages": ['"input_tokens":', '"output_tokens":'],
  "openai-responses": ['"input_tokens":', '"output_tokens":'],
  "openai-completions": ['"prompt_tokens":', '"completion_tokens":'],
};

/**
 * Reads the counts off an answer that has passed by: in the last of it, where streams and documents have them, and what
 * is not there in its beginning. Nothing is parsed: in a JSON text a quote inside a string is escaped, so that what is
 * found is a name.
 */
export function usageIn(first: Buffer, last: Buffer, api: Api): Usage {
  const [input, output] = NAMES[api];
  const inputTokens = countIn(last, input) ?? countIn(first, input);
  const outputTokens = countIn(last, output) ?? countIn(first, output);
  return { ...(inputTokens !== undefined && { inputTokens }), ...(outputTokens !== undefined && { outputTokens }) };
}

/** @why a count has fewer digits. */
const LONGEST_COUNT_BYTES = 20;

/** The count behind the last occurrence of a name: in a stream the counts grow. */
function countIn(bytes: Buffer, name: string): number | undefined {
  const at = bytes.lastIndexOf(name, undefined, "latin1");
  if (at < 0) return undefined;
  const start = at + name.length;
  const count = Number.parseInt(bytes.toString("latin1", start, start + LONGEST_COUNT_BYTES), 10);
  return count >= 0 ? count : undefined;
}
