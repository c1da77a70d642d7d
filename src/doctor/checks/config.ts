import {
  formatPath,
  isList,
  isObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
} from "../../config/json5-value.ts";
import { listenAddress } from "../../config/listen-address.ts";
import { nearest } from "../../core/similar.ts";
import type { Message } from "../../text/message.ts";
import { type Check, type CheckResult, type DoctorInput, resultOf, textAt } from "../check.ts";
import { publishedKeys } from "../published-keys.ts";
import { PUBLISHED_VERSIONS } from "../published-keys-table.ts";

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
    needs: ["readableConfig"],
    run: unlistenable,
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

/** A key that some of the known versions reject, and with it the whole file. */
interface RejectedKey {
  readonly path: JsonPath;
  readonly rejecting: readonly string[];
  /** Empty if no known version has it. */
  readonly accepting: readonly string[];
  /** The key that was probably meant. */
  readonly meant: string | undefined;
}

function unknown(input: DoctorInput): readonly CheckResult[] {
  return rejectedKeys(input)
    .filter(({ accepting }) => accepting.length === 0)
    .map(({ path, rejecting: versions, meant }) => ({
      status: "warn",
      message: (t) => t.doctor.unknownKey({ path: formatPath(path), versions }),
      fix: (t) => (meant === undefined ? t.doctor.removeKey : t.doctor.didYouMean(meant)),
      ...input.config.locate(path),
    }));
}

function rejected(input: DoctorInput): readonly CheckResult[] {
  return rejectedKeys(input)
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

/**
 * The keys that a version in use may reject: the one that last wrote the file, and newer ones.
 * @why nobody is helped by what an older version, which could not read the rest either, would say.
 */
function rejectedKeys({ config }: DoctorInput): readonly RejectedKey[] {
  const writtenBy = textAt(config.value, ["meta", "lastTouchedVersion"]);
  const relevant = PUBLISHED_VERSIONS.filter((version) => writtenBy === undefined || !isOlder(version, writtenBy));
  return publishedKeys().flatMap(({ at, keys, open }) => {
    const closed = relevant.filter((version) => !open.includes(version));
    return objectsAt(config.value, at).flatMap(({ path, node }) =>
      Object.keys(node)
        .filter((key) => key !== "$include")
        .flatMap((key): readonly RejectedKey[] => {
          const rejectedBy = keys.get(key);
          const rejecting = closed.filter((version) => rejectedBy?.includes(version) ?? true);
          if (rejecting.length === 0) return [];
          const accepting = rejectedBy === undefined && open.length === 0 ? [] : without(rejecting);
          return [{ path: [...path, key], rejecting, accepting, meant: nearest(key, [...keys.keys()]) }];
        }),
    );
  });
}

const without = (versions: readonly string[]) => PUBLISHED_VERSIONS.filter((version) => !versions.includes(version));

function isOlder(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split(/[.-]/).map(Number));
  for (const [index, part] of (a ?? []).entries()) {
    const difference = part - (b?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function objectsAt(
  node: JsonValue | undefined,
  [step, ...rest]: readonly string[],
  path: JsonPath = [],
): readonly { path: JsonPath; node: JsonObject }[] {
  if (step === undefined) return isObject(node) ? [{ path, node }] : [];
  if (isList(node)) return step === "*" ? node.flatMap((item, index) => objectsAt(item, rest, [...path, index])) : [];
  if (!isObject(node)) return [];
  const keys = step === "*" ? Object.keys(node) : Object.keys(node).filter((key) => key === step);
  return keys.flatMap((key) => objectsAt(node[key], rest, [...path, key]));
}
