import type { Command } from "commander";
import type { Run } from "../run.ts";
import { defineService } from "./gateway-service.ts";

export function define(gateway: Command, run: Run): void {
  defineService(gateway, run);
}
