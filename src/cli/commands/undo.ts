import type { Command } from "commander";
import type { Context } from "../../core/context.ts";
import { OpenclawError } from "../../core/errors.ts";
import { difference } from "../../undo/difference.ts";
import { lastChange, takeBack } from "../../undo/undo.ts";
import { loadPaint, wantsColour } from "../paint.ts";
import type { Run } from "../run.ts";

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
  const steps = await lastChange(configPath, context);
  const files = steps.map(({ path, backup, current, before }) => ({
    path,
    from: backup,
    difference: difference(current?.toString("utf8") ?? "", before.toString("utf8")),
  }));
  if (!json) await show(files, context);
  if (!yes) await confirm(context);
  await takeBack(steps, configPath, context);
  if (json) return context.out(`${JSON.stringify({ ok: true, files }, null, 2)}\n`);
  const names = steps.map(({ path }) => path).join(" and ");
  context.out(`Went back: ${names}. Run \`openclaw undo\` again to return to what it was just now.\n`);
}

interface FileDifference {
  readonly path: string;
  readonly from: string;
  readonly difference: readonly string[];
}

async function show(files: readonly FileDifference[], context: Context): Promise<void> {
  const { red, green, dim } = await loadPaint(wantsColour(context.terminal.stdout, context));
  const coloured = (line: string) =>
    line.startsWith("-") ? red(line) : line.startsWith("+") ? green(line) : dim(line);
  for (const { path, from, difference } of files) {
    context.out(`${[`${path} would go back to ${from}:`, ...difference.map(coloured)].join("\n")}\n`);
  }
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
