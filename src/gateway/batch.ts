import { fail, ok, type Result } from "../core/result.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import { type ByteSpan, elementBefore, isListAt, scanObject, skipBlanks } from "./json-scan.ts";
import { prepareBody } from "./outbound-request.ts";
import { readRequestBody } from "./request-body.ts";
import type { StripPrefill, Upstream } from "./settings.ts";
import type { Router } from "./targets.ts";

/** @why as much as the host holds of a request; Anthropic takes batches of up to 256 MB, and a longer one passes unread. */
export const LONGEST_READ_BATCH_BYTES = 32 * 1024 * 1024;

export interface PreparedBatch {
  /** The very same bytes if nothing had to change. */
  readonly bytes: Buffer;
  /** Where all requests go; `undefined` if there are none. */
  readonly upstream: Upstream | undefined;
  readonly prefillRemoved: number;
}

/** Applies to each request of a batch what is applied to a request alone, but for fallbacks: the batch fails as one. */
export async function prepareBatch(
  bytes: Buffer,
  router: Router,
  strip: StripPrefill,
): Promise<Result<PreparedBatch, ErrorResponse>> {
  const spans = await requestsIn(bytes);
  const parts: Buffer[] = [];
  let upstream: Upstream | undefined;
  let prefillRemoved = 0;
  let copied = 0;
  const pause = pauser();
  for (const [index, { start, end }] of spans.entries()) {
    const body = readRequestBody(bytes.subarray(start, end));
    if (body === undefined || body.hasInvalidModel) continue;
    const resolved = router(body.model, "anthropic");
    if (!resolved.ok) return fail(atRequest(index, resolved.error));
    const [target] = resolved.value;
    upstream ??= target.upstream;
    if (upstream !== target.upstream) return fail(severalProviders(index, upstream, target.upstream));
    const prepared = prepareBody(body, upstream, target.model, strip);
    if (!prepared.ok) return fail(atRequest(index, prepared.error));
    prefillRemoved += prepared.value.prefillRemoved;
    if (prepared.value.body !== body.bytes) {
      parts.push(bytes.subarray(copied, start), prepared.value.body);
      copied = end;
    }
    await pause(end - start);
  }
  const changed = copied === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(copied)]);
  return ok({ bytes: changed, upstream, prefillRemoved });
}

const REQUESTS: ReadonlySet<string> = new Set(["requests"]);
const PARAMS: ReadonlySet<string> = new Set(["params"]);

/** Where the `params` of each request are. A body of another form is the upstream's to judge. */
async function requestsIn(bytes: Buffer): Promise<readonly ByteSpan[]> {
  const list = scanObject(bytes, skipBlanks(bytes, 0), REQUESTS)?.values.get("requests");
  if (list === undefined || !isListAt(bytes, list)) return [];
  const spans: ByteSpan[] = [];
  const pause = pauser();
  let close = list.end - 1;
  for (let at = elementBefore(bytes, list.start, close); at !== undefined; ) {
    const params = scanObject(bytes, at.start, PARAMS)?.values.get("params");
    if (params !== undefined) spans.push(params);
    await pause(close - at.start);
    close = at.before;
    at = elementBefore(bytes, list.start, close);
  }
  return spans.reverse();
}

/** @why other requests are served meanwhile: this much takes a few milliseconds. */
const PAUSE_BYTES = 256 * 1024;

function pauser(): (bytes: number) => Promise<void> | undefined {
  let since = 0;
  return (bytes) => {
    since += bytes;
    if (since < PAUSE_BYTES) return undefined;
    since = 0;
    return new Promise((resolve) => void setImmediate(resolve));
  };
}

const atRequest = (index: number, error: ErrorResponse): ErrorResponse => ({
  ...error,
  message: `requests.${index}: ${error.message}`,
});

const severalProviders = (index: number, first: Upstream, other: Upstream) =>
  errorResponse(
    "invalid_request_error",
    `requests.${index}: its model is one of provider ${other.providerId}, those before it are of ${first.providerId}. Send a batch to each.`,
  );
