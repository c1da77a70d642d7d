import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { EXIT } from "../core/errors.ts";
import type { Message } from "../text/message.ts";
import type { CredentialSource } from "./credentials.ts";
import { askHealth, type Health } from "./health.ts";
import { ownerOf } from "./install.ts";
import type { Asking, ServiceManager, ServiceState } from "./manager.ts";
import { openclaw } from "./names.ts";
import { type ServiceSetting, whereabouts } from "./runtime.ts";
import type { ServiceSpec } from "./spec.ts";

/** The service as it is installed, or not. */
export interface ServiceView extends ServiceState {
  readonly manager: ServiceManager["kind"];
  readonly name: string;
  readonly file: string;
  readonly log: string;
  readonly isInstalled: boolean;
  /** Whether its file says what this program would write, the variables of the shell left aside. */
  readonly isUpToDate: boolean;
}

/** Everything there is to know about the gateway of a profile. */
export interface GatewayStatus {
  /** Whether a gateway runs and can serve requests. */
  readonly ok: boolean;
  /** Undefined where there is nobody to run services. */
  readonly service: ServiceView | undefined;
  readonly gateway: Health;
  readonly credentials: readonly CredentialSource[];
  /** Why it is not well, each a sentence. */
  readonly problems: readonly Message[];
  /** What is worth knowing although it works. */
  readonly notes: readonly Message[];
}

/** Looks at the service, the gateway that answers, and the credentials as the service finds them; `version` is of this program. */
export async function gatewayStatus(
  setting: ServiceSetting,
  version: string,
  context: Asking & Pick<Context, "http">,
): Promise<GatewayStatus> {
  const { manager, spec, paths } = setting;
  const service = manager && (await viewOf(manager, spec, context));
  const { url, token, credentials, faults } = await whereabouts(setting, context);
  const gateway = await askHealth({ url, token }, context);
  const problems = [...faults, ...problemsWith(gateway, service, paths.profile)];
  const notes = [...serviceNotes(service, paths.profile), ...versionNotes(gateway, version)];
  return { ok: problems.length === 0, service, gateway, credentials, problems, notes };
}

async function viewOf(manager: ServiceManager, spec: ServiceSpec, context: Asking): Promise<ServiceView> {
  const { kind, service, file, log, essential } = manager;
  const isInstalled = ownerOf(file, context) === "us";
  const text = isInstalled ? (readIfPresent(file, context)?.toString("utf8") ?? "") : "";
  return {
    manager: kind,
    name: service,
    file,
    log,
    isInstalled,
    isUpToDate: isInstalled && essential(text) === essential(manager.textOf(spec)),
    ...(await manager.state(context)),
  };
}

function problemsWith(
  gateway: Health,
  service: ServiceView | undefined,
  profile: string | undefined,
): readonly string[] {
  const { answers, url, isReady, problems } = gateway;
  const start = (words: string) => `\`${openclaw(profile, `gateway ${words}`)}\``;
  if (answers === "nobody") {
    if (!service?.isInstalled) return [`Nothing answers at ${url}: ${start("run")} starts a gateway.`];
    if (service.isRunning)
      return [`The service runs, and nothing answers at ${url}: ${start("restart")} has it look at its port again.`];
    return [`The service does not run: ${start("start")} starts it.`, ...lastRun(service)];
  }
  if (answers === "other") return [`What answers at ${url} is no gateway of openclaw, or does not answer in time.`];
  const isAnother = service?.isRunning && service.pid !== undefined && service.pid !== gateway.pid;
  return [
    ...(isAnother ? [`At ${url} answers process ${gateway.pid}, which is not the service.`] : []),
    ...(isReady ? [] : ["The gateway cannot serve all requests.", ...problems]),
  ];
}

function lastRun({ lastStatus, log }: ServiceView): readonly string[] {
  if (lastStatus === undefined) return [];
  const why =
    lastStatus === EXIT.config ? "its configuration cannot be used, and `openclaw doctor` says why" : `see ${log}`;
  return [`The last run ended with status ${lastStatus}: ${why}.`];
}

function serviceNotes(service: ServiceView | undefined, profile: string | undefined): readonly string[] {
  if (!service?.isInstalled) return [];
  const install = `\`${openclaw(profile, "gateway install")}\``;
  return [
    ...(service.isUpToDate ? [] : [`This openclaw would install the service differently: ${install} does so.`]),
    ...(service.isEnabled ? [] : [`The service does not start by itself: ${install} mends that.`]),
  ];
}

const versionNotes = ({ version }: Health, own: string): readonly string[] =>
  version === undefined || version === own
    ? []
    : [`The gateway that runs is openclaw ${version}, and this is ${own}: restart it to use this one.`];
