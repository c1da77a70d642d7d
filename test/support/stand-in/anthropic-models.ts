/** A model of Anthropic's, with what decides which requests it refuses. */
export interface AnthropicModel {
  readonly id: string;
  /** Another id under which it is found. */
  readonly alias?: string;
  readonly displayName: string;
  readonly created: string;
  /** Null where Anthropic does not tell; so are its capabilities then. */
  readonly contextTokens: number | null;
  /** The most it writes. */
  readonly maxTokens: number | null;
  /** Whether a conversation may end with a turn of the assistant's. */
  readonly prefill: boolean;
  /** Whether a temperature may be set. */
  readonly sampling: boolean;
}

const OLD = { contextTokens: 200_000, maxTokens: 64_000, prefill: true, sampling: true };
const LARGE = { contextTokens: 1_000_000, maxTokens: 128_000, prefill: false };
const NEW = { ...LARGE, sampling: false };

/** @source Anthropic's model pages of October 2026, newest first as `GET /v1/models` has them; the last is invented. */
export const ANTHROPIC_MODELS: readonly AnthropicModel[] = [
  { id: "claude-haiku-5-5", displayName: "Claude Haiku 5.5", created: "2026-10-07", ...NEW },
  { id: "claude-sonnet-5-5", displayName: "Claude Sonnet 5.5", created: "2026-09-28", ...NEW },
  { id: "claude-opus-5-5", displayName: "Claude Opus 5.5", created: "2026-09-22", ...NEW },
  { id: "claude-fable-5-1", displayName: "Claude Fable 5.1", created: "2026-09-01", ...NEW },
  { id: "claude-opus-5", displayName: "Claude Opus 5", created: "2026-07-24", ...NEW },
  { id: "claude-sonnet-5", displayName: "Claude Sonnet 5", created: "2026-06-30", ...NEW },
  { id: "claude-fable-5", displayName: "Claude Fable 5", created: "2026-06-09", ...NEW },
  { id: "claude-opus-4-8", displayName: "Claude Opus 4.8", created: "2026-05-28", ...NEW },
  { id: "claude-opus-4-7", displayName: "Claude Opus 4.7", created: "2026-04-16", ...NEW },
  { id: "claude-sonnet-4-6", displayName: "Claude Sonnet 4.6", created: "2026-02-17", ...LARGE, sampling: true },
  { id: "claude-opus-4-6", displayName: "Claude Opus 4.6", created: "2026-02-05", ...LARGE, sampling: true },
  {
    id: "claude-opus-4-5-20251101",
    alias: "claude-opus-4-5",
    displayName: "Claude Opus 4.5",
    created: "2025-11-24",
    ...OLD,
  },
  {
    id: "claude-haiku-4-5-20251001",
    alias: "claude-haiku-4-5",
    displayName: "Claude Haiku 4.5",
    created: "2025-10-15",
    ...OLD,
  },
  {
    id: "claude-sonnet-4-5-20250929",
    alias: "claude-sonnet-4-5",
    displayName: "Claude Sonnet 4.5",
    created: "2025-09-29",
    ...OLD,
  },
  {
    id: "claude-unheard-of-1",
    displayName: "Claude Unheard-of 1",
    created: "1970-01-01",
    contextTokens: null,
    maxTokens: null,
    prefill: true,
    sampling: true,
  },
];

/** As `GET /v1/models` shows it. */
export const describeModel = ({ id, displayName, created, contextTokens, maxTokens, sampling }: AnthropicModel) => ({
  type: "model",
  id,
  display_name: displayName,
  created_at: `${created}T00:00:00Z`,
  max_input_tokens: contextTokens,
  max_tokens: maxTokens,
  capabilities: contextTokens === null ? null : capabilities(contextTokens >= 1_000_000, sampling),
});

const supported = (is: boolean) => ({ supported: is });

/** @source anthropic-sdk-typescript, `ModelCapabilities`. */
const capabilities = (isLarge: boolean, hasBudget: boolean) => ({
  batch: supported(true),
  citations: supported(true),
  code_execution: supported(true),
  image_input: supported(true),
  pdf_input: supported(true),
  structured_outputs: supported(true),
  thinking: { supported: true, types: { enabled: supported(hasBudget), adaptive: supported(isLarge) } },
  effort: {
    supported: isLarge,
    low: supported(isLarge),
    medium: supported(isLarge),
    high: supported(isLarge),
    xhigh: isLarge ? supported(!hasBudget) : null,
    max: supported(isLarge),
  },
  context_management: {
    supported: true,
    clear_thinking_20251015: supported(true),
    clear_tool_uses_20250919: supported(true),
    compact_20260112: supported(isLarge),
  },
});
