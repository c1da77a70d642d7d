import type { Command } from "commander";
import { defineEnv } from "./gateway-env.ts";
import { defineRun } from "./gateway-run.ts";
import { defineService } from "./gateway-service.ts";
import { defineStatus } from "./gateway-status.ts";
import type { Run } from "./run.ts";

export function define(gateway: Command, run: Run): void {
  defineRun(gateway, run);
  defineService(gateway, run);
  defineStatus(gateway, run);
  defineEnv(gateway, run);
}
