import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ENDPOINTS } from "../../src/providers/cloudflare-ai-gateway/endpoints.ts";
import { chargeFor } from "../../src/usage/cost.ts";
import { formatLine, type UsageLine } from "../../src/usage/line.ts";
import { calendarOf } from "../../src/usage/period.ts";
import { priceLookup, priceTables } from "../../src/usage/prices.ts";
import { GROUPINGS, type Grouping } from "../../src/usage/sums.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { usageLine } from "../support/usage-arbitrary.ts";

const NOW = new Date("2026-11-28T12:00:00.000Z");
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
const dayOf = calendarOf(timeZone);
const SINCE = "2026-11-01";
const priceOf = priceLookup(await priceTables(ENDPOINTS), new Map());

const FIGURES = [
  "requests",
  "failures",
  "cancelled",
  "failovers",
  "cacheHits",
  "inputTokens",
  "outputTokens",
  "cacheReadTokens",
  "cacheWrite5mTokens",
  "cacheWrite1hTokens",
  "costUsd",
  "unifiedBillingFeeUsd",
  "unpricedRequests",
] as const;

type Figures = Readonly<Record<(typeof FIGURES)[number], number | null>>;

/** By the plainest of means, with times as a sorted list. */
function expectedOf(
  lines: readonly UsageLine[],
): Figures & { readonly p50: number | null; readonly p95: number | null } {
  const counted = (is: (line: UsageLine) => boolean) => lines.filter(is).length;
  const summed = (of: (line: UsageLine) => number | undefined) => lines.reduce((sum, line) => sum + (of(line) ?? 0), 0);
  const isCancelled = ({ status, ended }: UsageLine) => status === 499 || ended === "client-gone";
  const charges = lines.map((line) => chargeFor(line, priceOf));
  const known = charges.filter((charge) => charge !== "unknown");
  const fee = known.reduce((sum, charge) => sum + charge.fee, 0);
  const cost = known.reduce((sum, charge) => sum + charge.cost, 0) + fee;
  const times = lines
    .flatMap(({ firstByteMs, status }) => (firstByteMs === undefined || status >= 400 ? [] : [firstByteMs]))
    .sort((a, b) => a - b);
  const notExceeded = (share: number) => times[Math.max(Math.ceil(share * times.length) - 1, 0)] ?? null;
  return {
    requests: lines.length,
    failures: counted((line) => !isCancelled(line) && (line.status >= 400 || line.ended !== undefined)),
    cancelled: counted(isCancelled),
    failovers: counted(({ tried }) => tried !== undefined),
    cacheHits: counted(({ cacheStatus }) => cacheStatus === "HIT"),
    inputTokens: summed((line) => line.inputTokens),
    outputTokens: summed((line) => line.outputTokens),
    cacheReadTokens: summed((line) => line.cacheReadTokens),
    cacheWrite5mTokens: summed((line) => line.cacheWrite5mTokens),
    cacheWrite1hTokens: summed((line) => line.cacheWrite1hTokens),
    costUsd: cost === 0 && charges.includes("unknown") ? null : cost / 1e9,
    unifiedBillingFeeUsd: fee / 1e9,
    unpricedRequests: charges.length - known.length,
    p50: notExceeded(0.5),
    p95: notExceeded(0.95),
  };
}

const keyOf = (line: UsageLine, by: Grouping): string | null =>
  by === "day" ? dayOf(Date.parse(line.time)) : (line[by] ?? null);

/** What a spreadsheet does not take for a formula. */
const csvKey = (key: string | null) => (key === null ? "" : /^[=+\-@]/.test(key) ? `'${key}` : key);

const csvNumber = (cell: string | undefined) => (cell === undefined || cell === "" ? null : Number(cell));

it("shows the sums of the lines for every grouping, as JSON, CSV and a table", async () => {
  // As the record has times to the first byte.
  const line = usageLine.map((one) => ({
    ...one,
    firstByteMs: one.firstByteMs === undefined ? undefined : Math.round(one.firstByteMs * 10) / 10,
  }));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 80 }), async (all) => {
      const home = temporaryHome();
      const folder = join(home, ".openclaw", "usage");
      mkdirSync(folder, { recursive: true });
      for (const one of all) appendFileSync(join(folder, `${one.time.slice(0, 10)}.jsonl`), formatLine(one));
      const lines = all.filter(({ time }) => {
        const day = dayOf(Date.parse(time));
        return day >= SINCE && day <= dayOf(NOW.getTime());
      });
      const usage = async (...args: readonly string[]) =>
        (await openclaw(["usage", "--since", SINCE, ...args], { home, context: { now: () => NOW } })).stdout;
      for (const by of GROUPINGS) {
        const keys = [...new Set(lines.map((one) => keyOf(one, by)))];
        const expected = new Map(keys.map((key) => [key, expectedOf(lines.filter((one) => keyOf(one, by) === key))]));

        const { rows, total } = JSON.parse(await usage("--by", by, "--json"));
        const shown = (row: Figures & { firstByteMs: object }) => ({
          ...Object.fromEntries(FIGURES.map((name) => [name, row[name]])),
          ...row.firstByteMs,
        });
        expect(new Map(rows.map((row: never) => [(row as { key: string }).key, shown(row)]))).toEqual(expected);
        expect(shown(total)).toEqual(expectedOf(lines));

        const [head = "", ...cells] = (await usage("--by", by, "--csv")).trimEnd().split("\r\n");
        const names = head.split(",");
        for (const [index, row] of cells.entries()) {
          const [key, ...values] = row.split(",");
          const {
            firstByteP50Ms: p50,
            firstByteP95Ms: p95,
            ...others
          } = Object.fromEntries(names.slice(1).map((name, at) => [name, csvNumber(values[at])]));
          expect(key).toBe(csvKey(rows[index].key));
          expect({ ...others, p50, p95 }).toEqual(expected.get(rows[index].key));
        }
        expect(cells).toHaveLength(keys.length);

        if (lines.length === 0) continue;
        const [, table = ""] = (await usage("--by", by)).split("\n\n");
        const requests = table
          .split("\n")
          .slice(1)
          .map((row) => Number(/ {2,}(\d+) {2}/.exec(row)?.[1]));
        expect(requests).toEqual([...rows.map((row: Figures) => row.requests), lines.length]);
      }
    }),
    { numRuns: 12 },
  );
});
