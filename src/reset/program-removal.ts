import { dirname, sep } from "node:path";
import { realPath } from "../core/atomic-file.ts";
import type { Context } from "../core/context.ts";
import { escapedPath } from "../core/shell-quoting.ts";

/** The way by which this program got onto the machine, told by the place of its files. */
type Installed = "npm" | "pnpm" | "yarn" | "bun" | "npx" | "project" | "folder";

export interface ProgramRemoval {
  readonly installed: Installed;
  /** The command that removes the program; its caller's own shell has to run it. */
  readonly command: string;
}

/**
 * @source npm's folders(5), and the global folders of pnpm, yarn and bun; npx keeps what it starts below `_npx`.
 */
export function programRemoval({ started, files }: Pick<Context, "started" | "files">): ProgramRemoval {
  const script = realPath(started.script, { files }) ?? started.script;
  const folder = dirname(dirname(script));
  const parts = folder.split(sep);
  const inModules = parts.lastIndexOf("node_modules");
  if (parts.includes("_npx")) return { installed: "npx", command: `rm -r ${escapedPath(projectOf(parts, inModules))}` };
  if (inModules === -1) return { installed: "folder", command: `rm -r ${escapedPath(folder)}` };
  if (parts.includes(".bun")) return { installed: "bun", command: "bun remove -g openclaw" };
  if (parts.includes("pnpm") && parts.includes("global"))
    return { installed: "pnpm", command: "pnpm remove -g openclaw" };
  if (/[\\/](?:\.config[\\/])?yarn[\\/]global[\\/]/.test(folder))
    return { installed: "yarn", command: "yarn global remove openclaw" };
  // A global folder of npm has no project around it.
  const project = projectOf(parts, inModules);
  const isProject = files.statSync(`${project}${sep}package.json`, { throwIfNoEntry: false }) !== undefined;
  if (!isProject) return { installed: "npm", command: "npm uninstall -g openclaw" };
  return { installed: "project", command: `npm uninstall --prefix ${escapedPath(project)} openclaw` };
}

const projectOf = (parts: readonly string[], inModules: number): string => parts.slice(0, inModules).join(sep) || sep;
