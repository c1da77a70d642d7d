import { readFileSync } from "node:fs";
import { join } from "node:path";
import { en } from "../../src/text/en/index.ts";
import { zhTW } from "../../src/text/zh-TW/index.ts";
import { cliPage } from "./cli-page.ts";
import { withRecipes } from "./client-recipes.ts";
import { environmentPage } from "./environment-page.ts";
import { errorsPage } from "./errors-page.ts";
import { manPage } from "./man-page.ts";
import { troubleshootingPage } from "./troubleshooting-page.ts";
import { ENGLISH } from "./troubleshooting-words.ts";
import { CHINESE } from "./zh-TW/troubleshooting-words.ts";

/** The pages that are printed from the program, whole or in part, by their path from `docs/`. */
export const pages = async (): Promise<Readonly<Record<string, string>>> => ({
  "cli.md": await cliPage(),
  "environment.md": environmentPage(),
  "errors.md": errorsPage(),
  "gateway.md": recipesIn("gateway.md"),
  "troubleshooting.md": troubleshootingPage(en, ENGLISH),
  "../man/openclaw.1": await manPage(),
  "zh-TW/gateway.md": recipesIn("zh-TW/gateway.md"),
  "zh-TW/troubleshooting.md": troubleshootingPage(zhTW, CHINESE),
});

const recipesIn = (name: string) => withRecipes(readFileSync(join("docs", name), "utf8"));
