/** Is handed the parts of responses, in their order. */
export interface ResponseSink {
  /** Also of interim responses, such as 103. Names and values alternate, as they were written. */
  readonly onHead: (status: number, headers: readonly string[]) => void;
  readonly onBody: (bytes: Buffer) => void;
  /** `isReusable`: the connection can carry another request. */
  readonly onEnd: (isReusable: boolean) => void;
}

type Part = "head" | "length" | "chunk-line" | "chunk" | "chunk-end" | "trailers" | "until-close" | "done";

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const LINE_END = "\r\n";
const CR = 13;
const LF = 10;

/** @source RFC 9112, sections 4 and 5: no folded lines, no blanks before a colon; nothing but CRLF ends a line. */
const HEAD = /^HTTP\/1\.[01] [1-9]\d\d(?: [^\r\n]*)?\r\n(?:[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;
const FIELD = /^[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*$/;
/** @why who ends lines so may never send what ends a head. */
const BARE_LF = /[^\r]\n/;
const BEGINNING = "HTTP/1.";
const STATUS_AT = "HTTP/1.1 ".length;

/**
 * An extension means nothing to anybody; Node's parser refuses one that is malformed, or has blanks outside of quotes.
 * @source RFC 9112, section 7.1; llhttp 9.3.1
 */
const CHUNK_EXTENSION =
  /;+(?=[^;])[!#$%&'*+.^_`|~\w-]*(?:=[!#$%&'*+.^_`|~\w-]*(?:"(?:[\t\x20!\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*")?)?/;
const CHUNK_LINE = new RegExp(`^([\\da-f]{1,16})(?:${CHUNK_EXTENSION.source})*$`, "i");

const DIGITS = /^\d{1,15}$/;

/** @why a longer one is none. */
const LONGEST_CHUNK_LINE = 16 * 1024;

/** @source undici's `keepAliveTimeoutThreshold`: so long before the other side closes, nothing is sent any more. */
const CLOSE_BEFORE_MS = 2_000;

/** The rules of a head for the body and the connection. */
interface Framing {
  part: Part;
  length: number;
  isReusable: boolean;
  keptMs: number | undefined;
}

/**
 * Reads responses of HTTP/1.1 and 1.0, of one connection and one after the other, as strictly as Node's own parser, which
 * a test compares it with.
 * @why undici's calls back for each name and each value, and makes a buffer of it.
 */
export class ResponseParser {
  readonly #sink: ResponseSink;
  readonly #longestHead: number;
  #part: Part = "done";
  #isBodiless = false;
  /** Of a line or a head that has not ended. */
  #beginning = "";
  /** The last characters of a head that has not ended. @why looking at all of it again with each byte takes quadratic time. */
  #tail = "";
  /** Bytes of the body, or of its chunk, that are to come. */
  #left = 0;
  #trailerBytes = 0;
  #isReusable = false;
  /** For how long the other side keeps an idle connection, if it has said so. */
  keptMs: number | undefined;

  constructor(sink: ResponseSink, longestHead: number) {
    this.#sink = sink;
    this.#longestHead = longestHead;
  }

  /** To be called before each response. `isBodiless`: it is one to HEAD. */
  expect(isBodiless: boolean): void {
    this.#part = "head";
    this.#isBodiless = isBodiless;
    this.#beginning = "";
    this.#tail = "";
  }

  /** Returns why the bytes are no response, and is not to be called again then. */
  read(bytes: Buffer): Error | undefined {
    let at = 0;
    while (at < bytes.length) {
      const next = this.#readPart(bytes, at);
      if (typeof next !== "number") return next;
      at = next;
    }
    return undefined;
  }

  get isUntilClose(): boolean {
    return this.#part === "until-close";
  }

  /** The other side has ended. Returns why the response is not complete. */
  end(): Error | undefined {
    if (this.#part !== "until-close") return socketError("other side closed");
    this.#part = "done";
    this.#sink.onEnd(false);
    return undefined;
  }

  /** Returns where the next part begins. */
  #readPart(bytes: Buffer, at: number): number | Error {
    switch (this.#part) {
      case "head":
        return this.#readHead(bytes, at);
      case "length":
      case "chunk":
        return this.#readPiece(bytes, at);
      case "until-close":
        this.#sink.onBody(at === 0 ? bytes : bytes.subarray(at));
        return bytes.length;
      case "done":
        return socketError("bad response");
      default:
        return this.#readLine(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number | Error {
    const before = this.#beginning.length;
    // @source RFC 9112, section 2.2: of empty lines before a message.
    if (before === 0 && (bytes[at] === CR || bytes[at] === LF)) return at + 1;
    const endOfHead = before === 0 ? bytes.indexOf(END_OF_HEAD, at) : -1;
    const read = bytes.toString("latin1", at, endOfHead < 0 ? bytes.length : endOfHead + END_OF_HEAD.length);
    const piece = this.#tail + read;
    const text = this.#beginning + read;
    const end = piece.indexOf("\r\n\r\n");
    if (end < 0) {
      if ((before < BEGINNING.length && !isBeginning(text)) || BARE_LF.test(piece))
        return malformed("no head of a response", text);
      if (text.length > this.#longestHead) return overflow();
      this.#beginning = text;
      this.#tail = piece.slice(-END_OF_HEAD.length + 1);
      return bytes.length;
    }
    const length = before - this.#tail.length + end + END_OF_HEAD.length;
    this.#beginning = "";
    this.#tail = "";
    const head = text.slice(0, length - LINE_END.length);
    if (head.length > this.#longestHead) return overflow();
    if (!HEAD.test(head)) return malformed("no head of a response", text);
    const next = at + length - before;
    return this.#takeHead(head, next === bytes.length) ?? next;
  }

  #takeHead(head: string, isLast: boolean): Error | undefined {
    const status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
    const headers = fieldsOf(head);
    // Nobody has asked for either.
    if (status === 100) return socketError("bad response");
    if (status === 101) return socketError("bad upgrade");
    if (status < 200) {
      this.#sink.onHead(status, headers);
      return undefined;
    }
    const framing = framingOf(headers, head.startsWith("HTTP/1.1"));
    if (framing instanceof Error) return framing;
    const isEmpty = this.#isBodiless || status === 204 || status === 304;
    this.#part = isEmpty ? "done" : framing.part;
    this.#left = framing.length;
    // Whoever asks with HEAD says `close`. A body may follow there, and after 204, from servers that announce one.
    const mayFollow = this.#isBodiless || (status === 204 && (framing.part === "chunk-line" || framing.length > 0));
    this.#isReusable = framing.isReusable && !mayFollow && (isEmpty || framing.part !== "until-close");
    this.keptMs = framing.keptMs;
    this.#sink.onHead(status, headers);
    if (isEmpty || (framing.part === "length" && framing.length === 0)) this.#end(isLast);
    return undefined;
  }

  #end(isLast: boolean): void {
    this.#part = "done";
    this.#sink.onEnd(this.#isReusable && isLast);
  }

  #readPiece(bytes: Buffer, at: number): number {
    const end = Math.min(at + this.#left, bytes.length);
    const isAll = at === 0 && end === bytes.length;
    this.#left -= end - at;
    this.#sink.onBody(isAll ? bytes : bytes.subarray(at, end));
    if (this.#left > 0) return end;
    if (this.#part === "chunk") this.#part = "chunk-end";
    else this.#end(end === bytes.length);
    return end;
  }

  #readLine(bytes: Buffer, at: number): number | Error {
    const end = bytes.indexOf(LF, at);
    const text = this.#beginning + bytes.toString("latin1", at, end < 0 ? bytes.length : end + 1);
    const longest = this.#part === "trailers" ? this.#longestHead - this.#trailerBytes : LONGEST_CHUNK_LINE;
    if (text.length > longest) return overflow();
    if (end < 0) {
      this.#beginning = text;
      return bytes.length;
    }
    this.#beginning = "";
    if (!text.endsWith(LINE_END)) return malformed("a line that ends without CR", text);
    return this.#takeLine(text.slice(0, -LINE_END.length), end + 1 === bytes.length) ?? end + 1;
  }

  #takeLine(line: string, isLast: boolean): Error | undefined {
    if (this.#part === "chunk-end") {
      this.#part = "chunk-line";
      return line === "" ? undefined : malformed("a chunk that is longer than it says", line);
    }
    if (this.#part === "trailers") {
      this.#trailerBytes += line.length;
      if (line === "") this.#end(isLast);
      else if (!FIELD.test(line)) return malformed("no field after the body", line);
      return undefined;
    }
    const size = Number.parseInt(CHUNK_LINE.exec(line)?.[1] ?? "", 16);
    if (!Number.isSafeInteger(size)) return malformed("no length of a chunk", line);
    this.#left = size;
    this.#trailerBytes = 0;
    this.#part = size === 0 ? "trailers" : "chunk";
    return undefined;
  }
}

const isBeginning = (text: string) =>
  text.length < BEGINNING.length ? BEGINNING.startsWith(text) : text.startsWith(BEGINNING);

/** The names and values of a head that is well-formed. */
function fieldsOf(head: string): readonly string[] {
  const fields: string[] = [];
  for (let at = head.indexOf(LINE_END) + LINE_END.length; at < head.length; ) {
    const colon = head.indexOf(":", at);
    const lineEnd = head.indexOf(LINE_END, colon);
    let start = colon + 1;
    let end = lineEnd;
    // @source RFC 9110, section 5.5: blanks on either side are not part of a value.
    while (start < end && isBlank(head.charCodeAt(start))) start += 1;
    while (start < end && isBlank(head.charCodeAt(end - 1))) end -= 1;
    fields.push(head.slice(at, colon), head.slice(start, end));
    at = lineEnd + LINE_END.length;
  }
  return fields;
}

const isBlank = (code: number) => code === 32 || code === 9;

/** @source RFC 9112, section 6.3. What could be read in two ways is refused. */
function framingOf(fields: readonly string[], isPersistent: boolean): Framing | Error {
  let length: string | undefined;
  let coding: string | undefined;
  let connection = "";
  let kept = "";
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? "";
    const value = fields[index + 1] ?? "";
    // Only names of these lengths matter.
    if (name.length === 10) {
      const lower = name.toLowerCase();
      if (lower === "connection") connection += `,${value}`;
      else if (lower === "keep-alive") kept += value;
    } else if (name.length === 14 && name.toLowerCase() === "content-length") {
      if (length !== undefined) return malformed("Content-Length is already present", value);
      length = value;
    } else if (name.length === 17 && name.toLowerCase() === "transfer-encoding")
      coding = coding === undefined ? value : `${coding},${value}`;
  }
  if (length !== undefined && (coding !== undefined || !DIGITS.test(length)))
    return malformed("Content-Length is not a length", length);
  const isChunked = coding !== undefined && /(?:^|,)[\t ]*chunked[\t ]*$/i.test(coding);
  const part = isChunked ? "chunk-line" : length === undefined ? "until-close" : "length";
  const keptMs = keptMsOf(kept);
  return {
    part,
    length: Number(length ?? 0),
    // @source RFC 9112, section 6.1: in HTTP/1.0, a coding's end may not be the body's.
    isReusable:
      staysOpen(connection, isPersistent) &&
      (keptMs === undefined || keptMs > 0) &&
      (coding === undefined || isPersistent),
    keptMs,
  };
}

function staysOpen(connection: string, isPersistent: boolean): boolean {
  if (connection === "") return isPersistent;
  const options = connection
    .toLowerCase()
    .split(",")
    .map((option) => option.trim());
  return !options.includes("close") && (isPersistent || options.includes("keep-alive"));
}

function keptMsOf(text: string): number | undefined {
  const seconds = text === "" ? undefined : /timeout=(\d+)/.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000 - CLOSE_BEFORE_MS;
}

/** As undici's errors, which are read in one place with these (fault.ts). */
export const socketError = (message: string): Error => Object.assign(new Error(message), { code: "UND_ERR_SOCKET" });

const overflow = () => Object.assign(new Error("The head is too long."), { code: "UND_ERR_HEADERS_OVERFLOW" });

function malformed(message: string, data: string): Error {
  return Object.assign(new Error(`The response is malformed: ${message}.`), { name: "HTTPParserError", data });
}
