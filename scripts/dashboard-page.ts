import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "rolldown";

const ROOM = "src/dashboard";
const FONT = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
/** In the order in which they apply. */
const STYLES = [
  "base",
  "dark",
  "head",
  "controls",
  "health",
  "figures",
  "tables",
  "requests",
  "set-up",
  "token",
  "narrow",
];
/** Whose code or form is in the page. */
const PACKAGES = ["uplot", "@fontsource-variable/inter"];

/** @why at the top of a module that the page shares with the gateway, one of them stops the whole page. */
const NODE_ONLY = /\b(Buffer|process|require|setImmediate|global)\s*[.([]/;

/** Puts script, style and font of the gateway's page into one file, with the licences of what is not ours. */
export const dashboardPage: Plugin = {
  name: "dashboard-page",
  buildStart() {
    for (const path of [join(ROOM, "page.html"), ...STYLES.map(styleFile)]) this.addWatchFile(path);
  },
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
    const [script, ...others] = chunks;
    if (script === undefined || others.length > 0) throw new Error("The page has to be one script.");
    const modules = Object.keys(script.modules);
    const foreign = modules.filter(
      (id) => id.includes("/node_modules/") && !PACKAGES.some((name) => id.includes(`/${name}/`)),
    );
    if (foreign.length > 0) throw new Error(`The page contains ${foreign.join(", ")}, whose licence it does not name.`);
    const [, missing] = NODE_ONLY.exec(script.code) ?? [];
    if (missing !== undefined) throw new Error(`The page's script uses ${missing}, which no browser has.`);
    for (const name of Object.keys(bundle)) delete bundle[name];
    this.emitFile({ type: "asset", fileName: "dashboard.html", source: page(script.code) });
  },
};

const styleFile = (name: string) => join(ROOM, "style", `${name}.css`);

function page(script: string): string {
  const font = readFileSync(FONT).toString("base64");
  const face = `@font-face{font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64,${font}) format("woff2")}`;
  const code = script.trim();
  if (/<\/script|<!--/i.test(code)) throw new Error("The script of the page would end early.");
  const template = readFileSync(join(ROOM, "page.html"), "utf8").replace(/^\s+/gm, "");
  return template
    .replace("<meta charset", () => `<!--\n${licences()}\n-->\n<meta charset`)
    .replace("/*style*/", () => face + STYLES.map(styleOf).join(""))
    .replace("/*script*/", () => code);
}

const DARK_CHOSEN = ':root[data-theme="dark"]';

function styleOf(name: string): string {
  const css = withoutBlanks(readFileSync(styleFile(name), "utf8"));
  if (name !== "dark") return css;
  if (css.split(DARK_CHOSEN).length !== 2) throw new Error(`${styleFile(name)} has to say ${DARK_CHOSEN} once.`);
  return `${css}@media (prefers-color-scheme: dark){${css.replace(DARK_CHOSEN, ":root:not([data-theme])")}}`;
}

/** Shortens a style sheet of ours, which has no text in which blanks count. */
const withoutBlanks = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;}/g, "}")
    .trim();

function licences(): string {
  const texts = PACKAGES.map((name) => {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}`;
  });
  return texts.join("\n\n").replaceAll("--", "- -");
}
