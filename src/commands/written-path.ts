import { OpenclawError } from "../core/errors.ts";
import { parsePath, type WrittenStep } from "../settings/path-syntax.ts";

/** A path of the configuration from the command line. Throws `usage.invalid`. */
export function writtenPath(written: string): readonly WrittenStep[] {
  const parsed = parsePath(written);
  if (parsed.ok) return parsed.value;
  throw new OpenclawError(parsed.error, {
    code: "usage.invalid",
    hint: ({ settings }) => settings.pathExample,
  });
}
