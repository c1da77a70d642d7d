import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { EXIT, unlessRefused } from "../core/errors.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import type { Message, Texts } from "../text/message.ts";
import { managerIfAny } from "./find-manager.ts";
import { checkHealth, type Health } from "./health.ts";
import { ownerOf } from "./install.ts";
import type { ServiceContext, ServiceManager, ServiceState } from "./manager.ts";
import { remoteStatus, type UsedGatewayStatus } from "./remote-status.ts";
import { type GatewayProfile, gatewayRuntime, profileService } from "./runtime.ts";
import type { ServiceSpec } from "./spec.ts";

export interface ServiceView extends ServiceState {
  readonly manager: ServiceManager["kind"];
  readonly name: string;
  readonly file: string;
  readonly log: string;
  readonly isInstalled: boolean;
  /** The program that wrote the file, if it is another one. */
  readonly writtenBy?: "published" | "other";
  /** True if this openclaw would write the same file, apart from variables of the shell. */
  readonly isUpToDate: boolean;
}

export interface GatewayStatus extends UsedGatewayStatus {
  readonly service: ServiceView | undefined;
}

/**
 * Inspects the service, the gateway that responds, and the credentials as the service finds them. `version` is ours.
 */
export async function gatewayStatus(
  profile: GatewayProfile,
  version: string,
  context: ServiceContext & Pick<Context, "http" | "platform" | "cwd" | "started" | "randomBytes">,
): Promise<GatewayStatus> {
  const { paths } = profile;
  const manager = await managerIfAny(paths, context);
  const wanted = profileService(profile, manager, context);
  const service = manager && (await serviceView(manager, wanted.spec, context));
  const remote = await remoteStatus(paths, context);
  if (remote !== undefined) {
    const command = commandLine(paths.profile, "gateway uninstall");
    const left: readonly Message[] = service?.isInstalled
      ? [(t) => t.service.remote.serviceHere({ file: service.file, command })]
      : [];
    return { ...remote, service, notes: [...remote.notes, ...left] };
  }
  const runtime = await gatewayRuntime(wanted, context);
  const health = await checkHealth(runtime, context);
  const gateway = runtime.isConfigured ? health : { ...health, isOwn: false };
  const problems = [
    ...runtime.problems,
    ...(runtime.isConfigured ? healthProblems(gateway, service, paths.profile) : [noConfig(paths)]),
  ];
  const notes = [
    ...runtime.warnings,
    ...serviceNotes(service, paths.profile),
    ...versionNotes(gateway, version),
    ...workerNotes(gateway),
  ];
  return {
    ok: problems.length === 0,
    service,
    gateway,
    page:
      gateway.answers === "gateway" && gateway.isOwn !== false
        ? { url: runtime.url, token: runtime.token, http: context.http }
        : undefined,
    credentials: runtime.credentials,
    rotation: runtime.rotation,
    problems,
    notes,
  };
}

/** @source a unit and an agent that 2026.5.28 and 2026.9.6 write; the agent's variables are in a file of their own. */
const PUBLISHED_SERVICE = /OPENCLAW_SERVICE_(?:MARKER|KIND)|service-env\/ai\.openclaw/;

const noConfig =
  ({ config, profile }: Paths): Message =>
  (t) =>
    t.service.noConfigYet({ path: config, command: commandLine(profile, "onboard") });

async function serviceView(manager: ServiceManager, spec: ServiceSpec, context: ServiceContext): Promise<ServiceView> {
  const { kind, name, file, log, comparableText, fileText } = manager;
  const owner = ownerOf(file, context);
  const isInstalled = owner === "openclaw";
  const text = unlessRefused(() => readIfPresent(file, context)?.toString("utf8")) ?? "";
  return {
    manager: kind,
    name,
    file,
    log,
    isInstalled,
    ...(owner === "another" && { writtenBy: PUBLISHED_SERVICE.test(text) ? "published" : "other" }),
    isUpToDate: isInstalled && comparableText(text) === comparableText(fileText(spec)),
    ...(await manager.state(context)),
  };
}

function healthProblems(
  { answers, url, pid, isReady, isPublished, isOwn, problems }: Health,
  service: ServiceView | undefined,
  profile: string | undefined,
): readonly Message[] {
  const command = (words: string) => commandLine(profile, `gateway ${words}`);
  if (answers === "nobody") {
    if (!service?.isInstalled) return [(t) => t.service.nothingAnswers({ url, command: command("run") })];
    if (service.isRunning) return [(t) => t.service.runsButSilent({ url, command: command("restart") })];
    return [(t) => t.service.notRunning(command("start")), ...lastRunProblems(service, profile)];
  }
  if (isPublished) return [(t) => t.service.publishedAnswers(command(`run --port ${Number(new URL(url).port) + 1}`))];
  if (answers === "other") return [(t) => t.service.otherAnswers(url)];
  if (isOwn === false) return [(t) => t.service.foreignAnswers];
  const isOtherProcess = service?.isRunning && service.pid !== undefined && service.pid !== pid;
  return [
    ...(isOtherProcess ? [(t: Texts) => t.service.otherProcessAnswers({ url, pid })] : []),
    ...(isReady ? [] : [(t: Texts) => t.service.notReady, ...problems.map((problem) => () => problem)]),
  ];
}

function lastRunProblems({ lastStatus: status, log }: ServiceView, profile: string | undefined): readonly Message[] {
  if (status === undefined) return [];
  if (status !== EXIT.config) return [(t) => t.service.lastRunFailed({ status, log })];
  return [(t) => t.service.lastRunConfig({ status, command: commandLine(profile, "doctor") })];
}

function serviceNotes(service: ServiceView | undefined, profile: string | undefined): readonly Message[] {
  if (!service?.isInstalled) return [];
  const command = commandLine(profile, "gateway install");
  return [
    ...(service.isUpToDate ? [] : [(t: Texts) => t.service.outdated(command)]),
    ...(service.isEnabled ? [] : [(t: Texts) => t.service.notEnabled(command)]),
  ];
}

const versionNotes = ({ version: running }: Health, own: string): readonly Message[] =>
  running === undefined || running === own ? [] : [(t) => t.service.otherVersion({ running, own })];

const workerNotes = ({ workers }: Health): readonly Message[] => {
  if (workers === undefined || workers.serving.length >= workers.wanted) return [];
  const { serving, wanted } = workers;
  return [(t) => t.service.fewerProcesses({ serving: serving.length, wanted })];
};
