import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { wantsAccessible } from "./accessible.ts";
import { wantsColour } from "./paint.ts";

/** Whether there is a person at a terminal. */
export const canAsk = ({ terminal }: Pick<Context, "terminal">): boolean => terminal.stdin && terminal.stderr;

/**
 * Asks for permission; throws `prompt.cancelled` when it is not given, and `terminal.required` where nobody can be asked:
 * `otherwise` says how to do without.
 */
export async function confirm(message: string, otherwise: string, context: Context): Promise<void> {
  if (!canAsk(context)) {
    throw new OpenclawError("There is no terminal to ask on; nothing was changed.", {
      code: "terminal.required",
      hint: otherwise,
    });
  }
  const prompter = await context.prompter({
    accessible: wantsAccessible({}, context),
    colour: wantsColour(true, context),
  });
  const reply = await prompter.confirm({ message, initial: true });
  if (reply.kind === "back" || !reply.value)
    throw new OpenclawError("Nothing was changed.", { code: "prompt.cancelled" });
}
