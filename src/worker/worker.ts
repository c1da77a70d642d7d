import { decodeStart } from "../core/content-coding.ts";
import { thresholdCalled } from "../core/log-level.ts";
import { createGateway, handleOrFail, type LocalGateway } from "../gateway/gateway.ts";
import { createLog, type Log } from "../gateway/log.ts";
import { LogSecrets } from "../gateway/log-secrets.ts";
import type { Endpoint } from "../providers/provider.ts";
import { say, type Texts } from "../text/message.ts";
import { workerContext } from "./context.ts";
import { fleetRules } from "./fleet-rules.ts";
import { LIMITS } from "./limits.ts";
import { RepeatedHeaders } from "./raw-headers.ts";
import type { Bindings, ExecutionContext } from "./runtime.ts";
import { readSetup } from "./setup.ts";
import { type RecordUsage, usageRecorder } from "./usage-points.ts";
import { WorkerRequest } from "./worker-request.ts";

export interface WorkerDeps {
  readonly version: string;
  readonly endpoints: readonly Endpoint[];
  readonly english: Texts;
  readonly written: unknown;
  /** Keeps the context of the request that is being served alive until the work is done. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

interface Running {
  readonly gateway: LocalGateway;
  readonly log: Log;
  /** Absent if no dataset is bound. */
  readonly usage: RecordUsage | undefined;
  readonly silenceMs: number;
}

/** The gateway in one isolate: it is set up by the first request, and serves many at a time. */
export function createWorker(deps: WorkerDeps) {
  let running: Running | undefined;
  let served = 0;
  const shared = { limits: LIMITS, held: { total: 0 }, clockMs, sentHeaders: new RepeatedHeaders() };
  return async (request: Request, bindings: Bindings, context: ExecutionContext): Promise<Response> => {
    running ??= await start(bindings, deps);
    const { gateway, log, usage, silenceMs } = running;
    const hosted = new WorkerRequest(request, { ...shared, log, usage, id: ++served, silenceMs });
    context.waitUntil(hosted.done);
    handleOrFail(hosted, gateway, log);
    return hosted.response;
  };
}

const clockMs = () => performance.now();
const delay = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

async function start(
  bindings: Bindings,
  { version, endpoints, english, written, waitUntil }: WorkerDeps,
): Promise<Running> {
  const context = workerContext(bindings);
  const setup = await readSetup(written, { endpoints, english }, context);
  const secrets = new LogSecrets();
  secrets.add(setup.tokens, setup.settings.upstreams.values());
  const log = createLog({
    write: (lines) => {
      for (const line of lines.split("\n")) if (line !== "") console.log(line);
      return true;
    },
    now: context.now,
    forPerson: false,
    secrets,
    threshold: thresholdCalled(context.env.OPENCLAW_LOG_LEVEL),
    // The context of a request ends with it.
    later: (flush) => flush(),
  });
  const { problems, ...rules } = fleetRules(bindings, { clockMs, delay, waitUntil, log });
  const said = [...setup.settings.problems, ...problems.map((problem) => say(problem, english))];
  const usage = usageRecorder(bindings, { now: context.now, secrets, log });
  const told = { usage: "on" };
  const gateway = createGateway(
    { ...setup.settings, problems: said },
    {
      ...rules,
      clockMs,
      delay,
      pause: () => delay(0),
      random: Math.random,
      english,
      decode: decodeStart,
      every: (ms, tick) => {
        const timer = setInterval(tick, ms);
        return () => clearInterval(timer);
      },
      timers: "request",
      ...(usage !== undefined && { state: () => Promise.resolve(told) }),
      about: { version, host: "workers" },
    },
  );
  for (const notice of setup.notices) log.notice("warn", say(notice, english));
  return { gateway, log, usage, silenceMs: setup.upstreamTimeoutMs };
}
