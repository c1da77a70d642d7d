import { loadConfig } from "../config/config-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { ENDPOINTS } from "../providers/registry.ts";
import { gatewayUrl } from "../server/listen-address.ts";
import type { CredentialSource } from "../service/credentials.ts";
import { findManager } from "../service/find-manager.ts";
import { askHealth, askUntilAnswered, type Health } from "../service/health.ts";
import { type Installed, install, ownerOf } from "../service/install.ts";
import type { ServiceManager } from "../service/manager.ts";
import { openclaw } from "../service/names.ts";
import { type ServiceSetting, type Whereabouts, whereabouts } from "../service/runtime.ts";
import { serviceSpec } from "../service/spec.ts";
import { confirm } from "../terminal/interaction.ts";

/** The service of a profile, as this program would install it; `notes` are about the file that describes it. */
export function serviceSetting<M extends ServiceManager | undefined>(
  paths: Paths,
  manager: M,
  context: Context,
): ServiceSetting & { readonly manager: M; readonly notes: readonly string[] } {
  const urlOf: ServiceSetting["urlOf"] = (files, env) => gatewayUrl(files, env, paths);
  return { paths, manager, providers: ENDPOINTS, urlOf, ...serviceSpec(paths, context) };
}

/** What installing the service came to. */
export interface ServiceOutcome extends Installed {
  readonly manager: ServiceManager;
  readonly gateway: Health;
  /** What the person should know, each a sentence. */
  readonly notes: readonly string[];
}

/**
 * Installs the gateway of a profile as a service of this program's `version`, and waits until it answers. Another program's file is moved aside with
 * `force`, or after asking where `isAsked`. Throws `service.*`, `config.*`, `prompt.cancelled`.
 */
export async function installService(
  paths: Paths,
  { version, force, isAsked }: { readonly version: string; readonly force: boolean; readonly isAsked: boolean },
  context: Context,
): Promise<ServiceOutcome> {
  const { profile } = paths;
  const { exists } = await loadConfig(paths.config, context);
  if (!exists) {
    throw new OpenclawError(`There is no configuration for the service to use: ${paths.config}.`, {
      code: "config.missing",
      hint: `Run \`${openclaw(profile, "onboard")}\` first.`,
    });
  }
  const manager = await findManager(paths, context);
  const setting = serviceSetting(paths, manager, context);
  const found = await whereabouts(setting, context);
  const isForeign = ownerOf(manager.file, context) === "another";
  if (isForeign && !force && isAsked) await askToReplace(manager.file, context);
  const before = await askHealth(found, context);
  const { isRunning: wasRunning } = await manager.state(context);
  // An update is not seen in the service's file, nor is another port.
  const renew = before.version !== version;
  const installed = await install(manager, setting.spec, { replace: force || isAsked, renew }, context).catch(
    (error) => {
      throw wasRunning || before.answers === "nobody" ? error : inTheWay(error, before);
    },
  );
  const gateway = await untilAnswered(manager, found, context);
  const notes = [
    ...setting.notes,
    ...missing(found).map((what) => `${what}: put it into ${paths.secrets}.`),
    ...(gateway.isReady ? [] : ["The gateway cannot serve all requests.", ...gateway.problems]),
    ...(await manager.limits(context)),
  ];
  return { ...installed, manager, gateway, notes };
}

/** Where the service cannot start, what has its port already is the likely reason. */
function inTheWay(error: unknown, { url, pid }: Health): unknown {
  if (!(error instanceof OpenclawError) || error.code !== "service.failed") return error;
  const who = pid === undefined ? "Another program" : `Process ${pid}`;
  return new OpenclawError(error.says, {
    code: error.code,
    hint: `${who} answers at ${url}: end it first.`,
    cause: error,
  });
}

async function askToReplace(file: string, context: Context): Promise<void> {
  context.err(`Another program wrote ${file}. It would be moved aside, and put back by uninstalling.\n`);
  await confirm("Move it aside and install this gateway?", "Pass --force.", context);
}

/** Waits for a gateway that was just started. Throws `service.failed` when it is not what answers. */
export async function untilAnswered(manager: ServiceManager, where: Whereabouts, context: Context): Promise<Health> {
  const isStarting = async () => (await manager.state(context)).isRunning;
  const gateway = await askUntilAnswered(where, isStarting, context);
  const { pid } = await manager.state(context);
  const isAnother = gateway.answers === "gateway" && pid !== undefined && gateway.pid !== pid;
  if (gateway.answers === "gateway" && !isAnother) return gateway;
  const what = gateway.answers === "nobody" ? "nothing answers" : "another program answers";
  throw new OpenclawError(`The service was started, and ${what} at ${where.url}.`, {
    code: "service.failed",
    hint: `What the service says: ${manager.log}`,
  });
}

/** What the service does not find, or finds only with the help of a login shell. */
function missing({ credentials, onlyHere }: Whereabouts): readonly string[] {
  const names = (wanted: (source: CredentialSource) => boolean) => credentials.filter(wanted).map(({ name }) => name);
  const hidden = [...names((one) => one.onlyHere), ...onlyHere];
  return [
    ...hidden.map((name) => `${name} has a value in this shell only, which the service does not get`),
    ...names(({ source, onlyHere: isHere }) => source === undefined && !isHere).map((name) => `${name} has no value`),
    ...names(({ source }) => source === "login shell").map(
      (name) => `Only the login shell has ${name}, which the service then has to run at every start`,
    ),
  ];
}
