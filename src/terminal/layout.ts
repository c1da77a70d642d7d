import type { Choice } from "../core/context.ts";
import { printable } from "../core/printable.ts";
import { piecesOf } from "./line-breaks.ts";
import { cutTo, textWidth } from "./width.ts";

/** For output that is no terminal. */
const UNLIMITED = Number.POSITIVE_INFINITY;

export type Width = (text: string) => number;

/** Columns are two blanks apart; the last one is not padded. */
export function table(rows: readonly (readonly string[])[], width: Width): string {
  const widths = widthsOf(rows, width);
  return rows.map((row) => lineOf(row, widths, width)).join("\n");
}

/**
 * A table for a window. What does not fit leaves its line, and nothing is cut: a last cell goes below, then the column
 * `spare` goes altogether, and then a row is two lines, of which the first is for the first cell alone.
 */
export function tableWithin(
  rows: readonly (readonly string[])[],
  spare: number,
  width: Width,
  columns: number,
): string {
  const kept = rows.map((row) => row.toSpliced(spare, 1));
  const whole = [rows, kept].find((some) => paddedWidth(some, width) <= columns);
  if (whole !== undefined) return whole.map((row) => lastBelow(row, widthsOf(whole, width), width, columns)).join("\n");
  const details = [rows, kept].map((some) => some.map(([name = "", ...row]) => [/^ */.exec(name)?.[0] ?? "", ...row]));
  const shown = details.find((some) => paddedWidth(some, width) <= columns) ?? details[1] ?? [];
  return rows
    .map(([name = ""], index) =>
      [name, lastBelow(shown[index] ?? [], widthsOf(shown, width), width, columns)].join("\n"),
    )
    .join("\n");
}

const widthsOf = (rows: readonly (readonly string[])[], width: Width): readonly number[] =>
  (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => width(row[index] ?? ""))));

/** Of a line without its last cell. */
const paddedWidth = (rows: readonly (readonly string[])[], width: Width): number =>
  widthsOf(rows, width)
    .slice(0, -1)
    .reduce((sum, size) => sum + size + 2, -2);

const lineOf = (row: readonly string[], widths: readonly number[], width: Width): string =>
  row
    .map((cell, index) => pad(cell, widths[index] ?? 0, width))
    .join("  ")
    .trimEnd();

/** The indentation of a line below is that of the second line of a row. */
function lastBelow(row: readonly string[], widths: readonly number[], width: Width, columns: number): string {
  const line = lineOf(row, widths, width);
  if (width(line) <= columns) return line;
  return `${lineOf(row.slice(0, -1), widths, width)}\n${wrapLine(`    ${row.at(-1)}`, columns)}`;
}

function pad(cell: string, size: number, width: Width): string {
  return cell + " ".repeat(Math.max(0, size - width(cell)));
}

/** Facts with a label each, wrapped beside it or, where there is little room or a word is too long, below it. */
export function labelled(rows: readonly (readonly string[])[], width: Width, columns = UNLIMITED): string {
  const size = Math.max(...rows.map(([label = ""]) => width(label))) + 2;
  if (columns - size >= MIN_FACT) {
    const indent = " ".repeat(size);
    const ownerOf = (index: number) => rows.findLastIndex(([label = ""], at) => at <= index && label.trim() !== "");
    const beside = rows.map(([, fact = ""]) => wrap(indent + fact, columns));
    const below = rows.map(([, fact = ""]) => wrap(`    ${fact}`, columns));
    const isTooLong = (index: number) =>
      !isWithin(beside[index] ?? "", columns) && isWithin(below[index] ?? "", columns);
    const moved = new Set([...rows.keys()].filter(isTooLong).map(ownerOf));
    return rows
      .flatMap(([label = ""], index) => {
        if (!moved.has(ownerOf(index))) return [pad(label, size, width) + beside[index]?.slice(size)];
        return [...(label.trim() === "" ? [] : [label]), below[index]];
      })
      .join("\n");
  }
  return rows
    .flatMap(([label = "", fact = ""]) => [...(label.trim() === "" ? [] : [label]), wrap(`  ${fact}`, columns)])
    .join("\n");
}

const MIN_FACT = 32;

const isWithin = (lines: string, columns: number): boolean =>
  lines.split("\n").every((line) => textWidth(line) <= columns);

/** A sentence behind a mark, as a list has it. */
export function listed(mark: string, sentence: string, columns = UNLIMITED): string {
  return `${mark}${wrap(`  ${sentence}`, columns).slice(1)}`;
}

/**
 * Wraps lines wider than `columns` between words and between Chinese characters, and keeps their indentation, including a
 * list marker `+`, `-`, `~` or a number.
 */
export function wrap(text: string, columns = UNLIMITED): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, columns))
    .join("\n");
}

/** Lines of a log: what does not fit is indented below the line's beginning. The name of a model is broken after a `/`. */
export const hanging = (text: string, columns = UNLIMITED): string =>
  text
    .split("\n")
    .map((line) => wrapLine(`  ${line}`, columns).split("\n"))
    .map((lines) =>
      lines
        .flatMap((line) => brokenAfterSlash(line, columns))
        .join("\n")
        .slice(2),
    )
    .join("\n");

/** A line that begins with two blanks; if it is too long, it is one word. */
function brokenAfterSlash(line: string, columns: number): readonly string[] {
  if (textWidth(line) <= columns) return [line];
  const lines: string[] = [];
  // @why a line of a log may have a megabyte of base64.
  for (let rest = line.slice(2), end = 1; end > 0; rest = rest.slice(end)) {
    const fitting = cutTo(columns - 2, rest);
    end = fitting === rest ? 0 : fitting.lastIndexOf("/") + 1;
    lines.push(`  ${end > 0 ? rest.slice(0, end) : rest}`);
  }
  return lines;
}

function wrapLine(line: string, columns: number): string {
  if (textWidth(line) <= columns) return line;
  const [start = ""] = /^ *(?:(?:[-+~]|\d+\.) )?/.exec(line) ?? [];
  const indent = " ".repeat(start.length);
  const lines = [start];
  let width = start.length;
  for (const { text, space } of piecesOf(line.slice(start.length))) {
    const isEmpty = width === start.length;
    const added = (space && !isEmpty ? " " : "") + text;
    if (isEmpty || width + textWidth(added) <= columns) {
      lines.push(lines.pop() + added);
      width += textWidth(added);
    } else {
      lines.push(indent + text);
      width = indent.length + textWidth(text);
    }
  }
  return lines.join("\n");
}

/** A command on several lines, which a shell takes as one. */
export function wrapCommand(command: string, columns: number): string {
  const [first = "", ...others] = command.split(/ (?=--|\| |&& )/).flatMap((part) => brokenUp(part, columns));
  const lines = [first];
  for (const part of others) {
    const last = lines.at(-1) ?? "";
    if (last.length + part.length + 3 <= columns) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(`    ${part}`);
  }
  return lines.join(" \\\n");
}

/** Words that do not fit a line together, unless they are quoted or belong to a flag. */
const brokenUp = (part: string, columns: number): readonly string[] =>
  part.length + 2 <= columns || /["'`$]|^ *--/.test(part) ? [part] : part.split(/(?<=\S) (?=\S)/);

/** Makes text from a file or the network safe to print on one line. */
export const oneLine = (text: string): string => printable(text).replace(/\n+/g, " ").trim();

/**
 * The choices as the rows of a table, by value: each label with its facts beside it. Columns that do not fit are left
 * out, the last first. Labels are never cut.
 */
export function withFacts(choices: readonly Choice<string>[], columns: number): ReadonlyMap<string, string> {
  for (let count = Math.max(...choices.map(({ facts = [] }) => facts.length)); count > 0; count -= 1) {
    const lines = table(
      choices.map(({ label, facts = [] }) => [
        label,
        ...Array.from({ length: count }, (_, index) => facts[index] ?? ""),
      ]),
      textWidth,
    ).split("\n");
    if (lines.every((line) => textWidth(line) <= columns))
      return new Map(choices.map(({ value }, index) => [value, lines[index] ?? ""]));
  }
  return new Map();
}
