import { CARRIAGE_RETURN, LINE_FEED, OPENING_BRACE, SPACE, TAB } from "../core/ascii.ts";
import { GatheredBytes } from "../core/gathered-bytes.ts";
import { parseJson } from "../core/json.ts";
import { errorInDocument, errorInEvent, type MeantError } from "../providers/error-status.ts";
import { isErrorType, isOpeningType, typeInData } from "./stream-events.ts";

/**
 * Verdict on a successful response by its beginning. `nothing`: it ended before it said anything. `page`: it is for
 * people, such as a login.
 */
export type StartVerdict = "undecided" | "good" | "nothing" | "page" | MeantError;

/** True for most of what is good, at a glance. @measured a tenth of the time that it takes to read event by event. */
export const isPlainlyGood = (bytes: Buffer, contentType: string): boolean =>
  bytes.length >= HEAD_BYTES && (isEventStream(contentType) ? isGoodStream(bytes) : isGoodDocument(bytes));

const isGoodDocument = (bytes: Buffer) =>
  bytes[0] === OPENING_BRACE && !SUSPICIOUS.test(bytes.toString("latin1", 0, HEAD_BYTES));

/** @why an opening event of OpenAI's repeats instructions and tools, which can be long. What is longer is passed on. */
const HELD_BYTES = 256 * 1024;

/** @why no error document or page has to be read further to be recognised. */
const READ_BYTES = 64 * 1024;

/** Enough to see what a document begins with. */
const HEAD_BYTES = 64;

/** An error document begins so; the answers of the known APIs do not. */
const SUSPICIOUS =
  /^(?:\{\s*(?:"type"\s*:\s*"error"|"(?:error|errors|success|result|messages|request_id|name|title|cloudflare_error)"\s*:)|\[\s*\{\s*"(?:code|message)"\s*:)/;

const PAGE = /^<(?:!doctype\s+html|html)\b/i;

export const isEventStream = (contentType: string): boolean =>
  contentType === "text/event-stream" || /^text\/event-stream\b/i.test(contentType);

const OPENED = "event: message_start\n";
const GOES_ON = Buffer.from("\n\nevent: content_block_");

/** The first event opens an answer, and the second goes on with it. */
function isGoodStream(bytes: Buffer): boolean {
  if (bytes.toString("latin1", 0, OPENED.length) !== OPENED) return false;
  const end = bytes.indexOf("\n\n");
  return end > 0 && bytes.compare(GOES_ON, 0, GOES_ON.length, end, Math.min(end + GOES_ON.length, bytes.length)) === 0;
}

/** With the parts of a byte order mark. */
const BLANKS_AND_MARK: ReadonlySet<number | undefined> = new Set([
  SPACE,
  TAB,
  LINE_FEED,
  CARRIAGE_RETURN,
  0xef,
  0xbb,
  0xbf,
]);

/**
 * Judges a successful response by its beginning, which it holds until then. Where that is cut into pieces makes no
 * difference.
 */
export class ResponseStart {
  readonly #contentType: string;
  readonly #mayBeEmpty: boolean;
  readonly #held = new GatheredBytes();
  #seenBytes = 0;
  /** Without the white space before it. */
  #head = "";
  #kind: EventsStart | "error" | "page" | undefined;

  constructor(contentType: string, mayBeEmpty = false) {
    this.#contentType = contentType;
    this.#mayBeEmpty = mayBeEmpty;
  }

  see(bytes: Buffer): StartVerdict {
    this.#held.add(bytes);
    this.#seenBytes += bytes.length;
    const verdict = this.#judge(bytes);
    return verdict === "undecided" && this.#seenBytes > HELD_BYTES ? "good" : verdict;
  }

  /** To be called if the response ends undecided. */
  end(): StartVerdict {
    if (this.#kind instanceof EventsStart) return this.#kind.end();
    if (this.#head === "") return this.#mayBeEmpty ? "good" : "nothing";
    const kind = this.#kind ?? documentKind(this.#head, this.#contentType);
    if (kind !== "error") return kind;
    const bytes = this.#held.take();
    this.#held.add(bytes);
    const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
    return errorInDocument(parseJson(text), text) ?? "good";
  }

  /** All that it has seen. */
  take(): Buffer {
    return this.#held.take();
  }

  #judge(bytes: Buffer): StartVerdict {
    if (this.#kind instanceof EventsStart) return this.#kind.see(bytes);
    if (this.#kind === undefined) {
      let start = 0;
      if (this.#head === "") while (BLANKS_AND_MARK.has(bytes[start])) start += 1;
      this.#head += bytes.toString("latin1", start, start + HEAD_BYTES);
      if (this.#head === "") return "undecided";
      const isMarkup = /^[{[<]/.test(this.#head);
      if (!isMarkup && isEventStream(this.#contentType)) {
        this.#kind = new EventsStart();
        return this.#kind.see(bytes.subarray(start));
      }
      if (isMarkup && this.#head.length < HEAD_BYTES) return "undecided";
      const kind = documentKind(this.#head, this.#contentType);
      if (kind === "good") return kind;
      this.#kind = kind;
    }
    if (this.#seenBytes <= READ_BYTES) return "undecided";
    return this.#kind === "page" ? "page" : "good";
  }
}

/** `error`: it may be one, which its end will show. */
function documentKind(head: string, contentType: string): "error" | "page" | "good" {
  if (SUSPICIOUS.test(head)) return "error";
  return PAGE.test(head) || (head.startsWith("<") && /^text\/html\b/i.test(contentType)) ? "page" : "good";
}

/** @measured a third of what a regular expression takes. */
function fieldIn(line: string, field: string): string | undefined {
  const at = field.length;
  if (!line.startsWith(field) || (line.length > at && line[at] !== ":")) return undefined;
  return line.slice(line[at + 1] === " " ? at + 2 : at + 1);
}

/** @why the error in a longer event without a name would be the first of that length. */
const LONGEST_PARSED_CHARS = 16 * 1024;

/**
 * Reads events until one decides. Comments, pings and those that only open a response do not: an error may follow.
 * @source html.spec.whatwg.org, "Parsing an event stream": three kinds of line ends, one optional space.
 */
class EventsStart {
  #line = "";
  /** The last line ended with a carriage return, to which a line feed may belong. */
  #mayBeFeed = false;
  #name = "";
  #data = "";

  see(bytes: Buffer): StartVerdict {
    let start = this.#mayBeFeed && bytes[0] === LINE_FEED ? 1 : 0;
    if (bytes.length > 0) this.#mayBeFeed = false;
    let feed = bytes.indexOf(LINE_FEED, start);
    let carriage = bytes.indexOf(CARRIAGE_RETURN, start);
    while (feed >= 0 || carriage >= 0) {
      const isCarriage = carriage >= 0 && (feed < 0 || carriage < feed);
      const end = isCarriage ? carriage : feed;
      const verdict = this.#endLine(this.#line + bytes.toString("latin1", start, end));
      this.#line = "";
      if (verdict !== "undecided") return verdict;
      start = end + 1;
      if (isCarriage && bytes[start] === LINE_FEED) start += 1;
      else if (isCarriage && start === bytes.length) this.#mayBeFeed = true;
      if (feed >= 0 && feed < start) feed = bytes.indexOf(LINE_FEED, start);
      if (carriage >= 0 && carriage < start) carriage = bytes.indexOf(CARRIAGE_RETURN, start);
    }
    this.#line += bytes.toString("latin1", start);
    return "undecided";
  }

  /** An event whose end is missing counts, as clients read it. */
  end(): StartVerdict {
    const verdict = this.#line === "" ? "undecided" : this.#endLine(this.#line);
    const last = verdict === "undecided" ? this.#endEvent() : verdict;
    return last === "undecided" ? "nothing" : last;
  }

  #endLine(line: string): StartVerdict {
    if (line === "") return this.#endEvent();
    const name = fieldIn(line, "event");
    const data = name === undefined ? fieldIn(line, "data") : undefined;
    if (name !== undefined) this.#name = name === "message" ? "" : name;
    else if (data !== undefined && !isOpeningType(this.#name)) this.#data += this.#data === "" ? data : `\n${data}`;
    if (this.#name !== "") return isOpeningType(this.#name) || isErrorType(this.#name) ? "undecided" : "good";
    return this.#data === "" || this.#data.startsWith("{") ? "undecided" : "good";
  }

  #endEvent(): StartVerdict {
    const [name, data] = [this.#name, this.#data];
    this.#name = "";
    this.#data = "";
    if (name === "" && data === "") return "undecided";
    if (isOpeningType(name === "" ? typeInData(data) : name)) return "undecided";
    // Decoded byte by byte until here, so that an event may be cut anywhere.
    const text = Buffer.from(data, "latin1").toString("utf8");
    if (isErrorType(name)) return errorInEvent(parseJson(text), text);
    if (name !== "" || data.length > LONGEST_PARSED_CHARS) return "good";
    const value = parseJson(text);
    if (isErrorType(typeInData(data))) return errorInEvent(value, text);
    return errorInDocument(value, text) ?? "good";
  }
}
