import { dashboard as english } from "../text/en/dashboard.ts";
import { languageCalled } from "../text/language.ts";
import { dashboard as chinese } from "../text/zh-TW/dashboard.ts";
import { App } from "./app.ts";
import { takeFragment } from "./preferences.ts";

// Before anything else, so that it is in the address bar no longer than it has to be.
const given = takeFragment();
const preferred = navigator.languages.map(languageCalled).find((language) => language !== undefined) ?? "en";

const app = new App({ en: english(), "zh-TW": chinese() }, preferred);
app.start(given);

// The address may be opened again in a tab that has the page already.
addEventListener("hashchange", () => {
  const again = takeFragment();
  if (again !== undefined) void app.open(again);
});
