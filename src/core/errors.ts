import type { Message } from "../text/message.ts";
import { fail, ok, type Problem, type Result } from "./result.ts";

/** Exit statuses of the program; `docs/errors.md` explains them to users. */
export const EXIT = { done: 0, failed: 1, usage: 2, config: 78, interrupted: 130 } as const;

/**
 * Every code an error of ours can carry, its exit status and one sentence.
 * A code is part of the interface: scripts match on it, so it never changes its meaning.
 */
export const ERROR_CODES = {
  "usage.unknown": { exit: EXIT.usage, summary: "A command, flag or argument is not known." },
  "usage.missing": { exit: EXIT.usage, summary: "Something that is needed was not given." },
  "usage.invalid": { exit: EXIT.usage, summary: "The value of a flag or variable cannot be used." },
  "usage.conflict": { exit: EXIT.usage, summary: "Two flags contradict each other." },
  "terminal.required": {
    exit: EXIT.usage,
    summary: "A question would have to be asked, and there is no terminal to ask it on.",
  },
  "terminal.secret": { exit: EXIT.usage, summary: "A secret would be shown on a screen." },
  "prompt.cancelled": { exit: EXIT.interrupted, summary: "The user left before anything was written." },
  "config.syntax": { exit: EXIT.failed, summary: "`openclaw.json` or a file it includes is not JSON5 in UTF-8." },
  "config.invalid": { exit: EXIT.failed, summary: "`openclaw.json` is JSON5 but says something that is not allowed." },
  "config.include": {
    exit: EXIT.failed,
    summary: "An `$include` cannot be followed, or an edit cannot be made in the file it names.",
  },
  "config.missing": { exit: EXIT.failed, summary: "There is no `openclaw.json` yet." },
  "config.edit": { exit: EXIT.failed, summary: "The edit cannot be made without losing something in the file." },
  "config.changed": { exit: EXIT.failed, summary: "Another program keeps changing the file while it is being edited." },
  "secrets.syntax": { exit: EXIT.failed, summary: "`.env` has a line that is no assignment, or is not UTF-8." },
  "secrets.unrepresentable": {
    exit: EXIT.failed,
    summary: "A value cannot be written to `.env` so that it reads back the same.",
  },
  "credentials.missing": { exit: EXIT.failed, summary: "A credential that is needed has no value." },
  "provider.unknown": { exit: EXIT.failed, summary: "No provider of that name is known or configured." },
  "verify.failed": { exit: EXIT.failed, summary: "The set-up was checked and does not work; nothing was written." },
  "models.unavailable": {
    exit: EXIT.failed,
    summary: "No provider's own list of models could be read; nothing was kept.",
  },
  "gateway.config": {
    exit: EXIT.config,
    summary: "The local gateway cannot start with this configuration, nor would it the next time.",
  },
  "gateway.listen": { exit: EXIT.failed, summary: "The local gateway cannot take connections at its address." },
  "backup.missing": { exit: EXIT.failed, summary: "There is no backup to go back to." },
  "service.unavailable": {
    exit: EXIT.failed,
    summary: "There is no systemd or launchd of this user that could run the gateway.",
  },
  "service.missing": { exit: EXIT.failed, summary: "The gateway is not installed as a service." },
  "service.foreign": { exit: EXIT.failed, summary: "Another program has a service of the same name." },
  "service.failed": { exit: EXIT.failed, summary: "systemd or launchd did not do what it was asked to." },
  "file.access": { exit: EXIT.failed, summary: "A file or folder cannot be read or written." },
  "file.locked": { exit: EXIT.failed, summary: "Another openclaw process is writing." },
  "internal.bug": { exit: EXIT.failed, summary: "The program itself is at fault; the message says how to report it." },
} as const satisfies Record<string, { exit: number; summary: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

interface ErrorDetails {
  readonly code: ErrorCode;
  /** What to do about it, one sentence. */
  readonly hint?: Message;
  /** Set when several things are wrong at once; `message` then introduces them. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** A failure that is the input's or the world's, not the program's; anything else thrown is a bug. */
export class OpenclawError extends Error {
  override readonly name = "OpenclawError";
  readonly code: ErrorCode;
  /** What went wrong, in the language of whoever reads it. */
  readonly says: Message;
  readonly hint: Message | undefined;
  readonly problems: readonly Problem[];

  constructor(says: Message, { code, hint, problems = [], cause }: ErrorDetails) {
    super(typeof says === "string" ? says : code, { cause });
    this.says = says;
    this.code = code;
    this.hint = hint;
    this.problems = problems;
  }

  get exitStatus(): number {
    return ERROR_CODES[this.code].exit;
  }
}

/** The answer of `act`, or the error of ours that it threw; any other is a bug and goes on. */
export async function attempt<T>(act: () => T | Promise<T>): Promise<Result<T, OpenclawError>> {
  try {
    return ok(await act());
  } catch (error) {
    if (error instanceof OpenclawError) return fail(error);
    throw error;
  }
}

/** The problems that an error lists, or the error itself as the only one. */
export const problemsOf = ({ says, hint, problems }: OpenclawError): readonly Problem[] =>
  problems.length > 0 ? problems : [{ message: says, ...(hint !== undefined && { hint }) }];
