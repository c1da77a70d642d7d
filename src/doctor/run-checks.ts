import { isRemoteMode } from "../config/used-gateway.ts";
import type { Check, CheckResult, Repair, Requirement } from "./check.ts";
import { CONFIG_CHECKS } from "./checks/config.ts";
import { CREDENTIAL_CHECKS } from "./checks/credentials.ts";
import { ENDPOINT_CHECKS, LIVE_CHECKS } from "./checks/endpoint.ts";
import { FILE_CHECKS } from "./checks/files.ts";
import { HEADER_CHECKS } from "./checks/headers.ts";
import { MACHINE_CHECKS } from "./checks/machine.ts";
import { MODEL_CHECKS } from "./checks/models.ts";
import { VARIABLE_CHECKS } from "./checks/variables.ts";
import { WORKER_CHECKS } from "./checks/worker.ts";
import { type DoctorInput, inspectedProviders } from "./input.ts";

/** In the order in which they are reported. */
export const CHECKS: readonly Check[] = [
  ...FILE_CHECKS,
  ...CONFIG_CHECKS,
  ...VARIABLE_CHECKS,
  ...CREDENTIAL_CHECKS,
  ...ENDPOINT_CHECKS,
  ...HEADER_CHECKS,
  ...MODEL_CHECKS,
  ...MACHINE_CHECKS,
  ...LIVE_CHECKS,
];

interface NamedResult extends CheckResult {
  readonly id: string;
}

export interface DoctorReport {
  readonly ok: boolean;
  readonly results: readonly NamedResult[];
  readonly repairs: readonly Repair[];
}

const NEEDS: Readonly<Record<Requirement, (input: DoctorInput) => boolean>> = {
  folder: ({ stateDirExists, config }) => stateDirExists || config.state !== "absent",
  config: ({ config }) => config.state === "readable" || config.faults.length > 0,
  readableConfig: ({ config }) => config.state === "readable",
  secrets: ({ secrets, gatewayEnv }) =>
    (secrets.exists && secrets.error === undefined) || secrets.faults.length + gatewayEnv.faults.length > 0,
  provider: (input) => inspectedProviders(input).length > 0,
  variable: ({ needed, variables }) => needed.length === 0 || needed.some((name) => variables.has(name)),
  service: ({ service }) => service !== undefined,
  localMode: ({ config }) => !isRemoteMode(config.config),
  remoteMode: ({ config }) => isRemoteMode(config.config),
  worker: ({ worker }) => worker?.reached.ok === true,
  tellingWorker: ({ worker }) => worker?.ready !== undefined || (worker?.lacks ?? []).length > 0,
  knownWorker: ({ worker }) => worker?.ready !== undefined,
};

/** A check without findings reports its title. If a deployed Worker is checked, nothing else is. */
export function runChecks(input: DoctorInput): DoctorReport {
  const checks = input.worker === undefined ? CHECKS : WORKER_CHECKS;
  const results = checks.flatMap(({ id, title, needs, run }): readonly NamedResult[] => {
    const lacking = needs.find((need) => !NEEDS[need](input));
    if (lacking !== undefined) return [{ id, status: "skipped", message: (t) => t.doctor.lacking[lacking] }];
    const found = run(input);
    return found.length > 0 ? found.map((result) => ({ id, ...result })) : [{ id, status: "ok", message: title }];
  });
  return {
    ok: results.every(({ status }) => status !== "fail"),
    results,
    repairs: results.flatMap(({ repair }) => repair ?? []),
  };
}
