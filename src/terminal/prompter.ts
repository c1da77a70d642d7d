import { checkbox, confirm, search, select } from "@inquirer/prompts";
import type { Prompter, Reply } from "../core/context.ts";
import { isHiddenPaste } from "../providers/paste.ts";
import { createAccessiblePrompter } from "./accessible-prompter.ts";
import { cancelled } from "./cancelled.ts";
import { PASTE_MODE_OFF, PASTE_MODE_ON } from "./decode-keys.ts";
import { Keyboard, type Terminal } from "./keyboard.ts";
import { matchingOrTyped } from "./matching.ts";
import { loadPaint, type Paint } from "./paint.ts";
import { type TakePaste, textPrompt } from "./text-prompt.ts";
import { whileListening } from "./while-listening.ts";
import { wrap } from "./wrap.ts";

export interface Streams {
  readonly input: Terminal;
  readonly output: NodeJS.WritableStream & { readonly columns?: number };
}

interface Asking {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Aborted by Escape, Ctrl-C and Ctrl-D. */
  readonly signal: AbortSignal;
  /** Set before the question ends: a question that was left by Escape disappears. */
  clearPromptOnDone: boolean;
}

/** Asks with arrow keys and in place; `accessible` asks plain numbered questions instead. */
export async function createPrompter(
  { accessible, colour }: { accessible: boolean; colour: boolean },
  { input, output }: Streams,
): Promise<Prompter> {
  if (accessible) return createAccessiblePrompter(new Keyboard(input), output);
  const keyboard = new Keyboard(input, (open) => output.write(open ? PASTE_MODE_ON : PASTE_MODE_OFF));
  const paint = await loadPaint(colour);
  const theme = themeOf(paint);
  const { keysHelpTip } = theme.style;
  const typing: [string, string] = ["type", "search"];
  const searching = {
    ...theme,
    style: { ...theme.style, keysHelpTip: (keys: (typeof typing)[]) => keysHelpTip([typing, ...keys]) },
  };
  let introduced = false;

  const ask = async <T>(take: TakePaste, start: (asking: Asking) => Promise<T>): Promise<Reply<T>> => {
    if (!introduced)
      output.write(`${paint.dim("Esc goes back, Ctrl-C leaves. Nothing is written before you agree.")}\n`);
    introduced = true;
    const ending = new AbortController();
    const asking = { input: keyboard, output, signal: ending.signal, clearPromptOnDone: false };
    const stop = keyboard.listen({
      onEscape: () => {
        asking.clearPromptOnDone = true;
        ending.abort();
      },
      onLeave: () => ending.abort(),
      onPaste: take,
    });
    try {
      return { kind: "answer", value: await start(asking) };
    } catch (error) {
      if (!ending.signal.aborted) throw error;
      if (asking.clearPromptOnDone) return { kind: "back" };
      throw cancelled();
    } finally {
      stop();
    }
  };

  return {
    text: (question) => {
      let take: TakePaste = () => false;
      const config = {
        ...question,
        onReady: (ready: TakePaste) => {
          take = ready;
        },
        paint,
        prefix: theme.prefix,
        columns: () => output.columns ?? 80,
      };
      return ask(
        (text, marked) => take(text, marked),
        (asking) => textPrompt(config, asking),
      );
    },
    choose: ({ message, choices, initial }) => {
      const items = choices.map(({ value, label, description = "" }) => ({ value, name: label, description }));
      return ask(
        // Keys that were typed ahead choose; what was copied is no choice.
        (_, marked) => marked,
        (asking) =>
          select({ message, choices: items, theme, ...(initial !== undefined && { default: initial }) }, asking),
      );
    },
    chooseSeveral: ({ message, choices, initial }) => {
      const items = choices.map(({ value, label }) => ({ value, name: label, checked: initial.includes(value) }));
      return ask(
        (_, marked) => marked,
        (asking) => checkbox({ message, choices: items, theme, required: true }, asking),
      );
    },
    search: ({ message, choices, initial }) => {
      const source = (term = "") =>
        matchingOrTyped(choices, term).map(({ label, ...rest }) => ({ ...rest, name: label }));
      return ask(
        (text) => isHiddenPaste(text, false),
        (asking) =>
          search(
            { message, source, theme: searching, pageSize: 10, ...(initial !== undefined && { default: initial }) },
            asking,
          ),
      );
    },
    confirm: async ({ message, initial }) => {
      await keyboard.forget();
      return ask(
        (text) => isHiddenPaste(text, false),
        (asking) => confirm({ message, default: initial, theme }, asking),
      );
    },
    busy: (message, work) => whileListening(keyboard, work, spin(message, output, paint)),
    note: (text) => void output.write(`${wrap(text, output.columns ?? 80)}\n`),
  };
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const CLEAR_LINE = "\r\u001b[K";

/** Shows that something goes on until the function it returns is called: on one line, since only that can be cleared. */
function spin(message: string, output: Streams["output"], { cyan }: Paint): () => void {
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

/** Inquirer's own look, in colour where ours is: it would ask standard output, and questions are on standard error. */
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
      keysHelpTip: (keys: [string, string][]) =>
        keys.map(([key, action]) => `${bold(key)} ${dim(action)}`).join(dim(" • ")),
    },
  };
}
