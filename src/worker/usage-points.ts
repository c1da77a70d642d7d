import { USAGE_BINDING } from "../config/worker-bindings.ts";
import type { Log } from "../gateway/log.ts";
import type { LogSecrets } from "../gateway/log-secrets.ts";
import type { ServedRequest } from "../gateway/served-request.ts";
import { type DataPoint, dataPoint } from "../usage/data-point.ts";
import { servedLine } from "../usage/served-line.ts";
import type { Bindings } from "./runtime.ts";

/** @source developers.cloudflare.com/analytics/analytics-engine, "Get started": it returns at once, and nobody waits for it. */
interface Dataset {
  readonly writeDataPoint: (point: DataPoint) => void;
}

interface UsageDeps {
  readonly now: () => Date;
  readonly secrets: Pick<LogSecrets, "without">;
  readonly log: Log;
}

export type RecordUsage = (served: ServedRequest) => void;

/** Records requests where a dataset is bound. Nothing that goes wrong with that reaches a request. */
export function usageRecorder(bindings: Bindings, { now, secrets, log }: UsageDeps): RecordUsage | undefined {
  const dataset = bindings[USAGE_BINDING];
  if (!isDataset(dataset)) return undefined;
  const clean = (text: string) => secrets.without(text);
  let hasFailed = false;
  return (served) => {
    try {
      dataset.writeDataPoint(dataPoint(servedLine(now().toISOString(), served, clean), clean));
      hasFailed = false;
    } catch (error) {
      if (hasFailed) return;
      hasFailed = true;
      const why = error instanceof Error ? error.message : String(error);
      log.notice("warn", `The record of usage cannot be written, and requests are served without it: ${why}`);
    }
  };
}

const isDataset = (binding: unknown): binding is Dataset =>
  typeof (binding as Partial<Dataset> | undefined)?.writeDataPoint === "function";
