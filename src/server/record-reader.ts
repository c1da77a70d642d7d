import type { Context, HelperThread } from "../core/context.ts";
import { unlessRefused } from "../core/errors.ts";
import type { LastPeriod } from "../usage/period-figures.ts";
import { builtFile } from "./built-file.ts";
import type { FromRecordThread, RecordThreadData, ToRecordThread } from "./record-thread.ts";

/** @why what it knows takes memory, which a page that was closed needs no more; to read it again takes seconds. */
const IDLE_MS = 10 * 60_000;

/** @why a thread that reads months of files on a busy machine takes 10 s to its first answer, and a page waits for 15 s. */
const ANSWER_MS = 12_000;

/** @why a thread that reads answers in between, and one that says nothing for so long waits for a disk. */
const HUNG_MS = 60_000;

type Watcher = (events: string | undefined) => void;

/** Built beside the program. */
const SCRIPT = "record-thread.cjs";

type ReaderContext = Pick<Context, "startThread" | "delay">;

/**
 * The script of the thread, to be read when the gateway starts; `undefined` where it was not built.
 * @why the files of the program may be replaced by those of another version while it runs.
 */
export function recordThreadScript(context: Pick<Context, "files" | "started">): string | undefined {
  return unlessRefused(() => context.files.readFileSync(builtFile(SCRIPT, context), "utf8"));
}

/**
 * Asks a thread for what the record says. The thread is started when somebody asks, and ended when nobody has for a while.
 * Nothing of the record is read, or kept, by the thread that serves. One that does not answer, since its disk does not, is
 * ended; another one is started only when it is gone.
 */
export class RecordReader {
  readonly #script: string;
  readonly #context: ReaderContext;
  #data: RecordThreadData;
  #thread: Promise<HelperThread> | undefined;
  /** Each thread has its number, so that the end of an earlier one is none of the next. */
  #threads = 0;
  #asked = 0;
  readonly #answers = new Map<number, (text: string | undefined) => void>();
  /** True for those that have heard what came before. */
  readonly #watchers = new Map<Watcher, boolean>();
  #idle: AbortController | undefined;
  /** Aborted when the thread ends. */
  #life = new AbortController();
  /** Messages of threads so far, which show whether one still says anything. */
  #heardCount = 0;
  #isSilent = false;
  /** The number of a thread that was to end and has not. */
  #hung: number | undefined;

  constructor(script: string, data: RecordThreadData, context: ReaderContext) {
    this.#script = script;
    this.#data = data;
    this.#context = context;
  }

  /** Sums are made anew if prices or the place of the record are others than before. */
  use(data: RecordThreadData): void {
    const marks = ({ folder, tables, configured }: RecordThreadData) =>
      JSON.stringify([folder, [...tables], [...configured]]);
    if (marks(data) === marks(this.#data)) return;
    this.#data = data;
    this.#end();
  }

  /** False while the thread answers nothing. */
  get isAnswering(): boolean {
    return !this.#isSilent;
  }

  /** A document in JSON; `undefined` if nothing can be told, since the thread has ended or does not answer. */
  figures(period: LastPeriod): Promise<string | undefined> {
    return this.#ask((id) => ({ kind: "figures", id, period }));
  }

  /**
   * Calls back with the latest requests and then with those that come, as server-sent events; with `undefined` when there
   * will be no more. Returns a function that ends it.
   */
  watch(each: Watcher): () => void {
    const watcher: Watcher = (events) => each(events);
    this.#watchers.set(watcher, false);
    this.#send({ kind: "watch", isOn: true });
    void this.#ask((id) => ({ kind: "latest", id })).then((latest) => {
      if (!this.#watchers.has(watcher)) return;
      if (latest === undefined) this.#watchers.delete(watcher);
      else this.#watchers.set(watcher, true);
      watcher(latest);
    });
    return () => {
      if (!this.#watchers.delete(watcher) || this.#watchers.size > 0) return;
      this.#send({ kind: "watch", isOn: false });
      this.#waitIdle();
    };
  }

  /** For the end of the process. */
  close(): void {
    this.#idle?.abort();
    this.#end();
  }

  #ask(question: (id: number) => ToRecordThread): Promise<string | undefined> {
    if (this.#isSilent) return Promise.resolve(undefined);
    const id = ++this.#asked;
    return new Promise((resolve) => {
      const answered = new AbortController();
      this.#answers.set(id, (text) => {
        this.#answers.delete(id);
        answered.abort();
        resolve(text);
      });
      this.#send(question(id));
      void this.#giveUp(id, answered.signal);
      this.#waitIdle();
    });
  }

  /** Answers `undefined` after `ANSWER_MS`, and ends a thread that says nothing for `HUNG_MS`. */
  async #giveUp(id: number, answered: AbortSignal): Promise<void> {
    const [thread, heard, { signal: over }] = [this.#threads, this.#heardCount, this.#life];
    const isSame = () => !over.aborted && heard === this.#heardCount;
    await this.#context.delay(ANSWER_MS, answered);
    if (answered.aborted) return;
    this.#isSilent ||= isSame();
    this.#answers.get(id)?.(undefined);
    await this.#context.delay(HUNG_MS - ANSWER_MS, over);
    if (!isSame()) return;
    this.#hung = thread;
    this.#end();
  }

  #send(message: ToRecordThread): void {
    this.#thread ??= this.#start();
    this.#thread.then(
      (thread) => thread.send(message),
      () => {},
    );
  }

  #start(): Promise<HelperThread> {
    const number = ++this.#threads;
    const ended = () => {
      if (number === this.#hung) this.#hung = undefined;
      if (this.#hung === undefined) this.#isSilent = false;
      if (number === this.#threads) this.#ended();
    };
    const started = this.#context.startThread(this.#script, this.#data, {
      onMessage: (message) => number === this.#threads && this.#heard(message as FromRecordThread),
      onEnd: ended,
    });
    started.catch(ended);
    return started;
  }

  #heard(message: FromRecordThread): void {
    this.#heardCount += 1;
    this.#isSilent = false;
    if (message.kind === "answer") return void this.#answers.get(message.id)?.(message.text);
    for (const [watcher, hasHeard] of this.#watchers) if (hasHeard) watcher(message.text);
  }

  /** Whoever asks again has another one started. */
  #ended(): void {
    this.#thread = undefined;
    this.#life.abort();
    this.#life = new AbortController();
    const watchers = [...this.#watchers.keys()];
    this.#watchers.clear();
    for (const watcher of watchers) watcher(undefined);
    const answers = [...this.#answers.values()];
    this.#answers.clear();
    for (const answer of answers) answer(undefined);
  }

  #end(): void {
    const thread = this.#thread;
    this.#threads += 1;
    this.#ended();
    thread?.then(
      (one) => one.end(),
      () => {},
    );
  }

  #waitIdle(): void {
    this.#idle?.abort();
    const idle = new AbortController();
    this.#idle = idle;
    void this.#context.delay(IDLE_MS, idle.signal).then(() => {
      if (!idle.signal.aborted && this.#watchers.size === 0) this.#end();
    });
  }
}
