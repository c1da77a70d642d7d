import type { Finding } from "../providers/finding.ts";
import type { ErrorResponse } from "./error-response.ts";
import type { Stop } from "./failover.ts";
import type { ProxiedRequest, UpstreamBody } from "./host.ts";
import { type RelayOptions, relay, respondWithError } from "./relay.ts";
import { readResponseHead, withoutBodyHeaders } from "./response-head.ts";
import {
  bodyFrom,
  errorFor,
  isReadable,
  isRedirect,
  namesRetryTime,
  type UpstreamFailure,
} from "./upstream-failure.ts";

/** A failure with all that it takes to pass it on, should it be the one. */
export interface Evidence {
  readonly failure: UpstreamFailure | Unsendable;
  readonly finding: Finding | undefined;
  readonly options: RelayOptions;
}

/** A request that the rules leave nothing of, for this model. */
export interface Unsendable {
  readonly kind: "unsendable";
  readonly error: ErrorResponse;
}

/** Tells a client that is told nothing else when a model will be ready. `isLast`: nothing was sent after it. */
export function passOn(
  request: ProxiedRequest,
  { code, evidence, readyInMs }: Stop<Evidence>,
  isLast: boolean,
): Promise<void> | undefined {
  const { failure, finding, options } = evidence;
  const { target } = options;
  request.trace.target = target;
  request.trace.ended ??= code;
  if (failure.kind === "unsendable") return void respondWithError(request, failure.error, options.ownHeaders);
  const isTold = failure.kind === "response" && namesRetryTime(failure.headers);
  const wait = readyInMs > 0 && !isTold ? ["retry-after", String(Math.ceil(Math.round(readyInMs) / 1000))] : [];
  const isThere = isLast || failure.kind === "fault" || failure.rest === undefined;
  return relayFailure(request, failure, finding, { ...options, ownHeaders: [...options.ownHeaders, ...wait] }, isThere);
}

const relayedBody = (body: UpstreamBody) => ({ body, first: body.read() });

/** Relays a failure unchanged if it is all there and the client understands it, otherwise explains it. */
async function relayFailure(
  request: ProxiedRequest,
  failure: UpstreamFailure,
  finding: Finding | undefined,
  options: RelayOptions,
  isThere: boolean,
): Promise<void> {
  const { target, ownHeaders, rules, english } = options;
  if (failure.kind === "fault") return respondWithError(request, errorFor(failure, finding, english), ownHeaders);
  const { status, headers, body, rest } = failure;
  const isOpaque = isRedirect(status) || failure.sentStatus !== undefined || (finding !== undefined && !rest);
  if (isThere && (isReadable(failure, target) || !isOpaque))
    return relay(request, status, readResponseHead(headers, rules), relayedBody(bodyFrom(body, rest)), options);
  const head = readResponseHead(failure.headers, rules);
  request.trace.seeHead(head);
  respondWithError(request, errorFor(failure, finding, english), [...withoutBodyHeaders(head.passed), ...ownHeaders]);
}
