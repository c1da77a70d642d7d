import type { Command } from "commander";
import { gatewayUrl } from "../config/listen-address.ts";
import { inspectFiles } from "../config/resolve.ts";
import { isRemoteMode } from "../config/used-gateway.ts";
import type { FileValues } from "../config/variables.ts";
import type { Context } from "../core/context.ts";
import { EXIT, OpenclawError } from "../core/errors.ts";
import { isObject, parseJson } from "../core/json.ts";
import { commandLine, type Paths } from "../core/paths.ts";
import { printable } from "../core/printable.ts";
import { type LogEntry, stamp } from "../gateway/log-line.ts";
import { recordOffBy } from "../gateway/run-flags.ts";
import { type StoredLog, storedLog } from "../service/stored-log.ts";
import { hanging } from "../terminal/layout.ts";
import { loadPaint, wantsColour } from "../terminal/paint.ts";
import type { Message } from "../text/message.ts";
import { usageFolder } from "../usage/read-record.ts";
import type { Invocation } from "./invocation.ts";
import { levelPaint } from "./level-paint.ts";
import { linesIn, momentIn, sinceError } from "./log-flags.ts";
import { fileSource, journalSource, type LogSource, recordSource } from "./log-sources.ts";
import { showWarnings } from "./print.ts";

interface LogsFlags {
  readonly follow?: boolean;
  readonly errors?: boolean;
  readonly lines?: string;
  readonly since?: string;
  readonly json?: boolean;
}

export function defineLogs(command: Command, invocation: Invocation): void {
  const { logs: text } = invocation.context.text;
  command
    .option("-f, --follow", text.followFlag)
    .option("--errors", text.errorsFlag)
    .option("-n, --lines <number|all>", text.linesFlag)
    .option("--since <time>", text.sinceFlag)
    .option("--json", text.jsonFlag)
    .action((flags: LogsFlags) => logs(flags, invocation));
}

const USUAL_LINES = 100;

async function logs(flags: LogsFlags, { context, paths, endWith }: Invocation): Promise<void> {
  const since = flags.since === undefined ? undefined : startIn(flags.since, context.now());
  const usual = since === undefined ? USUAL_LINES : Number.POSITIVE_INFINITY;
  const most = flags.lines === undefined ? usual : linesGiven(flags.lines);
  const { values } = await inspectFiles(paths(), context);
  assertHere(values, paths());
  const stored = await storedLog(paths(), context);
  const source = sourceOf(stored, flags.follow === true, paths(), context);
  if (stored === undefined) assertAny(source, flags, values, paths(), context);
  showWarnings(await notesOn(stored, values, paths(), context), context);
  const print = await printer(flags, context);
  const isWanted = ({ level }: LogEntry) => !flags.errors || level === "warn" || level === "error";
  const count = await printLast(source, { most, since }, isWanted, print, context);
  const { nothing, nothingYet } = context.text.logs;
  if (count === 0 && most > 0) context.err(`${flags.follow ? nothingYet : nothing}\n`);
  if (flags.follow !== true || context.isReaderGone()) return;
  if (await followed(source, isWanted, print, context)) endWith(EXIT.interrupted);
}

function startIn(value: string, now: Date): Date {
  const moment = momentIn(value, now);
  if (moment.ok) return moment.value;
  throw sinceError({ value, fault: moment.error, hint: (t) => t.logs.useSince });
}

function linesGiven(value: string): number {
  const lines = linesIn(value);
  if (lines !== undefined) return lines;
  throw new OpenclawError((t) => t.commands.usage.notAllowed({ flag: "--lines", value }), {
    code: "usage.invalid",
    hint: (t) => t.logs.useLines,
  });
}

function assertHere({ config }: FileValues, { profile }: Pick<Paths, "profile">): void {
  if (!isRemoteMode(config)) return;
  throw new OpenclawError((t) => t.logs.elsewhere(config.gateway?.remote?.url ?? ""), {
    code: "usage.invalid",
    hint: (t) => t.logs.runThere(commandLine(profile, "gateway status")),
  });
}

/** Without a service there is the record; one that is still to come can be followed. */
function assertAny(source: LogSource, { follow }: LogsFlags, values: FileValues, paths: Paths, context: Context): void {
  const offBy = recordOffBy(values, context.env);
  if (source.isThere || (follow === true && offBy === undefined)) return;
  const off: readonly Message[] = offBy === undefined ? [] : [(t) => t.logs.recordOff(offBy)];
  throw new OpenclawError((t) => t.logs.nothingStored, {
    code: "service.missing",
    problems: off.map((message) => ({ message })),
    hint: (t) => t.logs.lookThere(commandLine(paths.profile, "gateway install")),
  });
}

function sourceOf(stored: StoredLog | undefined, follows: boolean, paths: Paths, context: Context): LogSource {
  if (stored === undefined) {
    const warn = (path: string) => showWarnings([({ usage }) => usage.unreadable(path)], context);
    return recordSource(usageFolder(paths), follows, context, warn);
  }
  return stored.kind === "journal" ? journalSource(stored.unit, context) : fileSource(stored.path, follows, context);
}

async function notesOn(
  stored: StoredLog | undefined,
  values: FileValues,
  paths: Paths,
  context: Context,
): Promise<readonly Message[]> {
  if (stored === undefined) return [(t) => t.logs.fromRecord];
  const { service } = stored;
  if (service === undefined) return stored.kind === "journal" ? [(t) => t.logs.ofSystem(stored.unit.unit)] : [];
  if (service.isRunning) return [];
  const { checkHealth } = await import("../service/health.ts");
  const { answers, url } = await checkHealth(
    { url: gatewayUrl(values, context.env, paths), token: undefined },
    context,
  );
  return [
    (t) => t.logs.notRunning(service.description),
    ...(answers === "gateway" ? [((t) => t.logs.byHand(url)) satisfies Message] : []),
  ];
}

type Print = (entries: readonly LogEntry[]) => void;

/** Lines for a program as they are stored, else for a person: painted and wrapped at a terminal. */
async function printer({ json }: LogsFlags, context: Context): Promise<Print> {
  const { out, now, columns, terminal } = context;
  if (json) {
    const shown = (line: string) => `${terminal.stdout ? printable(line) : line}\n`;
    return (entries) => out(entries.map((entry) => shown(jsonLine(entry))).join(""));
  }
  const paint = levelPaint(await loadPaint(wantsColour(terminal.stdout, context)));
  return (entries) => {
    const at = now();
    out(entries.map((entry) => `${paint[entry.level](plainText(entry, at, columns()))}\n`).join(""));
  };
}

/** A program has to be able to read every line, also one that is no JSON. */
function jsonLine({ line, time, level, text }: LogEntry): string {
  if (line.startsWith("{") && isObject(parseJson(line))) return line;
  return JSON.stringify({ ...(time && { time: time.toISOString() }), level, message: text });
}

/** Further lines of an entry are indented. */
function plainText({ time, text }: LogEntry, now: Date, columns: number | undefined): string {
  const whole = `${time === undefined ? "" : `${stamp(time, now)} `}${text}`;
  return hanging(whole.replaceAll("\n", "\n  "), columns);
}

/** Returns how many lines there were. */
async function printLast(
  source: LogSource,
  { most, since }: { readonly most: number; readonly since: Date | undefined },
  isWanted: (entry: LogEntry) => boolean,
  print: Print,
  { isReaderGone }: Pick<Context, "isReaderGone">,
): Promise<number> {
  if (most === Number.POSITIVE_INFINITY) return printAll(source, since, isWanted, print, isReaderGone);
  const found: LogEntry[] = [];
  await source.read("newest first", since, (entry) => {
    if (isWanted(entry) && found.length < most) found.push(entry);
    return found.length < most;
  });
  if (found.length > 0) print(found.toReversed());
  return found.length;
}

/** @why a journal may be larger than memory. */
const PRINTED_TOGETHER = 500;

async function printAll(
  source: LogSource,
  since: Date | undefined,
  isWanted: (entry: LogEntry) => boolean,
  print: Print,
  isReaderGone: () => boolean,
): Promise<number> {
  let count = 0;
  let waiting: LogEntry[] = [];
  const flush = () => {
    if (waiting.length > 0) print(waiting);
    waiting = [];
  };
  await source.read("oldest first", since, (entry) => {
    if (!isWanted(entry)) return true;
    count += 1;
    waiting.push(entry);
    if (waiting.length >= PRINTED_TOGETHER) flush();
    return !isReaderGone();
  });
  flush();
  return count;
}

/** True if it was interrupted; else whatever reads the lines has ended. */
async function followed(
  source: LogSource,
  isWanted: (entry: LogEntry) => boolean,
  print: Print,
  { onSignal, isReaderGone }: Pick<Context, "onSignal" | "isReaderGone">,
): Promise<boolean> {
  const over = new AbortController();
  const release = onSignal("SIGINT", () => over.abort());
  try {
    await source.follow((entry) => {
      if (isWanted(entry) && !over.signal.aborted) print([entry]);
      if (isReaderGone()) over.abort();
    }, over.signal);
  } finally {
    release();
  }
  return !isReaderGone();
}
