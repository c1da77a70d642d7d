import { dirname } from "node:path";
import { isThere, makeFolders, readIfPresent, replaceFile, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import { commandLine } from "../core/paths.ts";
import type { Message } from "../text/message.ts";
import type { ServiceContext, ServiceManager } from "./manager.ts";
import { MARK, type ServiceSpec } from "./spec.ts";

export type InstallContext = ServiceContext & Pick<Context, "pid" | "randomBytes" | "isAlive">;

type FileOwner = "nobody" | "openclaw" | "another";

/** A file that cannot be read is treated as another program's. */
export function ownerOf(file: string, { files }: Pick<Context, "files">): FileOwner {
  if (!isThere(file, { files })) return "nobody";
  // A masked unit is a link to a device, and a link may dangle.
  const isFile = unlessRefused(() => files.statSync(file))?.isFile() ?? false;
  const text = isFile ? unlessRefused(() => files.readFileSync(file, "utf8")) : undefined;
  return text?.includes(MARK) ? "openclaw" : "another";
}

export interface InstallResult {
  /** `started`: the file was up to date, and the service was started or restarted. */
  readonly result: "installed" | "updated" | "started" | "unchanged";
  readonly kept?: string;
}

/**
 * Writes the service's file, enables the service and starts it, skipping whatever is already so unless `restart` is
 * set. Another program's file is moved aside if `replace` is set. Throws `service.foreign`, `service.failed`,
 * `file.access`.
 */
export async function install(
  manager: ServiceManager,
  spec: ServiceSpec,
  { replace, restart }: { readonly replace: boolean; readonly restart: boolean },
  context: InstallContext,
): Promise<InstallResult> {
  const { file } = manager;
  const text = manager.fileText(spec);
  const owner = ownerOf(file, context);
  const isUpToDate = owner === "openclaw" && readIfPresent(file, context)?.toString("utf8") === text;
  const { isRunning, isEnabled } = await manager.state(context);
  if (isUpToDate && isRunning && isEnabled && !restart) return { result: "unchanged" };
  const kept = owner === "another" ? moveAside(manager, replace, context) : undefined;
  if (!isUpToDate) writeServiceFile(file, text, kept, context);
  await manager.enable(context);
  // A stopped service may still be loaded from an older file, which only a restart replaces.
  if (isUpToDate && !isRunning) await manager.start(context);
  else await manager.restart(context);
  return {
    result: isUpToDate ? "started" : owner === "openclaw" ? "updated" : "installed",
    ...(kept !== undefined && { kept }),
  };
}

/** The name that another program's file has until `uninstall`; systemd and launchd ignore files of that name. */
const keptPath = (file: string) => `${file}.before-openclaw`;

/** Returns the new path. Renames rather than copies, so that secrets in the file exist only once. */
function moveAside({ file, profile }: ServiceManager, replace: boolean, context: InstallContext): string {
  const kept = keptPath(file);
  const force = commandLine(profile, "gateway install --force");
  if (!replace) throw foreign(file, (t) => t.service.forceMovesAside(force));
  if (isThere(kept, context)) throw foreign(file, (t) => t.service.keptFileInTheWay(kept));
  withFileErrors("move", file, () => context.files.renameSync(file, kept));
  return kept;
}

const foreign = (file: string, hint: Message) =>
  new OpenclawError((t) => t.service.foreignFile(file), { code: "service.foreign", hint });

/** If the new file cannot be written, puts the one that was moved aside back. */
function writeServiceFile(file: string, text: string, kept: string | undefined, context: InstallContext): void {
  const { files } = context;
  try {
    withFileErrors("create", dirname(file), () => makeFolders(dirname(file), files), context);
    replaceFile(file, text, {}, context);
  } catch (error) {
    if (kept !== undefined) unlessRefused(() => files.renameSync(kept, file));
    throw error;
  }
}

export interface UninstallResult {
  readonly result: "uninstalled" | "absent";
  /** Another program's file that was put back; its service was not started. */
  readonly restored?: string;
}

/** Stops the service and removes all our files. Throws `service.foreign`, `service.failed`, `file.access`. */
export async function uninstall(manager: ServiceManager, context: InstallContext): Promise<UninstallResult> {
  const { file, createdFiles } = manager;
  const { files } = context;
  const owner = ownerOf(file, context);
  if (owner === "another") throw foreign(file, (t) => t.service.removeWithItsProgram);
  await manager.disable(context);
  const leftBehind = [
    ...(owner === "openclaw" ? [file] : []),
    ...createdFiles.filter((path) => isThere(path, context)),
  ];
  for (const path of leftBehind) withFileErrors("remove", path, () => files.unlinkSync(path));
  const kept = keptPath(file);
  const isKept = isThere(kept, context);
  if (isKept) withFileErrors("move", kept, () => files.renameSync(kept, file));
  // Fails harmlessly unless the folder is empty.
  for (const path of createdFiles) unlessRefused(() => files.rmdirSync(dirname(path)));
  await manager.forget(context);
  return { result: owner === "openclaw" ? "uninstalled" : "absent", ...(isKept && { restored: file }) };
}

/** Throws `service.missing` or `service.foreign` unless our service is installed. */
export function assertInstalled({ file, profile }: ServiceManager, context: Pick<Context, "files">): void {
  const owner = ownerOf(file, context);
  if (owner === "openclaw") return;
  const command = commandLine(profile, "gateway install");
  if (owner === "another") throw foreign(file, (t) => t.service.installReplaces(command));
  throw new OpenclawError((t) => t.service.notInstalled, {
    code: "service.missing",
    hint: (t) => t.service.installIt(command),
  });
}
