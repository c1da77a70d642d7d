import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import JSON5 from "json5";
import { filesBelow } from "./program.ts";

export const configPath = (home: string): string => join(home, ".openclaw", "openclaw.json");
export const secretsPath = (home: string): string => join(home, ".openclaw", ".env");
export const configText = (home: string): string => readFileSync(configPath(home), "utf8");
export const secretsText = (home: string): string => readFileSync(secretsPath(home), "utf8");
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects in it.
export const configIn = (home: string): any => JSON5.parse(configText(home));

/** Permissions in octal. */
export const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** Every file with its content and the time of its last change. */
export const stateOf = (home: string) =>
  [...filesBelow(home)].map(([file, text]) => [file, text, statSync(file).mtimeMs]);
