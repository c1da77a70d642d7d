import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PERIOD_US = 10_000;

/** Where Linux keeps the groups of version 1 that share processor time, and what they are told. @source cgroups(7) */
const CPU_GROUPS = "/sys/fs/cgroup/cpu";

/** Processes can be held to a share of a core here: as root, with version 1 of the kernel's groups. */
export const canShare = (): boolean => process.getuid?.() === 0 && existsSync(join(CPU_GROUPS, "cpu.cfs_quota_us"));

/** Has the kernel give a process that share of a core at most. Returns what ends that, also when the process has ended. */
export function holdToShare(pid: number, share: number): () => void {
  const group = join(CPU_GROUPS, `openclaw-bench-${pid}`);
  mkdirSync(group);
  writeFileSync(join(group, "cpu.cfs_period_us"), String(PERIOD_US));
  writeFileSync(join(group, "cpu.cfs_quota_us"), String(Math.round(share * PERIOD_US)));
  writeFileSync(join(group, "cgroup.procs"), String(pid));
  return () => {
    if (existsSync(`/proc/${pid}`)) writeFileSync(join(CPU_GROUPS, "cgroup.procs"), String(pid));
    rmdirSync(group);
  };
}
