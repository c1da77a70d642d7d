import type { Message, Texts } from "../text/message.ts";
import { fail, ok, type Problem, type Result } from "./result.ts";

/** `docs/errors.md` explains these to users. */
export const EXIT = { done: 0, failed: 1, usage: 2, config: 78, interrupted: 130 } as const;

/**
 * Every error code and its exit status; `Texts.core.errorCodes` explains each. Scripts match on codes, so a code never
 * changes its meaning.
 */
export const EXIT_OF = {
  "usage.unknown": EXIT.usage,
  "usage.missing": EXIT.usage,
  "usage.invalid": EXIT.usage,
  "usage.conflict": EXIT.usage,
  "terminal.required": EXIT.usage,
  "terminal.secret": EXIT.usage,
  "prompt.cancelled": EXIT.interrupted,
  "config.syntax": EXIT.failed,
  "config.invalid": EXIT.failed,
  "config.include": EXIT.failed,
  "config.missing": EXIT.failed,
  "config.path": EXIT.failed,
  "config.edit": EXIT.failed,
  "config.read-only": EXIT.failed,
  "config.changed": EXIT.failed,
  "client.syntax": EXIT.failed,
  "secrets.syntax": EXIT.failed,
  "secrets.unrepresentable": EXIT.failed,
  "credentials.missing": EXIT.failed,
  "provider.unknown": EXIT.failed,
  "provider.unserved": EXIT.failed,
  "verify.failed": EXIT.failed,
  "model.unknown": EXIT.failed,
  "models.unavailable": EXIT.failed,
  "analytics.unavailable": EXIT.failed,
  "gateway.config": EXIT.config,
  "gateway.listen": EXIT.failed,
  "gateway.workers": EXIT.failed,
  "gateway.unavailable": EXIT.failed,
  "backup.missing": EXIT.failed,
  "service.unavailable": EXIT.failed,
  "service.missing": EXIT.failed,
  "service.foreign": EXIT.failed,
  "service.failed": EXIT.failed,
  "project.foreign": EXIT.failed,
  "project.syntax": EXIT.failed,
  "file.access": EXIT.failed,
  "file.locked": EXIT.failed,
  "internal.bug": EXIT.failed,
} as const satisfies Record<keyof Texts["core"]["errorCodes"], number>;

/** @source the published OpenClaw 2026.9.6: `error.type` of every failure of its command line. */
export const ERROR_TYPE = "cli_error";

export type ErrorCode = keyof typeof EXIT_OF;

interface ErrorDetails {
  readonly code: ErrorCode;
  readonly hint?: Message;
  /** Set if several things are wrong at once; the error's own message then introduces them. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** A failure caused by input or environment. Anything else that is thrown is a bug. */
export class OpenclawError extends Error {
  override readonly name = "OpenclawError";
  readonly code: ErrorCode;
  /** The text the user sees; `message` is only for bug reports. */
  readonly says: Message;
  readonly hint: Message | undefined;
  readonly problems: readonly Problem[];

  constructor(says: Message, { code, hint, problems = [], cause }: ErrorDetails) {
    super(code, { cause });
    this.says = says;
    this.code = code;
    this.hint = hint;
    this.problems = problems;
  }

  get exitStatus(): number {
    return EXIT_OF[this.code];
  }
}

/** Catches an `OpenclawError`. Anything else is a bug and is rethrown. */
export async function attempt<T>(act: () => T | Promise<T>): Promise<Result<T, OpenclawError>> {
  try {
    return ok(await act());
  } catch (error) {
    if (error instanceof OpenclawError) return fail(error);
    throw error;
  }
}

/** `attempt` for what is not awaited, where why it fails does not matter. */
export function unlessFails<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof OpenclawError) return undefined;
    throw error;
  }
}

/** `undefined` unless it is an operating system error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return undefined;
  return /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

/**
 * Returns `undefined` if the operating system refuses `act`, optionally only with one of `codes`. Other errors are
 * rethrown.
 */
export function unlessRefused<T>(act: () => T, codes?: readonly string[]): T | undefined {
  try {
    return act();
  } catch (error) {
    const code = systemCode(error);
    if (code !== undefined && (codes === undefined || codes.includes(code))) return undefined;
    throw error;
  }
}

/** The problems an error lists, or the error itself as the only one. */
export const problemsOf = ({ says, hint, problems }: OpenclawError): readonly Problem[] =>
  problems.length > 0 ? problems : [{ message: says, ...(hint !== undefined && { hint }) }];
