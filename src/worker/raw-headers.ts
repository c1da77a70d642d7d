import { nameAt } from "../gateway/raw-headers.ts";

/** Headers as the gateway reads them: names and values in turns. */
export function rawHeaders(headers: Headers): string[] {
  const raw: string[] = [];
  for (const [name, value] of headers) raw.push(name, value);
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
  for (const [name, value] of headers) if (!OF_CLOUDFLARE.has(name)) raw.push(name, value.trim());
  if (body !== null && !headers.has("content-length") && !headers.has("transfer-encoding"))
    raw.push("transfer-encoding", "chunked");
  return raw;
}

/** The other way. Headers that occur more than once stay apart. */
export function headersFrom(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) headers.append(raw[index] ?? "", raw[index + 1] ?? "");
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
