import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { type Infer, listOf, object, oneOf, positive, text, violationsIn } from "../config/shape.ts";
import { ensurePrivateFolder, type FileContext, readIfPresent, replaceFile } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import type { Paths } from "../core/paths.ts";
import type { Problem } from "../core/result.ts";
import type { ListedModel } from "../providers/model.ts";
import type { Endpoint } from "../providers/provider.ts";
import type { Message } from "../text/message.ts";
import { type ProviderLists, usesBuiltIn } from "./catalog.ts";

const listedModel = object(
  {
    id: text,
    name: text,
    input: listOf(oneOf("text", "image")),
    contextWindow: positive,
    maxTokens: positive,
    retiresOn: text,
  },
  ["id"],
);

const cacheEntry = object({ fetchedAt: text, baseUrl: text, models: listOf(listedModel) }, [
  "fetchedAt",
  "baseUrl",
  "models",
]);

/** The models a provider listed, when, and at which base URL. Contains no credential. */
export type CacheEntry = Infer<typeof cacheEntry> & { readonly models: readonly ListedModel[] };

export const cachePath = ({ stateDir }: Pick<Paths, "stateDir">, providerId: string): string =>
  join(stateDir, "cache", `models-${providerId}.json`);

/** Base URLs that differ only in trailing slashes are the same gateway. */
export const trimBaseUrl = (baseUrl: string): string => baseUrl.replace(/\/+$/, "");

/** `undefined` if there is no entry, `damaged` if it cannot be used. */
function readEntry(path: string, context: Pick<Context, "files">): CacheEntry | "damaged" | undefined {
  try {
    const bytes = readIfPresent(path, context);
    if (bytes === undefined) return undefined;
    const value = JSON.parse(bytes.toString("utf8"));
    const isSound = violationsIn(cacheEntry, value).length === 0 && !Number.isNaN(Date.parse(value.fetchedAt));
    return isSound ? value : "damaged";
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof OpenclawError && error.code === "file.access"))
      return "damaged";
    throw error;
  }
}

export function writeEntry(path: string, entry: CacheEntry, context: FileContext): void {
  ensurePrivateFolder(join(path, ".."), context);
  replaceFile(path, `${JSON.stringify(entry, null, 2)}\n`, {}, context);
}

interface CacheInput {
  readonly config: Config;
  readonly endpoints: readonly Endpoint[];
  readonly wanted?: string | undefined;
}

/** The most recent list of each provider; lists from another base URL are left out. */
export function readCache(
  { config, endpoints, wanted }: CacheInput,
  paths: Pick<Paths, "stateDir">,
  context: Pick<Context, "files" | "now">,
): ProviderLists {
  const listed = new Map<string, readonly ListedModel[]>();
  const notes: Problem[] = [];
  for (const { providerId, catalogDate } of endpoints) {
    if (wanted !== undefined && wanted !== providerId) continue;
    const note = (message: Message) => notes.push({ message, ...(wanted === undefined && { where: providerId }) });
    const path = cachePath(paths, providerId);
    const entry = readEntry(path, context);
    const baseUrl = config.models?.providers?.[providerId]?.baseUrl;
    if (entry === "damaged") note((t) => t.models.damagedCache(path));
    else if (entry !== undefined && baseUrl !== undefined && entry.baseUrl === trimBaseUrl(baseUrl)) {
      listed.set(providerId, entry.models);
      const age = ageOf((context.now().getTime() - Date.parse(entry.fetchedAt)) / 1000);
      note((t) => (age === undefined ? t.models.fromCacheNow : t.models.fromCache(age)));
      continue;
    }
    if (usesBuiltIn(providerId, config)) note((t) => t.models.fromBuiltIn(catalogDate));
  }
  return { listed, notes };
}

/** Providers that are set up and whose list is missing, damaged, from another base URL, or older than that. */
export function staleLists(
  { config, endpoints }: Pick<CacheInput, "config" | "endpoints">,
  maxAgeMs: number,
  paths: Pick<Paths, "stateDir">,
  context: Pick<Context, "files" | "now">,
): readonly string[] {
  const isStale = (providerId: string) => {
    const baseUrl = config.models?.providers?.[providerId]?.baseUrl;
    if (baseUrl === undefined) return false;
    const entry = readEntry(cachePath(paths, providerId), context);
    if (entry === undefined || entry === "damaged" || entry.baseUrl !== trimBaseUrl(baseUrl)) return true;
    return context.now().getTime() - Date.parse(entry.fetchedAt) > maxAgeMs;
  };
  return endpoints.map(({ providerId }) => providerId).filter(isStale);
}

const UNITS = [
  ["day", 24 * 60 * 60],
  ["hour", 60 * 60],
  ["minute", 60],
] as const;

/** The age in the largest whole unit; `undefined` below a minute. */
function ageOf(seconds: number): { unit: "day" | "hour" | "minute"; number: number } | undefined {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? [];
  return unit === undefined ? undefined : { unit, number: Math.floor(seconds / size) };
}
