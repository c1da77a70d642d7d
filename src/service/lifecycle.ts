import { loadConfig } from "../config/config-file.ts";
import { inspectFiles } from "../config/resolve.ts";
import { assertRunsHere } from "../config/used-gateway.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { commandLine } from "../core/paths.ts";
import type { Message } from "../text/message.ts";
import { findManager } from "./find-manager.ts";
import { checkHealth, type Health, waitForHealth } from "./health.ts";
import { assertInstalled, type InstallContext, type InstallResult, install, ownerOf } from "./install.ts";
import type { ServiceManager } from "./manager.ts";
import {
  type CredentialSource,
  type GatewayProfile,
  type GatewayRuntime,
  gatewayRuntime,
  profileService,
} from "./runtime.ts";

type LifecycleContext = InstallContext & Pick<Context, "http" | "platform" | "cwd" | "started">;

export interface InstalledService extends InstallResult {
  readonly manager: ServiceManager;
  readonly gateway: Health;
  readonly notes: readonly Message[];
}

export interface InstallOptions {
  readonly version: string;
  /** Decides whether another program's file is moved aside; called only if there is one. */
  readonly mayReplace: (file: string) => Promise<boolean>;
}

/**
 * Installs a profile's gateway as a service and waits until it responds. Throws `service.*`, `config.*`, and what
 * `mayReplace` throws.
 */
export async function installService(
  profile: GatewayProfile,
  { version, mayReplace }: InstallOptions,
  context: LifecycleContext,
): Promise<InstalledService> {
  const { paths } = profile;
  const { exists, config } = await loadConfig(paths.config, context);
  if (!exists)
    throw new OpenclawError((t) => t.service.noConfig(paths.config), {
      code: "config.missing",
      hint: (t) => t.service.createConfig(commandLine(paths.profile, "onboard")),
    });
  assertRunsHere(config, paths, "usage.invalid");
  const manager = await findManager(paths, context);
  const wanted = profileService(profile, manager, context);
  const runtime = await gatewayRuntime(wanted, context);
  assertStartable(runtime);
  const replace = ownerOf(manager.file, context) === "another" && (await mayReplace(manager.file));
  const before = await checkHealth(runtime, context);
  const { isRunning: wasRunning } = await manager.state(context);
  // An update of openclaw, or another port, leaves the service's file unchanged.
  const how = { replace, restart: before.version !== version };
  const installed = await install(manager, wanted.spec, how, context).catch((error) => {
    throw wasRunning || before.answers === "nobody" ? error : portTakenError(error, before);
  });
  const gateway = await waitForGateway(manager, runtime, context);
  const notes = [
    ...wanted.notes,
    ...runtime.warnings,
    ...credentialNotes(runtime, paths.secrets),
    ...(gateway.isReady ? [] : notReadyNotes(gateway)),
    ...(await manager.limits(context)),
  ];
  return { ...installed, manager, gateway, notes };
}

/** Starts or restarts an installed service and waits until it responds. Throws `service.*`. */
export async function startService(
  profile: GatewayProfile,
  action: "start" | "restart",
  context: LifecycleContext,
): Promise<Pick<InstalledService, "manager" | "gateway">> {
  const manager = await findManager(profile.paths, context);
  assertInstalled(manager, context);
  // A file that cannot be read stops nothing here: the service says why it does not start.
  const { values } = await inspectFiles(profile.paths, context);
  assertRunsHere(values.config, profile.paths, "usage.invalid");
  const runtime = await gatewayRuntime(profileService(profile, manager, context), context);
  assertStartable(runtime);
  await manager[action](context);
  return { manager, gateway: await waitForGateway(manager, runtime, context) };
}

/** Refuses what the gateway would refuse, before a running one is stopped. */
function assertStartable({ faults: problems }: GatewayRuntime): void {
  if (problems.length > 0)
    throw new OpenclawError((t) => t.server.cannotStart, { code: "credentials.missing", problems });
}

/** Blames whichever program already has the gateway's port, which is the likely reason for a failed start. */
function portTakenError(error: unknown, { url, pid, isPublished }: Health): unknown {
  if (!(error instanceof OpenclawError) || error.code !== "service.failed") return error;
  const hint: Message =
    pid === undefined
      ? (t) => (isPublished ? t.service.stopPublishedFirst : t.service.stopProgramFirst)(url)
      : (t) => t.service.stopProcessFirst({ pid, url });
  return new OpenclawError(error.says, { code: error.code, hint, cause: error });
}

/** Throws `service.failed` if the service ends, or another process responds in its place. */
async function waitForGateway(
  manager: ServiceManager,
  runtime: GatewayRuntime,
  context: LifecycleContext,
): Promise<Health> {
  const isStarting = async () => (await manager.state(context)).isRunning;
  const gateway = await waitForHealth(runtime, isStarting, context);
  const { pid } = await manager.state(context);
  const isOtherProcess = pid !== undefined && gateway.pid !== pid;
  if (gateway.answers === "gateway" && !isOtherProcess) return gateway;
  const message: Message =
    gateway.answers === "nobody"
      ? (t) => t.service.startedButSilent(gateway.url)
      : (t) => (gateway.isPublished ? t.service.startedButPublished : t.service.startedButOther)(gateway.url);
  throw new OpenclawError(message, { code: "service.failed", hint: (t) => t.service.readLog(manager.log) });
}

/** Credentials and settings that the service cannot find, or only through a login shell. */
function credentialNotes({ credentials, onlyInShell }: GatewayRuntime, path: string): readonly Message[] {
  const names = (isMeant: (source: CredentialSource) => boolean) => credentials.filter(isMeant).map(({ name }) => name);
  const note =
    (key: "onlyInShell" | "noValue" | "onlyInLoginShell") =>
    (name: string): Message =>
    (t) =>
      t.service[key]({ name, path });
  return [
    ...[...names((one) => one.isOnlyInShell), ...onlyInShell].map(note("onlyInShell")),
    ...names(({ source, isOnlyInShell, unread }) => (source ?? unread) === undefined && !isOnlyInShell).map(
      note("noValue"),
    ),
    ...names(({ source }) => source === "login shell").map(note("onlyInLoginShell")),
  ];
}

const notReadyNotes = ({ problems }: Health): readonly Message[] => [
  (t) => t.service.notReady,
  ...problems.map((problem) => () => problem),
];
