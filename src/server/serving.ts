import { performance } from "node:perf_hooks";
import type { Context, Env } from "../core/context.ts";
import type { OpenclawError } from "../core/errors.ts";
import { thresholdCalled } from "../core/log-level.ts";
import { pausesFor } from "../core/sliced.ts";
import type { GatewayDeps } from "../gateway/gateway.ts";
import type { Transport } from "../gateway/host.ts";
import type { Every } from "../gateway/keep-alive.ts";
import { createLog, type LevelPaint, type Log } from "../gateway/log.ts";
import type { LogSecrets } from "../gateway/log-secrets.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import type { Message, Texts } from "../text/message.ts";
import type { SayMetrics } from "./gateway-metrics.ts";
import type { GatewaySetup } from "./gateway-setup.ts";
import type { Limits } from "./limits.ts";
import type { MetricsCounter } from "./metrics-counter.ts";
import { createGatewayServer, type GatewayServer } from "./node-server.ts";
import type { UsageRecorder } from "./usage-recorder.ts";

export type CreateTransport = (proxyVariables: Env, upstreamTimeoutMs: number) => Transport;

/** What serves while the process around it reads, watches and reports: one server, or several processes with one each. */
export interface Serving {
  /** Resolves to the port once requests are served; rejects with the system's error. Port 0 picks any free one. */
  readonly listen: (port: number, host: string) => Promise<number>;
  /** Takes effect for every request from then on. Rejects if it takes none. */
  readonly use: (setup: GatewaySetup) => Promise<void>;
  readonly metrics: SayMetrics;
  /** As of `GatewayServer`. */
  readonly stop: (graceMs: number) => Promise<number>;
  /** Lets go of what is left once it has stopped. */
  readonly close: () => Promise<void>;
  /** A changed configuration is not used, and why. */
  readonly refused: (why: readonly Message[]) => void;
  /** Rejects if it cannot serve any more. */
  readonly failed: Promise<OpenclawError>;
}

/** @why groups lines that belong together, without a noticeable delay. */
const LOG_WAIT_MS = 50;

export interface LogTo {
  readonly write: (text: string) => boolean;
  readonly forPerson: boolean;
  readonly paint?: LevelPaint | undefined;
  readonly worker?: number;
  readonly secrets: LogSecrets;
}

/** `flush` writes what waits, for the end. */
export function gatewayLog(
  to: LogTo,
  { now, env }: Pick<Context, "now" | "env">,
): ReturnType<typeof createLog> & { readonly flush: () => void } {
  let waiting: (() => void) | undefined;
  const flush = () => {
    waiting?.();
    waiting = undefined;
  };
  const log = createLog({
    ...to,
    now,
    threshold: thresholdCalled(env.OPENCLAW_LOG_LEVEL),
    later: (callback) => {
      waiting = callback;
      setTimeout(flush, LOG_WAIT_MS);
    },
  });
  return { ...log, flush };
}

export interface ServerOptions extends Pick<GatewayDeps, "cooldowns" | "state" | "pages" | "mayView" | "onFailure"> {
  readonly transport: Transport;
  readonly log: Log;
  readonly usage: UsageRecorder;
  readonly metrics: MetricsCounter;
  readonly limits: Limits;
  readonly english: Texts;
  readonly about: Readonly<Record<string, string | number>>;
}

export const everyMs: Every = (ms, tick) => {
  const timer = setInterval(tick, ms).unref();
  return () => clearInterval(timer);
};

export const gatewayServer = (
  settings: GatewaySettings,
  { usage, metrics, ...options }: ServerOptions,
  context: Pick<Context, "delay" | "randomBytes">,
): GatewayServer =>
  createGatewayServer(settings, {
    ...options,
    onServed: (served) => metrics.count(usage.record(served), served.failures),
    onRefused: (status) => metrics.refused(status),
    clockMs: () => performance.now(),
    delay: context.delay,
    every: everyMs,
    pause: pausesFor((then) => void setImmediate(then)),
    random: () => context.randomBytes(1).readUInt8() / 256,
  });
