import { nearest } from "../core/similar.ts";
import { formatModelRef, isAliasOf, type ModelRef } from "../providers/model.ts";
import { isOnlyNamed, protocolOf } from "../providers/provider.ts";
import { type Retirement, retirementFor } from "../providers/retirement.ts";
import type { Message } from "../text/message.ts";
import { catalogOf } from "./catalog.ts";
import type { KnownNames } from "./named.ts";

/** When a model retires, and its successor's reference. */
export function retirementOfModel(
  { provider, model }: ModelRef,
  { endpoints, listed }: Pick<KnownNames, "endpoints" | "listed">,
  now: Date,
): Retirement | undefined {
  const endpoint = endpoints.find(({ providerId }) => providerId === provider);
  const found = endpoint && retirementFor(model, endpoint, listed.get(provider), now);
  if (found?.successor === undefined) return found;
  return { ...found, successor: formatModelRef({ provider, model: found.successor }) };
}

/** Warnings about a model that is about to be used; lists age, so that none of them is an error. */
export function doubtsAbout(ref: ModelRef, known: KnownNames, now: Date): readonly Message[] {
  const retirement = retirementOfModel(ref, known, now);
  if (retirement !== undefined && retirement.state !== "later") {
    const { date, successor, state } = retirement;
    const said = { model: ref.model, date, isOver: state === "over", successor };
    return [(t) => t.modelEdits.retires(said)];
  }
  return unlisted(ref, known);
}

function unlisted({ provider, model }: ModelRef, known: KnownNames): readonly Message[] {
  const { config, endpoints } = known;
  const entry = config.models?.providers?.[provider];
  if (entry === undefined) return [(t) => t.modelEdits.providerElsewhere(provider)];
  const endpoint = endpoints.find(({ providerId }) => providerId === provider);
  const described = entry.models?.find(({ id }) => id === model);
  if (described !== undefined && (endpoint === undefined || !isOnlyNamed(described))) return [];
  const onlyNamed = new Set(entry.models?.filter(isOnlyNamed).map(({ id }) => id));
  const isOffered = known.listed.get(provider)?.some(({ id }) => id === model);
  const inCatalog = endpoint?.models.map(({ id }) => id) ?? [];
  const ids = [...catalogOf(provider, known).keys()].filter((id) => !onlyNamed.has(id));
  const all = [...new Set([...ids, ...inCatalog])];
  if (isOffered || all.some((id) => id === model || isAliasOf(model, id))) return [];
  const meant = nearest(model, all);
  const said = { model, provider, ...(meant !== undefined && { meant: formatModelRef({ provider, model: meant }) }) };
  return [(t) => t.modelEdits.inNoList(said)];
}

/** @why the local gateway forwards a request in the protocol it came in. */
export function otherProtocol(ref: ModelRef, first: ModelRef | undefined, known: KnownNames): readonly Message[] {
  const apiOf = ({ provider }: ModelRef) => {
    const entry = known.config.models?.providers?.[provider];
    const endpoint = known.endpoints.find(({ providerId }) => providerId === provider);
    return entry && protocolOf(entry.api, endpoint);
  };
  const wanted = first && apiOf(first);
  const api = apiOf(ref);
  if (wanted === undefined || api === undefined || api === wanted) return [];
  return [(t) => t.modelEdits.otherProtocol({ model: formatModelRef(ref), api, wanted })];
}
