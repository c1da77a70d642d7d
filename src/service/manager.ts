import { type Context, type Env, lookUp, type RunResult } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Message } from "../text/message.ts";
import type { ServiceSpec } from "./spec.ts";

export type ServiceContext = Pick<Context, "run" | "env" | "files" | "uid" | "homedir" | "cwd" | "delay">;

export interface ServiceState {
  readonly isRunning: boolean;
  readonly isEnabled: boolean;
  /** The manager's own words, such as `active (running)`. */
  readonly description: string;
  readonly pid?: number;
  readonly since?: Date;
  readonly lastStatus?: number;
}

/** systemd or launchd. Every method throws `service.failed` if the manager refuses. */
export interface ServiceManager {
  readonly kind: "systemd" | "launchd";
  readonly profile: string | undefined;
  /** A unit or a label. */
  readonly name: string;
  readonly file: string;
  /** A command that prints the service's log, or the log's path. */
  readonly log: string;
  /** Files that the running service creates and `uninstall` removes. */
  readonly createdFiles: readonly string[];
  readonly fileText: (spec: ServiceSpec) => string;
  /** The text without what depends on the shell it was written from. */
  readonly comparableText: (text: string) => string;
  /** Loads a new or changed file and makes the service start with every session. */
  readonly enable: (context: ServiceContext) => Promise<void>;
  /** Waits until the service is ready, if the manager can tell. */
  readonly start: (context: ServiceContext) => Promise<void>;
  readonly stop: (context: ServiceContext) => Promise<void>;
  readonly restart: (context: ServiceContext) => Promise<void>;
  /**
   * Stops the service and reverts `enable`. Called before the file is removed, but also works if it is already gone.
   */
  readonly disable: (context: ServiceContext) => Promise<void>;
  /** Clears the manager's state after the file was removed. */
  readonly forget: (context: ServiceContext) => Promise<void>;
  readonly state: (context: ServiceContext) => Promise<ServiceState>;
  /** When the service does not run although it is enabled, with a remedy each. */
  readonly limits: (context: ServiceContext) => Promise<readonly Message[]>;
  /** Those of the named variables that the manager gives to every process it starts. */
  readonly environment: (names: readonly string[], context: ServiceContext) => Promise<Env>;
}

export const pickVariables = (names: readonly string[], env: Env): Env =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = lookUp(name, env);
      return value ? [[name, value] as const] : [];
    }),
  );

export function commandError(command: string, { status, stdout, failure }: RunResult): OpenclawError {
  const output = stdout.trim().replace(/\s*\n\s*/g, " ");
  const message: Message =
    failure === undefined
      ? (t) => t.service.commandFailed({ command, status, output })
      : (t) => t.system.runFailure[failure](command);
  return new OpenclawError(message, { code: "service.failed" });
}
