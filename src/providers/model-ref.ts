/** A model and who serves it, written `provider/model`. */
export interface ModelRef {
  readonly provider: string;
  readonly model: string;
}

/** Splits at the first slash, since model ids such as `@cf/meta/...` hold more; undefined when a part is empty. */
export function parseModelRef(text: string): ModelRef | undefined {
  const slash = text.indexOf("/");
  if (slash <= 0 || slash === text.length - 1) return undefined;
  return { provider: text.slice(0, slash), model: text.slice(slash + 1) };
}

/**
 * True when an id stands for another one that only has a date besides: `claude-opus-4-5`, `claude-opus-4-5-20251101`.
 * @source docs.claude.com, "Models overview": aliases of dated ids.
 */
export const isAliasOf = (id: string, dated: string): boolean =>
  dated.startsWith(`${id}-`) && /^\d{8}$/.test(dated.slice(id.length + 1));

/** As it is written; a model whose provider nobody named has an empty one. */
export const formatModelRef = ({ provider, model }: ModelRef): string =>
  provider === "" ? model : `${provider}/${model}`;
