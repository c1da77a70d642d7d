import type { Config } from "../config/schema.ts";
import type { Context } from "../core/context.ts";
import type { Paths } from "../core/paths.ts";
import type { ListedModel } from "../providers/model.ts";
import type { Endpoint } from "../providers/provider.ts";
import { readRemembered, rememberedAt } from "./cache.ts";
import { usesCatalogue } from "./catalog.ts";
import { askedAt } from "./targets.ts";

/** Lists of models, and where they are from. */
export interface Sources {
  readonly listed: ReadonlyMap<string, readonly ListedModel[]>;
  /** Lines for the person. */
  readonly notes: readonly string[];
  /** Whether somebody who was asked did not tell. */
  readonly isPartial?: boolean;
}

interface RecallInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  /** Only this provider. */
  readonly wanted?: string | undefined;
}

/** What was kept when the providers were last asked, unless they are at another address now. */
export function recall(
  { config, endpoints, wanted }: RecallInput,
  paths: Pick<Paths, "stateDir">,
  context: Pick<Context, "files" | "now">,
): Sources {
  const listed = new Map<string, readonly ListedModel[]>();
  const notes = new Map<string, readonly string[]>();
  for (const { providerId, cataloguedIn } of endpoints) {
    if (wanted !== undefined && wanted !== providerId) continue;
    const note = (text: string) => notes.set(text, [...(notes.get(text) ?? []), providerId]);
    const path = rememberedAt(paths, providerId);
    const kept = readRemembered(path, context);
    const baseUrl = config.models?.providers?.[providerId]?.baseUrl;
    if (kept === "damaged") note(`${path} is damaged and was not used; \`openclaw models refresh\` writes it anew.`);
    else if (kept !== undefined && baseUrl !== undefined && kept.baseUrl === askedAt(baseUrl)) {
      listed.set(providerId, kept.models);
      const age = ageOf(new Date(kept.fetchedAt), context.now());
      note(`Models as the gateway listed them ${age}; \`openclaw models refresh\` asks again.`);
      continue;
    }
    if (usesCatalogue(providerId, config))
      note(`From the built-in catalogue of ${cataloguedIn}; \`openclaw models refresh\` asks the gateway.`);
  }
  const lines = [...notes].map(([text, ids]) => (wanted === undefined ? `${ids.join(", ")}: ${text}` : text));
  return { listed, notes: lines };
}

const UNITS = [
  ["day", 24 * 60 * 60],
  ["hour", 60 * 60],
  ["minute", 60],
] as const;

/** How long ago it was, in words: `3 hours ago`. */
function ageOf(then: Date, now: Date): string {
  const seconds = (now.getTime() - then.getTime()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? [];
  if (unit === undefined) return "just now";
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
