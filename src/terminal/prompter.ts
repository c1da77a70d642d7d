import { checkbox, confirm, Separator, search, select } from "@inquirer/prompts";
import type { Prompter, Reply } from "../core/context.ts";
import { isHiddenPaste } from "../providers/paste.ts";
import type { Texts } from "../text/message.ts";
import { createAccessiblePrompter } from "./accessible-prompter.ts";
import { PASTE_MODE_OFF, PASTE_MODE_ON } from "./decode-keys.ts";
import { cancelled, Keyboard, runInterruptibly, type Terminal } from "./keyboard.ts";
import { wrap } from "./layout.ts";
import { matchingOrTyped } from "./matching.ts";
import { loadPaint, type Paint } from "./paint.ts";
import { type TakePaste, textPrompt } from "./text-prompt.ts";

export interface PromptStreams {
  readonly input: Terminal;
  readonly output: NodeJS.WritableStream & { readonly columns?: number };
}

interface PromptContext {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Aborted by Escape, Ctrl-C and Ctrl-D. */
  readonly signal: AbortSignal;
  /** Set before the prompt ends, so that a question left with Escape disappears. */
  clearPromptOnDone: boolean;
}

/** Asks with arrow keys and redraws in place; with `accessible`, asks plain numbered questions instead. */
export async function createPrompter(
  { accessible, colour }: { accessible: boolean; colour: boolean },
  { input, output }: PromptStreams,
  { terminal: t }: Pick<Texts, "terminal">,
): Promise<Prompter> {
  if (accessible) return createAccessiblePrompter(new Keyboard(input), output, { terminal: t });
  const keyboard = new Keyboard(input, (open) => output.write(open ? PASTE_MODE_ON : PASTE_MODE_OFF));
  const paint = await loadPaint(colour);
  const { prefix, style } = themeOf(paint);
  /** Inquirer names its keys in English, so each prompt is given its key hints in the user's language. */
  const themeWith = (...keys: readonly (readonly [key: string, action: string])[]) => {
    const tip = keys.map(([key, action]) => `${paint.bold(key)} ${paint.dim(action)}`).join(paint.dim(" • "));
    return { prefix, style: { ...style, keysHelpTip: () => tip } };
  };
  const move = ["↑↓", t.keys.move] as const;
  const pick = ["⏎", t.keys.select] as const;
  let isIntroduced = false;

  const ask = async <T>(takePaste: TakePaste, start: (context: PromptContext) => Promise<T>): Promise<Reply<T>> => {
    if (!isIntroduced) output.write(`${paint.dim(wrap(t.howToLeave, output.columns ?? 80))}\n`);
    isIntroduced = true;
    const controller = new AbortController();
    const context = { input: keyboard, output, signal: controller.signal, clearPromptOnDone: false };
    const stop = keyboard.listen({
      onEscape: () => {
        context.clearPromptOnDone = true;
        controller.abort();
      },
      onInterrupt: () => controller.abort(),
      onPaste: takePaste,
    });
    try {
      return { kind: "answer", value: await start(context) };
    } catch (error) {
      if (!controller.signal.aborted) throw error;
      if (context.clearPromptOnDone) return { kind: "back" };
      throw cancelled();
    } finally {
      stop();
    }
  };

  return {
    text: (question) => {
      let takePaste: TakePaste = () => false;
      const config = {
        ...question,
        onReady: (ready: TakePaste) => {
          takePaste = ready;
        },
        pastedText: t.pasted,
        paint,
        prefix,
        columns: () => output.columns ?? 80,
      };
      return ask(
        (text, marked) => takePaste(text, marked),
        (context) => textPrompt(config, context),
      );
    },
    choose: ({ message, choices, initial }) => {
      const items = choices.map(({ value, label, description = "" }) => ({ value, name: label, description }));
      const preset = initial === undefined ? {} : { default: initial };
      return ask(
        // Keys typed ahead may choose, but pasted text may not.
        (_, marked) => marked,
        (context) => select({ message, choices: items, theme: themeWith(move, pick), ...preset }, context),
      );
    },
    chooseSeveral: ({ message, choices, initial }) => {
      const items = choices.map(({ value, label }) => ({ value, name: label, checked: initial.includes(value) }));
      const theme = themeWith(
        move,
        [t.keys.space, t.keys.toggle],
        ["a", t.keys.all],
        ["i", t.keys.invert],
        ["⏎", t.keys.confirm],
      );
      const validate = (chosen: readonly unknown[]) => chosen.length > 0 || t.selectOne;
      return ask(
        (_, marked) => marked,
        (context) => checkbox({ message, choices: items, theme, validate }, context),
      );
    },
    search: ({ message, choices, initial }) => {
      const source = (term = "") => {
        const found = matchingOrTyped(choices, term, t.notListed);
        if (found.length === 0) return [new Separator(t.noMatch(term))];
        return found.map(({ label, ...rest }) => ({ ...rest, name: label }));
      };
      const theme = themeWith([t.keys.type, t.keys.search], move, pick);
      const preset = initial === undefined ? {} : { default: initial };
      return ask(
        (text) => isHiddenPaste(text, false),
        (context) => search({ message, source, theme, pageSize: 10, ...preset }, context),
      );
    },
    confirm: async ({ message, initial }) => {
      await keyboard.discardTypeahead();
      // Inquirer accepts y and n in every language.
      const hint = paint.dim(initial ? "(Y/n)" : "(y/N)");
      const theme = {
        prefix,
        style: { ...style, defaultAnswer: () => hint },
        keywords: { yes: t.yes, no: t.no, error: () => t.yesOrNo },
      };
      return ask(
        (text) => isHiddenPaste(text, false),
        (context) => confirm({ message, default: initial, theme }, context),
      );
    },
    busy: (message, work) => runInterruptibly(keyboard, work, startSpinner(message, output, paint)),
    note: (text) => void output.write(`${wrap(text, output.columns ?? 80)}\n`),
  };
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const CLEAR_LINE = "\r\u001b[K";

/** Spins until the returned function is called. Stays on one line, since only that can be cleared. */
function startSpinner(message: string, output: PromptStreams["output"], { cyan }: Paint): () => void {
  let frame = 0;
  const draw = () => {
    const text = message.slice(0, Math.max(0, (output.columns ?? 80) - "⠋  ".length));
    output.write(`${CLEAR_LINE}${cyan(FRAMES[frame % FRAMES.length] ?? "")} ${text}`);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  return () => {
    clearInterval(timer);
    output.write(CLEAR_LINE);
  };
}

/** Inquirer's own look. Its colours would depend on standard output, but questions go to standard error. */
function themeOf({ bold, cyan, dim, green, red }: Paint) {
  return {
    prefix: { idle: cyan("?"), done: green("✔") },
    style: {
      answer: cyan,
      message: bold,
      error: (text: string) => red(`> ${text}`),
      defaultAnswer: (text: string) => dim(`(${text})`),
      help: dim,
      highlight: cyan,
      description: cyan,
      disabled: dim,
    },
  };
}
