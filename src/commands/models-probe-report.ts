import { withoutCredentials } from "../core/redact.ts";
import { problemText, shownProblem } from "../core/result.ts";
import type { ProbeResult, ProbeRun } from "../models/probe.ts";
import type { ModelsStatus } from "../models/status.ts";
import { type Finding, findingLines } from "../providers/finding.ts";
import { say, type Texts } from "../text/message.ts";
import { isVariablePlace, type Row, under } from "./models-status-report.ts";

/** The providers' answers. */
export interface ProbeReport {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly run: ProbeRun;
  readonly results: readonly ProbeResult[];
}

export function probeRows({ status, latencyMs: latency, finding, problem }: ProbeResult, text: Texts): readonly Row[] {
  const { modelStatus: t } = text;
  const reasons =
    finding === undefined ? (problem === undefined ? [] : [problemText(problem, text)]) : findingLines(finding, text);
  return under(t.probe, [t.probed({ status, latency }), ...reasons]);
}

/** Has the keys of the published OpenClaw, and the diagnosis beside them. */
export function probesJson(
  { startedAt, finishedAt, run, results }: ProbeReport,
  status: ModelsStatus,
  english: Texts,
): object {
  return {
    startedAt: startedAt.getTime(),
    finishedAt: finishedAt.getTime(),
    durationMs: finishedAt.getTime() - startedAt.getTime(),
    totalTargets: results.length,
    options: { provider: null, timeoutMs: run.timeoutMs, concurrency: run.concurrency, kind: run.kind },
    results: results.map(({ provider, label, model, status: bucket, latencyMs, finding, problem }) => {
      const { credentials = [], payment } = status.providers.find(({ id }) => id === provider) ?? {};
      const [source] = (credentials.find(({ header }) => header === undefined) ?? credentials[0])?.sources ?? [];
      const reason = problem && shownProblem(problem, english);
      return {
        provider,
        model: model === "" ? null : withoutCredentials(model),
        label,
        source: source === undefined ? null : isVariablePlace(source) ? "env" : "models.json",
        mode: payment === "stored" || payment === "billing" ? "token" : "api_key",
        status: bucket,
        ...(latencyMs !== undefined && { latencyMs }),
        ...(finding && {
          reasonCode: finding.code,
          error: findingLines(finding, english)[0],
          diagnosis: diagnosisJson(finding, english),
        }),
        ...(reason && { error: reason.message, ...(reason.hint !== undefined && { hint: reason.hint }) }),
      };
    }),
  };
}

const diagnosisJson = ({ code, layer, message, fix, ids, excerpt }: Finding, english: Texts): object => ({
  code,
  layer,
  message: say(message, english),
  fix: say(fix, english),
  ids,
  ...(excerpt !== undefined && { excerpt }),
});
