import type { Language } from "../text/language.ts";
import type { Texts } from "../text/message.ts";
import { choices, el, icon } from "./dom.ts";
import { Preference } from "./preferences.ts";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const THEME_ICONS: Readonly<Record<Theme, string>> = {
  auto: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
  light:
    "M8 5.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 0 0 0-5.6M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M13 3l-1.2 1.2M4.2 11.8L3 13",
  dark: "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z",
};

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", "zh-TW": "繁體中文" };

const languageChoice = new Preference<Language>("language", ["en", "zh-TW"]);
const themeChoice = new Preference<Theme>("theme", THEMES);

/** The language and the appearance of the page, which are chosen in its header and remembered. */
export class Appearance {
  #language: Language;
  #theme: Theme = themeChoice.read() ?? "auto";
  readonly #onLanguage: () => void;
  readonly #onTheme: () => void;

  constructor(preferred: Language, onLanguage: () => void, onTheme: () => void) {
    this.#language = languageChoice.read() ?? preferred;
    this.#onLanguage = onLanguage;
    this.#onTheme = onTheme;
    this.#applyTheme();
  }

  get language(): Language {
    return this.#language;
  }

  header({ language, theme, title }: Texts["dashboard"], ...status: readonly HTMLElement[]): HTMLElement {
    return el(
      "header",
      {},
      el("p", { class: "mark" }, el("b", {}, "openclaw"), " ", el("span", {}, title)),
      ...status,
      el(
        "div",
        { class: "switches" },
        choices(
          language,
          (["en", "zh-TW"] as const).map((value) => ({
            value,
            label: value === "en" ? "EN" : "中文",
            title: LANGUAGE_NAMES[value],
          })),
          this.#language,
          (value) => this.#chooseLanguage(value),
        ),
        choices(
          theme.label,
          THEMES.map((value) => ({ value, label: theme[value], picture: icon(THEME_ICONS[value]) })),
          this.#theme,
          (value) => this.#chooseTheme(value),
        ),
      ),
    );
  }

  #chooseLanguage(language: Language): void {
    this.#language = language;
    languageChoice.keep(language);
    this.#onLanguage();
    document.querySelector<HTMLInputElement>(`input[value="${language}"]`)?.focus();
  }

  #chooseTheme(theme: Theme): void {
    this.#theme = theme;
    themeChoice.keep(theme);
    this.#applyTheme();
    this.#onTheme();
  }

  #applyTheme(): void {
    if (this.#theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#theme;
  }
}
