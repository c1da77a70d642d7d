/** A model in the shape OpenClaw stores under `models.providers.<id>.models`. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly reasoning: boolean;
  readonly input: readonly ("text" | "image")[];
  /** USD per million tokens. */
  readonly cost: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
  };
  /** In tokens. */
  readonly contextWindow: number;
  /** In tokens. */
  readonly maxTokens: number;
}

/** A model as the provider lists it for the user's credentials. Unknown details are absent. */
export interface ListedModel {
  readonly id: string;
  readonly name?: string;
  readonly input?: Model["input"];
  readonly contextWindow?: number;
  readonly maxTokens?: number;
  readonly reasoning?: boolean;
  readonly cost?: Partial<Model["cost"]>;
  /** The ISO date on which requests for it begin to fail. */
  readonly retiresOn?: string;
}

export interface ModelRef {
  readonly provider: string;
  readonly model: string;
}

/** Splits at the first slash, since model ids may contain more (`@cf/meta/...`); `undefined` if a part is empty. */
export function parseModelRef(text: string): ModelRef | undefined {
  const slash = text.indexOf("/");
  if (slash <= 0 || slash === text.length - 1) return undefined;
  return { provider: text.slice(0, slash), model: text.slice(slash + 1) };
}

/**
 * True if `id` is `dated` without its date: `claude-opus-4-5`, `claude-opus-4-5-20251101`.
 * @source docs.claude.com, "Models overview": aliases of dated ids.
 */
export const isAliasOf = (id: string, dated: string): boolean => isDated(dated) && withoutDate(dated) === id;

const DATE = /-\d{8}$/;

export const isDated = (id: string): boolean => DATE.test(id);

export const withoutDate = (id: string): string => id.replace(DATE, "");

/** `provider/model`, or only the model if the provider is empty. */
export const formatModelRef = ({ provider, model }: ModelRef): string =>
  provider === "" ? model : `${provider}/${model}`;

/** `200k`, `1M`, `1.05M` */
export function formatTokens(tokens: number): string {
  if (Math.round(tokens / 1000) >= 1000) return `${Number((tokens / 1_000_000).toFixed(2))}M`;
  return tokens >= 1000 ? `${Math.round(tokens / 1000)}k` : String(tokens);
}
