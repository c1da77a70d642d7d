import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { decodeKeys } from "../../src/terminal/decode-keys.ts";
import { Keyboard, type KeyboardListener } from "../../src/terminal/keyboard.ts";
import { CANARY_KEY } from "../support/program.ts";

const ESC = "\u001b";
/** @why a loaded machine takes its time; nothing here depends on how long. */
const soon = (check: () => void) => vi.waitFor(check, { timeout: 120_000, interval: 5 });
const pasted = (text: string) => `${ESC}[200~${text}${ESC}[201~`;

describe("decodeKeys", () => {
  it.each<[string, string, ReturnType<typeof decodeKeys>]>([
    ["text", "abc\r", { events: [{ kind: "keys", text: "abc\r" }], rest: "" }],
    ["a lone Escape, which may be the start of more", ESC, { events: [], rest: ESC }],
    ["an arrow", `${ESC}[A`, { events: [{ kind: "keys", text: `${ESC}[A` }], rest: "" }],
    ["a key of the Linux console", `${ESC}[[A`, { events: [{ kind: "keys", text: `${ESC}[[A` }], rest: "" }],
    ["half an arrow", `x${ESC}[1;5`, { events: [{ kind: "keys", text: "x" }], rest: `${ESC}[1;5` }],
    ["an application key", `${ESC}OP`, { events: [{ kind: "keys", text: `${ESC}OP` }], rest: "" }],
    [
      "Escape and then an arrow",
      `${ESC}${ESC}[A`,
      { events: [{ kind: "escape" }, { kind: "keys", text: `${ESC}[A` }], rest: "" },
    ],
    [
      "Ctrl-C among text",
      "a\u0003b",
      { events: [{ kind: "keys", text: "a" }, { kind: "interrupt" }, { kind: "keys", text: "b" }], rest: "" },
    ],
    ["Ctrl-D", "\u0004", { events: [{ kind: "interrupt" }], rest: "" }],
    [
      "Ctrl-C in the middle of a sequence",
      `${ESC}[\u0003`,
      { events: [{ kind: "keys", text: `${ESC}[` }, { kind: "interrupt" }], rest: "" },
    ],
    [
      "a paste",
      `a${pasted("x\ry")}b`,
      {
        events: [
          { kind: "keys", text: "a" },
          { kind: "paste", text: "x\ry" },
          { kind: "keys", text: "b" },
        ],
        rest: "",
      },
    ],
    ["half a paste", `${ESC}[200~x`, { events: [], rest: `${ESC}[200~x` }],
  ])("understands %s", (_, input, expected) => {
    expect(decodeKeys(input, false)).toEqual(expected);
  });

  it.each<[string, string, ReturnType<typeof decodeKeys>["events"]]>([
    ["a lone Escape", ESC, [{ kind: "escape" }]],
    ["three of them", ESC.repeat(3), [{ kind: "escape" }, { kind: "escape" }, { kind: "escape" }]],
    ["half an arrow", `${ESC}[`, [{ kind: "keys", text: `${ESC}[` }]],
    ["a paste without an end", `${ESC}[200~x`, [{ kind: "paste", text: "x" }]],
  ])("understands %s when nothing follows", (_, input, events) => {
    expect(decodeKeys(input, true)).toEqual({ events, rest: "" });
  });
});

/** A keyboard on a terminal of the test's own, and everything that came through it. */
function keyboard(onPaste: KeyboardListener["onPaste"] = () => false) {
  const terminal = Object.assign(new PassThrough(), { setRawMode: vi.fn() });
  const sessions: boolean[] = [];
  const keys = new Keyboard(terminal, (open) => sessions.push(open));
  const heard: string[] = [];
  keys.on("data", (chunk: Buffer) => heard.push(String(chunk)));
  const listener: KeyboardListener = {
    onEscape: () => heard.push("<escape>"),
    onInterrupt: () => heard.push("<interrupt>"),
    onPaste: (text, marked) => {
      heard.push(`<${marked ? "paste" : "burst"}>`);
      return onPaste(text, marked);
    },
  };
  return { terminal, keys, heard, sessions, listen: () => keys.listen(listener) };
}

describe("Keyboard", () => {
  it("hands keys on, and Escape once nothing follows it", async () => {
    const { terminal, heard, listen } = keyboard();
    listen();
    terminal.write(`ab${ESC}[A`);
    terminal.write(ESC);
    await soon(() => expect(heard).toEqual(["ab", `${ESC}[A`, "<escape>"]));
  });

  it("keeps what was typed ahead for the questions it is meant for", async () => {
    const { terminal, heard, listen } = keyboard();
    const stop = listen();
    terminal.write("one\r");
    terminal.write("two\r");
    stop();
    await setImmediate();
    listen();
    await soon(() => expect(heard).toEqual(["one\r", "two\r"]));
  });

  it("types the lines of an unmarked burst one after another when the question does not want it", async () => {
    const { terminal, heard, listen } = keyboard();
    listen();
    terminal.write("one\rtwo\r\nthree");
    await soon(() => expect(heard).toEqual(["<burst>", "one\r", "two\r\n", "three"]));
  });

  it("does not press Enter for a line end at the end of a paste", async () => {
    const { terminal, heard, listen } = keyboard();
    listen();
    terminal.write(pasted("one\r"));
    await soon(() => expect(heard).toEqual(["<paste>", "one"]));
  });

  it("treats a credential that comes all at once as a paste", async () => {
    const { terminal, heard, listen } = keyboard(() => true);
    listen();
    terminal.write(`${CANARY_KEY}\r`);
    await soon(() => expect(heard).toEqual(["<burst>"]));
  });

  it("forgets what was typed ahead, but not that the person wants to leave", async () => {
    const { terminal, keys, heard, listen } = keyboard();
    const stop = listen();
    terminal.write("one\r\u0003yes\r");
    stop();
    terminal.write("y\r");
    await keys.discardTypeahead();
    listen();
    await soon(() => expect(heard).toContain("<interrupt>"));
    expect(heard.join()).not.toContain("y");
  });

  it("lets the person leave in the middle of a paste that does not end", async () => {
    const { terminal, heard, listen } = keyboard();
    listen();
    terminal.write(`${ESC}[200~half`);
    terminal.write("\u0003");
    await soon(() => expect(heard).toEqual(["<interrupt>"]));
  });

  it("does not let Ctrl-Z through, since nothing would wake the question again", async () => {
    const { terminal, heard, listen } = keyboard();
    listen();
    terminal.write("a\u001ab");
    await soon(() => expect(heard).toEqual(["ab"]));
  });

  it.each<[string, (terminal: PassThrough) => void]>([
    ["ends", (terminal) => terminal.end()],
    ["is closed", (terminal) => terminal.destroy()],
    ["fails", (terminal) => terminal.destroy(new Error("EIO"))],
  ])("leaves when the terminal %s", async (_, go) => {
    const { terminal, heard, listen } = keyboard();
    listen();
    go(terminal);
    await soon(() => expect(heard[0]).toBe("<interrupt>"));
  });

  it("leaves when the terminal was gone before the question came", async () => {
    const { terminal, heard, listen } = keyboard();
    terminal.end();
    terminal.resume();
    await soon(() => expect(terminal.readableEnded).toBe(true));
    listen();
    await soon(() => expect(heard[0]).toBe("<interrupt>"));
  });

  it("keeps the terminal between two questions and gives it back after the last", async () => {
    const { terminal, keys, sessions } = keyboard();
    keys.setRawMode(true);
    keys.setRawMode(false);
    keys.setRawMode(true);
    expect(sessions).toEqual([true]);
    keys.setRawMode(false);
    await setImmediate();
    await setImmediate();
    expect(sessions).toEqual([true, false]);
    expect(terminal.setRawMode.mock.calls).toEqual([[true], [false]]);
  });
});
