import type { IncomingMessage } from "node:http";
import { type Refusal, refusal } from "./refusal.ts";
import type { Limits } from "./settings.ts";

/** Bytes of all bodies that are held at this moment. */
export interface HeldBytes {
  total: number;
}

type BodyLimits = Pick<Limits, "bodyBytes" | "heldBytes">;

/** What comes of a body: all of it, or why it is refused. Of a client that leaves nothing is heard. */
export type OnBody = (bytes: Buffer | Refusal) => void;

/**
 * Reads a whole body, and no more than the limits allow; one that is announced too long is not read at all. What comes in
 * is counted in `held` and in `exchange`, which gives it back when it is over.
 */
export function receiveBody(
  exchange: { readonly request: IncomingMessage; heldBytes: number },
  announcedBytes: number | undefined,
  limits: BodyLimits,
  held: HeldBytes,
  done: OnBody,
): void {
  if (announcedBytes !== undefined && announcedBytes > limits.bodyBytes) return done(tooLarge(limits));
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let isRefused = false;
  const { request } = exchange;
  request.on("data", (chunk: Buffer) => {
    if (isRefused) return;
    exchange.heldBytes += chunk.length;
    held.total += chunk.length;
    isRefused = exchange.heldBytes > limits.bodyBytes || held.total > limits.heldBytes;
    if (isRefused) {
      request.pause();
      done(exchange.heldBytes > limits.bodyBytes ? tooLarge(limits) : TOO_MUCH_AT_ONCE);
    } else if (first === undefined) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  request.on("end", () => done(more === undefined ? (first ?? EMPTY) : Buffer.concat(more, exchange.heldBytes)));
}

const EMPTY = Buffer.alloc(0);

const tooLarge = ({ bodyBytes }: BodyLimits) =>
  refusal(
    "request_too_large",
    `The local gateway takes requests of at most ${bodyBytes / 1024 / 1024} MB, as Anthropic does.`,
  );

const TOO_MUCH_AT_ONCE = refusal(
  "overloaded_error",
  "The local gateway holds as many large requests as it may. Try again in a moment.",
);
