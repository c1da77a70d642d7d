import { durationMs } from "../config/duration.ts";
import { fromVariable, type GivenValue, listenAddress, shortened } from "../config/listen-address.ts";
import type { FileValues } from "../config/variables.ts";
import type { Context, VariableName } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import { hostMeant, originsMeant } from "./allowed-senders.ts";
import type { StripPrefill } from "./settings.ts";

/** The flags of `gateway run`; variables and the configuration decide the rest. */
export interface GatewayRunFlags {
  readonly port?: string;
  readonly bind?: string;
  readonly stripPrefill?: string;
  readonly upstreamTimeout?: string;
  readonly clientMetadata?: string;
  readonly workers?: string;
  readonly usage?: string;
  readonly metricsPort?: string;
  readonly allowHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
}

export interface Senders {
  readonly allowedHosts: ReadonlySet<string>;
  readonly allowedOrigins: ReadonlySet<string>;
}

/** Flags and variables together; whatever is no host or origin is refused, since it would allow nothing. */
export function allowedSenders(
  { allowHost = [], allowOrigin = [] }: GatewayRunFlags,
  given: (variable: VariableName) => GivenValue | undefined,
): Result<Senders> {
  const listed = (flag: string, values: readonly string[], variable: VariableName): readonly GivenValue[] => {
    const more = given(variable);
    const all = [
      ...values.map((value) => ({ value, where: flag })),
      ...(more?.value.split(",") ?? []).map((value) => ({ value, where: more?.where ?? variable })),
    ];
    return all.map(({ value, where }) => ({ value: value.trim(), where })).filter(({ value }) => value !== "");
  };
  const allowedHosts = new Set<string>();
  const allowedOrigins = new Set<string>();
  for (const { value, where } of listed("--allow-host", allowHost, "OPENCLAW_GATEWAY_ALLOWED_HOSTS")) {
    const host = hostMeant(value);
    if (!host.ok) return fail({ where, ...host.error });
    allowedHosts.add(host.value);
  }
  for (const { value, where } of listed("--allow-origin", allowOrigin, "OPENCLAW_GATEWAY_ALLOWED_ORIGINS")) {
    const origins = originsMeant(value);
    if (!origins.ok) return fail({ where, ...origins.error });
    for (const origin of origins.value) allowedOrigins.add(origin);
  }
  return ok({ allowedHosts, allowedOrigins });
}

/** The first fault of a flag, whatever the files say. */
export function flagFault(flags: GatewayRunFlags, { defaultPort }: Paths): Problem | undefined {
  const { port, bind, stripPrefill, upstreamTimeout, clientMetadata, workers, usage, metricsPort } = flags;
  const given = (value: string | undefined, where: string) => (value === undefined ? undefined : { value, where });
  const address = listenAddress({ port: given(port, "--port"), bind: given(bind, "--bind") }, {}, defaultPort);
  const strip = stripPrefillIn(given(stripPrefill, "--strip-prefill"));
  const timeout = upstreamTimeoutIn(given(upstreamTimeout, "--upstream-timeout"));
  const names = switchIn(given(clientMetadata, "--client-metadata"));
  const days = usageDaysIn(given(usage, "--usage"));
  const metrics = metricsPortIn(given(metricsPort, "--metrics-port"));
  const senders = allowedSenders(flags, () => undefined);
  const processes = workersIn(given(workers, "--workers"), () => 1);
  const faults = [address, strip, timeout, names, days, processes, metrics, senders].flatMap((judged) =>
    judged.ok ? [] : [judged.error],
  );
  return faults.find(({ where }) => where?.startsWith("--"));
}

const STRIP_PREFILL: readonly StripPrefill[] = ["thinking", "unsupported"];

export const stripPrefillIn = (given: GivenValue = { value: "thinking", where: "" }): Result<StripPrefill> =>
  oneOf(STRIP_PREFILL, given);

const SWITCH = ["on", "off"] as const;

export const switchIn = (given: GivenValue = { value: "on", where: "" }) => oneOf(SWITCH, given);

function oneOf<T extends string>(values: readonly T[], { value, where }: GivenValue): Result<T> {
  const found = values.find((known) => known === value);
  if (found !== undefined) return ok(found);
  return fail({
    where,
    message: ({ core }) => core.invalidValue(shortened(value)),
    hint: ({ core }) => core.useOneOf(values),
  });
}

/** @why a month can be compared with the two before it. */
const USAGE_DAYS = "90d";
const LONGEST_USAGE_DAYS = 3_650;

/** For how many days the record of requests is kept; 0 if there is to be none. */
export function usageDaysIn(given: GivenValue = { value: USAGE_DAYS, where: "" }): Result<number> {
  const { value, where } = given;
  const text = value.trim().toLowerCase();
  if (text === "off") return ok(0);
  const [, number] = /^([1-9]\d{0,3}) ?d?$/.exec(text === "on" ? USAGE_DAYS : text) ?? [];
  const days = Number(number);
  if (days <= LONGEST_USAGE_DAYS) return ok(days);
  return fail({
    where,
    message: ({ core }) => core.invalidValue(shortened(value)),
    hint: ({ server }) => server.useUsageDays,
  });
}

const USAGE_VARIABLE = "OPENCLAW_GATEWAY_USAGE";

/** The variable that switches the record off, if it does. */
export function recordOffBy(values: FileValues, env: Context["env"]): typeof USAGE_VARIABLE | undefined {
  const days = usageDaysIn(fromVariable(USAGE_VARIABLE, values, env));
  return days.ok && days.value === 0 ? USAGE_VARIABLE : undefined;
}

/** The port on loopback at which metrics are shown without a token; `undefined` if there is to be none, 0 for any free one. */
export function metricsPortIn(given: GivenValue = { value: "off", where: "" }): Result<number | undefined> {
  const { value, where } = given;
  if (value === "off") return ok(undefined);
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return ok(Number(value));
  return fail({
    where,
    message: ({ core }) => core.invalidValue(shortened(value)),
    hint: ({ server }) => server.useMetricsPort,
  });
}

/** @why as long as Anthropic's own clients wait for a response. */
const UPSTREAM_TIMEOUT = "10m";

/** In milliseconds. */
export function upstreamTimeoutIn(given: GivenValue = { value: UPSTREAM_TIMEOUT, where: "" }): Result<number> {
  const { value, where } = given;
  const ms = durationMs(value);
  if (ms !== undefined) return ok(ms);
  return fail({
    where,
    message: ({ core }) => core.invalidValue(shortened(value)),
    hint: ({ server }) => server.useDuration,
  });
}

/** @why each takes memory, and more of them than cores serve nothing. */
const MOST_WORKERS = 64;
/** @why more are to be asked for by their number, since each takes memory. */
const MOST_AUTO_WORKERS = 16;

/** The number of processes that serve; `cores` counts what `auto` may use. */
export function workersIn(
  { value, where }: GivenValue = { value: "1", where: "" },
  cores: () => number,
): Result<number> {
  if (value === "auto") return ok(Math.min(cores(), MOST_AUTO_WORKERS));
  const count = /^\d{1,2}$/.test(value) ? Number(value) : 0;
  if (count >= 1 && count <= MOST_WORKERS) return ok(count);
  return fail({
    where,
    message: ({ core }) => core.invalidValue(shortened(value)),
    hint: ({ server }) => server.useWorkers(MOST_WORKERS),
  });
}
