import type { Texts } from "./message.ts";

const LANGUAGES = { en: async () => (await import("./en/index.ts")).en } as const satisfies Readonly<
  Record<string, () => Promise<Texts>>
>;

export type Language = keyof typeof LANGUAGES;

/**
 * In order of precedence.
 * @source POSIX, "Internationalization Variables".
 */
const LANGUAGE_VARIABLES = ["OPENCLAW_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const wanted = LANGUAGE_VARIABLES.map((name) => env[name]).find(Boolean) ?? "";
  // `zh_TW.UTF-8` and `zh-tw` are the same language.
  const tag = wanted
    .replace(/[.@].*$/, "")
    .replaceAll("_", "-")
    .toLowerCase();
  const languages = Object.keys(LANGUAGES) as Language[];
  return (
    languages.find((language) => tag === language.toLowerCase() || tag.startsWith(`${language.toLowerCase()}-`)) ?? "en"
  );
}

/** Loads only the requested language. */
export const loadTexts = (language: Language): Promise<Texts> => LANGUAGES[language]();

/**
 * Loads the rooms that nobody has asked for yet.
 * @why a program that runs for days would look for them in the files of a version that has been replaced.
 */
export const loadRooms = (texts: Texts): void => void Object.values(texts);
