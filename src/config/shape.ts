import type { JsonPath } from "./json5-value.ts";

export interface ShapeProblem {
  readonly path: JsonPath;
  /** "must be …" or "is missing". */
  readonly message: string;
}

type Report = (path: JsonPath, message: string) => void;

/** What a value may look like. It judges and never changes the value. */
export interface Shape<T> {
  /** Carries the type for `Infer`; never set. */
  readonly type?: T;
  /** The words after "must be". */
  readonly words: string;
  /** Whether the value is of this kind at all; `inside` then looks at its parts. */
  readonly accepts: (value: unknown) => boolean;
  readonly inside?: (value: never, path: JsonPath, report: Report) => void;
}

export type Infer<S> = S extends Shape<infer T> ? T : never;

function visit(shape: Shape<unknown>, value: unknown, path: JsonPath, report: Report): void {
  if (shape.accepts(value)) shape.inside?.(value as never, path, report);
  else report(path, `must be ${shape.words}`);
}

/** Everything in `value` that is not of the shape, in the order of the shape. */
export function problemsOf(shape: Shape<unknown>, value: unknown): readonly ShapeProblem[] {
  const problems: ShapeProblem[] = [];
  visit(shape, value, [], (path, message) => problems.push({ path, message }));
  return problems;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const text: Shape<string> = {
  words: "a text that is not empty",
  accepts: (value) => typeof value === "string" && value !== "",
};

export const anyText: Shape<string> = { words: "a text", accepts: (value) => typeof value === "string" };

export const yesOrNo: Shape<boolean> = { words: "true or false", accepts: (value) => typeof value === "boolean" };

export const positive: Shape<number> = {
  words: "a number above 0",
  accepts: (value) => Number.isFinite(value) && (value as number) > 0,
};

export const wholeNumber = (min: number, max: number): Shape<number> => ({
  words: max === Number.POSITIVE_INFINITY ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`,
  accepts: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
});

export const oneOf = <const T extends string>(...allowed: readonly T[]): Shape<T> => ({
  words: `one of ${allowed.join(", ")}`,
  accepts: (value) => (allowed as readonly unknown[]).includes(value),
});

export const listOf = <T>(item: Shape<T>): Shape<readonly T[]> => ({
  words: "a list [ ]",
  accepts: Array.isArray,
  inside: (list: readonly unknown[], path, report) => {
    for (const [index, value] of list.entries()) visit(item, value, [...path, index], report);
  },
});

/** An object whose keys are the user's. */
export const mapOf = <T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> => ({
  words: "an object { }",
  accepts: isObject,
  inside: (map: Readonly<Record<string, unknown>>, path, report) => {
    for (const [key, value] of Object.entries(map)) visit(item, value, [...path, key], report);
  },
});

type Fields = Readonly<Record<string, Shape<unknown>>>;

/** An object with keys of ours among others, which pass unjudged. */
export function object<F extends Fields, const R extends keyof F & string = never>(
  fields: F,
  required: readonly R[] = [],
): Shape<{ readonly [K in Exclude<keyof F, R>]?: Infer<F[K]> } & { readonly [K in R]: Infer<F[K]> }> {
  return {
    words: "an object { }",
    accepts: isObject,
    inside: (value: Readonly<Record<string, unknown>>, path, report) => {
      for (const [key, shape] of Object.entries(fields)) {
        if (Object.hasOwn(value, key)) visit(shape, value[key], [...path, key], report);
        else if ((required as readonly string[]).includes(key)) report([...path, key], "is missing");
      }
    },
  };
}

/** A shape whose member `key` decides by its text which other member may not be missing. */
export const needing = <T>(shape: Shape<T>, key: string, needed: Readonly<Record<string, string>>): Shape<T> => ({
  ...shape,
  inside: (value: never, path, report) => {
    shape.inside?.(value, path, report);
    const { [key]: decides, ...others } = value as Readonly<Record<string, unknown>>;
    const other = typeof decides === "string" && Object.hasOwn(needed, decides) ? needed[decides] : undefined;
    if (other !== undefined && !Object.hasOwn(others, other))
      report([...path, other], `is missing, which ${key} '${decides}' needs`);
  },
});

/** The first shape that accepts the value decides. */
export const either = <A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> => ({
  words: `${first.words} or ${second.words}`,
  accepts: (value) => first.accepts(value) || second.accepts(value),
  inside: (value, path, report) => visit(first.accepts(value) ? first : second, value, path, report),
});
