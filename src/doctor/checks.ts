import type { Check } from "./check.ts";
import { CONFIG_CHECKS } from "./checks/config.ts";
import { CREDENTIAL_CHECKS } from "./checks/credentials.ts";
import { ENDPOINT_CHECKS } from "./checks/endpoint.ts";
import { FILE_CHECKS } from "./checks/files.ts";
import { LIVE_CHECKS } from "./checks/live.ts";
import { MACHINE_CHECKS } from "./checks/machine.ts";
import { MODEL_CHECKS } from "./checks/models.ts";
import { VARIABLE_CHECKS } from "./checks/variables.ts";

/** Every check, in the order in which they are reported. */
export const CHECKS: readonly Check[] = [
  ...FILE_CHECKS,
  ...CONFIG_CHECKS,
  ...VARIABLE_CHECKS,
  ...CREDENTIAL_CHECKS,
  ...ENDPOINT_CHECKS,
  ...MODEL_CHECKS,
  ...MACHINE_CHECKS,
  ...LIVE_CHECKS,
];
