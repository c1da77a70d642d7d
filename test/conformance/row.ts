import type { Setup } from "./host.ts";

export type Bytes = string | Buffer;

/** Stands in a client's bytes for the gateway's own name in `Via`. */
export const HOP = "{HOP}";

/** One thing that happens, in the order of the row. Texts of bytes are latin1, as they go over the wire. */
export type Step =
  /** A client sends this, on a connection of its own unless it goes on with the last one. */
  | { readonly kind: "asks"; readonly bytes: Bytes; readonly method: string; readonly isSameConnection: boolean }
  /** The same client sends more. */
  | { readonly kind: "adds"; readonly bytes: Bytes }
  /** It closes its connection: `reset` tells the other side at once that it reads nothing more. */
  | { readonly kind: "leaves"; readonly how: "end" | "reset" }
  /** It sends no more, but still reads. */
  | { readonly kind: "halves" }
  /** An upstream gets this request, in the normal form; of one that may go on, so many bytes of its body. */
  | { readonly kind: "gets"; readonly text: string; readonly begunBytes: number | undefined }
  /** The upstream of the last one sends these bytes. */
  | { readonly kind: "says"; readonly bytes: Bytes }
  | { readonly kind: "closes"; readonly how: "end" | "reset" }
  /** The gateway closes its connection to the upstream of the last request. */
  | { readonly kind: "let-go" }
  /** The client has this much of the body of its answer, and no more. */
  | { readonly kind: "hears"; readonly body: Bytes }
  /** This is the whole answer, in the normal form. */
  | { readonly kind: "answers"; readonly text: string }
  /** The client's connection is closed without an answer. */
  | { readonly kind: "drops" }
  /** Time passes, once a timer of so many milliseconds is waited for. */
  | { readonly kind: "passes"; readonly ms: number; readonly timerMs: number | undefined }
  /** The last request leaves no line in the log. */
  | { readonly kind: "unlogged" }
  /** The log has this of the request with that number, from 1. */
  | { readonly kind: "logs"; readonly request: number; readonly fields: Readonly<Record<string, unknown>> };

/** What both hosts must do. */
export interface Row {
  readonly name: string;
  readonly setup: Setup;
  readonly steps: readonly Step[];
  /** What the Worker does instead, which is looked at to be still so. */
  readonly differs?: { readonly worker: readonly Step[]; readonly because: string };
}
