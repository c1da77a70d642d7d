import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "rolldown/parseAst";

/** A literal of a file with texts; each value in it is `§`. */
export interface Sentence {
  readonly text: string;
  readonly line: number;
  readonly hasValues: boolean;
  /** The tag of a template, such as `zh`. */
  readonly tag: string | undefined;
}

/** A node of the syntax tree, with the fields of those that are looked at. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly value?: unknown;
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
  readonly expressions?: readonly Node[];
  readonly expression?: Node;
  readonly tag?: { readonly name?: string };
  readonly quasi?: Node;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** Names of properties and modules are no sentences, and neither is what a value is compared with. */
const isName = (parent: Node, field: string) =>
  ["key", "source"].includes(field) ||
  (field === "property" && parent.type === "MemberExpression") ||
  parent.type === "BinaryExpression";

/** Every literal of a room's file. */
export function sentencesIn(language: string, room: string): readonly Sentence[] {
  const code = readFileSync(join("src", "text", language, `${room}.ts`), "utf8");
  const sentence = (text: string, { start }: Node, hasValues = false, tag?: string): Sentence => ({
    text,
    line: code.slice(0, start).split("\n").length,
    hasValues,
    tag,
  });
  const below = (node: Node, tag?: string): readonly Sentence[] => {
    const { type, value, quasis, expressions = [], expression, quasi } = node;
    if (type === "TSAsExpression" || type === "TSSatisfiesExpression") return expression ? below(expression) : [];
    if (type.startsWith("TS")) return [];
    if (type === "Literal") return typeof value === "string" ? [sentence(value, node)] : [];
    if (quasi !== undefined) return below(quasi, node.tag?.name);
    if (quasis !== undefined) {
      const text = quasis.map((part) => part.value.cooked).join("§");
      return [sentence(text, node, expressions.length > 0, tag), ...expressions.flatMap((one) => below(one))];
    }
    return Object.entries(node).flatMap(([field, fields]) =>
      isName(node, field) ? [] : [fields].flat().flatMap((one) => (isNode(one) ? below(one) : [])),
    );
  };
  return below(parseAst(code, { lang: "ts" }) as unknown as Node);
}
