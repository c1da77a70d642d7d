import { availableParallelism } from "node:os";
import type { Context } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";

/**
 * The cores that this process may use: those it may run on, and no more than the CPU time that its container gets.
 * @source libuv 1.46 (Node 20) looks at the former only; libuv#4146.
 */
export function availableCores({ files }: Pick<Context, "files">, allowed = availableParallelism()): number {
  const read = (path: string) => unlessRefused(() => files.readFileSync(path, "utf8")) ?? "";
  return Math.max(1, Math.min(allowed, Math.floor(quotaOf(read))));
}

const GROUPS = "/sys/fs/cgroup";

/** Cores' worth of time, infinite without a limit. A group has no more than the groups that it is in. */
function quotaOf(read: (path: string) => string): number {
  const groups = read("/proc/self/cgroup");
  const [, path = ""] = /^0::(.*)$/m.exec(groups) ?? [];
  const [, path1 = ""] = /^\d+:(?:[^:\n]*,)?cpu(?:,[^:\n]*)?:(.*)$/m.exec(groups) ?? [];
  const second = upwards(path).map((folder) => read(`${GROUPS}${folder}/cpu.max`).split(" "));
  const first = upwards(path1).map((folder) => {
    const place = `${GROUPS}/cpu${folder}`;
    return [read(`${place}/cpu.cfs_quota_us`), read(`${place}/cpu.cfs_period_us`)];
  });
  const shares = [...second, ...first].map(([quota, period]) => Number(quota) / Number(period));
  return Math.min(...shares.filter((share) => share > 0), Number.POSITIVE_INFINITY);
}

/** `/a/b`, `/a` and the top, which is all that a container may see of it. */
function upwards(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return Array.from({ length: parts.length + 1 }, (_, index) => {
    const rest = parts.slice(0, parts.length - index);
    return rest.length === 0 ? "" : `/${rest.join("/")}`;
  });
}
