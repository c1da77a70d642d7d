import { promptTokens } from "../core/token-counts.ts";
import type { FiguresDocument } from "../server/dashboard-documents.ts";
import type { Texts } from "../text/message.ts";
import { grouped } from "../text/numbers.ts";
import { shortCount, shownCost, shownUsd } from "../usage/shown.ts";
import type { ChartOf } from "./charts.ts";
import { millis } from "./format.ts";
import { freshTokens } from "./series.ts";

/** The charts, in their order. */
export function chartsOf({ figures: named, charts, period: periods }: Texts["dashboard"]): readonly ChartOf[] {
  const described = (name: string) => (figures: FiguresDocument) =>
    charts.described({ name, period: periods.names[figures.period] });
  return [
    {
      name: named.requests,
      kind: "over",
      shown: shortCount,
      described: described(named.requests),
      layers: [
        {
          label: named.all,
          colour: "accent",
          values: ({ series }) => series.requests,
          total: ({ total }) => grouped(total.requests),
        },
        {
          label: named.failures,
          colour: "bad",
          values: ({ series }) => series.failures,
          total: ({ total }) => grouped(total.failures),
        },
      ],
    },
    {
      name: named.cost,
      kind: "over",
      shown: shownUsd,
      described: described(named.cost),
      layers: [
        {
          label: named.all,
          colour: "accent",
          values: ({ series }) => series.costUsd,
          total: ({ total }) => shownCost(total),
        },
      ],
    },
    {
      name: named.tokens,
      kind: "stack",
      shown: shortCount,
      described: described(named.tokens),
      layers: [
        {
          label: named.out,
          colour: "ink",
          values: ({ series }) => series.outputTokens,
          total: ({ total }) => shortCount(total.outputTokens),
        },
        {
          label: named.fresh,
          colour: "accent",
          values: ({ series }) => freshTokens(series),
          total: ({ total }) => shortCount(promptTokens(total) - total.cacheReadTokens),
        },
        {
          label: named.cached,
          colour: "pale",
          values: ({ series }) => series.cacheReadTokens ?? [],
          total: ({ total }) => shortCount(total.cacheReadTokens),
        },
      ],
    },
    {
      name: named.firstByte,
      kind: "lines",
      shown: millis,
      described: described(named.firstByte),
      layers: [
        {
          label: named.p50,
          colour: "accent",
          values: ({ series }) => series.firstByteP50Ms,
          total: ({ total }) => millis(total.firstByteMs.p50),
        },
        {
          label: named.p95,
          colour: "soft",
          values: ({ series }) => series.firstByteP95Ms,
          total: ({ total }) => millis(total.firstByteMs.p95),
        },
      ],
    },
  ];
}
