import { shownJson } from "../core/json.ts";
import { csv } from "../usage/csv.ts";
import { type Figures, type FiguresRow, figures, type Grouping, type Report, type Row } from "../usage/sums.ts";

/** @why a document of a million sessions does not fit into memory as one text. */
const ROWS_AT_ONCE = 500;

/** Stands where the rows are to be; no path or name of a time zone can have it. */
const MARK = "\0";

/** The document of `--json`, in pieces: `head` is what it says of itself. */
export function* jsonPieces(head: object, { rows, total }: Report): Generator<string> {
  const whole = `${shownJson({ ...head, rows: [MARK], total: figures(total) }, 2)}\n`;
  const mark = shownJson([MARK], 2).replaceAll("\n", "\n  ");
  const start = whole.indexOf(mark);
  const rest = whole.slice(start + mark.length);
  if (rows.length === 0) return yield `${whole.slice(0, start)}[]${rest}`;
  yield `${whole.slice(0, start)}[\n`;
  for (const { some, isLast } of inGroups(rows)) {
    const text = some.map((row) => shownJson(named(row), 2).replaceAll(/^/gm, "    ")).join(",\n");
    yield isLast ? `${text}\n  ]` : `${text},\n`;
  }
  yield rest;
}

const named = ({ key, sums }: Row): FiguresRow => ({ key: key ?? null, ...figures(sums) });

/** One header, and a row for each key, in pieces; the total is left to the spreadsheet. */
export function* csvPieces({ rows, total }: Report, by: Grouping): Generator<string> {
  const names = Object.keys(flat(figures(total)));
  yield csv([[by, ...names]]);
  for (const { some } of inGroups(rows)) {
    yield csv(
      some.map(({ key, sums }) => {
        const values = flat(figures(sums));
        return [key, ...names.map((name) => values[name])];
      }),
    );
  }
}

function flat({ firstByteMs, ...others }: Figures): Readonly<Record<string, number | undefined>> {
  const { costUsd, ...counts } = others;
  const { p50, p95 } = firstByteMs;
  return {
    ...counts,
    costUsd: costUsd ?? undefined,
    firstByteP50Ms: p50 ?? undefined,
    firstByteP95Ms: p95 ?? undefined,
  };
}

function* inGroups(rows: readonly Row[]): Generator<{ readonly some: readonly Row[]; readonly isLast: boolean }> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const end = start + ROWS_AT_ONCE;
    yield { some: rows.slice(start, end), isLast: end >= rows.length };
  }
}
