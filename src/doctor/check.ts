import { isDeepStrictEqual } from "node:util";
import type { JsonPath } from "../config/json5-value.ts";
import type { CredentialProblem } from "../config/unresolved.ts";
import type { Position, Problem, Result } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message, Texts } from "../text/message.ts";
import type { DoctorInput } from "./input.ts";

/** A change `--fix` may make. None loses data, and `undo` reverts those in the configuration. */
export type Repair =
  | { readonly kind: "set"; readonly path: JsonPath; readonly value: string }
  | {
      /** Moves a secret from the configuration to `.env`, leaving a reference. */
      readonly kind: "move";
      readonly path: JsonPath;
      readonly variable: string;
      readonly secret: Secret;
      readonly reference: string;
    }
  | { readonly kind: "close"; readonly path: string; readonly wanted: number }
  | { readonly kind: "remove"; readonly path: string };

/** The messages may contain secrets; they are masked when shown. */
export interface CheckResult {
  readonly status: "ok" | "warn" | "fail" | "skipped";
  /** One sentence; of a skipped check, why. */
  readonly message: Message;
  /** One sentence. */
  readonly fix?: Message;
  /** Lines for support. */
  readonly details?: (text: Texts) => readonly string[];
  readonly where?: string;
  readonly position?: Position;
  readonly repair?: Repair;
}

/** `fix` is for a problem without a hint. */
export function resultOf(
  { message, hint, where, position }: Problem,
  status: "warn" | "fail",
  fix?: Message,
): CheckResult {
  const advice = hint ?? fix;
  return {
    status,
    message,
    ...(advice && { fix: advice }),
    ...(where !== undefined && { where }),
    ...(position && { position }),
  };
}

/** The results that are about another place than all of `others`. */
export function atOtherPlaces(
  results: readonly CheckResult[],
  others: readonly Pick<CheckResult, "where" | "position">[],
): readonly CheckResult[] {
  return results.filter(({ where, position }) =>
    others.every((other) => !isDeepStrictEqual([other.where, other.position], [where, position])),
  );
}

type Resolved = Result<unknown, readonly CredentialProblem[]> | undefined;

export const faultsIn = (resolved: Resolved, kind: CredentialProblem["fault"]): readonly CredentialProblem[] =>
  resolved === undefined || resolved.ok ? [] : resolved.error.filter(({ fault }) => fault === kind);

/** Names a row of `NEEDS`. */
export type Requirement = keyof Texts["doctor"]["lacking"];

export interface Check {
  readonly id: string;
  /** Shown if nothing was found. */
  readonly title: Message;
  /** A check that lacks one of these is skipped, not passed. */
  readonly needs: readonly Requirement[];
  readonly run: (input: DoctorInput) => readonly CheckResult[];
}

/** Of a finding whose sentence says what to do already. */
export const NO_ADVICE: Message = () => "";
