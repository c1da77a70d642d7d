import { dirname } from "node:path";
import { isThere, readIfPresent, replaceFile, unlessRefused, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Asking, ServiceManager } from "./manager.ts";
import { openclaw } from "./names.ts";
import type { ServiceSpec } from "./spec.ts";
import { MARK } from "./unit.ts";

type Managing = Asking & Pick<Context, "pid" | "randomBytes" | "isAlive">;

/** What installing came to. */
export interface Installed {
  /** `started`: its file was as it should be, and the service was not. */
  readonly result: "installed" | "updated" | "started" | "unchanged";
  /** Where another program's file of that name has gone. */
  readonly kept?: string;
}

/** Where a file of another program waits until ours goes. It is moved, not copied, and systemd and launchd pass it by. */
const keptPath = (file: string) => `${file}.before-openclaw`;

type Owner = "nobody" | "us" | "another";

/** Whose file is in the place of the service's; one that cannot be read is another's. */
export function ownerOf(file: string, { files }: Pick<Context, "files">): Owner {
  if (!isThere(file, { files })) return "nobody";
  // A unit that is masked is a link to a device, and may be a link that leads nowhere.
  const isFile = unlessRefused(() => files.statSync(file))?.isFile() ?? false;
  const text = isFile ? unlessRefused(() => files.readFileSync(file, "utf8")) : undefined;
  return text?.includes(MARK) ? "us" : "another";
}

/**
 * Puts the service's file in its place and starts it; nothing is touched that is as it should be, unless the gateway that
 * runs is to be started afresh with `renew`. Another program's file is moved aside with `replace`.
 * Throws `service.foreign`, `service.failed`, `file.access`.
 */
export async function install(
  manager: ServiceManager,
  spec: ServiceSpec,
  { replace, renew }: { readonly replace: boolean; readonly renew: boolean },
  context: Managing,
): Promise<Installed> {
  const { file } = manager;
  const text = manager.textOf(spec);
  const owner = ownerOf(file, context);
  const isSame = owner === "us" && readIfPresent(file, context)?.toString("utf8") === text;
  const { isRunning, isEnabled } = await manager.state(context);
  if (isSame && isRunning && isEnabled && !renew) return { result: "unchanged" };
  const kept = owner === "another" ? moveAside(manager, replace, context) : undefined;
  if (!isSame) write(file, text, kept, context);
  await manager.register(context);
  // What is loaded may be of another file although it does not run.
  if (isSame && !isRunning) await manager.start(context);
  else await manager.restart(context);
  return {
    result: isSame ? "started" : owner === "us" ? "updated" : "installed",
    ...(kept !== undefined && { kept }),
  };
}

/** Where it cannot be written, what was moved aside for it comes back. */
function write(file: string, text: string, kept: string | undefined, context: Managing): void {
  const { files } = context;
  try {
    withFileErrors("create", dirname(file), () => files.mkdirSync(dirname(file), { recursive: true, mode: 0o700 }));
    replaceFile(file, text, {}, context);
  } catch (error) {
    if (kept !== undefined) unlessRefused(() => files.renameSync(kept, file));
    throw error;
  }
}

function moveAside({ file, profile }: ServiceManager, replace: boolean, context: Managing): string {
  const kept = keptPath(file);
  const force = openclaw(profile, "gateway install --force");
  if (!replace) throw foreign(file, `\`${force}\` moves it aside; uninstalling puts it back.`);
  if (isThere(kept, context)) throw foreign(file, `${kept} is in the way of moving it aside: remove one of the two.`);
  withFileErrors("move", file, () => context.files.renameSync(file, kept));
  return kept;
}

const foreign = (file: string, hint: string) =>
  new OpenclawError(`${file} was not written by this openclaw.`, { code: "service.foreign", hint });

/** What uninstalling came to. */
export interface Uninstalled {
  readonly result: "uninstalled" | "absent";
  /** The file of another program that is in its place again; nothing has started it. */
  readonly restored?: string;
}

/** Stops the service and removes all that is ours. Throws `service.foreign`, `service.failed`, `file.access`. */
export async function uninstall(manager: ServiceManager, context: Managing): Promise<Uninstalled> {
  const { file } = manager;
  const owner = ownerOf(file, context);
  if (owner === "another") throw foreign(file, "Remove it with the program that wrote it.");
  await manager.unregister(context);
  const leftBehind = [...(owner === "us" ? [file] : []), ...manager.made.filter((path) => isThere(path, context))];
  for (const path of leftBehind) withFileErrors("remove", path, () => context.files.unlinkSync(path));
  const kept = keptPath(file);
  const isKept = isThere(kept, context);
  if (isKept) withFileErrors("move", kept, () => context.files.renameSync(kept, file));
  for (const path of manager.made) unlessRefused(() => context.files.rmdirSync(dirname(path)));
  await manager.forget(context);
  return { result: owner === "us" ? "uninstalled" : "absent", ...(isKept && { restored: file }) };
}

/** Throws `service.missing` or `service.foreign` unless there is a service of ours to start or stop. */
export function assertInstalled({ file, profile }: ServiceManager, context: Pick<Context, "files">): void {
  const owner = ownerOf(file, context);
  if (owner === "us") return;
  if (owner === "another")
    throw foreign(file, `\`${openclaw(profile, "gateway install")}\` replaces it, after asking.`);
  throw new OpenclawError("The gateway is not installed as a service.", {
    code: "service.missing",
    hint: `Install it with \`${openclaw(profile, "gateway install")}\`.`,
  });
}
