import { checkbox, Separator, search, select } from "@inquirer/prompts";
import type { Prompter, PrompterOptions, Reply } from "../core/context.ts";
import { isHiddenPaste } from "../providers/hidden-paste.ts";
import type { Texts } from "../text/message.ts";
import { createAccessiblePrompter } from "./accessible-prompter.ts";
import { PASTE_MODE_OFF, PASTE_MODE_ON } from "./decode-keys.ts";
import { cancelled, everySecond, Keyboard, runInterruptibly, type Terminal } from "./keyboard.ts";
import { withFacts, wrap } from "./layout.ts";
import { linked } from "./links.ts";
import { matchingOrTyped, yesOrNo } from "./matching.ts";
import { loadPaint, type Paint } from "./paint.ts";
import { type TakePaste, textPrompt } from "./text-prompt.ts";
import { type PromptWindow, useTypedLine } from "./typed-line.ts";
import { cutTo, textWidth } from "./width.ts";

export interface PromptStreams {
  readonly input: Terminal;
  readonly output: NodeJS.WritableStream & { readonly columns?: number };
  /** Calls back before a signal ends the process; returns a function that unsubscribes. */
  readonly onEnd?: (callback: () => void) => () => void;
  /** Opens a page in the user's browser; absent where that is not possible. */
  readonly openPage?: ((url: string) => void) | undefined;
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
  { accessible, colour, links = false }: PrompterOptions,
  { input, output, onEnd = () => () => {}, openPage }: PromptStreams,
  { terminal: t }: Pick<Texts, "terminal">,
): Promise<Prompter> {
  let stopWatching = () => {};
  const keyboard = new Keyboard(input, (open) => {
    if (!accessible) output.write(open ? PASTE_MODE_ON : PASTE_MODE_OFF);
    stopWatching();
    if (open) stopWatching = onEnd(giveBack);
  });
  /** Leaves the terminal as a shell expects it. It may be gone. */
  const giveBack = () => {
    output.on("error", () => {});
    output.write(accessible ? "\n" : `${PASTE_MODE_OFF}${SHOW_CURSOR}\n`);
    input.setRawMode?.(false);
  };
  if (accessible) return createAccessiblePrompter(keyboard, output, openPage, { terminal: t });
  const paint = await loadPaint(colour);
  const columns = () => output.columns ?? 80;
  const window: PromptWindow = {
    columns,
    write: (text) => void output.write(text),
    onResize: (callback) => {
      output.on("resize", callback);
      return () => void output.off("resize", callback);
    },
  };
  const { prefix, style } = themeOf(paint);
  /** Inquirer names its keys in English, so each prompt is given its key hints in the user's language. */
  const themeWith = (...keys: readonly (readonly [key: string, action: string])[]) => {
    const tip = () => {
      let room = columns() + SEPARATOR.length;
      const fitting = keys.filter(([key, action]) => {
        room -= textWidth(`${key} ${action}${SEPARATOR}`);
        return room >= 0;
      });
      return fitting.map(([key, action]) => `${paint.bold(key)} ${paint.dim(action)}`).join(paint.dim(SEPARATOR));
    };
    return { prefix, style: { ...style, keysHelpTip: tip } };
  };
  const move = ["↑↓", t.keys.move] as const;
  const pick = ["⏎", t.keys.select] as const;
  const waitKeys = [
    ["Tab", t.keys.skip],
    ["Esc", t.keys.back],
  ] as const;
  /** Breaks lines between words, and makes links of addresses. */
  const laidOut = (text: string) => {
    const wrapped = wrap(text, columns());
    return links ? linked(wrapped) : wrapped;
  };
  /** A question, which has a mark and a blank before it, and may need room behind it. */
  const headed = (message: string, room = 0) => wrap(`? ${message}`, columns() - room).slice(2);
  /** A chosen label, broken between words behind its question, with a mark and blank before it. */
  const behind = (message: string, label: string) => {
    const start = `✔ ${headed(message)}`.length;
    const after = wrap(`✔ ${message} ${label}`, columns()).slice(start);
    return after.startsWith("\n") ? after : after.slice(1);
  };
  /** A choice, which has its mark before it. */
  const choiceLine = (label: string, mark: string) =>
    wrap(`${" ".repeat(mark.length)}${label}`, columns()).slice(mark.length);
  const print = (text: string) => void output.write(`${laidOut(text)}\n`);
  const textDefaults = {
    onReady: () => {},
    pastedText: t.pasted,
    paint,
    prefix,
    laidOut,
    window,
  };
  let isIntroduced = false;

  const ask = async <T>(takePaste: TakePaste, start: (context: PromptContext) => Promise<T>): Promise<Reply<T>> => {
    if (!isIntroduced) output.write(`${paint.dim(wrap(t.howToLeave, columns()))}\n`);
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
    text: ({ page, ...question }) => {
      let takePaste: TakePaste = () => false;
      const config = {
        ...textDefaults,
        ...question,
        ...(page !== undefined &&
          openPage !== undefined && { onOpen: () => openPage(page), help: `${question.help ?? ""} ${t.opensPage}` }),
        onReady: (ready: TakePaste) => {
          takePaste = ready;
        },
      };
      return ask(
        (text, marked) => takePaste(text, marked),
        (context) => textPrompt(config, context),
      );
    },
    choose: ({ message, choices, initial }) => {
      const items = choices.map(({ value, label, description = "" }) => ({
        value,
        name: choiceLine(label, "❯ "),
        short: behind(message, label),
        description: laidOut(description),
      }));
      const preset = initial === undefined ? {} : { default: initial };
      return ask(
        // Keys typed ahead may choose, but pasted text may not.
        (_, marked) => marked,
        (context) =>
          select({ message: headed(message), choices: items, theme: themeWith(move, pick), ...preset }, context),
      );
    },
    chooseSeveral: ({ message, choices, initial }) => {
      const items = choices.map(({ value, label }) => ({
        value,
        name: choiceLine(label, "❯◯ "),
        short: label,
        checked: initial.includes(value),
      }));
      const theme = themeWith(
        move,
        [t.keys.space, t.keys.toggle],
        ["a", t.keys.all],
        ["i", t.keys.invert],
        ["⏎", t.keys.confirm],
      );
      const renderSelectedChoices = (chosen: readonly { readonly short: string }[]) =>
        behind(message, t.list(chosen.map(({ short }) => short)));
      const style = { ...theme.style, renderSelectedChoices };
      const validate = (chosen: readonly unknown[]) => chosen.length > 0 || t.selectOne;
      return ask(
        (_, marked) => marked,
        (context) =>
          checkbox({ message: headed(message), choices: items, theme: { ...theme, style }, validate }, context),
      );
    },
    search: ({ message, choices, initial }) => {
      const source = (term = "") => {
        const found = matchingOrTyped(choices, term, t.notListed);
        if (found.length === 0) return [new Separator(t.noMatch(term))];
        const rows = withFacts(choices, columns() - "❯ ".length);
        return found.map(({ value, label, description }) => ({
          value,
          name: rows.get(value) ?? choiceLine(label, "❯ "),
          short: label,
          ...(description && { description: laidOut(description) }),
        }));
      };
      const scroll = ["↑↓", t.keys.scroll(choices.length)] as const;
      const shared = themeWith([t.keys.type, t.keys.search], choices.length > PAGE_SIZE ? scroll : move, pick);
      const theme = { ...shared, style: { ...shared.style, ...typedBehind(window, prefix.idle, paint) } };
      const preset = initial === undefined ? {} : { default: initial };
      return ask(
        (text) => isHiddenPaste(text, false),
        (context) => search({ message: headed(message, 2), source, theme, pageSize: PAGE_SIZE, ...preset }, context),
      );
    },
    confirm: async ({ message, initial, details }) => {
      const read = (raw: string) => {
        const value = yesOrNo(raw, initial, t);
        return value === "details" && details === undefined ? undefined : value;
      };
      for (;;) {
        await keyboard.discardTypeahead();
        const start = async (context: PromptContext) => {
          const problem = (raw: string) => {
            // The question is asked again below the details.
            context.clearPromptOnDone = read(raw) === "details";
            if (read(raw) !== undefined) return undefined;
            return details === undefined ? t.yesOrNo : t.yesNoOrDetails;
          };
          const config = {
            ...textDefaults,
            message,
            help: details === undefined ? "" : t.typeForDetails,
            secret: false,
            shownDefault: initial ? "Y/n" : "y/N",
            shownAs: (raw: string) => (read(raw) ? t.yes : t.no),
            problem,
          };
          return read(await textPrompt(config, context));
        };
        const reply = await ask((text) => isHiddenPaste(text, false), start);
        if (reply.kind === "back") return reply;
        if (reply.value !== "details") return { kind: "answer", value: reply.value === true };
        print(details ?? "");
      }
    },
    busy: (message, work, { mustEnd } = { mustEnd: false }) =>
      runInterruptibly(keyboard, work, mustEnd, {
        finish: startSpinner(message, mustEnd ? [] : waitKeys, output, paint, t),
        onIgnored: () => print(t.typedAhead),
      }),
    note: print,
  };
}

/** @why with the questions before it, the list fits a window of 24 lines. */
const PAGE_SIZE = 10;

const SEPARATOR = " • ";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
const CLEAR_LINE = "\r\u001b[K";
const SHOW_CURSOR = "\u001b[?25h";

/**
 * Spins until the returned function is called, and shows for how long. Stays on one line, since only that can be
 * cleared, and drops what does not fit.
 */
function startSpinner(
  message: string,
  keys: readonly (readonly [key: string, action: string])[],
  output: PromptStreams["output"],
  { bold, cyan, dim }: Paint,
  t: Texts["terminal"],
): () => void {
  let frame = 0;
  let seconds = 0;
  const draw = () => {
    let room = (output.columns ?? 80) - "⠋  ".length;
    const shown = cutTo(room, message);
    room -= textWidth(shown);
    const added = (text: string, painted: string) => {
      room -= textWidth(text) + 1;
      return room < 0 ? "" : ` ${painted}`;
    };
    const elapsed = added(t.seconds(seconds), dim(t.seconds(seconds)));
    const tips = keys.map(([key, action]) => added(`  ${key} ${action}`, `  ${bold(key)} ${dim(action)}`));
    const rest = seconds === 0 ? "" : elapsed + tips.join("");
    output.write(`${CLEAR_LINE}${cyan(FRAMES[frame % FRAMES.length] ?? "")} ${shown}${rest}`);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MS);
  const stopCounting = everySecond((count) => {
    seconds = count;
  });
  return () => {
    clearInterval(timer);
    stopCounting();
    output.write(CLEAR_LINE);
  };
}

/**
 * Draws what is typed into a list behind its question, as `useTypedLine` does. Inquirer calls `message` once for each
 * drawing, where hooks may be used, and then `searchTerm`, but only if something is typed.
 */
function typedBehind(window: PromptWindow, prefix: string, paint: Paint) {
  let laid = (typed: string) => typed;
  return {
    message: (message: string) => {
      const lay = useTypedLine(window);
      const question = `${prefix} ${paint.bold(message)} `;
      laid = (typed) => lay(question, typed).slice(question.length);
      laid("");
      return paint.bold(message);
    },
    searchTerm: (typed: string) => {
      const shown = paint.cyan(laid(typed));
      // Inquirer takes blanks at the end away, with the line on which the cursor stands.
      return typed === "" ? "" : shown + SHOW_CURSOR;
    },
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
