import type { Message, Texts } from "../text/message.ts";
import { parseJsonObject } from "./json.ts";
import { scrub } from "./redact.ts";

/*
 * The one rule of what HTTP cannot carry in a request: asked wherever credentials are resolved, so that no request is
 * made of it, and by whoever looks at the configuration. No message quotes a value, unless it is JSON to be rewritten.
 */

export interface Unsendable {
  readonly message: Message;
  readonly hint: Message;
  /** The value as it can be sent, if that is certain. */
  readonly instead?: string;
}

/**
 * Headers that HTTP sets itself, for a connection, a body or a proxy.
 * @source RFC 9110, sections 7.2, 7.6.1, 8.6 and 11.7.
 */
const SET_BY_HTTP: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** @source RFC 9110, section 5.6.2. */
const NOT_IN_NAME = /[^!#$%&'*+.^_`|~\w-]/;

/** @source RFC 9110, section 5.5: visible ASCII, blanks, and bytes above, which are passed on as they are. */
const NOT_IN_VALUE = /[^\t -~\x80-\xff]/;

/** Names a character in a way that is safe to print on one line. */
export function characterName(character: string): (text: Texts) => string {
  if (/[\r\n]/.test(character)) return (t) => t.core.characters.lineBreak;
  if (/\s/.test(character)) return (t) => t.core.characters.blank;
  if (/[!-~]/.test(character)) return () => `'${character}'`;
  return /\p{Cc}/u.test(character) ? (t) => t.core.characters.control : (t) => t.core.characters.nonAscii;
}

export function unsendableName(name: string): Unsendable | undefined {
  if (name.trim() === "") return { message: (t) => t.core.sendable.noName, hint: (t) => t.core.sendable.nameIt };
  const shown = scrub(name).replace(/\p{C}/gu, "?");
  const index = name.search(NOT_IN_NAME);
  if (index >= 0) {
    const character = characterName(name.charAt(index));
    return {
      message: (t) => t.core.sendable.name({ name: shown, character: character(t), position: index + 1 }),
      hint: (t) => t.core.sendable.nameForm,
    };
  }
  if (!SET_BY_HTTP.has(name.toLowerCase())) return undefined;
  return { message: (t) => t.core.sendable.setByHttp(shown), hint: (t) => t.core.sendable.remove };
}

/** `variables`: those that the value comes from. */
export function unsendableHeader(
  name: string,
  value: string,
  variables: readonly string[] = [],
): Unsendable | undefined {
  const wrong = unsendableName(name);
  const index = value.search(NOT_IN_VALUE);
  if (wrong !== undefined || index < 0) return wrong;
  const character = characterName(value.charAt(index));
  const message: Message = (t) => t.core.sendable.value({ name, character: character(t), position: index + 1 });
  return { message, ...(isJsonHeader(name, value) ? asJson(value, variables) : { hint: correct(variables) }) };
}

const unsendableCredential =
  (kind: "key" | "token", refused = NOT_IN_VALUE) =>
  (value: string, variables: readonly string[]): Unsendable | undefined => {
    const index = value.search(refused);
    if (index < 0) return undefined;
    const character = characterName(value.charAt(index));
    return {
      message: (t) => t.core.sendable[kind]({ character: character(t), position: index + 1 }),
      hint: correct(variables),
    };
  };

export const unsendableKey = unsendableCredential("key");

/** Clients of the local gateway send it in a header, whose value loses blanks at its ends. */
export const unsendableToken = unsendableCredential("token", new RegExp(`${NOT_IN_VALUE.source}|^[ \\t]|[ \\t]$`));

const correct =
  (variables: readonly string[]): Message =>
  (t) =>
    t.core.sendable.correct(variables);

/** Some headers are JSON by their name, others show it. */
const isJsonHeader = (name: string, value: string) =>
  /(?:^|-)metadata$/i.test(name) || parseJsonObject(value) !== undefined;

/** @why longer ones would hide the sentence around them. */
const LONGEST_EXAMPLE = 200;

function asJson(value: string, variables: readonly string[]): Pick<Unsendable, "hint" | "instead"> {
  const object = parseJsonObject(value);
  const instead = escapedJson(object ?? { name: value.trim() });
  // JSON5 reads backslashes itself, so in the configuration each is written twice.
  const written = variables.length > 0 ? instead : `'${instead.replaceAll("\\", "\\\\").replaceAll("'", "\\\\u0027")}'`;
  const example = written.length <= LONGEST_EXAMPLE ? scrub(written) : "";
  return {
    hint: (t) => t.core.sendable.escape({ variables, example }),
    ...(object !== undefined && { instead }),
  };
}

/** JSON of visible ASCII. */
export const escapedJson = (value: object): string =>
  JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
