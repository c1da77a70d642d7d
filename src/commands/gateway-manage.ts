import type { Context } from "../core/context.ts";
import { findManager } from "../service/find-manager.ts";
import type { Health } from "../service/health.ts";
import * as manage from "../service/install.ts";
import type { ServiceManager } from "../service/manager.ts";
import { openclaw } from "../service/names.ts";
import { whereabouts } from "../service/runtime.ts";
import { canPrompt } from "../terminal/interaction.ts";
import { installReport, shownGateway, shownInstalled, shownService } from "./gateway-service-report.ts";
import { installService, serviceSetting, untilAnswered } from "./install-service.ts";
import type { Run } from "./run.ts";

export interface ServiceFlags {
  readonly json?: boolean;
}

export interface InstallFlags extends ServiceFlags {
  readonly force?: boolean;
}

export async function install({ json, force = false }: InstallFlags, run: Run): Promise<void> {
  const { context, about, paths: locate } = run;
  const how = { version: about.version, force, isAsked: !json && canPrompt(context) };
  const outcome = await installService(locate(), how, context);
  for (const note of outcome.notes) context.err(`Note: ${note}\n`);
  context.out(json ? document("install", shownInstalled(outcome)) : installReport(outcome));
}

export async function uninstall({ json }: ServiceFlags, { context, paths: locate }: Run): Promise<void> {
  const manager = await findManager(locate(), context);
  const { result, restored } = await manage.uninstall(manager, context);
  if (json)
    return context.out(document("uninstall", { result, ...(restored && { restored }), ...shownService(manager) }));
  context.out(result === "absent" ? "There was no service to remove.\n" : `Removed ${manager.file}\n`);
  if (restored !== undefined) context.out(`Put back what was there before; nothing has started it: ${restored}\n`);
}

export const start = (flags: ServiceFlags, run: Run): Promise<void> => bringUp("start", flags, run);

export const restart = (flags: ServiceFlags, run: Run): Promise<void> => bringUp("restart", flags, run);

async function bringUp(action: "start" | "restart", { json }: ServiceFlags, { context, paths: locate }: Run) {
  const paths = locate();
  const manager = await installed(paths, context);
  await manager[action](context);
  const where = await whereabouts(serviceSetting(paths, manager, context), context);
  const gateway: Health = await untilAnswered(manager, where, context);
  if (json) return context.out(document(action, { ...shownService(manager), ...shownGateway(gateway) }));
  context.out(`The service runs: openclaw ${gateway.version} at ${gateway.url}.\n`);
  if (!gateway.isReady)
    context.err(
      `Note: The gateway cannot serve all requests. \`${openclaw(paths.profile, "gateway status")}\` says why.\n`,
    );
}

export async function stop({ json }: ServiceFlags, { context, paths: locate }: Run): Promise<void> {
  const paths = locate();
  const manager = await installed(paths, context);
  await manager.stop(context);
  const uninstalling = openclaw(paths.profile, "gateway uninstall");
  context.out(
    json
      ? document("stop", shownService(manager))
      : `The service is stopped. It starts with your next session, unless you run \`${uninstalling}\`.\n`,
  );
}

/** The manager of a service that is there. */
async function installed(paths: Parameters<typeof findManager>[0], context: Context): Promise<ServiceManager> {
  const manager = await findManager(paths, context);
  manage.assertInstalled(manager, context);
  return manager;
}

const document = (action: string, members: object) => `${JSON.stringify({ ok: true, action, ...members }, null, 2)}\n`;
