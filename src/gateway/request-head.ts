import { PROOF_HEADER } from "../config/token-proof.ts";
import type { Dialect } from "./path-families.ts";
import { withoutNamed } from "./raw-headers.ts";

/** The parts of a request's headers that the gateway uses. */
export interface RequestHead {
  /** Empty if absent or repeated. */
  readonly host: string;
  /** The web page that sent the request; `undefined` if none did. */
  readonly origin: string | undefined;
  /** Sent by a web page, which browsers reveal even where they omit its origin. */
  readonly isFromPage: boolean;
  /** Candidates for the client's token: the values of `x-api-key` and of a bearer token. */
  readonly tokens: readonly string[];
  /** A command's proof that it knows the token, empty if there is none. */
  readonly proof: string;
  /** `undefined` if the client does not announce it. */
  readonly contentLength: number | undefined;
  readonly hasBody: boolean;
  /** Content coding of the body; empty if it has none. It is sent along only with a body that is not read. */
  readonly contentEncoding: string;
  /** There is a transfer coding besides `chunked`, such as `gzip, chunked`, which we do not decode. */
  readonly hasUnsupportedCoding: boolean;
  /** Headers a browser asks permission for in a preflight request. */
  readonly wantedHeaders: string;
  /** The proxies that have passed the request on, as far as they say so. */
  readonly via: string;
  /** The client wants to go on with another protocol, such as WebSocket. */
  readonly upgrade: boolean;
  /** Whose API the client speaks, if it says so. */
  readonly dialect: Dialect | undefined;
  /** The client's id of its session, empty if there is none. */
  readonly session: string;
  /** The W3C trace context, empty if there is none or more than one. */
  readonly traceparent: string;
  /** The client says itself who asks, in a provider's own header. */
  readonly isAttributed: boolean;
  /** Headers for the upstream, with lower-case names. */
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
  | "encoding"
  | "key"
  | "bearer"
  | "proof"
  | "wanted"
  | "via"
  | "upgrade"
  | "anthropic"
  | "openai"
  | "agent"
  | "session"
  | "trace"
  | "attribution";

/** A header's lower-case name, and its rule; one without a rule is forwarded. */
interface RuledName {
  readonly name: string;
  readonly rule: RequestRule | undefined;
}

/** @why clients write the same few names in every request, and nobody can fill the memory with others. */
const MOST_KNOWN_NAMES = 256;
const LONGEST_KNOWN_NAME = 64;

/**
 * Rules of a request's headers, by name.
 * @measured a name that is found as it was written, and is the same string in each request, saves a request with twenty
 * headers 2 % of its processor time, here and where it is sent on.
 */
export class RequestRules {
  readonly #rules: ReadonlyMap<string, RequestRule>;
  readonly #known = new Map<string, RuledName>();

  constructor(rules: Iterable<readonly [name: string, rule: RequestRule]>) {
    this.#rules = new Map(rules);
  }

  of(written: string): RuledName {
    return this.#known.get(written) ?? this.#learn(written);
  }

  #learn(written: string): RuledName {
    const name = written.toLowerCase();
    const ruled = { name, rule: this.#rules.get(name) };
    if (this.#known.size < MOST_KNOWN_NAMES && name.length <= LONGEST_KNOWN_NAME) this.#known.set(written, ruled);
    return ruled;
  }
}

/**
 * By which clients name a session.
 * @source Claude Code; Codex, `requests/headers.rs`, in 2026 with hyphens, before with `_`, and in 2025 `conversation_id`;
 * opencode, pull requests 20744 and 31511; Amp, threads.
 */
const SESSION_HEADERS = [
  "x-claude-code-session-id",
  "x-session-id",
  "session-id",
  "session_id",
  "x-session-affinity",
  "conversation_id",
  "x-amp-thread-id",
];

/**
 * `drop`: hop-by-hop headers, what a browser says about its page, and credentials, which are for the gateway and not
 * for the provider. `accept-encoding` is dropped so that responses arrive uncompressed and can be inspected.
 * @source RFC 9110, section 7.6.1, and what proxies are known to send.
 */
const REQUEST_RULES: readonly (readonly [name: string, rule: RequestRule])[] = [
  ["connection", "connection"],
  ["keep-alive", "drop"],
  ["proxy-authenticate", "drop"],
  ["proxy-authorization", "drop"],
  ["proxy-connection", "drop"],
  ["te", "drop"],
  ["trailer", "drop"],
  ["upgrade", "upgrade"],
  ["accept-encoding", "drop"],
  ["cookie", "drop"],
  ["referer", "drop"],
  ["api-key", "drop"],
  ["origin", "origin"],
  ["sec-fetch-site", "site"],
  ["transfer-encoding", "coding"],
  ["host", "host"],
  ["content-length", "length"],
  ["content-encoding", "encoding"],
  ["expect", "drop"],
  ["x-api-key", "key"],
  ["authorization", "bearer"],
  [PROOF_HEADER, "proof"],
  ["access-control-request-headers", "wanted"],
  ["anthropic-version", "anthropic"],
  ["openai-beta", "openai"],
  ["openai-organization", "openai"],
  ["openai-project", "openai"],
  ["user-agent", "agent"],
  ["via", "via"],
  ...SESSION_HEADERS.map((name) => [name, "session"] as const),
  ["traceparent", "trace"],
];

/** @source the OpenAI SDKs of JavaScript and Python: `OpenAI/JS 6.1.0`, `AsyncOpenAI/Python 2.8.0`. */
const OPENAI_AGENT = /^(?:Async)?(?:Azure)?OpenAI\//;

/**
 * `reserved`: headers only the configuration may set, to be dropped from clients' requests. `attributed`: those that tell a
 * provider who asks.
 */
export const requestRules = (reserved: Iterable<string>, attributed: Iterable<string>): RequestRules =>
  new RequestRules([
    ...REQUEST_RULES,
    ...[...attributed].map((name) => [name, "attribution"] as const),
    ...[...reserved].map((name) => [name, "drop"] as const),
  ]);

/** `agent` is forwarded if the client does not say what program it is. @why Cloudflare answers that with 1010. */
export function readRequestHead(raw: readonly string[], rules: RequestRules, agent: string): RequestHead {
  const head = {
    host: "",
    origin: undefined as string | undefined,
    isFromPage: false,
    tokens: [] as string[],
    proof: "",
    contentLength: undefined as number | undefined,
    hasBody: false,
    contentEncoding: "",
    hasUnsupportedCoding: false,
    wantedHeaders: "",
    via: "",
    upgrade: false,
    dialect: undefined as Dialect | undefined,
    session: "",
    traceparent: "",
    isAttributed: false,
    forwarded: [] as string[],
  };
  let hosts = 0;
  let traces = 0;
  let hasAgent = false;
  let named = "";
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const { name, rule } = rules.of(raw[index] ?? "");
    const value = raw[index + 1] ?? "";
    switch (rule) {
      case undefined:
        head.forwarded.push(name, value);
        break;
      case "origin":
        head.origin = value;
        break;
      case "site":
        // `none`: the user typed the address. The only page of this origin is the gateway's own.
        head.isFromPage = value !== "none" && value !== "same-origin";
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
      case "proof":
        head.proof = value;
        break;
      case "length":
        head.contentLength = Number(value);
        head.hasBody = head.contentLength > 0;
        break;
      case "coding":
        head.hasBody = true;
        head.hasUnsupportedCoding ||= value.toLowerCase() !== "chunked";
        break;
      case "encoding":
        if (value.toLowerCase() === "identity") break;
        head.contentEncoding = head.contentEncoding === "" ? value : `${head.contentEncoding}, ${value}`;
        break;
      case "connection":
        if (value !== "keep-alive") named = `${named},${value}`;
        break;
      case "wanted":
        head.wantedHeaders = value;
        head.forwarded.push(name, value);
        break;
      case "via":
        head.via += value;
        head.forwarded.push(name, value);
        break;
      case "upgrade":
        head.upgrade ||= /\bwebsocket\b/i.test(value);
        break;
      case "anthropic":
        head.dialect = "anthropic";
        head.forwarded.push(name, value);
        break;
      case "openai":
        head.dialect ??= "openai";
        head.forwarded.push(name, value);
        break;
      case "agent":
        if (value === "") break;
        hasAgent = true;
        if (OPENAI_AGENT.test(value)) head.dialect ??= "openai";
        head.forwarded.push(name, value);
        break;
      case "session":
        head.session ||= value;
        head.forwarded.push(name, value);
        break;
      case "trace":
        traces += 1;
        head.traceparent = value;
        head.forwarded.push(name, value);
        break;
      case "attribution":
        head.isAttributed = true;
        head.forwarded.push(name, value);
        break;
    }
  }
  if (hosts > 1) head.host = "";
  if (traces > 1) head.traceparent = "";
  if (named !== "") head.forwarded = withoutNamed(head.forwarded, named);
  if (!hasAgent) head.forwarded.push("user-agent", agent);
  return head;
}
