import type { RunOptions, RunResult } from "../core/context.ts";

/** Ends a process and everything it started. */
export type EndGroup = (pid: number) => void;

/** The longest time a timer can take; it would end at once for any longer. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Runs a program without a terminal and collects what it prints. At the time or output limit the program is ended
 * together with everything it started, and `status` is null. A program that cannot be started has status 127.
 */
export async function runChild(
  command: string,
  args: readonly string[],
  { env, input, timeoutMs, maxOutputBytes, withErrors = false }: RunOptions,
  endGroup: EndGroup,
): Promise<RunResult> {
  const { spawn } = await import("node:child_process");
  const start = () => {
    try {
      return spawn(command, args, {
        env: { ...env },
        detached: true,
        stdio: ["pipe", "pipe", withErrors ? "pipe" : "ignore"],
      });
    } catch {
      // No name, a NUL in it, arguments that are too long: Node does not even try.
      return undefined;
    }
  };
  return new Promise((resolve) => {
    const child = start();
    if (child === undefined) return resolve({ status: 127, stdout: "" });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const finish = (status: number | null) => {
      clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve({ status, stdout: Buffer.concat(chunks).toString("utf8") });
    };
    const end = () => {
      try {
        if (child.pid !== undefined) endGroup(child.pid);
      } catch {
        // It ended in this very moment.
      }
      chunks.length = 0;
      finish(null);
    };
    const timer = setTimeout(end, Math.min(timeoutMs, LONGEST_MS));
    const collect = (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > maxOutputBytes) end();
      else chunks.push(chunk);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", () => finish(127));
    child.on("close", (status) => finish(status));
    // A program that does not read its input closes the pipe; that is no fault.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}
