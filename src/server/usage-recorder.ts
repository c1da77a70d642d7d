import { join } from "node:path";
import { ensurePrivateFolder, withFileErrors } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError, unlessRefused } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import { isoClock, type LogLevel } from "../gateway/log.ts";
import type { LogSecrets } from "../gateway/log-secrets.ts";
import type { ServedRequest } from "../gateway/served-request.ts";
import { type Message, say } from "../text/message.ts";
import type { UsageLine } from "../usage/line.ts";
import { filesBefore } from "../usage/period.ts";
import { usageFolder } from "../usage/read-record.ts";
import { servedLine } from "../usage/served-line.ts";
import { UsageFile } from "./usage-file.ts";

export interface UsageRecorder {
  /** Returns the request's line, which is recorded unless nothing is. */
  readonly record: (served: ServedRequest) => UsageLine;
  /** How many lines the record lacks. */
  readonly lostLines: () => number;
  /** For how many days files are kept from now on; 0 to record nothing. */
  readonly keep: (days: number) => void;
  /** Resolves when everything is written, or after a time that a disk should not need. */
  readonly end: () => Promise<void>;
}

interface RecorderDeps {
  readonly paths: Pick<Paths, "stateDir">;
  readonly keptDays: number;
  readonly secrets: Pick<LogSecrets, "without">;
  readonly notify: (level: LogLevel, message: Message) => void;
}

/** @why whoever stops a gateway should not wait for a disk that does not answer. */
const END_MS = 1_000;

type RecorderContext = Pick<Context, "files" | "append" | "now" | "delay" | "uid">;

/** Records requests in the state folder. Nothing that goes wrong with that reaches a request. */
export function createUsageRecorder(
  { paths, keptDays: first, secrets, notify }: RecorderDeps,
  context: RecorderContext,
): UsageRecorder {
  const folder = usageFolder(paths);
  const isoTime = isoClock();
  const clean = (text: string) => secrets.without(text);
  let keptDays = first;
  const file = new UsageFile({
    folder,
    append: context.append,
    tidy: (now) => {
      ensurePrivateFolder(folder, context);
      removeOld(folder, now, keptDays, context);
    },
    now: context.now,
    later: (callback, ms) => void setTimeout(callback, ms).unref(),
    onLost: (error) => {
      const why = sentenceFor(error, folder, context);
      notify("warn", (text) => text.server.usageLost(say(why, text)));
    },
    onRecovered: (lines) => notify("info", ({ server }) => server.usageRecovered(lines)),
  });
  return {
    record: (served) => {
      const line = servedLine(isoTime(context.now()), served, clean);
      if (keptDays > 0) file.add(line);
      return line;
    },
    lostLines: () => file.lostLines,
    keep: (days) => {
      keptDays = days;
    },
    end: async () => {
      const over = new AbortController();
      await Promise.race([file.flush(), context.delay(END_MS, over.signal)]);
      over.abort();
    },
  };
}

function removeOld(folder: string, now: Date, keptDays: number, { files }: Pick<Context, "files">): void {
  const names = unlessRefused(() => files.readdirSync(folder)) ?? [];
  for (const name of filesBefore(names, now, keptDays)) unlessRefused(() => files.unlinkSync(join(folder, name)));
}

/** What the system said, as for any other file; a disk that does not answer says nothing. */
function sentenceFor(error: unknown, folder: string, context: RecorderContext): Message {
  if (error instanceof OpenclawError) return error.says;
  if (error === undefined) return ({ server }) => server.usageDiskSlow(folder);
  const refuse = () => {
    throw error;
  };
  try {
    // The folder may be as it should be, and the file of the day a folder or a pipe.
    const path = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : folder;
    return withFileErrors("write", path, refuse, context);
  } catch (refused) {
    return refused instanceof OpenclawError ? refused.says : ({ server }) => server.usageDiskSlow(folder);
  }
}
