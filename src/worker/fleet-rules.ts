import { COOLDOWNS_BINDING } from "../config/worker-bindings.ts";
import type { GatewayDeps } from "../gateway/gateway.ts";
import type { Log } from "../gateway/log.ts";
import type { Message } from "../text/message.ts";
import { clientLimiter } from "./client-limits.ts";
import type { DurableNamespace } from "./durable.ts";
import { type CooldownStore, IsolateCooldowns } from "./isolate-cooldowns.ts";
import type { Bindings } from "./runtime.ts";

/** There is one object for all isolates. */
const OBJECT_NAME = "cooldowns";

interface FleetDeps {
  readonly clockMs: () => number;
  readonly delay: (ms: number) => Promise<void>;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly log: Log;
}

interface FleetRules extends Pick<GatewayDeps, "mayForward" | "cooldowns"> {
  readonly problems: readonly Message[];
}

/** What isolates of a Worker have in common, where its bindings ask for it: limits of clients, and cooldowns. */
export function fleetRules(bindings: Bindings, { clockMs, delay, waitUntil, log }: FleetDeps): FleetRules {
  const warn = (what: string) => (error: unknown) =>
    log.notice("warn", `${what} ${error instanceof Error ? error.message : String(error)}`);
  const limiter = clientLimiter(bindings, {
    nowMs: Date.now,
    delay,
    onFault: warn("Limits of clients cannot be counted, and requests are served without them:"),
  });
  const namespace = bindings[COOLDOWNS_BINDING];
  if (!isNamespace(namespace)) return limiter;
  const shared = new IsolateCooldowns({
    store: () => namespace.get(namespace.idFromName(OBJECT_NAME)),
    waitUntil,
    clockMs,
    delay,
    onFault: warn("Cooldowns cannot be shared, and each isolate keeps its own:"),
  });
  return {
    cooldowns: shared.of,
    mayForward: (client) => {
      const learned = shared.refresh();
      const judged = limiter.mayForward?.(client);
      return learned === undefined ? judged : learned.then(() => judged);
    },
    problems: limiter.problems,
  };
}

const isNamespace = (binding: unknown): binding is DurableNamespace<CooldownStore> =>
  typeof (binding as Partial<DurableNamespace<CooldownStore>> | undefined)?.idFromName === "function";
