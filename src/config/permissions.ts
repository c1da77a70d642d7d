import { withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Texts } from "../text/message.ts";
import { backupPaths, waitingPath } from "./backups.ts";
import { configurationFiles, recordPath } from "./change-record.ts";

/** A mode as `chmod` takes it. */
export const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

/** A file or folder other users can access, and the mode it should have. */
export interface LoosePermissions {
  readonly path: string;
  readonly mode: number;
  readonly wanted: number;
}

/** A line of a preview for each. */
export const modeLines = (loose: readonly LoosePermissions[], { onboard }: Texts): readonly string[] =>
  loose.map(({ path, mode, wanted }) => onboard.modeChange({ path, from: octal(mode), to: octal(wanted) }));

/**
 * Those among the state folder, the secrets, and each file of the configuration with its backups; `read` are those that
 * were read with the root. Always empty on Windows.
 */
export function loosePermissions(
  paths: Paths,
  read: readonly string[],
  { files, platform }: Pick<Context, "files" | "platform">,
): readonly LoosePermissions[] {
  if (platform === "win32") return [];
  const ofConfiguration = configurationFiles(paths.config, read, { files }).flatMap((path) => [
    path,
    ...backupPaths(path),
    waitingPath(path),
  ]);
  return [paths.stateDir, paths.secrets, ...ofConfiguration, recordPath(paths.config)].flatMap((path) => {
    const stats = withFileErrors("read", path, () => files.statSync(path, { throwIfNoEntry: false }));
    // Only the state folder is ours to close; a path that should be a file is reported where it is read.
    if (stats?.isDirectory() && path !== paths.stateDir) return [];
    const wanted = stats && stats.mode & 0o777 & (stats.isDirectory() ? 0o700 : 0o600);
    return stats === undefined || wanted === undefined || (stats.mode & 0o777) === wanted
      ? []
      : [{ path, mode: stats.mode & 0o777, wanted }];
  });
}

/** Removes other users' access. Returns the paths where the system does not allow that, as on many shared folders. */
export function tighten(
  loose: readonly LoosePermissions[],
  { files }: Pick<Context, "files">,
): readonly LoosePermissions[] {
  return loose.filter(({ path, wanted }) => {
    const close = () => {
      files.chmodSync(path, wanted);
      return true;
    };
    return !withFileErrors("protect", path, () => unlessRefused(close, ["EPERM", "EACCES", "EROFS", "ENOTSUP"]));
  });
}
