import type { Choice, Prompter, Reply } from "../../src/core/context.ts";

/** The wish to return to the question before. */
export const BACK = Symbol("back");

/** A question, by how its message begins, and what is answered: a text, yes or no, or how a choice's label begins, with commas between several. */
export type Exchange = readonly [question: string, answer: string | boolean | typeof BACK];

export interface Script {
  /** Hands the prompter to `ask`; rejects unless every exchange took place, in order. */
  run<T>(ask: (prompter: Prompter) => Promise<T>): Promise<T>;
  /** Notes, what was said against answers, and what Enter alone would have meant, in order. */
  readonly said: readonly string[];
  /** What was said of each choice of a search. */
  readonly offered: readonly string[];
  /** Everything that was on the screen. */
  readonly shown: readonly string[];
}

/**
 * A person who expects exactly these questions, in English or in a language that `inEnglish` makes English of. An empty
 * text or label is Enter alone.
 */
export function script(exchanges: readonly Exchange[], inEnglish = (text: string) => text): Script {
  const open = [...exchanges];
  const said: string[] = [];
  const offered: string[] = [];
  const shown: string[] = [];
  const show = (...texts: readonly (string | undefined)[]) => void shown.push(...texts.flatMap((text) => text ?? []));
  const labelled = (choices: readonly Choice<unknown>[]) =>
    choices.flatMap(({ label, description = "" }) => [label, description]);

  const next = (message: string) => {
    const [question, answer] = open.shift() ?? [];
    if (question === undefined || answer === undefined) throw new Error(`unexpected question: ${message}`);
    if (!inEnglish(message).startsWith(question)) throw new Error(`asked "${message}" instead of "${question}"`);
    return answer;
  };
  const unfit = (message: string, answer: unknown) => new Error(`"${message}" cannot be answered ${String(answer)}`);
  const back = { kind: "back" } as const;

  const prompter: Prompter = {
    text: async ({ message, help, shownDefault, problem }) => {
      show(message, help, shownDefault);
      if (shownDefault !== undefined) said.push(`${message} (${shownDefault})`);
      for (;;) {
        const answer = next(message);
        if (answer === BACK) return back;
        if (typeof answer !== "string") throw unfit(message, answer);
        const wrong = problem(answer);
        if (wrong === undefined) return { kind: "answer", value: answer };
        said.push(wrong);
        show(wrong);
      }
    },
    choose: async <T>({ message, choices, initial }: Parameters<Prompter["choose"]>[0]): Promise<Reply<T>> => {
      show(message, ...labelled(choices));
      const answer = next(message);
      if (answer === BACK) return back;
      const preset = choices.find(({ value }) => value === initial) ?? choices[0];
      said.push(`${message} (${preset?.label})`);
      const choice = answer === "" ? preset : choices.find(({ label }) => inEnglish(label).startsWith(String(answer)));
      if (choice === undefined) throw unfit(message, answer);
      return { kind: "answer", value: choice.value as T };
    },
    search: async ({ message, choices, initial }) => {
      show(message, ...labelled(choices));
      offered.push(...choices.map(({ description = "" }) => description));
      const answer = next(message);
      if (answer === BACK) return back;
      const preset = choices.find(({ value }) => value === initial) ?? choices[0];
      said.push(`${message} (${preset?.label})`);
      return { kind: "answer", value: answer === "" ? (preset?.value ?? "") : String(answer) };
    },
    chooseSeveral: async <T>({ message, choices, initial }: Parameters<Prompter["chooseSeveral"]>[0]) => {
      show(message, ...labelled(choices));
      const answer = next(message);
      if (answer === BACK) return back;
      const wanted = String(answer).split(",");
      const chosen =
        answer === ""
          ? choices.filter(({ value }) => initial.includes(value))
          : choices.filter(({ label }) => wanted.some((part) => inEnglish(label).startsWith(part)));
      if (chosen.length !== (answer === "" ? initial : wanted).length) throw unfit(message, answer);
      return { kind: "answer", value: chosen.map(({ value }) => value as T) } as const;
    },
    confirm: async ({ message }) => {
      show(message);
      const answer = next(message);
      if (answer === BACK) return back;
      if (typeof answer !== "boolean") throw unfit(message, answer);
      return { kind: "answer", value: answer };
    },
    busy: async (message, work) => {
      show(message);
      return { kind: "answer", value: await work(new AbortController().signal) };
    },
    note: (text) => {
      said.push(text);
      show(text);
    },
  };

  return {
    run: async (ask) => {
      const result = await ask(prompter);
      if (open.length > 0) throw new Error(`never asked: ${open.map(([question]) => question).join(", ")}`);
      return result;
    },
    said,
    offered,
    shown,
  };
}
