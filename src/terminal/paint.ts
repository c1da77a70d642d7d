import type { Context } from "../core/context.ts";

type Stroke = (text: string) => string;

/** The few colours the program uses; each returns its text unchanged where colour is off. */
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

/** Loads the colour library only where it is used. */
export async function loadPaint(colour: boolean): Promise<Paint> {
  if (!colour) return PLAIN;
  const { Chalk } = await import("chalk");
  const { bold, cyan, dim, green, red, yellow } = new Chalk({ level: 1 });
  // Chalk itself would write out every further argument, such as those of `map`.
  const alone =
    (stroke: Stroke): Stroke =>
    (text) =>
      stroke(text);
  return {
    bold: alone(bold),
    cyan: alone(cyan),
    dim: alone(dim),
    green: alone(green),
    red: alone(red),
    yellow: alone(yellow),
  };
}

/** @source https://no-color.org and https://force-color.org: any value that is not empty. */
export function wantsColour(isTerminal: boolean, { env }: Pick<Context, "env">): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return isTerminal && env.TERM !== "dumb";
}
