import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { isObject, parseJson } from "../core/json.ts";
import { commandError, pickVariables } from "./manager.ts";

/** Whose systemd runs the unit. */
export interface JournalUnit {
  readonly unit: string;
  readonly of: "user" | "system";
}

export type LineOrder = "newest first" | "oldest first";

export interface JournalLine {
  readonly line: string;
  readonly time: Date;
  /** Absent if the unit's program printed it. */
  readonly byManager?: "info" | "warn" | "error";
}

type JournalContext = Pick<Context, "run" | "env" | "uid" | "files">;

const PASSED_ON = ["PATH", "HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];

/** @why a journal on a slow disk takes its time; one that says nothing for so long does not answer. */
const SILENCE_MS = 60_000;

/** Reads the journal of a unit, and remembers how far. */
export class Journal {
  readonly #unit: JournalUnit;
  readonly #context: JournalContext;
  #cursor: string | undefined;

  constructor(unit: JournalUnit, context: JournalContext) {
    this.#unit = unit;
    this.#context = context;
  }

  /** The lines since then, until `each` returns false. Throws `service.failed`. */
  async read(order: LineOrder, since: Date | undefined, each: (line: JournalLine) => boolean): Promise<void> {
    const from = since === undefined ? [] : [`--since=@${(since.getTime() / 1000).toFixed(3)}`];
    const isReverse = order === "newest first";
    const remember = (cursor: string) => {
      if (this.#cursor === undefined || !isReverse) this.#cursor = cursor;
    };
    await this.#run([...(isReverse ? ["--reverse"] : []), ...from], each, remember, { silenceMs: SILENCE_MS });
  }

  /** Calls back with what comes after the newest line that `read` met, until `signal`. Throws `service.failed`. */
  async follow(each: (line: JournalLine) => void, signal: AbortSignal): Promise<void> {
    const from = this.#cursor === undefined ? ["--lines=0"] : ["--lines=all", `--after-cursor=${this.#cursor}`];
    const all = (line: JournalLine) => {
      each(line);
      return true;
    };
    await this.#run(["--follow", ...from], all, () => {}, { signal });
  }

  async #run(
    args: readonly string[],
    each: (line: JournalLine) => boolean,
    remember: (cursor: string) => void,
    how: { readonly silenceMs?: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    const { run, env, uid, files } = this.#context;
    const { unit, of } = this.#unit;
    const whose = of === "user" ? [`--user-unit=${unit}`] : [`--unit=${unit}`];
    const fields = "MESSAGE,PRIORITY,_COMM,SYSLOG_IDENTIFIER";
    const all = [...whose, "--output=json", "--all", "--no-pager", "--quiet", `--output-fields=${fields}`, ...args];
    const runtimeDir = `/run/user/${uid}`;
    const hasRuntimeDir = files.statSync(runtimeDir, { throwIfNoEntry: false }) !== undefined;
    const isReverse = args.includes("--reverse");
    const complaints: string[] = [];
    let isEnough = false;
    let rest: Buffer = Buffer.alloc(0);
    const take = (text: string) => {
      const entry = entryIn(text);
      if (entry === undefined) {
        if (complaints.length < MOST_COMPLAINTS) complaints.push(text);
        return true;
      }
      if (entry.cursor !== undefined) remember(entry.cursor);
      return (isReverse ? entry.lines.toReversed() : entry.lines).every(each);
    };
    const result = await run("journalctl", all, {
      env: {
        ...(hasRuntimeDir && { XDG_RUNTIME_DIR: runtimeDir }),
        ...pickVariables(PASSED_ON, env),
        LC_ALL: "C.UTF-8",
      },
      timeoutMs: Number.POSITIVE_INFINITY,
      maxOutputBytes: 0,
      withErrors: true,
      ...how,
      onOutput: (chunk) => {
        const bytes = Buffer.concat([rest, chunk]);
        let start = 0;
        for (let end = bytes.indexOf("\n"); end >= 0 && !isEnough; end = bytes.indexOf("\n", start)) {
          isEnough = !take(bytes.toString("utf8", start, end));
          start = end + 1;
        }
        rest = bytes.subarray(start);
        return !isEnough;
      },
    });
    if (isEnough || how.signal?.aborted || result.status === 0) return;
    const output = complaints.join("\n");
    const error = commandError(`journalctl ${whose.join(" ")}`, { ...result, stdout: output });
    if (!/permission|not seeing messages/i.test(output)) throw error;
    throw new OpenclawError(error.says, { code: "service.failed", hint: (t) => t.logs.joinJournalGroup, cause: error });
  }
}

const MOST_COMPLAINTS = 20;

/** An entry has several lines where a program wrote to the journal itself. */
function entryIn(
  text: string,
): { readonly cursor: string | undefined; readonly lines: readonly JournalLine[] } | undefined {
  const value = text.startsWith("{") ? parseJson(text) : undefined;
  if (!isObject(value)) return undefined;
  const { MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, _COMM, __REALTIME_TIMESTAMP, __CURSOR } = value;
  const cursor = typeof __CURSOR === "string" ? __CURSOR : undefined;
  const message = messageIn(MESSAGE);
  if (message === undefined) return { cursor, lines: [] };
  const time = new Date(Number(__REALTIME_TIMESTAMP) / 1000);
  const isManager = SYSLOG_IDENTIFIER === "systemd" || _COMM === "systemd";
  const level = levelOf(Number(PRIORITY));
  const lines = message.split("\n").filter((line) => line !== "");
  return { cursor, lines: lines.map((line) => ({ line, time, ...(isManager && { byManager: level }) })) };
}

/** @source journalctl's JSON: bytes that are no UTF-8, or that no terminal should see, come as a list of numbers. */
function messageIn(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const isBytes = Array.isArray(value) && value.every((one) => Number.isInteger(one));
  return isBytes ? Buffer.from(value as number[]).toString("utf8") : undefined;
}

/** @source syslog(3): 3 and less are errors, 4 is a warning. */
const levelOf = (priority: number) => (priority <= 3 ? "error" : priority === 4 ? "warn" : "info");
