import { basename, dirname, join } from "node:path";
import { realPath } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";

/** A file that was built beside this program. */
export function builtFile(name: string, context: Pick<Context, "files" | "started">): string {
  const { script } = context.started;
  const folder = dirname(realPath(script, context) ?? script);
  return join(basename(folder) === "dist" ? folder : join(folder, "..", "dist"), name);
}
