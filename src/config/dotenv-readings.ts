import { onceFor } from "../core/once.ts";
import type { Position, Problem } from "../core/result.ts";
import type { Texts } from "../text/message.ts";
import { type AssignedText, assignmentsIn, positionIn } from "./dotenv-document.ts";
import type { ValueFiles, Variables, VariablesText } from "./variables.ts";

/*
 * Values that dotenv reads otherwise than the person meant who wrote them. Its reading stays, since the published
 * OpenClaw has the same; whoever uses the value says so.
 */

type ReadingKind = keyof Texts["config"]["reading"];

interface Reading {
  readonly name: string;
  readonly kind: ReadingKind;
  readonly position: Position;
}

export interface ReadingProblem extends Problem {
  readonly name: string;
  /** True if nothing is left of the value. */
  readonly isEmpty: boolean;
}

/** Of each assignment that counts, the first odd thing, in the order of the file. */
export function readingProblems({ path, text }: VariablesText): readonly ReadingProblem[] {
  return readingsIn(text).map(({ name, kind, position }) => ({
    name,
    isEmpty: kind === "comment",
    message: (t) => t.config.reading[kind](name),
    hint: (t) => t.config.readingHint[kind],
    where: path,
    position,
  }));
}

/** Those of the variables that are used, or have no value because of it. */
export function usedReadings(
  names: readonly string[],
  variables: Variables,
  from: ValueFiles | undefined,
): readonly ReadingProblem[] {
  if (from === undefined) return [];
  const isUsed = ({ name, where }: ReadingProblem) => {
    const source = names.includes(name) ? variables.get(name)?.source : undefined;
    return where === (source === ".env" ? from.secrets.path : source === "gateway.env" && from.gatewayEnv?.path);
  };
  return allReadings(from).filter((reading) => !reading.isEmpty && isUsed(reading));
}

export const allReadings = onceFor(({ secrets, gatewayEnv }: ValueFiles): readonly ReadingProblem[] =>
  [secrets, ...(gatewayEnv === undefined ? [] : [gatewayEnv])].flatMap(readingProblems),
);

function readingsIn(text: string): readonly Reading[] {
  const assignments = assignmentsIn(text);
  const last = new Map(assignments.map((assigned) => [assigned.name, assigned]));
  const repeated = new Set(assignments.flatMap(({ name, value }) => (last.get(name)?.value === value ? [] : [name])));
  return assignments.flatMap((assigned): readonly Reading[] => {
    const { name } = assigned;
    if (last.get(name) !== assigned) return [];
    const found = oddityIn(assigned) ?? (repeated.has(name) ? (["repeated", assigned.lineStart] as const) : undefined);
    return found === undefined ? [] : [{ name, kind: found[0], position: positionIn(text, found[1]) }];
  });
}

const QUOTED = /^(["'`])([\s\S]*)\1$/;
/** An assignment that a quoted value took up. */
const INNER_LINE = /\n[^\S\n]*(?:export\s+)?[A-Z_][A-Z0-9_]*[^\S\n]*=/;
/** Several lines are as they should be. */
const PEM = "-----BEGIN";
const CURLY = "“”„‘’‚";

/** As most keys are. */
const PLAIN = /^[\w./:@+-]*$/;

/** The odd thing and its offset. */
function oddityIn({ value, valueStart, comment, lines }: AssignedText): readonly [ReadingKind, number] | undefined {
  const valueEnd = valueStart + value.length;
  // `#` begins a comment without a space before it.
  if (comment !== undefined && comment === valueEnd) return [value === "" ? "comment" : "cut", comment];
  if (lines > 0) return ["lines", valueStart];
  if (PLAIN.test(value)) return undefined;
  const [, quote, inner = ""] = QUOTED.exec(value) ?? [];
  if (quote === undefined) return unquotedOddity(value, valueStart);
  if (INNER_LINE.test(inner) && !inner.includes(PEM)) return ["lines", valueStart];
  if (quote === "`" && /^[a-z/.~][\w./-]*\s+\S/.test(inner)) return ["command", valueStart];
  // Two quoted parts: dotenv takes the quotes between them for text. Without a blank they may be text.
  if (
    inner
      .split(quote)
      .slice(1, -1)
      .some((part) => /^\s+$/.test(part))
  )
    return ["quotes", valueStart];
  if (inner !== inner.trim()) return ["spaces", valueStart];
  if (quote === '"' && /\\[nr]/.test(inner) && !inner.includes(PEM)) return ["escape", valueStart];
  const backslash = quote === '"' ? inner.search(ESCAPED) : -1;
  return backslash === -1 ? undefined : ["backslash", valueStart + 1 + backslash];
}

/** A backslash that a shell would take away. */
const ESCAPED = /\\["'`$#\\ ]|\\$/;

function unquotedOddity(value: string, start: number): readonly [ReadingKind, number] | undefined {
  const isQuote = (character: string) => `"'\`${CURLY}`.includes(character);
  const isEnclosed = value !== "" && (isQuote(value.charAt(0)) || isQuote(value.charAt(value.length - 1)));
  const pair = /^[{[]/.test(value) ? -1 : value.search(/(["'`]).*\1/);
  if (isEnclosed || pair !== -1) return ["quotes", start + Math.max(0, isEnclosed ? 0 : pair)];
  const backslash = value.search(ESCAPED);
  if (backslash !== -1) return ["backslash", start + backslash];
  const rest = value.search(/[;,]$|\s+(?:export\s+)?[A-Z_][A-Z0-9_]*=\S/);
  if (rest !== -1) return ["rest", start + rest];
  return value.startsWith("=") ? ["equals", start] : undefined;
}
