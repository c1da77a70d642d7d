import { billingOf } from "./cost.ts";
import type { UsageLine } from "./line.ts";
import { hasFailover, isCacheHit, outcomeOf } from "./outcome.ts";

/*
 * A line of the record as a data point of Workers Analytics Engine, which knows its columns by their place only.
 * @source developers.cloudflare.com/analytics/analytics-engine, "Limits" and "Get started": 20 blobs, 20 doubles, one index
 * of at most 96 bytes; three months; 25 points for each request. All blobs together: 16 KB since June 2025, 5,120 bytes before.
 */

/** By their place. None is ever moved or removed, since a dataset keeps what earlier versions wrote. */
const BLOBS = {
  provider: 100,
  asked: 300,
  model: 300,
  answered: 300,
  client: 100,
  session: 100,
  method: 20,
  path: 600,
  cacheStatus: 50,
  logId: 200,
  requestId: 200,
  tried: 1_500,
  ended: 100,
} as const satisfies Partial<Record<keyof UsageLine, number>>;

/** By their place. What sums are made of has a number of its own, so that SQL only has to add. */
const DOUBLES = {
  status: ({ status }) => status,
  /** @why a column has a number in every row. */
  firstByteMs: ({ firstByteMs = NO_FIRST_BYTE }) => firstByteMs,
  durationMs: ({ durationMs }) => durationMs,
  requestBytes: ({ requestBytes }) => requestBytes,
  responseBytes: ({ responseBytes }) => responseBytes,
  inputTokens: ({ inputTokens = 0 }) => inputTokens,
  outputTokens: ({ outputTokens = 0 }) => outputTokens,
  cacheReadTokens: ({ cacheReadTokens = 0 }) => cacheReadTokens,
  cacheWrite5mTokens: ({ cacheWrite5mTokens = 0 }) => cacheWrite5mTokens,
  cacheWrite1hTokens: ({ cacheWrite1hTokens = 0 }) => cacheWrite1hTokens,
  failed: (line) => Number(outcomeOf(line) === "failed"),
  cancelled: (line) => Number(outcomeOf(line) === "cancelled"),
  failover: (line) => Number(hasFailover(line)),
  cacheHit: (line) => Number(isCacheHit(line)),
  billing: (line) => BILLING[billingOf(line)],
  unifiedBilling: ({ unifiedBilling }) => Number(unifiedBilling === true),
} as const satisfies Record<string, (line: UsageLine) => number>;

const NO_FIRST_BYTE = -1;

export const BILLING = { nothing: 0, counted: 1, unknown: 2 } as const;

type Blob = keyof typeof BLOBS;
type Double = keyof typeof DOUBLES;

const BLOB_NAMES = Object.keys(BLOBS) as readonly Blob[];
const LONGEST_BYTES = Object.values(BLOBS);
const DOUBLE_NAMES = Object.keys(DOUBLES) as readonly Double[];
const READ_DOUBLES = Object.values(DOUBLES) as readonly ((line: UsageLine) => number)[];

/** A column's name in SQL: `blob3`, `double12`. */
export const columnOf = (name: Blob | Double): string =>
  Object.hasOwn(BLOBS, name)
    ? `blob${BLOB_NAMES.indexOf(name as Blob) + 1}`
    : `double${DOUBLE_NAMES.indexOf(name as Double) + 1}`;

export const COLUMNS = [...BLOB_NAMES, ...DOUBLE_NAMES];

export interface DataPoint {
  readonly indexes: readonly [string];
  readonly blobs: readonly string[];
  readonly doubles: readonly number[];
}

const LONGEST_INDEX_BYTES = 96;

/** @why no name of a token is like it. */
const NO_CLIENT = "=";

/**
 * Every column is in every point, since SQL refuses one that no row has. The index, by which much is sampled, is the client:
 * one with many requests leaves those of the others whole. `clean` takes secrets out of all texts, one a line.
 */
export function dataPoint(line: UsageLine, clean: (texts: string) => string): DataPoint {
  const { client = NO_CLIENT } = line;
  const texts = BLOB_NAMES.map((name) => textOf(line[name]));
  const together = texts.join("\n");
  // Before they are cut: nobody would know a part of a secret.
  const shown = clean(together) === together ? texts : texts.map(clean);
  return {
    indexes: [cutToBytes(client, LONGEST_INDEX_BYTES)],
    blobs: shown.map((text, index) => cutToBytes(text, LONGEST_BYTES[index] ?? 0)),
    doubles: READ_DOUBLES.map((read) => read(line)),
  };
}

const textOf = (value: string | readonly string[] | undefined): string =>
  typeof value === "object" ? value.join(", ") : (value ?? "");

/** @why UTF-8 takes no more of them for a character of a string. */
const BYTES_PER_CHAR = 3;

/** No character is cut in two. */
function cutToBytes(text: string, most: number): string {
  if (text.length * BYTES_PER_CHAR <= most) return text;
  const bytes = Buffer.from(text);
  return bytes.length <= most ? text : bytes.toString("utf8", 0, most).replace(/\uFFFD+$/, "");
}
