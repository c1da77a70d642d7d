import type { ListedModel } from "./model.ts";
import { type Endpoint, retirementOf } from "./provider.ts";

/** Time before its day from which a retirement is worth telling. */
const SOON_DAYS = 30;

const DAY_MS = 24 * 60 * 60 * 1000;

/** `over`: requests fail. `soon`: they fail within 30 days. */
type RetirementState = "over" | "soon" | "later";

export interface Retirement {
  /** ISO, as in `2026-11-30`. */
  readonly date: string;
  readonly state: RetirementState;
  /** The id of a model of the same endpoint that takes its place, as far as one is known. */
  readonly successor?: string;
}

type RetirementSource = Pick<Endpoint, "retirements" | "successors" | "models" | "defaultModel">;

function stateOf(date: string, now: Date): RetirementState {
  const untilMs = Date.parse(date) - now.getTime();
  if (untilMs <= 0) return "over";
  return untilMs <= SOON_DAYS * DAY_MS ? "soon" : "later";
}

/** When a model retires, by the catalog or by the provider's list; `undefined` if no day is known. */
export function retirementFor(
  id: string,
  endpoint: RetirementSource,
  listed: readonly ListedModel[] | undefined,
  now: Date,
): Retirement | undefined {
  const date = retirementOf(endpoint, { id, ...listed?.find((model) => model.id === id) });
  if (date === undefined) return undefined;
  const successor = successorOf(id, endpoint, listed, now);
  return { date, state: stateOf(date, now), ...(successor !== undefined && { successor }) };
}

/** The successor: the model that the provider recommends, else the endpoint's default, else the first of the catalog that stays and is offered. */
function successorOf(
  id: string,
  endpoint: RetirementSource,
  listed: readonly ListedModel[] | undefined,
  now: Date,
): string | undefined {
  const { successors = {}, defaultModel, models } = endpoint;
  const recommended = Object.hasOwn(successors, id) ? successors[id] : undefined;
  const candidates = [
    ...(recommended === undefined ? [] : [recommended]),
    defaultModel,
    ...models.map((one) => one.id),
  ];
  return candidates.find((candidate) => {
    const entry = listed?.find((model) => model.id === candidate);
    if (candidate === id || (listed !== undefined && entry === undefined)) return false;
    const date = retirementOf(endpoint, { id: candidate, ...entry });
    return date === undefined || stateOf(date, now) === "later";
  });
}
