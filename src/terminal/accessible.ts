import type { Context } from "../core/context.ts";

/** Whether to ask plain numbered questions: the flag decides, else `OPENCLAW_ACCESSIBLE`, else a terminal that can no more. */
export function wantsAccessible(
  { accessible }: { readonly accessible?: boolean },
  { env }: Pick<Context, "env">,
): boolean {
  return accessible ?? (Boolean(env.OPENCLAW_ACCESSIBLE && env.OPENCLAW_ACCESSIBLE !== "0") || env.TERM === "dumb");
}
