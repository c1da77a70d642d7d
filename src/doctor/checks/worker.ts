import { isThisMachine } from "../../config/listen-address.ts";
import { withPlace } from "../../core/result.ts";
import { findingLines } from "../../providers/finding.ts";
import type { Message } from "../../text/message.ts";
import { type Check, type CheckResult, NO_ADVICE, resultOf } from "../check.ts";
import type { DoctorInput, WorkerInput } from "../input.ts";
import { WORKER_LAYERS } from "../worker-faults.ts";

type Row = (worker: WorkerInput, input: DoctorInput) => readonly CheckResult[];

const row =
  (run: Row): Check["run"] =>
  (input) =>
    input.worker === undefined ? [] : run(input.worker, input);

/** What is checked of a deployed Worker. */
export const WORKER_CHECKS: readonly Check[] = [
  { id: "worker.reachable", title: (t) => t.workerCheck.reachable, needs: [], run: row(reachable) },
  { id: "worker.version", title: (t) => t.workerCheck.sameVersion, needs: ["worker"], run: row(sameVersion) },
  { id: "worker.closed", title: (t) => t.workerCheck.closed, needs: ["worker"], run: row(closed) },
  { id: "worker.token", title: (t) => t.workerCheck.tokensKnown, needs: ["worker"], run: row(tokensKnown) },
  { id: "worker.ready", title: (t) => t.workerCheck.ready, needs: ["worker", "tellingWorker"], run: row(ready) },
  {
    id: "worker.configuration",
    title: (t) => t.workerCheck.sameConfiguration,
    needs: ["worker", "knownWorker"],
    run: row(sameConfiguration),
  },
  {
    id: "worker.credentials",
    title: (t) => t.workerCheck.sameCredentials,
    needs: ["worker", "knownWorker"],
    run: row(sameCredentials),
  },
  {
    id: "worker.upstream",
    title: (t) => t.providers.noneSetUp,
    needs: ["worker", "knownWorker", "provider"],
    run: row(upstream),
  },
];

const found = (status: "warn" | "fail", message: Message, fix?: Message): CheckResult => ({
  status,
  message,
  ...(fix && { fix }),
});

function reachable({ url, reached }: WorkerInput): readonly CheckResult[] {
  if (reached.ok) return [{ status: "ok", message: (t) => t.workerCheck.answers({ url, version: reached.value }) }];
  const { code, values, excerpt } = reached.error;
  const layer = WORKER_LAYERS[code];
  const sentence = (which: "message" | "fix"): Message => {
    return (t) => {
      const said: string | ((all: typeof values & { reason: string }) => string) = t.workerCheck.faults[code][which];
      return typeof said === "string" ? said : said({ ...values, reason: t.onboard.remote.faults[values.fault] });
    };
  };
  const message: Message = (t) => t.providers.finding({ message: sentence("message")(t), layer, code });
  return [
    {
      ...found("fail", message, sentence("fix")),
      ...(excerpt !== undefined && { details: (t) => [t.providers.answered(excerpt)] }),
    },
  ];
}

function sameVersion({ reached, about }: WorkerInput): readonly CheckResult[] {
  if (!reached.ok || reached.value === about) return [];
  const versions = { worker: reached.value, here: about };
  return [
    found(
      "warn",
      (t) => t.workerCheck.otherVersion(versions),
      (t) => t.workerCheck.writeAgain,
    ),
  ];
}

/** Whoever has no token, or a wrong one, must be refused, and told that it is about the token. */
function closed({ refusals }: WorkerInput): readonly CheckResult[] {
  return refusals.flatMap(({ token, status, said, servesNobody }): readonly CheckResult[] => {
    if (status === 401 || (servesNobody && status === 503)) return [];
    if (status === 0)
      return [
        found(
          "fail",
          (t) => t.workerCheck.noRefusal,
          (t) => t.workerCheck.tryAgain,
        ),
      ];
    if (status < 400)
      return [
        found(
          "fail",
          (t) => t.workerCheck.open[token],
          (t) => t.workerCheck.stopOpen,
        ),
      ];
    return [
      found(
        "fail",
        (t) => t.workerCheck.otherRefusal[token](status),
        said === undefined ? (t) => t.workerCheck.writeAgain : () => said,
      ),
    ];
  });
}

/** What serves on this machine is `wrangler dev`, which takes no secrets from Cloudflare. */
const handOver = (url: string): Message =>
  isThisMachine(new URL(url).hostname) ? (t) => t.workerCheck.fillDevVars : (t) => t.workerCheck.handOver;

function tokensKnown({ url, tokens, lacks }: WorkerInput, { clientTokens }: DoctorInput): readonly CheckResult[] {
  if (!clientTokens.ok)
    return clientTokens.error.map((problem) => resultOf(problem, "fail", (t) => t.workerCheck.setTokenHere));
  if (tokens.length === 0)
    return [
      found(
        "fail",
        (t) => t.workerCheck.noToken,
        (t) => t.workerCheck.setTokenHere,
      ),
    ];
  if (lacks.length > 0) return [found("fail", (t) => t.workerCheck.servesNobody, handOver(url))];
  const unknown = tokens.filter(({ isKnown }) => !isKnown);
  if (unknown.length === 0) return [{ status: "ok", message: (t) => t.workerCheck.knowsTokens(tokens.length) }];
  return unknown.map(({ name }) =>
    found(
      "fail",
      (t) => (name === undefined ? t.workerCheck.tokenUnknown : t.workerCheck.namedUnknown(name)),
      handOver(url),
    ),
  );
}

function ready({ ready: state, lacks }: WorkerInput): readonly CheckResult[] {
  if (state === undefined) return lacks.map((problem) => found("fail", () => problem));
  if (state.problems.length > 0)
    return state.problems.map((problem) => found(state.isReady ? "warn" : "fail", () => problem));
  const { isReady, hasUsage } = state;
  return isReady
    ? hasUsage
      ? [{ status: "ok", message: (t) => t.workerCheck.readyRecording }]
      : []
    : [
        found(
          "fail",
          (t) => t.workerCheck.notReady,
          (t) => t.workerCheck.tail,
        ),
      ];
}

function sameConfiguration({ ready: state, wanted }: WorkerInput): readonly CheckResult[] {
  if (state === undefined || wanted === undefined) return [];
  if (!wanted.ok)
    return wanted.error.map((problem) => found("warn", (t) => t.workerCheck.notCompared(withPlace(problem)(t))));
  const { version, from } = wanted.value;
  if (state.version === version) return [{ status: "ok", message: (t) => t.workerCheck.hasVersion({ version, from }) }];
  const { version: worker } = state;
  return [
    found(
      "fail",
      (t) =>
        worker === undefined
          ? t.workerCheck.unknownConfiguration
          : t.workerCheck.otherConfiguration({ worker, wanted: version, from }),
      (t) => t.workerCheck.writeAgain,
    ),
  ];
}

function sameCredentials({ url, credentials, ready: state }: WorkerInput): readonly CheckResult[] {
  // It may lack the very key.
  if (state?.isReady === false) return [{ status: "skipped", message: (t) => t.workerCheck.keysNotCompared }];
  return credentials
    .filter(({ isSent }) => !isSent)
    .map(({ label }) => found("warn", (t) => t.workerCheck.otherKey(label), handOver(url)));
}

function upstream({ upstream: results }: WorkerInput): readonly CheckResult[] {
  return results.map(({ label, diagnosis, notAsked, isOnlyByMessage }) => {
    if (notAsked === "unusable") return { status: "skipped", message: (t) => t.workerCheck.notReadyFor(label) };
    if (notAsked !== undefined) return { status: "skipped", message: (t) => t.doctor.offline(label) };
    if (isOnlyByMessage) return { status: "skipped", message: (t) => t.workerCheck.onlyByMessage(label) };
    if (diagnosis === undefined) return { status: "ok", message: (t) => t.workerCheck.answersThrough(label) };
    return {
      status: "fail",
      message: (t) => t.workerCheck.refusedThrough({ label, finding: findingLines(diagnosis, t)[0] ?? "" }),
      ...(diagnosis.fix !== NO_ADVICE && { fix: diagnosis.fix }),
      details: (t) => findingLines(diagnosis, t).slice(2),
    };
  });
}
