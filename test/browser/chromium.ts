import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env, getuid } from "node:process";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Of `OPENCLAW_CHROMIUM`, or the first on the path. Throws if there is none. */
function chromiumPath(): string {
  const named = env.OPENCLAW_CHROMIUM;
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`OPENCLAW_CHROMIUM names ${named}, which does not exist.`);
    return named;
  }
  const folders = (env.PATH ?? "").split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (found === undefined) {
    throw new Error(
      "No Chromium was found. Install one (Debian: apt install chromium), or name it in OPENCLAW_CHROMIUM.",
    );
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A browser without a window. As root, Chromium runs only without its sandbox; it opens no page but ours. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: [
      ...(getuid?.() === 0 ? ["--no-sandbox"] : []),
      // Pictures are the same on each machine.
      "--font-render-hinting=none",
      "--disable-lcd-text",
      "--disable-gpu",
    ],
  });
