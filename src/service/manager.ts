import type { Context, Env } from "../core/context.ts";
import type { ServiceSpec } from "./spec.ts";

/** What asking systemd or launchd takes from the outside world. */
export type Asking = Pick<Context, "run" | "env" | "files" | "uid" | "homedir" | "delay">;

/** How the service stands, as systemd or launchd sees it. */
export interface ServiceState {
  readonly isRunning: boolean;
  /** Whether it starts with the user's session. */
  readonly isEnabled: boolean;
  /** In the words of systemd or launchd: `active (running)`. */
  readonly words: string;
  readonly pid?: number;
  readonly since?: Date;
  /** Exit status of the last run, where there was one. */
  readonly lastStatus?: number;
}

/** Who runs services on this system. All of it throws `service.failed` where it does not do as it is asked. */
export interface ServiceManager {
  readonly kind: "systemd" | "launchd";
  /** The profile whose gateway it runs. */
  readonly profile: string | undefined;
  /** What it calls the service. */
  readonly service: string;
  /** Absolute path of the file that describes the service. */
  readonly file: string;
  /** Shows what the service has said: a command, or a file's path. */
  readonly log: string;
  /** Files that the service makes, and that go with it. */
  readonly made: readonly string[];
  readonly textOf: (spec: ServiceSpec) => string;
  /** What of such a text does not depend on the shell that it was written from. */
  readonly essential: (text: string) => string;
  /** Makes a file known that is new or has changed, and has the service start with every session. */
  readonly register: (context: Asking) => Promise<void>;
  /** Starts the service and waits until it is ready, where that can be known. */
  readonly start: (context: Asking) => Promise<void>;
  readonly stop: (context: Asking) => Promise<void>;
  readonly restart: (context: Asking) => Promise<void>;
  /** Stops the service for good; before its file is removed, also where that has gone already. */
  readonly unregister: (context: Asking) => Promise<void>;
  /** Has it forget what it knows of the service; after its file was removed. */
  readonly forget: (context: Asking) => Promise<void>;
  readonly state: (context: Asking) => Promise<ServiceState>;
  /** When the service will not run, where that is worth knowing: each a sentence with what to do about it. */
  readonly limits: (context: Asking) => Promise<readonly string[]>;
  /** Those of the variables that it gives every process it starts. */
  readonly environment: (names: readonly string[], context: Asking) => Promise<Env>;
}
