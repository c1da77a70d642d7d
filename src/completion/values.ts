import type { JsonValue } from "../config/json5-value.ts";
import type { Config } from "../config/schema.ts";
import { looksLikeCredential } from "../core/redact.ts";
import { configPathCandidates, type KnownKeys } from "./config-paths.ts";
import type { Candidate } from "./suggest.ts";
import type { ValueKind } from "./value-kind.ts";

/** The values that completion knows besides the command tree, found only when a kind needs them. */
export interface KnownValues {
  readonly config: Config;
  readonly providers: () => readonly string[];
  readonly models: () => readonly { readonly ref: string; readonly name: string | undefined }[];
  readonly profiles: () => readonly string[];
  readonly tokenNames: () => readonly string[];
  readonly variables: () => readonly string[];
  readonly keys: KnownKeys;
}

/** Files and folders are found by the shell itself. */
type FoundHere = Exclude<ValueKind, "file" | "folder">;

const CANDIDATES: Readonly<Record<FoundHere, (known: KnownValues, text: string) => readonly Candidate[]>> = {
  alias: ({ config }) =>
    Object.entries(config.agents?.defaults?.models ?? {}).flatMap(([ref, { alias }]) =>
      alias ? [{ text: alias, description: ref }] : [],
    ),
  model: ({ models }) => models().map(({ ref, name }) => ({ text: ref, description: name ?? "" })),
  provider: ({ providers }) => plain(providers()),
  profile: ({ profiles }) => plain(profiles()),
  tokenName: ({ tokenNames }) => plain(tokenNames()),
  variable: ({ variables }) => plain(variables()),
  presentPath: ({ config }, text) => configPathCandidates(config as JsonValue, () => [], text),
  configPath: ({ config, keys }, text) => configPathCandidates(config as JsonValue, keys, text),
};

const plain = (texts: readonly string[]): readonly Candidate[] => texts.map((text) => ({ text, description: "" }));

/** The values of one kind. None is a credential in the place of a name, which would then be on the screen. */
export function valuesOf(kind: FoundHere, known: KnownValues, text: string): readonly Candidate[] {
  return CANDIDATES[kind](known, text).filter(
    (candidate) => !looksLikeCredential(candidate.text) && !/\p{Cc}/u.test(candidate.text),
  );
}
