import { createHash } from "node:crypto";
import { fail, ok, type Problem, type Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";
import { isTokenName } from "./named-tokens.ts";

/*
 * How many requests the holder of each token may send through a gateway on Cloudflare Workers: `120/minute,alice=60/minute`
 * in one variable. An entry without a name holds for each token that has none of its own, each counted by itself. No
 * message quotes an entry, whose name may be a token.
 */

export const CLIENT_LIMITS_VARIABLE = "OPENCLAW_GATEWAY_LIMITS";

/** The code of a refusal because of a limit, in its error and in the log. */
export const CLIENT_LIMIT = "client-limit";

/** @source developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit: 10 or 60 seconds. */
export interface Rate {
  readonly requests: number;
  readonly periodS: 10 | 60;
}

export interface ClientLimits {
  /** For each token without a limit of its own. */
  readonly everyone: Rate | undefined;
  /** `none`: no limit whatever holds for everyone. */
  readonly byName: ReadonlyMap<string, Rate | "none">;
}

/** `default` takes away what that name has of its own. */
export interface GivenLimit {
  /** `undefined` for everyone. */
  readonly name: string | undefined;
  readonly limit: Rate | "none" | "default";
}

export const NO_LIMITS: ClientLimits = { everyone: undefined, byName: new Map() };

const RATE = /^(\d{1,9})\s*\/\s*(minute|min|m|60s|10s)$/i;
const MOST_REQUESTS = 1_000_000;

function limitIn(text: string): GivenLimit["limit"] | undefined {
  const word = text.toLowerCase();
  if (word === "none" || word === "default") return word;
  const [, number = "", period = ""] = RATE.exec(text) ?? [];
  const requests = Number(number);
  if (requests < 1 || requests > MOST_REQUESTS) return undefined;
  return { requests, periodS: period.toLowerCase() === "10s" ? 10 : 60 };
}

/** Reads limits with commas between them; `where` is the flag or variable that has them. */
export function judgeLimits(text: string, where: string): Result<readonly GivenLimit[], readonly Problem[]> {
  const problems: Problem[] = [];
  const given: GivenLimit[] = [];
  const refuse = (message: Message, hint: Message) => problems.push({ where, message, hint });
  for (const [index, entry] of entriesIn(text).entries()) {
    const equals = entry.indexOf("=");
    const name = equals < 0 ? undefined : entry.slice(0, equals).trim();
    const limit = limitIn(entry.slice(equals + 1).trim());
    if (name !== undefined && !isTokenName(name))
      refuse(
        (t) => t.config.limits.badName(index + 1),
        (t) => t.config.namedTokens.nameForm,
      );
    else if (limit === undefined)
      refuse(
        (t) => t.config.limits.noRate(index + 1),
        (t) => t.config.limits.form(MOST_REQUESTS),
      );
    else if (given.some((other) => other.name === name))
      refuse(
        (t) => (name === undefined ? t.config.limits.everyoneTwice : t.config.limits.nameTwice(name)),
        (t) => t.config.namedTokens.removeOne,
      );
    else given.push({ name, limit });
  }
  return problems.length > 0 ? fail(problems) : ok(given);
}

const entriesIn = (text: string): readonly string[] =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

/** What is given replaces what was there of the same name, and leaves the rest. */
export function mergeLimits(before: ClientLimits, given: readonly GivenLimit[]): ClientLimits {
  const byName = new Map(before.byName);
  let { everyone } = before;
  for (const { name, limit } of given) {
    if (name === undefined) everyone = limit === "none" || limit === "default" ? undefined : limit;
    else if (limit === "default") byName.delete(name);
    else byName.set(name, limit);
  }
  return { everyone, byName };
}

/** The variable's text; empty if there are no limits. */
export function limitsText({ everyone, byName }: ClientLimits): string {
  const named = [...byName].map(([name, limit]) => `${name}=${limit === "none" ? limit : rateText(limit)}`);
  return [...(everyone === undefined ? [] : [rateText(everyone)]), ...named].join(",");
}

const rateText = ({ requests, periodS }: Rate): string => `${requests}/${periodS === 60 ? "minute" : "10s"}`;

/** The limit of a token, which may have no name; `undefined` if there is none. */
export function limitFor({ everyone, byName }: ClientLimits, name: string | undefined): Rate | undefined {
  const own = name === undefined ? undefined : byName.get(name);
  return own === "none" ? undefined : (own ?? everyone);
}

/** What counts one rate on Workers: a binding, for all who have that rate. */
export interface RateBinding {
  readonly name: string;
  /** @why two Workers of an account that share it share the counts. */
  readonly namespaceId: string;
  readonly rate: Rate;
}

export const rateBindingName = ({ requests, periodS }: Rate): string => `OPENCLAW_LIMIT_${requests}_PER_${periodS}S`;

/** The bindings that limits need, each once, by name. */
export function rateBindings({ everyone, byName }: ClientLimits, worker: string): readonly RateBinding[] {
  const rates = [everyone, ...byName.values()].filter((limit) => limit !== undefined && limit !== "none");
  const byBinding = new Map(rates.map((rate) => [rateBindingName(rate), rate]));
  return [...byBinding]
    .map(([name, rate]) => ({ name, namespaceId: namespaceOf(worker, name), rate }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @source the same page: a positive integer, unique in the account. */
function namespaceOf(worker: string, binding: string): string {
  const number = createHash("sha256").update(`${worker}\n${binding}`).digest().readUInt32BE() % 2_147_483_647;
  return String(number + 1);
}
