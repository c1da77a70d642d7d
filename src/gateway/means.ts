import type { Transport } from "./host.ts";
import type { Log } from "./log.ts";
import type { Limits } from "./settings.ts";

/** Everything the gateway needs of the world. */
export interface GatewayMeans {
  readonly transport: Transport;
  readonly log: Log;
  readonly limits: Limits;
  /** Milliseconds of a clock that never jumps. */
  readonly clockMs: () => number;
  readonly delay: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** What `/healthz` tells besides that the gateway is alive. */
  readonly about: Readonly<Record<string, string | number>>;
}
