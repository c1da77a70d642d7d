import { structuredPatch } from "diff";
import { parseJson5 } from "../config/json5-parse.ts";
import type { JsonValue } from "../config/json5-value.ts";
import { scrub } from "../core/secret.ts";

/** Members whose text is a credential unless it only refers to one. */
const SECRET_MEMBER = /^(?:apiKey|token|password|key|headers|vars|env)$/;

/**
 * What changes from `from` to `to`, as lines that start with `-`, `+` or a blank, with three lines around each change.
 * Credentials that stand in the text in clear are masked.
 */
export function difference(from: string, to: string): readonly string[] {
  const secrets = [...secretsIn(from), ...secretsIn(to)];
  const { hunks } = structuredPatch("", "", from, to, "", "", { context: 3 });
  return hunks.flatMap(({ oldStart, lines }, index) => [
    ...(index === 0 && oldStart === 1 ? [] : ["…"]),
    ...lines.map((line) => scrub(line, secrets)),
  ]);
}

/** The same in a text that is too damaged to be read: whatever is quoted after the name of such a member. */
const SECRET_TEXT = /(?:apiKey|token|password|key|authorization)["']?\s*:\s*["'](?:Bearer )?([^"'$]+)/gi;

function secretsIn(text: string): readonly string[] {
  const parsed = parseJson5(text);
  return parsed.ok ? collect(parsed.value, false) : [...text.matchAll(SECRET_TEXT)].map(([, value = ""]) => value);
}

function collect(value: JsonValue, secret: boolean): readonly string[] {
  if (typeof value === "string")
    return secret && !/^(?:Bearer )?\$\{\w+\}$/.test(value) ? [value, value.replace(/^Bearer /, "")] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => collect(member, secret || SECRET_MEMBER.test(key)));
}
