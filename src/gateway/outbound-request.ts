import { fail, ok, type Result } from "../core/result.ts";
import type { Sliced } from "../core/sliced.ts";
import { ANTHROPIC_VERSION } from "../providers/provider.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import type { ByteStream, UpstreamRequest } from "./host.ts";
import { refusesPrefill, stripPrefill } from "./prefill.ts";
import { type RequestBody, withModel } from "./request-body.ts";
import type { RequestHead } from "./request-head.ts";
import type { StripPrefill, Upstream } from "./settings.ts";
import type { Target } from "./targets.ts";

export interface InboundRequest {
  readonly method: string;
  /** With the query, relative to an upstream's base URL. */
  readonly path: string;
  readonly head: RequestHead;
  readonly body: RequestBody | ByteStream | null;
  /** Turns that were removed from it before. */
  readonly prefillRemoved?: number;
}

interface OutboundRequest {
  readonly request: UpstreamRequest;
  readonly prefillRemoved: number;
}

export const isParsed = (body: InboundRequest["body"]): body is RequestBody => body !== null && "bytes" in body;

/** False for a streamed body of which too much is gone after the first attempt. */
export const isRepeatable = ({ body }: Pick<InboundRequest, "body">): boolean =>
  body === null || isParsed(body) || body.isRepeatable === true;

type Prepared = Result<OutboundRequest, ErrorResponse>;

/** Applies the rules to a request, or returns why it cannot be sent to the target. In slices only if turns are looked at. */
export function prepare(
  { method, path, head, body, prefillRemoved = 0 }: InboundRequest,
  { upstream, model }: Target,
  strip: StripPrefill,
  client?: string,
): Prepared | Sliced<Prepared> {
  const inbound = { method, path, head, body, prefillRemoved };
  if (!isParsed(body)) return withHead(inbound, body, upstream, client);
  return isStripped(body, upstream, model, strip)
    ? prepareStripped(inbound, body, { upstream, model }, strip, client)
    : withHead(inbound, named(body, model).bytes, upstream, client);
}

function* prepareStripped(
  inbound: InboundRequest,
  body: RequestBody,
  { upstream, model }: Pick<Target, "upstream" | "model">,
  strip: StripPrefill,
  client: string | undefined,
): Sliced<Prepared> {
  const prepared = yield* prepareBody(body, upstream, model, strip);
  if (!prepared.ok) return prepared;
  const { prefillRemoved } = prepared.value;
  return withHead(inbound, prepared.value.body, upstream, client, prefillRemoved);
}

function withHead(
  { method, path, head, body, prefillRemoved = 0 }: InboundRequest,
  sent: UpstreamRequest["body"],
  upstream: Upstream,
  client: string | undefined,
  removed = 0,
): Prepared {
  const headers = requestHeaders(head.forwarded, upstream, attributionOf(head, upstream, client));
  // Only the client knows the length and the coding of a streamed body.
  if (body !== null && !isParsed(body)) {
    if (head.contentLength !== undefined) headers.push("content-length", String(head.contentLength));
    if (head.contentEncoding !== "") headers.push("content-encoding", head.contentEncoding);
  }
  return ok({
    request: { origin: upstream.origin, path: pathAt(upstream, path), method, headers, body: sent },
    prefillRemoved: prefillRemoved + removed,
  });
}

const named = (body: RequestBody, model: string) => (model === "" ? body : withModel(body, model));

const isStripped = ({ thinking }: RequestBody, { api }: Upstream, model: string, strip: StripPrefill): boolean =>
  api === "anthropic-messages" && (thinking || (strip === "unsupported" && refusesPrefill(model)));

/** Returns the very same bytes if nothing has to change. */
export function* prepareBody(
  body: RequestBody,
  upstream: Upstream,
  model: string,
  strip: StripPrefill,
): Sliced<Result<{ readonly body: Buffer; readonly prefillRemoved: number }, ErrorResponse>> {
  const renamed = named(body, model);
  if (!isStripped(body, upstream, model, strip)) return ok({ body: renamed.bytes, prefillRemoved: 0 });
  // Each copy of a long body takes as long as a slice.
  if (renamed !== body && body.bytes.length > LONG_BODY_BYTES) yield;
  const { bytes, removed, isEmptied } = yield* stripPrefill(renamed);
  return isEmptied ? fail(NOTHING_LEFT) : ok({ body: bytes, prefillRemoved: removed });
}

const LONG_BODY_BYTES = 1024 * 1024;

const NOTHING_LEFT = errorResponse(
  "invalid_request_error",
  "messages: the local gateway removes trailing assistant turns that the model refuses, and no turn would be left. End the conversation with a user turn.",
);

/**
 * Lists of features that are switched on, each by whoever needs it, so both sides' are sent. Every other header of the
 * configuration replaces the client's: a list such as `cf-aig-allowed-models` limits what a client may do.
 * @source platform.claude.com, "Beta headers"; the OpenAI SDKs, which join `OpenAI-Beta` with commas.
 */
const JOINED: ReadonlySet<string> = new Set(["anthropic-beta", "openai-beta", "via"]);

const NONE: ReadonlyMap<string, string> = new Map();

const joined = (lists: string) =>
  [
    ...new Set(
      lists
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean),
    ),
  ].join(",");

/** Headers that tell the provider who asks; `undefined` if nobody knows. */
function attributionOf(head: RequestHead, { attribute }: Upstream, client: string | undefined) {
  const { session, traceparent, isAttributed, forwarded } = head;
  if (attribute === undefined || (client === undefined && session === "" && traceparent === "" && !isAttributed))
    return undefined;
  const headers = attribute({ client, session, traceparent }, (name) =>
    isAttributed ? valueIn(forwarded, name) : undefined,
  );
  return headers.length === 0 ? undefined : headers;
}

function valueIn(headers: readonly string[], wanted: string): string | undefined {
  for (let index = 0; index + 1 < headers.length; index += 2) if (headers[index] === wanted) return headers[index + 1];
  return undefined;
}

/**
 * The client's forwarded headers, then the upstream's own, which take precedence or are joined with them. `attribution`
 * takes the place of both.
 */
function requestHeaders(
  forwarded: readonly string[],
  { api, headers }: Upstream,
  attribution: readonly string[] | undefined,
): string[] {
  const sent: string[] = [];
  let more = NONE;
  let hasVersion = api !== "anthropic-messages" || headers.has("anthropic-version");
  for (let index = 0; index + 1 < forwarded.length; index += 2) {
    const name = forwarded[index] ?? "";
    if (attribution !== undefined && valueIn(attribution, name) !== undefined) continue;
    if (headers.has(name)) {
      if (JOINED.has(name)) more = new Map([...more, [name, `${more.get(name) ?? ""},${forwarded[index + 1]}`]]);
      continue;
    }
    if (name === "anthropic-version") hasVersion = true;
    sent.push(name, forwarded[index + 1] ?? "");
  }
  for (const [name, value] of headers) {
    if (attribution !== undefined && valueIn(attribution, name) !== undefined) continue;
    sent.push(name, more.has(name) ? joined(`${value},${more.get(name)}`) : value);
  }
  if (attribution !== undefined) sent.push(...attribution);
  // Old clients send none.
  if (!hasVersion) sent.push("anthropic-version", ANTHROPIC_VERSION);
  sent.push("accept-encoding", "identity");
  return sent;
}

/** Maps a path under `/v1/` to the upstream: base URLs for OpenAI's protocols include their own `/v1`, or need none. */
const pathAt = ({ api, basePath }: Upstream, path: string): string =>
  basePath + (api === "anthropic-messages" ? path : path.replace(/^\/v1(?=\/)/, ""));
