import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { CLIENT_TOKEN, MODEL, OURS } from "./local-gateway.ts";
import { type StandIn, type StandInOptions, startStandIn } from "./stand-in/stand-in.ts";
import { KNOWN } from "./stand-in/world.ts";
import { type RunningWorkerd, startWorkerd, type WorkerdOptions } from "./workerd.ts";

export interface TestWorker extends RunningWorkerd {
  /** The log line of each request that is over. */
  readonly records: () => readonly Record<string, unknown>[];
}

/** The built Worker in workerd until the test is over. */
export async function startWorker(options: Omit<WorkerdOptions, "worker">): Promise<TestWorker> {
  const running = await startWorkerd({ worker: join(inject("built"), "dist", "worker.mjs"), ...options });
  onTestFinished(running.stop);
  const parsed = (line: string): readonly Record<string, unknown>[] => {
    if (!line.startsWith("{")) return [];
    const value = JSON.parse(line) as Record<string, unknown>;
    return value.method === undefined ? [] : [value];
  };
  return { ...running, records: () => running.console.flatMap(parsed) };
}

export const WORKER_SECRETS = {
  OPENCLAW_GATEWAY_TOKEN: CLIENT_TOKEN,
  CLOUDFLARE_AI_GATEWAY_API_KEY: KNOWN.anthropicKey,
};

/** A configuration with the one provider that everybody has. */
export const workerConfig = (standIn: StandIn) => ({
  models: {
    providers: {
      [OURS]: {
        baseUrl: `${standIn.gatewayBase()}/anthropic`,
        api: "anthropic-messages",
        apiKey: "${CLOUDFLARE_AI_GATEWAY_API_KEY}",
      },
    },
  },
  gateway: { auth: { mode: "token", token: "${OPENCLAW_GATEWAY_TOKEN}" } },
  agents: { defaults: { model: { primary: `${OURS}/${MODEL}` } } },
});

/** A Worker before a stand-in. */
export async function startWorkerBoth(
  options: Partial<Omit<WorkerdOptions, "worker">> = {},
  world: StandInOptions = {},
): Promise<{ readonly standIn: StandIn; readonly worker: TestWorker }> {
  const standIn = await startStandIn(world);
  onTestFinished(() => standIn.close());
  const worker = await startWorker({ config: workerConfig(standIn), bindings: WORKER_SECRETS, ...options });
  return { standIn, worker };
}
