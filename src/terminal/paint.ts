import type { Context } from "../core/context.ts";

type Stroke = (text: string) => string;

/** Without colour, each returns its text unchanged. */
export interface Paint {
  readonly bold: Stroke;
  readonly cyan: Stroke;
  readonly dim: Stroke;
  readonly red: Stroke;
  readonly green: Stroke;
  readonly yellow: Stroke;
}

const plain: Stroke = (text) => text;
const PLAIN: Paint = { bold: plain, cyan: plain, dim: plain, red: plain, green: plain, yellow: plain };

export async function loadPaint(colour: boolean): Promise<Paint> {
  if (!colour) return PLAIN;
  const { Chalk } = await import("chalk");
  const { bold, cyan, dim, green, red, yellow } = new Chalk({ level: 1 });
  // Chalk prints all its arguments, including the index passed by `map`.
  const unary =
    (stroke: Stroke): Stroke =>
    (text) =>
      stroke(text);
  return {
    bold: unary(bold),
    cyan: unary(cyan),
    dim: unary(dim),
    green: unary(green),
    red: unary(red),
    yellow: unary(yellow),
  };
}

/** @source https://no-color.org and https://force-color.org: any value but the empty one counts. */
export function wantsColour(isTerminal: boolean, { env }: Pick<Context, "env">): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return isTerminal && env.TERM !== "dumb";
}
