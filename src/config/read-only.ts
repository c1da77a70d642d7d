import type { Context, VariableName } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";

/** @source the published OpenClaw: both mean that another program manages the configuration. */
const VARIABLES: readonly VariableName[] = ["OPENCLAW_CONFIG_READONLY", "OPENCLAW_NIX_MODE"];

/** The variable that forbids every change of the configuration, if any. Only the process's own environment counts. */
export const readOnlyBy = ({ env }: Pick<Context, "env">): VariableName | undefined =>
  VARIABLES.find((name) => !/^(?:|0|false|no|off)$/i.test(env[name]?.trim() ?? ""));

/** Asked by every command before it changes the configuration, `.env` or a backup. Throws `config.read-only`. */
export function assertWritable(context: Pick<Context, "env">): void {
  const name = readOnlyBy(context);
  if (name === undefined) return;
  throw new OpenclawError(({ config }) => config.readOnly(name), {
    code: "config.read-only",
    hint: ({ config }) => config.changeElsewhere(name),
  });
}
