import { performance } from "node:perf_hooks";
import type { Context } from "../core/context.ts";
import { ToldByLimits } from "../gateway/told-cooldowns.ts";
import type { PriceTable } from "../providers/price.ts";
import { pricesIn } from "../usage/prices.ts";
import type { DashboardSource } from "./dashboard-source.ts";
import type { GatewayMetrics, SayMetrics } from "./gateway-metrics.ts";
import type { GatewaySetup } from "./gateway-setup.ts";
import { MetricsCounter } from "./metrics-counter.ts";
import type { Overview } from "./overview.ts";
import { reportOf } from "./process-report.ts";
import type { Serving } from "./serving.ts";
import { type ViewedOptions, viewedServer } from "./viewed-server.ts";

export interface ServeHereOptions extends Omit<ViewedOptions, "metrics" | "cooldowns" | "source" | "sayMetrics"> {
  readonly whole: GatewayMetrics;
  readonly prices: ReadonlyMap<string, PriceTable>;
  readonly overview: Overview;
}

/** This process serves by itself. */
export async function serveHere(
  setup: GatewaySetup,
  { whole, prices, overview, ...options }: ServeHereOptions,
  context: Pick<Context, "delay" | "randomBytes" | "now" | "files" | "started" | "watchProcess">,
): Promise<Serving> {
  let { settings } = setup;
  const { usage } = options;
  const watch = await context.watchProcess();
  // Nobody else is there to be told.
  const cooldowns = new ToldByLimits(() => {});
  const priceOf = pricesIn(setup.facts.config, prices);
  const counter = new MetricsCounter(settings, priceOf, {
    clockMs: () => performance.now(),
    lostLines: usage.lostLines,
  });
  const metrics: SayMetrics = (format, own = 0) => {
    whole.add(counter.take());
    return whole.text(format, {
      ...reportOf(server, watch, own),
      settings,
      cooldowns: cooldowns.entries(performance.now()),
      processes: { wanted: 1, serving: 1, ended: 0 },
    });
  };
  const source = ownSource(overview, async (language) => ({
    ...(await server.own(language)),
    cooldowns: cooldowns.entries(performance.now()),
  }));
  const server = viewedServer(
    settings,
    { ...options, metrics: counter, sayMetrics: metrics, cooldowns: cooldowns.of, source },
    context,
  );
  return {
    listen: async (port, host) => {
      const found = await server.listen(port, host);
      overview.listens(found);
      return found;
    },
    metrics,
    use: async (next) => {
      usage.keep(next.facts.usageDays);
      settings = next.settings;
      counter.use(settings, pricesIn(next.facts.config, prices));
      cooldowns.clear();
      server.use(settings);
      overview.use(next);
    },
    refused: (why) => overview.refused(why),
    stop: (graceMs) => {
      overview.stops();
      return server.stop(graceMs);
    },
    close: async () => {
      overview.close();
      await options.transport.close();
      await options.usage.end();
    },
    failed: new Promise(() => {}),
  };
}

function ownSource(overview: Overview, whole: Parameters<Overview["answer"]>[2]): DashboardSource {
  let onEvents: (watch: number, events: string | undefined) => void = () => {};
  const self = { name: "this process" };
  return {
    ask: (question) => overview.answer(question, self, whole, (watch, events) => onEvents(watch, events)),
    onEvents: (each) => {
      onEvents = each;
    },
    unwatch: (watch) => overview.unwatch(watch, self),
  };
}
