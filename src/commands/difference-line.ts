import type { Context } from "../core/context.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";

/** Paints a line of a difference. */
export async function differenceLine(
  isTerminal: boolean,
  context: Pick<Context, "env" | "text">,
): Promise<(line: string) => string> {
  const { red, green, dim } = await loadPaint(wantsColour(isTerminal, context));
  return (line) => {
    // The library's only words.
    if (line.startsWith("\\")) return dim(`\\ ${context.text.undo.noLineEnd}`);
    if (line.startsWith("-")) return red(line);
    return line.startsWith("+") ? green(line) : dim(line);
  };
}
