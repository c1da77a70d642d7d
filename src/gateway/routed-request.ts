import { fail, ok, type Result } from "../core/result.ts";
import type { Sliced } from "../core/sliced.ts";
import { prepareBatch } from "./batch.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import type { ProxiedRequest } from "./host.ts";
import { Scan } from "./json-tokens.ts";
import type { InboundRequest } from "./outbound-request.ts";
import { GENERATION } from "./path-families.ts";
import { readRequestBody, wholeBody } from "./request-body.ts";
import type { RequestHead } from "./request-head.ts";
import type { ForwardedRoute, ModelRoute } from "./routes.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";
import { type Router, type Target, targetWithoutModel, upstreamForPath } from "./targets.ts";

/** A request, and who may serve it. */
export interface RoutedRequest {
  readonly inbound: InboundRequest;
  readonly targets: readonly [Target, ...Target[]];
}

/** For a request that names a model, whose body may have to be changed for each target. */
export function* routeByModel(
  bytes: Buffer | ErrorResponse,
  { path, paths, isDefaulted, limits }: ModelRoute,
  head: RequestHead,
  router: Router,
  settings: GatewaySettings,
): Sliced<Result<RoutedRequest, ErrorResponse>> {
  if (!Buffer.isBuffer(bytes)) return fail(bytes);
  const body = yield* readRequestBody(new Scan(bytes));
  if (body === undefined) return fail(NOT_AN_OBJECT);
  if (body.hasInvalidModel) return fail(INVALID_MODEL);
  const inbound = { method: "POST", path, head, body };
  if (!body.model && !isDefaulted) return withoutModel(inbound, upstreamForPath(paths, settings));
  const resolved = router(body.model, paths[0]);
  if (!resolved.ok) return resolved;
  const all = resolved.value;
  // The credit was issued for the model the client continues with; no other accepts it.
  if (body.hasFallbackCredit) return ok({ inbound, targets: [all[0]] });
  return ok({ inbound, targets: limits === GENERATION ? all : withoutFallbacks(all) });
}

const withoutFallbacks = ([first, ...others]: RoutedRequest["targets"]): RoutedRequest["targets"] => [
  first,
  ...others.filter(({ ref }) => ref === first.ref),
];

export function* routeBatch(
  bytes: Buffer | ErrorResponse,
  { path, paths }: ForwardedRoute,
  head: RequestHead,
  router: Router,
  settings: GatewaySettings,
): Sliced<Result<RoutedRequest, ErrorResponse>> {
  if (!Buffer.isBuffer(bytes)) return fail(bytes);
  const batch = yield* prepareBatch(bytes, router, settings.stripPrefill);
  if (!batch.ok) return batch;
  const { upstream, prefillRemoved } = batch.value;
  const inbound = { method: "POST", path, head, body: wholeBody(batch.value.bytes), prefillRemoved };
  return withoutModel(inbound, upstream === undefined ? upstreamForPath(paths, settings) : ok(upstream));
}

function withoutModel(
  inbound: InboundRequest,
  upstream: Result<Upstream, ErrorResponse>,
): Result<RoutedRequest, ErrorResponse> {
  return upstream.ok ? ok({ inbound, targets: [targetWithoutModel(upstream.value)] }) : upstream;
}

const INVALID_MODEL = errorResponse(
  "invalid_request_error",
  "The local gateway refuses this request. `model` is not a string.",
);
const NOT_AN_OBJECT = errorResponse(
  "invalid_request_error",
  "The local gateway refuses this request. The body is not a JSON object, or has more than 10,000 members.",
);

/** For a request whose path alone says where it goes; its body is streamed through untouched. */
export function routeUnread(
  request: ProxiedRequest,
  { path, paths }: ForwardedRoute,
  head: RequestHead,
  settings: GatewaySettings,
): Result<RoutedRequest, ErrorResponse> {
  const upstream = upstreamForPath(paths, settings);
  if (!upstream.ok) return upstream;
  const body = head.hasBody ? request.openBody(head) : null;
  const inbound = { method: request.method, path, head, body };
  return ok({ inbound, targets: [targetWithoutModel(upstream.value)] });
}
