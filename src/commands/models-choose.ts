import { loadReadable } from "../config/resolve.ts";
import type { Choice } from "../core/context.ts";
import { attempt, OpenclawError } from "../core/errors.ts";
import { withoutCredentials } from "../core/redact.ts";
import { namedModel } from "../models/named.ts";
import { type OfferedModel, offerOf } from "../models/offered.ts";
import { formatModelRef, formatTokens } from "../providers/model.ts";
import { canPrompt, openPrompter } from "../terminal/interaction.ts";
import { oneLine } from "../terminal/layout.ts";
import { say, type Texts } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";
import { assertSetUp, type KnownIn } from "./models-known.ts";

/**
 * Has a person choose the default model from everything that the configured providers offer; what is typed instead may be
 * any name. Throws `terminal.required`, `prompt.cancelled` and `config.missing`.
 */
export async function chooseModel(knownIn: KnownIn, invocation: Invocation): Promise<string> {
  const { context, paths } = invocation;
  if (!canPrompt(context))
    throw new OpenclawError((t) => t.terminal.noTerminal, {
      code: "terminal.required",
      hint: (t) => t.modelEdits.passModel,
    });
  const known = knownIn(await loadReadable(paths(), context));
  assertSetUp(known.config);
  const { models, current, initial } = offerOf(known, context.now());
  const prompter = await openPrompter({}, invocation.context);
  const { text } = context;
  if (current?.retirement !== undefined) {
    const { date, state, successor } = current.retirement;
    const said = { model: withoutCredentials(current.ref), date, isOver: state === "over", successor };
    prompter.note(text.modelEdits.defaultRetired(said));
  }
  prompter.note(text.modelEdits.shownFacts);
  const choices = models.map((model) => choiceOf(model, text));
  for (;;) {
    const reply = await prompter.search({
      message: text.modelEdits.whichModel,
      choices,
      ...(initial !== undefined && { initial }),
    });
    if (reply.kind === "back") throw new OpenclawError((t) => t.terminal.declined, { code: "prompt.cancelled" });
    const named = await attempt(() => namedModel(reply.value, known));
    if (named.ok) return formatModelRef(named.value);
    const { says, hint } = named.error;
    prompter.note(`  ${[says, ...(hint ? [hint] : [])].map((one) => say(one, text)).join(" ")}`);
  }
}

function choiceOf(
  { ref, name, contextWindow, price, retirement, isDefault }: OfferedModel,
  text: Texts,
): Choice<string> {
  const { modelEdits: t } = text;
  const context = contextWindow === undefined ? "" : formatTokens(contextWindow);
  const gone = retirement === undefined ? "" : t[retirement.state === "over" ? "retired" : "until"](retirement.date);
  const described = text.onboard.modelDescription({ name: oneLine(name), context, price, date: retirement?.date });
  return {
    value: ref,
    label: oneLine(withoutCredentials(ref)),
    facts: [
      context,
      price === undefined ? "" : `$${price.input}/$${price.output}`,
      gone || (isDefault ? t.current : ""),
    ],
    description: described,
  };
}

/** Asks whether a retired model's successor is meant instead. Throws `prompt.cancelled`. */
export async function successorInstead(
  said: { readonly model: string; readonly date: string; readonly successor: string },
  invocation: Invocation,
): Promise<boolean> {
  const { modelEdits: text } = invocation.context.text;
  const prompter = await openPrompter({}, invocation.context);
  const reply = await prompter.confirm({ message: text.useSuccessor(said), initial: true });
  if (reply.kind === "back") throw new OpenclawError((t) => t.terminal.declined, { code: "prompt.cancelled" });
  return reply.value;
}
