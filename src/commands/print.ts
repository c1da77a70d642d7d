import type { Context } from "../core/context.ts";
import type { Shown } from "../core/shown.ts";
import { wrap } from "../terminal/layout.ts";
import { type Message, say } from "../text/message.ts";

/** Writes lines as wide as the terminal, with commands and paths as a person types them. */
export const linePrinter =
  (write: (text: string) => void, { columns }: Pick<Context, "columns">, shown: Shown) =>
  (line: string): void =>
    write(`${wrap(shown.text(line), columns())}\n`);

/** Standard error takes them, so that standard output has nothing but the result. */
export function showWarnings(warnings: readonly Message[], { err, text }: Pick<Context, "err" | "text">): void {
  for (const warning of warnings) err(`${text.commands.note(say(warning, text))}\n`);
}
