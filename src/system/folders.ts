import { isAbsolute } from "node:path";
import { OpenclawError } from "../core/errors.ts";

/**
 * The home folder, never one that depends on the working directory: secrets would be written there unasked. An empty
 * `home`, as `HOME` says it, counts as unset; `fromSystem` may throw. Throws `usage.invalid`, `file.access`.
 */
export function homeFolder(home: string | undefined, fromSystem: () => string): string {
  if (home && !isAbsolute(home))
    throw new OpenclawError("HOME is a relative path.", {
      code: "usage.invalid",
      hint: "Set it to an absolute path, or unset it.",
    });
  const found = home || orElse(fromSystem, "This user has no home folder.", HOME_HINT);
  if (isAbsolute(found)) return found;
  throw new OpenclawError("The home folder of this user is a relative path.", { code: "file.access", hint: HOME_HINT });
}

const HOME_HINT = "Set HOME, or OPENCLAW_STATE_DIR, to an absolute path.";

/** The working directory; throws `file.access`, as it may have been removed under the shell. */
export const workingFolder = (fromSystem: () => string): string =>
  orElse(
    fromSystem,
    "The working directory does not exist any more, or cannot be read.",
    "Change to another folder and try again.",
  );

function orElse(ask: () => string, message: string, hint: string): string {
  try {
    return ask();
  } catch (cause) {
    throw new OpenclawError(message, { code: "file.access", hint, cause });
  }
}
