import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { RunFailure, RunOptions, RunResult } from "../core/context.ts";

export type KillGroup = (pid: number) => void;

/** Node's longest timer delay; anything longer fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The time to read on after the end of a program whose children keep the output open. */
const READ_REST_MS = 200;

/**
 * Runs a program without a terminal and collects its output. If it exceeds the time or output limit, it is killed
 * together with everything it started. Never throws: `failure` says why there is no exit status.
 */
export async function runChild(
  command: string,
  args: readonly string[],
  {
    env,
    input,
    timeoutMs,
    silenceMs,
    maxOutputBytes,
    leavesChildren = false,
    withErrors = false,
    onOutput,
    signal,
  }: RunOptions,
  killGroup: KillGroup,
): Promise<RunResult> {
  const { spawn } = await import("node:child_process");
  const start = () => {
    try {
      return spawn(command, args, {
        env: { ...env },
        detached: true,
        stdio: ["pipe", "pipe", withErrors ? "pipe" : "ignore"],
      });
    } catch (error) {
      // Node rejects an empty name, a NUL character or overlong arguments without trying.
      return error as NodeJS.ErrnoException;
    }
  };
  return new Promise((resolve) => {
    const child = start();
    if (child instanceof Error) return resolve(failed(failureOf(child, command, env)));
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let rest: NodeJS.Timeout | undefined;
    let isOver = false;
    const finish = (result: RunResult) => {
      isOver = true;
      clearTimeout(timer);
      clearTimeout(silence);
      clearTimeout(rest);
      signal?.removeEventListener("abort", abort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(result);
    };
    const kill = () => {
      try {
        if (child.pid !== undefined) killGroup(child.pid);
      } catch {
        // It has just ended by itself.
      }
    };
    const stop = (failure: RunFailure) => {
      kill();
      finish(failed(failure));
    };
    const abort = () => stop("killed");
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => stop("timed-out"), Math.min(timeoutMs, MAX_TIMEOUT_MS));
    const silence =
      silenceMs === undefined ? undefined : setTimeout(() => stop("timed-out"), Math.min(silenceMs, MAX_TIMEOUT_MS));
    const collect = (chunk: Buffer) => {
      silence?.refresh();
      if (onOutput !== undefined) {
        if (!isOver && !onOutput(chunk)) abort();
        return;
      }
      sizeBytes += chunk.length;
      if (sizeBytes > maxOutputBytes) stop("too-much-output");
      else chunks.push(chunk);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", (error) => finish(failed(failureOf(error, command, env))));
    const end = (status: number | null) => {
      const stdout = Buffer.concat(chunks).toString("utf8");
      finish(status === null ? { status, stdout, failure: "killed" } : { status, stdout });
    };
    child.on("close", end);
    const leave = (status: number | null) => {
      kill();
      end(status);
    };
    if (leavesChildren) child.on("exit", (status) => (rest = setTimeout(() => leave(status), READ_REST_MS)));
    // A program that does not read its input closes the pipe, which is fine.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
  });
}

const failed = (failure: RunFailure): RunResult => ({ status: null, stdout: "", failure });

const FAILURES: Readonly<Record<string, RunFailure>> = {
  ENOENT: "not-found",
  ENOTDIR: "not-found",
  EACCES: "not-permitted",
  EPERM: "not-permitted",
};

/**
 * A name is not found where no folder that this user may search has it, as in a shell.
 * @source Node's `spawn` reports the system's error of execvp(3), which is EACCES if a folder of PATH cannot be searched.
 */
function failureOf(
  { code = "" }: NodeJS.ErrnoException,
  command: string,
  { PATH = "" }: RunOptions["env"],
): RunFailure {
  const isThere = () =>
    command.includes("/") || PATH.split(delimiter).some((folder) => existsSync(join(folder, command)));
  return code === "EACCES" && !isThere() ? "not-found" : (FAILURES[code] ?? "not-started");
}
