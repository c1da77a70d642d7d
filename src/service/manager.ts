import { type Context, type Env, lookUp, type RunResult } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Message } from "../text/message.ts";
import type { ServiceSpec } from "./spec.ts";

/** The part of the context that systemd and launchd are asked with. */
export type ServiceContext = Pick<Context, "run" | "env" | "files" | "uid" | "homedir" | "delay">;

/** State of the service as systemd or launchd reports it. */
export interface ServiceState {
  readonly isRunning: boolean;
  /** True when the service starts with the user's session. */
  readonly isEnabled: boolean;
  /** The manager's own words: `active (running)`. */
  readonly description: string;
  readonly pid?: number;
  readonly since?: Date;
  /** Exit status of the last run if that failed. */
  readonly lastStatus?: number;
}

/** The program that runs services on this system. Every method throws `service.failed` when the manager refuses. */
export interface ServiceManager {
  readonly kind: "systemd" | "launchd";
  /** Profile whose gateway the service runs. */
  readonly profile: string | undefined;
  /** Name of the service: a unit or a label. */
  readonly name: string;
  /** Absolute path of the file that describes the service. */
  readonly file: string;
  /** A command that prints the service's log, or the log's path. */
  readonly log: string;
  /** Files that the running service creates and `uninstall` removes. */
  readonly createdFiles: readonly string[];
  readonly fileText: (spec: ServiceSpec) => string;
  /** The part of such a text that does not depend on the shell it was written from. */
  readonly comparableText: (text: string) => string;
  /** Loads a new or changed file and has the service start with every session. */
  readonly enable: (context: ServiceContext) => Promise<void>;
  /** Starts the service and waits until it is ready, if the manager can tell. */
  readonly start: (context: ServiceContext) => Promise<void>;
  readonly stop: (context: ServiceContext) => Promise<void>;
  readonly restart: (context: ServiceContext) => Promise<void>;
  /** Stops the service and undoes `enable`; called before the file is removed, and works when it is gone already. */
  readonly disable: (context: ServiceContext) => Promise<void>;
  /** Clears what the manager remembers of the service; called after the file was removed. */
  readonly forget: (context: ServiceContext) => Promise<void>;
  readonly state: (context: ServiceContext) => Promise<ServiceState>;
  /** Times at which the service does not run although it is enabled, each with a remedy. */
  readonly limits: (context: ServiceContext) => Promise<readonly Message[]>;
  /** Of the named variables, those that the manager gives to every process it starts. */
  readonly environment: (names: readonly string[], context: ServiceContext) => Promise<Env>;
}

/** The named variables that have a value. */
export const pickVariables = (names: readonly string[], env: Env): Env =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = lookUp(name, env);
      return value ? [[name, value] as const] : [];
    }),
  );

/** The error for a command of the manager that failed, with its output. */
export function commandError(command: string, { status, stdout, failure }: RunResult): OpenclawError {
  const output = stdout.trim().replace(/\s*\n\s*/g, " ");
  const message: Message =
    failure === undefined
      ? (t) => t.service.commandFailed({ command, status, output })
      : (t) => t.system.runFailure[failure](command);
  return new OpenclawError(message, { code: "service.failed" });
}
