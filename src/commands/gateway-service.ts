import type { Command } from "commander";
import type { Context } from "../core/context.ts";
import { jsonDocument } from "../core/json.ts";
import { commandLine } from "../core/paths.ts";
import { findManager } from "../service/find-manager.ts";
import type { Health } from "../service/health.ts";
import { assertInstalled, uninstall } from "../service/install.ts";
import { type InstalledService, installService, startService } from "../service/lifecycle.ts";
import type { ServiceManager } from "../service/manager.ts";
import type { GatewayProfile } from "../service/runtime.ts";
import { canPrompt, confirm } from "../terminal/interaction.ts";
import { loadTexts } from "../text/language.ts";
import { say, type Texts } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { showWarnings } from "./print.ts";

interface ServiceFlags {
  readonly json?: boolean;
}

interface InstallFlags extends ServiceFlags {
  readonly force?: boolean;
}

const defineAction =
  (act: (flags: ServiceFlags, invocation: Invocation) => Promise<void>) =>
  (command: Command, invocation: Invocation): void =>
    void command
      .option("--json", invocation.context.text.commands.jsonFlag)
      .action((flags: ServiceFlags) => act(flags, invocation));

export const defineInstall = (command: Command, invocation: Invocation): void =>
  defineAction(installAction)(
    command.option("--force", invocation.context.text.service.commands.install.forceFlag),
    invocation,
  );

export const defineUninstall = defineAction(uninstallAction);

export const defineStart = defineAction((flags, invocation) => startAction("start", flags, invocation));

export const defineStop = defineAction(stopAction);

export const defineRestart = defineAction((flags, invocation) => startAction("restart", flags, invocation));

async function installAction({ json, force = false }: InstallFlags, invocation: Invocation): Promise<void> {
  const { context, about, paths, providers } = invocation;
  const { text } = context;
  const options = { version: about.version, force, mayAsk: !json && canPrompt(context) };
  const installed = await installGateway({ paths: paths(), providers: await providers() }, options, context);
  showWarnings(installed.notes, context);
  context.out(json ? await installJson(installed) : installReport(installed, text));
}

/**
 * Another program's file is moved aside if `force`, or after asking if `mayAsk`. Throws `service.*`, `config.*`,
 * `prompt.cancelled`.
 */
export function installGateway(
  profile: GatewayProfile,
  { version, force, mayAsk }: { readonly version: string; readonly force: boolean; readonly mayAsk: boolean },
  context: Context,
): Promise<InstalledService> {
  const mayReplace = async (file: string) => {
    if (force || !mayAsk) return force;
    const { willMoveAside, askMoveAside } = context.text.service;
    context.err(`${willMoveAside(file)}\n`);
    await confirm(askMoveAside, (t) => t.service.passForce, context);
    return true;
  };
  return installService(profile, { version, mayReplace }, context);
}

export function installReport({ result, kept, manager, gateway }: InstalledService, { service }: Texts): string {
  const lines = [
    service[result](manager.file),
    ...(kept === undefined ? [] : [service.movedAside(kept)]),
    service.answersAndStarts(gateway.url),
    "",
    service.nextConnect(commandLine(manager.profile, "gateway env")),
  ];
  return `${lines.join("\n")}\n`;
}

async function installJson({ result, kept, manager, gateway, notes }: InstalledService): Promise<string> {
  const english = await loadTexts("en");
  return resultJson("install", {
    result,
    ...(kept !== undefined && { kept }),
    ...serviceJson(manager),
    gateway: healthJson(gateway),
    notes: notes.map((note) => say(note, english)),
  });
}

async function uninstallAction({ json }: ServiceFlags, { context, paths }: Invocation): Promise<void> {
  const { service } = context.text;
  const manager = await findManager(paths(), context);
  const { result, restored } = await uninstall(manager, context);
  if (json) {
    const members = { result, ...(restored !== undefined && { restored }), ...serviceJson(manager) };
    return context.out(resultJson("uninstall", members));
  }
  context.out(`${result === "absent" ? service.nothingToRemove : service.removed(manager.file)}\n`);
  if (restored !== undefined) context.out(`${service.restored(restored)}\n`);
}

async function startAction(action: "start" | "restart", { json }: ServiceFlags, invocation: Invocation): Promise<void> {
  const { context, paths, providers } = invocation;
  const { text } = context;
  const profile = { paths: paths(), providers: await providers() };
  const { manager, gateway } = await startService(profile, action, context);
  if (json) return context.out(resultJson(action, { ...serviceJson(manager), gateway: healthJson(gateway) }));
  context.out(`${text.service.running({ version: gateway.version ?? "", url: gateway.url })}\n`);
  const status = commandLine(manager.profile, "gateway status");
  if (!gateway.isReady) showWarnings([(t) => t.service.notReadyWhy(status)], context);
}

async function stopAction({ json }: ServiceFlags, { context, paths }: Invocation): Promise<void> {
  const manager = await findManager(paths(), context);
  assertInstalled(manager, context);
  await manager.stop(context);
  const stopped = context.text.service.stopped(commandLine(manager.profile, "gateway uninstall"));
  context.out(json ? resultJson("stop", serviceJson(manager)) : `${stopped}\n`);
}

const resultJson = (action: string, members: object) => jsonDocument({ ok: true, action, ...members });

const serviceJson = ({ kind, name, file }: Pick<ServiceManager, "kind" | "name" | "file">) => ({
  service: { manager: kind, name, file },
});

export const healthJson = ({ url, version, pid, startedAt, workers, metricsUrl, isReady, problems }: Health) => ({
  url,
  version,
  pid,
  startedAt,
  workers,
  metricsUrl,
  ready: isReady,
  problems,
});
