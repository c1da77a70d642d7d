import type { Prompter, Reply } from "../core/context.ts";
import type { Keyboard } from "./keyboard.ts";
import { cancelled, isHiddenPaste } from "./prompter.ts";

const ENTER = /[\r\n]/;
const ERASE = new Set(["\u007f", "\b"]);
/** Ctrl-C and Ctrl-D. */
const LEAVE = new Set(["\u0003", "\u0004"]);

/**
 * Plain questions, numbered, each on lines of its own: nothing is redrawn, coloured or moved, so a screen reader or a
 * terminal without cursor control can follow. Escape and Enter, or `<` and Enter, go one question back.
 */
export function createAccessiblePrompter(keyboard: Keyboard, output: NodeJS.WritableStream): Prompter {
  let asked = 0;

  const readLine = (secret: boolean): Promise<Reply<string>> =>
    new Promise((resolve, reject) => {
      let line = "";
      const finish = (settle: () => void) => {
        keyboard.off("data", onKeys);
        keyboard.off("end", onEnd);
        keyboard.setRawMode(false);
        stop();
        output.write("\n");
        settle();
      };
      const onEnd = () => finish(() => reject(cancelled()));
      const onKeys = (keys: Buffer) => {
        for (const key of keys.toString("utf8")) {
          if (LEAVE.has(key)) return onEnd();
          if (ENTER.test(key))
            return finish(() => resolve(line === "<" ? { kind: "back" } : { kind: "answer", value: line }));
          if (ERASE.has(key)) {
            if (line !== "" && !secret) output.write("\b \b");
            line = [...line].slice(0, -1).join("");
          } else if (key >= " ") {
            line += key;
            if (!secret) output.write(key);
          }
        }
      };
      const stop = keyboard.listen({
        onEscape: () => finish(() => resolve({ kind: "back" })),
        onPaste: (text) => {
          if (!isHiddenPaste(text, secret)) return false;
          finish(() => resolve({ kind: "answer", value: text.replace(/\r\n?/g, "\n") }));
          return true;
        },
      });
      keyboard.setRawMode(true);
      keyboard.on("data", onKeys);
      keyboard.on("end", onEnd);
    });

  const say = (...lines: readonly (string | undefined)[]) => {
    for (const line of lines) if (line !== undefined && line !== "") output.write(`${line}\n`);
  };
  const title = (message: string) => `${++asked}. ${message}`;

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
    confirm: ({ message, initial }) => {
      keyboard.forget();
      say(title(message), `yes or no; Enter alone: ${initial ? "yes" : "no"}`);
      return askUntil(false, (line) => {
        const word = line.trim().toLowerCase();
        if (word === "") return { value: initial };
        if (/^y(es)?$/.test(word)) return { value: true };
        return /^no?$/.test(word) ? { value: false } : "Type yes or no.";
      });
    },
    note: (text) => say(text),
  };
}
