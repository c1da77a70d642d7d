import type { Context } from "../core/context.ts";
import type { GatewayDeps } from "../gateway/gateway.ts";
import type { Log } from "../gateway/log.ts";
import type { LogSecrets } from "../gateway/log-secrets.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { formatModelRef } from "../providers/model.ts";
import type { Language } from "../text/language.ts";
import type { Message } from "../text/message.ts";
import { builtFile } from "./built-file.ts";
import { createDashboard } from "./dashboard.ts";
import { PAGE_FILE } from "./dashboard-page.ts";
import type { DashboardSource } from "./dashboard-source.ts";
import { type OwnState, shownProblem } from "./dashboard-state.ts";
import type { SayMetrics } from "./gateway-metrics.ts";
import { MetProblems } from "./met-problems.ts";
import { metricsPages } from "./metrics-page.ts";
import type { GatewayServer } from "./node-server.ts";
import { textsIn } from "./overview.ts";
import { everyMs, gatewayServer, type ServerOptions } from "./serving.ts";

export interface ViewedOptions extends ServerOptions {
  readonly sayMetrics: SayMetrics;
  readonly source: DashboardSource;
  readonly secrets: Pick<LogSecrets, "scrubbed">;
}

export interface ViewedServer extends GatewayServer {
  /** The state of this process, without the requests of the page itself. */
  readonly own: (language: Language) => Promise<OwnState>;
}

/** A server, its page, and what its requests have met. */
export function viewedServer(
  settings: GatewaySettings,
  options: ViewedOptions,
  context: Pick<Context, "delay" | "randomBytes" | "now" | "files" | "started">,
): ViewedServer {
  const { source, english, log, secrets } = options;
  const met = new MetProblems();
  const pageFile = builtFile(PAGE_FILE, context);
  const dashboard = createDashboard({ source, pageFile, every: everyMs }, context);
  const { mayView } = dashboard;
  const pages = metricsPages(options.sayMetrics, dashboard.pages);
  const hooks = { pages, mayView, onFailure: failureHook(met, secrets, context), log: watchedLog(log, met) };
  const server = gatewayServer(settings, { ...options, ...hooks }, context);
  return {
    ...server,
    use: (next) => {
      met.clear();
      server.use(next);
    },
    stop: (graceMs) => {
      dashboard.stop();
      return server.stop(graceMs);
    },
    own: async (language) => {
      const text = await textsIn(language, english);
      return {
        openRequests: Math.max(server.openRequests() - dashboard.openRequests(), 0),
        heldBytes: server.heldBytes(),
        met: met.list(context.now().getTime()).map((one) => {
          const { says, hint, model = "", ...rest } = shownProblem(one, text);
          return {
            ...rest,
            says: secrets.scrubbed(says),
            hint: secrets.scrubbed(hint),
            model: secrets.scrubbed(model),
          };
        }),
      };
    },
  };
}

function failureHook(
  met: MetProblems,
  secrets: Pick<LogSecrets, "scrubbed">,
  { now }: Pick<Context, "now">,
): NonNullable<GatewayDeps["onFailure"]> {
  return (failure, finding, { upstream, model }, layer) => {
    if (failure.kind === "fault" && (failure.isStale || failure.fault === "aborted")) return;
    const { code } = failure;
    const shown = model === "" ? upstream.providerId : formatModelRef({ provider: upstream.providerId, model });
    const undiagnosed: Message = (t) => t.server.undiagnosed({ model: shown, code });
    const problem = finding ?? { code, message: undiagnosed, fix: (t) => t.server.checkUpstream };
    // It is kept cut.
    met.meet({ ...problem, layer }, secrets.scrubbed(shown), now().getTime());
  };
}

/** Costs two comparisons as long as nothing was met. */
function watchedLog(log: Log, met: MetProblems): Log {
  return {
    ...log,
    request: (record) => {
      if (record.status < 400 && record.ended === undefined) met.served(record.model);
      return log.request(record);
    },
  };
}
