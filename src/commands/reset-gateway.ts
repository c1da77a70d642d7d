import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { problemText } from "../core/result.ts";
import type { Provider } from "../providers/provider.ts";
import { managerIfAny } from "../service/find-manager.ts";
import { checkHealth, type Health } from "../service/health.ts";
import type { ServiceManager } from "../service/manager.ts";
import { gatewayRuntime, profileService } from "../service/runtime.ts";
import type { Message } from "../text/message.ts";
import { isService, stopMessage } from "./credential-use-report.ts";

export interface RunningGateway {
  readonly health: Health;
  readonly manager: ServiceManager | undefined;
  /** Of the installed service, while it runs. */
  readonly servicePid: number | undefined;
}

/** The gateway of this profile that answers, asked before its token is gone. */
export async function runningGateway(
  providers: readonly Provider[],
  paths: Paths,
  context: Context,
): Promise<RunningGateway | undefined> {
  const manager = await managerIfAny(paths, context);
  const runtime = await gatewayRuntime(profileService({ paths, providers }, manager, context), context);
  const health = await checkHealth(runtime, context);
  if (health.answers !== "gateway" || health.isOwn === false) return undefined;
  const servicePid = isService(manager, context) ? (await manager?.state(context))?.pid : undefined;
  return { health, manager, servicePid };
}

/** A gateway goes on with what it has read: a configuration that is gone is none that it would take up. */
export async function gatewayMessages(
  found: Pick<RunningGateway, "health" | "manager"> | undefined,
  paths: Paths,
  context: Pick<Context, "files">,
): Promise<readonly Message[]> {
  if (found === undefined) return [];
  const { url, pid } = found.health;
  const hint = stopMessage(pid, paths, found.manager, context);
  return [(t) => problemText({ message: (x) => x.reset.start.gatewayRuns({ url, pid }), hint }, t)];
}
