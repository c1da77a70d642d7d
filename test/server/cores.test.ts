import { describe, expect, it } from "vitest";
import type { Files } from "../../src/core/context.ts";
import { availableCores } from "../../src/server/cores.ts";

/** A machine of eight cores on which these files are. */
function coresWith(files: Readonly<Record<string, string>>): number {
  const readFileSync = (path: string) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return text;
  };
  return availableCores({ files: { readFileSync } as unknown as Files }, 8);
}

describe("the cores that `auto` counts", () => {
  it.each([
    ["all, without groups", {}, 8],
    ["all, without a limit", { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n" }, 8],
    ["those of a container", { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "300000 100000\n" }, 3],
    ["whole ones", { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "250000 100000\n" }, 2],
    ["at least one", { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "50000 100000\n" }, 1],
    ["no more than there are", { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "1600000 100000\n" }, 8],
    [
      "those of the narrowest group around it",
      {
        "/proc/self/cgroup": "0::/user.slice/gateway.service\n",
        "/sys/fs/cgroup/user.slice/cpu.max": "200000 100000\n",
        "/sys/fs/cgroup/user.slice/gateway.service/cpu.max": "400000 100000\n",
      },
      2,
    ],
    [
      "those of a container with the first kind of groups",
      {
        "/proc/self/cgroup": "12:cpu,cpuacct:/docker/abc\n0::/\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "400000\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      },
      4,
    ],
    [
      "all with the first kind and no limit",
      {
        "/proc/self/cgroup": "5:cpu:/\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      },
      8,
    ],
  ])("%s", (_, files, cores) => {
    expect(coresWith(files)).toBe(cores);
  });
});
