import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cliPage } from "./cli-page.ts";
import { withRecipes } from "./client-recipes.ts";
import { environmentPage } from "./environment-page.ts";
import { errorsPage } from "./errors-page.ts";
import { troubleshootingPage } from "./troubleshooting-page.ts";

/** The pages of `docs/` that are printed from the program, whole or in part, by file name. */
export const pages = async (): Promise<Readonly<Record<string, string>>> => ({
  "cli.md": await cliPage(),
  "environment.md": environmentPage(),
  "errors.md": errorsPage(),
  "gateway.md": withRecipes(readFileSync(join("docs", "gateway.md"), "utf8")),
  "troubleshooting.md": troubleshootingPage(),
});
