import type { Choice, Prompter, Reply } from "../core/context.ts";
import { looksLikeCredential } from "../core/redact.ts";
import { isHiddenPaste, isWholePaste, pastedLines } from "../providers/hidden-paste.ts";
import type { Texts } from "../text/message.ts";
import { cancelled, everySecond, type Keyboard, runInterruptibly } from "./keyboard.ts";
import { wrap } from "./layout.ts";
import { matching, yesOrNo } from "./matching.ts";
import { textWidth } from "./width.ts";

const ENTER = /[\r\n]/;
const ERASE = new Set(["\u007f", "\b"]);
const CONTROL = /\p{Cc}/u;

/** No answer to any question. */
const OPEN_PAGE = "?";

/** @why a screen reader speaks every line, so that a new one is for those who begin to wonder. */
const FIRST_WORD_SECONDS = 5;
const NEXT_WORD_SECONDS = 30;

/**
 * Plain numbered questions. Nothing is redrawn, coloured or moved, so that screen readers and terminals without cursor
 * control can follow. `<` and Enter, or Escape, go back one question.
 */
export function createAccessiblePrompter(
  keyboard: Keyboard,
  output: NodeJS.WritableStream & { readonly columns?: number },
  openPage: ((url: string) => void) | undefined,
  { terminal: t }: Pick<Texts, "terminal">,
): Prompter {
  let asked = 0;
  let isIntroduced = false;

  const readLine = (secret: boolean): Promise<Reply<string>> =>
    new Promise((resolve, reject) => {
      let line = "";
      const isHidden = () => secret || looksLikeCredential(line);
      const finish = (settle: () => void) => {
        keyboard.off("data", onKeys);
        keyboard.setRawMode(false);
        stop();
        output.write("\n");
        settle();
      };
      const onKeys = (keys: Buffer) => {
        const text = keys.toString("utf8");
        // Ignores arrows and other special keys, each of which arrives in a chunk of its own.
        if (text.startsWith("\u001b")) return;
        for (const key of text) {
          if (ENTER.test(key))
            return finish(() => resolve(line.trim() === "<" ? { kind: "back" } : { kind: "answer", value: line }));
          if (ERASE.has(key)) {
            const erased = [...line].at(-1) ?? "";
            if (!isHidden()) output.write("\b \b".repeat(textWidth(erased)));
            line = line.slice(0, line.length - erased.length);
          } else if (!CONTROL.test(key)) {
            line += key;
            if (!isHidden()) output.write(key);
          }
        }
      };
      const stop = keyboard.listen({
        onEscape: () => finish(() => resolve({ kind: "back" })),
        onInterrupt: () => finish(() => reject(cancelled())),
        onPaste: (text, marked) => {
          if (!isHiddenPaste(text, secret)) return false;
          if (isWholePaste(text, marked)) finish(() => resolve({ kind: "answer", value: pastedLines(text) }));
          else line += text;
          return true;
        },
      });
      keyboard.setRawMode(true);
      keyboard.on("data", onKeys);
    });

  const print = (...lines: readonly (string | undefined)[]) => {
    for (const line of lines) if (line !== undefined && line !== "") output.write(`${wrap(line, output.columns)}\n`);
  };
  const printQuestion = (message: string, ...lines: readonly (string | undefined)[]) => {
    // Set before printing anything that invites input, so that the terminal does not echo it.
    keyboard.setRawMode(true);
    if (!isIntroduced) print(t.howToLeaveByTyping, "");
    isIntroduced = true;
    asked += 1;
    print(`${asked}. ${message}`, ...lines);
  };
  const numbered = (choices: readonly Choice<unknown>[]) =>
    choices.map(({ label, facts = [] }, index) => {
      const known = facts.filter((fact) => fact !== "");
      return `  ${index + 1}) ${t.withFacts({ label, facts: known })}`;
    });

  /** Asks until `read` returns a value; a string is an error message to print. */
  const askUntil = async <T>(secret: boolean, read: (line: string) => { value: T } | string): Promise<Reply<T>> => {
    for (;;) {
      output.write("> ");
      const reply = await readLine(secret);
      if (reply.kind === "back") {
        asked = Math.max(0, asked - 2);
        return reply;
      }
      const result = read(reply.value);
      if (typeof result !== "string") return { kind: "answer", value: result.value };
      print(result);
    }
  };

  return {
    text: async ({ message, help, page, shownDefault, secret, problem }) => {
      const open = page === undefined ? undefined : openPage;
      const lines = [help, open && t.opensPageByTyping, secret ? t.isHidden : undefined];
      printQuestion(message, ...lines, shownDefault && t.pressEnterFor(shownDefault));
      return askUntil(secret, (line) => {
        if (line.trim() !== OPEN_PAGE || open === undefined) return problem(line) ?? { value: line };
        open(page ?? "");
        return "";
      });
    },
    choose: ({ message, choices, initial }) => {
      const index = choices.findIndex(({ value }) => value === initial);
      const preset = Math.max(0, index);
      printQuestion(message, ...numbered(choices), t.pressEnterFor(String(preset + 1)));
      return askUntil(false, (line) => {
        const choice = choices[line === "" ? preset : Number(line) - 1];
        return choice === undefined ? t.number(choices.length) : { value: choice.value };
      });
    },
    chooseSeveral: ({ message, choices, initial }) => {
      const presets = choices.flatMap(({ value }, index) => (initial.includes(value) ? [index + 1] : []));
      printQuestion(message, ...numbered(choices), t.numbersOrEnter(presets.join(",")));
      return askUntil(false, (line) => {
        const numbers = line === "" ? presets : line.split(",").map(Number);
        const chosen = choices.filter((_, index) => numbers.includes(index + 1));
        const isValid = chosen.length > 0 && numbers.every((number) => choices[number - 1] !== undefined);
        return isValid ? { value: chosen.map(({ value }) => value) } : t.numbers(choices.length);
      });
    },
    search: ({ message, choices, initial }) => {
      const preset = choices.find(({ value }) => value === initial) ?? choices[0];
      printQuestion(message, ...numbered(choices), t.numberOrName, preset && t.pressEnterFor(preset.label));
      return askUntil(false, (line) => {
        const typed = line.trim();
        const byNumber = /^\d+$/.test(typed) ? choices[Number(typed) - 1] : undefined;
        // An exact label wins over longer ones that start with it.
        const chosen = typed === "" ? preset : (byNumber ?? choices.find(({ label }) => label === typed));
        if (chosen !== undefined) return { value: chosen.value };
        const [first, ...others] = matching(choices, typed);
        if (first === undefined) return t.noMatchOfNumbered({ typed, highest: choices.length });
        if (others.length === 0) return { value: first.value };
        return t.severalMatch({ typed, names: [first, ...others].map(({ label }) => label) });
      });
    },
    confirm: async ({ message, initial, details }) => {
      for (;;) {
        await keyboard.discardTypeahead();
        printQuestion(message, t.yesOrNoOrEnter(initial ? "yes" : "no"), details && t.typeForDetails);
        const reply = await askUntil<boolean | "details">(false, (line) => {
          const value = yesOrNo(line, initial, t);
          if (value === undefined) return details === undefined ? t.yesOrNo : t.yesNoOrDetails;
          return value === "details" && details === undefined ? t.yesOrNo : { value };
        });
        if (reply.kind === "back") return reply;
        if (reply.value !== "details") return { kind: "answer", value: reply.value };
        asked -= 1;
        print(details);
      }
    },
    busy: async <T>(message: string, work: (signal: AbortSignal) => Promise<T>, { mustEnd } = { mustEnd: false }) => {
      print(`${message} …`);
      const stop = everySecond((seconds) => {
        if (seconds === FIRST_WORD_SECONDS) print(mustEnd ? t.stillWaiting(seconds) : t.stillWaitingWithKeys(seconds));
        else if (seconds % NEXT_WORD_SECONDS === 0) print(t.stillWaiting(seconds));
      });
      const display = { finish: stop, onIgnored: () => print(t.typedAhead) };
      const waited = await runInterruptibly(keyboard, work, mustEnd, display);
      if (waited.kind === "back") asked = Math.max(0, asked - 1);
      return waited;
    },
    note: (text) => print(text),
  };
}
