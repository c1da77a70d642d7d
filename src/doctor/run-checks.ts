import type { Check, CheckResult, DoctorInput, Repair } from "./check.ts";
import { CONFIG_CHECKS } from "./checks/config.ts";
import { CREDENTIAL_CHECKS } from "./checks/credentials.ts";
import { ENDPOINT_CHECKS, LIVE_CHECKS } from "./checks/endpoint.ts";
import { FILE_CHECKS } from "./checks/files.ts";
import { HEADER_CHECKS } from "./checks/headers.ts";
import { MACHINE_CHECKS } from "./checks/machine.ts";
import { MODEL_CHECKS } from "./checks/models.ts";
import { VARIABLE_CHECKS } from "./checks/variables.ts";

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

/** A check without findings reports its title. */
export function runChecks(input: DoctorInput): DoctorReport {
  const able = CHECKS.filter(
    ({ readsConfig, applies }) =>
      (!readsConfig || input.config.state === "readable") && (applies === undefined || applies(input)),
  );
  const results = able.flatMap(({ id, title, run }): readonly NamedResult[] => {
    const found = run(input);
    return found.length > 0 ? found.map((result) => ({ id, ...result })) : [{ id, status: "ok", message: title }];
  });
  return {
    ok: results.every(({ status }) => status !== "fail"),
    results,
    repairs: results.flatMap(({ repair }) => repair ?? []),
  };
}
