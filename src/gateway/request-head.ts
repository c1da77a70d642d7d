/** What the gateway has to know of a request's headers, read off in one go. */
export interface RequestHead {
  /** Empty when there is none. */
  readonly host: string;
  /** The web page that sends it; undefined when none does. */
  readonly origin: string | undefined;
  /** What the client presents to be let in: the values of `x-api-key` and of a bearer token. */
  readonly presented: readonly string[];
  /** Bytes of the body as announced; undefined when that is left open. */
  readonly announcedBytes: number | undefined;
  readonly hasBody: boolean;
  /** The client waits for a word before it sends its body. */
  readonly waits: boolean;
  /** What an upstream may see: names in lower case and values in turn. */
  readonly forwarded: readonly string[];
}

/**
 * What is never forwarded. `hop` concerns this connection only; the address and the length are made anew; credentials
 * open the gateway and not the provider.
 * @source RFC 9110, section 7.6.1, and what proxies are known to send.
 */
const OWN: ReadonlyMap<string, "hop" | "connection" | "host" | "length" | "chunked" | "expect" | "key" | "bearer"> =
  new Map([
    ["connection", "connection"],
    ["keep-alive", "hop"],
    ["proxy-authenticate", "hop"],
    ["proxy-authorization", "hop"],
    ["proxy-connection", "hop"],
    ["te", "hop"],
    ["trailer", "hop"],
    ["upgrade", "hop"],
    ["cookie", "hop"],
    ["cf-aig-authorization", "hop"],
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
    presented: [] as string[],
    announcedBytes: undefined as number | undefined,
    hasBody: false,
    waits: false,
    forwarded: [] as string[],
  };
  let named = "";
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    const value = raw[index + 1] ?? "";
    switch (OWN.get(name)) {
      case undefined:
        if (name === "origin") head.origin = value;
        head.forwarded.push(name, value);
        break;
      case "host":
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
        head.hasBody = true;
        break;
      case "chunked":
        head.hasBody = true;
        break;
      case "expect":
        head.waits = true;
        break;
      case "connection":
        if (value !== "keep-alive") named = `${named},${value}`;
        break;
    }
  }
  if (named !== "") head.forwarded = without(head.forwarded, named);
  return head;
}

/** Less the headers that `Connection` declares to concern this connection only. */
function without(forwarded: readonly string[], named: string): string[] {
  const names = new Set(named.toLowerCase().split(",").map((name) => name.trim()));
  return forwarded.filter((_, index) => !names.has(forwarded[index - (index % 2)] ?? ""));
}
