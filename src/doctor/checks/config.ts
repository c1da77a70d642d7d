import { formatPath } from "../../config/json5-value.ts";
import { listenAddress } from "../../config/listen-address.ts";
import { rejectedKeys } from "../../config/rejected-keys.ts";
import { usedGateway } from "../../config/used-gateway.ts";
import type { Message } from "../../text/message.ts";
import { type Check, type CheckResult, resultOf } from "../check.ts";
import type { DoctorInput } from "../input.ts";

export const CONFIG_CHECKS: readonly Check[] = [
  {
    id: "config.syntax",
    title: (t) => t.doctor.configReadable,
    needs: ["config"],
    run: ({ config }) => config.faults.map((fault) => resultOf(fault, "fail", fixIn(config))),
  },
  {
    id: "secrets.syntax",
    title: (t) => t.doctor.secretsReadable,
    needs: ["secrets"],
    run: ({ secrets, gatewayEnv }) => [
      ...secrets.faults.map((fault) => resultOf(fault, "fail", (t) => t.doctor.fixLine)),
      ...gatewayEnv.faults.map((fault) => resultOf(fault, "warn", (t) => t.doctor.fixLine)),
    ],
  },
  {
    id: "secrets.reading",
    title: (t) => t.doctor.readAsWritten,
    needs: ["secrets"],
    run: ({ secrets, gatewayEnv, needed, variables }) =>
      [...secrets.readings, ...gatewayEnv.readings]
        // Said of the reference that lacks it.
        .filter(({ name, isEmpty }) => !(isEmpty && needed.includes(name) && !variables.has(name)))
        .map((reading) => resultOf(reading, "warn", (t) => t.doctor.fixLine)),
  },
  {
    id: "config.schema",
    title: (t) => t.doctor.configAllowed,
    needs: ["readableConfig"],
    run: ({ config }) => config.invalid.map((problem) => resultOf(problem, "fail", fixIn(config))),
  },
  {
    id: "config.duplicate-keys",
    title: (t) => t.doctor.noDuplicates,
    needs: ["readableConfig"],
    run: ({ config }) => config.duplicates.map((problem) => resultOf(problem, "warn", (t) => t.doctor.keepOne)),
  },
  { id: "config.unknown-keys", title: (t) => t.doctor.keysKnown, needs: ["readableConfig"], run: unknown },
  {
    id: "config.listen-address",
    title: (t) => t.doctor.canListen,
    needs: ["readableConfig", "localMode"],
    run: unlistenable,
  },
  {
    id: "config.remote-gateway",
    title: (t) => t.doctor.remoteUsable,
    needs: ["readableConfig", "remoteMode"],
    run: remoteGateway,
  },
  { id: "config.newer-versions", title: (t) => t.doctor.keysAccepted, needs: ["readableConfig"], run: rejected },
];

const fixIn =
  ({ mayUndo }: DoctorInput["config"]): Message =>
  (t) =>
    mayUndo ? t.doctor.fixOrUndo : t.doctor.fixThere;

function unlistenable({ config: { config, locate }, paths }: DoctorInput): readonly CheckResult[] {
  if (config.gateway?.bind !== "custom" || listenAddress({}, config, paths.defaultPort).ok) return [];
  const host = config.gateway?.customBindHost;
  const path = ["gateway", host === undefined ? "bind" : "customBindHost"];
  const message: Message = ({ doctor: t }) => (host === undefined ? t.noCustomHost : t.customHostForm);
  return [{ status: "fail", message, fix: (t) => t.doctor.setCustomHost, ...locate(path) }];
}

function remoteGateway({ config: { config, locate }, env, paths, remoteToken }: DoctorInput): readonly CheckResult[] {
  const used = usedGateway({ config, secrets: new Map() }, env, paths);
  const faults = [used, remoteToken].flatMap((one) => (one.ok ? [] : [one.error]));
  return faults.map((fault) => ({ ...locate(["gateway", "remote"]), ...resultOf(fault, "fail") }));
}

function unknown(input: DoctorInput): readonly CheckResult[] {
  return rejectedKeys(input.config.value)
    .filter(({ accepting }) => accepting.length === 0)
    .map(({ path, rejecting: versions, meant }) => ({
      status: "warn",
      message: (t) => t.doctor.unknownKey({ path: formatPath(path), versions }),
      fix: (t) => (meant === undefined ? t.doctor.removeKey : t.config.didYouMean(meant)),
      ...input.config.locate(path),
    }));
}

function rejected(input: DoctorInput): readonly CheckResult[] {
  return rejectedKeys(input.config.value)
    .filter(({ accepting }) => accepting.length > 0)
    .map(({ path, rejecting: versions, accepting }) => ({
      status: "warn",
      message: (t) => t.doctor.rejectedKey({ path: formatPath(path), versions }),
      fix: (t) =>
        path[0] === "env"
          ? t.doctor.moveToVars({ key: String(path[1]), secretsPath: input.paths.secrets })
          : t.doctor.acceptedBy(accepting),
      ...input.config.locate(path),
    }));
}
