import { constants } from "node:fs";
import { dirname } from "node:path";
import { linkTarget, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { firstMissing } from "../core/refusal.ts";
import { assertReplaceable } from "../core/replaceable.ts";

type PreflightContext = Pick<Context, "files" | "uid" | "platform">;

/**
 * Looks, without writing, at what would keep the files from being written: a closed folder, a read-only file system, a
 * link that leads nowhere, a full disk. For whoever asks questions first; the answers would be lost. Throws
 * `file.access`.
 */
export function assertPlacesWritable({ config, secrets }: Paths, context: PreflightContext): void {
  const { files, platform } = context;
  // Windows answers for files, not for folders.
  if (platform === "win32") return;
  for (const path of [secrets, config]) {
    const folder = dirname(path);
    const missing = firstMissing(folder, files);
    if (missing !== undefined) {
      withFileErrors("create", missing, () => assertOpen(dirname(missing), context), context);
      continue;
    }
    const assertFile = () => {
      const target = linkTarget(path, files);
      assertOpen(dirname(target), context);
      if (files.lstatSync(target, { throwIfNoEntry: false })?.isFile())
        assertReplaceable(path, target, "write", context);
    };
    withFileErrors("write", path, assertFile, context);
  }
}

function assertOpen(folder: string, { files, uid }: PreflightContext): void {
  files.accessSync(folder, constants.W_OK | constants.X_OK);
  const disk = unlessRefused(() => files.statfsSync(folder));
  if (disk === undefined) return;
  const free = uid === 0 ? disk.bfree : disk.bavail;
  // Some file systems count no inodes and say 0 of 0.
  const isFull = (free === 0 && disk.blocks > 0) || (disk.ffree === 0 && disk.files > 0);
  if (isFull) throw Object.assign(new Error("full"), { code: "ENOSPC" });
}
