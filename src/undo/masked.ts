import { parseJson5 } from "../config/json5-parse.ts";
import { nextToken, type Span, type Token } from "../config/json5-scanner.ts";
import { keyName } from "../config/json5-tree.ts";

const MASK = "********";
const SECRET_WORD = "key|token|secret|pass|auth|credential|headers|cookie";

/** Members whose texts are credentials, however deep they lie, unless they only refer to one. */
const SECRET_KEY = new RegExp(`${SECRET_WORD}|^(?:env|vars)$`, "i");

/** An argument after which a credential follows, such as `--api-key`. */
const SECRET_FLAG = new RegExp(`^-{1,2}[\\w-]*(?:${SECRET_WORD})[\\w-]*$`, "i");

/** An argument that holds one, such as `--token=…` or `API_KEY=…`. */
const SECRET_ASSIGNMENT = new RegExp(`^[\\w-]*(?:${SECRET_WORD})[\\w-]*=.`, "is");

/** The same on a line whose quotes cannot be relied upon, or inside a comment. */
const SECRET_LINE = new RegExp(`^(.*?(?:${SECRET_WORD})[\\w-]*["']?\\s*[:=,]\\s*)(.*)$`, "i");

/** The two places of an address where credentials are: `user:password@`, and a parameter of such a name. */
const USERINFO = /(?<=:\/\/)[^\s/"'`]+@/g;
const SECRET_PARAMETER = new RegExp(`([?&][\\w-]*(?:${SECRET_WORD})[\\w-]*=)[^&#\\s"'\`]+`, "gi");

/** Nothing but the name of a variable. */
const REFERENCE = /^(?:Bearer )?\$\{\w+\}$/;

/** Members that say how somebody is let in, by one of OpenClaw's words for it. */
const MANNER_KEY = /^(?:auth|mode)$/;
const MANNER = /^(?:api-key|aws-sdk|none|oauth|password|token|trusted-proxy)$/;

const LITERAL = /^(?:true|false|null|[+-]?(?:Infinity|NaN|[\d.][\w.+-]*))$/;

/** The lines of `text` with every credential in it masked; it may be too damaged to be read. */
export function maskedLines(text: string): readonly string[] {
  const lines = maskTokens(text).replace(USERINFO, `${MASK}@`).replace(SECRET_PARAMETER, `$1${MASK}`).split(/\r?\n/);
  return parseJson5(text).ok ? lines : lines.map(maskAfterKey);
}

/** Inside an object or a list. */
interface Level {
  readonly isList: boolean;
  /** Whether everything in here is a credential. */
  readonly secret: boolean;
  /** Whether what comes next is one, because of its key or of the argument before it. */
  nextIsSecret: boolean;
  /** Whether what comes next says how somebody is let in. */
  nextIsManner: boolean;
}

function maskTokens(text: string): string {
  const outermost: Level = { isList: false, secret: false, nextIsSecret: false, nextIsManner: false };
  const levels: Level[] = [];
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

/** Keeps account of where the scan is, for the token that comes next. */
function follow(text: string, token: Token, level: Level, levels: Level[]): void {
  switch (token.kind) {
    case "{":
    case "[":
      levels.push({
        isList: token.kind === "[",
        secret: level.secret || level.nextIsSecret,
        nextIsSecret: false,
        nextIsManner: false,
      });
      break;
    case "}":
    case "]":
      levels.pop();
      break;
    case ",":
      level.nextIsSecret &&= level.isList;
      break;
    case "string":
    case "run":
      if (level.isList) level.nextIsSecret = SECRET_FLAG.test(nameOf(text, token));
      else if (isKey(text, token)) {
        level.nextIsSecret = SECRET_KEY.test(nameOf(text, token));
        level.nextIsManner = MANNER_KEY.test(nameOf(text, token));
      }
  }
}

/** What is shown in the place of a token; undefined when that is the token itself. */
function replacementOf(text: string, token: Token, level: Level): string | undefined {
  const { isList, secret, nextIsSecret, nextIsManner } = level;
  const written = text.slice(token.start, token.end);
  if (token.kind === "comment") return written.split("\n").map(maskAfterKey).join("\n");
  if (!["string", "run", "unclosed"].includes(token.kind) || (!isList && isKey(text, token))) return undefined;
  const quote = token.kind === "run" ? "" : written.charAt(0);
  const content = token.kind === "run" ? written : written.replace(/^["']|["']$/g, "");
  const isCredential = secret || nextIsSecret || SECRET_ASSIGNMENT.test(content);
  const isHarmless = content === "" || REFERENCE.test(content) || (quote === "" && LITERAL.test(content));
  if (!isCredential || isHarmless || (nextIsManner && MANNER.test(content))) return undefined;
  // A text may go over several lines, and every line keeps its number.
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
  } catch {
    // Escapes that mean nothing, in a damaged text.
    return text.slice(span.start, span.end);
  }
}

function maskAfterKey(line: string): string {
  const [, before = "", after = ""] = SECRET_LINE.exec(line) ?? [];
  const bare = after.replace(/^["']|["']?[\s,}\]]*$/g, "");
  return /^[{[\s*]*$/.test(bare) || REFERENCE.test(bare) || LITERAL.test(bare) ? line : `${before}${MASK}`;
}
