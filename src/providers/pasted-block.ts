import type { Problem } from "../core/result.ts";
import { isPlaceholder, repairPaste, unexpectedCharacter, withoutInvisible } from "./paste.ts";
import { type Field, isComplete, isWhole, type Provider } from "./provider.ts";
import { withoutMargins, withoutWraps } from "./wrapped-lines.ts";

type FieldsAndUrls = Pick<Provider, "fields" | "answersInUrl">;

/** The answers in a pasted `.env` file, shell lines, JSON or `curl` command. */
export interface PastedBlock {
  /** As written, with quotes and `Bearer`. Placeholders are left out. */
  readonly answers: Readonly<Record<string, string>>;
  /** The fields whose answer was in several lines. */
  readonly joined: readonly string[];
  /** Answers that are not whole in any reading, and where they break off. */
  readonly cut: Readonly<Record<string, Problem>>;
  /** The number of lines that say something else. */
  readonly unused: number;
}

/** Empty if nothing was recognised. */
export function readBlock(pasted: string, provider: FieldsAndUrls): PastedBlock {
  const block = withoutInvisible(pasted);
  const text = withoutMargins(block);
  const unwrapped = withoutWraps(block);
  const [asIs, joinedUp] = [valuesIn(text, provider), valuesIn(unwrapped, provider)];
  const answers: Record<string, string> = {};
  const joined: string[] = [];
  const cut: Record<string, Problem> = {};
  const rest = otherLines(unwrapped, provider);
  let unused = rest.length;
  for (const field of provider.fields) {
    const { id } = field;
    const [short, long] = [asIs[id], joinedUp[id]];
    const value = long ?? short;
    if (value === undefined) continue;
    const isWrapped = long !== undefined && short?.value !== long.value;
    if (value.breaksOff) cut[id] = brokenOff(value.value, field, " ");
    else if (!isWrapped || isWhole(field, value.value)) {
      answers[id] = value.value;
      if (isWrapped) joined.push(id);
    } else if (short !== undefined && isComplete(field, repairPaste(short.value, field.header).value)) {
      answers[id] = short.value;
      unused += 1;
    } else cut[id] = brokenOff(short?.value ?? "", field, "\n");
  }
  // Beside what is named, a credential in a line of its own shows whose it is.
  const isNamed = Object.keys({ ...answers, ...cut }).length > 0;
  for (const line of isNamed ? rest : []) {
    const field = provider.fields.find(
      (one) => one.secret && !(one.id in answers) && !(one.id in cut) && isWhole(one, line),
    );
    if (field === undefined) continue;
    answers[field.id] = line;
    unused -= 1;
    if (!text.split("\n").includes(line)) joined.push(field.id);
  }
  return { answers, joined, cut, unused };
}

function brokenOff(written: string, { header }: Field, next: string): Problem {
  const { value } = repairPaste(written, header);
  return unexpectedCharacter(value + next, value.length);
}

interface Found {
  readonly value: string;
  /** A blank follows, and then what may be the rest. */
  readonly breaksOff: boolean;
}

function valuesIn(block: string, { fields, answersInUrl }: FieldsAndUrls): Readonly<Record<string, Found>> {
  const text = withoutComments(block);
  const values: Record<string, Found> = {};
  const inUrl = Object.entries(answersInUrl?.(text) ?? {});
  for (const [id, value] of inUrl) {
    const end = text.indexOf(`/${value}`) + 1 + value.length;
    if (!isPlaceholder(value)) values[id] = { value, breaksOff: breaksOff(text.slice(end)) };
  }
  /** `Authorization` is the header of many; the credential has to show whose it is. */
  const isBearersField = ({ matches, form, secret }: Field, value: string): boolean =>
    matches?.(value) ?? (secret && form?.test(value) === true && !fields.some((other) => other.matches?.(value)));
  for (const field of fields) {
    const bearer = found(BEARER, text);
    const assigned = [...field.env, ...(field.otherNames ?? [])].map((name) => assignedTo(name, text));
    const candidates = [
      ...assigned,
      headerValue(field.header, text),
      bearer && isBearersField(field, bearer.value) ? bearer : undefined,
    ];
    const isValue = (one: Found | undefined) => one !== undefined && !isPlaceholder(repairPaste(one.value).value);
    // What is assigned to a variable of ours is meant, and its check says why it is no value; an example's header is not.
    const given = candidates.find(isValue) ?? assigned.find((one) => one !== undefined);
    if (given !== undefined) values[field.id] = given;
  }
  // What a URL says below another account, or of another gateway, belongs to that one.
  const other = inUrl.findIndex(([id, value]) => values[id] !== undefined && !isSame(values[id].value, value));
  for (const [id, value] of other < 0 ? [] : inUrl.slice(other + 1)) if (values[id]?.value === value) delete values[id];
  return values;
}

const isSame = (one: string, other: string): boolean => repairPaste(one).value.toLowerCase() === other.toLowerCase();

/** A commented line is not in force: often it is the key of before. */
const withoutComments = (text: string): string =>
  text
    .split("\n")
    .map((line) => (/^\s*(?:#|\/\/|;|rem\s)/i.test(line) ? "" : line.slice(0, commentAt(line))))
    .join("\n");

/** The place where a `#` between blanks and outside of quotes begins a comment. */
function commentAt(line: string): number {
  let quote = "";
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === "#" && /\s/.test(line.charAt(index - 1)) && /\s/.test(line.charAt(index + 1))) return index;
  }
  return line.length;
}

/** The command that the dashboard shows for testing a new token has it, and most examples of OpenAI's. */
const BEARER = /(?<![\w-])authorization\s*:\s*Bearer\s+([^\s"'`\\]+)/gi;

/** The last one counts, as for dotenv and shells, unless it is a placeholder. */
const assignedTo = (name: string, text: string): Found | undefined =>
  found(
    new RegExp(
      `(?:(?:^|[\\s;,"']|(?<!\\$)\\{|\\$env:)${name}["']?\\s*[=:]|\\b(?:setx|setenv|set\\s+-\\w+)\\s+${name}(?=\\s))[^\\S\\r\\n]*("[^"\\r\\n]*"|'[^'\\r\\n]*'|[^\\s;#,][^\\s;,"']*)`,
      "gm",
    ),
    text,
  );

/** In a header line, an option of curl, or a map of a program: `"x-api-key": "…"`, `'x-api-key' = '…'`. */
const headerValue = (header: string | undefined, text: string): Found | undefined =>
  header === undefined
    ? undefined
    : found(new RegExp(`\\b${header}["']?\\s*[:=]\\s*["']?((?:Bearer:?\\s+)?[^\\s"'\`\\\\]+)`, "gi"), text);

function found(pattern: RegExp, text: string): Found | undefined {
  const matches = [...text.matchAll(pattern)];
  const match = matches.findLast(([, one = ""]) => !isPlaceholder(repairPaste(one).value)) ?? matches.at(-1);
  const value = match?.[1];
  if (match === undefined || value === undefined) return undefined;
  const isUnclosed = /^["']/.test(value) && !(value.length > 1 && value.endsWith(value.charAt(0)));
  return { value, breaksOff: isUnclosed || breaksOff(text.slice(match.index + match[0].length)) };
}

/** True if blanks follow, and then neither a comment, a flag, a quote, another command nor another variable. */
const breaksOff = (rest: string): boolean => /^[^\S\r\n]+(?![-#\\|&;<>"'`{]|\w+=)\S/.test(rest);

/** Lines that are neither comments nor used, or say something else than a later line. A command's lines are its own business. */
function otherLines(text: string, provider: FieldsAndUrls): readonly string[] {
  if (/^curl\s/m.test(text)) return [];
  const lines = text.split("\n").filter((line) => /\w/.test(line) && !/^(?:#|\/\/)/.test(line));
  const taken = valuesIn(text, provider);
  return lines.filter(
    (line) => !Object.entries(valuesIn(line, provider)).some(([id, { value }]) => taken[id]?.value === value),
  );
}
