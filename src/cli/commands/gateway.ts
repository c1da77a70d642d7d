import type { Command } from "commander";
import type { Run } from "../run.ts";
import { defineRun } from "./gateway-run.ts";

export function define(gateway: Command, run: Run): void {
  defineRun(gateway, run);
}
