import type { JsonPath } from "../config/json5-value.ts";
import type { Position } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message } from "../text/message.ts";
import type { DoctorInput } from "./input.ts";

/** A change that `--fix` may make. None loses anything, and `undo` takes back the ones in the configuration. */
export type Repair =
  | { readonly kind: "set"; readonly path: JsonPath; readonly value: string }
  | {
      /** Moves a secret from the configuration to `.env`, and leaves a reference to it. */
      readonly kind: "move";
      readonly path: JsonPath;
      readonly variable: string;
      readonly secret: Secret;
      readonly reference: string;
    }
  | { readonly kind: "close"; readonly path: string; readonly wanted: number }
  | { readonly kind: "remove"; readonly path: string };

/** One result of a check. Its messages may hold secrets: they are masked when they are shown. */
export interface CheckResult {
  readonly status: "ok" | "warn" | "fail";
  /** One sentence. */
  readonly message: Message;
  /** One sentence: what to do about it. */
  readonly fix?: Message;
  readonly where?: string;
  readonly position?: Position;
  readonly repair?: Repair;
}

/** One row of the table of checks. */
export interface Check {
  readonly id: string;
  /** The message when nothing was found. */
  readonly title: Message;
  /** True when it looks into the configuration, and is skipped while that is absent or unreadable. */
  readonly readsConfig: boolean;
  readonly run: (input: DoctorInput) => readonly CheckResult[];
}
