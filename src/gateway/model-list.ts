import type { ListedModel } from "../providers/model.ts";
import type { PathKind } from "../providers/provider.ts";
import type { Dialect } from "./path-families.ts";
import type { GatewaySettings } from "./settings.ts";
import type { Router } from "./targets.ts";

interface OfferedModel extends Pick<ListedModel, "name"> {
  /** As a request has to name it: with its provider only where the id alone means another's. */
  readonly id: string;
  readonly providerId: string;
}

/** Every known model of every provider that can be used, each once. */
function offeredModels({ upstreams, catalog }: GatewaySettings, router: Router): readonly OfferedModel[] {
  const known = catalog();
  return [...upstreams.values()].flatMap((upstream) => {
    const { providerId } = upstream;
    const isMeantAlone = (id: string) =>
      [...upstream.paths].some((kind: PathKind) => {
        const found = router(id, kind);
        return found.ok && found.value[0].upstream === upstream;
      });
    return (known.get(providerId) ?? []).map(({ id, name }) => ({
      id: isMeantAlone(id) ? id : `${providerId}/${id}`,
      providerId,
      ...(name !== undefined && { name }),
    }));
  });
}

/**
 * The list in the shape of the client's API, or in one that both can read; `undefined` if nothing is known, so that only
 * the upstream can tell. @source the API references of platform.claude.com and platform.openai.com, "List models".
 */
export function modelList(
  settings: GatewaySettings,
  router: Router,
  dialect: Dialect | undefined,
  search: string,
): string | undefined {
  const all = offeredModels(settings, router);
  if (all.length === 0) return undefined;
  if (dialect === "openai") return JSON.stringify({ object: "list", data: all.map(asOpenai) });
  const { page, hasMore } = pageOf(all, new URLSearchParams(search));
  const about = { has_more: hasMore, first_id: page[0]?.id ?? null, last_id: page.at(-1)?.id ?? null };
  if (dialect === "anthropic") return JSON.stringify({ data: page.map(asAnthropic), ...about });
  const data = page.map((model) => ({ ...asOpenai(model), ...asAnthropic(model) }));
  return JSON.stringify({ object: "list", data, ...about });
}

/** @source OpenAI's SDKs want a number; nobody says when the models were made. */
const asOpenai = ({ id, providerId }: OfferedModel) => ({ id, object: "model", created: 0, owned_by: providerId });

/** @source platform.claude.com, "List models": an epoch value where the release date is unknown. */
const asAnthropic = ({ id, name }: OfferedModel) => ({
  type: "model",
  id,
  display_name: name ?? id,
  created_at: "1970-01-01T00:00:00Z",
});

/** A page, if the client asks for one; Anthropic's own default of twenty would only hide models. */
function pageOf(all: readonly OfferedModel[], asked: URLSearchParams) {
  const at = (name: string) => all.findIndex(({ id }) => id === asked.get(name));
  const limit = Number(asked.get("limit")) || all.length;
  const [after, before] = [at("after_id"), at("before_id")];
  if (before >= 0) {
    const start = Math.max(before - limit, 0);
    return { page: all.slice(start, before), hasMore: start > 0 };
  }
  const end = after + 1 + limit;
  return { page: all.slice(after + 1, end), hasMore: end < all.length };
}
