import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXAMPLES } from "../src/commands/help.ts";
import { EXIT } from "../src/core/errors.ts";

const PAGE = join(import.meta.dirname, "..", "man", "openclaw.1");
const text = readFileSync(PAGE, "utf8");

/** `it` for a program that may not be here; skips, loudly, where it is not. */
function itWith(program: string): typeof it | typeof it.skip {
  if (spawnSync(program, ["--version"]).error === undefined) return it;
  console.warn(`SKIPPED: the manual page is not checked by ${program}, which is not installed here.`);
  return it.skip;
}

describe("the manual page", () => {
  it("has the sections of one, every command and every exit status", () => {
    const sections = [...text.matchAll(/^\.SH (.+)$/gm)].map(([, title]) => title);
    expect(sections).toEqual([
      ...["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", "SEE ALSO"],
    ]);
    for (const words of Object.keys(EXAMPLES).filter(Boolean)) {
      expect(text, words).toMatch(new RegExp(`^\\.SS openclaw ${words.replaceAll("-", "\\\\-")}(?: |$)`, "m"));
    }
    for (const status of Object.values(EXIT)) expect(text).toContain(`\\fB${status}\\fR`);
  });

  itWith("groff")("is read by groff without a warning", () => {
    for (const columns of [80, 40]) {
      const flags = ["-man", "-Tutf8", "-ww", `-rLL=${columns}n`, "-P-c", "-P-b", "-P-u"];
      const { stdout, stderr, status } = spawnSync("groff", [...flags, PAGE], { encoding: "utf8" });
      // A long URL or flag in a narrow window cannot be broken.
      expect({ columns, status, stderr: columns === 80 ? stderr : "" }).toEqual({ columns, status: 0, stderr: "" });
      expect(stdout).toContain("openclaw - OpenClaw through");
      expect(stdout).toMatch(/^ +--gateway-port <port>$/m);
    }
  });

  itWith("mandoc")("is read by mandoc without an error", () => {
    const { stdout } = spawnSync("mandoc", ["-Tlint", "-Werror", PAGE], { encoding: "utf8" });
    expect(stdout).toBe("");
  });
});
