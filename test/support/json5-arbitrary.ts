import fc from "fast-check";
import JSON5 from "json5";
import type { JsonPath, JsonValue } from "../../src/config/json5-value.ts";

/** Stands in every generated comment and nowhere else; in the finished text a number follows it. */
const MARK = "§";

const LINE_ENDS = ["\n", "\r\n", "\r", "\u2028", "\u2029"];

const lineEnd = fc.constantFrom(...LINE_ENDS);

const comment = fc.oneof(
  fc.constantFrom("", "*", " { ", "// ", "\n  ", '"', "'", ",").map((text) => `/*${MARK}${text}*/`),
  fc
    .tuple(fc.constantFrom("", " }", "/* ", " ' ", '"', ",", "\\"), lineEnd)
    .map(([text, end]) => `//${MARK}${text}${end}`),
);

const space = fc.constantFrom(" ", "  ", "\t", "\n", "\r\n", "\n  ", "\n    ", "\u00a0", "\u2028");

const trivia = fc
  .array(fc.oneof({ weight: 3, arbitrary: space }, { weight: 1, arbitrary: comment }), { maxLength: 4 })
  .map((parts) => parts.join(""));

const stringPiece = fc.constantFrom(
  ..."ab {}[],:/*-1".split(""),
  ...["//", "/*", "*/", "é", "日", "😀", "\u2028", "\u00a0"],
  ...["\\n", "\\'", '\\"', "\\\\", "\\x41", "\\u0062", "\\uD83D", "\\0 ", "\\q"],
  ...LINE_ENDS.map((end) => `\\${end}`),
);

const quoted = fc
  .tuple(fc.constantFrom('"', "'"), fc.array(stringPiece, { maxLength: 6 }), fc.boolean())
  .map(([quote, pieces, other]) => {
    const otherQuote = quote === '"' ? "'" : '"';
    return quote + pieces.join("") + (other ? otherQuote : "") + quote;
  });

const number = fc.constantFrom(
  "0",
  "-0",
  "+1",
  "0x1F",
  "-0xa",
  ".5",
  "5.",
  "1e3",
  "-2.5E-7",
  "NaN",
  "-Infinity",
  "Infinity",
);

const scalar = fc.oneof(fc.constantFrom("null", "true", "false"), number, quoted);

/** Few names, so that some come twice in an object. */
const key = fc.oneof(
  fc.constantFrom("a", "b", "c", "$x", "_", "ключ", "null", "Infinity", "\\u0061", "c\\u0064"),
  fc.constantFrom("__proto__", "'__proto__'", '"a"', "'b'", '"x-y"', "constructor", '"toString"', '""', "'\\u0061'"),
  quoted,
);

interface Layout {
  /** Whether anything may stand between a key and its value. */
  readonly insideMembers: boolean;
}

function documentText({ insideMembers }: Layout): fc.Arbitrary<string> {
  const inMember = insideMembers ? trivia : fc.constantFrom("", " ");
  const { value } = fc.letrec<{ value: string; list: string; object: string }>((tie) => {
    const container = (open: string, entry: fc.Arbitrary<string>, close: string) =>
      fc
        .tuple(trivia, fc.array(fc.tuple(entry, trivia, trivia), { maxLength: 5 }), fc.boolean(), trivia)
        .map(([first, entries, trailingComma, last]) => {
          const inner = entries.map(([text, before, after], index) =>
            index < entries.length - 1 || trailingComma ? `${text}${before},${after}` : `${text}${before}`,
          );
          return open + first + inner.join("") + last + close;
        });
    return {
      value: fc.oneof({ depthSize: "small", withCrossShrink: true }, scalar, tie("object"), tie("list")),
      list: container("[", tie("value"), "]"),
      object: container(
        "{",
        fc.tuple(key, inMember, inMember, tie("value")).map(([k, x, y, v]) => `${k}${x}:${y}${v}`),
        "}",
      ),
    };
  });
  return fc.tuple(fc.constantFrom("", "\uFEFF"), trivia, value, trivia).map((parts) => {
    let count = 0;
    return parts.join("").replaceAll(MARK, () => `${MARK}${count++};`);
  });
}

/** JSON5 documents written in every way that JSON5 allows, comments and duplicate keys included. */
export const json5Text = documentText({ insideMembers: true });

/** The same without comments between a key and its value. */
export const json5TextWithTightMembers = documentText({ insideMembers: false });

/** The marks of all comments of a generated document. */
export const commentMarks = (text: string): string[] => text.match(/§\d+;/g) ?? [];

const name = fc.oneof(fc.constantFrom("a", "b", "new", "x-y", "__proto__", "constructor", "ключ", "1"), fc.string());

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("it's", 'say "hi"', "\\", "\u2028\u2029", "\ud800", "\r\n"),
);

function valueWith(scalars: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonValue> {
  return fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      scalars,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
    ),
  })).value;
}

const plainScalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Values JSON can hold. */
export const jsonValue = valueWith(plainScalar);

/** Values JSON5 can hold. */
export const json5Value = valueWith(fc.oneof(plainScalar, fc.constantFrom(-0, Number.NaN, Infinity, -Infinity)));

/** Values that are neither object nor list. */
export const json5Scalar: fc.Arbitrary<JsonValue> = fc.oneof(plainScalar, fc.constantFrom(-0, Number.NaN, Infinity));

/** What json5, the independent judge, reads. */
export const judge = (document: string): JsonValue => JSON5.parse(document);

/** Every path in a value, the root's first. */
export function pathsIn(value: JsonValue, path: JsonPath = []): JsonPath[] {
  if (value === null || typeof value !== "object") return [path];
  const steps: [string | number, JsonValue][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...steps.flatMap(([step, inner]) => pathsIn(inner, [...path, step]))];
}

/** Keys for new members. */
export const newKey = fc.oneof(
  fc.constantFrom("new", "x-y", "__proto__", "constructor", "ключ", "1", "it's"),
  fc.string(),
);

/** Whether a value is an object or a list. */
export const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/** What is at `path`; own keys only. */
export const at = (value: unknown, path: JsonPath): unknown =>
  path.reduce<unknown>((inner, step) => Object.getOwnPropertyDescriptor(inner, step)?.value, value);

/** Sets `path` in `root` itself, which has to belong to the caller. */
export function assign(root: JsonValue, path: JsonPath, value: JsonValue): JsonValue {
  const step = path.at(-1);
  if (step === undefined) return value;
  const parent = at(root, path.slice(0, -1));
  Object.defineProperty(parent, step, { value, writable: true, enumerable: true, configurable: true });
  return root;
}

/** Removes `path` from `root` itself. */
export function remove(root: JsonValue, path: JsonPath): JsonValue {
  const parent = at(root, path.slice(0, -1));
  const step = path.at(-1) ?? "";
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else if (isContainer(parent)) Reflect.deleteProperty(parent, step);
  return root;
}
