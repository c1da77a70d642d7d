import { fileValues, loadReadable } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import type { FileValues } from "../config/variables.ts";
import { attempt } from "../core/errors.ts";
import { recordOffBy } from "../gateway/run-flags.ts";
import { endpointsOf } from "../providers/provider.ts";
import type { Message } from "../text/message.ts";
import type { Day, Period } from "../usage/period.ts";
import { pricesIn, priceTables } from "../usage/prices.ts";
import { type ReadRecord, readRecord, usageFolder } from "../usage/read-record.ts";
import { type Grouping, keyFor, type Report, ReportBuilder } from "../usage/sums.ts";
import type { Invocation } from "./invocation.ts";

/** What is asked of a record. */
export interface AskedUsage extends Awaited<ReturnType<typeof knownPrices>> {
  readonly by: Grouping;
  readonly period: Period;
  readonly dayOf: (ms: number) => Day;
}

/** What was found. */
export interface ReadUsage {
  readonly report: Report;
  readonly notes: readonly Message[];
  /** Of its JSON document. */
  readonly described: object;
  /** The dataset of a Worker, if it is not this machine's record. */
  readonly dataset?: string;
  /** What is said if there is no request. */
  readonly empty: readonly Message[];
  /** What is said at the end. */
  readonly last: readonly Message[];
}

export function localUsage(
  { by, period, dayOf, priceOf, offBy }: AskedUsage,
  { context, paths }: Invocation,
): ReadUsage {
  const builder = new ReportBuilder(keyFor(by, dayOf), priceOf);
  const found = readRecord(usageFolder(paths()), period, dayOf, (line, timeMs) => builder.add(line, timeMs), context);
  const { damagedLines, unreadable, isThere } = found;
  const off: readonly Message[] = offBy === undefined ? [] : [({ usage: text }) => text.switchedOff(offBy)];
  const nothing: Message = ({ usage: text }) => (isThere ? text.nothingThen(period) : text.nothingYet);
  return {
    report: builder.report(by),
    notes: recordNotes(found),
    described: { damagedLines, unreadable },
    empty: [...(isThere || offBy === undefined ? [nothing] : []), ...off],
    last: off,
  };
}

const recordNotes = ({ damagedLines, unreadable }: ReadRecord): readonly Message[] => [
  ...(damagedLines > 0 ? [(({ usage: text }) => text.damaged(damagedLines)) satisfies Message] : []),
  ...unreadable.map(
    (path): Message =>
      ({ usage: text }) =>
        text.unreadable(path),
  ),
];

const NO_FILES: FileValues = { config: {}, secrets: new Map(), gatewayEnv: new Map() };

/** Prices of every known provider and of the configuration, without those where it cannot be read, and the switch. */
export async function knownPrices({ context, paths, providers }: Invocation) {
  const endpoints = endpointsOf(await providers());
  const tables = await priceTables(endpoints);
  const loaded = await attempt(async () => fileValues(await loadReadable(paths(), context)));
  const config: Config = loaded.ok ? loaded.value.config : {};
  const notes: readonly Message[] = loaded.ok ? [] : [({ usage: text }) => text.pricesIgnored];
  const files = loaded.ok ? loaded.value : NO_FILES;
  const offBy = recordOffBy(files, context.env);
  return { priceOf: pricesIn(config, tables), tables, notes, offBy, files };
}
