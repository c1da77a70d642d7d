import { once } from "./once.ts";
import { escapedPath } from "./shell-quoting.ts";

/** The edge to a person: names commands as this program was started, and the home folder as `~`. */
export interface Shown {
  /** The line to type for `gateway run`. */
  readonly command: (words: string) => string;
  /** The same line, to be typed in another folder. */
  readonly commandIn: (folder: string, words: string) => string;
  /** A text with its commands, in backticks, and its paths. Doing it twice changes nothing. */
  readonly text: (text: string) => string;
}

export interface Reader {
  /** `openclaw`, or words such as `node bin/openclaw.cjs`, as typed in this folder; in the working folder if none is given. */
  readonly program: (folder?: string) => string;
  /** The profile that commands are for. */
  readonly profile: () => string | undefined;
  /** The folder that `~` stands for in a shell, if there is one. */
  readonly home: () => string | undefined;
}

/** All of `reader` is asked for only when a text needs it. */
export function shownTo(reader: Reader): Shown {
  const start = (flag = ofProfile(reader.profile())) => `${reader.program()} ${flag}`;
  const inCode = (code: string) => {
    const typed = code.replace(COMMAND, (_, before: string, flag?: string) => before + start(flag));
    return withoutHome(typed, reader.home(), CODE);
  };
  const inProse = (prose: string) => {
    const typed = prose.replace(COMMAND_LINE, (_, before: string, flag?: string) => before + start(flag));
    return withoutHome(typed, reader.home(), PROSE);
  };
  return {
    command: (words) => withoutHome(start() + words, reader.home(), CODE),
    commandIn: (folder, words) =>
      withoutHome(`${reader.program(folder)} ${ofProfile(reader.profile())}${words}`, reader.home(), CODE),
    text: (text) => {
      const home = reader.home();
      // Most texts of a start name neither.
      if (!text.includes("openclaw ") && !spellings(home).some((spelled) => text.includes(spelled))) return text;
      return text
        .split(/(`[^`\n]*`)/)
        .map((part, index) => (index % 2 === 1 ? inCode(part) : inProse(part)))
        .join("");
    },
  };
}

/** A command of ours on an indented line of its own. */
const COMMAND_LINE = /^( {2,})openclaw (--profile \S+ |--dev )?(?=[a-z])/gm;
/** The start of one in code, perhaps behind variables that are set for it, with the profile that it names. */
const COMMAND = /(^`(?:\w+=(?:"[^"]*"|[^\s"`]*) )*|\$\(|(?:&&|\|\|?|;) )openclaw (--profile \S+ |--dev )?/g;

const ofProfile = (profile: string | undefined) => (profile === undefined ? "" : `--profile ${profile} `);

interface PathSyntax {
  /** Matches the text before a path. */
  readonly before: () => RegExp;
  /** A shell reads it, where `~` in quotes is no home folder. */
  readonly isCode: boolean;
}

/** @measured A literal with letters of all scripts costs every start 0.2 ms wherever it stands: V8 reads it at once. */
const IN_WORD = String.raw`\p{L}\p{N}`;
const notInWord = once(() => new RegExp(String.raw`(?:^|[^${IN_WORD}_./\\~-]|\x1b\[[0-9;]*m)$`, "u"));
const goesOn = once(() => new RegExp(String.raw`^(?:[${IN_WORD}_-]|\.[${IN_WORD}]|\\[^\w.])`, "u"));

/** The codes of a terminal's colours end in a letter. */
const PROSE: PathSyntax = { before: notInWord, isCode: false };
const CODE: PathSyntax = { before: () => /(?:^|[\s`(;&|<>])$/, isCode: true };
const ANYWHERE: PathSyntax = { before: () => /$/, isCode: false };

/** For what may be published: no place of the home folder is left, whatever stands before it. */
export const withoutAnyHome = (text: string, home: string): string => withoutHome(text, home, ANYWHERE);

/** The home folder as it is, and as an argument of a command; none for the root folder. */
function spellings(home: string | undefined): readonly string[] {
  return home === undefined || home.length < 2 ? [] : [...new Set([home, escapedPath(home)])];
}

const QUOTED = /(?<=(?:^|[\s`(;&|<>]))(['"])$/;

const withoutHome = (text: string, home: string | undefined, syntax: PathSyntax): string =>
  spellings(home).reduce((left, spelled) => (left.includes(spelled) ? without(spelled, left, syntax) : left), text);

function without(home: string, text: string, { before, isCode }: PathSyntax): string {
  const [first = "", ...others] = text.split(home);
  return others.reduce((left, right) => {
    if (goesOn().test(right)) return left + home + right;
    if (before().test(left)) return `${left}~${right}`;
    // Quotes are moved behind the slash.
    const [, quote] = (isCode && right.startsWith("/") && QUOTED.exec(left)) || [];
    return quote === undefined ? left + home + right : `${left.slice(0, -1)}~/${quote}${right.slice(1)}`;
  }, first);
}
