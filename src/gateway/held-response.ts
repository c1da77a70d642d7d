import { GatheredBytes } from "../core/gathered-bytes.ts";
import { ok } from "../core/result.ts";
import { type ResponseHead, withoutBodyHeaders } from "./headers.ts";
import type { Piece, UpstreamBody, UpstreamResponse } from "./host.ts";
import type { KeepAlive, Waiting } from "./keep-alive.ts";
import { isEventStream, ResponseStart, type StartVerdict } from "./response-start.ts";
import type { DecodeStart, FailedResponse, UpstreamFailure } from "./upstream-failure.ts";

/** A response whose beginning is good, or what it really says. */
export type HeldResponse = { readonly kind: "good"; readonly body: UpstreamBody } | UpstreamFailure;

/** Others have no body, or are only accepted. */
const JUDGED: ReadonlySet<number> = new Set([200, 201, 203]);

/** Files are the user's own, whatever they say. @source Anthropic's and OpenAI's files and batches. */
const isFile = (path: string) => /\/(?:content|results)(?:\?|$)/.test(path);

/** False for a response that has to speak for itself. */
const isJudged = (status: number, { hasUnsupportedCoding }: ResponseHead, { method, path }: Asked): boolean =>
  JUDGED.has(status) && !hasUnsupportedCoding && method !== "HEAD" && !isFile(path);

interface Asked {
  readonly method: string;
  readonly path: string;
}

/**
 * Holds a successful response back until its beginning shows what it is, or a client should hear something.
 * @why what has been passed on cannot be taken back, so no other model could serve the request.
 */
export function holdStart(
  response: UpstreamResponse,
  head: ResponseHead,
  asked: Asked,
  keepAlive: KeepAlive,
  decode: DecodeStart | undefined,
): HeldResponse | Promise<HeldResponse> {
  if (!isJudged(response.status, head, asked)) return { kind: "good", body: response.body };
  const { contentType, contentEncoding } = head;
  if (contentEncoding !== "") return holdEncoded(response, head, keepAlive, decode);
  const start = new ResponseStart(contentType);
  const first = response.body.read();
  const held = first instanceof Promise ? undefined : heldBy(first, response, contentType, start);
  if (held !== undefined) return held;
  const next = first instanceof Promise ? first : response.body.read();
  return holdOn(response, start, next, keepAlive, (piece) => heldBy(piece, response, contentType, start));
}

/** @why each time all of it is decoded again. One that is not decided by then was passed on in very small pieces. */
const DECODED_PIECES = 8;
const DECODED_BYTES = 64 * 1024;

/** A response in an encoding that nobody asked for is judged by what it says, and passed on as it came. */
function holdEncoded(
  response: UpstreamResponse,
  { contentType, contentEncoding }: ResponseHead,
  keepAlive: KeepAlive,
  decode: DecodeStart | undefined,
): HeldResponse | Promise<HeldResponse> {
  if (decode === undefined) return { kind: "good", body: response.body };
  const encoded = new GatheredBytes();
  let pieces = 0;
  return holdOn(response, encoded, response.body.read(), keepAlive, async (piece) => {
    const start = new ResponseStart(contentType);
    const good = () => ({ kind: "good", body: bodyOf(encoded.take(), response.body) }) as const;
    if (!piece.ok) return heldBy(piece, response, contentType, start);
    if (piece.value !== undefined) encoded.add(piece.value);
    pieces += 1;
    const bytes = encoded.take();
    encoded.add(bytes);
    const decoded = bytes.length === 0 ? { bytes, isWhole: true } : await decode(contentEncoding, bytes, DECODED_BYTES);
    if (decoded === undefined) return good();
    const held = heldBy(ok(decoded.bytes), response, contentType, start);
    if (held !== undefined) return held.kind === "good" ? good() : held;
    const isEnd = piece.value === undefined;
    // What cannot be decoded says nothing.
    if (isEnd ? !decoded.isWhole : pieces >= DECODED_PIECES) return good();
    const last = isEnd ? heldBy(ok(undefined), response, contentType, start) : undefined;
    return last?.kind === "good" ? good() : last;
  });
}

/** Reads on until a piece decides. `undefined` from `judge` while it is undecided. */
async function holdOn(
  response: UpstreamResponse,
  start: Pick<ResponseStart, "take">,
  first: Piece | Promise<Piece>,
  keepAlive: KeepAlive,
  judge: (piece: Piece) => HeldResponse | undefined | Promise<HeldResponse | undefined>,
): Promise<HeldResponse> {
  const { waiting, isOver } = untilSilent();
  keepAlive.add(waiting);
  try {
    for (let next = first; ; next = response.body.read()) {
      const piece = next instanceof Promise ? await Promise.race([next, isOver]) : next;
      if (piece === undefined) return { kind: "good", body: bodyOf(start.take(), response.body, next) };
      const judged = judge(piece);
      const held = judged instanceof Promise ? await judged : judged;
      if (held !== undefined) return held;
    }
  } finally {
    keepAlive.delete(waiting);
  }
}

function untilSilent(): { readonly waiting: Waiting; readonly isOver: Promise<undefined> } {
  let onSilence = () => {};
  const isOver = new Promise<undefined>((resolve) => {
    onSilence = () => resolve(undefined);
  });
  return { waiting: { silentTicks: 0, onSilence }, isOver };
}

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
  if (verdict === "good") return { kind: "good", body: bodyOf(start.take(), response.body) };
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

/** The held bytes, then a piece that is already being waited for, then the rest. */
function bodyOf(held: Buffer, rest: UpstreamBody, awaited?: Piece | Promise<Piece>): UpstreamBody {
  let first = held.length === 0 ? undefined : held;
  let second = awaited;
  return {
    read: () => {
      if (first !== undefined) {
        const piece = ok(first);
        first = undefined;
        return piece;
      }
      const piece = second ?? rest.read();
      second = undefined;
      return piece;
    },
  };
}
