import type { Api, PathKind } from "../providers/provider.ts";

/** A path whose body names a model, so it must be read and perhaps changed. */
export interface ModelPath {
  readonly paths: readonly [PathKind];
  /** A body that names no model means the default one; elsewhere the upstream decides. */
  readonly isDefaulted: boolean;
  /**
   * Paths of one limit share this name: all that generate text, or this one alone. Only what generates may be served by
   * another model: counts and vectors are the model's own, and a compacted conversation is readable to its maker only.
   */
  readonly limits: string;
}

/** Everything that uses up what a model may generate. */
export const GENERATION = "generation";

const generating = (kind: PathKind, isDefaulted = true): ModelPath => ({
  paths: [kind],
  isDefaulted,
  limits: GENERATION,
});

const apart = (kind: PathKind, limits: string, isDefaulted = false): ModelPath => ({
  paths: [kind],
  isDefaulted,
  limits,
});

/**
 * By the path that follows `POST`.
 * @source the API references of platform.claude.com and platform.openai.com, 2026-11.
 */
export const MODEL_PATHS: ReadonlyMap<string, ModelPath> = new Map([
  ["/v1/messages", generating("anthropic")],
  ["/v1/messages/count_tokens", apart("anthropic", "counting", true)],
  ["/v1/complete", generating("anthropic", false)],
  ["/v1/chat/completions", generating("chat")],
  ["/v1/responses", generating("responses")],
  ["/v1/responses/compact", apart("responses", "compacting", true)],
  ["/v1/responses/input_tokens", apart("responses", "counting", true)],
  ["/v1/completions", generating("openai", false)],
  ["/v1/embeddings", apart("embeddings", "embeddings")],
  ["/v1/images/generations", apart("openai", "images")],
  ["/v1/audio/speech", apart("openai", "audio")],
  ["/v1/moderations", apart("openai", "moderations")],
]);

/** Model paths that know other methods, too: a client lists what OpenAI has stored. */
const ALSO_READ: ReadonlySet<string> = new Set(["/v1/chat/completions"]);

/** True if anything but `POST` is wrong at this path. */
export const isPostOnly = (path: string): boolean => MODEL_PATHS.has(path) && !ALSO_READ.has(path);

const ANTHROPIC = ["anthropic"] as const;
const OPENAI = ["openai"] as const;
const RESPONSES = ["responses"] as const;
/** Paths of both, in this order unless the client's headers say whose it means. */
const EITHER = ["anthropic", "openai"] as const;

/** Whose the paths are that begin with a segment after `/v1/`. */
const SEGMENTS: readonly (readonly [kinds: readonly PathKind[], segments: string])[] = [
  [ANTHROPIC, "messages complete skills agents sessions environments vaults experimental"],
  [EITHER, "models files organizations"],
  [RESPONSES, "responses"],
  [OPENAI, "chat completions embeddings images audio moderations batches uploads videos conversations fine_tuning"],
  [OPENAI, "vector_stores assistants threads evals containers realtime"],
];

const FAMILIES: ReadonlyMap<string, readonly PathKind[]> = new Map(
  SEGMENTS.flatMap(([kinds, segments]) => segments.split(" ").map((segment) => [segment, kinds] as const)),
);

const familyOf = (path: string) => FAMILIES.get(/^\/v1\/([^/]*)/.exec(path)?.[1] ?? "");

/** Whose API a client speaks, judging by its headers. */
export type Dialect = "anthropic" | "openai";

/** The kinds that a path below `/v1/` may be, the first that is set up being meant; none if nothing tells. */
export function pathKinds(path: string, dialect: Dialect | undefined): readonly PathKind[] {
  const family = familyOf(path) ?? [];
  if (family.length === 1 || dialect === undefined) return family;
  return dialect === "anthropic" ? ANTHROPIC : OPENAI;
}

/**
 * The path below `/v1/` that a client means by one with `/v1` missing or repeated, as base URLs with and without it
 * make it; `undefined` if it is none that is known.
 */
export function canonicalPath(path: string): string | undefined {
  const below = path.replace(/^(?:\/v1(?=\/))+/, "");
  if (below !== path) return `/v1${below}`;
  return familyOf(`/v1${path}`) === undefined ? undefined : `/v1${path}`;
}

/** The protocols that have such paths as their own, the likeliest provider first. */
export const PROTOCOLS: Readonly<Record<PathKind, readonly [Api, ...Api[]]>> = {
  anthropic: ["anthropic-messages"],
  chat: ["openai-completions", "openai-responses"],
  responses: ["openai-responses"],
  embeddings: ["openai-responses", "openai-completions"],
  openai: ["openai-responses", "openai-completions"],
};

/** A path of each kind, for messages that tell a client what to use instead. */
export const EXAMPLES: Readonly<Record<PathKind, string>> = {
  anthropic: "/v1/messages",
  chat: "/v1/chat/completions",
  responses: "/v1/responses",
  embeddings: "/v1/embeddings",
  openai: "/v1/images and other paths of OpenAI",
};
