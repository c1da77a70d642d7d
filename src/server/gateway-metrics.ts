import type { ProcessFigures } from "../core/context.ts";
import type { SharedCooldown } from "../gateway/cooldown-book.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { type Counts, CountTable } from "./metrics-counts.ts";
import type { MetricsState } from "./metrics-kinds.ts";
import { ModelLabels, modelOfCooldown } from "./metrics-labels.ts";
import type { MetricsFormat } from "./metrics-text.ts";

/** The gauges of one process at one moment. */
export interface ProcessReport {
  readonly openRequests: number;
  readonly openStreams: number;
  readonly heldBytes: number;
  readonly figures: ProcessFigures;
}

/** The gauges of a gateway, be it one process or several. */
export type GatewayReport = Pick<
  MetricsState,
  "openRequests" | "openStreams" | "heldBytes" | "figures" | "processes"
> & {
  readonly settings: Pick<GatewaySettings, "isReady" | "defaults" | "upstreams" | "catalog">;
  readonly cooldowns: readonly SharedCooldown[];
};

/** Says all metrics as text; `own` requests are those that ask for it. Rejects only because of a bug. */
export type SayMetrics = (format: MetricsFormat, own?: number) => Promise<string>;

/** The counts of a gateway from its start, whatever processes have served meanwhile. They only grow. */
export class GatewayMetrics {
  readonly #about: Pick<MetricsState, "version" | "node">;
  readonly #counts = new CountTable();
  readonly #now: () => Date;
  #reloads = { ok: 0, failed: 0 };
  #configuration: MetricsState["configuration"];

  constructor(about: Pick<MetricsState, "version" | "node">, now: () => Date) {
    this.#about = about;
    this.#now = now;
    this.#configuration = { readSeconds: this.#seconds(), isLast: true };
  }

  /** Adds what a process counted since the last time. */
  add(counts: Counts): void {
    this.#counts.add(counts);
  }

  /** A change of the configuration was taken up, or could not be. */
  reloaded(isOk: boolean): void {
    const { ok, failed } = this.#reloads;
    this.#reloads = isOk ? { ok: ok + 1, failed } : { ok, failed: failed + 1 };
    const { readSeconds } = this.#configuration;
    this.#configuration = { readSeconds: isOk ? this.#seconds() : readSeconds, isLast: isOk };
  }

  async text(format: MetricsFormat, { settings, cooldowns, ...report }: GatewayReport): Promise<string> {
    const { metricsText } = await import("./metrics-text.ts");
    const labels = new ModelLabels(settings);
    const running = cooldowns.flatMap(({ id, leftMs }) => {
      const { provider, model } = modelOfCooldown({ id });
      return leftMs > 0 ? [{ provider, model: labels.label(provider, model), leftMs }] : [];
    });
    const state = {
      ...this.#about,
      ...report,
      isReady: settings.isReady,
      cooldowns: running,
      reloads: this.#reloads,
      configuration: this.#configuration,
    };
    return metricsText(this.#counts, state, format);
  }

  #seconds(): number {
    return this.#now().getTime() / 1000;
  }
}
