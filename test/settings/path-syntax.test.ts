import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPath, type JsonPath, type JsonValue } from "../../src/config/json5-value.ts";
import { parsePath, pathIn } from "../../src/settings/path-syntax.ts";
import { en } from "../../src/text/en/index.ts";
import { jsonValue, newKey, pathsIn } from "../support/json5-arbitrary.ts";

function read(text: string, value: JsonValue = {}): JsonPath | string {
  const parsed = parsePath(text);
  return parsed.ok ? pathIn(parsed.value, value) : parsed.error(en);
}

const CONFIG = { models: { providers: { "my-gw": { models: [{ id: "a" }] } } }, "0": { x: 1 }, list: [[1]] };

describe("a path of the configuration", () => {
  it.each<[string, JsonPath]>([
    ["gateway.port", ["gateway", "port"]],
    ["models.providers.my-gw.models[0].id", ["models", "providers", "my-gw", "models", 0, "id"]],
    ['models.providers["my-gw"].models[0]', ["models", "providers", "my-gw", "models", 0]],
    ["models.providers['my-gw'].models.0.id", ["models", "providers", "my-gw", "models", 0, "id"]],
    // Bash leaves this of brackets and quotes that are not quoted themselves.
    ["models.providers[my-gw].headers", ["models", "providers", "my-gw", "headers"]],
    ['models.providers."my-gw".headers', ["models", "providers", "my-gw", "headers"]],
    ['a["b.c"]["d]"]', ["a", "b.c", "d]"]],
    ["a.b\\.c", ["a", "b.c"]],
    ['a["say \\"hi\\"\\n\\u0041"]', ["a", 'say "hi"\nA']],
    ['["x"].y', ["x", "y"]],
    ["[x]", ["x"]],
    ['a[""]', ["a", ""]],
    // A number is an index in a list, and a key in an object; in brackets it makes a list where nothing is.
    ["0.x", ["0", "x"]],
    ["list.0[0]", ["list", 0, 0]],
    ['list["0"]', ["list", "0"]],
    ["new[0]", ["new", 0]],
    ["new.0", ["new", "0"]],
    ["list[01]", ["list", "01"]],
    ["agents.defaults.models[a/b@c.d]", ["agents", "defaults", "models", "a/b@c.d"]],
    ["$schema", ["$schema"]],
  ])("%s", (text, path) => {
    expect(read(text, CONFIG)).toEqual(path);
  });

  it.each([
    ["", 1],
    ["  ", 1],
    [".a", 1],
    ["a.", 3],
    ["a..b", 3],
    ["a[", 2],
    ["a[0", 2],
    ["a[]", 2],
    ['a["x]', 2],
    ["a]b", 2],
    ["a[0]b", 5],
    ['a."b', 3],
  ])("%j is refused, with the place", (text, column) => {
    expect(read(text)).toContain(`character ${column}:`);
  });

  it("is read as it is written by us, for every value and place in it", () => {
    fc.assert(
      fc.property(jsonValue, fc.nat(1000), (value, pick) => {
        const paths = pathsIn(value).filter((path) => path.length > 0);
        fc.pre(paths.length > 0);
        const path = paths[pick % paths.length] ?? [];
        // The spelling is trimmed, which a key without quotes cannot tell from its own blanks; ours quotes those.
        expect(read(formatPath(path), value)).toEqual(path);
      }),
    );
  });

  it("is read with keys in single quotes, and in no other way", () => {
    fc.assert(
      fc.property(fc.array(newKey, { minLength: 1, maxLength: 4 }), (keys) => {
        const quoted = (key: string) =>
          `['${key.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\0", "\\u0000")}']`;
        expect(read(keys.map(quoted).join(""))).toEqual(keys);
      }),
    );
  });

  it("is refused or read, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."a.[]\"'\\0 ") }), (text) => {
        const found = read(text);
        expect(typeof found === "string" || found.length > 0).toBe(true);
      }),
    );
  });
});
