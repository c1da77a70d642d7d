/*
 * What the runtime of Workers has and Node's types do not know.
 * @source developers.cloudflare.com/workers/runtime-apis: handlers/fetch, context, response, fetch, streams;
 * cloudflare/workerd#3669.
 */

/** Of one request. */
export interface ExecutionContext {
  /** Keeps the request's context alive until the promise settles, at most 30 seconds after the client has gone. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** Variables and secrets are text; others are services, such as a rate limit. */
export type Bindings = Readonly<Record<string, unknown>>;

export type ResponseBody = Uint8Array | ReadableStream<Uint8Array> | null;

/** `manual`: the body is encoded as its headers say already. */
export type WorkerResponseInit = ResponseInit & { readonly encodeBody: "manual" };

/** `manual`: the body of the response arrives as it was sent, whatever its encoding. */
export type WorkerRequestInit = RequestInit & { readonly encodeResponseBody: "manual" };

interface ByteTransform {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

const streams = globalThis as unknown as {
  readonly IdentityTransformStream: new () => ByteTransform;
  readonly FixedLengthStream: new (bytes: number) => ByteTransform;
};

/**
 * What is written comes out of it, moved by the runtime itself. With a length, a response of it says that, and breaks off
 * if less comes.
 */
export const byteTransform = (length: number | undefined): ByteTransform =>
  length === undefined ? new streams.IdentityTransformStream() : new streams.FixedLengthStream(length);
