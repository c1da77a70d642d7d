import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { About, Context, PrimaryProcess, ProcessFigures } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { LevelPaint, LogLevel } from "../gateway/log.ts";
import { LogSecrets } from "../gateway/log-secrets.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { ToldByLimits } from "../gateway/told-cooldowns.ts";
import { knownModels } from "../models/known.ts";
import type { PriceTable } from "../providers/price.ts";
import type { Endpoint } from "../providers/provider.ts";
import { type Message, say, type Texts } from "../text/message.ts";
import { pricesIn, priceTables } from "../usage/prices.ts";
import { configureFrom, type GatewayFacts, unpack } from "./gateway-facts.ts";
import { limitsOfEach } from "./limits.ts";
import { MetricsCounter } from "./metrics-counter.ts";
import { reportOf } from "./process-report.ts";
import { type CreateTransport, gatewayLog } from "./serving.ts";
import { createUsageRecorder, type UsageRecorder } from "./usage-recorder.ts";
import { type ViewedServer, viewedServer } from "./viewed-server.ts";
import type { Asked, Edition, FromWorker, ToWorker, WorkerStart } from "./worker-messages.ts";

export interface WorkerProcessOptions {
  readonly paths: Paths;
  readonly about: About;
  readonly endpoints: readonly Endpoint[];
  readonly english: Texts;
  readonly createTransport: CreateTransport;
  readonly loadLogPaint: () => Promise<LevelPaint>;
  /** Loads the modules that are needed later, before an update replaces their files. */
  readonly loadRest: () => Promise<void>;
}

/**
 * Serves what the primary process hands over, by what it says, until it is told to stop. Reads no configuration, runs no
 * program, and writes no log of its own.
 */
export async function runWorkerProcess(
  primary: PrimaryProcess,
  options: WorkerProcessOptions,
  context: Context,
): Promise<void> {
  const send = (message: FromWorker) => primary.send(message);
  // Ctrl-C and systemd tell the whole group; it is the primary that says what follows.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) context.onSignal(signal, () => {});
  await options.loadRest();
  const sources = {
    prices: await priceTables(options.endpoints),
    watch: await context.watchProcess(),
    paint: await options.loadLogPaint(),
  };
  const server = await new Promise<WorkerServer>((resolve) => {
    let server: WorkerServer | undefined;
    primary.listen({
      onMessage: (message, connection) => {
        const told = message as ToWorker;
        if (told.kind === "start") {
          server = new WorkerServer(told, send, options, sources, context);
          resolve(server);
        } else server?.heard(told, connection);
      },
      onFault: (error) => server?.log.bug(error),
    });
    send({ kind: "up", version: options.about.version });
  });
  await server.stopped;
}

interface WorkerSources {
  readonly prices: ReadonlyMap<string, PriceTable>;
  readonly watch: () => ProcessFigures;
  readonly paint: LevelPaint;
}

/** @why a process that is killed takes what it has not told with it. */
const TELL_MS = 1_000;

class WorkerServer {
  readonly log: ReturnType<typeof gatewayLog>;
  readonly stopped: Promise<void>;
  readonly #send: (message: FromWorker) => boolean;
  readonly #server: ViewedServer;
  readonly #settingsOf: (facts: GatewayFacts) => GatewaySettings;
  readonly #cooldowns: ToldByLimits;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  readonly #transport: ReturnType<CreateTransport>;
  readonly #usage: UsageRecorder;
  readonly #counter: MetricsCounter;
  readonly #watch: () => ProcessFigures;
  readonly #prices: ReadonlyMap<string, PriceTable>;
  #stop: () => void = () => {};
  #asked = 0;
  #onEvents: (watch: number, events: string | undefined) => void = () => {};
  #ends = 0;
  #cutCount = 0;
  #closed = 0;
  #next: { readonly number: number; readonly settings: GatewaySettings; readonly known: GatewayFacts } | undefined;

  constructor(
    {
      edition,
      cooldowns,
      proxyVariables,
      upstreamTimeoutMs,
      about,
      workers,
      forPerson,
      isColoured,
      metricsPort,
    }: WorkerStart,
    send: (message: FromWorker) => boolean,
    { paths, endpoints, english, createTransport }: WorkerProcessOptions,
    { prices, watch, paint }: WorkerSources,
    context: Context,
  ) {
    this.#send = send;
    this.stopped = new Promise((resolve) => {
      this.#stop = resolve;
    });
    const secrets = new LogSecrets();
    const freshenCatalog = () => this.#ask("models").then(() => {});
    this.#settingsOf = (facts) => {
      const catalog = () => knownModels({ config: facts.config, endpoints }, paths, context);
      const { settings } = configureFrom(facts, { endpoints, english, catalog, freshenCatalog });
      secrets.add(facts.tokens, settings.upstreams.values());
      return settings;
    };
    const facts = unpack(edition.facts);
    const settings = this.#settingsOf(facts);
    const write = (text: string) => send({ kind: "log", text });
    const inColour = isColoured ? paint : undefined;
    this.log = gatewayLog({ write, forPerson, paint: inColour, secrets, worker: context.pid }, context);
    this.#transport = createTransport(proxyVariables, upstreamTimeoutMs);
    this.#cooldowns = new ToldByLimits((event) => send({ kind: "cooldown", event }));
    this.#cooldowns.replaceAll(cooldowns, performance.now());
    const notify = (level: LogLevel, message: Message) =>
      this.log.notice(level, say(message, forPerson ? context.text : english));
    this.#usage = createUsageRecorder({ paths, keptDays: facts.usageDays, secrets, notify }, context);
    this.#watch = watch;
    this.#prices = prices;
    this.#counter = new MetricsCounter(settings, pricesIn(facts.config, prices), {
      clockMs: () => performance.now(),
      lostLines: this.#usage.lostLines,
    });
    setInterval(this.#tellCounts, TELL_MS).unref();
    this.#server = viewedServer(
      settings,
      {
        metrics: this.#counter,
        sayMetrics: (format) => this.#ask(format).then((text) => String(text ?? "")),
        transport: this.#transport,
        log: this.log,
        usage: this.#usage,
        limits: limitsOfEach(workers),
        english,
        about,
        cooldowns: this.#cooldowns.of,
        state: async () => ({ workers: await this.#ask("workers"), metricsPort }),
        secrets,
        source: {
          ask: (question) => this.#ask(question),
          onEvents: (each) => {
            this.#onEvents = each;
          },
          unwatch: (watch) => void send({ kind: "unwatch", watch }),
        },
      },
      context,
    );
    send({ kind: "uses", number: edition.number });
  }

  heard(told: ToWorker, connection: Socket | undefined): void {
    switch (told.kind) {
      case "connection":
        this.#take(connection);
        break;
      case "prepare":
        this.#prepare(told.edition);
        break;
      case "use":
        this.#use(told.number);
        break;
      case "stop":
        void this.#end(told.graceMs);
        break;
      case "cooldown":
        this.#cooldowns.repeat(told.event, performance.now());
        break;
      case "measure":
        this.#send({ kind: "report", counts: this.#counter.take(), report: reportOf(this.#server, this.#watch) });
        break;
      case "count":
        this.#send({ kind: "counted", id: told.id, openRequests: this.#server.openRequests() });
        break;
      case "look":
        void this.#server.own(told.language).then((own) => this.#send({ kind: "looked", own }));
        break;
      case "events":
        this.#onEvents(told.watch, told.events);
        break;
      case "answer":
        this.#answers.get(told.id)?.(told.answer);
        this.#answers.delete(told.id);
        break;
    }
  }

  #take(connection: Socket | undefined): void {
    // Said first, so that what this process reads of it is never asked of another.
    this.#send({ kind: "taken" });
    if (connection === undefined) {
      this.#release();
    } else {
      connection.once("close", this.#release);
      this.#server.accept(connection);
    }
  }

  readonly #tellCounts = (): void => {
    const counts = this.#counter.take();
    if (counts.length > 0) this.#send({ kind: "counts", counts });
  };

  /** Those that close together are told together. */
  readonly #release = (): void => {
    this.#closed += 1;
    if (this.#closed > 1) return;
    setImmediate(() => {
      this.#send({ kind: "closed", count: this.#closed });
      this.#closed = 0;
    });
  };

  #prepare({ number, facts }: Edition): void {
    try {
      const known = unpack(facts);
      this.#next = { number, settings: this.#settingsOf(known), known };
      this.#send({ kind: "prepared", number, isFaulty: false });
    } catch (error) {
      this.log.bug(error as Error);
      this.#send({ kind: "prepared", number, isFaulty: true });
    }
  }

  #use(number: number): void {
    if (this.#next?.number !== number) return;
    this.#cooldowns.clear();
    const { settings, known } = this.#next;
    this.#server.use(settings);
    this.#usage.keep(known.usageDays);
    this.#counter.use(settings, pricesIn(known.config, this.#prices));
    this.#next = undefined;
    this.#send({ kind: "uses", number });
  }

  /** May be told again with less time; what was cut off is told once. */
  async #end(graceMs: number): Promise<void> {
    this.#ends += 1;
    this.#cutCount += await this.#server.stop(graceMs);
    this.#ends -= 1;
    if (this.#ends > 0) return;
    await this.#transport.close();
    await this.#usage.end();
    this.#tellCounts();
    this.log.flush();
    this.#send({ kind: "stopped", cutCount: this.#cutCount });
    this.#stop();
  }

  #ask(what: Asked): Promise<unknown> {
    return new Promise((resolve) => {
      const id = ++this.#asked;
      this.#answers.set(id, resolve);
      if (!this.#send({ kind: "ask", id, what })) resolve(undefined);
    });
  }
}
