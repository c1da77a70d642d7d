import { parseJsonObject } from "../../core/json.ts";
import type { Message } from "../../text/message.ts";
import type { HeaderAdvice } from "../provider.ts";

/*
 * Values that AI Gateway ignores, or takes in another sense than whoever wrote them. All of them can be sent.
 * @source developers.cloudflare.com/ai-gateway, seen on 27 November 2026: configuration/request-handling,
 * features/caching, features/policies, observability/custom-metadata and the glossary.
 */

const BOOLEAN = /^(?:true|false)$/;

const SWITCHES = [
  "cf-aig-skip-cache",
  "cf-skip-cache",
  "cf-aig-collect-log",
  "cf-aig-collect-log-payload",
  "cf-aig-no-wholesale",
  "cf-aig-no-session-affinity",
  "cf-aig-zdr",
];

const BACKOFFS = ["constant", "linear", "exponential"];

interface Range {
  readonly min: number;
  readonly max: number;
}

const MONTH_S = 31 * 24 * 60 * 60;
const DAY_MS = 24 * 60 * 60 * 1000;

const NUMBERS: Readonly<Record<string, Range>> = {
  "cf-aig-cache-ttl": { min: 60, max: MONTH_S },
  "cf-cache-ttl": { min: 60, max: MONTH_S },
  "cf-aig-max-attempts": { min: 1, max: 5 },
  "cf-aig-retry-delay": { min: 0, max: 5000 },
  // @why no maximum is documented; a day is longer than any request lives.
  "cf-aig-request-timeout": { min: 1, max: DAY_MS },
};

export const headerAdvice: HeaderAdvice = (name, value) => {
  if (name === "cf-aig-metadata") return aboutMetadata(value);
  // One key for all requests: whatever is asked, the first answer comes back.
  if (name === "cf-aig-cache-key") return advice((t) => t.cloudflare.header.cacheKey);
  if (SWITCHES.includes(name) && !BOOLEAN.test(value))
    return advice((t) => t.cloudflare.header.oneOf(["true", "false"]));
  if (name === "cf-aig-backoff" && !BACKOFFS.includes(value)) return advice((t) => t.cloudflare.header.oneOf(BACKOFFS));
  const range = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (range === undefined) return undefined;
  const isWithin = /^\d{1,10}$/.test(value) && Number(value) >= range.min && Number(value) <= range.max;
  return isWithin ? undefined : advice((t) => t.cloudflare.header.between(range));
};

const advice = (say: Message) => ({ message: say });

const MOST_ENTRIES = 5;

function aboutMetadata(value: string): ReturnType<HeaderAdvice> {
  const metadata = parseJsonObject(value);
  if (metadata === undefined) return advice((t) => t.cloudflare.header.metadataForm);
  const entries = Object.entries(metadata);
  const nested = entries.find(([, entry]) => !["string", "number", "boolean"].includes(typeof entry))?.[0];
  if (nested !== undefined) return advice((t) => t.cloudflare.header.metadataNested(nested));
  const reserved = entries.find(([key]) => key.startsWith("cf."))?.[0];
  if (reserved !== undefined) return advice((t) => t.cloudflare.header.metadataReserved(reserved));
  if (entries.length > MOST_ENTRIES) return advice((t) => t.cloudflare.header.metadataMany(entries.length));
  return /[^ -~]/.test(value) ? advice((t) => t.cloudflare.header.metadataBytes) : undefined;
}
