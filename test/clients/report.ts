import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { table } from "../../scripts/docs/markdown.ts";
import type { ShownRow } from "./shows.ts";

interface ReportedRow extends ShownRow {
  readonly claim: string;
  readonly isShown: boolean;
}

const REPORT = join(import.meta.dirname, "..", "..", "docs", "clients.md");

/** Ends the run with a table, and prints it into the documentation if every client was asked and every claim is shown. */
export class Report implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const rows = tests.flatMap((test) => rowOf(test));
    console.log(`\n${rowsAsMarkdown(rows)}\n`);
    const isWhole = rows.length === tests.length && modules.length > 1 && rows.every(({ isShown }) => isShown);
    if (isWhole) writeFileSync(REPORT, reportPage(rows));
    else console.log("docs/clients.md stays as it is, since not every claim was shown.");
  }
}

function rowOf(test: TestCase): readonly ReportedRow[] {
  const { shown } = test.meta();
  return shown === undefined ? [] : [{ ...shown, claim: test.name, isShown: test.result().state === "passed" }];
}

function rowsAsMarkdown(rows: readonly ReportedRow[]): string {
  const cells = rows.map(({ client, version, protocol, claim, isShown }) => [
    client,
    version,
    protocol,
    claim,
    isShown ? "shown" : "FAILED",
  ]);
  return table(["client", "version", "protocol", "claim", "result"], cells);
}

/** The page of the documentation, as of today. */
function reportPage(rows: readonly ReportedRow[]): string {
  const today = new Date().toISOString().slice(0, "2026-11-28".length);
  return `# What was shown with real clients

\`npm run test:clients\` printed this on ${today}, on ${process.platform}-${process.arch} with Node.js ${process.versions.node}. It installs the
clients from npm into \`~/.cache/openclaw-test-clients\` (about 2 GB), in the versions of \`test/clients/pinned.ts\`, and runs
each against a gateway in a process of its own and a stand-in for Cloudflare AI Gateway, in a temporary home.

Every row also shows that the provider's key reaches the upstream, that the local token does not, and that the client
reached nothing but this machine. Telemetry is off as far as a client documents a way. "Piece by piece" means that the first
words were there while the upstream still held the rest back.

${rowsAsMarkdown(rows)}
`;
}
