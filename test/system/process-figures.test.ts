import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { watchProcess } from "../../src/system/process-figures.ts";

describe("what a process takes", () => {
  it("is said at each look, and how late its timers were from the second on", async () => {
    const look = watchProcess(process);
    const first = look();
    expect(first.lateness).toBeUndefined();
    expect(first.startedSeconds).toBeCloseTo(Date.now() / 1000 - process.uptime(), 0);
    expect(first.residentBytes).toBeGreaterThan(first.heapUsedBytes);
    let second = look();
    // Two ticks of 20 ms have to be between two looks, however busy the machine is.
    while (second.lateness === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      second = look();
    }
    const { meanSeconds, p99Seconds, maxSeconds } = second.lateness;
    expect(meanSeconds).toBeGreaterThanOrEqual(0);
    expect(p99Seconds).toBeLessThanOrEqual(maxSeconds + 0.001);
    expect(second.cpuUserSeconds).toBeGreaterThanOrEqual(first.cpuUserSeconds);
  });

  it.skipIf(!existsSync("/proc/self/fd"))("has open files where the system tells", () => {
    const { openFiles = 0, mostFiles = 0 } = watchProcess(process)();
    expect(openFiles).toBeGreaterThan(2);
    expect(mostFiles).toBeGreaterThanOrEqual(openFiles);
  });
});
