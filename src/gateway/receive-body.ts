import type { IncomingMessage } from "node:http";
import { type Refusal, refusal } from "./refusal.ts";
import type { Limits } from "./settings.ts";

/** Bytes of all bodies that are held at this moment. */
export interface HeldBytes {
  total: number;
}

/** Whose body it is. What is held of it is counted there until whoever reads it gives it back. */
export interface BodyOwner {
  readonly request: IncomingMessage;
  heldBytes: number;
}

type BodyLimits = Pick<Limits, "bodyBytes" | "heldBytes">;

/** What comes of a body: all of it, or why it is refused. Of a client that leaves nothing is heard. */
type OnBody = (bytes: Buffer | Refusal) => void;

/** Reads a whole body, and no more than the limits allow; what comes of one that is refused is thrown away. */
export function receiveBody(
  owner: BodyOwner,
  announcedBytes: number | undefined,
  limits: BodyLimits,
  held: HeldBytes,
  done: OnBody,
): void {
  if (announcedBytes !== undefined && announcedBytes > limits.bodyBytes) return void done(tooLarge(limits));
  const chunks: Buffer[] = [];
  let isRefused = false;
  const { request } = owner;
  request.on("data", (chunk: Buffer) => {
    if (isRefused) return;
    owner.heldBytes += chunk.length;
    held.total += chunk.length;
    isRefused = owner.heldBytes > limits.bodyBytes || held.total > limits.heldBytes;
    if (!isRefused) return void chunks.push(chunk);
    chunks.length = 0;
    done(owner.heldBytes > limits.bodyBytes ? tooLarge(limits) : TOO_MUCH_AT_ONCE);
  });
  request.on("end", () => {
    if (isRefused) return;
    const [first = EMPTY, second] = chunks;
    const whole = second === undefined ? first : Buffer.concat(chunks, owner.heldBytes);
    chunks.length = 0;
    done(whole);
  });
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
