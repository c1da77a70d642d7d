import { createServer, type Server, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Context, ProcessEnd, WorkerProcess } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { CooldownBook, type CooldownEvent } from "../gateway/cooldown-book.ts";
import type { LogLevel } from "../gateway/log.ts";
import type { Message, Texts } from "../text/message.ts";
import { pack } from "./gateway-facts.ts";
import type { GatewaySetup } from "./gateway-setup.ts";
import { LIMITS } from "./limits.ts";
import { listenAt } from "./node-server.ts";
import { Restarts } from "./restarts.ts";
import type { Serving } from "./serving.ts";
import { Spread, type Taker } from "./spread.ts";
import type { Edition, FromWorker, ToWorker, WorkersState } from "./worker-messages.ts";

export interface ClusterOptions {
  readonly english: Texts;
  readonly version: string;
  /** What `/healthz` says, which is about this process: it stands for the whole. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly forPerson: boolean;
  /** Writes lines of the log. */
  readonly write: (text: string) => boolean;
  readonly notify: (level: LogLevel, message: Message) => void;
}

interface Worker extends Taker<Socket> {
  readonly process: WorkerProcess;
  readonly startedMs: number;
  readonly startedAt: Date;
  isServing: boolean;
  /** It has been told to stop and has done so; the number of its requests that were cut off. */
  cutCount: number | undefined;
  /** The edition by which it serves. */
  edition: number;
}

/** @why a worker that hangs must not hold up the others. */
const ANSWER_MS = 10_000;
const COUNT_MS = 1_000;
/** After the time for open requests, for workers to end. */
const END_MS = 2_000;

/** Several processes serve, each with a server of its own. This one listens, and hands them what comes. */
export class Cluster implements Serving {
  readonly failed: Promise<OpenclawError>;
  readonly #options: ClusterOptions;
  readonly #context: Pick<Context, "startWorker" | "now">;
  readonly #first: GatewaySetup;
  readonly #restarts: Restarts;
  readonly #spread = new Spread<Socket>(LIMITS.connections);
  readonly #server: Server;
  readonly #workers = new Set<Worker>();
  /** Looks at each message, and at each end, which is `undefined`. */
  readonly #waiting = new Set<(worker: Worker, message: FromWorker | undefined) => void>();
  readonly #fail: (error: OpenclawError) => void;
  #setup: GatewaySetup;
  #edition: Edition;
  /** What workers have learned, for each other. */
  #cooldowns = new CooldownBook();
  #asked = 0;
  /** All have served, so that each further one takes the place of another. */
  #isUp = false;
  #isStopping = false;

  constructor(setup: GatewaySetup, options: ClusterOptions, context: Pick<Context, "startWorker" | "now">) {
    let fail: (error: OpenclawError) => void = () => {};
    this.failed = new Promise((resolve) => {
      fail = resolve;
    });
    this.#fail = fail;
    this.#options = options;
    this.#context = context;
    this.#first = setup;
    this.#setup = setup;
    this.#restarts = new Restarts(setup.workers);
    this.#edition = { number: 1, facts: pack(setup.facts, options.english) };
    // As `createGatewayServer` has it for its own.
    this.#server = createServer({ pauseOnConnect: true, noDelay: true, keepAlive: true }, (socket) => {
      // One that breaks off while it waits.
      socket.on("error", () => {});
      this.#spread.accept(socket);
    });
  }

  async listen(port: number, host: string): Promise<number> {
    const found = await listenAt(this.#server, port, host);
    const serving = this.#until(
      () => [...this.#workers].filter(({ isServing }) => isServing).length === this.#first.workers,
    );
    for (let count = 0; count < this.#first.workers; count += 1) await this.#start();
    const failure = await Promise.race([serving, this.failed]);
    if (failure !== undefined) throw failure;
    this.#isUp = true;
    this.#options.notify("info", (text) => text.server.workers([...this.#workers].map(({ process }) => process.pid)));
    return found;
  }

  async use(setup: GatewaySetup): Promise<void> {
    const edition = { number: this.#edition.number + 1, facts: pack(setup.facts, this.#options.english) };
    const faults = await this.#all("prepared", ANSWER_MS, (worker) => this.#send(worker, { kind: "prepare", edition }));
    const fault = [...faults.values()].find((message) => message.fault !== undefined)?.fault;
    if (fault !== undefined) throw new Error(fault);
    this.#edition = edition;
    this.#setup = setup;
    this.#cooldowns = new CooldownBook();
    await this.#all("uses", ANSWER_MS, (worker) => this.#use(worker));
  }

  async stop(graceMs: number): Promise<number> {
    this.#isStopping = true;
    this.#server.close();
    this.#spread.drop();
    const told = [...this.#workers];
    for (const worker of told) this.#send(worker, { kind: "stop", graceMs });
    await this.#until(
      () => told.every((worker) => worker.cutCount !== undefined || !this.#workers.has(worker)),
      graceMs + END_MS,
    );
    return told.reduce((sum, { cutCount = 0 }) => sum + cutCount, 0);
  }

  async close(): Promise<void> {
    this.#isStopping = true;
    this.#server.close();
    this.#spread.drop();
    for (const { process } of this.#workers) process.release();
    await this.#until(() => this.#workers.size === 0, END_MS);
    for (const { process } of this.#workers) process.kill();
  }

  async #start(): Promise<void> {
    const startedMs = performance.now();
    const early: FromWorker[] = [];
    let worker: Worker | undefined;
    let earlyEnd: ProcessEnd | undefined;
    const process = await this.#context.startWorker({
      onMessage: (message) => {
        if (worker === undefined) early.push(message as FromWorker);
        else this.#heard(worker, message as FromWorker);
      },
      onEnd: (end) => {
        if (worker === undefined) earlyEnd = end;
        else this.#ended(worker, end);
      },
    });
    const hand = (connection: Socket) => process.hand({ kind: "connection" } satisfies ToWorker, connection);
    worker = {
      process,
      hand,
      startedMs,
      startedAt: this.#context.now(),
      isServing: false,
      cutCount: undefined,
      edition: 0,
    };
    this.#workers.add(worker);
    for (const message of early) this.#heard(worker, message);
    if (earlyEnd !== undefined) this.#ended(worker, earlyEnd);
  }

  #send(worker: Worker, message: ToWorker): void {
    worker.process.send(message);
  }

  #use(worker: Worker): void {
    this.#send(worker, { kind: "use", number: this.#edition.number });
  }

  #heard(worker: Worker, message: FromWorker): void {
    switch (message.kind) {
      case "up":
        this.#begin(worker, message.version);
        break;
      case "taken":
        this.#spread.taken(worker);
        break;
      case "closed":
        this.#spread.closed(worker, message.count);
        break;
      case "uses":
        this.#serves(worker, message.number);
        break;
      case "stopped":
        worker.cutCount = message.cutCount;
        break;
      case "log":
        this.#options.write(message.text);
        break;
      case "cooldown":
        this.#pass(worker, message.event);
        break;
      case "ask":
        void this.#answer(message.what).then((answer) =>
          this.#send(worker, { kind: "answer", id: message.id, answer }),
        );
        break;
    }
    for (const look of this.#waiting) look(worker, message);
  }

  #begin(worker: Worker, version: string): void {
    if (version !== this.#options.version) {
      this.#options.notify("error", (text) => text.server.otherVersion({ version, own: this.#options.version }));
      worker.process.kill();
      return;
    }
    const { proxyVariables, upstreamTimeoutMs, workers } = this.#first;
    const { about, forPerson } = this.#options;
    this.#send(worker, {
      kind: "start",
      edition: this.#edition,
      cooldowns: this.#cooldowns.entries(performance.now()),
      proxyVariables,
      upstreamTimeoutMs,
      about,
      workers,
      forPerson,
    });
  }

  /** What one learned by an earlier configuration is nothing to the others. */
  #pass(from: Worker, event: CooldownEvent): void {
    if (from.edition !== this.#edition.number) return;
    this.#cooldowns.apply([event], performance.now());
    for (const worker of this.#workers)
      if (worker !== from && worker.edition === from.edition) this.#send(worker, { kind: "cooldown", event });
  }

  #serves(worker: Worker, number: number): void {
    worker.edition = number;
    if (number < this.#edition.number) {
      // It was started before a reload, which it has not heard of.
      this.#send(worker, { kind: "prepare", edition: this.#edition });
      this.#use(worker);
      return;
    }
    if (worker.isServing || this.#isStopping) return;
    worker.isServing = true;
    this.#spread.join(worker);
    const { pid } = worker.process;
    if (this.#isUp) this.#options.notify("info", (text) => text.server.workerServes(pid));
  }

  #ended(worker: Worker, end: ProcessEnd): void {
    this.#workers.delete(worker);
    if (worker.isServing) this.#spread.leave(worker);
    for (const look of this.#waiting) look(worker, undefined);
    if (worker.cutCount !== undefined || (this.#isStopping && end.status === 0)) return;
    const nowMs = performance.now();
    const ranMs = nowMs - worker.startedMs;
    const waitMs = this.#isStopping ? undefined : this.#restarts.waitMs({ ranMs, nowMs });
    const { pid } = worker.process;
    const report = { pid, ...end, seconds: Math.round(ranMs / 1000), isReplaced: waitMs !== undefined };
    this.#options.notify("error", (text) => text.server.workerEnded(report));
    if (waitMs !== undefined) {
      setTimeout(() => this.#isStopping || void this.#start(), waitMs);
      return;
    }
    const keepEnding: Message = (text) => text.server.workersKeepEnding;
    if (!this.#isStopping)
      this.#fail(new OpenclawError(keepEnding, { code: "gateway.workers", hint: (text) => text.server.seeLog }));
  }

  async #answer(what: "models" | "workers"): Promise<unknown> {
    if (what === "models") return void (await this.#setup.settings.freshenCatalog());
    const id = ++this.#asked;
    const counted = await this.#all("counted", COUNT_MS, (worker) => this.#send(worker, { kind: "count", id }));
    const serving = [...counted].map(([{ process, startedAt }, { openRequests }]) => ({
      pid: process.pid,
      startedAt: startedAt.toISOString(),
      openRequests,
    }));
    return { wanted: this.#first.workers, serving } satisfies WorkersState;
  }

  /** Has every worker that serves do something, and waits for what they answer, but not for one that ends. */
  async #all<K extends FromWorker["kind"]>(
    kind: K,
    waitMs: number,
    tell: (worker: Worker) => void,
  ): Promise<ReadonlyMap<Worker, Extract<FromWorker, { kind: K }>>> {
    const left = new Set([...this.#workers].filter(({ isServing }) => isServing));
    const answers = new Map<Worker, Extract<FromWorker, { kind: K }>>();
    const all = this.#until((worker, message) => {
      if (worker !== undefined && (message === undefined || message.kind === kind)) {
        if (message !== undefined && left.has(worker)) answers.set(worker, message as Extract<FromWorker, { kind: K }>);
        left.delete(worker);
      }
      return left.size === 0;
    }, waitMs);
    for (const worker of left) tell(worker);
    await all;
    return answers;
  }

  /** Resolves when it holds, which is looked at after each message and each end, or when time is up. */
  #until(holds: (worker?: Worker, message?: FromWorker) => boolean, waitMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (worker?: Worker, message?: FromWorker) => {
        if (holds(worker, message)) done();
      };
      const timer = waitMs === undefined ? undefined : setTimeout(done, waitMs);
      this.#waiting.add(look);
      look();
    });
  }
}
