import { PassThrough } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import type { TextQuestion } from "../../src/core/context.ts";
import { createPrompter, type PromptStreams } from "../../src/terminal/prompter.ts";
import { en } from "../../src/text/en/index.ts";
import { CANARY_KEY } from "../support/program.ts";
import { leftSane } from "../support/terminal.ts";

/** @why a loaded machine takes its time; nothing here depends on how long. */
const soon = (check: () => void) => vi.waitFor(check, { timeout: 120_000, interval: 5 });
const ESC = "\u001b";
const NAME: TextQuestion = {
  message: "Name",
  secret: false,
  problem: (raw) => (raw === "bad" ? "It is bad." : undefined),
};
const KEY: TextQuestion = { ...NAME, message: "Key", secret: true };

const MODES = [{ accessible: false }, { accessible: true }];

/** A prompter on a terminal of the test's own; `press` sends keys, each part of its own. */
async function prompting(accessible: boolean, more: Partial<PromptStreams> = {}) {
  const terminal = new PassThrough();
  // Like standard error, it outlives what is piped into it.
  const output = Object.assign(new PassThrough(), { _isStdio: true });
  let written = "";
  output.on("data", (chunk) => {
    written += chunk;
  });
  const prompter = await createPrompter({ accessible, colour: false }, { input: terminal, output, ...more }, en);
  return {
    ...prompter,
    terminal,
    press: (...keys: readonly string[]) => {
      for (const key of keys) terminal.write(key);
    },
    written: () => written,
  };
}

describe.each(MODES)("a prompter (%o)", ({ accessible }) => {
  it("hands answers on as they were typed", async () => {
    const { text, press } = await prompting(accessible);
    press(" a name\r");
    expect(await text(NAME)).toEqual({ kind: "answer", value: " a name" });
    press(`${CANARY_KEY}\r`);
    expect(await text(KEY)).toEqual({ kind: "answer", value: CANARY_KEY });
  });

  it("asks until the answer will do", async () => {
    const { text, press, written } = await prompting(accessible);
    const answer = text(NAME);
    press("bad\r");
    await soon(() => expect(written()).toContain("It is bad."));
    // Only the one that is redrawn leaves the answer there to be corrected.
    press(accessible ? "better\r" : "ly\r");
    expect(await answer).toEqual({ kind: "answer", value: accessible ? "better" : "badly" });
  });

  it("hands on several lines with line ends of one kind", async () => {
    const { text, press } = await prompting(accessible);
    press("one\r\ntwo\rthree\r");
    expect(await text(NAME)).toEqual({ kind: "answer", value: "one\ntwo\nthree" });
  });

  it("goes back on Escape", async () => {
    const { text, choose, confirm, press, written } = await prompting(accessible);
    for (const [message, ask] of [
      ["Name", () => text(NAME)],
      ["Which", () => choose({ message: "Which", choices: [{ value: 1, label: "one" }] })],
      ["Sure?", () => confirm({ message: "Sure?", initial: true })],
    ] as const) {
      const reply = ask();
      await soon(() => expect(written()).toContain(message));
      press(ESC);
      expect(await reply).toEqual({ kind: "back" });
    }
  });

  it.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("is left by %s, whatever was typed before", async (_, key) => {
    const { text, choose, confirm, press } = await prompting(accessible);
    for (const ask of [
      () => text(NAME),
      () => text(KEY),
      () => choose({ message: "Which", choices: [{ value: 1, label: "one" }] }),
      () => confirm({ message: "Sure?", initial: true }),
    ]) {
      const reply = ask();
      press("abc", key);
      await expect(reply).rejects.toMatchObject({ code: "prompt.cancelled" });
    }
  });

  it("is left when the terminal is closed, and asks nothing afterwards", async () => {
    const { text, confirm, terminal } = await prompting(accessible);
    const reply = text(NAME);
    terminal.end();
    await expect(reply).rejects.toMatchObject({ code: "prompt.cancelled" });
    await expect(confirm({ message: "Sure?", initial: true })).rejects.toMatchObject({ code: "prompt.cancelled" });
  });

  it("does not let anything that was typed ahead agree", async () => {
    const { text, confirm, press, written } = await prompting(accessible);
    const name = text(NAME);
    press("a\r", "yes\r");
    await name;
    const sure = confirm({ message: "Sure?", initial: false });
    await soon(() => expect(written()).toContain("Sure?"));
    press("\r");
    expect(await sure).toEqual({ kind: "answer", value: false });
  });

  it("starts a choice at the one that is preset", async () => {
    const { choose, press } = await prompting(accessible);
    const choices = ["one", "two", "three"].map((label) => ({ value: label, label }));
    press("\r");
    expect(await choose({ message: "Which", choices, initial: "two" })).toEqual({ kind: "answer", value: "two" });
    press("3", "\r");
    expect(await choose({ message: "Which", choices })).toEqual({ kind: "answer", value: "three" });
  });

  it("says once how to go back and how to leave", async () => {
    const { text, press, written } = await prompting(accessible);
    for (const name of ["a", "b"]) {
      press(`${name}\r`);
      await text(NAME);
    }
    expect(written().match(/Ctrl-C/g)).toHaveLength(1);
  });

  it("never writes a hidden answer, nor a credential in a shown one", async () => {
    const { text, press, written } = await prompting(accessible);
    press(`${CANARY_KEY}\r`);
    await text(KEY);
    press(CANARY_KEY.slice(0, 20), CANARY_KEY.slice(20), "\r");
    expect(await text(NAME)).toEqual({ kind: "answer", value: CANARY_KEY });
    expect(written()).not.toMatch(/CANARY|wXyZ/);
  });
});

describe.each(MODES)("a prompter that waits (%o)", ({ accessible }) => {
  const forever = (signal: AbortSignal) =>
    new Promise<string>((resolve) => {
      signal.addEventListener("abort", () => resolve("aborted"));
    });

  it.each([
    ["\t", "skipped"],
    [ESC, "back"],
  ])("ends on %j", async (key, kind) => {
    const { busy, press, written } = await prompting(accessible);
    const waited = busy("Checking", forever);
    press(key);
    expect(await waited).toEqual({ kind });
    expect(written()).not.toContain("not used");
  });

  it("waits for what must end, whatever is pressed", async () => {
    const { busy, press } = await prompting(accessible);
    let finish: (value: string) => void = () => {};
    const work = () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      });
    const waited = busy("Creating", work, { mustEnd: true });
    press("\t", ESC);
    setTimeout(() => finish("created"), 100);
    expect(await waited).toEqual({ kind: "answer", value: "created" });
  });

  it("says that what was typed is no answer to what comes next", async () => {
    const { busy, text, press, written } = await prompting(accessible);
    const waited = busy("Checking", forever);
    press("a name\r", "\t");
    await waited;
    await soon(() => expect(written()).toContain("What you typed meanwhile was not used."));
    const name = text(NAME);
    press("b\r");
    expect(await name).toEqual({ kind: "answer", value: "b" });
  });

  it("shows for how long, and the keys that end it", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const { busy, press, written } = await prompting(accessible);
      const waited = busy("Checking", forever);
      vi.advanceTimersByTime(44_000);
      await soon(() => expect(written()).toContain(accessible ? "after 30 seconds." : "44 s"));
      expect(written()).toMatch(accessible ? /after 5 seconds. To skip this, press Tab/ : /Tab skip {3}Esc back/);
      press("\t");
      await waited;
      // Nothing goes on after the end.
      const before = written();
      vi.advanceTimersByTime(44_000);
      expect(written()).toBe(before);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe.each(MODES)("a prompter that asks for permission (%o)", ({ accessible }) => {
  it("shows the details to whoever asks for them, and asks again", async () => {
    const { confirm, press, written } = await prompting(accessible);
    const sure = confirm({ message: "Sure?", initial: true, details: "the whole list" });
    await soon(() => expect(written()).toContain("Sure?"));
    press("d\r");
    await soon(() => expect(written()).toMatch(/the whole list[\s\S]*Sure\?/));
    press("no\r");
    expect(await sure).toEqual({ kind: "answer", value: false });
  });

  it("takes no answer but yes and no where there are no details", async () => {
    const { confirm, press, written } = await prompting(accessible);
    const sure = confirm({ message: "Sure?", initial: true });
    await soon(() => expect(written()).toContain("Sure?"));
    press("d\r");
    await soon(() => expect(written()).toContain("Type yes or no."));
    press(...(accessible ? [] : ["\u007f"]), "y\r");
    expect(await sure).toEqual({ kind: "answer", value: true });
  });
});

describe.each(MODES)("a question whose answer is found on a page (%o)", ({ accessible }) => {
  const page = "https://a.example/keys";
  const key = accessible ? "?\r" : "\u000f";

  it("opens it on request, and goes on", async () => {
    const opened: string[] = [];
    const { text, press, written } = await prompting(accessible, { openPage: (url) => void opened.push(url) });
    const answer = text({ ...KEY, help: "Copy it.", page });
    await soon(() => expect(written()).toMatch(accessible ? "To open the page, type ? and" : "Copy it. Ctrl-O opens"));
    press(key);
    await soon(() => expect(opened).toEqual([page]));
    press("a\r");
    expect(await answer).toEqual({ kind: "answer", value: "a" });
  });

  it("does not offer that where it cannot be opened, or there is none", async () => {
    const { text, press, written } = await prompting(accessible);
    press("a\r");
    await text({ ...KEY, page });
    const other = await prompting(accessible, { openPage: () => {} });
    other.press("a\r");
    await other.text(KEY);
    expect(written() + other.written()).not.toMatch(/open/);
  });
});

it.each(MODES)("gives the terminal back before a signal ends the process (%o)", async ({ accessible }) => {
  const terminal = Object.assign(new PassThrough(), { setRawMode: vi.fn() });
  const output = Object.assign(new PassThrough(), { _isStdio: true });
  let written = "";
  output.on("data", (chunk) => {
    written += chunk;
  });
  const watchers = new Set<() => void>();
  const onEnd = (callback: () => void) => {
    watchers.add(callback);
    return () => watchers.delete(callback);
  };
  const how = { accessible, colour: false };
  const { text } = await createPrompter(how, { input: terminal, output, onEnd }, en);
  const answer = text(KEY);
  await soon(() => expect(written).toContain("Key"));
  expect(watchers.size).toBe(1);
  for (const watcher of watchers) watcher();
  expect(terminal.setRawMode).toHaveBeenLastCalledWith(false);
  expect(leftSane(written)).toBe(true);
  terminal.write("a\r");
  await answer;
  await soon(() => expect(watchers.size).toBe(0));
});

it("breaks help and complaints between words", async () => {
  const { text, press, written } = await prompting(false);
  const help = "word ".repeat(30).trim();
  press("\r");
  await text({ ...NAME, help });
  const lines = written()
    .split("\n")
    .filter((line) => line.includes("word"));
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(line).toMatch(/^(?:word ?)+(?!\w)/);
});

it("takes Enter alone for the default of a numbered question, and no blanks", async () => {
  const { choose, chooseSeveral, press, written } = await prompting(true);
  const choices = [
    { value: 1, label: "one" },
    { value: 2, label: "two" },
  ];
  for (const ask of [
    () => choose({ message: "Which", choices, initial: 2 }),
    () => chooseSeveral({ message: "Which ones", choices, initial: [2] }),
  ]) {
    const before = written().length;
    const reply = ask();
    press(" \r");
    await soon(() => expect(written().slice(before)).toMatch(/Type (?:a number|numbers) from 1 to 2/));
    press("\r");
    expect([2, [2]]).toContainEqual(((await reply) as { value: unknown }).value);
  }
});
