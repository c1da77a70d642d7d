import { structuredPatch } from "diff";
import { nextToken, parseJson5, type Span, type Token } from "../config/json5-parse.ts";
import { keyName } from "../config/json5-tree.ts";
import {
  isBareToken,
  isHarmless,
  isOpenText,
  isReference,
  isSecretAssignment,
  isSecretFlag,
  isSecretKey,
  MASK,
  maskUrls,
  scrub,
  splitAtSecret,
} from "../core/redact.ts";

const LITERAL = /^(?:true|false|null|[+-]?(?:Infinity|NaN|[\d.][\w.+-]*))$/;

/** A line diff with three lines of context. Lines start with `-`, `+` or a blank, and credentials are masked. */
export function difference(from: string, to: string): readonly string[] {
  const { hunks } = structuredPatch("", "", from, to, "", "", { context: 3 });
  // Compares the real text so that a changed credential counts as a change, but shows the masked text.
  const [before, after] = [maskedLines(from), maskedLines(to)];
  return hunks.flatMap(({ oldStart, newStart, lines }, index) => {
    let [oldLine, newLine] = [oldStart - 1, newStart - 1];
    const shown = lines.map((line) => {
      if (line.startsWith("-")) return `-${before[oldLine++]}`;
      if (line.startsWith("\\")) return line;
      if (line.startsWith(" ")) oldLine += 1;
      return `${line.charAt(0)}${after[newLine++]}`;
    });
    return [...(index === 0 && oldStart <= 1 ? [] : ["…"]), ...shown.map((line) => scrub(line))];
  });
}

/** Works on text that is too damaged to parse. */
function maskedLines(text: string): readonly string[] {
  const lines = maskUrls(maskTokens(text)).split(/\r?\n/);
  return parseJson5(text).ok ? lines : lines.map(maskAfterKey);
}

interface Nesting {
  readonly isList: boolean;
  readonly isSecret: boolean;
  /** The key of the next value; empty in a list. */
  key: string;
  /** True if the next value is secret because of its key, or of the argument before it. */
  isNextSecret: boolean;
}

function maskTokens(text: string): string {
  const outermost: Nesting = { isList: false, isSecret: false, key: "", isNextSecret: false };
  const levels: Nesting[] = [];
  let masked = "";
  let copied = 0;
  for (let token = nextToken(text, 0); token !== undefined; token = nextToken(text, token.end)) {
    const level = levels.at(-1) ?? outermost;
    const replacement = replacementOf(text, token, level);
    follow(text, token, level, levels);
    if (replacement === undefined) continue;
    masked += text.slice(copied, token.start) + replacement;
    copied = token.end;
  }
  return masked + text.slice(copied);
}

function follow(text: string, token: Token, level: Nesting, levels: Nesting[]): void {
  switch (token.kind) {
    case "{":
    case "[":
      levels.push({
        isList: token.kind === "[",
        isSecret: level.isSecret || level.isNextSecret,
        key: "",
        isNextSecret: false,
      });
      break;
    case "}":
    case "]":
      levels.pop();
      break;
    case ",":
      level.isNextSecret &&= level.isList;
      level.key = "";
      break;
    case "string":
    case "run":
      if (level.isList) level.isNextSecret = isSecretFlag(nameOf(text, token));
      else if (isKey(text, token)) {
        level.key = nameOf(text, token);
        level.isNextSecret = isSecretKey(level.key);
      } else level.key = "";
  }
}

/** The text to show in place of a token; `undefined` for the token itself. */
function replacementOf(text: string, token: Token, level: Nesting): string | undefined {
  const { isList, isSecret, key, isNextSecret } = level;
  const written = text.slice(token.start, token.end);
  if (token.kind === "comment") return written.split("\n").map(maskAfterKey).join("\n");
  if (!["string", "run", "unclosed"].includes(token.kind) || (!isList && isKey(text, token))) return undefined;
  const quote = token.kind === "run" ? "" : written.charAt(0);
  const content = token.kind === "run" ? written : written.replace(/^["']|["']$/g, "");
  const isMasked = isSecret || isNextSecret || isSecretAssignment(content) || isBareToken(content);
  const isShown = isOpenText(key, content) || isHarmless(key, content) || (quote === "" && LITERAL.test(content));
  if (!isMasked || isShown) return undefined;
  // Keeps the line count of a multi-line string, so that line numbers stay right.
  return `${quote}${MASK}${"\n".repeat(content.split("\n").length - 1)}${quote}`;
}

function isKey(text: string, { end }: Span): boolean {
  let next = nextToken(text, end);
  while (next?.kind === "comment") next = nextToken(text, next.end);
  return next?.kind === ":";
}

function nameOf(text: string, span: Span): string {
  try {
    return keyName(text, span);
  } catch (error) {
    if (error instanceof SyntaxError) return text.slice(span.start, span.end);
    throw error;
  }
}

function maskAfterKey(line: string): string {
  const { before, value } = splitAtSecret(line) ?? {};
  const bare = (value ?? "").replace(/^["']|["']?[\s,}\]]*$/g, "");
  return /^[{[\s*]*$/.test(bare) || isReference(bare) || LITERAL.test(bare) ? line : `${before}${MASK}`;
}
