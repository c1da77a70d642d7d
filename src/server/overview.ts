import { Passes } from "../config/page-session.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import { eventText } from "../core/server-events.ts";
import type { PriceTable } from "../providers/price.ts";
import { type Language, loadTexts } from "../text/language.ts";
import type { Message, Texts } from "../text/message.ts";
import { configuredModels } from "../usage/prices.ts";
import { usageFolder } from "../usage/read-record.ts";
import type { DashboardQuestion } from "./dashboard-source.ts";
import { type Identity, stateDocument, type WholeState } from "./dashboard-state.ts";
import { MOST_STREAMS } from "./event-streams.ts";
import type { GatewaySetup } from "./gateway-setup.ts";
import { RecordReader, recordThreadScript } from "./record-reader.ts";

interface OverviewDeps {
  readonly paths: Paths;
  readonly about: Identity;
  readonly english: Texts;
  readonly prices: ReadonlyMap<string, PriceTable>;
}

type OverviewContext = Pick<Context, "startThread" | "delay" | "files" | "started" | "now" | "randomBytes">;

/** Another process, or this one. */
type Asker = object;

/** Answers for the page in the first process, which knows of all of them. */
export class Overview {
  readonly #deps: OverviewDeps;
  readonly #context: OverviewContext;
  readonly #reader: RecordReader | undefined;
  readonly #passes = new Passes();
  readonly #watches = new Map<Asker, Map<number, () => void>>();
  readonly #monotonicMs: () => number;
  #setup: GatewaySetup;
  #port: number;
  #notUsed: readonly Message[] = [];
  #isStopping = false;

  constructor(setup: GatewaySetup, deps: OverviewDeps, monotonicMs: () => number, context: OverviewContext) {
    this.#deps = deps;
    this.#context = context;
    this.#monotonicMs = monotonicMs;
    this.#setup = setup;
    this.#port = setup.listen.port;
    const script = recordThreadScript(context);
    this.#reader = script === undefined ? undefined : new RecordReader(script, this.#threadData(), context);
  }

  /** At which port it listens. */
  listens(port: number): void {
    this.#port = port;
  }

  use(setup: GatewaySetup): void {
    const before = tokensIn(this.#setup);
    const after = tokensIn(setup);
    this.#passes.keepOf((name) => after.has(name) && after.get(name) === before.get(name));
    this.#setup = setup;
    this.#notUsed = [];
    this.#reader?.use(this.#threadData());
  }

  /** A changed configuration is not used, and why. */
  refused(why: readonly Message[]): void {
    this.#notUsed = why;
  }

  stops(): void {
    this.#isStopping = true;
  }

  /**
   * Answers as the question says; `undefined` where nothing can be told. `whole` tells what all processes know, and
   * `onEvents` gets what a watch is to see, and `undefined` at its end.
   */
  async answer(
    question: DashboardQuestion,
    asker: Asker,
    whole: (language: Language) => Promise<WholeState>,
    onEvents: (watch: number, events: string | undefined) => void,
  ): Promise<unknown> {
    switch (question.about) {
      case "state":
        return this.#state(question.language, await whole(question.language));
      case "figures":
        return this.#figures(question.period);
      case "pass":
        return this.#passes.give(question.name, this.#monotonicMs(), this.#context.randomBytes);
      case "holder":
        return this.#passes.take(question.pass, this.#monotonicMs());
      case "unused":
        return this.#passes.has(question.mark);
      case "watch":
        return this.#watch(question.watch, asker, (events) => onEvents(question.watch, events));
    }
  }

  unwatch(watch: number, asker: Asker): void {
    const known = this.#watches.get(asker);
    known?.get(watch)?.();
    known?.delete(watch);
    if (known?.size === 0) this.#watches.delete(asker);
  }

  /** A process that has ended looks at nothing any more. */
  leaves(asker: Asker): void {
    for (const watch of [...(this.#watches.get(asker)?.keys() ?? [])]) this.unwatch(watch, asker);
  }

  close(): void {
    this.#reader?.close();
  }

  async #state(language: Language, whole: WholeState): Promise<string> {
    const { about, english, paths } = this.#deps;
    const input = {
      now: this.#context.now(),
      about,
      setup: this.#setup,
      listen: { host: this.#setup.facts.listen.host, port: this.#port },
      files: paths,
      notUsed: this.#notUsed,
      isStopping: this.#isStopping,
    };
    return JSON.stringify(stateDocument(input, whole, await textsIn(language, english)));
  }

  async #figures(period: Parameters<RecordReader["figures"]>[0]): Promise<string | undefined> {
    const json = await this.#reader?.figures(period);
    const days = this.#setup.facts.usageDays;
    // Put in as text: the thread has made JSON of a document that may have thousands of rows.
    return json?.replace("{", `{"recordDays":${days},`);
  }

  #watch(watch: number, asker: Asker, each: (events: string | undefined) => void): boolean | undefined {
    const count = [...this.#watches.values()].reduce((sum, { size }) => sum + size, 0);
    if (this.#reader?.isAnswering !== true) return undefined;
    if (count >= MOST_STREAMS) return false;
    const known = this.#watches.get(asker) ?? new Map<number, () => void>();
    this.#watches.set(asker, known);
    if (this.#setup.facts.usageDays === 0) each(eventText("off", {}));
    known.set(watch, this.#reader.watch(each));
    return true;
  }

  #threadData() {
    const folder = usageFolder(this.#deps.paths);
    return { folder, tables: this.#deps.prices, configured: configuredModels(this.#setup.facts.config) };
  }
}

/** By the name of their holder. */
const tokensIn = ({ facts }: GatewaySetup): ReadonlyMap<string | undefined, string> =>
  new Map(facts.clients?.map(({ name, token }) => [name, token.reveal()]));

/** @why the files of a language may be those of another version by then. */
export const textsIn = async (language: Language, english: Texts): Promise<Texts> =>
  language === "en" ? english : loadTexts(language).catch(() => english);
