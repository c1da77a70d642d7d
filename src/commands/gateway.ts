import type { Command } from "commander";
import type { Run } from "./run.ts";
import { defineRun } from "./gateway-run.ts";
import { defineService } from "./gateway-service.ts";

export function define(gateway: Command, run: Run): void {
  defineRun(gateway, run);
  defineService(gateway, run);
}
