/** What the gateway has to know of a request's headers, read off in one go. */
export interface RequestHead {
  /** Empty when there is none, or more than one. */
  readonly host: string;
  /** The web page that sends it; undefined when none does. */
  readonly origin: string | undefined;
  /** It comes from a web page, which a browser says also where it leaves the page's name out. */
  readonly isFromPage: boolean;
  /** What the client presents to be let in: the values of `x-api-key` and of a bearer token. */
  readonly presented: readonly string[];
  /** Bytes of the body as announced; undefined when that is left open. */
  readonly announcedBytes: number | undefined;
  readonly hasBody: boolean;
  /** The body is in an encoding of this connection alone, as `gzip, chunked`, which nobody here undoes. */
  readonly isCoded: boolean;
  /** The client waits for a word before it sends its body. */
  readonly waits: boolean;
  /** What an upstream may see: names in lower case and values in turn. */
  readonly forwarded: readonly string[];
}

/**
 * What is never forwarded as it came. `drop`: what concerns this connection, what a browser says of its page, and
 * credentials, which open the gateway and not the provider. Answers are asked for uncompressed, to be read in passing.
 * @source RFC 9110, section 7.6.1, and what proxies are known to send.
 */
const OWN: ReadonlyMap<
  string,
  "drop" | "origin" | "site" | "connection" | "host" | "length" | "chunked" | "expect" | "key" | "bearer"
> = new Map([
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
  ["cf-aig-authorization", "drop"],
  ["cf-aig-byok-alias", "drop"],
  ["origin", "origin"],
  ["sec-fetch-site", "site"],
  ["transfer-encoding", "chunked"],
  ["host", "host"],
  ["content-length", "length"],
  ["expect", "expect"],
  ["x-api-key", "key"],
  ["authorization", "bearer"],
]);

/** Reads names and values in turn, as they came. */
export function readHead(raw: readonly string[]): RequestHead {
  const head = {
    host: "",
    origin: undefined as string | undefined,
    isFromPage: false,
    presented: [] as string[],
    announcedBytes: undefined as number | undefined,
    hasBody: false,
    isCoded: false,
    waits: false,
    forwarded: [] as string[],
  };
  let hosts = 0;
  let named = "";
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    switch (OWN.get(name)) {
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
        head.presented.push(value);
        break;
      case "bearer":
        head.presented.push(value.replace(/^Bearer +/i, ""));
        break;
      case "length":
        head.announcedBytes = Number(value);
        head.hasBody = head.announcedBytes > 0;
        break;
      case "chunked":
        head.hasBody = true;
        head.isCoded ||= value.toLowerCase() !== "chunked";
        break;
      case "expect":
        head.waits = true;
        break;
      case "connection":
        if (value !== "keep-alive") named = `${named},${value}`;
        break;
    }
  }
  if (hosts > 1) head.host = "";
  if (named !== "") head.forwarded = withoutNamed(head.forwarded, named);
  return head;
}

/** Headers, names and values in turn, less those that `Connection` declares to concern one connection only. */
export function withoutNamed(headers: readonly string[], named: string): string[] {
  const names = new Set(
    named
      .toLowerCase()
      .split(",")
      .map((name) => name.trim()),
  );
  return headers.filter((_, index) => !names.has(headers[index - (index % 2)]?.toLowerCase() ?? ""));
}
