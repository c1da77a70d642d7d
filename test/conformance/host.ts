/** A configuration, and the variables that go with it. */
export interface Setup {
  /** The text of `openclaw.json`. */
  readonly config: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The upstream's silence is waited for only a moment. */
  readonly isImpatient?: boolean;
}

/** A line of the log of a request, as JSON. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A runtime that the gateway runs on, before the upstream of the table. */
export interface Host {
  readonly name: "node" | "worker";
  readonly port: number;
  /** Its name in `Via`, of the gateway in use. */
  readonly hop: string;
  /** A gateway of that setup that knows nothing of earlier requests; its clock stands still at the beginning. */
  readonly use: (setup: Setup) => Promise<void>;
  /**
   * Lets its clock go on, once a timer of so many milliseconds is waited for, if that is told. Resolves when all that was
   * due has happened.
   */
  readonly pass: (ms: number, timerMs?: number) => Promise<void>;
  /** The log lines of so many requests since `use`, as soon as there are as many. */
  readonly logged: (count: number) => Promise<readonly LogLine[]>;
}
