import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { code, table } from "../../scripts/docs/markdown.ts";
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
  const cells = rows.map(({ command, verdicts }) => [
    code(command),
    ...VERSIONS.map((version) => verdicts[version].replaceAll("\n", " ")),
  ]);
  return table(["after our command", ...VERSIONS], cells);
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
