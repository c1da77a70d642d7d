import { ok } from "../core/result.ts";
import { type ResponseHead, withoutBodyHeaders } from "./headers.ts";
import type { Piece, UpstreamBody, UpstreamResponse } from "./host.ts";
import type { KeepAlive, Waiting } from "./keep-alive.ts";
import { isEventStream, ResponseStart, type StartVerdict } from "./response-start.ts";
import type { FailedResponse, UpstreamFailure } from "./upstream-failure.ts";

/** A response whose beginning is good, or what it really says. */
export type HeldResponse = { readonly kind: "good"; readonly body: UpstreamBody } | UpstreamFailure;

/** Others have no body, or are only accepted. */
const JUDGED: ReadonlySet<number> = new Set([200, 201, 203]);

/** Files are the user's own, whatever they say. @source Anthropic's and OpenAI's files and batches. */
const isFile = (path: string) => /\/(?:content|results)(?:\?|$)/.test(path);

/** False for a response that has to speak for itself. */
export const isJudged = (
  { status }: Pick<UpstreamResponse, "status">,
  { contentEncoding, hasUnsupportedCoding }: ResponseHead,
  { method, path }: { readonly method: string; readonly path: string },
): boolean =>
  JUDGED.has(status) && contentEncoding === "" && !hasUnsupportedCoding && method !== "HEAD" && !isFile(path);

/**
 * Holds a response back until its beginning shows what it is, or a client should hear something.
 * @why what has been passed on cannot be taken back, so no other model could serve the request.
 */
export function holdStart(
  response: UpstreamResponse,
  { contentType }: ResponseHead,
  keepAlive: KeepAlive,
): HeldResponse | Promise<HeldResponse> {
  const start = new ResponseStart(contentType);
  const first = response.body.read();
  if (first instanceof Promise) return holdOn(response, contentType, start, first, keepAlive);
  const held = heldBy(first, response, contentType, start);
  return held ?? holdOn(response, contentType, start, response.body.read(), keepAlive);
}

async function holdOn(
  response: UpstreamResponse,
  contentType: string,
  start: ResponseStart,
  first: Piece | Promise<Piece>,
  keepAlive: KeepAlive,
): Promise<HeldResponse> {
  const { waiting, isOver } = untilSilent();
  keepAlive.add(waiting);
  try {
    for (let next = first; ; next = response.body.read()) {
      const piece = next instanceof Promise ? await Promise.race([next, isOver]) : next;
      if (piece === undefined) return { kind: "good", body: bodyOf(start.take(), response.body, next) };
      const held = heldBy(piece, response, contentType, start);
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
