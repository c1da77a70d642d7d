import { fail, ok, type Result } from "../core/result.ts";
import type { Sliced } from "../core/sliced.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import { scanObject, skipBlanks, within } from "./json-scan.ts";
import { type ByteSpan, Scan } from "./json-tokens.ts";
import { prepareBody } from "./outbound-request.ts";
import { readRequestBody } from "./request-body.ts";
import type { StripPrefill, Upstream } from "./settings.ts";
import type { Router } from "./targets.ts";

/** @why as much as the host holds of a request; Anthropic takes batches of up to 256 MB, and a longer one passes unread. */
export const LONGEST_READ_BATCH_BYTES = 32 * 1024 * 1024;

export interface PreparedBatch {
  /** The very same bytes if nothing had to change. */
  readonly bytes: Buffer;
  /** The target of all requests; `undefined` if there are none. */
  readonly upstream: Upstream | undefined;
  readonly prefillRemoved: number;
}

/** Applies to each request of a batch what is applied to a request alone, but for fallbacks: the batch fails as one. */
export function* prepareBatch(
  bytes: Buffer,
  router: Router,
  strip: StripPrefill,
): Sliced<Result<PreparedBatch, ErrorResponse>> {
  const scan = new Scan(bytes);
  const parts: Buffer[] = [];
  let upstream: Upstream | undefined;
  let prefillRemoved = 0;
  let copied = 0;
  for (const [index, span] of (yield* requestsIn(scan)).entries()) {
    const body = yield* readRequestBody(scan.part(span));
    if (body === undefined || body.hasInvalidModel) continue;
    const resolved = router(body.model, "anthropic");
    if (!resolved.ok) return fail(atRequest(index, resolved.error));
    const [target] = resolved.value;
    upstream ??= target.upstream;
    if (upstream !== target.upstream) return fail(severalProviders(index, upstream, target.upstream));
    const prepared = yield* prepareBody(body, upstream, target.model, strip);
    if (!prepared.ok) return fail(atRequest(index, prepared.error));
    prefillRemoved += prepared.value.prefillRemoved;
    if (prepared.value.body !== body.bytes) {
      parts.push(bytes.subarray(copied, span.start), prepared.value.body);
      copied = span.end;
    }
  }
  if (copied === 0) return ok({ bytes, upstream, prefillRemoved });
  yield;
  return ok({ bytes: Buffer.concat([...parts, bytes.subarray(copied)]), upstream, prefillRemoved });
}

const REQUESTS: ReadonlySet<string> = new Set(["requests"]);
const PARAMS: ReadonlySet<string> = new Set(["params"]);

/** Places of the `params` of each request. A body of another form is the upstream's to judge. */
function* requestsIn(scan: Scan): Sliced<readonly ByteSpan[]> {
  const list = (yield* scanObject(scan, yield* skipBlanks(scan, 0), REQUESTS))?.values.get("requests");
  if (list === undefined) return [];
  const spans: ByteSpan[] = [];
  for (const request of list.elements ?? []) {
    const params = (yield* scanObject(scan, within(request, list).start, PARAMS))?.values.get("params");
    if (params !== undefined) spans.push(params);
  }
  return spans;
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
