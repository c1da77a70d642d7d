import { isList, isObject, type JsonPath, type JsonValue, memberOf } from "../config/json5-value.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { Message } from "../text/message.ts";

/** A step of a path as it is written. A bare number may be an index or a key: the value at hand decides. */
export interface WrittenStep {
  readonly name: string;
  readonly form: "dotted" | "bracketed" | "quoted";
}

const INDEX = /^(?:0|[1-9]\d*)$/;

/** @source JSON5, "Strings"; `\u` with four digits. Any other character stands for itself. */
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", 0: "\0" };

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([\dA-Fa-f]{4})|([\s\S]))/g, (_, hexadecimal?: string, character = "") =>
    hexadecimal === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number(`0x${hexadecimal}`)),
  );

/** A name ends at the next dot or bracket; a backslash takes the special meaning from what follows it. */
const NAME = /(?:\\[\s\S]|[^\\.[\]])+/y;
const QUOTED = /"((?:\\[\s\S]|[^\\"])*)"|'((?:\\[\s\S]|[^\\'])*)'/y;
const BRACKETED = /\[\s*(?:"((?:\\[\s\S]|[^\\"])*)"|'((?:\\[\s\S]|[^\\'])*)'|((?:\\[\s\S]|[^\\\]"'])+?))\s*\]/y;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * Reads a path such as `models.providers["cloudflare-ai-gateway"].models[0].id`, in the spelling of `formatPath` and
 * in those that shells leave of it: keys may be quoted after a dot, and unquoted in brackets.
 */
export function parsePath(written: string): Result<readonly WrittenStep[], Message> {
  const text = written.trim();
  const steps: WrittenStep[] = [];
  const wrongAt = (at: number): Result<never, Message> =>
    fail(({ settings }) => settings.pathSyntax({ column: at + 1, expected: expectedAt(text, at) }));
  for (let at = 0; at < text.length; ) {
    if (text[at] === "[") {
      const found = matchAt(BRACKETED, text, at);
      if (found === null) return wrongAt(at);
      const [whole, double, single, bare] = found;
      const quoted = double ?? single;
      steps.push({ name: unescaped(quoted ?? bare ?? ""), form: quoted === undefined ? "bracketed" : "quoted" });
      at += whole.length;
      continue;
    }
    const isFirst = steps.length === 0;
    if (!isFirst && text[at] !== ".") return wrongAt(at);
    const start = isFirst ? at : at + 1;
    const quoted = matchAt(QUOTED, text, start);
    const plain = quoted === null && !/["']/.test(text[start] ?? "") ? matchAt(NAME, text, start) : null;
    if (quoted !== null) steps.push({ name: unescaped(quoted[1] ?? quoted[2] ?? ""), form: "quoted" });
    else if (plain !== null) steps.push({ name: unescaped(plain[0]), form: "dotted" });
    else return wrongAt(start);
    at = start + (quoted ?? plain ?? [""])[0].length;
  }
  return steps.length === 0 ? wrongAt(0) : ok(steps);
}

function expectedAt(text: string, at: number): "key" | "bracket" | "separator" {
  if (text[at] === "[") return "bracket";
  return at === 0 || text[at - 1] === "." || text[at] === "." ? "key" : "separator";
}

/** The path that the steps lead along in a value, or would if what is missing were made. */
export function pathIn(steps: readonly WrittenStep[], value: JsonValue | undefined): JsonPath {
  let node: JsonValue | undefined = value;
  return steps.map(({ name, form }) => {
    const isIndex =
      form !== "quoted" && INDEX.test(name) && (isList(node) || (!isObject(node) && form === "bracketed"));
    const step = isIndex ? Number(name) : name;
    if (isList(node)) node = typeof step === "number" ? node[step] : undefined;
    else node = isObject(node) && typeof step === "string" ? memberOf(node, step) : undefined;
    return step;
  });
}
