import { performance } from "node:perf_hooks";
import type { Context, ProcessEnd, WorkerProcess } from "../core/context.ts";
import type { LogLevel } from "../gateway/log.ts";
import type { Message } from "../text/message.ts";
import { Restarts } from "./restarts.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

export interface StartedWorker {
  readonly process: WorkerProcess;
  readonly startedMs: number;
  readonly startedAt: Date;
  isServing: boolean;
  /** The edition by which it serves. */
  edition: number;
  /** It has been told to stop and has done so: the number of its requests that were cut off. */
  cutCount: number | undefined;
}

export interface WorkerProcessesOptions {
  readonly wanted: number;
  readonly notify: (level: LogLevel, message: Message) => void;
  readonly onMessage: (worker: StartedWorker, message: FromWorker) => void;
  readonly onEnd: (worker: StartedWorker) => void;
  /** They keep ending, and none is started any more. */
  readonly onGivingUp: () => void;
}

type Answer<K extends FromWorker["kind"]> = Extract<FromWorker, { kind: K }>;
type StartContext = Pick<Context, "startWorkerProcess" | "now" | "delay">;

/** The processes that serve. One that ends is reported and replaced until they are closed. */
export class WorkerProcesses {
  readonly #options: WorkerProcessesOptions;
  readonly #context: StartContext;
  readonly #restarts: Restarts;
  readonly #all = new Set<StartedWorker>();
  /** Looks at each message, and at each end, which is `undefined`. */
  readonly #waiting = new Set<(worker: StartedWorker, message: FromWorker | undefined) => void>();
  readonly #closing = new AbortController();

  constructor(options: WorkerProcessesOptions, context: StartContext) {
    this.#options = options;
    this.#context = context;
    this.#restarts = new Restarts(options.wanted);
  }

  get all(): readonly StartedWorker[] {
    return [...this.#all];
  }

  get serving(): readonly StartedWorker[] {
    return this.all.filter(({ isServing }) => isServing);
  }

  /** Resolves when all serve. */
  async start(): Promise<void> {
    const { wanted } = this.#options;
    const serving = this.until(() => this.serving.length === wanted);
    for (let count = 0; count < wanted; count += 1) void this.#startOne();
    await serving;
  }

  /** From now on, one that ends is not replaced. */
  close(): void {
    this.#closing.abort();
  }

  /** Ends one that does not serve yet: it has no requests, and would not know what to do without this process. */
  kill(worker: StartedWorker): void {
    worker.cutCount = 0;
    worker.process.kill();
  }

  send(worker: StartedWorker, message: ToWorker): void {
    worker.process.send(message);
  }

  /** Has every one that serves do something, and waits for what they answer, but not for one that ends. */
  async ask<K extends FromWorker["kind"]>(
    kind: K,
    waitMs: number,
    message: ToWorker,
  ): Promise<ReadonlyMap<StartedWorker, Answer<K>>> {
    const left = new Set(this.serving);
    const answers = new Map<StartedWorker, Answer<K>>();
    const all = this.until((worker, heard) => {
      if (worker === undefined || (heard !== undefined && heard.kind !== kind)) return left.size === 0;
      if (heard !== undefined && left.has(worker)) answers.set(worker, heard as Answer<K>);
      left.delete(worker);
      return left.size === 0;
    }, waitMs);
    for (const worker of left) this.send(worker, message);
    await all;
    return answers;
  }

  /** Resolves when it holds, which is looked at now and after each message and each end, or when time is up. */
  until(holds: (worker?: StartedWorker, heard?: FromWorker) => boolean, waitMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (worker?: StartedWorker, heard?: FromWorker) => {
        if (holds(worker, heard)) done();
      };
      const timer = waitMs === undefined ? undefined : setTimeout(done, waitMs);
      this.#waiting.add(look);
      look();
    });
  }

  async #startOne(): Promise<void> {
    const startedMs = performance.now();
    let worker: StartedWorker | undefined;
    try {
      const process = await this.#context.startWorkerProcess({
        onMessage: (message) => worker && this.#heard(worker, message as FromWorker),
        onEnd: (end) => worker && this.#ended(worker, end),
      });
      const startedAt = this.#context.now();
      worker = { process, startedMs, startedAt, isServing: false, edition: 0, cutCount: undefined };
      this.#all.add(worker);
      if (this.#closing.signal.aborted) this.kill(worker);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#replace(startedMs, (isReplaced) => (text) => text.server.processNotStarted({ reason, isReplaced }));
    }
  }

  #heard(worker: StartedWorker, message: FromWorker): void {
    this.#options.onMessage(worker, message);
    for (const look of this.#waiting) look(worker, message);
  }

  #ended(worker: StartedWorker, end: ProcessEnd): void {
    this.#all.delete(worker);
    this.#options.onEnd(worker);
    const { pid } = worker.process;
    const seconds = Math.round((performance.now() - worker.startedMs) / 1000);
    const isExpected = worker.cutCount !== undefined || (this.#closing.signal.aborted && end.status === 0);
    if (!isExpected) {
      this.#replace(
        worker.startedMs,
        (isReplaced) => (text) => text.server.processEnded({ pid, ...end, seconds, isReplaced }),
      );
    }
    for (const look of this.#waiting) look(worker, undefined);
  }

  #replace(startedMs: number, report: (isReplaced: boolean) => Message): void {
    const nowMs = performance.now();
    const { signal } = this.#closing;
    const waitMs = signal.aborted ? undefined : this.#restarts.waitMs({ ranMs: nowMs - startedMs, nowMs });
    this.#options.notify("error", report(waitMs !== undefined));
    if (waitMs !== undefined) {
      void this.#context.delay(waitMs, signal).then(() => (signal.aborted ? undefined : this.#startOne()));
    } else if (!signal.aborted) {
      this.close();
      this.#options.onGivingUp();
    }
  }
}
