import { type Command, Option } from "commander";
import { type Message, say } from "../text/message.ts";
import { USD } from "../usage/cost.ts";
import { calendarOf, localTimeZone, type Period, periodSince } from "../usage/period.ts";
import { shownUsd } from "../usage/shown.ts";
import { GROUPINGS, type Grouping, withOthers } from "../usage/sums.ts";
import type { Invocation } from "./invocation.ts";
import { sinceError } from "./log-flags.ts";
import { linePrinter } from "./print.ts";
import { csvPieces, jsonPieces } from "./usage-documents.ts";
import { knownPrices, localUsage, type ReadUsage } from "./usage-source.ts";
import { barMeasure, usageTable } from "./usage-table.ts";
import type { WorkerUsageFlags } from "./usage-worker.ts";

interface UsageFlags extends WorkerUsageFlags {
  readonly since: string;
  readonly by: Grouping;
  readonly json?: boolean;
  readonly csv?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  const { usage: text, commands } = invocation.context.text;
  command
    .description(text.description)
    .addOption(new Option("--since <day>", text.sinceFlag).default("7d"))
    .addOption(new Option("--by <what>", text.byFlag).choices(GROUPINGS).default("day"))
    .addOption(new Option("--json", commands.jsonFlag).conflicts("csv"))
    .option("--csv", text.csvFlag)
    .option("--worker [name]", text.workerFlag)
    .addOption(new Option("--worker-dir <dir>", text.workerDirFlag).conflicts("worker"))
    .action((flags: UsageFlags) => usage(flags, invocation));
}

async function usage({ since, by, json, csv: asCsv, ...worker }: UsageFlags, invocation: Invocation): Promise<void> {
  const { context } = invocation;
  const timeZone = localTimeZone();
  const dayOf = calendarOf(timeZone);
  const begun = periodSince(since, dayOf(context.now().getTime()));
  if (!begun.ok) throw sinceError({ value: since, fault: begun.error, hint: (t) => t.usage.useSince });
  const period = begun.value;
  const known = await knownPrices(invocation);
  const isWorker = worker.worker !== undefined || worker.workerDir !== undefined;
  const asked = { by, period, dayOf, ...known };
  const read = isWorker
    ? await (await import("./usage-worker.ts")).workerUsage(worker, asked, invocation)
    : localUsage(asked, invocation);
  const { report } = read;
  const dates = [...new Set([...known.tables.values()].map(({ date }) => date))].toSorted();
  const warnings = [...known.notes, ...read.notes];
  for (const note of warnings)
    linePrinter(context.err, { columns: () => context.columns("stderr") }, invocation.shown)(note(context.text));
  if (json) {
    const head = { ...period, timeZone, by, prices: dates, ...read.described };
    for (const piece of jsonPieces(head, report)) context.out(piece);
    return;
  }
  if (asCsv) {
    for (const piece of csvPieces(report, by)) context.out(piece);
    return;
  }
  await print({ ...read, by, period, timeZone, prices: dates.at(-1) ?? "" }, invocation);
}

/** @why a window has no use for thousands of sessions. */
const MOST_IN_WINDOW = 100;
/** @why a table is made as a whole, and a record can have half a million sessions. */
const MOST_ROWS = 10_000;

interface Printed extends ReadUsage {
  readonly by: Grouping;
  readonly period: Period;
  readonly timeZone: string;
  readonly prices: string;
}

async function print(
  { report, dataset, empty, last, by, period, timeZone, prices }: Printed,
  { context, shown }: Invocation,
): Promise<void> {
  const { usage: text } = context.text;
  const tell = linePrinter(context.out, context, shown);
  const tellAll = (messages: readonly Message[]) => {
    for (const message of messages) tell(say(message, context.text));
  };
  if (report.total.requests === 0) return tellAll(empty);
  const { total } = report;
  if (dataset !== undefined) tell(text.ofDataset(dataset));
  tell(text.title({ ...period, timeZone }));
  const isWindow = context.columns() !== undefined;
  const most = isWindow ? MOST_IN_WINDOW : MOST_ROWS;
  // Days are as many as were asked for.
  const isTooLong = by !== "day" && report.rows.length > most;
  const { table, hasBars, leftOut, isCut } = await usageTable(
    isTooLong ? withOthers(report, most) : report,
    by,
    context,
  );
  context.out(`\n${table}\n\n`);
  if (isTooLong) tell(text.mostRows(most));
  if (isCut) tell(text.cutNames);
  if (leftOut.length > 0) tell(text.leftOut(leftOut));
  tell(text.legend);
  if (hasBars) tell(text.bars[barMeasure(report)]);
  if (total.cancelled > 0) tell(text.cancelled(total.cancelled));
  if (total.unpriced > 0) tell(text.unpriced(total.unpriced));
  if (total.fee > 0) tell(text.billing(shownUsd(total.fee / USD)));
  tell(text.prices(prices));
  tellAll(last);
}
