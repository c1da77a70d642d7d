import { MASK, scrub } from "../core/redact.ts";
import { cacheWrite5mTokens } from "../core/token-counts.ts";
import type { Api } from "../providers/provider.ts";
import { countsIn, modelIn, type TokenCounts } from "./answer-usage.ts";
import type { RequestRecord } from "./log.ts";
import type { ResponseHead } from "./response-head.ts";
import type { FailedAttempt, ServedRequest } from "./served-request.ts";
import { lastBeginning, OPENING_BYTES, type StreamEnd, streamEndIn } from "./stream-events.ts";
import { shownName, type Target } from "./targets.ts";

/** The names of the counts. */
const COUNTS: Readonly<Record<Api, readonly [input: Buffer, output: Buffer]>> = {
  "anthropic-messages": [Buffer.from('"input_tokens":'), Buffer.from('"output_tokens":')],
  "openai-responses": [Buffer.from('"input_tokens":'), Buffer.from('"output_tokens":')],
  "openai-completions": [Buffer.from('"prompt_tokens":'), Buffer.from('"completion_tokens":')],
};

/** @why the counts are in the first event of a stream, in its last, or at the end of a document. */
const FIRST_BYTES = 2_048;
const LAST_BYTES = 4_096;

const SHORT_END_BYTES = 64;

/** @why the last event of a stream, which may come in the smallest of pieces, fits in twice as many. */
const JOINED_BELOW_BYTES = 96;

/** @why an event that does not fit into what is kept of the end comes in such pieces, and short ones cost nothing. */
const LONG_BYTES = 1_024;

/** @why a path longer than the gateway's own may contain a key where an id belongs. */
const LONGEST_KNOWN_PATH = "/v1/messages/count_tokens".length;

/** @why a shorter text is no credential, and ids may happen to contain it. */
const SHORTEST_KEY = 8;

/** As Anthropic, OpenAI and Cloudflare write them. @measured looking for a credential's shape takes a microsecond. */
const isOrdinaryId = (id: string) => /^(?:req_\w{1,40}|[0-9A-Z]{26}|[0-9a-f-]{36})$/.test(id);

/** @measured looking for a credential's shape in `HIT` or `MISS` takes as long as half of the line. */
const statusShown = (status: string) => (/^[A-Z]{1,12}$/.test(status) ? status : shownName(status));

const keyIn = (value: string) => value.replace(/^Bearer +/i, "");

/** The part of a log line that only the host knows. */
export type HostRecord = Pick<RequestRecord, "id" | "method" | "status" | "requestBytes"> & {
  readonly url: string;
};

/**
 * Collects what the log says about a request and its response as they pass through. Of the response it keeps only the
 * size, the beginning and the end.
 */
export class RequestTrace {
  target: Target | undefined;
  /** The name of the token that the client presented. */
  client: string | undefined;
  prefillRemoved = 0;
  isWithoutThinking = false;
  tried: readonly string[] = [];
  /** Attempts that failed at an upstream; `undefined` for none. */
  failures: FailedAttempt[] | undefined;
  /** The end, unless it ended well. */
  ended: string | undefined;
  /** The client's name of its session, empty if there is none; `undefined` until the request is to be forwarded. */
  session: string | undefined;
  /** The model as the client named it. */
  asked: string | undefined;
  sizeBytes = 0;
  #ownBytes = 0;
  readonly #clockMs: () => number;
  readonly #startMs: number;
  #firstByteMs: number | undefined;
  #requestId: string | undefined;
  #logId: string | undefined;
  #cacheStatus: string | undefined;
  #first: Buffer | undefined;
  #beforeLast: Buffer | undefined;
  #last: Buffer | undefined;
  #counts: TokenCounts | undefined;
  /** The type of the last event that began in a long piece. */
  #began = "";
  /** Bytes that came in short pieces after the last long one. */
  #shortBytes = 0;

  constructor(clockMs: () => number) {
    this.#clockMs = clockMs;
    this.#startMs = clockMs();
  }

  seeHead({ requestId, logId, cacheStatus }: ResponseHead): void {
    this.#requestId = requestId;
    this.#logId = logId;
    this.#cacheStatus = cacheStatus;
  }

  /** To be called with every chunk of the response. */
  see(chunk: Buffer): void {
    this.sizeBytes += chunk.length;
    this.#first ??= chunk.length > FIRST_BYTES ? chunk.subarray(0, FIRST_BYTES) : chunk;
    const isJoined = chunk.length < JOINED_BELOW_BYTES && this.#last !== undefined;
    this.#beforeLast = isJoined ? undefined : this.#last;
    this.#last = isJoined ? Buffer.concat([this.#end(), chunk]) : chunk;
  }

  /** Bytes of the gateway's own, which say nothing about the response. */
  seeOwn(text: string): void {
    this.sizeBytes += text.length;
    this.#ownBytes += text.length;
  }

  /** To be called with every chunk relayed from the upstream. */
  seePassed(chunk: Buffer): void {
    this.#firstByteMs ??= this.#elapsedMs();
    this.see(chunk);
  }

  /** To be called with every chunk of a stream of events. */
  seeEvents(chunk: Buffer): void {
    if (chunk.length < LONG_BYTES) this.#shortBytes += chunk.length;
    else this.#seeLong(chunk);
    this.seePassed(chunk);
  }

  /** @why the last event may be longer than what is kept of the end, and its type stands at its beginning. */
  #seeLong(chunk: Buffer): void {
    const began = lastBeginning(chunk, this.isBetweenEvents) || this.#beganBefore(chunk);
    if (began !== "") this.#began = began;
    else if (!this.#isBeganKnown) this.#began = "";
    this.#shortBytes = 0;
  }

  /** Of an event whose beginning is cut by the piece's own, or came in short pieces. */
  #beganBefore(chunk: Buffer): string {
    const end = this.#end();
    const cut = Buffer.concat([end.subarray(-OPENING_BYTES), chunk.subarray(0, OPENING_BYTES)]);
    return lastBeginning(cut, false) || (this.#shortBytes > 0 ? lastBeginning(end, false) : "");
  }

  /** No other event has begun in short pieces since, unless the end shows it. */
  get #isBeganKnown(): boolean {
    return this.#shortBytes < this.#end().length;
  }

  record({ id, method, url, status, requestBytes }: HostRecord): RequestRecord {
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    const tokens = this.target?.model ? this.#tokens(this.target.protocol, method, status) : undefined;
    return {
      id,
      method,
      path: path.length > LONGEST_KNOWN_PATH ? scrub(path) : path,
      client: this.client,
      model: this.target?.shown,
      status,
      firstByteMs: this.#firstByteMs,
      durationMs: this.#elapsedMs(),
      requestBytes,
      responseBytes: this.sizeBytes,
      inputTokens: tokens?.inputTokens,
      outputTokens: tokens?.outputTokens,
      cacheReadTokens: tokens?.cacheReadTokens,
      cacheWrite5mTokens: tokens && cacheWrite5mTokens(tokens),
      cacheWrite1hTokens: tokens?.cacheWrite1hTokens,
      prefillRemoved: this.prefillRemoved > 0 ? this.prefillRemoved : undefined,
      withoutThinking: this.isWithoutThinking || undefined,
      tried: this.tried.length > 0 ? this.tried : undefined,
      ended: this.ended,
      requestId: this.#shownId(this.#requestId),
      logId: this.#shownId(this.#logId),
    };
  }

  get isForwarded(): boolean {
    return this.session !== undefined;
  }

  /** To be called after `record`, with what that returned. */
  served(logged: RequestRecord): ServedRequest {
    const { target, session = "", asked } = this;
    const counts = this.#countsOf(logged.method, logged.status);
    // Some calls name no model, and their answers do.
    const model = counts !== undefined && this.#first !== undefined ? modelIn(this.#first) : undefined;
    return {
      logged,
      provider: target?.upstream.providerId,
      // What is shown of the target has been looked at.
      asked: asked === undefined || target?.shown.endsWith(asked) ? asked : shownName(asked),
      answered: model === undefined || model === target?.model ? undefined : shownName(model),
      session,
      counts,
      cacheStatus: this.#cacheStatus === undefined ? undefined : statusShown(this.#cacheStatus),
      hasFee: target?.upstream.hasFee === true,
      failures: this.failures,
    };
  }

  /** An upstream may echo what it was sent. */
  #shownId(id: string | undefined): string | undefined {
    if (id === undefined || id === "") return id;
    if (id.length >= SHORTEST_KEY && this.#isSent(id)) return MASK;
    return isOrdinaryId(id) ? id : scrub(id);
  }

  #isSent(id: string): boolean {
    for (const value of this.target?.upstream.headers.values() ?? [])
      if (value.includes(id) || (value.length >= SHORTEST_KEY && id.includes(keyIn(value)))) return true;
    return false;
  }

  /** Read once, for the log and for what is made of its line. */
  #countsOf(method: string, status: number): TokenCounts | undefined {
    if (this.#counts === undefined && method === "POST" && status < 400) {
      const end = this.#end();
      this.#counts = countsIn(this.#first ?? end, end) ?? NO_COUNTS;
    }
    return this.#counts === NO_COUNTS ? undefined : this.#counts;
  }

  /** Some answers have counts without calling them usage, as one that only counts the tokens of a request. */
  #tokens(api: Api, method: string, status: number): TokenCounts {
    return this.#countsOf(method, status) ?? this.#tokensByName(api);
  }

  /**
   * The counts at the end of the response, else those at its beginning. Nothing is parsed: a quote inside a JSON string
   * is escaped, so a match is always a name.
   */
  #tokensByName(api: Api): TokenCounts {
    const [input, output] = COUNTS[api];
    const end = this.#end();
    return {
      inputTokens: countIn(end, input) ?? countIn(this.#first ?? end, input),
      outputTokens: countIn(end, output),
    };
  }

  #elapsedMs(): number {
    return Math.round((this.#clockMs() - this.#startMs) * 10) / 10;
  }

  /** For a stream of events: true if no event is incomplete at this point. */
  get isBetweenEvents(): boolean {
    return this.#last === undefined || /(?:\n\n|\r\r|\n\r\n)$/.test(this.#end().subarray(-4).toString("latin1"));
  }

  /** For a stream of events: what its last one says. */
  get streamEnd(): StreamEnd {
    const end = this.#end();
    // Nearly all end with an event of a few bytes.
    const soon = streamEndIn(end.toString("latin1", Math.max(end.length - SHORT_END_BYTES, 0)));
    if (soon === "complete" || soon === "error") return soon;
    const isWhole = end.length === this.sizeBytes - this.#ownBytes;
    return streamEndIn(`${isWhole ? "\n\n" : ""}${end.toString("latin1")}`, this.#isBeganKnown ? this.#began : "");
  }

  /** The last two chunks, since chunks may be split anywhere and the last one alone can be too short. */
  #end(): Buffer {
    const last = this.#last?.subarray(-LAST_BYTES) ?? EMPTY;
    const before = this.#beforeLast?.subarray(-LAST_BYTES) ?? EMPTY;
    return before.length === 0 || last.length === LAST_BYTES ? last : Buffer.concat([before, last]);
  }
}

const EMPTY = Buffer.alloc(0);

const NO_COUNTS: TokenCounts = {};

/** @why no count has more digits. */
const LONGEST_COUNT_BYTES = 20;

/** The count after the last occurrence of a name, since counts grow during a stream. */
function countIn(bytes: Buffer, name: Buffer): number | undefined {
  const at = bytes.lastIndexOf(name);
  if (at < 0) return undefined;
  const start = at + name.length;
  const count = Number.parseInt(bytes.toString("latin1", start, start + LONGEST_COUNT_BYTES), 10);
  return count >= 0 ? count : undefined;
}
