import { inSlices, type Pause } from "../core/sliced.ts";
import type { Finding } from "../providers/finding.ts";
import type { Texts } from "../text/message.ts";
import { LONGEST_READ_BATCH_BYTES } from "./batch.ts";
import { layerToBlame } from "./blame.ts";
import type { Cooldowns } from "./cooldowns.ts";
import type { ErrorResponse } from "./error-response.ts";
import { FailoverRun, type Failure, type Stop } from "./failover.ts";
import { type ForeignThinking, withoutThinking } from "./foreign-thinking.ts";
import { holdStart } from "./held-response.ts";
import type { ProxiedRequest } from "./host.ts";
import type { KeepAlive } from "./keep-alive.ts";
import { type InboundRequest, isParsed, isRepeatable, prepare } from "./outbound-request.ts";
import { type Evidence, passOn, type Unsendable } from "./pass-on.ts";
import { type RelayOptions, relay, respondWithError } from "./relay.ts";
import type { RequestHead } from "./request-head.ts";
import { readResponseHead } from "./response-head.ts";
import { routeBatch, routeByModel, routeUnread } from "./routed-request.ts";
import type { ForwardedRoute } from "./routes.ts";
import type { GatewaySettings } from "./settings.ts";
import type { Router, Target } from "./targets.ts";
import { type DecodeStart, explain, readFailure, toFailure, type UpstreamFailure } from "./upstream-failure.ts";

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
  readonly pause: Pause;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly english: Texts;
  readonly keepAlive: KeepAlive;
  /** Not every host can. */
  readonly decode?: DecodeStart;
  /** Told of every failure of an upstream, with its diagnosis if there is one, and the layer to blame. */
  readonly onFailure?: (failure: Failure, finding: Finding | undefined, target: Target, layer: string) => void;
}

/** A request that passed all checks, its head, and the headers to add to every response to it. */
export interface AdmittedRequest {
  readonly request: ProxiedRequest;
  readonly route: ForwardedRoute;
  readonly head: RequestHead;
  readonly ownHeaders: readonly string[];
}

/** @why a rejection that is really throttling is over by then, and the client is still waiting. */
const RETRY_DELAY_MS = 2_000;

/** 304 responds to a condition set by the client. */
const isSuccess = (status: number) => status < 300 || status === 304;

/** Sends a request to one target after the other, until one serves it or no step is left. */
export async function forward(
  { request, route, head, ownHeaders }: AdmittedRequest,
  { settings, router, cooldowns, foreignThinking }: ActiveSettings,
  deps: ForwardDeps,
): Promise<void> {
  const { clockMs, pause, english, keepAlive, decode } = deps;
  const { trace } = request;
  trace.session = head.session;
  const routed =
    route.kind === "model"
      ? await inSlices(routeByModel(await request.readBody(head), route, head, router, settings), pause)
      : route.kind === "batch" && (head.contentLength ?? 0) <= LONGEST_READ_BATCH_BYTES
        ? await inSlices(routeBatch(await request.readBody(head), route, head, router, settings), pause)
        : routeUnread(request, route, head, settings);
  if (!routed.ok) return respondWithError(request, routed.error, ownHeaders);
  const { inbound, targets } = routed.value;
  const body = isParsed(inbound.body) ? inbound.body : undefined;
  const limits = route.kind === "model" ? route.limits : "unread";
  const run = new FailoverRun<Target, Evidence>(targets, cooldowns(limits), clockMs());
  trace.tried = run.skipped;
  trace.asked = body?.model;
  for (;;) {
    const { target } = run;
    trace.isWithoutThinking = body !== undefined && foreignThinking.isRefused(target, body);
    const isBare = body !== undefined && trace.isWithoutThinking;
    const sent = isBare ? { ...inbound, body: await inSlices(withoutThinking(body), pause) } : inbound;
    const preparing = prepare(sent, target, settings.stripPrefill, trace.client);
    const prepared = "ok" in preparing ? preparing : await inSlices(preparing, pause);
    if (request.isGone) return;
    trace.target = target;
    trace.prefillRemoved = prepared.ok ? prepared.value.prefillRemoved : 0;
    const received = prepared.ok ? await request.send(prepared.value.request) : unsendable(prepared.error);
    if (request.isGone) return;
    const { responseRules: rules } = settings;
    const options = { target, ownHeaders: withModelHeader(ownHeaders, target), rules, english, keepAlive };
    let failure: UpstreamFailure | Unsendable;
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
    const isAgain = await weigh(failure, { request, inbound, run, options, settings }, foreignThinking, deps);
    if (!isAgain || request.isGone) return;
  }
}

interface Attempt {
  readonly request: ProxiedRequest;
  readonly inbound: InboundRequest;
  readonly run: FailoverRun<Target, Evidence>;
  readonly options: RelayOptions;
  readonly settings: GatewaySettings;
}

/** Passes a failure on, or returns true if another attempt is to be made. */
async function weigh(
  failure: UpstreamFailure | Unsendable,
  { request, inbound, run, options, settings }: Attempt,
  foreignThinking: ForeignThinking,
  { clockMs, delay, random, onFailure }: ForwardDeps,
): Promise<boolean> {
  const { target } = options;
  const { body } = inbound;
  if (failure.kind === "response" && isParsed(body) && foreignThinking.hasRefused(target, body, failure)) {
    run.again("foreign-thinking");
    return true;
  }
  const finding = failure.kind === "unsendable" ? undefined : await explain(failure, target);
  if (request.isGone) return false;
  const weighed = failure.kind === "unsendable" ? UNSENDABLE : toFailure(failure, finding);
  if (failure.kind !== "unsendable") {
    const layer = layerToBlame(weighed, finding, target, settings.defaults);
    noteFailure(request, target, weighed, layer);
    onFailure?.(weighed, finding, target, layer);
  }
  const evidence = { failure, finding, options };
  const step = isRepeatable(inbound) ? run.failed(weighed, clockMs(), random(), evidence) : stopAt(weighed, evidence);
  if (step.kind === "stop") {
    await passOn(request, step, step.evidence === evidence);
    return false;
  }
  if (step.isDelayed) await delay(RETRY_DELAY_MS);
  return true;
}

/** A kept connection that had closed says nothing of an upstream. */
function noteFailure(
  { trace }: ProxiedRequest,
  { upstream: { providerId: provider }, model }: Target,
  failure: Failure,
  layer: string,
): void {
  if (failure.kind === "fault" && failure.isStale) return;
  trace.failures ??= [];
  trace.failures.push({ provider, model, layer, code: failure.code });
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

const withModelHeader = (ownHeaders: readonly string[], { model, inHeader }: Target): readonly string[] =>
  model === "" ? ownHeaders : ["x-openclaw-model", inHeader, ...ownHeaders];
