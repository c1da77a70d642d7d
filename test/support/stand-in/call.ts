import type { HttpResponse } from "../../../src/core/http.ts";
import { answer, EDGE_HEADERS } from "../answers.ts";

/** A request as the stand-in received it. */
export interface Received {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request on its way through the stand-in: what it passed is taken off its path. */
export interface Call extends Received {
  readonly query: URLSearchParams;
}

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): HttpResponse =>
  answer(status, JSON.stringify(value), { ...EDGE_HEADERS, ...headers });

/** The body as JSON; undefined when it is none or no object. */
export function objectIn(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A whole number of the query; the default where it is absent, undefined where it is out of bounds. */
export function count(
  { query }: Call,
  name: string,
  { min, max, usual }: { min: number; max: number; usual: number },
): number | undefined {
  const value = Number(query.get(name) ?? usual);
  return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}
