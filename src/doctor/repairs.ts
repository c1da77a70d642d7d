import { applyPlan, sweep } from "../config/apply.ts";
import { readConfig } from "../config/config-file.ts";
import { tighten } from "../config/modes.ts";
import { loadSecrets } from "../config/secrets-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Repair } from "./check.ts";
import { gatherFrom } from "./collect.ts";
import type { Facts } from "./input.ts";
import { planRepairs, repairKey } from "./repair.ts";
import { examine } from "./run-checks.ts";

type Mending = Parameters<typeof gatherFrom>[3] & Pick<Context, "randomBytes" | "text">;

/**
 * Carries out the repairs that were shown. The configuration is edited as onboarding does it: with the lock in hand, from
 * the files as they are then, with a backup that `undo` goes back to. What was repaired in the meantime is left alone,
 * and what has turned up since is not touched. Throws what `applyPlan` throws.
 */
export async function mend(shown: readonly Repair[], facts: Facts, context: Mending): Promise<void> {
  const { paths } = facts;
  const agreed = new Set(shown.map(repairKey));
  const read = async () => {
    const config = await readConfig(paths.config, context);
    const secrets = await readableSecrets(paths.secrets, context);
    const now = await gatherFrom({ value: config }, secrets, facts, context);
    const repairs = examine(now, context.text).repairs.filter((repair) => agreed.has(repairKey(repair)));
    const unread = { path: paths.secrets, bytes: undefined, text: "", values: new Map<string, string>() };
    return { config, secrets: "value" in secrets ? secrets.value : unread, repairs };
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

/** A `.env` that cannot be read keeps no other repair from being made; nothing is moved into it then. */
async function readableSecrets(
  path: string,
  context: Pick<Context, "files">,
): Promise<Parameters<typeof gatherFrom>[1]> {
  try {
    return { value: await loadSecrets(path, context) };
  } catch (error) {
    if (error instanceof OpenclawError) return { faults: error.problems };
    throw error;
  }
}
