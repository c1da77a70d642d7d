import { readConfig } from "../config/config-file.ts";
import { placeOf } from "../config/json5-document.ts";
import { formatPath } from "../config/json5-value.ts";
import { rejectedKeys } from "../config/rejected-keys.ts";
import { attempt, ERROR_TYPE, OpenclawError, problemsOf } from "../core/errors.ts";
import { jsonDocument } from "../core/json.ts";
import { type Problem, problemLines, shownProblem } from "../core/result.ts";
import { configFaults } from "../settings/judge.ts";
import { wrap } from "../terminal/layout.ts";
import { loadTexts } from "../text/language.ts";
import { say } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";

interface Issue extends Problem {
  /** The value's path; empty for the file. */
  readonly path: string;
}

interface Verdict {
  readonly error?: OpenclawError;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Issue[];
}

/** Judges the configuration. What is wrong with it is no failure of the command, but its status is 1. */
async function judge({ context, paths }: Pick<Invocation, "context" | "paths">): Promise<Verdict> {
  const { config: file } = paths();
  const loaded = await attempt(() => readConfig(file, context));
  if (!loaded.ok) {
    const issues = problemsOf(loaded.error).map((problem) => ({ ...problem, path: "" }));
    return { error: loaded.error, issues, warnings: [] };
  }
  const { exists, value, root, read } = loaded.value;
  if (!exists) {
    const error = new OpenclawError(({ settings }) => settings.noFile(file), {
      code: "config.missing",
      hint: ({ settings }) => settings.runOnboard,
    });
    return { error, issues: [], warnings: [] };
  }
  const faults = configFaults(value);
  const warnings = rejectedKeys(value)
    .filter(({ path }) => !faults.some((fault) => formatPath(fault.path) === formatPath(path)))
    .map(
      ({ path, rejecting }): Issue => ({
        path: formatPath(path),
        message: ({ settings }) => settings.rejected({ path: formatPath(path), versions: rejecting }),
        ...placeOf(path, root, read),
      }),
    );
  const issues = faults.map(
    ({ path, message, hint }): Issue => ({
      path: formatPath(path),
      message,
      ...(hint !== undefined && { hint }),
      ...placeOf(path, root, read),
    }),
  );
  if (issues.length === 0) return { issues, warnings };
  const error = new OpenclawError(({ settings }) => settings.notValid(file), { code: "config.invalid" });
  return { error, issues, warnings };
}

export async function validate({ json }: { readonly json?: boolean }, invocation: Invocation): Promise<void> {
  const { context, paths, shown, endWith } = invocation;
  const { error, issues, warnings } = await judge(invocation);
  const path = paths().config;
  if (json) {
    const english = await loadTexts("en");
    const shownIssue = ({ path, ...problem }: Issue) => ({ path, ...shownProblem(problem, english) });
    context.out(
      jsonDocument({
        ok: error === undefined,
        valid: error === undefined,
        path,
        issues: issues.map(shownIssue),
        warnings: warnings.map(shownIssue),
        ...(error !== undefined && {
          error: { type: ERROR_TYPE, code: error.code, message: say(error.says, english) },
        }),
      }),
    );
    if (error !== undefined) endWith(error.exitStatus);
    return;
  }
  for (const line of problemLines(warnings, context.text)) context.err(`${context.text.commands.note(line)}\n`);
  if (error !== undefined)
    throw new OpenclawError(error.says, {
      code: error.code,
      problems: issues,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  context.out(`${wrap(shown.text(context.text.settings.valid(path)), context.columns())}\n`);
}
