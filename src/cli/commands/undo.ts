import type { Command } from "commander";
import type { Context } from "../../core/context.ts";
import { OpenclawError } from "../../core/errors.ts";
import { difference } from "../../undo/difference.ts";
import { lastChange, type Step, takeBack } from "../../undo/undo.ts";
import { loadPaint, wantsColour } from "../paint.ts";
import type { Run } from "../program.ts";

interface Flags {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function define(command: Command, { context, paths }: Run): void {
  command
    .description(
      "Show what the last change did to the configuration and, after asking, take it back. Secrets in .env stay.",
    )
    .option("--yes", "do not ask")
    .option("--json", "print one JSON document")
    .action((flags: Flags) => undo(flags, paths().config, context));
}

async function undo({ yes, json }: Flags, configPath: string, context: Context): Promise<void> {
  const step = await lastChange(configPath, context);
  const lines = difference(step.current?.toString("utf8") ?? "", step.before.toString("utf8"));
  if (!json) await show(step, lines, context);
  if (!yes) await confirm(context);
  await takeBack(step, configPath, context);
  if (json)
    context.out(`${JSON.stringify({ ok: true, path: step.path, from: step.backup, difference: lines }, null, 2)}\n`);
  else context.out(`Went back: ${step.path} is as it was. \`openclaw undo\` again returns to what it was just now.\n`);
}

async function show({ path, backup }: Step, lines: readonly string[], context: Context): Promise<void> {
  const { red, green, dim } = await loadPaint(wantsColour(context.terminal.stdout, context));
  const coloured = lines.map((line) =>
    line.startsWith("-") ? red(line) : line.startsWith("+") ? green(line) : dim(line),
  );
  context.out(`${[`${path} would go back to ${backup}:`, ...coloured].join("\n")}\n`);
}

async function confirm(context: Context): Promise<void> {
  if (!(context.terminal.stdin && context.terminal.stderr)) {
    throw new OpenclawError("There is no terminal to ask on; nothing was changed.", {
      code: "terminal.required",
      hint: "Pass --yes to go back without being asked.",
    });
  }
  const prompter = await context.prompter({
    accessible: context.env.TERM === "dumb",
    colour: wantsColour(true, context),
  });
  const reply = await prompter.confirm({ message: "Go back?", initial: true });
  if (reply.kind === "back" || !reply.value)
    throw new OpenclawError("Nothing was changed.", { code: "prompt.cancelled" });
}
