import type { Prompter, Reply } from "../core/context.ts";
import { scrub } from "../core/redact.ts";
import { isHiddenPaste, isWholePaste, pastedLines } from "../providers/paste.ts";
import { cancelled } from "./cancelled.ts";
import type { Keyboard } from "./keyboard.ts";
import { matching } from "./matching.ts";
import { whileListening } from "./while-listening.ts";

const ENTER = /[\r\n]/;
const ERASE = new Set(["\u007f", "\b"]);
const CONTROL = /\p{Cc}/u;

/**
 * Plain questions, numbered, each on lines of its own: nothing is redrawn, coloured or moved, so a screen reader or a
 * terminal without cursor control can follow. `<` and Enter, or Escape, go one question back.
 */
export function createAccessiblePrompter(keyboard: Keyboard, output: NodeJS.WritableStream): Prompter {
  let asked = 0;
  let introduced = false;

  const readLine = (secret: boolean): Promise<Reply<string>> =>
    new Promise((resolve, reject) => {
      let line = "";
      const isHidden = () => secret || scrub(line) !== line;
      const finish = (settle: () => void) => {
        keyboard.off("data", onKeys);
        keyboard.setRawMode(false);
        stop();
        output.write("\n");
        settle();
      };
      const onKeys = (keys: Buffer) => {
        const text = keys.toString("utf8");
        // Arrows and other special keys, which arrive each on its own, have nothing to move here.
        if (text.startsWith("\u001b")) return;
        for (const key of text) {
          if (ENTER.test(key))
            return finish(() => resolve(line.trim() === "<" ? { kind: "back" } : { kind: "answer", value: line }));
          if (ERASE.has(key)) {
            if (line !== "" && !isHidden()) output.write("\b \b");
            line = [...line].slice(0, -1).join("");
          } else if (!CONTROL.test(key)) {
            line += key;
            if (!isHidden()) output.write(key);
          }
        }
      };
      const stop = keyboard.listen({
        onEscape: () => finish(() => resolve({ kind: "back" })),
        onLeave: () => finish(() => reject(cancelled())),
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

  const say = (...lines: readonly (string | undefined)[]) => {
    for (const line of lines) if (line !== undefined && line !== "") output.write(`${line}\n`);
  };
  const title = (message: string) => {
    // Before anything invites an answer: the terminal itself must not echo it.
    keyboard.setRawMode(true);
    if (!introduced) say("To go back, type < and Enter; Ctrl-C leaves. Nothing is written before you agree.", "");
    introduced = true;
    asked += 1;
    return `${asked}. ${message}`;
  };

  /** Asks until `read` makes something of the line; a string from it says what is wrong. */
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
      say(result);
    }
  };

  return {
    text: ({ message, help, shownDefault, secret, problem }) => {
      say(
        title(message),
        help,
        secret ? "What you type is not shown." : undefined,
        shownDefault && `Enter alone: ${shownDefault}`,
      );
      return askUntil(secret, (line) => problem(line) ?? { value: line });
    },
    choose: ({ message, choices, initial }) => {
      const preset = Math.max(
        0,
        choices.findIndex(({ value }) => value === initial),
      );
      say(
        title(message),
        ...choices.map(({ label }, index) => `  ${index + 1}) ${label}`),
        `Enter alone: ${preset + 1}`,
      );
      return askUntil(false, (line) => {
        const choice = choices[line.trim() === "" ? preset : Number(line) - 1];
        return choice === undefined ? `Type a number from 1 to ${choices.length}.` : { value: choice.value };
      });
    },
    chooseSeveral: ({ message, choices, initial }) => {
      const presets = choices.flatMap(({ value }, index) => (initial.includes(value) ? [index + 1] : []));
      say(
        title(message),
        ...choices.map(({ label }, index) => `  ${index + 1}) ${label}`),
        `Numbers with commas between; Enter alone: ${presets.join(",")}`,
      );
      return askUntil(false, (line) => {
        const numbers = line.trim() === "" ? presets : line.split(",").map(Number);
        const chosen = choices.filter((_, index) => numbers.includes(index + 1));
        const isClear = chosen.length > 0 && numbers.every((number) => choices[number - 1] !== undefined);
        return isClear ? { value: chosen.map(({ value }) => value) } : `Type numbers from 1 to ${choices.length}.`;
      });
    },
    search: ({ message, choices, initial }) => {
      const preset = choices.find(({ value }) => value === initial) ?? choices[0];
      say(
        title(message),
        ...choices.map(({ label }, index) => `  ${index + 1}) ${label}`),
        "Type a number, or a part of a name.",
        preset && `Enter alone: ${preset.label}`,
      );
      return askUntil(false, (line) => {
        const text = line.trim();
        const numbered = /^\d+$/.test(text) ? choices[Number(text) - 1] : undefined;
        // A whole name is that one, also where others begin with it.
        const chosen = text === "" ? preset : (numbered ?? choices.find(({ label }) => label === text));
        if (chosen !== undefined) return { value: chosen.value };
        const [first, ...others] = matching(choices, text);
        if (first === undefined) return `None has '${text}' in its name. Type a number from 1 to ${choices.length}.`;
        if (others.length === 0) return { value: first.value };
        return `Several have '${text}' in their name: ${[first, ...others].map(({ label }) => label).join(", ")}.`;
      });
    },
    confirm: async ({ message, initial }) => {
      await keyboard.forget();
      say(title(message), `yes or no; Enter alone: ${initial ? "yes" : "no"}`);
      return askUntil(false, (line) => {
        const word = line.trim().toLowerCase();
        if (word === "") return { value: initial };
        if (/^y(es)?$/.test(word)) return { value: true };
        return /^no?$/.test(word) ? { value: false } : "Type yes or no.";
      });
    },
    busy: (message, work) => {
      say(`${message} …`);
      return whileListening(keyboard, work, () => {});
    },
    note: (text) => say(text),
  };
}
