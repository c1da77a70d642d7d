import fc from "fast-check";
import { parse, TomlDate, type TomlValue } from "smol-toml";

/** As smol-toml reads it, with every kind of value told apart, by itself. */
export type Read = string | readonly Read[] | { readonly [key: string]: Read };

export function judge(text: string): Read {
  const read = (value: TomlValue): Read => {
    if (Array.isArray(value)) return value.map(read);
    if (value instanceof TomlDate) return `date ${value.toISOString()}`;
    if (typeof value !== "object") return `${typeof value} ${Object.is(value, -0) ? "-0" : value}`;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, read(inner as TomlValue)]));
  };
  return read(parse(text, { integersAsBigInt: true }));
}

function isToml(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

const comment = fc.constantFrom("", "", "", " # c", "# [x]", " # a = 1", '\t# """', " # '''");

const scalar = fc.constantFrom(
  ...["1", "-0", "+7", "0xFF", "1_000", "9223372036854775807", "1.0", "-2.5e-3", "nan", "-inf", "true", "false"],
  ...["1979-05-27T07:32:00Z", "1979-05-27 07:32:00", "1979-05-27", "07:32:00"],
  ...['""', "''", '"a # b"', "'a \\'", '"\\"]"', '"\\u0041\\n"', "'[x]'", '"{}"', '"é日😀"'],
  ...['"""\na\n[b]\nc = 1\n"""', "'''\nx = '1'\n# y\n'''", '""""q""""', "''''q'''''", '"""\\\n   a"""', '"""\\""""'],
);

const key = fc.constantFrom(
  ...["a", "b", "c", "model", "x-y", "1", "_"],
  ...['"a"', "'b'", '"x.y"', "'# c'", '"[a]"', '"\\u0061"', '""', '"é"', '"__proto__"', "constructor"],
);

const dot = fc.constantFrom(".", ".", " . ", ".\t");
const path = fc
  .tuple(key, fc.array(fc.tuple(dot, key), { maxLength: 2 }))
  .map(([first, more]) => [first, ...more.flat()].join(""));

const equals = fc.constantFrom(" = ", " = ", "=", "= ", "  =\t");

const { value } = fc.letrec<{ value: string; list: string; inline: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, { weight: 5, arbitrary: scalar }, tie("list"), tie("inline")),
  list: fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom("", " ", "\n  ", "\n # , ]\n "), tie("value")), { maxLength: 3 }),
      fc.constantFrom("", ",", " ,\n", ", # ]\n"),
    )
    .map(([items, end]) => `[${items.map(([gap, item]) => gap + item).join(",")}${items.length > 0 ? end : ""}]`),
  inline: fc
    .tuple(
      fc.array(
        fc.tuple(key, equals, tie("value")).map((parts) => parts.join("")),
        { maxLength: 3 },
      ),
      fc.constantFrom("", " "),
      fc.constantFrom(", ", ",", ",\n  "),
    )
    .map(([entries, pad, comma]) => (entries.length === 0 ? "{}" : `{${pad}${entries.join(comma)}${pad}}`)),
}));

const indent = fc.constantFrom("", "", "  ", "\t");

const line = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(indent, path, equals, value, comment).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: fc.tuple(indent, path, comment).map(([gap, name, end]) => `${gap}[${name}]${end}`) },
  { weight: 1, arbitrary: path.map((name) => `[[ ${name} ]]`) },
  { weight: 1, arbitrary: fc.constantFrom("", "  ", "# a comment", "#[t]", "# x = '''") },
);

/** Documents of lines that go together: one that would make a document invalid is left out. */
export const tomlText = fc
  .tuple(
    fc.constantFrom("", "", "\uFEFF"),
    fc.array(line, { maxLength: 12 }),
    fc.constantFrom("\n", "\n", "\r\n"),
    fc.boolean(),
  )
  .map(([mark, lines, eol, ends]) => {
    const kept: string[] = [];
    for (const one of lines) if (isToml([...kept, one].join("\n"))) kept.push(one);
    const text = kept.join("\n") + (ends && kept.length > 0 ? "\n" : "");
    return mark + text.replaceAll("\n", eol);
  })
  .filter(isToml);

export const scalarSource = scalar;
