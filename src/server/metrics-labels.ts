import type { SharedCooldown } from "../gateway/cooldown-book.ts";
import { canonicalPath } from "../gateway/path-families.ts";
import type { GatewaySettings } from "../gateway/settings.ts";
import { isAliasOf } from "../providers/model.ts";
import { OTHER } from "./metrics-counts.ts";

export type LabelSettings = Pick<GatewaySettings, "defaults" | "upstreams" | "catalog">;

/** Stands for what there is none of: a model that no request names, or a token without a name. No name can be it. */
export const NONE = "-";

/** @why names come from requests, and must not fill the memory. */
const MOST_NAMES = 1_000;

/** Model names that may be labels: those of the configuration and of the lists of models, as they are known by then. All others are one. */
export class ModelLabels {
  readonly #settings: LabelSettings;
  readonly #labels = new Map<string, string>();
  #listed: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  constructor(settings: LabelSettings) {
    this.#settings = settings;
  }

  /** `model` without its provider; empty if there is none. */
  label(provider: string, model: string): string {
    if (model === "") return NONE;
    const key = `${provider}/${model}`;
    const known = this.#labels.get(key);
    if (known !== undefined) return known;
    if (this.#labels.size >= MOST_NAMES) this.#labels.clear();
    const found = this.#find(provider, model);
    this.#labels.set(key, found);
    return found;
  }

  #find(provider: string, model: string): string {
    const { defaults, upstreams } = this.#settings;
    const isDefault = defaults.some((ref) => ref.provider === provider && ref.model === model);
    if (isDefault || upstreams.get(provider)?.describes(model)) return model;
    const listed = this.#listedBy(provider);
    if (listed.has(model)) return model;
    return [...listed].find((id) => isAliasOf(model, id) || isAliasOf(id, model)) ?? OTHER;
  }

  /** Read once, where a name is not in the configuration. */
  #listedBy(provider: string): ReadonlySet<string> {
    const listed =
      this.#listed ??
      new Map([...this.#settings.catalog()].map(([id, models]) => [id, new Set(models.map((model) => model.id))]));
    this.#listed = listed;
    return listed.get(provider) ?? new Set();
  }
}

/**
 * The purpose of a request, by its path.
 * @source open-telemetry/semantic-conventions-genai, `gen_ai.operation.name`: `chat`, `text_completion`, `embeddings`.
 */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ["/v1/messages", "chat"],
  ["/v1/chat/completions", "chat"],
  ["/v1/responses", "chat"],
  ["/v1/complete", "text_completion"],
  ["/v1/completions", "text_completion"],
  ["/v1/embeddings", "embeddings"],
  ["/v1/messages/count_tokens", "count_tokens"],
  ["/v1/responses/input_tokens", "count_tokens"],
  ["/v1/responses/compact", "compact"],
  ["/v1/images/generations", "image"],
  ["/v1/audio/speech", "speech"],
  ["/v1/moderations", "moderation"],
  ["/v1/messages/batches", "batch"],
]);

export const operationOf = (method: string, path: string): string =>
  (method === "POST" ? OPERATIONS.get(canonicalPath(path) ?? path) : undefined) ?? OTHER;

/** The model of a cooldown, without the place of its key. */
export function modelOfCooldown({ id }: Pick<SharedCooldown, "id">): {
  readonly provider: string;
  readonly model: string;
} {
  const ref = id.replace(/ \(key \d+\)$/, "");
  const slash = ref.indexOf("/");
  return slash < 0 ? { provider: ref, model: "" } : { provider: ref.slice(0, slash), model: ref.slice(slash + 1) };
}
