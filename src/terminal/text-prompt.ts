import { createPrompt, isBackspaceKey, isEnterKey, isTabKey, useEffect, useKeypress, useState } from "@inquirer/core";
import type { TextQuestion } from "../core/context.ts";
import { looksLikeCredential } from "../core/redact.ts";
import { isHiddenPaste, isWholePaste, pastedLines } from "../providers/hidden-paste.ts";
import type { Paint } from "./paint.ts";
import { type PromptWindow, useTypedLine } from "./typed-line.ts";

/** Shown for a hidden answer, whatever its length. */
const MASK = "••••••••";

const HIDE_CURSOR = "\u001b[?25l";

/** Returns true if it handled the paste; otherwise the text is typed in. */
export type TakePaste = (text: string, marked: boolean) => boolean;

interface ReadlineLike {
  readonly line: string;
  readonly write: (text: string) => void;
  readonly clearLine: (direction: 0) => void;
}

interface TextPromptConfig extends TextQuestion {
  readonly onReady: (take: TakePaste) => void;
  /** Shown in place of a hidden paste with that many lines. */
  readonly pastedText: (lines: number) => string;
  readonly paint: Paint;
  readonly prefix: { readonly idle: string; readonly done: string };
  /** Breaks lines between words, which Inquirer would not. */
  readonly laidOut: (text: string) => string;
  readonly window: PromptWindow;
  /** Opens the page on which the answer is found. */
  readonly onOpen?: () => void;
  /** Replaces an accepted answer on the screen; otherwise it stays as it was typed. */
  readonly shownAs?: (answer: string) => string;
}

/**
 * One line of text. Not inquirer's own prompts: its `input` shows pasted secrets, and its `password` shows the answer's
 * length and can be made to reveal it.
 */
export const textPrompt = createPrompt<string, TextPromptConfig>((config, done) => {
  const { message, help = "", shownDefault, paint } = config;
  const [status, setStatus] = useState<"idle" | "done">("idle");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [value, setValue] = useState("");
  const [shown, setShown] = useState("");
  // A credential typed into a visible question is hidden as soon as it is recognised.
  const hidden = config.secret || looksLikeCredential(value);

  const submit = (answer: string, shownAnswer: string) => {
    const wrong = config.problem(answer);
    setProblem(wrong);
    if (wrong !== undefined) return false;
    setShown(config.shownAs?.(answer) ?? shownAnswer);
    setStatus("done");
    done(answer);
    return true;
  };

  /** A refused answer that was not corrected makes room for a paste. */
  const giveWay = (readline: ReadlineLike) => {
    setProblem(undefined);
    readline.clearLine(0);
    setValue("");
  };

  const takePaste: (readline: ReadlineLike) => TakePaste = (readline) => (text, marked) => {
    const hide = isHiddenPaste(text, config.secret);
    if (hide && isWholePaste(text, marked)) {
      const lines = pastedLines(text);
      submit(lines, config.pastedText(lines.split("\n").length));
      return true;
    }
    if (!marked && !hide) {
      if (problem !== undefined) giveWay(readline);
      return false;
    }
    const before = problem === undefined ? value : "";
    if (problem !== undefined) giveWay(readline);
    // The line end of a copied line must not act as Enter.
    const line = text.trim();
    if (hide) readline.clearLine(0);
    if (!hide && !hidden) readline.write(line);
    setValue(hide || hidden ? before + line : readline.line);
    return true;
  };
  useEffect((readline) => config.onReady(takePaste(readline)), [value, problem]);

  useKeypress((key, readline) => {
    if (status === "done") return;
    if (key.ctrl && key.name === "o") return config.onOpen?.();
    if (isEnterKey(key)) {
      const accepted = submit(value, value === "" ? (shownDefault ?? "") : hidden ? MASK : value);
      if (accepted) return;
      // Readline has cleared its line. Visible input is put back for correction; hidden input must be typed again.
      if (hidden) setValue("");
      else readline.write(value);
      return;
    }
    setProblem(undefined);
    if (!hidden) {
      if (isTabKey(key)) {
        readline.clearLine(0);
        readline.write(value);
      }
      setValue(readline.line);
      if (looksLikeCredential(readline.line)) readline.clearLine(0);
      return;
    }
    // Readline never holds more of a secret than the last key, or the cursor would show the answer's length.
    const erasesAll = key.ctrl && (key.name === "u" || key.name === "w");
    if (erasesAll || (isBackspaceKey(key) && !config.secret)) setValue("");
    else if (isBackspaceKey(key)) setValue(value.slice(0, -1));
    else setValue(value + readline.line);
    readline.clearLine(0);
  });

  const laid = useTypedLine(config.window);
  const typed = hidden ? (value === "" ? "" : MASK) : value;
  // What yes and no are called stays in view.
  const isPresetShown = shownDefault !== undefined && (value === "" || config.shownAs !== undefined);
  const preset = isPresetShown ? paint.dim(`(${shownDefault})`) : "";
  const cursor = hidden && status === "idle" ? HIDE_CURSOR : "";
  const below = problem === undefined ? paint.dim(config.laidOut(help)) : paint.red(config.laidOut(`> ${problem}`));
  const question = `${config.prefix[status]} ${paint.bold(config.laidOut(`? ${message}`).slice(2))} `;
  if (status === "done") return [laid(question, shown), ""];
  return [laid(`${question}${preset}${preset === "" || typed === "" ? "" : " "}`, typed) + cursor, below];
});
