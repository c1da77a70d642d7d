import type { ChildEnv, RunResult } from "../core/context.ts";

/**
 * Runs a program that has the terminal to itself until it ends, such as an editor. What it prints goes to the screen, even if
 * our own standard output goes elsewhere. Never throws.
 */
export async function runInTerminal(
  command: string,
  args: readonly string[],
  { env, isPiped, isWindows }: { readonly env: ChildEnv; readonly isPiped: boolean; readonly isWindows: boolean },
): Promise<RunResult> {
  const { spawn } = await import("node:child_process");
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...env },
      stdio: ["inherit", isPiped ? 2 : "inherit", "inherit"],
      windowsVerbatimArguments: isWindows,
    });
    child.on("error", () => resolve({ status: null, stdout: "", failure: "not-found" }));
    child.on("close", (status) =>
      resolve(status === null ? { status, stdout: "", failure: "killed" } : { status, stdout: "" }),
    );
  });
}
