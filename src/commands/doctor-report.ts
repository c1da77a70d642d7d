import { formatPlace } from "../core/result.ts";
import type { Report, ShownFinding } from "../doctor/run-checks.ts";
import type { Paint } from "../terminal/paint.ts";
import { oneLine } from "../terminal/table.ts";

/** What `--fix` is about to do. */
export const repairList = (sentences: readonly string[]): string =>
  `This can be repaired:\n${sentences.map((sentence) => `  - ${oneLine(sentence)}\n`).join("")}`;

/** Every finding, and below those that are not fine where it is and what to do. */
export function report({ checks, repairs }: Report, paint: Paint, { fixed }: { readonly fixed: boolean }): string {
  const lines = checks.flatMap((finding) => findingLines(finding, paint));
  const count = (status: ShownFinding["status"]) => checks.filter((finding) => finding.status === status).length;
  const [failed, warned] = [count("fail"), count("warn")];
  const summary = [`${failed} failed`, `${warned} ${warned === 1 ? "warning" : "warnings"}`, `${count("ok")} fine`];
  const hint = repairs.length > 0 && !fixed ? [`\`openclaw doctor --fix\` repairs ${repairs.length} of them.`] : [];
  return `${[...lines, "", `${summary.join(", ")}.`, ...hint].join("\n")}\n`;
}

const MARKS = { ok: "✔", warn: "!", fail: "✖" } as const;

function findingLines(finding: ShownFinding, { green, yellow, red, dim }: Paint): readonly string[] {
  const { id, status, message, fix } = finding;
  const stroke = { ok: green, warn: yellow, fail: red }[status];
  const place = formatPlace(finding);
  return [
    `${stroke(MARKS[status])} ${oneLine(message)}${status === "ok" ? "" : dim(` (${id})`)}`,
    ...(place === "" ? [] : [`    ${oneLine(place)}`]),
    ...(fix === undefined ? [] : [`    ${oneLine(fix)}`]),
  ];
}

/** The same for programs; `repaired` is there with `--fix`. */
export function reportJson({ ok, checks }: Report, repaired: readonly string[] | undefined): string {
  return `${JSON.stringify({ ok, checks, ...(repaired && { repaired }) }, null, 2)}\n`;
}
