import type { Command } from "commander";
import type { Context } from "../../core/context.ts";
import { EXIT, OpenclawError } from "../../core/errors.ts";
import { examine } from "../../doctor/examine.ts";
import { gather } from "../../doctor/gather.ts";
import { mend } from "../../doctor/mend.ts";
import { publicText } from "../../doctor/public-text.ts";
import { describeRepair } from "../../doctor/repair.ts";
import { ENDPOINTS } from "../../providers/registry.ts";
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
  const how = { paths: locate(), endpoints: ENDPOINTS, node: about.node, userAgent: `openclaw/${about.version}` };
  // What is to be repaired is known without asking anybody; whether it helped is asked afterwards.
  const repaired = fix ? await repair(flags, () => gather({ ...how, offline: true }, context), context) : undefined;
  const found = examine(await gather({ ...how, offline }, context));
  const paint = await loadPaint(!json && wantsColour(context.terminal.stdout, context));
  context.out(json ? reportJson(found, repaired) : report(found, paint, { fixed: fix ?? false }));
  if (!found.ok) endWith(EXIT.failed);
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
  if (!yes) await confirm(context);
  await mend(repairs, facts, context);
  const edited = repairs.some(({ kind }) => kind === "set" || kind === "move");
  if (!json) say(edited ? "Done. `openclaw undo` takes back what was changed in the configuration.\n\n" : "Done.\n\n");
  return sentences;
}

async function confirm(context: Context): Promise<void> {
  if (!(context.terminal.stdin && context.terminal.stderr)) {
    throw new OpenclawError("There is no terminal to ask on; nothing was changed.", {
      code: "terminal.required",
      hint: "Pass --yes to repair without being asked.",
    });
  }
  const prompter = await context.prompter({
    accessible: context.env.TERM === "dumb",
    colour: wantsColour(true, context),
  });
  const reply = await prompter.confirm({ message: "Repair this?", initial: true });
  if (reply.kind === "back" || !reply.value)
    throw new OpenclawError("Nothing was changed.", { code: "prompt.cancelled" });
}
