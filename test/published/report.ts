import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { VERSIONS, type Version } from "./versions.ts";

/** A command of ours, and what each published version says of the configuration after it. */
interface PublishedRow {
  readonly command: string;
  readonly verdicts: Readonly<Record<Version, string>>;
}

declare module "vitest" {
  interface TaskMeta {
    published?: PublishedRow;
  }
}

const REPORT = join(import.meta.dirname, "..", "..", "docs", "published.md");

/** Ends the run with a table, and prints it into the documentation if every command was run. */
export class Report implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const rows = tests.flatMap((test) => test.meta().published ?? []);
    console.log(`\n${asMarkdown(rows)}\n`);
    if (rows.length === tests.length && rows.length > 0) writeFileSync(REPORT, page(rows));
    else console.log("docs/published.md stays as it is, since not every command was run.");
  }
}

function asMarkdown(rows: readonly PublishedRow[]): string {
  const all = [
    ["after our command", ...VERSIONS],
    ...rows.map(({ command, verdicts }) => [`\`${command}\``, ...VERSIONS.map((version) => verdicts[version])]),
  ].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")));
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) => `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [head = [], ...rest] = all;
  return [line(head), rule, ...rest.map(line)].join("\n");
}

/** The page of the documentation, as of today. */
function page(rows: readonly PublishedRow[]): string {
  const today = new Date().toISOString().slice(0, "2026-11-28".length);
  return `# What the published OpenClaw says of our configurations

\`npm run test:published\` printed this on ${today}. It installs the published OpenClaw from npm, with the Node.js that it wants,
into \`~/.cache/openclaw-test-published\` (about 1 GB), runs each command of ours that writes the configuration in a home of its
own, and then \`openclaw config validate\` of the published program on a copy of the result.

${asMarkdown(rows)}
`;
}
