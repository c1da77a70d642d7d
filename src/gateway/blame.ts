import type { Blame, Finding } from "../providers/finding.ts";
import { formatModelRef, type ModelRef } from "../providers/model.ts";
import { type Failure, isAboutModel, isRetired, isUnpaid } from "./failover.ts";
import type { Target } from "./targets.ts";

/** The layer of a client's own mistakes. */
const CLIENT = "client";

/**
 * Statuses that refuse a request as it was written.
 * @source RFC 9110, 15.5; RFC 6585, 5.
 */
const OF_REQUEST: ReadonlySet<number> = new Set([400, 405, 406, 409, 411, 413, 414, 415, 416, 417, 422, 431]);

/**
 * The layer to blame for a failed attempt, in English: that of the diagnosis, but `client` where the request is at fault
 * and neither the gateway nor whoever is behind it. A model that does not exist is its client's fault, unless the
 * configuration names it: in its list or among `defaults`.
 */
export function layerToBlame(
  failure: Failure,
  finding: Finding | undefined,
  { upstream, model, ref }: Target,
  defaults: readonly ModelRef[],
): string {
  if (failure.kind === "fault") return finding?.layer ?? "network";
  const { code, status, upstreamMessage } = failure;
  const { layer = "unknown", blames = finding === undefined ? "status" : undefined } = finding ?? {};
  const isNamedHere = upstream.describes(model) || defaults.some((one) => formatModelRef(one) === ref);
  const isOfModel = status === 404 ? isAboutModel(code, upstreamMessage) : status === 400 && isRetired(upstreamMessage);
  const isClientsFault: Readonly<Record<Blame, () => boolean>> = {
    request: () => true,
    model: () => model !== "" && !isNamedHere,
    // Without a model, it is what the client asked for that is not there: a file, a batch.
    path: () => model === "",
    status: () => {
      if (isOfModel) return !isNamedHere;
      return status === 404 ? model === "" : OF_REQUEST.has(status) && !isUnpaid(failure);
    },
  };
  return blames !== undefined && isClientsFault[blames]() ? CLIENT : layer;
}
