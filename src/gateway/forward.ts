import { fail, ok, type Result } from "../core/result.ts";
import type { Finding } from "../providers/finding.ts";
import type { Texts } from "../text/message.ts";
import { LONGEST_READ_BATCH_BYTES, prepareBatch } from "./batch.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import { type Cooldowns, FailoverRun } from "./failover.ts";
import { type RequestHead, readResponseHead, withoutBodyHeaders } from "./headers.ts";
import type { ProxiedRequest } from "./host.ts";
import { type InboundRequest, isRepeatable, prepare } from "./outbound-request.ts";
import { type RelayOptions, relay, respondWithError } from "./relay.ts";
import { readRequestBody, wholeBody } from "./request-body.ts";
import type { ForwardedRoute, ModelRoute } from "./routes.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";
import { type Router, type Target, targetWithoutModel, upstreamForPath } from "./targets.ts";
import {
  bodyFrom,
  errorFor,
  explain,
  isReadable,
  isRedirect,
  readFailure,
  toFailure,
  type UpstreamFailure,
} from "./upstream-failure.ts";

export interface ActiveSettings {
  readonly settings: GatewaySettings;
  readonly router: Router;
  readonly cooldowns: Cooldowns;
}

export interface ForwardDeps {
  /** Milliseconds of a monotonic clock. */
  readonly clockMs: () => number;
  readonly delay: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly english: Texts;
}

/** A request that passed all checks, its head, and the headers to add to every response to it. */
export interface AdmittedRequest {
  readonly request: ProxiedRequest;
  readonly route: ForwardedRoute;
  readonly head: RequestHead;
  readonly ownHeaders: readonly string[];
}

interface ForwardPlan {
  readonly inbound: InboundRequest;
  readonly targets: readonly [Target, ...Target[]];
}

/** @why a rejection that is really throttling is over by then, and the client is still waiting. */
const RETRY_PAUSE_MS = 2_000;

/** 304 responds to a condition set by the client. */
const isSuccess = (status: number) => status < 300 || status === 304;

/** Sends a request to one target after the other, until one serves it or no step is left. */
export async function forward(
  { request, route, head, ownHeaders }: AdmittedRequest,
  { settings, router, cooldowns }: ActiveSettings,
  { clockMs, delay, random, english }: ForwardDeps,
): Promise<void> {
  const { trace } = request;
  const plan =
    route.kind === "model"
      ? planByModel(await request.readBody(head), route, head, router, settings)
      : route.kind === "batch" && (head.contentLength ?? 0) <= LONGEST_READ_BATCH_BYTES
        ? await planBatch(await request.readBody(head), route, head, router, settings)
        : planUnread(request, route, head, settings);
  if (!plan.ok) return respondWithError(request, plan.error, ownHeaders);
  const { inbound, targets } = plan.value;
  const run = new FailoverRun(targets, cooldowns, clockMs());
  trace.tried = run.skipped;
  for (;;) {
    const { target } = run;
    const prepared = prepare(inbound, target, settings.stripPrefill);
    if (!prepared.ok) return respondWithError(request, prepared.error, ownHeaders);
    trace.target = target;
    trace.prefillRemoved = prepared.value.prefillRemoved;
    const received = await request.send(prepared.value.request);
    if (request.isGone) return;
    const options = { target, ownHeaders: withModelHeader(ownHeaders, target), rules: settings.responseRules, english };
    if (received.kind === "response" && isSuccess(received.status)) {
      run.served();
      return relay(request, received, options);
    }
    const failure = received.kind === "response" ? await readFailure(received) : received;
    if (failure.kind === "unjudged") return relay(request, failure.response, options);
    const finding = await explain(failure, target);
    if (request.isGone) return;
    const weighed = toFailure(failure, finding);
    const step = isRepeatable(inbound) ? run.failed(weighed, clockMs(), random()) : STOP;
    if (step.kind === "stop") {
      trace.ended ??= weighed.code;
      return relayFailure(request, failure, finding, options);
    }
    if (step.isPaused) await delay(RETRY_PAUSE_MS);
    if (request.isGone) return;
  }
}

/** For a request that names a model, whose body may have to be changed for each target. */
function planByModel(
  bytes: Buffer | ErrorResponse,
  { path, paths, isDefaulted }: ModelRoute,
  head: RequestHead,
  router: Router,
  settings: GatewaySettings,
): Result<ForwardPlan, ErrorResponse> {
  if (!Buffer.isBuffer(bytes)) return fail(bytes);
  const body = readRequestBody(bytes);
  if (body === undefined) return fail(NOT_AN_OBJECT);
  if (body.hasInvalidModel) return fail(INVALID_MODEL);
  const inbound = { method: "POST", path, head, body };
  if (!body.model && !isDefaulted) return withoutModel(inbound, upstreamForPath(paths, settings));
  const resolved = router(body.model, paths[0]);
  if (!resolved.ok) return resolved;
  // The credit was issued for the model the client continues with; no other accepts it.
  const targets = body.hasFallbackCredit ? ([resolved.value[0]] as const) : resolved.value;
  return ok({ inbound, targets });
}

async function planBatch(
  bytes: Buffer | ErrorResponse,
  { path, paths }: ForwardedRoute,
  head: RequestHead,
  router: Router,
  settings: GatewaySettings,
): Promise<Result<ForwardPlan, ErrorResponse>> {
  if (!Buffer.isBuffer(bytes)) return fail(bytes);
  const batch = await prepareBatch(bytes, router, settings.stripPrefill);
  if (!batch.ok) return batch;
  const { upstream, prefillRemoved } = batch.value;
  const inbound = { method: "POST", path, head, body: wholeBody(batch.value.bytes), prefillRemoved };
  return withoutModel(inbound, upstream === undefined ? upstreamForPath(paths, settings) : ok(upstream));
}

function withoutModel(
  inbound: InboundRequest,
  upstream: Result<Upstream, ErrorResponse>,
): Result<ForwardPlan, ErrorResponse> {
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
function planUnread(
  request: ProxiedRequest,
  { path, paths }: ForwardedRoute,
  head: RequestHead,
  settings: GatewaySettings,
): Result<ForwardPlan, ErrorResponse> {
  const upstream = upstreamForPath(paths, settings);
  if (!upstream.ok) return upstream;
  const body = head.hasBody ? request.openBody(head) : null;
  const inbound = { method: request.method, path, head, body };
  return ok({ inbound, targets: [targetWithoutModel(upstream.value)] });
}

const STOP = { kind: "stop" } as const;

const withModelHeader = (ownHeaders: readonly string[], { model, shown }: Target): readonly string[] =>
  model === "" ? ownHeaders : ["x-openclaw-model", shown, ...ownHeaders];

/** Relays the last failure unchanged if the client understands it, otherwise explains it. */
async function relayFailure(
  request: ProxiedRequest,
  failure: UpstreamFailure,
  finding: Finding | undefined,
  options: RelayOptions,
): Promise<void> {
  const { target, ownHeaders, rules, english } = options;
  if (failure.kind === "fault") return respondWithError(request, errorFor(failure, finding, english), ownHeaders);
  if (isReadable(failure, target) || (finding === undefined && !isRedirect(failure.status)))
    return relay(request, { ...failure, body: bodyFrom(failure.body) }, options);
  const head = readResponseHead(failure.headers, rules);
  request.trace.seeHead(head);
  respondWithError(request, errorFor(failure, finding, english), [...withoutBodyHeaders(head.passed), ...ownHeaders]);
}
