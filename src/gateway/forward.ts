import { fail, ok, type Result } from "../core/result.ts";
import { inSlices, type Sliced, type Turn } from "../core/sliced.ts";
import type { Finding } from "../providers/finding.ts";
import type { Texts } from "../text/message.ts";
import { LONGEST_READ_BATCH_BYTES, prepareBatch } from "./batch.ts";
import type { Cooldowns } from "./cooldowns.ts";
import { type ErrorResponse, errorResponse } from "./error-response.ts";
import { FailoverRun, type Failure, type Stop } from "./failover.ts";
import { type ForeignThinking, withoutThinking } from "./foreign-thinking.ts";
import { type RequestHead, readResponseHead, withoutBodyHeaders } from "./headers.ts";
import { holdStart } from "./held-response.ts";
import type { ProxiedRequest, UpstreamBody } from "./host.ts";
import { Scan } from "./json-scan.ts";
import type { KeepAlive } from "./keep-alive.ts";
import { type InboundRequest, isParsed, isRepeatable, prepare } from "./outbound-request.ts";
import { GENERATION } from "./path-families.ts";
import { type RelayOptions, relay, respondWithError } from "./relay.ts";
import { readRequestBody, wholeBody } from "./request-body.ts";
import type { ForwardedRoute, ModelRoute } from "./routes.ts";
import type { GatewaySettings, Upstream } from "./settings.ts";
import { type Router, type Target, targetWithoutModel, upstreamForPath } from "./targets.ts";
import {
  bodyFrom,
  type DecodeStart,
  errorFor,
  explain,
  isReadable,
  isRedirect,
  namesRetryTime,
  readFailure,
  toFailure,
  type UpstreamFailure,
} from "./upstream-failure.ts";

export interface ActiveSettings {
  readonly settings: GatewaySettings;
  readonly router: Router;
  readonly foreignThinking: ForeignThinking;
  /** By what is limited together. */
  readonly cooldowns: (limits: string) => Cooldowns;
}

export interface ForwardDeps {
  /** Milliseconds of a monotonic clock. */
  readonly clockMs: () => number;
  readonly delay: (ms: number) => Promise<void>;
  readonly turn: Turn;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly english: Texts;
  readonly keepAlive: KeepAlive;
  /** Not every host can. */
  readonly decode?: DecodeStart;
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
  { settings, router, cooldowns, foreignThinking }: ActiveSettings,
  { clockMs, delay, turn, random, english, keepAlive, decode }: ForwardDeps,
): Promise<void> {
  const { trace } = request;
  const plan =
    route.kind === "model"
      ? await inSlices(planByModel(await request.readBody(head), route, head, router, settings), turn)
      : route.kind === "batch" && (head.contentLength ?? 0) <= LONGEST_READ_BATCH_BYTES
        ? await inSlices(planBatch(await request.readBody(head), route, head, router, settings), turn)
        : planUnread(request, route, head, settings);
  if (!plan.ok) return respondWithError(request, plan.error, ownHeaders);
  const { inbound, targets } = plan.value;
  const body = isParsed(inbound.body) ? inbound.body : undefined;
  const limits = route.kind === "model" ? route.limits : "unread";
  const run = new FailoverRun<Target, Evidence>(targets, cooldowns(limits), clockMs());
  trace.tried = run.skipped;
  for (;;) {
    const { target } = run;
    trace.isWithoutThinking = body !== undefined && foreignThinking.isRefused(target, body);
    const isBare = body !== undefined && trace.isWithoutThinking;
    const sent = isBare ? { ...inbound, body: await inSlices(withoutThinking(body), turn) } : inbound;
    const preparing = prepare(sent, target, settings.stripPrefill, trace.client);
    const prepared = "ok" in preparing ? preparing : await inSlices(preparing, turn);
    if (request.isGone) return;
    trace.target = target;
    trace.prefillRemoved = prepared.ok ? prepared.value.prefillRemoved : 0;
    const received = prepared.ok ? await request.send(prepared.value.request) : unsendable(prepared.error);
    if (request.isGone) return;
    const { responseRules: rules } = settings;
    const options = { target, ownHeaders: withModelHeader(ownHeaders, target), rules, english, keepAlive };
    let failure: Awaited<ReturnType<typeof readFailure>> | Unsendable;
    if (received.kind === "response" && isSuccess(received.status)) {
      const responseHead = readResponseHead(received.headers, rules);
      const held = holdStart(received, responseHead, inbound, keepAlive, decode);
      const start = held instanceof Promise ? await held : held;
      if (request.isGone) return;
      if (start.kind === "good") {
        run.served();
        return relay(request, received.status, responseHead, start, options);
      }
      failure = start;
    } else failure = received.kind === "response" ? await readFailure(received, decode) : received;
    if (failure.kind === "response" && body !== undefined && foreignThinking.hasRefused(target, body, failure)) {
      run.again("foreign-thinking");
      continue;
    }
    const finding = failure.kind === "unsendable" ? undefined : await explain(failure, target);
    if (request.isGone) return;
    const weighed = failure.kind === "unsendable" ? UNSENDABLE : toFailure(failure, finding);
    const evidence = { failure, finding, options };
    const step = isRepeatable(inbound) ? run.failed(weighed, clockMs(), random(), evidence) : stopAt(weighed, evidence);
    if (step.kind === "stop") return passOn(request, step, step.evidence === evidence);
    if (step.isPaused) await delay(RETRY_PAUSE_MS);
    if (request.isGone) return;
  }
}

/** What a failure is passed on from, should it be the one. */
interface Evidence {
  readonly failure: UpstreamFailure | Unsendable;
  readonly finding: Finding | undefined;
  readonly options: RelayOptions;
}

/** A request that the rules leave nothing of, for this model. */
interface Unsendable {
  readonly kind: "unsendable";
  readonly error: ErrorResponse;
}

const unsendable = (error: ErrorResponse): Unsendable => ({ kind: "unsendable", error });

const UNSENDABLE: Failure = {
  kind: "response",
  code: "invalid_request_error",
  status: 400,
  upstreamMessage: "",
  retryAfterMs: 0,
};

const stopAt = ({ code }: Failure, evidence: Evidence): Stop<Evidence> => ({
  kind: "stop",
  code,
  evidence,
  readyInMs: 0,
});

/** Tells a client that is told nothing else when a model will be ready. `isLast`: nothing was sent after it. */
function passOn(
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

/** For a request that names a model, whose body may have to be changed for each target. */
function* planByModel(
  bytes: Buffer | ErrorResponse,
  { path, paths, isDefaulted, limits }: ModelRoute,
  head: RequestHead,
  router: Router,
  settings: GatewaySettings,
): Sliced<Result<ForwardPlan, ErrorResponse>> {
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

const withoutFallbacks = ([first, ...others]: ForwardPlan["targets"]): ForwardPlan["targets"] => [
  first,
  ...others.filter(({ ref }) => ref === first.ref),
];

function* planBatch(
  bytes: Buffer | ErrorResponse,
  { path, paths }: ForwardedRoute,
  head: RequestHead,
  router: Router,
  settings: GatewaySettings,
): Sliced<Result<ForwardPlan, ErrorResponse>> {
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

const withModelHeader = (ownHeaders: readonly string[], { model, shown }: Target): readonly string[] =>
  model === "" ? ownHeaders : ["x-openclaw-model", shown, ...ownHeaders];

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
