import { cliPage } from "./cli-page.ts";
import { environmentPage } from "./environment-page.ts";
import { errorsPage } from "./errors-page.ts";
import { troubleshootingPage } from "./troubleshooting-page.ts";

/** The pages of `docs/` that are printed from the program, by file name. */
export const pages = async (): Promise<Readonly<Record<string, string>>> => ({
  "cli.md": await cliPage(),
  "environment.md": environmentPage(),
  "errors.md": errorsPage(),
  "troubleshooting.md": troubleshootingPage(),
});
