import type { ShownProblem, StateDocument } from "./dashboard-documents.ts";

/**
 * The state of a gateway in a word. `clients`: it works, and what somebody sent it does not. `closed`: it takes no requests,
 * for no reason that it names.
 */
export type Health = "works" | "clients" | "attention" | "closed";

type Known = Pick<ShownProblem, "layer" | "over">;

/** A client's own mistake, which is no fault of the gateway or of what is behind it. */
export const isOfClient = ({ layer }: Pick<ShownProblem, "layer">): boolean => layer === "client";

/** The one rule of whether a gateway is healthy, for the page, `gateway top` and `gateway status`. */
export function healthOf({ ok }: Pick<StateDocument, "ok">, problems: readonly Known[]): Health {
  const current = problems.filter(({ over }) => over !== true);
  if (current.some((problem) => !isOfClient(problem))) return "attention";
  if (!ok) return "closed";
  return current.length > 0 ? "clients" : "works";
}
