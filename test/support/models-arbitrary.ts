import fc from "fast-check";

/** References, each unique by its id alone. */
const REFS = ["p/a", "p/b", "q/c", "q/@cf/d", "r/e"];
export const ref = fc.constantFrom(...REFS);
const NAMES = ["fast", "best", "x.y", "one:two"];
export const name = fc.constantFrom(...NAMES);
const space = fc.constantFrom("", " ", "\n  ", " /* note */ ", " // note\n", "\r\n\t");
/** The targets of the references. */
const PROVIDERS = Object.fromEntries(
  ["p", "q", "r"].map((id) => [
    id,
    {
      baseUrl: "http://127.0.0.1:1/v1",
      models: REFS.filter((one) => one.startsWith(`${id}/`)).map((one) => ({ id: one.slice(2), name: one })),
    },
  ]),
);
const quote = fc.constantFrom('"', "'");

/** A JSON5 text of a configuration, as untidy as people write them, and what it says. */
export const written = fc
  .record({
    primary: fc.option(ref, { nil: undefined }),
    fallbacks: fc.option(fc.uniqueArray(ref, { maxLength: 4 }), { nil: undefined }),
    isText: fc.boolean(),
    models: fc.option(
      fc.uniqueArray(fc.tuple(ref, fc.option(name, { nil: undefined })), {
        maxLength: 4,
        selector: ([one]) => one,
      }),
      { nil: undefined },
    ),
    allow: fc.option(fc.uniqueArray(fc.constantFrom(...REFS, "p/*"), { minLength: 1, maxLength: 3 }), {
      nil: undefined,
    }),
    spaces: fc.array(space, { minLength: 12, maxLength: 12 }),
    quotes: quote,
    trailing: fc.boolean(),
  })
  .map(({ primary, fallbacks, isText, models, allow, spaces, quotes: q, trailing }) => {
    let used = 0;
    const gap = () => spaces[used++ % spaces.length] ?? "";
    const text = (value: string) => `${q}${value}${q}`;
    const list = (items: readonly string[]) =>
      `[${gap()}${items.map((item) => `${text(item)}${gap()}`).join(`,${gap()}`)}${trailing && items.length > 0 ? "," : ""}${gap()}]`;
    const object = (members: readonly (readonly [string, string])[]) =>
      `{${gap()}${members.map(([key, value]) => `${key}:${gap()}${value}${gap()}`).join(`,${gap()}`)}${trailing && members.length > 0 ? "," : ""}${gap()}}`;
    const choice: readonly (readonly [string, string])[] =
      isText && primary !== undefined
        ? [["model", text(primary)]]
        : primary === undefined && fallbacks === undefined
          ? []
          : [
              [
                "model",
                object([
                  ...(primary === undefined ? [] : [["primary", text(primary)] as const]),
                  ...(fallbacks === undefined ? [] : [["fallbacks", list(fallbacks)] as const]),
                ]),
              ],
            ];
    const entries: readonly (readonly [string, string])[] =
      models === undefined
        ? []
        : [
            [
              "models",
              object(
                models.map(
                  ([key, alias]) => [text(key), object(alias === undefined ? [] : [["alias", text(alias)]])] as const,
                ),
              ),
            ],
          ];
    const policy: readonly (readonly [string, string])[] =
      allow === undefined ? [] : [["modelPolicy", object([["allow", list(allow)]])]];
    const defaults = object([...choice, ...entries, ...policy]);
    return `${gap()}${object([
      ["models", `{ providers: ${JSON.stringify(PROVIDERS)} }`],
      ["agents", object([["defaults", defaults]])],
    ])}${gap()}\n`;
  });
