import type { Problem, Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import type { LiveResult } from "./check.ts";
import type { WorkerFault } from "./worker-faults.ts";

/** Of a finding whose sentence says what to do already. */
export const NO_ADVICE: Message = () => "";

/** What a deployed Worker says of itself to whoever proves to know its token. */
export interface WorkerReady {
  readonly isReady: boolean;
  /** Its own reasons, in English. */
  readonly problems: readonly string[];
  /** Of its configuration; earlier ones say none. */
  readonly version: string | undefined;
  /** It records its requests. */
  readonly hasUsage: boolean;
}

/** Everything that was learned of a deployed Worker. */
export interface WorkerInput {
  readonly url: string;
  /** The version of this program. */
  readonly about: string;
  /** Its version, or what is in the way. */
  readonly reached: Result<string, WorkerFault>;
  /** `status`: 0 if there was no response. `said`: the words of its error. */
  readonly refusals: readonly {
    readonly token: "none" | "wrong";
    readonly status: number;
    readonly said?: string;
    readonly servesNobody?: boolean;
  }[];
  /** This machine's tokens, and whether it has proved that it knows them. */
  readonly tokens: readonly { readonly name: string | undefined; readonly isKnown: boolean }[];
  /** What it lacks, as it tells everybody where it can serve nobody. */
  readonly lacks: readonly string[];
  readonly ready?: WorkerReady;
  readonly wanted?: Result<{ readonly version: string; readonly from: string }, readonly Problem[]>;
  readonly credentials: readonly { readonly label: string; readonly isSent: boolean }[];
  readonly upstream: readonly (LiveResult & { readonly isOnlyByMessage?: true })[];
}
