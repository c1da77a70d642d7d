import { structuredPatch } from "diff";
import { scrub } from "../core/secret.ts";
import { maskedLines } from "./masked.ts";

/**
 * What changes from `from` to `to`, as lines that start with `-`, `+` or a blank, with three lines around each change.
 * Credentials that stand in the text in clear are masked.
 */
export function difference(from: string, to: string): readonly string[] {
  const { hunks } = structuredPatch("", "", from, to, "", "", { context: 3 });
  // The texts themselves are compared, so that a change of a credential is seen as well, and the masked ones shown.
  const [old, young] = [maskedLines(from), maskedLines(to)];
  return hunks.flatMap(({ oldStart, newStart, lines }, index) => {
    let [oldLine, newLine] = [oldStart - 1, newStart - 1];
    const shown = lines.map((line) => {
      if (line.startsWith("-")) return `-${old[oldLine++]}`;
      if (line.startsWith("\\")) return line;
      if (line.startsWith(" ")) oldLine += 1;
      return `${line.charAt(0)}${young[newLine++]}`;
    });
    return [...(index === 0 && oldStart <= 1 ? [] : ["…"]), ...shown.map((line) => scrub(line))];
  });
}
