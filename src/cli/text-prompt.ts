import { createPrompt, isBackspaceKey, isEnterKey, useEffect, useKeypress, usePrefix, useState } from "@inquirer/core";
import type { TextQuestion } from "../core/context.ts";

/** Shown for a hidden answer, whatever its length. */
const MASK = "••••••••";

const HIDE_CURSOR = "\u001b[?25l";

interface TextPromptConfig extends TextQuestion {
  /** Calls back with each text pasted as a block; returns how to stop that. */
  readonly onBlock: (submit: (text: string) => void) => () => void;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
}

/**
 * One line of text. Made on inquirer's own foundation, since its `input` shows what is pasted into it and its
 * `password` shows the length of the answer and can be made to reveal it.
 */
export const textPrompt = createPrompt<string, TextPromptConfig>((config, done) => {
  const [status, setStatus] = useState<"idle" | "done">("idle");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [value, setValue] = useState("");
  const [shown, setShown] = useState("");
  const prefix = usePrefix({ status });

  const submit = (answer: string, shownAnswer: string) => {
    const wrong = config.problem(answer);
    setProblem(wrong);
    if (wrong !== undefined) return false;
    setShown(shownAnswer);
    setStatus("done");
    done(answer);
    return true;
  };

  useEffect(() => config.onBlock((text) => void submit(text, `(pasted ${text.trim().split("\n").length} lines)`)), []);

  useKeypress((key, readline) => {
    if (status === "done") return;
    if (isEnterKey(key)) {
      const accepted = submit(value, value === "" ? (config.shownDefault ?? "") : config.secret ? MASK : value);
      if (accepted) return;
      // Readline has emptied its line; what was typed stays to be corrected, a hidden answer is typed anew.
      if (config.secret) setValue("");
      else readline.write(value);
      return;
    }
    setProblem(undefined);
    if (!config.secret) return setValue(readline.line);
    // Readline never holds more of a secret than the last key: it would move the cursor by the answer's length.
    if (isBackspaceKey(key)) setValue(value.slice(0, -1));
    else if (key.ctrl && key.name === "u") setValue("");
    else setValue(value + readline.line);
    readline.clearLine(0);
  });

  const typed = config.secret ? (value === "" ? "" : MASK) : value;
  const preset = value === "" && config.shownDefault !== undefined ? config.dim(`(${config.shownDefault})`) : "";
  const answer = status === "done" ? shown : [preset, typed].filter((part) => part !== "").join(" ");
  const cursor = config.secret && status === "idle" ? HIDE_CURSOR : "";
  const below =
    status === "done" ? "" : problem === undefined ? config.dim(config.help ?? "") : config.red(`> ${problem}`);
  return [`${prefix} ${config.message} ${answer}${cursor}`, below];
});
