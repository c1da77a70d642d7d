import type { Command } from "commander";
import { defineRun } from "./gateway-run.ts";
import { defineService } from "./gateway-service.ts";
import type { Run } from "./run.ts";

export function define(gateway: Command, run: Run): void {
  defineRun(gateway, run);
  defineService(gateway, run);
}
