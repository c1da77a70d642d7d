import { commandWords, flagsOn, type Position, wantedValue } from "./position.ts";
import type { CommandNode, FlagNode } from "./tree.ts";
import { listedValues, type ValueKinds, valueKinds } from "./value-kind.ts";

export interface Candidate {
  readonly text: string;
  /** One line; empty where there is nothing to say. */
  readonly description: string;
  /** More is to follow in the same word, so that no space does. */
  readonly goesOn?: boolean;
}

export interface Suggestions {
  /** All candidates that the tree holds. */
  readonly candidates: readonly Candidate[];
  /** The kinds of values that are wanted besides. */
  readonly kinds: ValueKinds;
  /** The part of the word before the value, as `--provider=`. */
  readonly prefix: string;
  /** The part of the word that a candidate has to begin with. */
  readonly text: string;
}

/** Everything that may stand at the position, whether it begins as the word does or not. */
export function suggestionsAt(position: Position): Suggestions {
  const { wanted, path, given } = position;
  const value = wantedValue(position);
  const flag = wanted.kind === "value" ? wanted.flag.long : undefined;
  const place = { command: commandWords(position), ...(flag !== undefined && { flag }) };
  const choices =
    value === undefined ? [] : listedValues({ ...place, value }).map((text) => ({ text, description: "" }));
  const kinds =
    value === undefined || choices.length > 0 ? [] : valueKinds({ ...place, value, before: position.before });
  if (wanted.kind === "value") return { candidates: choices, kinds, prefix: wanted.prefix, text: wanted.text };
  const { text, mayBeCommand, mayBeFlag } = wanted;
  if (text.startsWith("-") && mayBeFlag) return { candidates: flags(path, given), kinds: [], prefix: "", text };
  const commands = mayBeCommand ? (path.at(-1)?.commands ?? []) : [];
  const candidates = [...commands.map(commandCandidate), ...choices];
  // Flags are what is left if nothing else can stand here.
  const isEmpty = candidates.length === 0 && value === undefined;
  return { candidates: isEmpty && mayBeFlag ? flags(path, given) : candidates, kinds, prefix: "", text };
}

const commandCandidate = ({ name, summary }: CommandNode): Candidate => ({ text: name, description: summary });

/** Those of the command and of all above it that can still be given. */
function flags(path: readonly CommandNode[], given: Position["given"]): readonly Candidate[] {
  const known = new Map(flagsOn(path).map((flag) => [flag.long, flag]));
  const excluded = new Set([...given.keys()].flatMap(({ long, excludes }) => [long, ...excludes]));
  const isPossible = ({ long, isRepeatable, excludes }: FlagNode) =>
    (isRepeatable || !excluded.has(long)) &&
    !excludes.some((other) => [...given.keys()].some((one) => one.long === other));
  return [...known.values()].filter(isPossible).map(({ long, description }) => ({ text: long, description }));
}

/** The candidates that complete a word, once each, in their order. */
export function completing(candidates: readonly Candidate[], text: string): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const candidate of candidates)
    if (candidate.text.startsWith(text) && !found.has(candidate.text)) found.set(candidate.text, candidate);
  return [...found.values()];
}
