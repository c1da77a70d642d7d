import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { assignment, evaluation, quoted, removal, type Shell } from "../../src/commands/shell-words.ts";

/** The arguments as a shell reads them: it runs a program that prints each of them, ended by a NUL. */
const PRINT = `process.stdout.write(process.argv.slice(1).map((word) => word + "\\0").join(""))`;

const isThere = (command: string) => {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

const present = (["bash", "fish"] as const).filter(isThere);
for (const shell of ["bash", "fish"] as const)
  if (!present.includes(shell))
    console.warn(`${shell} is not on this machine: what it makes of our words is NOT tested.`);

/** @why fish makes folders in its home. */
const home = mkdtempSync(join(tmpdir(), "openclaw-shell-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = (shell: "bash" | "fish", script: string): string =>
  execFileSync(shell, shell === "bash" ? ["--norc", "-c", script] : ["--no-config", "-c", script], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: home, LC_ALL: "C.UTF-8", LEFT: "over" },
  });

const node = (shell: Shell) => quoted(process.execPath, shell);

/** Any text that can be an argument. */
const argument = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(..."'\"\\$`!*?~#;&|<>(){}[] \t\n=-‘’é"),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    ),
  })
  .map((text) => text.replaceAll("\0", "").toWellFormed());

describe.each(present)("%s", (shell) => {
  it("reads any quoted text as one word, unchanged", () => {
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1, maxLength: 40 }), (texts) => {
        const words = texts.map((text) => quoted(text, shell)).join(" ");
        const printed = run(shell, `${node(shell)} -e ${quoted(PRINT, shell)} -- ${words}`);
        expect(printed.split("\0").slice(0, -1)).toEqual(texts);
      }),
      { numRuns: 25 },
    );
  });

  it("sets variables to texts and outputs, exports them, and unsets them", () => {
    fc.assert(
      fc.property(argument, (text) => {
        const script = [
          assignment("GIVEN", { text }, shell),
          assignment(
            "PRINTED",
            { outputOf: [process.execPath, "-e", "console.log(process.argv[1].length)", "--", text] },
            shell,
          ),
          removal("LEFT", shell),
          removal("NEVER_THERE", shell),
          `${node(shell)} -p ${quoted("JSON.stringify([process.env.GIVEN, process.env.PRINTED, process.env.LEFT ?? null])", shell)}`,
        ].join("\n");
        expect(JSON.parse(run(shell, script))).toEqual([text, String(text.length), null]);
      }),
      { numRuns: 20 },
    );
  });

  it("reads the same on one line as on several", () => {
    const lines = [assignment("A", { text: "x y" }, shell), assignment("B", { outputOf: ["echo", "z"] }, shell)];
    expect(run(shell, `${lines.join(" ")} echo "$A/$B"`)).toBe("x y/z\n");
    const command = `printf '%s\\n' ${lines.map((line) => quoted(line, shell)).join(" ")}`;
    expect(run(shell, `${evaluation(command, shell)}; echo "$A/$B"`)).toBe("x y/z\n");
  });
});

// PowerShell is not installed here. Its rules are those of about_Quoting_Rules and of its tokenizer.
describe("powershell", () => {
  it.each([
    ["plain", "'plain'"],
    ["C:\\a b\\$x`n", "'C:\\a b\\$x`n'"],
    ["it's", "'it''s'"],
    ["typo\u2018gr\u2019aph\u201aic\u201b", "'typo\u2018\u2018gr\u2019\u2019aph\u201a\u201aic\u201b\u201b'"],
    ["", "''"],
  ])("quotes %j", (text, spelled) => {
    expect(quoted(text, "powershell")).toBe(spelled);
  });

  it("sets, calls and unsets in its own syntax", () => {
    expect(assignment("A", { text: "x" }, "powershell")).toBe("$env:A = 'x';");
    expect(assignment("A", { outputOf: ["C:\\n.exe", "x y"] }, "powershell")).toBe("$env:A = & 'C:\\n.exe' 'x y';");
    expect(removal("A", "powershell")).toBe("Remove-Item Env:A -ErrorAction SilentlyContinue;");
    expect(evaluation("x", "powershell")).toBe("x | Out-String | Invoke-Expression");
  });
});
