import { formatPath, isList, isObject, type JsonPath, type JsonValue, valueAt } from "../config/json5-value.ts";
import type { Candidate } from "./suggest.ts";

/** Keys that may stand in an object, by its path; `*` in the path is any key or index. */
export type KnownKeys = (path: readonly string[]) => readonly string[];

interface Step extends Candidate {
  readonly key: string | number;
}

/**
 * Paths one step below what the text names already: those that exist, then those that could. What names an object in
 * full is gone on from.
 */
export function configPathCandidates(root: JsonValue, known: KnownKeys, text: string): readonly Candidate[] {
  const { head, steps, rest } = splitPath(text);
  const here = stepsBelow(steps, { head, dotted: rest.startsWith(".") }, root, known);
  const begun = here.filter((step) => step.text.startsWith(text));
  const [only] = begun;
  if (begun.length !== 1 || only === undefined || only.text !== text || !only.goesOn) return here;
  return stepsBelow([...steps, only.key], { head: text, dotted: false }, root, known);
}

/** Splits the part that `[` and `.` have ended from the one that is still being written. */
function splitPath(text: string): { readonly head: string; readonly steps: JsonPath; readonly rest: string } {
  const steps: (string | number)[] = [];
  let rest = text;
  for (;;) {
    const [all = "", index, quoted, name] =
      /^\[(\d+)\]|^\[("(?:[^"\\]|\\.)*"|'[^'\\]*')\]|^\.?([^.[\]"'\s]+)(?=[.[])/.exec(rest) ?? [];
    if (all === "") return { head: text.slice(0, text.length - rest.length), steps, rest };
    steps.push(index === undefined ? (name ?? unquoted(quoted ?? "")) : Number(index));
    rest = rest.slice(all.length);
  }
}

function unquoted(text: string): string {
  try {
    return text.startsWith("'") ? text.slice(1, -1) : JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}

function stepsBelow(
  path: JsonPath,
  { head, dotted }: { readonly head: string; readonly dotted: boolean },
  root: JsonValue,
  known: KnownKeys,
): readonly Step[] {
  const value = valueAt(root, path) as JsonValue | undefined;
  const own = isList(value) ? value.map((_, index) => index) : isObject(value) ? Object.keys(value) : [];
  const possible = isList(value) ? [] : known(path.map(String));
  return [...new Set<string | number>([...own, ...possible])].map((key) => {
    const inside = [...path, key];
    const found = valueAt(root, inside) as JsonValue | undefined;
    const isDotted = dotted && typeof key === "string" && /^[\w$-]+$/.test(key);
    return {
      key,
      text: head + (isDotted ? `.${key}` : formatPath(head === "" ? [key] : ["x", key]).replace(/^x(?=[.[])/, "")),
      description: "",
      goesOn: isObject(found) || isList(found) || known(inside.map(String)).length > 0,
    };
  });
}
