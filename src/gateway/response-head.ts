import { nameAt, withoutNamed } from "./raw-headers.ts";

type ResponseRule = "drop" | "connection" | "coding" | "type" | "encoding" | "request-id" | "log-id" | "cache-status";

/** By lower-case name. Everything is passed on except `drop`, `connection` and `coding`. */
export interface ResponseRules {
  readonly byName: ReadonlyMap<string, ResponseRule>;
  /** Only names of these lengths are looked up. */
  readonly lengths: ReadonlySet<number>;
}

/**
 * `drop`: hop-by-hop headers, those about the upstream's host, and what another local gateway says about itself.
 * @source RFC 9110, section 7.6.1; RFC 7838 for `alt-svc`, RFC 6265 for `set-cookie`.
 */
const RESPONSE_RULES: ReadonlyMap<string, ResponseRule> = new Map([
  ["connection", "connection"],
  ["keep-alive", "drop"],
  ["proxy-authenticate", "drop"],
  ["proxy-connection", "drop"],
  ["te", "drop"],
  ["trailer", "drop"],
  ["transfer-encoding", "coding"],
  ["upgrade", "drop"],
  ["alt-svc", "drop"],
  ["set-cookie", "drop"],
  ["x-openclaw-model", "drop"],
  ["content-type", "type"],
  ["content-encoding", "encoding"],
  ["request-id", "request-id"],
]);

/**
 * `logIds`: headers in which upstreams name their own log entry of a request; `cacheStatuses`: those in which they say
 * whether it came from their cache.
 */
export function responseRules(logIds: Iterable<string>, cacheStatuses: Iterable<string>): ResponseRules {
  const byName = new Map([
    ...RESPONSE_RULES,
    ...[...logIds].map((name) => [name, "log-id"] as const),
    ...[...cacheStatuses].map((name) => [name, "cache-status"] as const),
  ]);
  return { byName, lengths: new Set([...byName.keys()].map(({ length }) => length)) };
}

/** The parts of a response's headers that the gateway uses, and what it passes on. */
export interface ResponseHead {
  readonly passed: string[];
  readonly requestId: string | undefined;
  readonly logId: string | undefined;
  readonly cacheStatus: string | undefined;
  readonly contentType: string;
  /** Empty for a body that can be read. */
  readonly contentEncoding: string;
  /** There is a transfer coding besides `chunked`, which nothing decodes, and no label would tell the client. */
  readonly hasUnsupportedCoding: boolean;
}

export function readResponseHead(raw: readonly string[], { byName, lengths }: ResponseRules): ResponseHead {
  const head = {
    passed: [] as string[],
    requestId: undefined as string | undefined,
    logId: undefined as string | undefined,
    cacheStatus: undefined as string | undefined,
    contentType: "",
    contentEncoding: "",
    hasUnsupportedCoding: false,
  };
  let named = "";
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    const value = raw[index + 1] ?? "";
    const rule = lengths.has(name.length) ? byName.get(name.toLowerCase()) : undefined;
    if (rule === "connection" && value !== "keep-alive" && value !== "close") named = `${named},${value}`;
    if (rule === "coding" && value.toLowerCase() !== "chunked") head.hasUnsupportedCoding = true;
    if (rule === "drop" || rule === "connection" || rule === "coding") continue;
    if (rule === "type") head.contentType = value;
    else if (rule === "encoding" && value.toLowerCase() !== "identity") head.contentEncoding = value;
    else if (rule === "request-id") head.requestId = value;
    else if (rule === "log-id") head.logId = value;
    else if (rule === "cache-status") head.cacheStatus = value;
    head.passed.push(name, value);
  }
  return named === "" ? head : { ...head, passed: withoutNamed(head.passed, named) };
}

/** Headers describing a body, to be replaced along with it, and those that lead to another one. */
const ABOUT_BODY: ReadonlySet<string> = new Set([
  "location",
  "content-location",
  "refresh",
  "link",
  "content-type",
  "content-length",
  "content-encoding",
  "x-should-retry",
]);

/** The headers that remain valid with a different body. */
export const withoutBodyHeaders = (passed: readonly string[]): string[] =>
  passed.filter((_, index) => !ABOUT_BODY.has(nameAt(passed, index)));

/** The headers of the same body, decoded. */
export const withoutCoding = (headers: readonly string[]): string[] =>
  headers.filter((_, index) => !/^content-(?:encoding|length|md5)$/.test(nameAt(headers, index)));

/** True if the headers fix the body's length or encoding, so nothing can be appended. */
export const isClosedBody = (passed: readonly string[]): boolean =>
  passed.some((text, index) => index % 2 === 0 && isLengthOrEncoding(text));

const isLengthOrEncoding = (name: string) =>
  (name.length === 14 || name.length === 16) && /^content-(?:length|encoding)$/i.test(name);
