import { grouped } from "../numbers.ts";
import { count } from "./words.ts";

/** What `openclaw gateway top` says. */
export const top = () => ({
  intervalFlag: "time between updates, at least 1s (default: 2s)",
  periodFlag: "period of the figures",
  onceFlag: "show the state once and exit",
  jsonFlag: "print the state once, as one JSON document",
  useInterval: "Use a time from `1s` to `1h`.",

  silent: ({ url, reason }: { url: string; reason: string }) => `${url} does not answer: ${reason}.`,
  refused: (url: string) => `The gateway at ${url} refuses the local gateway token.`,
  showsNothing: ({ url, command }: { url: string; command: string }) =>
    `The gateway at ${url} reports no figures. On Cloudflare Workers it never does. If openclaw was updated, run \`${command}\`.`,
  failed: ({ url, status }: { url: string; status: number }) => `The gateway at ${url} answers with status ${status}.`,
  unreadable: (url: string) => `This version cannot read the answer of the gateway at ${url}.`,

  up: (time: string) => `up ${time}`,
  again: "Trying again.",
  open: (requests: number) => `${grouped(requests)} open`,
  perMinute: (requests: number) => `${grouped(requests)}/min`,
  processes: ({ serving, wanted }: { serving: number; wanted: number }) => `${serving} of ${wanted} processes`,
  /** One after the other. */
  facts: (all: readonly string[]) => all.join(", "),
  inPeriod: ({ period, facts }: { period: string; facts: string }) => `${period}: ${facts}`,
  periods: {
    "1h": "last hour",
    "24h": "last 24 hours",
    "7d": "last 7 days",
    "30d": "last 30 days",
    "90d": "last 90 days",
  },
  requests: (requests: number) => count(requests, "request"),
  failedRequests: (requests: number) => `${grouped(requests)} failed`,
  failovers: (requests: number) => count(requests, "failover"),
  tokens: ({ input, output }: { input: string; output: string }) => `${input} tokens in, ${output} out`,
  firstByte: ({ p50, p95 }: { p50: string; p95: string }) => `first byte p50 ${p50}, p95 ${p95}`,
  cooldowns: "Cooldowns",
  cooldown: ({ model, until, says }: { model: string; until: string; says: string }) =>
    `${model} until ${until}: ${says}`,
  lastRequests: "Last requests: first byte / duration, tokens in > out",
  lastRequestsNarrow: "Last requests: duration, tokens in > out",
  noRequests: "None yet.",
  recordOff:
    "The record is off, so new requests are missing here. To record them, remove OPENCLAW_GATEWAY_USAGE or `--usage off`.",
  keys: "q quit · p period",
});
