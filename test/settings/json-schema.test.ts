import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isObject, type JsonValue } from "../../src/config/json5-value.ts";
import { CONFIG_SHAPE, schemaProblems } from "../../src/config/schema.ts";
import type { Shape } from "../../src/config/shape.ts";
import { configSchema, type JsonSchema } from "../../src/settings/json-schema.ts";
import { en } from "../../src/text/en/index.ts";

const SCHEMA = configSchema(en.settings);

/** The keywords that the schema uses, as JSON Schema (draft 7) defines them; an unknown one is an error. */
function accepts(schema: JsonSchema, value: JsonValue): boolean {
  return Object.entries(schema).every(([keyword, argument]) => {
    const rule = RULES[keyword];
    if (rule === undefined) throw new Error(`unknown keyword ${keyword}`);
    return rule(argument as never, value, schema);
  });
}

type Rule = (argument: never, value: JsonValue, schema: JsonSchema) => boolean;

const TYPES: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
};

const ifNumber = (value: JsonValue, holds: (number: number) => boolean) => typeof value !== "number" || holds(value);
const members = (value: JsonValue) => (isObject(value) ? Object.entries(value) : []);
const ALWAYS: Rule = () => true;

const RULES: Readonly<Record<string, Rule>> = {
  $schema: ALWAYS,
  title: ALWAYS,
  description: ALWAYS,
  examples: ALWAYS,
  allowComments: ALWAYS,
  allowTrailingCommas: ALWAYS,
  type: (name: string, value) => TYPES[name]?.(value) ?? false,
  minLength: (least: number, value) => typeof value !== "string" || value.length >= least,
  minimum: (least: number, value) => ifNumber(value, (number) => number >= least),
  maximum: (most: number, value) => ifNumber(value, (number) => number <= most),
  exclusiveMinimum: (bound: number, value) => ifNumber(value, (number) => number > bound),
  enum: (values: readonly JsonValue[], value) => values.includes(value),
  const: (one: JsonValue, value) => one === value,
  items: (item: JsonSchema, value) => !Array.isArray(value) || value.every((one) => accepts(item, one)),
  properties: (properties: Record<string, JsonSchema>, value) =>
    members(value).every(([key, item]) => {
      const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
      return schema === undefined || accepts(schema, item);
    }),
  additionalProperties: (schema: JsonSchema, value, { properties = {} }) =>
    members(value).every(([key, item]) => Object.hasOwn(properties, key) || accepts(schema, item)),
  required: (keys: readonly string[], value) => !isObject(value) || keys.every((key) => Object.hasOwn(value, key)),
  anyOf: (schemas: readonly JsonSchema[], value) => schemas.some((schema) => accepts(schema, value)),
  allOf: (schemas: readonly JsonSchema[], value) => schemas.every((schema) => accepts(schema, value)),
  if: (condition: JsonSchema, value, { then: consequence = {} }) =>
    !accepts(condition, value) || accepts(consequence, value),
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema.
  then: ALWAYS,
};

const odd: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(null, true, 0, -1, 1.5, 70_000, "", "x", [], {}, ["x"]);

/** Values that fit a shape, and some that nearly do. */
function valuesOf({ structure }: Shape<unknown>): fc.Arbitrary<JsonValue> {
  const fitting = (): fc.Arbitrary<JsonValue> => {
    switch (structure.kind) {
      case "text":
        return fc.constantFrom("a", "env", "exec", "file", "token", "b", "c", "d", "");
      case "boolean":
        return fc.boolean();
      case "number":
        return fc.constantFrom(1, 2, 3, 80, 65_535, 65_536, 2.5, 0);
      case "choice":
        return fc.constantFrom(...structure.values);
      case "list":
        return fc.array(valuesOf(structure.item), { maxLength: 2 });
      case "map":
        return fc.dictionary(fc.constantFrom("a", "b"), valuesOf(structure.item), { maxKeys: 2 });
      case "either":
        return fc.oneof(...structure.shapes.map(valuesOf));
      case "object": {
        const fields = Object.entries(structure.fields).map(([key, shape]) => [key, valuesOf(shape)] as const);
        return fc.record(
          { ...Object.fromEntries(fields), other: fc.constantFrom<JsonValue>(1, {}) },
          { requiredKeys: [] },
        ) as fc.Arbitrary<JsonValue>;
      }
    }
  };
  return fc.oneof({ weight: 60, arbitrary: fitting() }, { weight: 1, arbitrary: odd });
}

describe("the schema for editors", () => {
  it("accepts what the program accepts, and nothing else", () => {
    let accepted = 0;
    fc.assert(
      fc.property(valuesOf(CONFIG_SHAPE), (value) => {
        const isValid = schemaProblems(value).length === 0;
        if (isValid) accepted += 1;
        expect(accepts(SCHEMA, value)).toBe(isValid);
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it("requires nothing of an object that includes a file", () => {
    const model = (entry: JsonValue) => ({ models: { providers: { x: { models: [entry] } } } });
    expect(accepts(SCHEMA, model({ id: "a" }))).toBe(false);
    expect(accepts(SCHEMA, model({ $include: "./a.json5" }))).toBe(true);
    expect(accepts(SCHEMA, { $schema: "./x.json", models: { $include: ["./a.json5"] } })).toBe(true);
  });

  it("describes keys, and describes none that it has not", () => {
    const described = new Set<string>();
    const visit = (schema: JsonSchema, path: readonly string[]) => {
      if (schema.description !== undefined) described.add(path.join("."));
      for (const [key, below] of Object.entries(schema.properties ?? {})) visit(below, [...path, key]);
      for (const below of [schema.additionalProperties, schema.items]) if (below) visit(below, [...path, "*"]);
      for (const below of schema.anyOf ?? []) visit(below, path);
    };
    visit(SCHEMA, []);
    const names = [...described].filter((name) => !name.endsWith("$include"));
    expect(names.sort()).toEqual(
      Object.keys(en.settings.keys)
        .filter((name) => name !== "$include")
        .sort(),
    );
  });

  it("names the keys of other features, which editors complete", () => {
    expect(Object.keys(SCHEMA.properties ?? {})).toEqual(expect.arrayContaining(["channels", "hooks", "$schema"]));
    expect(Object.keys(SCHEMA.properties?.gateway?.properties ?? {})).toContain("reload");
    // Which 2026.9.6 rejects.
    expect(Object.keys(SCHEMA.properties ?? {})).not.toContain("canvasHost");
  });
});
