import { valueAt } from "../../config/config-edit.ts";
import { formatPath, type JsonPath } from "../../config/json5-value.ts";
import type { Problem } from "../../core/result.ts";
import type { Message } from "../../text/message.ts";
import type { Check, CheckResult } from "../check.ts";
import { type DoctorInput, inspectedProviders, objectAt } from "../input.ts";
import { unknownKeys } from "../known-keys.ts";

/** Both files can be read, by every version of OpenClaw. */
export const CONFIG_CHECKS: readonly Check[] = [
  {
    id: "config.syntax",
    title: (t) => t.doctor.configReadable,
    readsConfig: false,
    run: ({ config }) => config.faults.map((fault) => asResult(fault, "fail", (t) => t.doctor.fixOrUndo)),
  },
  {
    id: "secrets.syntax",
    title: (t) => t.doctor.secretsReadable,
    readsConfig: false,
    run: ({ secrets }) => secrets.faults.map((fault) => asResult(fault, "fail", (t) => t.doctor.fixLine)),
  },
  {
    id: "config.schema",
    title: (t) => t.doctor.configAllowed,
    readsConfig: true,
    run: ({ config }) => config.invalid.map((problem) => asResult(problem, "fail", (t) => t.doctor.fixOrUndo)),
  },
  {
    id: "config.duplicate-keys",
    title: (t) => t.doctor.noDuplicates,
    readsConfig: true,
    run: ({ config }) => config.duplicates.map((problem) => asResult(problem, "warn", (t) => t.doctor.keepOne)),
  },
  { id: "config.unknown-keys", title: (t) => t.doctor.keysKnown, readsConfig: true, run: unknown },
  { id: "config.newer-versions", title: (t) => t.doctor.keysAccepted, readsConfig: true, run: rejected },
];

const asResult = ({ message, hint, where, position }: Problem, status: "warn" | "fail", fix: Message): CheckResult => ({
  status,
  message,
  fix: hint ?? fix,
  ...(where !== undefined && { where }),
  ...(position !== undefined && { position }),
});

function unknown({ config }: DoctorInput): readonly CheckResult[] {
  return unknownKeys(config.value).map(({ path, meant }) => ({
    status: "warn",
    message: (t) => t.doctor.unknownKey(formatPath(path)),
    fix: (t) => (meant === undefined ? t.doctor.removeKey : t.doctor.didYouMean(meant)),
    ...config.locate(path),
  }));
}

/** Keys that one version wrote and a later one rejects. @source the schemas of the published OpenClaw 2026.5.28 and 2026.9.6. */
const REJECTED: readonly JsonPath[] = [
  ["meta", "lastTouchedAt"],
  ["gateway", "tailscale", "resetOnExit"],
  ["models", "pricing"],
  ["auth", "cooldowns"],
];

/** The same, inside each provider. */
const REJECTED_OF_PROVIDERS = ["contextWindow", "contextTokens"];

/** Members that 2026.9.6 allows directly under `env`. */
const ENV_MEMBERS = ["vars", "shellEnv", "$include"];

function rejected(input: DoctorInput): readonly CheckResult[] {
  const { config } = input;
  const fixed = REJECTED.filter((path) => valueAt(config.value, path) !== undefined);
  const inProviders = inspectedProviders(input).flatMap(({ path, entry }) =>
    REJECTED_OF_PROVIDERS.filter((key) => key in entry).map((key) => [...path, key]),
  );
  const bare = Object.keys(objectAt(config.value, ["env"])).filter((key) => !ENV_MEMBERS.includes(key));
  const result = (path: JsonPath, fix: Message): CheckResult => ({
    status: "warn",
    message: (t) => t.doctor.rejectedKey(formatPath(path)),
    fix,
    ...config.locate(path),
  });
  return [
    ...[...fixed, ...inProviders].map((path) => result(path, (t) => t.doctor.removeRejected)),
    ...bare.map((key) => result(["env", key], (t) => t.doctor.moveToVars(key))),
  ];
}
