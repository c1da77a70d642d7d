import type { Env, RunResult } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";

/** Those of the variables that have a value. */
export const onlyThese = (names: readonly string[], env: Env): Env =>
  Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : [])));

/** The error about a command that was refused, with what it said. */
export function refused(command: string, { status, stdout, failure }: RunResult): OpenclawError {
  if (failure !== undefined)
    return new OpenclawError((t) => t.system.runFailure[failure](command), { code: "service.failed" });
  const said = stdout.trim().replace(/\s*\n\s*/g, " ");
  return new OpenclawError(`\`${command}\` ended with status ${status}${said === "" ? "." : `: ${said}`}`, {
    code: "service.failed",
  });
}
