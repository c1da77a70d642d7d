import type { JsonPath } from "../config/json5-value.ts";
import type { Position } from "../core/result.ts";
import type { Secret } from "../core/secret.ts";
import type { Message } from "../text/message.ts";
import type { Facts } from "./input.ts";

type Status = "ok" | "warn" | "fail";

/** What `--fix` may do about a finding. None of it loses anything, and `undo` takes back what is done to the configuration. */
export type Repair =
  | { readonly kind: "set"; readonly path: JsonPath; readonly value: string }
  | {
      /** A secret goes from the configuration to `.env`; the reference to it takes its place. */
      readonly kind: "move";
      readonly path: JsonPath;
      readonly variable: string;
      readonly secret: Secret;
      readonly reference: string;
    }
  | { readonly kind: "close"; readonly path: string; readonly wanted: number }
  | { readonly kind: "remove"; readonly path: string };

/** One thing that a check found. */
export interface Finding {
  readonly status: Status;
  /** One sentence. */
  readonly message: Message;
  /** What to do about it, one sentence. */
  readonly fix?: Message;
  readonly where?: string;
  readonly position?: Position;
  readonly repair?: Repair;
}

/** One row of the table of checks. */
export interface Check {
  readonly id: string;
  /** What is true when nothing was found, as a sentence. */
  readonly title: string;
  /** Whether it looks into the configuration, and has nothing to say when that is absent or cannot be read. */
  readonly readsConfig: boolean;
  readonly run: (facts: Facts) => readonly Finding[];
}
