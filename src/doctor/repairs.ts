import { applyPlan, type Plan, sweep } from "../config/apply.ts";
import type { ConfigEdit } from "../config/config-edit.ts";
import { includedFiles, type ReadConfig } from "../config/config-file.ts";
import { formatPath } from "../config/json5-value.ts";
import { tighten } from "../config/permissions.ts";
import { inspectFiles } from "../config/resolve.ts";
import type { Context } from "../core/context.ts";
import { attempt } from "../core/errors.ts";
import type { Message } from "../text/message.ts";
import type { Repair } from "./check.ts";
import { type CollectContext, collectFrom } from "./collect.ts";
import type { DoctorInput } from "./input.ts";
import { runChecks } from "./run-checks.ts";

/**
 * Carries out the repairs that were shown. Like onboarding, it edits the configuration under the lock, from the files
 * as they are then, with a backup for `undo`. Repairs that are no longer needed are skipped, and none are added. Throws
 * what `applyPlan` throws.
 */
export async function applyRepairs(
  shown: readonly Repair[],
  input: DoctorInput,
  context: CollectContext & Pick<Context, "randomBytes">,
): Promise<void> {
  const { paths } = input;
  const agreed = new Set(shown.map(repairKey));
  const read = async (known: { readonly config: ReadConfig } | undefined) => {
    const files = await inspectFiles(paths, context, known?.config);
    const { config, secrets } = files;
    if (config === undefined) throw files.configError;
    // An unreadable `.env` does not prevent other repairs; no secret is moved into it then.
    const { repairs } = runChecks(await collectFrom(files, input, context));
    return { config, secrets, repairs: repairs.filter((repair) => agreed.has(repairKey(repair))) };
  };
  const { config, secrets } = planRepairs(shown);
  if (config.length + secrets.length > 0) {
    await applyPlan(read, ({ repairs }) => planRepairs(repairs), paths, context);
  }
  const included = await attempt(() => includedFiles(paths.config, context));
  await sweep(paths, included.ok ? included.value : [], context);
  const closed = shown.flatMap(({ kind, path }) => (kind === "close" ? [path] : []));
  tighten(
    input.loosePermissions.filter(({ path }) => closed.includes(path)),
    context,
  );
}

/** If a path has two repairs, moving the secret wins. */
function planRepairs(repairs: readonly Repair[]): Plan {
  const edits = new Map<string, ConfigEdit>();
  const moves = repairs.filter((repair) => repair.kind === "move");
  const secrets = new Map<string, (typeof moves)[number]>();
  for (const repair of repairs) {
    if (repair.kind === "set") edits.set(formatPath(repair.path), { path: repair.path, value: repair.value });
  }
  for (const move of moves) {
    const other = secrets.get(move.variable);
    // Two different secrets cannot share a variable, so the second stays where it is.
    if (other !== undefined && !other.secret.equals(move.secret)) continue;
    secrets.set(move.variable, move);
    edits.set(formatPath(move.path), { path: move.path, value: move.reference });
  }
  return {
    config: [...edits.values()],
    secrets: [...secrets.values()].map(({ variable, secret }) => ({ name: variable, value: secret })),
  };
}

const repairKey = (repair: Repair): string =>
  `${repair.kind} ${typeof repair.path === "string" ? repair.path : formatPath(repair.path)}`;

/** May contain secrets, so mask it before showing it. */
export function describeRepair(repair: Repair, { paths }: Pick<DoctorInput, "paths">): Message {
  switch (repair.kind) {
    case "set":
      return (t) => t.doctor.setValue({ path: formatPath(repair.path), value: repair.value });
    case "move":
      return (t) =>
        t.doctor.moveSecret({ path: formatPath(repair.path), variable: repair.variable, secretsPath: paths.secrets });
    case "close":
      return (t) => t.doctor.restrictFile({ path: repair.path, mode: repair.wanted.toString(8).padStart(4, "0") });
    case "remove":
      return (t) => t.doctor.removeFile(repair.path);
  }
}
