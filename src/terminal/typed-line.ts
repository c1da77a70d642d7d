import { stripVTControlCharacters } from "node:util";
import { useEffect, useKeypress, useRef, useState } from "@inquirer/core";
import { textWidth, widthOf } from "./width.ts";

/** Lines as a window shows them, and the cell of the cursor in them, both from 0. */
interface LaidLine {
  readonly lines: readonly string[];
  readonly row: number;
  readonly column: number;
}

/** A code for a colour or a link, or one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
const PIECES = /\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x07]*\x07|./gsu;

/**
 * Breaks a question and the text typed behind it where the window ends. A wide character that does not fit goes to the
 * next line, and so does the cursor on it, or behind a full line. `cursor` counts code units of `typed`.
 */
function layLine(before: string, typed: string, cursor: number, columns: number): LaidLine {
  const lines = [""];
  let column = 0;
  let place: { readonly row: number; readonly column: number } | undefined;
  const add = (piece: string, width: number) => {
    lines.push((lines.pop() ?? "") + piece);
    column += width;
  };
  const lineBreak = () => {
    lines.push("");
    column = 0;
  };
  const addAll = (text: string, isAt: (index: number) => boolean) => {
    for (const { 0: piece, index } of text.matchAll(PIECES)) {
      if (piece === "\n") lineBreak();
      else if (piece.startsWith("\u001b")) add(piece, 0);
      else {
        // A tab would be as wide as its place wants it to be.
        const character = piece === "\t" ? " " : piece;
        const width = widthOf(character);
        if (column + width > columns) lineBreak();
        if (isAt(index)) place ??= { row: lines.length - 1, column };
        add(character, width);
      }
    }
  };
  addAll(before, () => false);
  addAll(typed, (index) => index >= cursor);
  if (column >= columns) lineBreak();
  return { lines, ...(place ?? { row: lines.length - 1, column }) };
}

/** The window in which a question is asked. */
export interface PromptWindow {
  readonly columns: () => number;
  readonly write: (text: string) => void;
  /** Calls back when the width changes, until the returned function is called. */
  readonly onResize: (callback: () => void) => () => void;
}

/**
 * Clears lines drawn for a wider window, which a terminal breaks when it becomes narrower, and leaves the cursor as many
 * lines below the first one as it was: there, Inquirer draws anew.
 * @source xterm.js and VS Code do not break the line of the cursor. In a terminal that does, a piece of it may stay.
 */
function clearing({ lines, row }: LaidLine, columns: number): string {
  const above = lines.slice(0, row).map((line) => Math.max(1, Math.ceil(textWidth(line) / columns)));
  const rows = above.reduce((sum, height) => sum + height, 0);
  return `\r${rows > 0 ? `\u001b[${rows}A` : ""}\u001b[J${"\n".repeat(row)}`;
}

/** The types of Inquirer leave it out. */
const cursorIn = (readline: object): number => (readline as { readonly cursor: number }).cursor;

/**
 * For a prompt that shows what is typed: returns what lays out its question and the typed text, and sees to it that the
 * cursor is drawn where readline has it.
 * @why Inquirer takes the number of characters for columns to find the line of the cursor, and does not draw anew when the
 * cursor only moves, so that it never leaves its line. It asks readline for the place, which is answered here.
 */
export function useTypedLine(window: PromptWindow): (before: string, typed: string) => string {
  const cursorOf = useRef<() => number>(() => 0);
  const drawn = useRef({ cursor: 0, place: { cols: 0, rows: 0 }, laid: layLine("", "", 0, 1) });
  const [, redraw] = useState({});
  useEffect((readline) => {
    const isAmiss = readline.getCursorPos().cols !== drawn.current.place.cols;
    cursorOf.current = () => cursorIn(readline);
    readline.getCursorPos = () => drawn.current.place;
    if (isAmiss) redraw({});
    return window.onResize(() => {
      window.write(clearing(drawn.current.laid, window.columns()));
      redraw({});
    });
  }, []);
  useKeypress((_, readline) => {
    if (cursorIn(readline) !== drawn.current.cursor) redraw({});
  });
  return (before, typed) => {
    const cursor = cursorOf.current();
    const columns = window.columns();
    const laid = layLine(before, typed, cursor, columns);
    const { lines, row, column } = laid;
    let last = lines.at(-1) ?? "";
    const size = () => stripVTControlCharacters(last).length;
    // Inquirer adds a line to one whose number of characters, also that of none, is a multiple of the columns.
    if (size() % columns === 0) last += " ";
    // Inquirer takes this off again, to know how many lines the cursor is above the last one.
    const added = Math.floor(size() / columns);
    drawn.current = { cursor, place: { cols: column, rows: added - (lines.length - 1 - row) }, laid };
    return [...lines.slice(0, -1), last].join("\n");
  };
}
