import type { Context } from "../core/context.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Problem } from "../core/result.ts";
import type { Finding, ProbeBucket } from "../providers/finding.ts";
import { probe } from "../providers/probe.ts";
import type { Endpoint, ProbeKind, Setup } from "../providers/provider.ts";

type ProbeStatus = "ok" | ProbeBucket;

/** A provider to ask, or why it cannot be asked. */
export interface ProbeTarget {
  readonly provider: string;
  readonly label: string;
  readonly model: string;
  readonly asked?: { readonly endpoint: Endpoint; readonly setup: Setup };
  /** The reason for which it is not asked. */
  readonly notAsked?: { readonly status: ProbeBucket; readonly problem: Problem; readonly isJudged: boolean };
}

export interface ProbeResult {
  readonly provider: string;
  readonly label: string;
  readonly model: string;
  readonly status: ProbeStatus;
  /** False for a provider of which this program knows too little to judge it. */
  readonly isJudged: boolean;
  /** Milliseconds; absent if nobody was asked. */
  readonly latencyMs?: number;
  readonly finding?: Finding;
  readonly problem?: Problem;
}

export interface ProbeRun {
  readonly kind: ProbeKind;
  readonly userAgent: string;
  /** Providers that are asked at the same time. */
  readonly concurrency: number;
  /** Limit of each request. */
  readonly timeoutMs: number;
}

type ProbeContext = Pick<Context, "http" | "delay" | "env" | "now">;

/** Asks several providers at a time; the results are in the order of the targets. */
export async function probeAll(
  targets: readonly ProbeTarget[],
  run: ProbeRun,
  context: ProbeContext,
): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  const waiting = targets.entries();
  const work = async () => {
    for (const [index, target] of waiting) results[index] = await probeOne(target, run, context);
  };
  await Promise.all(Array.from({ length: Math.min(run.concurrency, targets.length) }, work));
  return results;
}

async function probeOne(target: ProbeTarget, run: ProbeRun, context: ProbeContext): Promise<ProbeResult> {
  const { provider, label, model, asked, notAsked } = target;
  const about = { provider, label, model, isJudged: notAsked?.isJudged ?? true };
  if (asked === undefined)
    return { ...about, status: notAsked?.status ?? "unknown", ...(notAsked && { problem: notAsked.problem }) };
  const start = context.now().getTime();
  const finding = await probe(asked.endpoint, asked.setup, run, within(run.timeoutMs, context));
  const latencyMs = context.now().getTime() - start;
  if (finding === undefined) return { ...about, status: "ok", latencyMs };
  const { bucketOf } = await asked.endpoint.checks();
  return { ...about, status: bucketOf?.(finding) ?? "unknown", latencyMs, finding };
}

/** The same context, with requests that take no longer. */
const within = <C extends Pick<Context, "http">>(timeoutMs: number, context: C): C => ({
  ...context,
  http: (request: HttpRequest) =>
    context.http({
      ...request,
      connectTimeoutMs: Math.min(request.connectTimeoutMs ?? timeoutMs, timeoutMs),
      idleTimeoutMs: Math.min(request.idleTimeoutMs ?? timeoutMs, timeoutMs),
      totalTimeoutMs: Math.min(request.totalTimeoutMs ?? timeoutMs, timeoutMs),
    }),
});
