import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { EXAMPLES, wordsOf } from "../../src/commands/help.ts";
import { OTHER_COMMANDS, OTHER_NAMES } from "../../src/commands/meant.ts";
import { createProgram } from "../../src/commands/program.ts";
import { shownTo } from "../../src/core/shown.ts";
import { PROVIDERS } from "../../src/providers/registry.ts";
import { textWidth } from "../../src/terminal/width.ts";
import { openclaw, temporaryHome } from "../support/program.ts";
import { testContext } from "../support/real-context.ts";

const COMMANDS = Object.keys(EXAMPLES);

const help = async (path: string, columns?: number) =>
  openclaw([...path.split(" ").filter(Boolean), "--help"], {
    home: temporaryHome(),
    context: { columns: () => columns },
  });

/** Every command, complete. */
async function wholeProgram(): Promise<readonly Command[]> {
  const program = await createProgram(
    COMMANDS.flatMap((path) => path.split(" ")),
    {
      about: { version: "1", node: "v20.20.0", platform: "linux" },
      context: testContext(),
      providers: async () => PROVIDERS,
      endWith: () => {},
      shown: shownTo({ program: () => "openclaw", profile: () => undefined, home: () => undefined }),
    },
  );
  const below = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(below)];
  return below(program);
}

describe("a help page", () => {
  it("is there for every command, with examples", async () => {
    expect((await wholeProgram()).map(wordsOf).sort()).toEqual([...COMMANDS].sort());
  });

  it("names in its examples only commands and flags that exist", async () => {
    const commands = await wholeProgram();
    for (const [line] of Object.values(EXAMPLES).flat()) {
      const words = line.replace(/^.*openclaw |[")|&].*$/g, "").split(" ");
      if (words[0] === "help") continue;
      const named = commands.findLast((command) => words.join(" ").startsWith(wordsOf(command)));
      expect(named && wordsOf(named), line).toBeTruthy();
      const flags = named?.options.map(({ long }) => long);
      for (const flag of words.filter((word) => word.startsWith("--"))) expect(flags, line).toContain(flag);
    }
  });

  it("is what a suggestion has: its command, its flag, and none that is called as other programs call it", async () => {
    const commands = await wholeProgram();
    const flagsOf = (words: string) => commands.find((one) => wordsOf(one) === words)?.options.map(({ long }) => long);
    for (const [above, names] of Object.entries(OTHER_COMMANDS))
      for (const [name, lines] of Object.entries(names)) {
        expect(flagsOf(`${above} ${name}`.trim()), name).toBeUndefined();
        for (const line of lines) {
          const [words = "", flag] = line.replace("openclaw ", "").split(/ (?=--)/);
          expect(flag === undefined ? [flagsOf(words)] : flagsOf(words), line).toEqual(
            flag === undefined ? [expect.any(Array)] : expect.arrayContaining([flag]),
          );
        }
      }
    const flags = commands.map((command) => command.options.flatMap(({ long }) => long ?? []));
    for (const [name, meant] of Object.entries(OTHER_NAMES))
      for (const one of meant) {
        const having = flags.filter((all) => all.some((flag) => flag === `--${one}` || flag.endsWith(`-${one}`)));
        expect([having.length > 0, having.every((all) => all.includes(`--${name}`))], `${name}: ${one}`).toEqual([
          true,
          false,
        ]);
      }
  });

  it.each(COMMANDS)("is wrapped at words in any window: %s", async (path) => {
    const wide = await help(path, 1000);
    expect(wide).toMatchObject({ status: 0, stderr: "" });
    expect(wide.stdout).toContain("\nExamples:\n  ");
    expect(wide.stdout).toContain("\nExit statuses:\n  0 ");
    expect(wide.stdout).toMatch(/\n\nDocs: https:\/\/docs\.openclaw\.ai\/\S+\n$/);
    const words = (text: string) => text.replace(/ \\\n/g, " ").split(/\s+/).join(" ");
    for (const columns of [120, 80, 60, 40]) {
      const { stdout } = await help(path, columns);
      expect(words(stdout)).toBe(words(wide.stdout));
      // One word may be longer than the window, or a flag of an example with its value.
      for (const line of stdout.split("\n").filter((one) => one.length > columns))
        expect(line.trim(), `${columns}`).toMatch(/^(?:\S+|--\S+ \S+(?: \\)?|Docs: \S+|.*"\$\(openclaw .*)$/);
    }
  });

  it.each(COMMANDS)("of `%s` names values in Chinese, and descriptions begin in one column", async (path) => {
    const { stdout } = await openclaw([...path.split(" ").filter(Boolean), "--help", "--lang", "zh-TW"], {
      home: temporaryHome(),
      context: { columns: () => 100 },
    });
    expect(stdout.match(/[<[](?!on\|off|shell)[a-z|-]+(?:\.\.\.)?[\]>]/g)).toBeNull();
    expect(stdout.split("\n")[0]).toMatch(/^用法：openclaw .*\[旗標\]$/);
    const beside = stdout.split("\n").filter((line) => /^ {2}-\S.* {2}\S/.test(line));
    expect(beside.map((line) => textWidth(/^ {2}\S.*? {2,}/.exec(line)?.[0] ?? ""))).toEqual(beside.map(() => 26));
  });

  it("has the flags of onboard in groups", async () => {
    const { stdout } = await help("onboard", 80);
    expect(stdout.match(/^[A-Z].*:$/gm)).toEqual([
      "What to set up:",
      "Credentials:",
      "Local gateway:",
      "Remote gateway:",
      "How to run:",
      "Examples:",
      "Exit statuses:",
    ]);
    const [, credentials = ""] = stdout.split("Credentials:");
    expect(credentials.split("Local gateway:")[0]).toContain("--cloudflare-ai-gateway-api-key-file <path>");
    expect(stdout.split("How to run:")[1]).toContain("  -h, --help ");
  });

  it.each([
    [["help", "models", "list"], "Usage: openclaw models list [flags]"],
    [["help", "gateway"], "Usage: openclaw gateway <command> [flags]"],
    [["models", "help", "refresh"], "Usage: openclaw models refresh [flags]"],
    [["help", "help"], "Usage: openclaw <command> [flags]"],
  ])("is shown by %j", async (args, usage) => {
    const { status, stdout } = await openclaw(args, { home: temporaryHome() });
    expect([status, stdout.split("\n")[0]]).toEqual([0, usage]);
  });

  it.each([
    [["help", "nosuch"], "nosuch", "For help, run `openclaw --help`."],
    [["help", "docter"], "docter", "Did you mean `doctor`?"],
    [["help", "models", "lst"], "lst", "Did you mean `list`?"],
    [["gateway", "help", "nosuch"], "nosuch", "For help, run `openclaw gateway --help`."],
    [["models", "nosuch"], "nosuch", "For help, run `openclaw models --help`."],
    [["models", "refesh"], "refesh", "Did you mean `refresh`?"],
    [["nosuch"], "nosuch", "For help, run `openclaw --help`."],
  ])("is an error for a command that does not exist: %j", async (args, name, hint) => {
    expect(await openclaw(args, { home: temporaryHome() })).toEqual({
      status: 2,
      stdout: "",
      stderr: `openclaw: Unknown command "${name}".\n${hint}\n`,
    });
  });
});

it.each([["-v"], ["-V"], ["--version"]])("%s prints the version, also with other flags", async (flag) => {
  for (const args of [[flag], ["--dev", flag], [flag, "--dev"]]) {
    const { status, stdout } = await openclaw(args, { home: temporaryHome(), about: { version: "1.2.3" } });
    expect({ args, status, stdout }).toEqual({ args, status: 0, stdout: "1.2.3\n" });
  }
});
