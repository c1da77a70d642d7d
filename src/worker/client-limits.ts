import {
  CLIENT_LIMIT,
  CLIENT_LIMITS_VARIABLE,
  type ClientLimits,
  judgeLimits,
  limitFor,
  mergeLimits,
  NO_LIMITS,
  type Rate,
  rateBindingName,
  rateBindings,
} from "../config/client-limits.ts";
import { withPlace } from "../core/result.ts";
import { type ErrorResponse, errorResponse } from "../gateway/error-response.ts";
import type { GatewayDeps } from "../gateway/gateway.ts";
import type { Message } from "../text/message.ts";
import { type BindingCallDeps, BindingCalls } from "./binding-calls.ts";
import type { Bindings } from "./runtime.ts";

/** @source developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit. */
interface RateLimit {
  readonly limit: (of: { readonly key: string }) => Promise<{ readonly success: boolean }>;
}

export interface LimiterDeps extends BindingCallDeps {
  /** The time of day, by which the runtime's periods begin and end. */
  readonly nowMs: () => number;
}

export interface ClientLimiter {
  /** Absent if nobody has a limit. */
  readonly mayForward?: NonNullable<GatewayDeps["mayForward"]>;
  readonly problems: readonly Message[];
}

/** The limits of clients as the Worker's bindings have them. What cannot be counted is not limited, and is a problem. */
export function clientLimiter(bindings: Bindings, deps: LimiterDeps): ClientLimiter {
  const text = bindings[CLIENT_LIMITS_VARIABLE];
  const judged = judgeLimits(typeof text === "string" ? text : "", CLIENT_LIMITS_VARIABLE);
  if (!judged.ok) return { problems: judged.error.map(withPlace) };
  const limits = mergeLimits(NO_LIMITS, judged.value);
  const missing = rateBindings(limits, "").filter(({ name }) => !isRateLimit(bindings[name]));
  const problems = missing.map(
    ({ name }): Message =>
      (t) =>
        t.server.noRateLimit({ variable: CLIENT_LIMITS_VARIABLE, binding: name }),
  );
  const hasLimits = limits.everyone !== undefined || limits.byName.size > 0;
  return { ...(hasLimits && { mayForward: limiterOf(limits, bindings, deps) }), problems };
}

const isRateLimit = (binding: unknown): binding is RateLimit =>
  typeof (binding as Partial<RateLimit> | undefined)?.limit === "function";

/** @why counting takes less than a millisecond, and no request is to wait for what counts it. */
const LONGEST_WAIT_MS = 500;

function limiterOf(
  limits: ClientLimits,
  bindings: Bindings,
  { nowMs, ...deps }: LimiterDeps,
): NonNullable<GatewayDeps["mayForward"]> {
  const calls = new BindingCalls(LONGEST_WAIT_MS, deps);
  const isWithin = async (counter: RateLimit, key: string): Promise<boolean> =>
    (await calls.ask(() => counter.limit({ key })))?.success ?? true;
  return (client) => {
    const rate = limitFor(limits, client);
    const counter = rate && bindings[rateBindingName(rate)];
    if (rate === undefined || !isRateLimit(counter)) return undefined;
    return isWithin(counter, keyOf(client)).then((isFine) => (isFine ? undefined : tooMany(client, rate, nowMs())));
  };
}

/** @why no name is empty or begins so. */
const keyOf = (client: string | undefined): string => (client === undefined ? "=" : client);

function tooMany(client: string | undefined, { requests, periodS }: Rate, nowMs: number): ErrorResponse {
  const leftS = Math.max(periodS - (Math.floor(nowMs / 1_000) % periodS), 1);
  const whose = client === undefined ? "This token" : `The token of "${client}"`;
  const period = periodS === 60 ? "a minute" : `every ${periodS} seconds`;
  const many = requests === 1 ? "one request" : `${requests} requests`;
  return {
    ...errorResponse(
      "rate_limit_error",
      `${whose} may send ${many} ${period} through this gateway. Try again in ${leftS} ${leftS === 1 ? "second" : "seconds"}.`,
    ),
    code: CLIENT_LIMIT,
    headers: ["retry-after", String(leftS)],
  };
}
