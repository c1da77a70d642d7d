import { publishedAt } from "../config/published-keys.ts";
import { CONFIG_SHAPE } from "../config/schema.ts";
import type { Shape, Structure } from "../config/shape.ts";
import type { Texts } from "../text/message.ts";

/** The keywords of JSON Schema, draft 7, that are used here. */
export interface JsonSchema {
  $schema?: string;
  title?: string;
  description?: string;
  type?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  enum?: readonly string[];
  const?: string;
  examples?: readonly string[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema;
  required?: readonly string[];
  anyOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
  if?: JsonSchema;
  then?: JsonSchema;
  /** @source VS Code's language server for JSON. */
  allowComments?: boolean;
  allowTrailingCommas?: boolean;
}

/** @source the published OpenClaw's schema, 2026.5.28; other texts are accepted as well, for newer versions. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  "models.providers.*.api": ["anthropic-messages", "openai-completions", "openai-responses", "google-generative-ai"],
  "models.providers.*.auth": ["api-key", "token", "oauth", "aws-sdk"],
  "secrets.providers.*.source": ["env", "file", "exec"],
  "models.providers.*.models.*.input": [],
};

type SchemaTexts = Texts["settings"];

/**
 * The schema by which editors complete and check `openclaw.json`: our keys with their values, and the keys of other features that every
 * known version of OpenClaw accepts, by name only. Unknown keys are allowed, as everywhere.
 * @why draft 7: VS Code, JetBrains and Neovim all know that one.
 */
export function configSchema(text: SchemaTexts): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: text.schemaTitle,
    allowComments: true,
    allowTrailingCommas: true,
    ...described(CONFIG_SHAPE, [], text),
  };
}

function described(shape: Shape<unknown>, path: readonly string[], text: SchemaTexts): JsonSchema {
  const name = path.join(".");
  const description = Object.hasOwn(text.keys, name) ? text.keys[name] : undefined;
  const examples = EXAMPLES[name] ?? [];
  return {
    ...(description !== undefined && { description }),
    ...rule(shape.structure, path, text),
    ...(examples.length > 0 && { examples }),
  };
}

function rule(structure: Structure, path: readonly string[], text: SchemaTexts): JsonSchema {
  switch (structure.kind) {
    case "text":
      return { type: "string", ...(!structure.mayBeEmpty && { minLength: 1 }) };
    case "boolean":
      return { type: "boolean" };
    case "number":
      return numeric(structure);
    case "choice":
      return { enum: structure.values };
    case "list":
      return { type: "array", items: described(structure.item, [...path, "*"], text) };
    case "map":
      return withInclude(
        { type: "object", additionalProperties: described(structure.item, [...path, "*"], text) },
        text,
      );
    case "either":
      return { anyOf: structure.shapes.map((one) => rule(one.structure, path, text)) };
    case "object":
      return objectRule(structure, path, text);
  }
}

const numeric = ({ above, min, max }: Extract<Structure, { kind: "number" }>): JsonSchema =>
  above === undefined
    ? {
        type: "integer",
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && Number.isFinite(max) && { maximum: max }),
      }
    : { type: "number", exclusiveMinimum: above };

function objectRule(
  { fields, required, needs }: Extract<Structure, { kind: "object" }>,
  path: readonly string[],
  text: SchemaTexts,
): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([key, shape]) => [key, described(shape, [...path, key], text)]),
  );
  const published = publishedAt(path);
  const others = [...(published?.keys ?? [])].flatMap(([key, rejecting]) =>
    rejecting.length > 0 || Object.hasOwn(properties, key) ? [] : [[key, plainKey(key, path, text)] as const],
  );
  // A file that is included may have what is required.
  const needed = (keys: readonly string[]): JsonSchema => ({
    anyOf: [...keys.map((key) => ({ required: [key] })), { required: ["$include"] }],
  });
  const cases = Object.entries(needs?.needed ?? {}).map(([value, keys]) => ({
    if: { properties: { [needs?.key ?? ""]: { const: value } }, required: [needs?.key ?? ""] },
    // biome-ignore lint/suspicious/noThenProperty: see above.
    then: needed(keys),
  }));
  const rules = [...required.map((key) => needed([key])), ...cases];
  const known = { type: "object", properties: { ...properties, ...Object.fromEntries(others) } };
  return { ...withInclude(known, text), ...(rules.length > 0 && { allOf: rules }) };
}

const plainKey = (key: string, path: readonly string[], { keys }: SchemaTexts): JsonSchema => {
  const description = keys[[...path, key].join(".")];
  return description === undefined ? {} : { description };
};

const withInclude = (schema: JsonSchema, { keys }: SchemaTexts): JsonSchema => ({
  ...schema,
  properties: {
    ...schema.properties,
    $include: {
      ...(keys.$include !== undefined && { description: keys.$include }),
      anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
    },
  },
});
