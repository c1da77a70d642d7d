import type { Api } from "../providers/provider.ts";

/** What an answer says that it cost; undefined where it does not say. */
export interface Usage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** The names of the two counts, as they stand in the answers of each protocol. */
const COUNTS: Readonly<Record<Api, readonly [input: Buffer, output: Buffer]>> = {
  "anthropic-messages": [Buffer.from('"input_tokens":'), Buffer.from('"output_tokens":')],
  "openai-responses": [Buffer.from('"input_tokens":'), Buffer.from('"output_tokens":')],
  "openai-completions": [Buffer.from('"prompt_tokens":'), Buffer.from('"completion_tokens":')],
};

/** @why the counts stand in the first event of a stream, in its last, or at the end of a document. */
const FIRST_BYTES = 2_048;
const LAST_BYTES = 4_096;

/** What is remembered of an answer while it passes by: how much of it there was, its beginning and its end. */
export class AnswerTrace {
  sizeBytes = 0;
  #first: Buffer | undefined;
  #beforeLast: Buffer | undefined;
  #last: Buffer | undefined;

  see(chunk: Buffer): void {
    this.sizeBytes += chunk.length;
    this.#first ??= chunk.length > FIRST_BYTES ? chunk.subarray(0, FIRST_BYTES) : chunk;
    this.#beforeLast = this.#last;
    this.#last = chunk;
  }

  /** Nothing is cut in two at this moment, if the answer is a stream of events. */
  get isBetweenEvents(): boolean {
    return this.sizeBytes === 0 || /(?:\n\n|\r\r|\n\r\n)$/.test(this.#end().subarray(-4).toString("latin1"));
  }

  /** The last event of the stream told of an error. */
  get endsInError(): boolean {
    return this.#end().includes("event: error\n");
  }

  /**
   * The counts as they stand in the last of the answer, or else in its beginning. Nothing is parsed: in a JSON text a
   * quote inside a string is escaped, so that what is found is a name.
   */
  usage(api: Api): Usage {
    const [input, output] = COUNTS[api];
    const end = this.#end();
    return {
      inputTokens: countIn(end, input) ?? countIn(this.#first ?? end, input),
      outputTokens: countIn(end, output),
    };
  }

  /** Chunks are cut anywhere, so that the last alone may say nothing. */
  #end(): Buffer {
    const last = this.#last?.subarray(-LAST_BYTES) ?? EMPTY;
    const before = this.#beforeLast?.subarray(-LAST_BYTES) ?? EMPTY;
    return before.length === 0 || last.length === LAST_BYTES ? last : Buffer.concat([before, last]);
  }
}

const EMPTY = Buffer.alloc(0);

/** @why a count has fewer digits. */
const LONGEST_COUNT_BYTES = 20;

/** The count behind the last occurrence of a name: in a stream the counts grow. */
function countIn(bytes: Buffer, name: Buffer): number | undefined {
  const at = bytes.lastIndexOf(name);
  if (at < 0) return undefined;
  const start = at + name.length;
  const count = Number.parseInt(bytes.toString("latin1", start, start + LONGEST_COUNT_BYTES), 10);
  return count >= 0 ? count : undefined;
}
