import type { Upstream } from "./settings.ts";

/** @source https://docs.claude.com/en/api/versioning: the only version there is. */
const ANTHROPIC_VERSION = "2023-06-01";

/** The headers of a request to an upstream, names and values in turn: what is forwarded, then its own, which win. */
export function requestHeaders(forwarded: readonly string[], { api, headers }: Upstream): string[] {
  const sent: string[] = [];
  let hasVersion = api !== "anthropic-messages" || headers.has("anthropic-version");
  for (let index = 0; index + 1 < forwarded.length; index += 2) {
    const name = forwarded[index] ?? "";
    if (headers.has(name)) continue;
    if (name === "anthropic-version") hasVersion = true;
    sent.push(name, forwarded[index + 1] ?? "");
  }
  for (const [name, value] of headers) sent.push(name, value);
  if (!hasVersion) sent.push("anthropic-version", ANTHROPIC_VERSION);
  return sent;
}

/** Headers of an answer that concern one connection only. @source RFC 9110, section 7.6.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** So that only names of such a length have to be looked up. */
const HOP_BY_HOP_LENGTHS: ReadonlySet<number> = new Set([...HOP_BY_HOP].map(({ length }) => length));

/** What is read of an answer's headers, and those that are passed on, names and values in turn. */
export interface ResponseHead {
  readonly passed: string[];
  readonly requestId: string | undefined;
  readonly logId: string | undefined;
  readonly isEventStream: boolean;
}

/** Reads the headers of an answer, as they came, in one go. `servedBy` tells the client which model answered. */
export function readResponseHead(raw: readonly Buffer[], servedBy: string): ResponseHead {
  const head = {
    passed: ["x-openclaw-model", servedBy],
    requestId: undefined as string | undefined,
    logId: undefined as string | undefined,
    isEventStream: false,
  };
  let named = "";
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toString("latin1") ?? "";
    const value = raw[index + 1]?.toString("latin1") ?? "";
    if (HOP_BY_HOP_LENGTHS.has(name.length)) {
      const known = name.toLowerCase();
      if (known === "connection" && value !== "keep-alive" && value !== "close") named = `${named},${value}`;
      if (known === "request-id") head.requestId = value;
      if (HOP_BY_HOP.has(known)) continue;
    } else if (name.length === CONTENT_TYPE_LENGTH && name.toLowerCase() === "content-type") {
      head.isEventStream = value.startsWith("text/event-stream");
    } else if (name.length === LOG_ID_LENGTH && name.toLowerCase() === "cf-aig-log-id") {
      head.logId = value;
    }
    head.passed.push(name, value);
  }
  if (named === "") return head;
  const names = new Set(named.toLowerCase().split(",").map((name) => name.trim()));
  const { passed } = head;
  return { ...head, passed: passed.filter((_, index) => !names.has(passed[index - (index % 2)]?.toLowerCase() ?? "")) };
}

const CONTENT_TYPE_LENGTH = "content-type".length;
const LOG_ID_LENGTH = "cf-aig-log-id".length;
