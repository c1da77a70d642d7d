import { isObject } from "../core/json.ts";
import { nearest } from "../core/similar.ts";
import type { Message, Texts } from "../text/message.ts";
import { formatPath, type JsonPath } from "./json5-value.ts";

export interface ShapeProblem {
  readonly path: JsonPath;
  readonly message: Message;
  readonly hint?: Message;
}

type ReportProblem = (path: JsonPath, message: (path: string) => Message, hint?: Message) => void;

/** Suggests what was probably meant with a value that is not accepted. */
type Suggest = (value: unknown) => Message | undefined;

/** The words after "must be" in a message about a value. */
type Expected = (words: Texts["config"]["expected"]) => string;

/** A rule as data, for whoever describes the configuration instead of judging one. */
export type Structure =
  | { readonly kind: "text"; readonly mayBeEmpty: boolean }
  | { readonly kind: "boolean" }
  | { readonly kind: "number"; readonly above?: number; readonly min?: number; readonly max?: number }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | { readonly kind: "list" | "map"; readonly item: Shape<unknown> }
  | {
      readonly kind: "object";
      readonly fields: Fields;
      readonly required: readonly string[];
      /** The value of a key, and of which others it requires one. */
      readonly needs?: { readonly key: string; readonly needed: Readonly<Record<string, readonly string[]>> };
    }
  | { readonly kind: "either"; readonly shapes: readonly Shape<unknown>[] };

/** A validation rule. It never changes the value. */
export interface Shape<T> {
  /** Carries the type for `Infer`; never set. */
  readonly type?: T;
  readonly structure: Structure;
  readonly expected: Expected;
  /** Checks the value's own kind; `inside` then checks its parts. */
  readonly accepts: (value: unknown) => boolean;
  readonly meant?: Suggest;
  readonly inside?: (value: never, path: JsonPath, report: ReportProblem) => void;
}

export type Infer<S> = S extends Shape<infer T> ? T : never;

function visit(shape: Shape<unknown>, value: unknown, path: JsonPath, report: ReportProblem): void {
  if (shape.accepts(value)) shape.inside?.(value as never, path, report);
  else
    report(
      path,
      (place) =>
        ({ config }) =>
          config.mustBe({ path: place, expected: shape.expected(config.expected) }),
      shape.meant?.(value),
    );
}

export function violationsIn(shape: Shape<unknown>, value: unknown): readonly ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  visit(shape, value, [], (path, message, hint) =>
    problems.push({ path, message: message(formatPath(path)), ...(hint && { hint }) }),
  );
  return problems;
}

export const text: Shape<string> = {
  structure: { kind: "text", mayBeEmpty: false },
  expected: (words) => words.nonEmptyString,
  accepts: (value) => typeof value === "string" && value !== "",
};

export const anyText: Shape<string> = {
  structure: { kind: "text", mayBeEmpty: true },
  expected: (words) => words.string,
  accepts: (value) => typeof value === "string",
};

export const yesOrNo: Shape<boolean> = {
  structure: { kind: "boolean" },
  expected: (words) => words.boolean,
  accepts: (value) => typeof value === "boolean",
};

export const positive: Shape<number> = {
  structure: { kind: "number", above: 0 },
  expected: (words) => words.positive,
  accepts: (value) => Number.isFinite(value) && (value as number) > 0,
};

export const wholeNumber = (min: number, max: number): Shape<number> => ({
  structure: { kind: "number", min, max },
  expected: (words) => (max === Number.POSITIVE_INFINITY ? words.wholeFrom(min) : words.wholeBetween({ min, max })),
  accepts: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
});

export const oneOf = <const T extends string>(...allowed: readonly T[]): Shape<T> => ({
  structure: { kind: "choice", values: allowed },
  expected: (words) => words.oneOf(allowed),
  accepts: (value) => (allowed as readonly unknown[]).includes(value),
  meant: (value) => {
    const meant = typeof value === "string" ? nearest(value, allowed) : undefined;
    return meant === undefined ? undefined : ({ config }) => config.didYouMean(meant);
  },
});

export const listOf = <T>(item: Shape<T>): Shape<readonly T[]> => ({
  structure: { kind: "list", item },
  expected: (words) => words.list,
  accepts: Array.isArray,
  inside: (list: readonly unknown[], path, report) => {
    for (const [index, value] of list.entries()) visit(item, value, [...path, index], report);
  },
});

/** An object whose keys are chosen by the user. */
export const mapOf = <T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> => ({
  structure: { kind: "map", item },
  expected: (words) => words.object,
  accepts: isObject,
  inside: (map: Readonly<Record<string, unknown>>, path, report) => {
    for (const [key, value] of Object.entries(map)) visit(item, value, [...path, key], report);
  },
});

const isMissing =
  (path: string): Message =>
  ({ config }) =>
    config.isMissing(path);

type Fields = Readonly<Record<string, Shape<unknown>>>;

/** Keys that are not listed are ignored. */
export function object<F extends Fields, const R extends keyof F & string = never>(
  fields: F,
  required: readonly R[] = [],
): Shape<{ readonly [K in Exclude<keyof F, R>]?: Infer<F[K]> } & { readonly [K in R]: Infer<F[K]> }> {
  return {
    structure: { kind: "object", fields, required },
    expected: (words) => words.object,
    accepts: isObject,
    inside: (value: Readonly<Record<string, unknown>>, path, report) => {
      for (const [key, shape] of Object.entries(fields)) {
        if (Object.hasOwn(value, key)) visit(shape, value[key], [...path, key], report);
        else if ((required as readonly string[]).includes(key)) report([...path, key], isMissing);
      }
    },
  };
}

/** The string value of `key` decides which other member is required, or one of several; the first is the usual one. */
export const needing = <T>(
  shape: Shape<T>,
  key: string,
  needed: Readonly<Record<string, readonly [string, ...string[]]>>,
): Shape<T> => ({
  ...shape,
  structure: shape.structure.kind === "object" ? { ...shape.structure, needs: { key, needed } } : shape.structure,
  inside: (value: never, path, report) => {
    shape.inside?.(value, path, report);
    const { [key]: decides, ...others } = value as Readonly<Record<string, unknown>>;
    const alternatives = typeof decides === "string" && Object.hasOwn(needed, decides) ? needed[decides] : undefined;
    if (alternatives !== undefined && !alternatives.some((other) => Object.hasOwn(others, other)))
      report(
        [...path, alternatives[0]],
        (place) =>
          ({ config }) =>
            config.isMissingFor({ path: place, key, value: String(decides) }),
      );
  },
});

/** Accepts what either shape accepts; the first one that does validates the parts. */
export const either = <A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> => ({
  structure: { kind: "either", shapes: [first, second] },
  expected: (words) => words.either([first.expected(words), second.expected(words)]),
  accepts: (value) => first.accepts(value) || second.accepts(value),
  inside: (value, path, report) => visit(first.accepts(value) ? first : second, value, path, report),
});
