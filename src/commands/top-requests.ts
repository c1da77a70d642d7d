import { withoutCredentials } from "../core/redact.ts";
import { stamp } from "../gateway/log-line.ts";
import { oneLine } from "../terminal/layout.ts";
import type { Paint } from "../terminal/paint.ts";
import { shortenTo, textWidth } from "../terminal/width.ts";
import { shownMs } from "../text/numbers.ts";
import { shownTokens, shownUsd } from "../usage/shown.ts";
import { levelPaint } from "./level-paint.ts";
import type { TopRequest } from "./top-data.ts";

interface RequestsWindow {
  readonly at: Date;
  readonly columns: number;
  /** Only how long they took, without the time to the first byte. */
  readonly isNarrow: boolean;
  readonly paint: Paint;
}

/** One below the other, so that the eye finds the slow ones. A narrow window cuts the end off, so what says most comes first. */
export function requestLines(
  requests: readonly TopRequest[],
  { at, columns, isNarrow, paint }: RequestsWindow,
): readonly string[] {
  const rows = requests.map((request) => ({
    request,
    cells: requestCells(request, at, isNarrow),
    facts: factsOf(request),
  }));
  const [stamps = 0, times = 0, ...names] = (rows[0]?.cells ?? []).map((_, index) =>
    Math.max(...rows.map(({ cells }) => textWidth(cells[index] ?? ""))),
  );
  const padding = (text: string, width: number) => " ".repeat(Math.max(width - textWidth(text), 0));
  return rows.map(({ request, cells: [stamped, time, ...named], facts }) => {
    const parts = [
      stamped + padding(stamped, stamps),
      padding(time, times) + time,
      ...named.map((name, index) => name + padding(name, names[index] ?? 0)).filter((name) => name !== ""),
      ...facts,
    ];
    const line = shortenTo(columns, oneLine(parts.join("  ")));
    return levelPaint(paint)[request.level](line);
  });
}

type RequestCells = readonly [stamped: string, times: string, model: string, client: string];

function requestCells(request: TopRequest, now: Date, isNarrow: boolean): RequestCells {
  const { time, status, model = "", client = "", firstByteMs, durationMs } = request;
  const shown = (name: string) => oneLine(withoutCredentials(name));
  return [
    `${stamp(new Date(time), now)} ${status}`,
    firstByteMs === undefined || isNarrow ? shownMs(durationMs) : `${shownMs(firstByteMs)} / ${shownMs(durationMs)}`,
    shown(model.slice(model.lastIndexOf("/") + 1)),
    shown(client),
  ];
}

function factsOf(request: TopRequest): readonly string[] {
  const { ended, costUsd, path, tried = [] } = request;
  const tokens = shownTokens(request);
  const facts = [
    ...(ended === undefined ? [] : [ended]),
    ...(tokens === undefined ? [] : [`${tokens.input} > ${tokens.output}`]),
    costUsd === undefined ? "?" : shownUsd(costUsd),
    path,
    ...tried,
  ];
  return facts.map((fact) => oneLine(withoutCredentials(fact)));
}
