import { createServer, type Server, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Context, ProcessFigures } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { CooldownBook, type CooldownEvent } from "../gateway/cooldown-book.ts";
import type { LogLevel } from "../gateway/log.ts";
import type { Language } from "../text/language.ts";
import type { Message, Texts } from "../text/message.ts";
import { mergedProblems, type WholeState } from "./dashboard-state.ts";
import { pack } from "./gateway-facts.ts";
import type { GatewayMetrics, SayMetrics } from "./gateway-metrics.ts";
import type { GatewaySetup } from "./gateway-setup.ts";
import { LIMITS } from "./limits.ts";
import { listenAt } from "./node-server.ts";
import type { Overview } from "./overview.ts";
import { ProcessReports } from "./process-report.ts";
import type { Serving } from "./serving.ts";
import { Spread, type Taker } from "./spread.ts";
import type { Asked, Edition, FromWorker, ToWorker, WorkersState } from "./worker-messages.ts";
import { type StartedWorker, WorkerProcesses } from "./worker-processes.ts";

export interface ClusterOptions {
  readonly english: Texts;
  readonly version: string;
  /** What `/healthz` says, which is about this process: it stands for the whole. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly forPerson: boolean;
  readonly isColoured: boolean;
  /** Writes finished lines into the log. */
  readonly relayLog: (lines: string) => void;
  readonly notify: (level: LogLevel, message: Message) => void;
  readonly whole: GatewayMetrics;
  /** Of this process. */
  readonly watch: () => ProcessFigures;
  /** Where the metrics are shown without a token. */
  readonly metricsPort: number | undefined;
  readonly overview: Overview;
}

/** @why a worker that hangs must not hold up the others. */
const ANSWER_MS = 10_000;
const COUNT_MS = 1_000;
/** After the time for open requests, for workers to end. */
const END_MS = 2_000;

/**
 * Several processes serve, each with a server of its own. This one listens and hands them the connections, reads and
 * watches the configuration for all, and writes their log.
 */
export class Cluster implements Serving {
  readonly failed: Promise<OpenclawError>;
  readonly #options: ClusterOptions;
  readonly #first: GatewaySetup;
  readonly #workers: WorkerProcesses;
  readonly #takers = new Map<StartedWorker, Taker<Socket>>();
  readonly #spread = new Spread<Socket>(LIMITS.connections);
  readonly #server: Server;
  #setup: GatewaySetup;
  #edition: Edition;
  /** What workers have learned, for each other. */
  #cooldowns = new CooldownBook();
  /** All have served, so that each further one takes the place of another. */
  #isUp = false;
  #asked = 0;
  readonly #reports = new ProcessReports();
  #looking: Promise<unknown> = Promise.resolve();

  constructor(
    setup: GatewaySetup,
    options: ClusterOptions,
    context: Pick<Context, "startWorkerProcess" | "now" | "delay">,
  ) {
    let giveUp = () => {};
    this.failed = new Promise((resolve) => {
      giveUp = () => resolve(keepEnding());
    });
    this.#options = options;
    this.#first = setup;
    this.#setup = setup;
    this.#edition = { number: 1, facts: pack(setup.facts, options.english) };
    this.#workers = new WorkerProcesses(
      {
        wanted: setup.workers,
        notify: options.notify,
        onMessage: (worker, message) => this.#heard(worker, message),
        onEnd: (worker) => this.#leave(worker),
        onGivingUp: giveUp,
      },
      context,
    );
    // As `createGatewayServer` has it for its own.
    this.#server = createServer({ pauseOnConnect: true, noDelay: true, keepAlive: true }, (socket) => {
      // One that breaks off while it waits.
      socket.on("error", () => {});
      this.#spread.accept(socket);
    });
  }

  async listen(port: number, host: string): Promise<number> {
    const found = await listenAt(this.#server, port, host);
    const failure = await Promise.race([this.#workers.start(), this.failed]);
    if (failure !== undefined) {
      await this.close();
      throw failure;
    }
    this.#isUp = true;
    this.#options.overview.listens(found);
    const pids = this.#workers.all.map(({ process }) => process.pid);
    this.#options.notify("info", (text) => text.server.processes(pids));
    return found;
  }

  /** In two steps, so that all serve by the same configuration, or none by it. */
  async use(setup: GatewaySetup): Promise<void> {
    const { english } = this.#options;
    const edition = { number: this.#edition.number + 1, facts: pack(setup.facts, english) };
    const prepared = await this.#workers.ask("prepared", ANSWER_MS, { kind: "prepare", edition });
    if ([...prepared.values()].some(({ isFaulty }) => isFaulty)) throw notPrepared();
    this.#edition = edition;
    this.#setup = setup;
    this.#cooldowns = new CooldownBook();
    this.#options.overview.use(setup);
    await this.#workers.ask("uses", ANSWER_MS, { kind: "use", number: edition.number });
  }

  refused(why: readonly Message[]): void {
    this.#options.overview.refused(why);
  }

  async stop(graceMs: number): Promise<number> {
    this.#options.overview.stops();
    this.#refuseMore();
    const told = this.#workers.all;
    for (const worker of told) {
      if (worker.isServing) this.#workers.send(worker, { kind: "stop", graceMs });
      else this.#workers.kill(worker);
    }
    const isOver = (worker: StartedWorker) => worker.cutCount !== undefined || !this.#workers.all.includes(worker);
    await this.#workers.until(() => told.every(isOver), graceMs + END_MS);
    let cutCount = 0;
    for (const worker of told) {
      cutCount += worker.cutCount ?? 0;
      // Counted once, however often it is told to stop.
      if (worker.cutCount !== undefined) worker.cutCount = 0;
    }
    return cutCount;
  }

  async close(): Promise<void> {
    this.#options.overview.close();
    this.#refuseMore();
    for (const worker of this.#workers.all) {
      if (worker.isServing) worker.process.release();
      else this.#workers.kill(worker);
    }
    await this.#workers.until(() => this.#workers.all.length === 0, END_MS);
    for (const { process } of this.#workers.all) process.kill();
  }

  #refuseMore(): void {
    this.#workers.close();
    this.#server.close();
    this.#spread.drop();
  }

  #heard(worker: StartedWorker, message: FromWorker): void {
    switch (message.kind) {
      case "up":
        this.#begin(worker, message.version);
        break;
      case "taken":
        this.#with(worker, (taker) => this.#spread.taken(taker));
        break;
      case "closed":
        this.#with(worker, (taker) => this.#spread.closed(taker, message.count));
        break;
      case "uses":
        this.#serves(worker, message.number);
        break;
      case "stopped":
        worker.cutCount = message.cutCount;
        break;
      case "log":
        this.#options.relayLog(message.text);
        break;
      case "cooldown":
        this.#pass(worker, message.event);
        break;
      case "counts":
        this.#options.whole.add(message.counts);
        break;
      case "report":
        // Also where it comes too late for whoever asked.
        this.#options.whole.add(message.counts);
        this.#reports.hear(worker.process.pid, message.report);
        break;
      case "unwatch":
        this.#options.overview.unwatch(message.watch, worker);
        break;
      case "ask":
        void this.#answer(message.what, worker).then((answer) =>
          this.#workers.send(worker, { kind: "answer", id: message.id, answer }),
        );
        break;
    }
  }

  #with(worker: StartedWorker, act: (taker: Taker<Socket>) => void): void {
    const taker = this.#takers.get(worker);
    if (taker !== undefined) act(taker);
  }

  #leave(worker: StartedWorker): void {
    this.#reports.leave(worker.process.pid, worker.cutCount === undefined);
    this.#options.overview.leaves(worker);
    this.#with(worker, (taker) => this.#spread.leave(taker));
    this.#takers.delete(worker);
  }

  #begin(worker: StartedWorker, version: string): void {
    const { about, forPerson, isColoured, version: own, notify, metricsPort } = this.#options;
    if (version !== own) {
      notify("error", (text) => text.server.otherVersion({ version, own }));
      worker.process.kill();
      return;
    }
    const { proxyVariables, upstreamTimeoutMs, workers } = this.#first;
    this.#workers.send(worker, {
      kind: "start",
      edition: this.#edition,
      cooldowns: this.#cooldowns.entries(performance.now()),
      proxyVariables,
      upstreamTimeoutMs,
      about,
      workers,
      forPerson,
      isColoured,
      metricsPort,
    });
  }

  #serves(worker: StartedWorker, number: number): void {
    worker.edition = number;
    const edition = this.#edition;
    if (number < edition.number) {
      // It was started before a reload that it has not heard of.
      this.#workers.send(worker, { kind: "prepare", edition });
      this.#workers.send(worker, { kind: "use", number: edition.number });
      return;
    }
    if (worker.isServing) return;
    worker.isServing = true;
    const { pid, hand } = worker.process;
    const taker = { hand: (connection: Socket) => hand({ kind: "connection" } satisfies ToWorker, connection) };
    this.#takers.set(worker, taker);
    this.#spread.join(taker);
    if (this.#isUp) this.#options.notify("info", (text) => text.server.processServes(pid));
  }

  /** What one learned by an earlier configuration is nothing to the others. */
  #pass(from: StartedWorker, event: CooldownEvent): void {
    if (from.edition !== this.#edition.number) return;
    this.#cooldowns.apply([event], performance.now());
    for (const worker of this.#workers.serving)
      if (worker !== from && worker.edition === from.edition) this.#workers.send(worker, { kind: "cooldown", event });
  }

  /** A process that hangs is not waited for: it is counted as it was when it last said something. */
  readonly metrics: SayMetrics = async (format, own = 0) => {
    const { whole, watch } = this.#options;
    const reported = await this.#workers.ask("report", COUNT_MS, { kind: "measure" });
    const { openRequests, ...sum } = this.#reports.sum(watch());
    return whole.text(format, {
      ...sum,
      openRequests: Math.max(openRequests - own, 0),
      settings: this.#setup.settings,
      cooldowns: this.#cooldowns.entries(performance.now()),
      processes: { wanted: this.#first.workers, serving: reported.size, ended: this.#reports.ended },
    });
  };

  async #answer(what: Asked, asking: StartedWorker): Promise<unknown> {
    if (typeof what === "object") {
      const send = (watch: number, events: string | undefined) =>
        this.#workers.send(asking, { kind: "events", watch, events });
      return this.#options.overview.answer(what, asking, (language) => this.#whole(language), send);
    }
    if (what === "prometheus" || what === "openmetrics") return this.metrics(what, 1);
    if (what === "models") {
      await this.#setup.settings.freshenCatalog();
      return undefined;
    }
    const counted = await this.#workers.ask("counted", COUNT_MS, { kind: "count", id: ++this.#asked });
    const serving = [...counted]
      .map(([worker, { openRequests }]) => ({
        pid: worker.process.pid,
        startedAt: worker.startedAt.toISOString(),
        // The request that asks is none of those that somebody waits for.
        openRequests: worker === asking ? Math.max(openRequests - 1, 0) : openRequests,
      }))
      .toSorted((one, other) => one.pid - other.pid);
    return { wanted: this.#first.workers, serving } satisfies WorkersState;
  }

  /** One after another, since answers do not say in which language they were asked for. */
  #whole(language: Language): Promise<WholeState> {
    const next = this.#looking.then(() => this.#look(language));
    this.#looking = next.catch(() => {});
    return next;
  }

  /** One that hangs is left out. */
  async #look(language: Language): Promise<WholeState> {
    const looked = await this.#workers.ask("looked", COUNT_MS, { kind: "look", language });
    const all = [...looked].map(([{ process, startedAt }, { own }]) => ({
      process: {
        pid: process.pid,
        startedAt: startedAt.toISOString(),
        openRequests: own.openRequests,
        heldBytes: own.heldBytes,
      },
      own,
    }));
    return {
      openRequests: all.reduce((sum, { own }) => sum + own.openRequests, 0),
      heldBytes: all.reduce((sum, { own }) => sum + own.heldBytes, 0),
      met: mergedProblems(all.map(({ own }) => own.met)),
      processes: {
        wanted: this.#first.workers,
        serving: all.map(({ process }) => process).toSorted((one, other) => one.pid - other.pid),
      },
      cooldowns: this.#cooldowns.entries(performance.now()),
    };
  }
}

const keepEnding = () =>
  new OpenclawError((text) => text.server.processesKeepEnding, {
    code: "gateway.workers",
    hint: (text) => text.server.seeLog,
  });

const notPrepared = () => new OpenclawError((text) => text.server.notPrepared, { code: "internal.bug" });
