import { formatPlace } from "../core/result.ts";
import type { Shown } from "../core/shown.ts";
import type { ShownReport, ShownResult } from "../doctor/report.ts";
import { oneLine, wrap } from "../terminal/layout.ts";
import type { Paint } from "../terminal/paint.ts";
import type { Texts } from "../text/message.ts";

interface ReportOptions {
  readonly mayFix: boolean;
  /** Shows also what is fine or was skipped, which is else one line. */
  readonly verbose: boolean;
  /** Says how to see the rest. */
  readonly showAll: string;
  readonly columns: number | undefined;
  readonly shown: Shown;
}

/** The problems, the worst first, and the number of other checks. No sentence is said twice. */
export function reportText(
  { checks, repairs }: ShownReport,
  { mayFix, verbose, showAll, columns, shown }: ReportOptions,
  { green, yellow, red, dim }: Paint,
  { doctor: text }: Texts,
): string {
  const of = (status: ShownResult["status"]) => checks.filter((result) => result.status === status);
  const shownLines = (line: string, indent: string) =>
    wrap(`${indent}${shown.text(oneLine(line))}`, columns).split("\n");
  const marked = (status: ShownResult["status"], { message, ids }: ReportedSentence) => {
    const stroke = { ok: green, warn: yellow, fail: red, skipped: dim }[status];
    const [first = "", ...more] = shownLines(status === "ok" ? message : text.withIds({ message, ids }), "  ");
    return [`${stroke(MARKS[status])}${first.slice(1)}`, ...more];
  };
  const problems = (["fail", "warn"] as const).flatMap((status) =>
    advice(of(status)).flatMap(({ fix, sentences }) => [
      ...sentences.flatMap((sentence) => [
        ...marked(status, sentence),
        ...sentence.places.flatMap((place) => shownLines(place, "    ")),
      ]),
      ...(fix === undefined ? [] : shownLines(fix, "    ")),
      ...sentences.flatMap(({ details }) => details.flatMap((detail) => shownLines(detail, "    "))),
    ]),
  );
  const rest = (["ok", "skipped"] as const).flatMap((status) =>
    sentencesIn(of(status)).flatMap((sentence) => marked(status, sentence)),
  );
  const [failed, warnings, passed, skipped] = [
    of("fail").length,
    of("warn").length,
    of("ok").length,
    of("skipped").length,
  ] as const;
  const lines = [...problems, ...(verbose ? rest : [])];
  return `${[
    ...lines,
    ...(lines.length > 0 ? [""] : []),
    ...shownLines(
      failed + warnings === 0
        ? text.noProblems({ passed, skipped })
        : text.summary({ failed, warnings, passed, skipped }),
      "",
    ),
    ...(repairs.length > 0 && mayFix ? shownLines(text.canRepair(repairs.length), "") : []),
    ...(verbose ? [] : shownLines(showAll, "")),
  ].join("\n")}\n`;
}

const MARKS = { ok: "✔", warn: "!", fail: "✖", skipped: "-" } as const;

interface ReportedSentence {
  readonly message: string;
  readonly ids: readonly string[];
  readonly places: readonly string[];
  readonly details: readonly string[];
}

/** Each message once, with all the checks that found it and all the places. */
function sentencesIn(results: readonly ShownResult[]): readonly ReportedSentence[] {
  return [...grouped(results, ({ message }) => message)].map(([message, same]) => ({
    message,
    ids: [...new Set(same.map(({ id }) => id))],
    places: [...new Set(same.map(formatPlace))].filter((place) => place !== ""),
    details: same.flatMap(({ details = [] }) => details),
  }));
}

/** Each advice once, below everything that it is for. */
function advice(results: readonly ShownResult[]) {
  return [...grouped(results, ({ fix }) => fix)].flatMap(([fix, same]) => ({ fix, sentences: sentencesIn(same) }));
}

function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
