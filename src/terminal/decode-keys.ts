export type KeyEvent =
  | { readonly kind: "keys"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "escape" }
  /** Ctrl-C or Ctrl-D. */
  | { readonly kind: "interrupt" };

const ESCAPE = "\u001b";
/**
 * A terminal in bracketed-paste mode wraps pasted text in these.
 * @source xterm control sequences, mode 2004.
 */
export const PASTE_START = `${ESCAPE}[200~`;
const PASTE_END = `${ESCAPE}[201~`;

export const PASTE_MODE_ON = `${ESCAPE}[?2004h`;
export const PASTE_MODE_OFF = `${ESCAPE}[?2004l`;

interface DecodedKeys {
  readonly events: readonly KeyEvent[];
  /** May be the start of a longer sequence, so it is to be prepended to the next chunk. */
  readonly rest: string;
}

/**
 * One token of terminal input: Ctrl-C or Ctrl-D; a special key (`ESC [ 1 ; 5 C`, `ESC O P`, the Linux console's `ESC [
 * [ A`); Alt plus another key; a lone Escape; or plain text. Escape never combines with itself as Alt.
 */
const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
  /[\x03\x04]|\x1b(?:\[\[?[0-?]*[ -/]*[@-~]|O\d?[A-Za-z]|[^\x1b\x03\x04])|\x1b|[^\x1b\x03\x04]+/uy;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNFINISHED = /^\x1b(?:\[\[?[0-?]*[ -/]*|O\d?)?$/;

/**
 * Splits terminal input into events. Chunks may be split anywhere, so an unfinished sequence is returned as `rest`; if
 * `final`, no more input is expected, and a lone Escape is the key itself.
 */
export function decodeKeys(input: string, final: boolean): DecodedKeys {
  const events: KeyEvent[] = [];
  for (let at = 0; at < input.length; ) {
    if (input.startsWith(PASTE_START, at)) {
      const end = input.indexOf(PASTE_END, at);
      if (end === -1 && !final) return { events, rest: input.slice(at) };
      events.push({ kind: "paste", text: input.slice(at + PASTE_START.length, end === -1 ? undefined : end) });
      at = end === -1 ? input.length : end + PASTE_END.length;
      continue;
    }
    if (!final && UNFINISHED.test(input.slice(at))) return { events, rest: input.slice(at) };
    TOKEN.lastIndex = at;
    const [text = input.charAt(at)] = TOKEN.exec(input) ?? [];
    events.push(keyEvent(text));
    at += text.length;
  }
  return { events, rest: "" };
}

export function keyEvent(text: string): KeyEvent {
  if (text === ESCAPE) return { kind: "escape" };
  return text === "\u0003" || text === "\u0004" ? { kind: "interrupt" } : { kind: "keys", text };
}
