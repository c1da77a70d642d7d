import { type Child, el } from "./dom.ts";

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => Child | readonly Child[];
  /** Numbers stand at the right. */
  readonly isText?: boolean;
  /** A name for the style. */
  readonly name: string;
  /** The one that names the row. */
  readonly isHeading?: boolean;
}

/** Roles are given, since a table that the style lays out as a grid is none for a screen reader otherwise. */
export function table<Row>(
  label: string,
  columns: readonly Column<Row>[],
): { element: HTMLTableElement; body: HTMLElement } {
  const body = el("tbody", { role: "rowgroup" });
  const headings = columns.map(({ heading, isText, name }) =>
    el("th", { role: "columnheader", scope: "col", class: classOf(name, isText) }, heading),
  );
  const element = el(
    "table",
    { role: "table", "aria-label": label },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...headings)),
    body,
  );
  return { element, body };
}

export function tableRow<Row>(row: Row, columns: readonly Column<Row>[]): HTMLTableRowElement {
  const cells = columns.map(({ cell, isText, name, isHeading }) => {
    const content = cell(row);
    const children = typeof content === "string" || content instanceof Node ? [content] : content;
    return isHeading === true
      ? el("th", { role: "rowheader", scope: "row", class: classOf(name, isText) }, ...children)
      : el("td", { role: "cell", class: classOf(name, isText) }, ...children);
  });
  return el("tr", { role: "row" }, ...cells);
}

const classOf = (name: string, isText = false) => (isText ? `c-${name} text` : `c-${name}`);
