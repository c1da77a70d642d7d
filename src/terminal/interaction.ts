import type { Context, Prompter } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Message } from "../text/message.ts";
import { wantsColour } from "./paint.ts";

/** Questions are read from standard input and written to standard error. */
export const canPrompt = ({ terminal }: Pick<Context, "terminal">): boolean => terminal.stdin && terminal.stderr;

/** True if questions must be plain and numbered: by flag, else by `OPENCLAW_ACCESSIBLE`, else for a dumb terminal. */
export function wantsAccessible(
  { accessible }: { readonly accessible?: boolean },
  { env }: Pick<Context, "env">,
): boolean {
  return accessible ?? (Boolean(env.OPENCLAW_ACCESSIBLE && env.OPENCLAW_ACCESSIBLE !== "0") || env.TERM === "dumb");
}

/** Asks on standard error, in plain and numbered lines if a flag or the environment wants that. */
export const openPrompter = (flags: { readonly accessible?: boolean }, context: Context): Promise<Prompter> =>
  context.prompter({
    accessible: wantsAccessible(flags, context),
    colour: wantsColour(context.terminal.stderr, context),
  });

interface ConfirmOptions {
  /** Has asked before, and said how to leave. */
  readonly open?: Prompter | undefined;
  /** The meaning of Enter alone; no for what cannot be undone. */
  readonly initial?: boolean;
}

/** Throws `prompt.cancelled` if the user declines, and `terminal.required`, with `hint`, if nobody can be asked. */
export async function confirm(
  message: string,
  hint: Message,
  context: Context,
  { open, initial = true }: ConfirmOptions = {},
): Promise<void> {
  if (!canPrompt(context)) {
    throw new OpenclawError((t) => t.terminal.noTerminal, { code: "terminal.required", hint });
  }
  const prompter = open ?? (await openPrompter({}, context));
  const reply = await prompter.confirm({ message, initial });
  if (reply.kind === "back" || !reply.value) {
    throw new OpenclawError((t) => t.terminal.declined, { code: "prompt.cancelled" });
  }
}
