import { dataPoint } from "../../src/usage/data-point.ts";
import type { UsageLine } from "../../src/usage/line.ts";
import type { StoredPoint } from "./stand-in/analytics-sql.ts";

/** When the tests of usage are. */
export const NOW = new Date("2026-11-28T12:00:00.000Z");
export const DAY_MS = 24 * 60 * 60 * 1000;
export const CLAUDE = "cloudflare-ai-gateway";

/** A request that ended well, so many days ago. */
export function served(before: number, more: Partial<UsageLine> = {}, model = "claude-sonnet-5-5"): UsageLine {
  return {
    time: new Date(NOW.getTime() - before * DAY_MS).toISOString(),
    provider: CLAUDE,
    model: `${CLAUDE}/${model}`,
    method: "POST",
    path: "/v1/messages",
    status: 200,
    firstByteMs: 820,
    durationMs: 4_000,
    requestBytes: 1,
    responseBytes: 1,
    inputTokens: 100_000,
    outputTokens: 20_000,
    ...more,
  };
}

/** A request of which nothing more is known. */
export const bareLine = (time: string, more: Partial<UsageLine> = {}): UsageLine => ({
  time,
  method: "POST",
  path: "/v1/messages",
  status: 200,
  durationMs: 1,
  requestBytes: 1,
  responseBytes: 1,
  ...more,
});

/** A line as a Worker stores it, once for each `sampleInterval` of them. */
export const pointOf = (line: UsageLine, sampleInterval = 1): StoredPoint => ({
  timeMs: Date.parse(line.time),
  ...dataPoint(line, (text) => text),
  sampleInterval,
});
