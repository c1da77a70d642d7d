import type { HttpResponse } from "../../../src/core/http.ts";
import {
  accessLogin,
  accessRedirect,
  answer,
  challengePage,
  EDGE_HEADERS,
  edgePage,
  edgeText,
  events,
  policyError,
} from "../answers.ts";
import {
  ANTHROPIC_FAULTS,
  ANTHROPIC_WORDS,
  type AnthropicFault,
  API_FAULTS,
  anthropicFault,
  anthropicWords,
  apiFault,
  GATEWAY_FAULTS,
  gatewayFault,
} from "./faults.ts";

/** What is done to the connection instead of, or with, an answer. */
export type Mischief = "slow" | "stall" | "half-answer" | "garbage" | "reset";

export interface DialParams {
  /** How many requests it is for; all of them unless told otherwise. */
  readonly times?: number;
  /** Part of the path that requests must have. */
  readonly path?: string;
  /** Seconds, for the header `retry-after`. */
  readonly retryAfter?: number;
  /** The error's words, for the names that have a code or type. */
  readonly message?: string;
  /** Bytes of the good answer's body that are sent first, for `stall` and `half-answer`; half of them unless given. */
  readonly after?: number;
}

/** Which requests a dial is about: those to the gateway and its custom domain, those to the API, or both. */
export type Side = "gateway" | "api";

type Maker = (message?: string) => HttpResponse;

const OVERLOADED = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

const OTHERS = {
  "anthropic-mid_stream": () => events({ type: "ping" }, OVERLOADED),
  "api-10000-403": (message) => apiFault(10000, { status: 403, ...(message === undefined ? {} : { message }) }),
  "policy-403": () => policyError(403, "Access denied by policy"),
  "policy-429": () => policyError(429, "Spending limit exceeded", { bucket: "b1", spent: 1.5, limit: 1 }),
  "edge-1010": () => edgeText(1010, 403),
  "edge-524": () => edgePage(524, 524, "A timeout occurred"),
  "edge-challenge": challengePage,
  "access-login": accessLogin,
  "access-redirect": accessRedirect,
  empty: () => answer(200, "", EDGE_HEADERS),
} as const satisfies Record<string, Maker>;

export type DialName =
  | `gateway-${keyof typeof GATEWAY_FAULTS}`
  | `anthropic-${AnthropicFault | keyof typeof ANTHROPIC_WORDS}`
  | `api-${keyof typeof API_FAULTS}`
  | keyof typeof OTHERS
  | Mischief;

const rows = <K extends string>(prefix: string, table: object, make: (key: K, message?: string) => HttpResponse) =>
  Object.keys(table).map((key): [string, Maker] => [`${prefix}-${key}`, (message) => make(key as K, message)]);

const MAKERS: Readonly<Record<string, Maker>> = Object.fromEntries([
  ...rows<`${keyof typeof GATEWAY_FAULTS}`>("gateway", GATEWAY_FAULTS, (code, message) =>
    gatewayFault(Number(code) as keyof typeof GATEWAY_FAULTS, message),
  ),
  ...rows<AnthropicFault>("anthropic", ANTHROPIC_FAULTS, anthropicFault),
  ...rows<keyof typeof ANTHROPIC_WORDS>("anthropic", ANTHROPIC_WORDS, anthropicWords),
  ...rows<`${keyof typeof API_FAULTS}`>("api", API_FAULTS, (code, message) =>
    apiFault(Number(code) as keyof typeof API_FAULTS, message === undefined ? {} : { message }),
  ),
  ...Object.entries(OTHERS),
]);

/** What becomes of a request that a dial is about. */
type Fate = HttpResponse | { readonly mischief: Mischief; readonly after?: number };

export interface Dials {
  readonly turn: (name: DialName, params?: DialParams) => void;
  readonly reset: () => void;
  /** Uses up one time of the first dial that is about the request. */
  readonly fateOf: (request: { readonly path: string; readonly side: Side }) => Fate | undefined;
}

const sideOf = (name: string): Side | undefined => {
  if (name.startsWith("api-")) return "api";
  return /^(?:gateway|anthropic)-/.test(name) ? "gateway" : undefined;
};

function fate(name: DialName, { message, retryAfter, after }: DialParams): Fate {
  const make = MAKERS[name];
  if (make === undefined) return { mischief: name as Mischief, ...(after !== undefined && { after }) };
  const made = make(message);
  return retryAfter === undefined ? made : { ...made, headers: { ...made.headers, "retry-after": String(retryAfter) } };
}

export function createDials(): Dials {
  const on: { readonly name: DialName; readonly params: DialParams; left: number }[] = [];
  return {
    turn: (name, params = {}) => on.push({ name, params, left: params.times ?? Number.POSITIVE_INFINITY }),
    reset: () => on.splice(0),
    fateOf: ({ path, side }) => {
      const dial = on.find(
        ({ name, params, left }) => left > 0 && path.includes(params.path ?? "") && (sideOf(name) ?? side) === side,
      );
      if (dial === undefined) return undefined;
      dial.left -= 1;
      return fate(dial.name, dial.params);
    },
  };
}
