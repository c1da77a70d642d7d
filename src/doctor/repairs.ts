import { applyPlan, sweep } from "../config/apply.ts";
import { tighten } from "../config/modes.ts";
import { inspectFiles } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import type { Repair } from "./check.ts";
import { gatherFrom } from "./collect.ts";
import type { Facts } from "./input.ts";
import { planRepairs, repairKey } from "./repair.ts";
import { examine } from "./run-checks.ts";

type Mending = Parameters<typeof gatherFrom>[2] & Pick<Context, "randomBytes" | "text">;

/**
 * Carries out the repairs that were shown. The configuration is edited as onboarding does it: with the lock in hand, from
 * the files as they are then, with a backup that `undo` goes back to. What was repaired in the meantime is left alone,
 * and what has turned up since is not touched. Throws what `applyPlan` throws.
 */
export async function mend(shown: readonly Repair[], facts: Facts, context: Mending): Promise<void> {
  const { paths } = facts;
  const agreed = new Set(shown.map(repairKey));
  const read = async () => {
    // A `.env` that cannot be read keeps no other repair from being made; nothing is moved into it then.
    const files = await inspectFiles(paths, context);
    const { config, secrets } = files;
    if (config === undefined) throw files.configError;
    const now = await gatherFrom(files, facts, context);
    const repairs = examine(now, context.text).repairs.filter((repair) => agreed.has(repairKey(repair)));
    return { config, secrets, repairs };
  };
  const { config, secrets } = planRepairs(shown);
  if (config.length + secrets.length > 0) {
    await applyPlan(read, ({ repairs }) => planRepairs(repairs), paths, context);
  }
  await sweep(paths, context);
  tighten(
    facts.loose.filter(({ path }) => agreed.has(repairKey({ kind: "close", path, wanted: 0 }))),
    context,
  );
}
