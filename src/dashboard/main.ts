import { dashboard as english } from "../text/en/dashboard.ts";
import { languageCalled } from "../text/language.ts";
import { dashboard as chinese } from "../text/zh-TW/dashboard.ts";
import { App } from "./app.ts";
import { takeToken } from "./preferences.ts";

const token = takeToken();
const preferred = navigator.languages.map(languageCalled).find((language) => language !== undefined) ?? "en";

new App({ en: english(), "zh-TW": chinese() }, preferred, token).start();
