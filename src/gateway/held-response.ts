import { GatheredBytes } from "../core/gathered-bytes.ts";
import { ok } from "../core/result.ts";
import type { Piece, UpstreamBody, UpstreamResponse } from "./host.ts";
import type { KeepAlive, Waiting } from "./keep-alive.ts";
import { type InboundRequest, isParsed } from "./outbound-request.ts";
import { type ResponseHead, withoutBodyHeaders } from "./response-head.ts";
import { isEventStream, isPlainlyGood, ResponseStart, type StartVerdict } from "./response-start.ts";
import { type DecodeStart, type FailedResponse, startingWith, type UpstreamFailure } from "./upstream-failure.ts";

/** A response whose beginning is good: its first piece, then the rest. */
interface GoodResponse {
  readonly kind: "good";
  readonly first: Piece | Promise<Piece>;
  readonly body: UpstreamBody;
}

/** Or what it really says. */
export type HeldResponse = GoodResponse | UpstreamFailure;

const good = (body: UpstreamBody, first: GoodResponse["first"]): GoodResponse => ({ kind: "good", first, body });

/** Others have no body, or are only accepted. */
const JUDGED: ReadonlySet<number> = new Set([200, 201, 203]);

/** Files are the user's own, whatever they say. @source Anthropic's and OpenAI's files and batches. */
const isFile = (path: string) => /\/(?:content|results)(?:\?|$)/.test(path);

/** False for a response that has to speak for itself. What is read as a stream was generated before, well or not. */
const isJudged = (status: number, head: ResponseHead, { method, path }: InboundRequest): boolean =>
  JUDGED.has(status) &&
  !head.hasUnsupportedCoding &&
  method !== "HEAD" &&
  !(method === "GET" && isEventStream(head.contentType)) &&
  !isFile(path);

/** @source openai-openapi: the deletion of a container, and the control of calls, are answered with nothing. */
const mayBeEmpty = ({ body }: InboundRequest): boolean => !isParsed(body);

/**
 * Holds a successful response back until its beginning shows what it is, or a client should hear something.
 * @why what has been passed on cannot be taken back, so no other model could serve the request.
 */
export function holdStart(
  response: UpstreamResponse,
  head: ResponseHead,
  asked: InboundRequest,
  keepAlive: KeepAlive,
  decode: DecodeStart | undefined,
): HeldResponse | Promise<HeldResponse> {
  const { body } = response;
  if (!isJudged(response.status, head, asked)) return good(body, body.read());
  const { contentType, contentEncoding } = head;
  if (contentEncoding !== "") return holdEncoded(response, head, asked, keepAlive, decode);
  const first = body.read();
  const isHere = !(first instanceof Promise);
  if (isHere && first.ok && first.value !== undefined && isPlainlyGood(first.value, contentType))
    return good(body, first);
  const start = new ResponseStart(contentType, mayBeEmpty(asked));
  const held = isHere ? heldBy(first, response, contentType, start) : undefined;
  if (held !== undefined) return held;
  const next = isHere ? body.read() : first;
  return holdOn(response, start, next, keepAlive, (piece) => heldBy(piece, response, contentType, start));
}

/** @why each time all of it is decoded again. One that is not decided by then was passed on in very small pieces. */
const DECODED_PIECES = 8;
const DECODED_BYTES = 64 * 1024;

/** A response in an encoding that nobody asked for is judged by what it says, and passed on as it came. */
function holdEncoded(
  response: UpstreamResponse,
  { contentType, contentEncoding }: ResponseHead,
  asked: InboundRequest,
  keepAlive: KeepAlive,
  decode: DecodeStart | undefined,
): HeldResponse | Promise<HeldResponse> {
  if (decode === undefined) return good(response.body, response.body.read());
  const encoded = new GatheredBytes();
  let pieces = 0;
  return holdOn(response, encoded, response.body.read(), keepAlive, async (piece) => {
    const start = new ResponseStart(contentType, mayBeEmpty(asked));
    const asItIs = () => good(response.body, ok(encoded.take()));
    if (!piece.ok) return heldBy(piece, response, contentType, start);
    if (piece.value !== undefined) encoded.add(piece.value);
    pieces += 1;
    const bytes = encoded.take();
    encoded.add(bytes);
    const decoded = bytes.length === 0 ? { bytes, isWhole: true } : await decode(contentEncoding, bytes, DECODED_BYTES);
    if (decoded === undefined) return asItIs();
    const held = heldBy(ok(decoded.bytes), response, contentType, start);
    if (held !== undefined) return held.kind === "good" ? asItIs() : held;
    const isEnd = piece.value === undefined;
    // A body that cannot be decoded says nothing.
    if (isEnd ? !decoded.isWhole : pieces >= DECODED_PIECES) return asItIs();
    const last = isEnd ? heldBy(ok(undefined), response, contentType, start) : undefined;
    return last?.kind === "good" ? asItIs() : last;
  });
}

/** Reads on until a piece decides. `undefined` from `judge` while it is undecided. */
async function holdOn(
  { body }: UpstreamResponse,
  start: Pick<ResponseStart, "take">,
  first: Piece | Promise<Piece>,
  keepAlive: KeepAlive,
  judge: (piece: Piece) => HeldResponse | undefined | Promise<HeldResponse | undefined>,
): Promise<HeldResponse> {
  const waiting: Waiting = { silentTicks: 0, onSilence: () => {} };
  keepAlive.add(waiting);
  try {
    for (let next = first; ; next = body.read()) {
      const piece = next instanceof Promise ? await unlessSilent(next, waiting) : next;
      if (piece === undefined) {
        const held = start.take();
        return held.length === 0 ? good(body, next) : good(startingWith(next, body), ok(held));
      }
      const judged = judge(piece);
      const held = judged instanceof Promise ? await judged : judged;
      if (held !== undefined) return held;
    }
  } finally {
    keepAlive.delete(waiting);
  }
}

/** `undefined` if the client has heard nothing for too long before it comes. */
const unlessSilent = (next: Promise<Piece>, waiting: Waiting): Promise<Piece | undefined> =>
  new Promise((resolve, reject) => {
    waiting.onSilence = () => resolve(undefined);
    next.then(resolve, reject);
  });

/** `undefined` while it is undecided. */
function heldBy(
  piece: Piece,
  response: UpstreamResponse,
  contentType: string,
  start: ResponseStart,
): HeldResponse | undefined {
  if (!piece.ok) return { kind: "fault", fault: piece.error, isStale: false };
  const verdict = piece.value === undefined ? start.end() : start.see(piece.value);
  if (verdict === "undecided") return undefined;
  if (verdict === "good") return good(response.body, ok(start.take()));
  if (verdict === "nothing" && isEventStream(contentType))
    return { kind: "fault", fault: { kind: "cut-off" }, isStale: false };
  return failureOf(verdict, response, contentType, start);
}

/** @why of a web page or nothing only the diagnosis knows what it means; to the client it is a bad gateway. */
function failureOf(
  verdict: Exclude<StartVerdict, "undecided" | "good">,
  response: UpstreamResponse,
  contentType: string,
  start: ResponseStart,
): FailedResponse {
  const headers = withoutBodyHeaders(response.headers);
  if (typeof verdict === "string") {
    const type = contentType === "" ? [] : ["content-type", contentType];
    return {
      kind: "response",
      status: 502,
      sentStatus: response.status,
      headers: [...headers, ...type],
      body: start.take(),
    };
  }
  return {
    kind: "response",
    status: verdict.status,
    headers: [...headers, "content-type", "application/json"],
    body: Buffer.from(verdict.body),
  };
}
