import { jsonDocument } from "../core/json.ts";
import { oneLine } from "../terminal/layout.ts";
import type { Invocation } from "./invocation.ts";

export interface NamesFlags {
  readonly json?: boolean;
  readonly plain?: boolean;
}

/** A list of names in each of its forms, in which credentials are masked. */
interface Names {
  readonly document: object;
  readonly title: string;
  /** As a program reads them. */
  readonly plain: readonly string[];
  /** As a person reads them. */
  readonly listed: readonly string[];
}

/** @source the published OpenClaw 2026.5.28: a title with a count, and a dash before each. */
export function printNames(
  { document, title, plain: names, listed }: Names,
  { json, plain }: NamesFlags,
  { context, shown }: Invocation,
): void {
  const lines = listed.length === 0 ? [context.text.modelEdits.none] : listed.map(oneLine);
  if (json) context.out(jsonDocument(document));
  else if (plain) context.out(names.map((name) => `${oneLine(name)}\n`).join(""));
  else context.out([title, ...lines.map((line) => `- ${shown.text(line)}`), ""].join("\n"));
}
