/** A request's headers as far as the gateway reads them. Headers are always names and values in turn. */
export interface RequestHead {
  /** Empty when there is none, or more than one. */
  readonly host: string;
  /** The web page that sends it; undefined when none does. */
  readonly origin: string | undefined;
  /** A web page sends it, which a browser says even where it omits the page's origin. */
  readonly isFromPage: boolean;
  /** Candidates for the client's token: the values of `x-api-key` and of a bearer token. */
  readonly tokens: readonly string[];
  /** Bytes of the body, where the client announces them. */
  readonly contentLength: number | undefined;
  readonly hasBody: boolean;
  /** The body has a transfer coding besides `chunked`, such as `gzip, chunked`, which nothing here decodes. */
  readonly hasOtherCoding: boolean;
  /** The client waits for `100 Continue` before it sends its body. */
  readonly expectsContinue: boolean;
  /** Headers that a browser asks permission for before it sends a request. */
  readonly wantedHeaders: string;
  /** Headers for the upstream, with names in lower case. */
  readonly forwarded: readonly string[];
}

type RequestRule =
  | "drop"
  | "origin"
  | "site"
  | "connection"
  | "host"
  | "length"
  | "coding"
  | "expect"
  | "key"
  | "bearer"
  | "wanted";

/** Rules for a request's headers by lower-case name; headers without one are forwarded. */
export type RequestRules = ReadonlyMap<string, RequestRule>;

/**
 * `drop`: headers of this connection, what a browser says of its page, and credentials, which open the gateway and not
 * the provider. `accept-encoding` is dropped so that answers come uncompressed and can be read in passing.
 * @source RFC 9110, section 7.6.1, and what proxies are known to send.
 */
const REQUEST_RULES: RequestRules = new Map([
  ["connection", "connection"],
  ["keep-alive", "drop"],
  ["proxy-authenticate", "drop"],
  ["proxy-authorization", "drop"],
  ["proxy-connection", "drop"],
  ["te", "drop"],
  ["trailer", "drop"],
  ["upgrade", "drop"],
  ["accept-encoding", "drop"],
  ["cookie", "drop"],
  ["referer", "drop"],
  ["api-key", "drop"],
  ["origin", "origin"],
  ["sec-fetch-site", "site"],
  ["transfer-encoding", "coding"],
  ["host", "host"],
  ["content-length", "length"],
  ["expect", "expect"],
  ["x-api-key", "key"],
  ["authorization", "bearer"],
  ["access-control-request-headers", "wanted"],
]);

/** `reserved`: headers that only the configuration may set, and that are dropped from clients' requests. */
export const requestRules = (reserved: Iterable<string>): RequestRules =>
  new Map([...REQUEST_RULES, ...[...reserved].map((name) => [name, "drop"] as const)]);

/** Reads a request's headers as they came. */
export function readRequestHead(raw: readonly string[], rules: RequestRules): RequestHead {
  const head = {
    host: "",
    origin: undefined as string | undefined,
    isFromPage: false,
    tokens: [] as string[],
    contentLength: undefined as number | undefined,
    hasBody: false,
    hasOtherCoding: false,
    expectsContinue: false,
    wantedHeaders: "",
    forwarded: [] as string[],
  };
  let hosts = 0;
  let named = "";
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    switch (rules.get(name)) {
      case undefined:
        head.forwarded.push(name, value);
        break;
      case "origin":
        head.origin = value;
        break;
      case "site":
        // `none`: the person typed the address.
        head.isFromPage = value !== "none";
        break;
      case "host":
        hosts += 1;
        head.host = value;
        break;
      case "key":
        head.tokens.push(value);
        break;
      case "bearer":
        head.tokens.push(value.replace(/^Bearer +/i, ""));
        break;
      case "length":
        head.contentLength = Number(value);
        head.hasBody = head.contentLength > 0;
        break;
      case "coding":
        head.hasBody = true;
        head.hasOtherCoding ||= value.toLowerCase() !== "chunked";
        break;
      case "expect":
        head.expectsContinue = true;
        break;
      case "connection":
        if (value !== "keep-alive") named = `${named},${value}`;
        break;
      case "wanted":
        head.wantedHeaders = value;
        head.forwarded.push(name, value);
        break;
    }
  }
  if (hosts > 1) head.host = "";
  if (named !== "") head.forwarded = withoutNamed(head.forwarded, named);
  return head;
}

type ResponseRule = "drop" | "connection" | "type" | "request-id" | "log-id";

/** Rules for an answer's headers by lower-case name. All are passed on but those with `drop` or `connection`. */
export interface ResponseRules {
  readonly byName: ReadonlyMap<string, ResponseRule>;
  /** Only names of these lengths are looked up. */
  readonly lengths: ReadonlySet<number>;
}

/**
 * `drop`: headers of one connection, those about the upstream's host, which this machine is not, and what another local
 * gateway says of itself.
 * @source RFC 9110, section 7.6.1; RFC 7838 for `alt-svc`, RFC 6265 for `set-cookie`.
 */
const RESPONSE_RULES: ReadonlyMap<string, ResponseRule> = new Map([
  ["connection", "connection"],
  ["keep-alive", "drop"],
  ["proxy-authenticate", "drop"],
  ["proxy-connection", "drop"],
  ["te", "drop"],
  ["trailer", "drop"],
  ["transfer-encoding", "drop"],
  ["upgrade", "drop"],
  ["alt-svc", "drop"],
  ["set-cookie", "drop"],
  ["x-openclaw-model", "drop"],
  ["content-type", "type"],
  ["request-id", "request-id"],
]);

/** `logIds`: headers in which upstreams name their own log entry of a request. */
export function responseRules(logIds: Iterable<string>): ResponseRules {
  const byName = new Map([...RESPONSE_RULES, ...[...logIds].map((name) => [name, "log-id"] as const)]);
  return { byName, lengths: new Set([...byName.keys()].map(({ length }) => length)) };
}

/** An answer's headers as far as the gateway reads them, and those that it passes on. */
export interface ResponseHead {
  readonly passed: string[];
  readonly requestId: string | undefined;
  readonly logId: string | undefined;
  /** Empty when there is none. */
  readonly contentType: string;
}

/** Reads an answer's headers as they came. */
export function readResponseHead(raw: readonly string[], { byName, lengths }: ResponseRules): ResponseHead {
  const head = {
    passed: [] as string[],
    requestId: undefined as string | undefined,
    logId: undefined as string | undefined,
    contentType: "",
  };
  let named = "";
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const value = raw[index + 1] ?? "";
    const rule = lengths.has(name.length) ? byName.get(name.toLowerCase()) : undefined;
    if (rule === "connection" && value !== "keep-alive" && value !== "close") named = `${named},${value}`;
    if (rule === "drop" || rule === "connection") continue;
    if (rule === "type") head.contentType = value;
    else if (rule === "request-id") head.requestId = value;
    else if (rule === "log-id") head.logId = value;
    head.passed.push(name, value);
  }
  return named === "" ? head : { ...head, passed: withoutNamed(head.passed, named) };
}

/** Headers less those that `Connection` declares to concern one connection only. */
function withoutNamed(headers: readonly string[], named: string): string[] {
  const names = new Set(
    named
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  );
  return headers.filter((_, index) => !names.has(nameAt(headers, index)));
}

/** Headers that describe a body, and are replaced with it. */
const ABOUT_BODY: ReadonlySet<string> = new Set([
  "content-type",
  "content-length",
  "content-encoding",
  "x-should-retry",
]);

/** Headers that can be passed on with another body than the one they came with. */
export const withoutBodyHeaders = (passed: readonly string[]): string[] =>
  passed.filter((_, index) => !ABOUT_BODY.has(nameAt(passed, index)));

/** The headers fix the length or encoding of the body, so that nothing can be added to it. */
export const isClosedBody = (passed: readonly string[]): boolean =>
  passed.some((text, index) => index % 2 === 0 && /^content-(?:length|encoding)$/i.test(text));

/** The lower-case name of the header that a name or a value belongs to. */
const nameAt = (headers: readonly string[], index: number) => headers[index - (index % 2)]?.toLowerCase() ?? "";

/** Headers by lower-case name; several of one name are joined. */
export function headerRecord(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? "";
    const value = raw[index + 1] ?? "";
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}
