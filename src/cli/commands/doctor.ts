import type { Command } from "commander";
import type { Context } from "../../core/context.ts";
import { EXIT } from "../../core/errors.ts";
import type { Paths } from "../../core/paths.ts";
import { examine } from "../../doctor/examine.ts";
import { gather } from "../../doctor/gather.ts";
import { mend } from "../../doctor/mend.ts";
import { publicText } from "../../doctor/public-text.ts";
import { describeRepair } from "../../doctor/repair.ts";
import { PROVIDERS } from "../../providers/registry.ts";
import { managerIfAny } from "../../service/find-manager.ts";
import { ownerOf } from "../../service/manage.ts";
import { serviceFiles } from "../../service/names.ts";
import { confirm } from "../confirm.ts";
import { loadPaint, wantsColour } from "../paint.ts";
import type { Run } from "../run.ts";
import { repairList, report, reportJson } from "./doctor-report.ts";

interface Flags {
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly offline?: boolean;
}

export function define(command: Command, run: Run): void {
  command
    .description("Look for everything that is known to go wrong. What it prints holds no secrets and no account ID.")
    .option("--fix", "repair what is safe, after showing it")
    .option("--yes", "with --fix: do not ask")
    .option("--offline", "do not ask the provider whether key and address work")
    .option("--json", "print one JSON document")
    .action((flags: Flags) => doctor(flags, run));
}

async function doctor(flags: Flags, { context, about, paths: locate, endWith }: Run): Promise<void> {
  const { json, fix, offline = false } = flags;
  const paths = locate();
  const how = {
    paths,
    providers: PROVIDERS,
    node: about.node,
    userAgent: `openclaw/${about.version}`,
    serviceWith: (names: readonly string[]) => serviceWith(names, paths, context),
  };
  // What is to be repaired is known without asking anybody; whether it helped is asked afterwards.
  const repaired = fix ? await repair(flags, () => gather({ ...how, offline: true }, context), context) : undefined;
  const found = examine(await gather({ ...how, offline }, context));
  const paint = await loadPaint(!json && wantsColour(context.terminal.stdout, context));
  context.out(json ? reportJson(found, repaired) : report(found, paint, { fixed: fix ?? false }));
  if (!found.ok) endWith(EXIT.failed);
}

/** The service of the profile, if there is one; another program's may get more than its file and the system tell. */
async function serviceWith(names: readonly string[], { profile }: Paths, context: Context) {
  const { unit, agent } = serviceFiles(profile, context.homedir);
  const path = [unit, agent].find((file) => ownerOf(file, context) !== "nobody");
  if (path === undefined) return undefined;
  const manager = ownerOf(path, context) === "us" ? await managerIfAny({ profile }, context) : undefined;
  return { path, env: await manager?.environment(names, context) };
}

/** Shows what can be repaired, asks, and does it; answers what was done, a sentence each. */
async function repair(
  { json, yes }: Flags,
  look: () => ReturnType<typeof gather>,
  context: Context,
): Promise<readonly string[]> {
  const facts = await look();
  const { repairs } = examine(facts);
  const mask = publicText(facts);
  const sentences = repairs.map((one) => mask(describeRepair(one)));
  const say = json ? context.err : context.out;
  if (repairs.length === 0) {
    if (!json) say("There is nothing that could be repaired without asking you for something.\n");
    return [];
  }
  if (!json || !yes) say(repairList(sentences));
  if (!yes) await confirm("Repair this?", "Pass --yes to repair without being asked.", context);
  await mend(repairs, facts, context);
  const edited = repairs.some(({ kind }) => kind === "set" || kind === "move");
  if (!json) say(edited ? "Done. `openclaw undo` takes back what was changed in the configuration.\n\n" : "Done.\n\n");
  return sentences;
}
