import type { Paths } from "../core/paths.ts";
import { managerIfAny } from "./find-manager.ts";
import { ownerOf } from "./install.ts";
import type { JournalUnit } from "./journal.ts";
import type { ServiceManager, ServiceState } from "./manager.ts";
import { serviceNames } from "./spec.ts";

/** The place in which the system keeps what a profile's gateway prints. */
export type StoredLog =
  | {
      readonly kind: "journal";
      readonly unit: JournalUnit;
      readonly service: ServiceState | undefined;
    }
  | { readonly kind: "file"; readonly path: string; readonly service: ServiceState };

type LogContext = Parameters<typeof managerIfAny>[1];

/** `undefined` if the system does not run the gateway: it prints to a terminal, or to whatever has started it. */
export async function storedLog(paths: Pick<Paths, "profile">, context: LogContext): Promise<StoredLog | undefined> {
  const manager = await managerIfAny(paths, context);
  if (manager !== undefined && ownerOf(manager.file, context) === "openclaw") return ofService(manager, context);
  const { unit } = serviceNames(paths.profile);
  return (await isSystemUnit(unit, context))
    ? { kind: "journal", unit: { unit, of: "system" }, service: undefined }
    : undefined;
}

async function ofService(manager: ServiceManager, context: LogContext): Promise<StoredLog> {
  const service = await manager.state(context);
  const { kind, name, log } = manager;
  return kind === "launchd"
    ? { kind: "file", path: log, service }
    : { kind: "journal", unit: { unit: name, of: "user" }, service };
}

/** A unit of the whole system, which an administrator has written. */
async function isSystemUnit(unit: string, { platform, run, env }: LogContext): Promise<boolean> {
  if (platform !== "linux") return false;
  const { status, stdout } = await run("systemctl", ["--system", "show", unit, "--property=LoadState"], {
    env: { PATH: env.PATH, LC_ALL: "C" },
    timeoutMs: 10_000,
    maxOutputBytes: 4_096,
  });
  return status === 0 && /^LoadState=loaded$/m.test(stdout);
}
