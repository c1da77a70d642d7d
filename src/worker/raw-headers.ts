import { nameAt } from "../gateway/raw-headers.ts";

/*
 * The gateway has a character for each byte of a header, as Node does; the runtime decodes headers from UTF-8, and encodes
 * them so. @source seen in workerd 1.20260426.1.
 */

const BEYOND_ASCII = /[^\0-\x7f]/;

const inBytes = (text: string): string => (BEYOND_ASCII.test(text) ? Buffer.from(text).toString("latin1") : text);
const inText = (bytes: string): string =>
  BEYOND_ASCII.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;

/**
 * Headers as the gateway reads them: names and values in turns.
 * @measured 3 % of the processor time of a request less than by their iterator.
 */
export function rawHeaders(headers: Headers): string[] {
  const raw: string[] = [];
  headers.forEach((value, name) => {
    raw.push(name, inBytes(value));
  });
  return raw;
}

/**
 * What Cloudflare adds to a client's request, of which an upstream is to learn nothing: who sends it, and from where.
 * @source developers.cloudflare.com/fundamentals/reference/http-headers.
 */
const OF_CLOUDFLARE: ReadonlySet<string> = new Set([
  "cf-connecting-ip",
  "cf-connecting-ipv6",
  "cf-connecting-o2o",
  "cf-ipcountry",
  "cf-pseudo-ipv4",
  "cf-ray",
  "cf-visitor",
  "cf-ew-via",
  "cf-worker",
  "true-client-ip",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-real-ip",
]);

/** The same of a request. The runtime does not tell how a body without a length is framed. */
export function requestHeaders({ headers, body }: Pick<Request, "headers" | "body">): readonly string[] {
  const raw: string[] = [];
  // workerd leaves blanks at the end of a value.
  headers.forEach((value, name) => {
    if (!OF_CLOUDFLARE.has(name)) raw.push(name, inBytes(value.trim()));
  });
  if (body !== null && !headers.has("content-length") && !headers.has("transfer-encoding"))
    raw.push("transfer-encoding", "chunked");
  return raw;
}

/** The other way. Headers that occur more than once stay apart. */
export function headersFrom(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2)
    headers.append(raw[index] ?? "", inText(raw[index + 1] ?? ""));
  return headers;
}

/** How long a body is to be; `undefined` if nothing, or no number, says it. */
export function announcedLength(raw: readonly string[]): number | undefined {
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const value = raw[index + 1] ?? "";
    if (nameAt(raw, index) === "content-length" && /^\d{1,15}$/.test(value)) return Number(value);
  }
  return undefined;
}
