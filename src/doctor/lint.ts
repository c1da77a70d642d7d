import { formatPlace } from "../core/result.ts";
import type { ShownReport, ShownResult } from "./report.ts";

/** From the least to the worst. */
export const SEVERITIES = ["info", "warning", "error"] as const;

export type Severity = (typeof SEVERITIES)[number];

interface Finding {
  readonly checkId: string;
  readonly severity: Severity;
  readonly message: string;
  /** Of the configuration, or of a file. */
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly fixHint?: string;
}

/**
 * The report for CI.
 * @source the document of the published OpenClaw 2026.9.6, docs/cli/doctor/lint.md; `line` and `column` are ours.
 */
export interface LintReport {
  readonly schemaVersion: 1;
  /** True if nothing was found at the asked severity or above. */
  readonly ok: boolean;
  readonly checksRun: number;
  readonly checksSkipped: number;
  readonly findings: readonly Finding[];
}

const SEVERITY_OF: Readonly<Partial<Record<ShownResult["status"], Severity>>> = { fail: "error", warn: "warning" };

/** Leaves out, uncounted, what is below the severity. */
export function lintReport({ checks }: ShownReport, least: Severity): LintReport {
  const ids = (results: readonly ShownResult[]) => new Set(results.map(({ id }) => id)).size;
  const skipped = checks.filter(({ status }) => status === "skipped");
  const findings = checks.flatMap(({ id, status, message, fix, where, position }): readonly Finding[] => {
    const severity = SEVERITY_OF[status];
    if (severity === undefined || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(least)) return [];
    return [
      {
        checkId: id,
        severity,
        message,
        ...(where !== undefined && { path: where }),
        ...(position !== undefined && position),
        ...(fix !== undefined && { fixHint: fix }),
      },
    ];
  });
  return {
    schemaVersion: 1,
    ok: findings.length === 0,
    checksRun: ids(checks) - ids(skipped),
    checksSkipped: ids(skipped),
    findings,
  };
}

/** One line for each finding, which a person reads and `grep` finds; below it, the fix. */
export const lintLines = ({ findings }: LintReport, fixLabel: (fix: string) => string): readonly string[] =>
  findings.flatMap(({ checkId, severity, message, path, line, column, fixHint }) => {
    const position = line === undefined || column === undefined ? {} : { position: { line, column } };
    const place = path === undefined ? "" : formatPlace({ where: path, ...position });
    return [
      `  [${severity}] ${[checkId, place].filter(Boolean).join(" ")} - ${message}`,
      ...(fixHint === undefined ? [] : [`    ${fixLabel(fixHint)}`]),
    ];
  });
