import { octal } from "../../config/permissions.ts";
import { escapedPath } from "../../core/shell-quoting.ts";
import { say } from "../../text/message.ts";
import { type Check, type CheckResult, resultOf } from "../check.ts";
import type { DoctorInput } from "../input.ts";

export const FILE_CHECKS: readonly Check[] = [
  { id: "files.present", title: (t) => t.doctor.filesPresent, needs: [], run: missingFiles },
  { id: "files.readable", title: (t) => t.doctor.filesReadable, needs: ["folder"], run: unreadableFiles },
  { id: "files.elsewhere", title: (t) => t.doctor.nothingElsewhere, needs: [], run: filesElsewhere },
  { id: "files.modes", title: (t) => t.doctor.modesPrivate, needs: ["folder"], run: openFiles },
  { id: "files.leftovers", title: (t) => t.doctor.noLeftovers, needs: ["folder"], run: leftoverFiles },
];

function missingFiles({
  stateDirExists,
  config,
  secrets,
  paths,
  needed,
  variables,
}: DoctorInput): readonly CheckResult[] {
  const fix: CheckResult["fix"] = (t) => t.providers.runOnboard;
  const results: CheckResult[] = [];
  if (!stateDirExists) {
    results.push({ status: "fail", message: (t) => t.doctor.noStateFolder, fix, where: paths.stateDir });
  }
  if (config.state === "absent") {
    results.push({ status: "fail", message: (t) => t.doctor.noConfig, fix, where: paths.config });
  }
  const hasMissing = needed.some((name) => !variables.has(name));
  if (stateDirExists && !secrets.exists && (hasMissing || config.state !== "readable")) {
    results.push({ status: "warn", message: (t) => t.doctor.noSecretsFile, fix, where: paths.secrets });
  }
  return results;
}

function unreadableFiles({ unreadable }: DoctorInput): readonly CheckResult[] {
  return unreadable.map((problem) => resultOf(problem, "fail"));
}

function filesElsewhere({ elsewhere }: DoctorInput): readonly CheckResult[] {
  return elsewhere.map((found) => ({ status: "warn", ...found }));
}

function openFiles({ paths, loosePermissions, permissionFaults }: DoctorInput): readonly CheckResult[] {
  const unchecked = permissionFaults.map(
    ({ message, hint }): CheckResult => ({
      status: "warn",
      message: (t) => t.doctor.modesUnknown(say(message, t)),
      ...(hint && { fix: hint }),
    }),
  );
  const open = loosePermissions.map(
    ({ path, mode, wanted }): CheckResult => ({
      // The published OpenClaw loosens the folder again and again; what is in it stays closed.
      status: path === paths.stateDir && (mode & 0o022) === 0 ? "warn" : "fail",
      message: (t) => t.doctor.othersCanRead({ mode: octal(mode), wanted: octal(wanted) }),
      fix: (t) => t.doctor.run(`chmod ${octal(wanted)} ${escapedPath(path)}`),
      where: path,
      repair: { kind: "close", path, wanted },
    }),
  );
  return [...unchecked, ...open];
}

function leftoverFiles({ leftovers }: DoctorInput): readonly CheckResult[] {
  return leftovers.map((path) => ({
    status: "warn",
    message: (t) => t.doctor.leftover,
    fix: (t) => t.doctor.run(`rm ${escapedPath(path)}`),
    where: path,
    repair: { kind: "remove", path },
  }));
}
