import type { Texts } from "./message.ts";

const LANGUAGES = {
  en: async () => (await import("./en/index.ts")).en,
  "zh-TW": async () => (await import("./zh-TW/index.ts")).zhTW,
} as const satisfies Readonly<Record<string, () => Promise<Texts>>>;

export type Language = keyof typeof LANGUAGES;

/** Values of `--lang`. */
export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as readonly Language[];

/**
 * In order of precedence.
 * @source POSIX, "Internationalization Variables".
 */
const LANGUAGE_VARIABLES = ["OPENCLAW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

/** The language of a run: `--lang`, before or after the command, else the environment's, else English. */
export function languageOf(env: Readonly<Record<string, string | undefined>>, argv: readonly string[] = []): Language {
  const wanted = LANGUAGE_VARIABLES.map((name) => env[name]).find(Boolean) ?? "";
  return languageCalled(flagIn(argv)) ?? languageCalled(wanted) ?? "en";
}

/** The last value, as of every flag; a wrong one is refused when the flags are read. */
function flagIn(argv: readonly string[]): string {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  return words.reduce((found, word, index) => {
    if (word === "--lang") return words[index + 1] ?? found;
    return word.startsWith("--lang=") ? word.slice("--lang=".length) : found;
  }, "");
}

/**
 * The language that a tag or a locale names, in any spelling: `zh-TW`, `zh_TW.UTF-8`, `zh-Hant`. Undefined for one that we
 * do not speak, and for a locale of another encoding than we print.
 */
export function languageCalled(tag: string): Language | undefined {
  const [, name = "", encoding = "utf8"] = /^([^.@]*)(?:\.([^@]*))?/.exec(tag) ?? [];
  const [language, ...parts] = name.toLowerCase().split(/[-_]/);
  if (language === "en") return "en";
  const isUtf8 = /^utf-?8$/i.test(encoding);
  return language === "zh" && isTraditional(parts) && isUtf8 ? "zh-TW" : undefined;
}

/** The script decides; where none is named, the region does. */
function isTraditional(parts: readonly string[]): boolean {
  if (parts.includes("hans")) return false;
  return ["hant", "tw", "hk", "mo"].some((part) => parts.includes(part));
}

/** Loads only the requested language. */
export const loadTexts = (language: Language): Promise<Texts> => LANGUAGES[language]();

/**
 * Loads the rooms that nobody has asked for yet.
 * @why a program that runs for days would look for them in the files of a version that has been replaced.
 */
export const loadRooms = (texts: Texts): void => void Object.values(texts);
