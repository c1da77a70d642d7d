import { readIfPresent } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { OpenclawError } from "../core/errors.ts";
import { decodeUtf8 } from "../core/utf8.ts";

export interface LoadedSecrets {
  readonly path: string;
  /** Undefined when there is no file. */
  readonly bytes: Buffer | undefined;
  readonly text: string;
  readonly values: ReadonlyMap<string, string>;
}

/** Reads the secrets file; throws `secrets.syntax` with the place, or `file.access`. */
export async function loadSecrets(path: string, context: Pick<Context, "files">): Promise<LoadedSecrets> {
  const bytes = readIfPresent(path, context);
  if (bytes === undefined) return { path, bytes, text: "", values: new Map() };
  const text = decodeUtf8(bytes, path, "secrets.syntax");
  // Loaded only when there is something to read: a first `models list` does without the parser.
  const { parseDotenv } = await import("./dotenv-document.ts");
  const parsed = parseDotenv(text);
  if (parsed.ok) return { path, bytes, text, values: parsed.value };
  throw new OpenclawError("The secrets file has a line that cannot be read.", {
    code: "secrets.syntax",
    problems: [{ ...parsed.error, where: path }],
    hint: "Mend the line, or put # in front of it; nothing was changed.",
  });
}
