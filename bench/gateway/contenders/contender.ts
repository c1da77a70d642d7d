import type { ChildProcess } from "node:child_process";
import type { Core } from "../children.ts";

/** A program that runs between the clients and the upstream. */
export interface Contender {
  readonly port: number;
  /** Undefined for `direct`. */
  readonly child: ChildProcess | undefined;
  /** Further headers that its clients have to send. */
  readonly headers: Readonly<Record<string, string>>;
  /** Called before each run. */
  readonly prepare?: () => Promise<void>;
  /** Called after each run: checks what it had to do for so many requests, and resolves with the fault, if any. */
  readonly settle: (requests: number) => Promise<string | undefined>;
}

/** The folder and the upstream of a contender, and the room it gets on the machine. */
export interface Place {
  /** An empty folder of its own. */
  readonly folder: string;
  readonly upstreamPort: number;
  readonly core: Core;
  /** Processes, or threads, among which it spreads its connections. */
  readonly workers: number;
}

export interface ContenderKind {
  readonly name: string;
  readonly carriesStreams: boolean;
  /** The longest body that it answers in a time that is worth waiting for; undefined for any. */
  readonly largestBytes?: number;
  /** Whether it can be given more than one worker. */
  readonly spreads: boolean;
  readonly isInstalled: () => boolean;
  readonly start: (place: Place) => Promise<Contender>;
}

export const NOTHING_MORE = { headers: {}, settle: async () => undefined };

/** Nothing of the developer's environment, as in bench/startup.ts. */
export const environment = (home: string) => ({ HOME: home, PATH: process.env.PATH ?? "" });
