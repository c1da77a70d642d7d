import { confirm, select } from "@inquirer/prompts";
import type { Prompter, Reply } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { scrub } from "../core/secret.ts";
import { isBlock } from "../providers/paste.ts";
import { createAccessiblePrompter } from "./accessible-prompter.ts";
import { Keyboard, PASTE_MODE_OFF, PASTE_MODE_ON, type Terminal } from "./keyboard.ts";
import { loadPaint } from "./paint.ts";
import { textPrompt } from "./text-prompt.ts";

export interface Streams {
  readonly input: Terminal;
  readonly output: NodeJS.WritableStream;
}

interface Asking {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Aborted by Escape. */
  readonly signal: AbortSignal;
  /** Set before the question ends: a question that was left by Escape disappears. */
  clearPromptOnDone: boolean;
}

type TakeBlock = (text: string) => void;

export const cancelled = () => new OpenclawError("Cancelled; nothing was written.", { code: "prompt.cancelled" });

/** What must not be typed onto the screen: several lines would be several answers, and a credential would show. */
export const isHiddenPaste = (text: string, secret: boolean) => isBlock(text) || (!secret && scrub(text) !== text);

/** Asks with arrow keys and in place; `accessible` asks plain numbered questions instead. */
export async function createPrompter(
  { accessible, colour }: { accessible: boolean; colour: boolean },
  streams: Streams,
): Promise<Prompter> {
  const keyboard = new Keyboard(streams.input);
  if (accessible) return createAccessiblePrompter(keyboard, streams.output);
  const paint = await loadPaint(colour);

  const ask = async <T>(
    secret: boolean,
    takeBlock: () => TakeBlock | undefined,
    start: (asking: Asking) => Promise<T>,
  ): Promise<Reply<T>> => {
    const back = new AbortController();
    const asking = { input: keyboard, output: streams.output, signal: back.signal, clearPromptOnDone: false };
    const stop = keyboard.listen({
      onEscape: () => {
        asking.clearPromptOnDone = true;
        back.abort();
      },
      onPaste: (text) => {
        const take = isHiddenPaste(text, secret) ? takeBlock() : undefined;
        take?.(text.replace(/\r\n?/g, "\n"));
        return take !== undefined;
      },
    });
    streams.output.write(PASTE_MODE_ON);
    try {
      return { kind: "answer", value: await start(asking) };
    } catch (error) {
      if (back.signal.aborted) return { kind: "back" };
      // Ctrl-C, Ctrl-D and a terminal that was closed all end in inquirer's own error.
      throw error instanceof Error && error.name === "ExitPromptError" ? cancelled() : error;
    } finally {
      streams.output.write(PASTE_MODE_OFF);
      stop();
    }
  };
  const noBlock = () => undefined;

  return {
    text: (question) => {
      let take: TakeBlock | undefined;
      const onBlock = (submit: TakeBlock) => {
        take = submit;
        return () => {};
      };
      return ask(
        question.secret,
        () => take,
        (asking) => textPrompt({ ...question, onBlock, dim: paint.dim, red: paint.red }, asking),
      );
    },
    choose: ({ message, choices, initial }) => {
      const items = choices.map(({ value, label, description = "" }) => ({ value, name: label, description }));
      return ask(false, noBlock, (asking) =>
        select({ message, choices: items, ...(initial !== undefined && { default: initial }) }, asking),
      );
    },
    confirm: ({ message, initial }) => {
      keyboard.forget();
      return ask(false, noBlock, (asking) => confirm({ message, default: initial }, asking));
    },
    note: (text) => void streams.output.write(`${text}\n`),
  };
}
